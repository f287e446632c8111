"""Records judged without filing anything: alone, or with what is filed around them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.findings import Decision, Judgement
from pipeline.domain.records import Case, Kind, Record, Ref
from pipeline.flow.casefile.blocking import newly_blocking
from pipeline.flow.casefile.related.former import former_revisions
from pipeline.flow.casefile.related.references import unknown_references
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.site.workplace import Workplace
from pipeline.law.docket import Docket
from pipeline.law.judging import judge
from pipeline.law.readings import Readings


@dataclass(frozen=True, slots=True)
class Checked:
    """What is said of the records, and the personal files whose contents show in it."""

    judgement: Judgement
    files: frozenset[str]


def judged_alone(
    records: Sequence[Record], calendar: WorkCalendar, readings: Readings, on: date
) -> Judgement:
    """As if nothing else were filed."""
    docket = Docket(records)
    judgement = judge(docket, calendar, readings, on)
    unknown = unknown_references(records, docket, tuple)
    return replace(judgement, findings=(*unknown, *judgement.findings))


def judged_with_archive(place: Workplace, records: Sequence[Record], on: date) -> Checked:
    """What is said of these records, and the blocks they would bring about on what is filed.

    Raises:
        JekeError: the archive cannot be used.
    """
    refs = tuple(record.ref for record in records)
    former = former_revisions(place.root, place.index, records)
    gathered = RelatedRecords(place.root, place.index, records, former).around(refs)
    judgement = judge(gathered.docket, place.calendar, place.readings, on, gathered.subjects)
    stopping = newly_blocking(place, judgement, refs)
    unknown = unknown_references(records, gathered.docket, place.index.refs)
    iins = {record.employee.iin for record in records if isinstance(record, Case)}
    files = (place.index.object_of_person(iin) for iin in iins)
    shown = replace(
        judgement,
        findings=(*unknown, *(f for f in judgement.findings if f.record in refs or f in stopping)),
        deadlines=tuple(d for d in judgement.deadlines if d.record in refs),
        decisions=tuple(d for d in judgement.decisions if _concerns(d, refs)),
    )
    return Checked(shown, frozenset(file for file in files if file is not None))


def _concerns(decision: Decision, refs: Collection[Ref]) -> bool:
    return Ref(Kind.CASE, decision.case) in refs or Ref(Kind.SITTING, decision.sitting) in refs
