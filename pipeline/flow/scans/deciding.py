"""What a person says of a scan: which document a page belongs to, and whether a doubtful paper is taken.

The word is kept first, then the scan goes back into inbox/ as if it were dropped again: a kill in between
leaves the word kept and the scan whole in inbox/refused/.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.archive.audit.log import AuditEntry
from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.filed_documents import number_of
from pipeline.documents.sealing.marks import read_code
from pipeline.domain.errors import CorruptError, MachineError, NotFoundError, RefusedError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.ingest.outbox import ANSWER
from pipeline.flow.scans.doubts import named
from pipeline.flow.scans.drop import DROP_SHOWN, page_list
from pipeline.flow.scans.state import Assigned, Question, ScanState, all_open, all_states, change
from pipeline.flow.scans.stored import given_back_to, lies
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.intake.inbox import REFUSED
from pipeline.intake.journal import Journal
from pipeline.intake.sentinel import require_marked
from pipeline.scans.page_marks import FORM
from pipeline.scans.scan_file import page_count
from pipeline.system.files import rename, sync_folder

_PICTURE: Final = re.compile(r"\d+-бет(-\d+)?\.png")
_SHORTEST_ID: Final = re.compile(r"[0-9a-f]{4,32}")


@dataclass(frozen=True, slots=True)
class Said:
    """What was kept, and where the scan lies in inbox/ again: None where it waits for more, or is gone."""

    state: ScanState
    document: str
    again: Path | None


def assign(
    place: Workplace, journal: Journal, drop: str, page: int, document: str, *, own_page: int | None, by: str
) -> Said:
    """Page `page` of the scan is page `own_page` of the document (`RECORD/NAME`, or the code printed on it).

    Raises:
        NotFoundError: `scan_not_open`, `document_unknown`.
        RefusedError: `assign_page`, the page bears a mark or is none of this scan; one that a person has
            named may be named anew. `assign_code`, a code that is not ours or of a revision replaced since;
            `assign_which`, the document has several pages.
        MachineError: the machine is at fault.
    """
    with write_lock(place.places.state):
        state = _scan(place, journal, drop)
        free = (*state.unmarked, *state.assigned)
        if page not in free:
            raise RefusedError("assign_page", page=page, pages=page_list(free) or "—")
        filed, found = _document(place, document)
        pages = _pages_of(place, filed)
        of = own_page or found or (1 if pages == 1 else None)
        if of is None or not 1 <= of <= pages:
            raise RefusedError("assign_which", document=named(filed), pages=pages)
        _account(place, "assignment", filed.object_id, by, state)
        number = number_of(filed.object_id, filed.document.path, filed.document.fingerprint)
        at = place.clock().isoformat(timespec="seconds")
        told = Assigned(number, of, pages, by, at)
        state = change(place.places.scans, state.sha256, lambda s: s.with_page(page, told))
        return Said(state, named(filed), _drop_again(place, journal, state))


def decide(
    place: Workplace,
    journal: Journal,
    document: str,
    *,
    accepted: bool,
    by: str,
    login: str,
    drop: str | None,
) -> Said:
    """The doubts on that document of a scan are decided; `drop` tells which scan where several ask of it.

    `by` is the name of the person, kept beside the paper; the audit chain keeps the login.

    Raises:
        NotFoundError: `review_none`, nothing is asked of that document.
        RefusedError: `review_several`.
        MachineError: the machine is at fault.
    """
    with write_lock(place.places.state):
        asked = [
            (state, question)
            for state in all_open(place.places.scans)
            for question in state.questions
            if question.named == document and (drop is None or _is(state, drop, journal))
        ]
        if not asked:
            raise NotFoundError("review_none", document=document)
        if len(asked) > 1:
            drops = ", ".join(state.drop[:DROP_SHOWN] for state, _ in asked)
            raise RefusedError("review_several", document=document, drops=drops)
        ((state, question),) = asked
        _account(place, "acceptance" if accepted else "rejection", question.object_id, login, state)
        return _decided(place, journal, state, question, accepted=accepted, by=by, login=login)


def is_asked(scans: Path, document: str) -> bool:
    """Whether a person is asked about that document (`RECORD/NAME`) of any scan.

    Raises:
        MachineError: `scan_state`.
    """
    return any(question.named == document for state in all_open(scans) for question in state.questions)


def _decided(
    place: Workplace,
    journal: Journal,
    state: ScanState,
    question: Question,
    *,
    accepted: bool,
    by: str,
    login: str,
) -> Said:
    at = place.clock()
    state = change(
        place.places.scans,
        state.sha256,
        lambda s: s.decided(question, accepted=accepted, by=by, login=login, at=at),
    )
    ready = not state.questions and any(d.accepted for d in state.decisions)
    return Said(state, question.named, _drop_again(place, journal, state) if ready else None)


def _account(place: Workplace, event: str, object_id: str, login: str, state: ScanState) -> AuditEntry:
    """The chain keeps the login and of which scan; the name of the person stands beside the paper."""
    detail = {"scan": state.sha256}
    return place.audit.append(event, agent=login, at=place.clock(), objects=[object_id], detail=detail)


# --- what is meant --------------------------------------------------------------------------------------


def _scan(place: Workplace, journal: Journal, drop: str) -> ScanState:
    """Of which something is asked, or of which a person has named a page: it may be named anew."""
    known = all_states(place.places.scans)
    found = [s for s in known if (s.open or s.assigned) and _is(s, drop, journal)]
    if len(found) != 1:
        raise NotFoundError("scan_not_open", drop=drop)
    return found[0]


def _is(state: ScanState, drop: str, journal: Journal) -> bool:
    """By the beginning of the drop's id, the file's name, or the folder it was given back into."""
    if _SHORTEST_ID.fullmatch(drop) and state.drop.startswith(drop):
        return True
    return drop in {state.name, given_back_to(journal, state).rpartition("/")[2]} - {""}


def _document(place: Workplace, words: str) -> tuple[FiledDocument, int | None]:
    """The document, and which page of it where a page's code was typed."""
    code = "".join(words.split()).upper()
    if FORM.fullmatch(code):
        mark = read_code(code, place.mark_key)
        numbered = place.index.document_by_number(mark.document) if mark else None
        if mark is None or numbered is None or numbered.superseded:
            raise RefusedError("assign_code")
        return numbered.filed, mark.page
    record, _, name = words.rpartition("/")
    for kind in Kind:
        for filed in place.index.documents(Ref(kind, record)):
            if filed.document.name == name:
                return filed, None
    raise NotFoundError("document_unknown", document=words)


def _pages_of(place: Workplace, filed: FiledDocument) -> int:
    lying = place.root.get(filed.object_id)
    if lying is None:
        raise CorruptError("filed_missing", path=filed.document.path)
    return page_count(lying.read(filed.document.path))


# --- dropped again --------------------------------------------------------------------------------------


def _drop_again(place: Workplace, journal: Journal, state: ScanState) -> Path | None:
    """Moves it back into inbox/, where the next look takes it; its folder goes with the old answer.

    What people have put into that folder stays in it.
    """
    lying = lies(place.places, journal, state)
    if lying is None:
        return None
    inbox = place.places.inbox
    require_marked(inbox)
    try:
        target = _free(inbox, state.name)
        rename(lying, target)
        sync_folder(inbox)
        for ours in filter(_is_ours, tuple(lying.parent.iterdir())):
            ours.unlink()
        with suppress(OSError):  # not empty
            lying.parent.rmdir()
        sync_folder(inbox / REFUSED)
    except OSError as error:
        raise MachineError("inbox_not_writable", reason=error.strerror or "") from error
    return target


def _is_ours(path: Path) -> bool:
    return path.name == ANSWER or _PICTURE.fullmatch(path.name) is not None


def _free(inbox: Path, name: str) -> Path:
    plain = Path(name)
    names: Sequence[str] = [name, *(f"{plain.stem}-{n}{plain.suffix}" for n in range(2, 1000))]
    return next(p for n in names if not os.path.lexists(p := inbox / n))
