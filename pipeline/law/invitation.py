"""¶17: the last day for materials and invitation, which the consequence of ¶31 part 2 also hangs on."""

from __future__ import annotations

from datetime import date

from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.records import Case
from pipeline.domain.terms import Reckoned, working_days
from pipeline.law.numbers import MATERIALS_WORKING_DAYS
from pipeline.law.readings import Readings


def last_day_before(sitting_on: date, calendar: WorkCalendar, readings: Readings) -> Reckoned:
    """Three working days back from the sitting, or one more where full days are read."""
    days = MATERIALS_WORKING_DAYS + (1 if readings.strict_full_days else 0)
    return working_days(calendar, sitting_on, -days)


def invited_in_time(case: Case, sitting_on: date, calendar: WorkCalendar, readings: Readings) -> bool:
    """Second sentence: told of day and place within the same term, and the day of telling is known."""
    notified = case.materials.notified_on if case.materials else None
    return notified is not None and notified <= last_day_before(sitting_on, calendar, readings).due
