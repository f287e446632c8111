"""What people have said of a scan, and what they are asked: one file a scan in state/scans/, by its SHA-256.

A decision belongs to the bytes it was made on. So it is found again whenever the same file is dropped, and
never applied to another; what a person has not seen is not decided by it. Killed anywhere, the file is the
one before or the one after.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pipeline.archive.person.content import canonical_json
from pipeline.domain.errors import MachineError
from pipeline.system.files import atomic_write, make_folder, read_file

FORMAT: Final = "jeke/scan/1"
_NAME: Final = re.compile(r"[0-9a-f]{64}\.json")


@dataclass(frozen=True, slots=True)
class Assigned:
    """A page without a readable mark that a person has named: page of which document, by whom, when."""

    document: int
    page: int
    pages: int
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person has decided on a document of the scan, and on which doubts.

    `by` is the name given, `login` under which it was; empty where it was decided before 0.4.0.
    """

    document: int
    accepted: bool
    by: str
    at: str
    doubts: tuple[str, ...]
    login: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A document of the scan that waits for a person. `doubts` are keys, `words` what each is about."""

    document: int
    object_id: str
    named: str
    title: str
    doubts: tuple[str, ...]
    words: tuple[tuple[str, Mapping[str, str]], ...]


@dataclass(frozen=True, slots=True)
class ScanState:
    """All of that of one scan. `drop` is its newest drop, `unmarked` pages that may be assigned."""

    sha256: str
    drop: str = ""
    name: str = ""
    unmarked: tuple[int, ...] = ()
    questions: tuple[Question, ...] = ()
    assigned: Mapping[int, Assigned] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a person is asked anything."""
        return bool(self.questions or self.unmarked)

    def decision(self, document: int, doubts: tuple[str, ...]) -> Decision | None:
        """The decision on that document, if it was made on all of these doubts."""
        made = next((d for d in reversed(self.decisions) if d.document == document), None)
        return made if made is not None and set(doubts) <= set(made.doubts) else None

    def decided(self, question: Question, *, accepted: bool, by: str, login: str, at: datetime) -> ScanState:
        """With that decision; the question is closed."""
        moment = at.isoformat(timespec="seconds")
        made = Decision(question.document, accepted, by, moment, question.doubts, login)
        left = tuple(q for q in self.questions if q != question)
        return replace(self, questions=left, decisions=(*self.decisions, made))

    def with_page(self, page: int, assigned: Assigned) -> ScanState:
        """With that page assigned."""
        left = tuple(p for p in self.unmarked if p != page)
        return replace(self, unmarked=left, assigned={**self.assigned, page: assigned})


def load(folder: Path, sha256: str) -> ScanState:
    """What is known of that scan; an empty state where nothing is.

    Raises:
        MachineError: `scan_state`, the file cannot be read or is none of ours.
    """
    try:
        data = read_file(folder / f"{sha256}.json")
    except FileNotFoundError:
        return ScanState(sha256)
    except OSError as error:
        raise MachineError("scan_state", reason=error.strerror or "") from error
    try:
        return _read(json.loads(data), sha256)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MachineError("scan_state", reason=type(error).__name__) from error


def save(folder: Path, state: ScanState) -> None:
    """Keeps it; on the disk when this returns.

    Raises:
        MachineError: `scan_state`.
    """
    try:
        make_folder(folder)
        atomic_write(folder / f"{state.sha256}.json", canonical_json(_entry(state)))
    except OSError as error:
        raise MachineError("scan_state", reason=error.strerror or "") from error


def all_open(folder: Path) -> tuple[ScanState, ...]:
    """The scans of which people are asked something, by name.

    Raises:
        MachineError: `scan_state`.
    """
    return tuple(state for state in all_states(folder) if state.open)


def all_states(folder: Path) -> tuple[ScanState, ...]:
    """Every scan of which anything is kept, by name.

    Raises:
        MachineError: `scan_state`.
    """
    try:
        names = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise MachineError("scan_state", reason=error.strerror or "") from error
    states = (load(folder, name.removesuffix(".json")) for name in names if _NAME.fullmatch(name))
    return tuple(sorted(states, key=lambda s: (s.name, s.sha256)))


def change(folder: Path, sha256: str, how: Callable[[ScanState], ScanState]) -> ScanState:
    """Loads, changes and keeps it; the caller holds the write lock.

    Raises:
        MachineError: `scan_state`.
    """
    state = how(load(folder, sha256))
    save(folder, state)
    return state


def _entry(state: ScanState) -> dict[str, object]:
    return {
        "format": FORMAT,
        "sha256": state.sha256,
        "drop": state.drop,
        "name": state.name,
        "unmarked": list(state.unmarked),
        "questions": [
            {
                "document": q.document,
                "object": q.object_id,
                "named": q.named,
                "title": q.title,
                "doubts": list(q.doubts),
                "words": [{"code": code, "params": dict(params)} for code, params in q.words],
            }
            for q in state.questions
        ],
        "assigned": {
            str(page): {"document": a.document, "page": a.page, "pages": a.pages, "by": a.by, "at": a.at}
            for page, a in state.assigned.items()
        },
        "decisions": [
            {
                "document": d.document,
                "accepted": d.accepted,
                "by": d.by,
                "at": d.at,
                "doubts": list(d.doubts),
                "login": d.login,
            }
            for d in state.decisions
        ],
    }


def _read(entry: Mapping[str, Any], sha256: str) -> ScanState:
    if entry["format"] != FORMAT or entry["sha256"] != sha256:
        raise ValueError("another's state")
    return ScanState(
        sha256=sha256,
        drop=str(entry["drop"]),
        name=str(entry["name"]),
        unmarked=tuple(int(page) for page in entry["unmarked"]),
        questions=tuple(_questions(entry["questions"])),
        assigned={int(page): Assigned(**told) for page, told in entry["assigned"].items()},
        decisions=tuple(Decision(**{**told, "doubts": tuple(told["doubts"])}) for told in entry["decisions"]),
    )


def _questions(entries: list[dict[str, Any]]) -> Iterator[Question]:
    for told in entries:
        words = tuple((str(w["code"]), dict(w["params"])) for w in told["words"])
        yield Question(
            document=int(told["document"]),
            object_id=str(told["object"]),
            named=str(told["named"]),
            title=str(told["title"]),
            doubts=tuple(map(str, told["doubts"])),
            words=words,
        )
