"""All that is due of a place of work: acts by the order, recordings whose keeping ends, open appeals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from heapq import merge

from pipeline.domain.findings import Deadline
from pipeline.domain.records import Ref
from pipeline.flow.recordings.awaited import Awaited, awaited
from pipeline.flow.retention.expiry import expiries
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.standing.asked import standings
from pipeline.flow.standing.case import CaseStanding
from pipeline.flow.standing.due import Due


@dataclass(frozen=True, slots=True)
class Ahead:
    """`due` overdue first, then soonest first; `awaited` are recordings that nobody has handed in (¶29).

    `unread` are records that do not verify or read: nothing can be said of them.
    """

    due: tuple[Due, ...]
    appealed: tuple[CaseStanding, ...]
    awaited: tuple[Awaited, ...]
    unread: tuple[Ref, ...]


def what_is_ahead(place: Workplace, on: date | None) -> Ahead:
    """As of today, or as of a day asked about.

    Raises:
        JekeError: index, archive or store cannot be read.
    """
    day = on or place.today
    asked = standings(place, on)
    kept = sorted((Due(d) for d in expiries(place, day)), key=lambda due: _place(due.deadline, day))
    due = merge(asked.due(), kept, key=lambda due: _place(due.deadline, day))
    missing = awaited(place.index, place.readings.recording_retention_years)
    return Ahead(tuple(due), asked.appealed(), missing, asked.unread)


def _place(deadline: Deadline, on: date) -> tuple[bool, date, str, str]:
    return not deadline.overdue(on), deadline.due, deadline.responsible, str(deadline.record)
