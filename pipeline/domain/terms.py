"""Terms of the order: working days, calendar months and years, forward only (Civil Code arts 173-176).

The day of the event is never counted; the last day is, until it ends (arts 173 and 176, part 1).
"""

from __future__ import annotations

import calendar as gregorian
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.domain.calendar import WorkCalendar

_DAY = timedelta(days=1)
_MONTHS_A_QUARTER = 3
_MONTHS_A_YEAR = 12


class Unit(StrEnum):
    """What a term is counted in."""

    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class Reckoned:
    """How a date came about.

    Attributes:
        due: the date itself.
        start: the day of the event, which is not counted.
        count: how many units; negative when counted backwards from the event.
        unit: what was counted.
        skipped: the non-working days passed over, earliest first, each with its title.
        rolled_from: the calendar day before it was moved to a working day (art. 175), else None.
        unverified_years: the years of counted days that nobody has confirmed.
    """

    due: date
    start: date
    count: int
    unit: Unit
    skipped: tuple[tuple[date, str], ...] = ()
    rolled_from: date | None = None
    unverified_years: tuple[int, ...] = ()


def working_days(calendar: WorkCalendar, start: date, count: int) -> Reckoned:
    """The `count`-th working day after `start`, or before it where `count` is negative.

    `start` itself is not counted, the day arrived at is. `start` need not be a working day.

    Raises:
        ValueError: `count` is 0.
        OverflowError: the day lies outside of the years 1 to 9999.
    """
    if count > 0:
        step = _DAY
    elif count < 0:
        step = -_DAY
    else:
        raise ValueError("a term of no working days")
    due, left, skipped = start, abs(count), []
    while left:
        due += step
        if calendar.is_working(due):
            left -= 1
        else:
            skipped.append((due, calendar.title(due)))
    first, last = sorted((start + step, due))
    return Reckoned(
        due=due,
        start=start,
        count=count,
        unit=Unit.WORKING_DAYS,
        skipped=tuple(sorted(skipped)),
        unverified_years=_unverified(calendar, first, last),
    )


def months(start: date, count: int) -> Reckoned:
    """The day `count` months after `start` (art. 174, part 3), not rolled.

    Raises:
        ValueError: `count` is negative, or the day lies after the year 9999.
    """
    return Reckoned(due=add_months(start, count), start=start, count=count, unit=Unit.MONTHS)


def years(start: date, count: int) -> Reckoned:
    """The day `count` years after `start` (art. 174, part 1), not rolled.

    Raises:
        ValueError: `count` is negative, or the day lies after the year 9999.
    """
    return Reckoned(due=add_years(start, count), start=start, count=count, unit=Unit.YEARS)


def rolled(calendar: WorkCalendar, reckoned: Reckoned) -> Reckoned:
    """The same term, ending on the next working day where its last day is none (art. 175).

    For deadlines to act only; never for earliest dates, bars and retention.
    """
    due, passed = reckoned.due, []
    while not calendar.is_working(due):
        passed.append((due, calendar.title(due)))
        due += _DAY
    unverified = {*reckoned.unverified_years, *_unverified(calendar, reckoned.due, due)}
    return replace(
        reckoned,
        due=due,
        skipped=(*reckoned.skipped, *passed),
        rolled_from=reckoned.due if passed else reckoned.rolled_from,
        unverified_years=tuple(sorted(unverified)),
    )


def add_months(day: date, count: int) -> date:
    """The same day of the month `count` months later, else that month's last day (art. 174, part 3).

    Forward only: the rule is not symmetric (31.08 + 6 months = 28.02, but 28.02 - 6 months = 28.08).

    Raises:
        ValueError: `count` is negative, or the day lies after the year 9999.
    """
    if count < 0:
        raise ValueError("terms in months are counted forward only")
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + count, _MONTHS_A_YEAR)
    if year > date.max.year:
        raise ValueError("the term ends after the year 9999")
    last = gregorian.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, count: int) -> date:
    """The same day `count` years later; 29 February becomes the 28th in a common year (art. 174, part 1).

    Raises:
        ValueError: `count` is negative, or the day lies after the year 9999.
    """
    return add_months(day, count * _MONTHS_A_YEAR)


def quarter(day: date) -> tuple[int, int]:
    """Year and quarter, 1 to 4, counted from the start of the year (art. 174, part 2)."""
    return day.year, (day.month - 1) // _MONTHS_A_QUARTER + 1


def quarter_bounds(year: int, q: int) -> tuple[date, date]:
    """First and last calendar day of the quarter.

    Raises:
        ValueError: `q` is not 1 to 4.
    """
    month = q * _MONTHS_A_QUARTER
    return date(year, month - 2, 1), date(year, month, gregorian.monthrange(year, month)[1])


def last_working_day(calendar: WorkCalendar, start: date, end: date) -> date:
    """The last working day from `start` to `end`, both included.

    Raises:
        ValueError: there is none.
    """
    for day in _days_back(end, start):
        if calendar.is_working(day):
            return day
    raise ValueError("no working day between the two dates")


def _days_back(last: date, first: date) -> Iterator[date]:
    return (last - _DAY * n for n in range((last - first).days + 1))


def _unverified(calendar: WorkCalendar, first: date, last: date) -> tuple[int, ...]:
    return tuple(y for y in range(first.year, last.year + 1) if y not in calendar.verified_years)
