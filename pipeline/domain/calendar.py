"""The working-day calendar: which days the service works, and why it does not on the others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

_WEEKDAYS = ("дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі")
_SATURDAY = 5


class Week(StrEnum):
    """The working week of the body; its last day off is always Sunday."""

    FIVE_DAY = "five_day"
    SIX_DAY = "six_day"


_FIRST_DAY_OFF = {Week.FIVE_DAY: _SATURDAY, Week.SIX_DAY: _SATURDAY + 1}


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that differs from the weekend rule or carries a title; `source` names the act behind it."""

    working: bool
    title: str
    source: str = ""


class WorkCalendar:
    """Working days of every year (Labour Code arts 84 and 85).

    `year_days(year)` gives the days of that year that differ from the weekend rule or carry a title. It is
    asked once a year of the calendar, at the first day looked up in it.

    Attributes:
        verified_years: years whose days somebody has confirmed against the official calendar.
        digest: SHA-256 of what the calendar was made from; kept with every date reckoned by it.
    """

    def __init__(
        self,
        year_days: Callable[[int], Mapping[date, CalendarDay]],
        *,
        week: Week = Week.FIVE_DAY,
        verified_years: frozenset[int],
        digest: str,
    ) -> None:
        self.week = week
        self.verified_years = verified_years
        self.digest = digest
        self._first_day_off = _FIRST_DAY_OFF[week]
        self._year_days = year_days
        self._years: dict[int, Mapping[date, CalendarDay]] = {}

    def is_working(self, day: date) -> bool:
        """Whether the service works on `day`."""
        special = self._special(day)
        return day.weekday() < self._first_day_off if special is None else special.working

    def title(self, day: date) -> str:
        """Why the day is off (the holiday, "сенбі", "жексенбі"), or the title of a swapped-in working day.

        Empty for an ordinary working day.
        """
        special = self._special(day)
        if special is not None and special.title:
            return special.title
        return "" if self.is_working(day) else _WEEKDAYS[day.weekday()]

    def _special(self, day: date) -> CalendarDay | None:
        year = self._years.get(day.year)
        if year is None:
            year = self._years[day.year] = self._year_days(day.year)
        return year.get(day)
