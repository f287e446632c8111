"""How the ballots of a sitting stand, member by member: awaited, filed, in doubt (¶32)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from pipeline.archive.person.filed_documents import Document, DocumentState
from pipeline.documents.content.plan import DocumentKind
from pipeline.domain.records import Member, Sitting
from pipeline.flow.casefile.ballots import Row, blank_form, to_compare
from pipeline.flow.scans.doubts import named
from pipeline.flow.scans.stored import open_scans
from pipeline.flow.site.places import Places
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.journal import Journal, is_begun
from pipeline.law.docket import Docket


class BallotState(StrEnum):
    """In doubt is one that a person is to look at: its scan, or rows filed otherwise than recorded."""

    AWAITED = "awaited"
    FILED = "filed"
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True)
class BallotStanding:
    """A member's ballot. `rows` are not as recorded; `scan` waits in inbox/refused/ for a decision on it."""

    name: str
    member: Member | None
    state: BallotState
    filed_on: date | None
    rows: tuple[Row, ...] = ()
    scan: Path | None = None


def ballots_of(place: Workplace, docket: Docket, sitting: Sitting) -> tuple[BallotStanding, ...]:
    """Every ballot printed for the sitting, by its number.

    Raises:
        MachineError, CorruptError: something cannot be read.
    """
    scans = _scans(place.places)
    return tuple(_ballots(place, docket, sitting, scans))


def _ballots(
    place: Workplace, docket: Docket, sitting: Sitting, scans: Mapping[str, Path]
) -> Iterator[BallotStanding]:
    for filed in place.index.documents(sitting.ref):
        document = filed.document
        if document.document != DocumentKind.ANNEX_3:
            continue
        rows, scan = to_compare(place, docket, filed), scans.get(named(filed))
        state = BallotState.FILED if document.state is DocumentState.SIGNED else BallotState.AWAITED
        yield BallotStanding(
            document.name,
            _member(docket, sitting, document),
            BallotState.DOUBT if rows or scan else state,
            document.signed.filed_on if document.signed else None,
            rows,
            scan,
        )


def _member(docket: Docket, sitting: Sitting, document: Document) -> Member | None:
    """By the form where it was printed blank, else by the number in its name."""
    commission, form = docket.commission_of(sitting), blank_form(docket, sitting, document)
    if commission is None:
        return None
    if form is not None:
        return commission.member(form.member)
    number = int(document.name.rpartition("-")[2])
    return commission.voting[number - 1] if 0 < number <= len(commission.voting) else None


def _scans(places: Places) -> Mapping[str, Path]:
    """By the document asked about, the folder where the scan lies; nothing is made or changed."""
    if not is_begun(places.journal):
        return {}
    with Journal.open_to_read(places.journal) as journal:
        return {q.named: path.parent for state, path in open_scans(places, journal) for q in state.questions}
