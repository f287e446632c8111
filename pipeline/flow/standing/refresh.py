"""Keeping the index's `standing` table true: what changed, or holds no longer, is judged anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from typing import Final

from pipeline.archive.index.standing import (
    DueRow,
    Stale,
    StandingRow,
    keep,
    outdated,
    settle_basis,
    shadow,
    stale,
)
from pipeline.domain.errors import CorruptError, MachineError
from pipeline.domain.findings import Deadline
from pipeline.domain.names import full_name
from pipeline.domain.records import Case, Ref
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.standing.case import case_standing
from pipeline.flow.standing.due import Due
from pipeline.flow.standing.kept import to_json
from pipeline.law.engine import Bench
from pipeline.law.judging import reckon
from pipeline.law.judging_day import JudgingDay

FORMAT: Final = 1
"""Another form of the rows: they are all made anew."""

AT_ONCE: Final = 200
"""Records judged from one docket, and written in one transaction."""


def bring_up_to_date(place: Workplace, on: date, *, own_copy: bool = False) -> tuple[Ref, ...]:
    """Judges whatever is stale as of that day; gives the records that could not be read.

    `own_copy`: for a day that is not today the index itself stays as it is. It does so too where this user
    may not write it.

    Raises:
        JekeError: the index or the archive cannot be used.
    """
    if not outdated(place.index, made_by(place), on):
        return ()
    if own_copy:
        shadow(place.index)
    else:
        try:
            place.index.require_writable()
        except MachineError:
            shadow(place.index)
    *_, unread = ((), *steps(place, on))
    return unread


def steps(place: Workplace, on: date) -> Iterator[tuple[Ref, ...]]:
    """The same in steps, for who has other work to look at in between; after each, what could not be read.

    Raises:
        JekeError: the index or the archive cannot be used.
    """
    settle_basis(place.index, made_by(place), on)
    unread: tuple[Ref, ...] = ()
    while due := stale(place.index, AT_ONCE, but=unread):
        judged, damaged = _judged(place, due, on)
        keep(place.index, judged)
        unread += damaged
        yield unread


def made_by(place: Workplace) -> str:
    """What a judgement follows from beside the records: the program, the calendar and the settings."""
    settings = {
        "format": FORMAT,
        "version": version("jeke-is"),
        "calendar": place.calendar.digest,
        "verified": sorted(place.calendar.verified_years),
        "readings": asdict(place.readings),
    }
    return hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode()).hexdigest()


Judged = list[tuple[Stale, StandingRow | None]]


def _judged(place: Workplace, due: tuple[Stale, ...], on: date) -> tuple[Judged, tuple[Ref, ...]]:
    """All from one docket; where something damaged is among what is read, one by one."""
    try:
        return _together(place, due, on), ()
    except CorruptError as error:
        if error.code == "index_damaged":
            raise
        if len(due) == 1:
            return [], (due[0].ref,)
    judged: Judged = []
    damaged: tuple[Ref, ...] = ()
    for each in due:
        one, unread = _judged(place, (each,), on)
        judged += one
        damaged += unread
    return judged, damaged


def _together(place: Workplace, due: tuple[Stale, ...], on: date) -> Judged:
    docket = RelatedRecords(place.root, place.index).seen_from(each.ref for each in due)
    day = JudgingDay.of(on)
    bench = Bench(docket, place.calendar, place.readings, day)
    return [(each, _row(place, bench, day, each.ref)) for each in due]


def _row(place: Workplace, bench: Bench, day: JudgingDay, ref: Ref) -> StandingRow | None:
    """None of a record that is not filed any more."""
    record = bench.docket.get(ref)
    if record is None:
        return None
    day.restart()
    if isinstance(record, Case):
        return _case_row(place, bench, day, record)
    due = tuple(_due_row(deadline, None) for deadline in reckon(bench, [ref]) if deadline.undone)
    return StandingRow(ref, day.plain, day.holds_through, due)


def _case_row(place: Workplace, bench: Bench, day: JudgingDay, case: Case) -> StandingRow:
    standing = case_standing(place, bench, case)
    name = full_name(standing.person)
    return StandingRow(
        case.ref,
        day.plain,
        day.holds_through,
        tuple(_due_row(deadline, name) for deadline in standing.deadlines if deadline.record == case.ref),
        campaign=case.campaign,
        stage=standing.stage.value,
        closed=standing.closed,
        appealed=standing.appeal is not None,
        to_sign=len(standing.awaited),
        lacking=len(standing.lacking),
        blocks=standing.blocks,
        entry=to_json(standing),
    )


def _due_row(deadline: Deadline, name: str | None) -> DueRow:
    return DueRow(deadline.due, deadline.nature.value, deadline.responsible, to_json(Due(deadline, name)))
