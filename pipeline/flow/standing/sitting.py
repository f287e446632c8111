"""How a filed sitting stands: its ballots, the papers that lack signatures, what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.documents.content.plan import DocumentKind
from pipeline.domain.findings import Deadline
from pipeline.domain.records import Kind, Ref, Sitting
from pipeline.flow.ballots.standing import BallotStanding, ballots_of
from pipeline.flow.casefile.closing import awaited
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.outcomes.results import Awaited
from pipeline.flow.site.workplace import Workplace
from pipeline.law.judging import judge


@dataclass(frozen=True, slots=True)
class SittingStanding:
    """A sitting as filed in that object; `awaited` are its papers that lack signatures, ballots aside."""

    object_id: str
    sitting: Sitting
    ballots: tuple[BallotStanding, ...]
    awaited: tuple[Awaited, ...]
    deadlines: tuple[Deadline, ...]


def sitting_standing(place: Workplace, sitting_id: str, on: date) -> SittingStanding | None:
    """The sitting of that id on that day; None where there is none.

    Raises:
        JekeError: the archive cannot be used.
    """
    ref = Ref(Kind.SITTING, sitting_id)
    object_id = place.index.object_of(ref)
    if object_id is None:
        return None
    docket = RelatedRecords(place.root, place.index).around([ref]).docket
    sitting = docket.sittings[sitting_id]
    judgement = judge(docket, place.calendar, place.readings, on, [ref])
    papers = awaited(docket, place.index, sitting, judgement.deadlines)
    return SittingStanding(
        object_id,
        sitting,
        ballots_of(place, docket, sitting),
        tuple(paper for paper in papers if paper.document != DocumentKind.ANNEX_3),
        tuple(d for d in judgement.deadlines if d.record == ref and d.owed(on)),
    )
