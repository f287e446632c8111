"""¶17: the last day for materials and invitation, which the consequence of ¶31 part 2 also hangs on."""

from __future__ import annotations

from datetime import date

from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.terms import Reckoned, working_days
from pipeline.law.numbers import MATERIALS_WORKING_DAYS
from pipeline.law.readings import Readings


def last_day_before(sitting_on: date, calendar: WorkCalendar, readings: Readings) -> Reckoned:
    """Three working days back from the sitting, or one more where full days are read."""
    days = MATERIALS_WORKING_DAYS + (1 if readings.strict_full_days else 0)
    return working_days(calendar, sitting_on, -days)


def invited_in_time(
    told_on: date | None, sitting_on: date, calendar: WorkCalendar, readings: Readings
) -> bool:
    """Second sentence: told of day and place within the same term, and the day of telling is known."""
    return told_on is not None and told_on <= last_day_before(sitting_on, calendar, readings).due
