"""What one run of a plan has done so far, a line a step, each on the disk before the next step.

A run killed anywhere goes on from here, without the plan: every line holds what ending it takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pipeline.domain.errors import CorruptError
from pipeline.retention.plan import Item, Reason, item_fields, read_item
from pipeline.retention.state_files import add_line, translated
from pipeline.system.files import read_file

RUNS: Final = "runs"
"""Their folder, in that of the retention's own state."""


class Step(StrEnum):
    """The steps of a run, in their order."""

    STARTED = "started"
    KEPT = "kept"
    INTENT = "intent"
    GONE = "gone"
    CLOSED = "closed"
    ACT = "act"
    FORGOTTEN = "forgotten"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Start:
    """On what a run acts: the plan by its SHA-256, and the mandate as the act prints it."""

    plan: str
    sha256: str
    mandate: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Gone:
    """A recording of which nothing is left, since when, and how many copies outside the store went too."""

    item: Item
    at: datetime
    copies: int


@dataclass(frozen=True, slots=True)
class ActFiled:
    """The act on the recordings of one case: its number, the object it lies in, its path and SHA-512."""

    case: str
    number: str
    object_id: str
    path: str
    sha512: str


_WHOLE: Final = b"}"


def run_logs(folder: Path) -> Iterator[tuple[str, RunLog]]:
    """The logs of all runs there were, by plan; `folder` is that of the retention's own state.

    Raises:
        CorruptError, MachineError: as `RunLog`.
    """
    for path in sorted((folder / RUNS).glob("*.jsonl")):
        yield path.stem, RunLog(path)


def interrupted(folder: Path) -> dict[str, str]:
    """Recording → plan, of what interrupted runs have begun to destroy and not ended.

    Raises:
        CorruptError, MachineError: as `RunLog`.
    """
    return {
        recording: plan
        for plan, log in run_logs(folder)
        for recording in log.intents
        if recording not in log.kept and recording not in log.forgotten
    }


class RunLog:
    """The log of one plan's run, read whole when it is opened."""

    def __init__(self, path: Path) -> None:
        """Reads what is there; what a kill left of a half line counts for nothing.

        Raises:
            CorruptError: `run_log_unreadable`.
            MachineError: `retention_unusable`.
        """
        self._path = path
        self.start: Start | None = None
        self.closed = False
        self.ended = False
        self.kept: dict[str, tuple[Item, Reason]] = {}
        self.intents: dict[str, Item] = {}
        self.numbers: dict[str, str] = {}
        self.gone: dict[str, Gone] = {}
        self.acts: dict[str, ActFiled] = {}
        self.forgotten: set[str] = set()
        try:
            for line in self._lines():
                self._take(line)
        except (ValueError, KeyError, TypeError) as error:
            raise CorruptError("run_log_unreadable", plan=path.stem) from error

    @property
    def unfinished(self) -> bool:
        """Whether the run was begun and is not ended yet."""
        return self.start is not None and not self.ended

    @property
    def under_way(self) -> tuple[Item, ...]:
        """Recordings meant to be destroyed, and not gone yet."""
        return tuple(item for i, item in self.intents.items() if i not in self.gone and i not in self.kept)

    def knows(self, recording: str) -> bool:
        """Whether the run has said something of it."""
        return recording in self.kept or recording in self.intents

    # --- steps --------------------------------------------------------------------------------------------

    def begin(self, start: Start) -> None:
        """The run begins."""
        self._add(
            Step.STARTED,
            plan=start.plan,
            sha256=start.sha256,
            mandate=start.mandate,
            at=start.at.isoformat(),
        )

    def keep(self, item: Item) -> None:
        """The recording is kept, for the reason it bears: this run does not touch it any more."""
        self._add(Step.KEPT, item=item_fields(item), why=str(item.reason))

    def intend(self, item: Item, act: str) -> None:
        """The recording is about to be destroyed; the act of its case will bear that number."""
        self._add(Step.INTENT, item=item_fields(item), act=act)

    def is_gone(self, item: Item, at: datetime, copies: int) -> None:
        """Nothing of it is left, looked for and not found."""
        self._add(Step.GONE, item=item_fields(item), at=at.isoformat(), copies=copies)

    def close(self) -> None:
        """Nothing more is destroyed by this run: its acts can be made, one for each case."""
        self._add(Step.CLOSED)

    def act_filed(self, act: ActFiled) -> None:
        """The act lies in the personal file."""
        self._add(
            Step.ACT,
            case=act.case,
            number=act.number,
            object_id=act.object_id,
            path=act.path,
            sha512=act.sha512,
        )

    def forget(self, recording: str) -> None:
        """The store knows nothing of it any more; the register and the act do."""
        self._add(Step.FORGOTTEN, recording=recording)

    def end(self) -> None:
        """All acts are filed, and nothing is left to do."""
        self._add(Step.ENDED)

    # ------------------------------------------------------------------------------------------------------

    def _add(self, step: Step, **fields: object) -> None:
        line = {"step": str(step), **fields}
        add_line(self._path, json.dumps(line, ensure_ascii=False).encode())
        self._take(line)

    def _lines(self) -> Iterator[dict[str, Any]]:
        with translated():
            if not self._path.is_file():
                return
            lines = read_file(self._path).split(b"\n")
        for line in lines:
            if line.endswith(_WHOLE):
                try:
                    yield json.loads(line)
                except ValueError:
                    continue

    def _take(self, line: Mapping[str, Any]) -> None:
        match Step(line["step"]):
            case Step.STARTED:
                self.start = Start(
                    line["plan"], line["sha256"], line["mandate"], datetime.fromisoformat(line["at"])
                )
            case Step.KEPT:
                item = read_item(line["item"])
                self.kept[item.recording] = item, Reason(line["why"])
            case Step.INTENT:
                item = read_item(line["item"])
                self.intents[item.recording] = item
                self.numbers[item.case] = line["act"]
            case Step.GONE:
                item = read_item(line["item"])
                at = datetime.fromisoformat(line["at"])
                self.gone[item.recording] = Gone(item, at, int(line["copies"]))
            case Step.ACT:
                act = ActFiled(**{key: value for key, value in line.items() if key != "step"})
                self.acts[act.case] = act
            case Step.FORGOTTEN:
                self.forgotten.add(line["recording"])
            case Step.CLOSED:
                self.closed = True
            case Step.ENDED:
                self.ended = True
