"""The whole order at once: every rule and term in force, over one docket."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.findings import Deadline, Judgement
from pipeline.domain.records import Case, Kind, Record, Ref, Sitting
from pipeline.law import dates, person
from pipeline.law.chapters import chapter_1, chapter_3, chapter_4, chapter_5
from pipeline.law.chapters.chapter_2 import (
    admission,
    characteristic,
    interval,
    materials,
    preparation,
    studies,
)
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
    dates,
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


def apply_rules(bench: Bench, subjects: Iterable[Ref]) -> Judgement:
    """The findings and decisions alone, from a bench that is used for more."""
    return judge_with(RULES, (), bench, subjects)


def reckon(bench: Bench, subjects: Iterable[Ref]) -> tuple[Deadline, ...]:
    """The deadlines alone."""
    return judge_with((), TERMS, bench, subjects).deadlines


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
