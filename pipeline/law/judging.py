"""The whole order at once: every rule and term in force, over one docket."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.findings import Judgement
from pipeline.domain.records import Case, Commission, Kind, Record, Ref, Sitting
from pipeline.law import chapter_1, chapter_3, chapter_4, chapter_5, person
from pipeline.law.chapter_2 import admission, characteristic, interval, materials, preparation, studies
from pipeline.law.docket import Docket
from pipeline.law.engine import RULES, TERMS, Bench, judge_with
from pipeline.law.readings import Readings

CHAPTERS = (
    chapter_1,
    interval,
    admission,
    studies,
    preparation,
    characteristic,
    materials,
    chapter_3,
    chapter_4,
    chapter_5,
    person,
)
"""Importing a chapter puts its paragraphs in force."""


def judge(
    docket: Docket,
    calendar: WorkCalendar,
    readings: Readings,
    on: date,
    subjects: Iterable[Ref] | None = None,
) -> Judgement:
    """Judges the subjects (all records where none are named) by order № 218, on that day."""
    return judge_with(RULES, TERMS, Bench(docket, calendar, readings, on), subjects)


def waits_for(docket: Docket, record: Record) -> tuple[Ref, ...]:
    """The records this one names that are not known yet."""
    named: tuple[Ref, ...]
    match record:
        case Case():
            named = (Ref(Kind.CAMPAIGN, record.campaign),)
        case Sitting():
            named = (
                Ref(Kind.COMMISSION, record.commission),
                *(Ref(Kind.CASE, c.case) for c in record.candidates),
            )
        case _:
            named = ()
    return tuple(ref for ref in named if docket.get(ref) is None)


def touched_by(docket: Docket, dropped: Iterable[Ref]) -> tuple[Ref, ...]:
    """The dropped records and those whose judgement or papers may change with them."""
    found: dict[Ref, None] = {}
    for ref in dropped:
        found[ref] = None
        match docket.get(ref):
            case Case() as case:
                found.update(dict.fromkeys(h.sitting.ref for h in docket.hearings(case.id)))
            case Sitting() as sitting:
                found.update(_cases(docket, sitting))
            case Commission() as commission:
                for sitting in docket.sittings_of(commission.id):
                    found[sitting.ref] = None
                    found.update(_cases(docket, sitting))
            case None:
                pass
            case campaign:
                found.update(dict.fromkeys(c.ref for c in docket.cases_of_campaign(campaign.id)))
    return tuple(found)


def _cases(docket: Docket, sitting: Sitting) -> dict[Ref, None]:
    return {Ref(Kind.CASE, c.case): None for c in sitting.candidates if c.case in docket.cases}
