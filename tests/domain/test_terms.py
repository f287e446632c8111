from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.calendar import CalendarDay, WorkCalendar
from pipeline.domain.terms import (
    Reckoned,
    Unit,
    add_months,
    add_years,
    last_working_day,
    months,
    quarter,
    quarter_bounds,
    rolled,
    working_days,
    years,
)

OFF = {
    date(2025, 12, 31): "өз демалысымыз",
    date(2026, 1, 1): "Жаңа жыл",
    date(2026, 1, 2): "Жаңа жыл",
    date(2026, 1, 7): "Рождество",
}
CALENDAR = WorkCalendar(
    lambda year: {d: CalendarDay(working=False, title=t) for d, t in OFF.items() if d.year == year},
    verified_years=frozenset({2025, 2026}),
    digest="d",
)
DATES = st.dates(date(1990, 1, 1), date(2150, 12, 31))


def test_the_day_of_the_event_is_not_counted_and_the_last_day_is():
    assert working_days(CALENDAR, date(2025, 6, 9), 4).due == date(2025, 6, 13)
    assert working_days(CALENDAR, date(2025, 6, 9), 5).due == date(2025, 6, 16)


def test_an_event_on_a_day_off_starts_the_term_all_the_same():
    assert working_days(CALENDAR, date(2025, 6, 14), 1).due == date(2025, 6, 16)


def test_what_was_passed_over_is_told_earliest_first():
    reckoned = working_days(CALENDAR, date(2025, 12, 29), 5)
    assert reckoned == Reckoned(
        due=date(2026, 1, 9),
        start=date(2025, 12, 29),
        count=5,
        unit=Unit.WORKING_DAYS,
        skipped=(
            (date(2025, 12, 31), "өз демалысымыз"),
            (date(2026, 1, 1), "Жаңа жыл"),
            (date(2026, 1, 2), "Жаңа жыл"),
            (date(2026, 1, 3), "сенбі"),
            (date(2026, 1, 4), "жексенбі"),
            (date(2026, 1, 7), "Рождество"),
        ),
    )


def test_backwards_the_days_passed_over_are_told_earliest_first_too():
    reckoned = working_days(CALENDAR, date(2026, 1, 5), -1)
    assert reckoned.due == date(2025, 12, 30)
    assert [day for day, _ in reckoned.skipped] == [
        date(2025, 12, 31),
        date(2026, 1, 1),
        date(2026, 1, 2),
        date(2026, 1, 3),
        date(2026, 1, 4),
    ]


def test_no_working_days_is_no_term():
    with pytest.raises(ValueError, match="no working days"):
        working_days(CALENDAR, date(2025, 6, 9), 0)


def test_years_nobody_confirmed_are_named():
    assert working_days(CALENDAR, date(2026, 12, 28), 3).unverified_years == ()
    assert working_days(CALENDAR, date(2026, 12, 30), 3).unverified_years == (2027,)
    assert working_days(CALENDAR, date(2025, 1, 3), -5).unverified_years == (2024,)
    # The day of the event is not counted, so nothing hangs on its year's calendar.
    assert working_days(CALENDAR, date(2024, 12, 31), 2).unverified_years == ()


@given(DATES, st.integers(1, 40))
def test_there_and_back_again(start, count):
    due = working_days(CALENDAR, start, count).due
    assert CALENDAR.is_working(due)
    back = working_days(CALENDAR, due, -count).due
    assert back <= start
    assert all(not CALENDAR.is_working(back + timedelta(days=n + 1)) for n in range((start - back).days))


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 3, 31), 1, date(2025, 4, 30)),
        (date(2025, 2, 28), 6, date(2025, 8, 28)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 6, 9), 0, date(2025, 6, 9)),
    ],
)
def test_months(start, count, due):
    assert months(start, count) == Reckoned(due=due, start=start, count=count, unit=Unit.MONTHS)


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2022, 11, 23), 3, date(2025, 11, 23)),
    ],
)
def test_years(start, count, due):
    assert years(start, count) == Reckoned(due=due, start=start, count=count, unit=Unit.YEARS)


@given(DATES, st.integers(0, 1200))
def test_months_agree_with_dateutil(start, count):
    assert add_months(start, count) == start + relativedelta(months=count)


@given(DATES, st.integers(0, 100))
def test_years_agree_with_dateutil(start, count):
    assert add_years(start, count) == start + relativedelta(years=count)


@pytest.mark.parametrize("term", [add_months, add_years, months, years])
def test_months_and_years_are_counted_forward_only(term):
    with pytest.raises(ValueError, match="forward only"):
        term(date(2025, 6, 9), -1)


@pytest.mark.parametrize("term", [add_months, add_years])
def test_the_calendar_ends(term):
    with pytest.raises(ValueError, match="9999"):
        term(date(9999, 12, 1), 1)


def test_a_term_ending_on_a_day_off_ends_on_the_next_working_day():
    reckoned = rolled(CALENDAR, months(date(2025, 12, 1), 1))
    assert reckoned.due == date(2026, 1, 5)
    assert reckoned.rolled_from == date(2026, 1, 1)
    assert reckoned.skipped == (
        (date(2026, 1, 1), "Жаңа жыл"),
        (date(2026, 1, 2), "Жаңа жыл"),
        (date(2026, 1, 3), "сенбі"),
        (date(2026, 1, 4), "жексенбі"),
    )
    assert (reckoned.start, reckoned.count, reckoned.unit) == (date(2025, 12, 1), 1, Unit.MONTHS)


def test_a_term_ending_on_a_working_day_stays():
    term = months(date(2025, 5, 9), 1)
    assert rolled(CALENDAR, term) == term


def test_rolling_tells_the_years_it_looked_at():
    assert rolled(CALENDAR, months(date(2027, 5, 9), 1)).unverified_years == (2027,)
    once = rolled(CALENDAR, working_days(CALENDAR, date(2026, 12, 30), 3))
    assert once.unverified_years == (2027,)


@given(DATES, st.integers(0, 60))
def test_rolling_twice_is_rolling_once(start, count):
    once = rolled(CALENDAR, months(start, count))
    assert CALENDAR.is_working(once.due)
    assert rolled(CALENDAR, once) == once


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 1, 1), (2025, 1)),
        (date(2025, 3, 31), (2025, 1)),
        (date(2025, 4, 1), (2025, 2)),
        (date(2025, 12, 31), (2025, 4)),
    ],
)
def test_quarter(day, expected):
    assert quarter(day) == expected


@given(DATES)
def test_a_day_lies_within_its_quarter_which_has_three_months(day):
    first, last = quarter_bounds(*quarter(day))
    assert first <= day <= last
    assert first.day == 1
    assert (last + timedelta(days=1)) == first + relativedelta(months=3)


@pytest.mark.parametrize("number", [0, 5])
def test_there_are_four_quarters(number):
    with pytest.raises(ValueError, match="month"):
        quarter_bounds(2025, number)


def test_last_working_day():
    assert last_working_day(CALENDAR, date(2025, 10, 1), date(2025, 12, 31)) == date(2025, 12, 30)
    assert last_working_day(CALENDAR, date(2025, 6, 9), date(2025, 6, 9)) == date(2025, 6, 9)
    with pytest.raises(ValueError, match="no working day"):
        last_working_day(CALENDAR, date(2026, 1, 1), date(2026, 1, 4))


def test_a_day_before_the_first_is_not_looked_at():
    with pytest.raises(ValueError, match="no working day"):
        last_working_day(CALENDAR, date(2025, 6, 14), date(2025, 6, 15))


def test_the_last_year_of_the_calendar_can_still_be_reached():
    assert add_months(date(9998, 12, 31), 12) == date(9999, 12, 31)
    with pytest.raises(ValueError, match="9999"):
        add_months(date(9999, 1, 31), 12)
