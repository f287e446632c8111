"""How cases stand, asked of the index: one case, a campaign, everything on one screen, what is due."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from typing import Final

from pipeline.archive.index.locations import Index
from pipeline.archive.index.standing import (
    StageCount,
    Totals,
    appealed_entries,
    case_entries,
    due_entries,
    entries,
    open_stages,
    overdue_count,
    totals,
)
from pipeline.domain.records import Ref
from pipeline.flow.recordings.awaited import Awaited, awaited
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.standing.case import CaseStanding
from pipeline.flow.standing.due import Due
from pipeline.flow.standing.kept import from_json
from pipeline.flow.standing.refresh import bring_up_to_date

FIRST: Final = 5
"""Overdue acts that a summary names."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Every case on one screen; `stages` are of those not closed, `overdue` the first of all overdue acts.

    `unread` are records that do not verify or read: they are counted nowhere else. `awaited` are recordings
    that nobody has handed in (¶29).
    """

    on: date
    stages: tuple[StageCount, ...]
    totals: Totals
    overdue_count: int
    overdue: tuple[Due, ...]
    next: Due | None
    unread: tuple[Ref, ...]
    awaited: tuple[Awaited, ...] = ()


class Standings:
    """How all that is filed stands on a day. Made with `standings`."""

    def __init__(self, index: Index, on: date, unread: tuple[Ref, ...], recording_years: int) -> None:
        self._index = index
        self._recording_years = recording_years
        self.on = on
        self.unread = unread

    def of(self, case_ids: Collection[str]) -> tuple[CaseStanding, ...]:
        """Those cases, in that order; one that cannot be read is left out."""
        found = case_entries(self._index, case_ids)
        return tuple(from_json(CaseStanding, found[case_id]) for case_id in case_ids if case_id in found)

    def all(self, campaign: str | None = None) -> Iterator[CaseStanding]:
        """All cases, or those of a campaign, by id."""
        return map(partial(from_json, CaseStanding), entries(self._index, campaign))

    def appealed(self) -> tuple[CaseStanding, ...]:
        """The cases with an open appeal (¶34)."""
        return tuple(map(partial(from_json, CaseStanding), appealed_entries(self._index)))

    def due(self) -> Iterator[Due]:
        """What is owed and the rights that still run: overdue first, then soonest first."""
        return (from_json(Due, entry) for _, entry in due_entries(self._index, self.on))

    def summary(self) -> Summary:
        """Everything on one screen."""
        late = due_entries(self._index, self.on, overdue=True)
        ahead = due_entries(self._index, self.on, overdue=False)
        return Summary(
            on=self.on,
            stages=open_stages(self._index),
            totals=totals(self._index),
            overdue_count=overdue_count(self._index, self.on),
            overdue=tuple(from_json(Due, entry) for _, entry in islice(late, FIRST)),
            next=next((from_json(Due, entry) for _, entry in ahead), None),
            unread=self.unread,
            awaited=awaited(self._index, self._recording_years),
        )


def standings(place: Workplace, on: date | None = None) -> Standings:
    """How everything stands today, or on a day asked about, which leaves the index as it is.

    Raises:
        JekeError: the index or the archive cannot be used.
    """
    day = on or place.today
    unread = bring_up_to_date(place, day, own_copy=on is not None)
    return Standings(place.index, day, unread, place.readings.recording_retention_years)
