from datetime import date

from pipeline.domain.calendar import CalendarDay, Week, WorkCalendar

SWAPPED_OFF, SWAPPED_IN, TITLED_SATURDAY = date(2025, 1, 3), date(2025, 1, 5), date(2025, 3, 22)
DAYS = {
    SWAPPED_OFF: CalendarDay(working=False, title="Демалыс күні"),
    SWAPPED_IN: CalendarDay(working=True, title="Жұмыс күні", source="бұйрық"),
    TITLED_SATURDAY: CalendarDay(working=False, title="Наурыз мейрамы"),
    date(2025, 5, 2): CalendarDay(working=False, title=""),
}


def calendar(week: Week = Week.FIVE_DAY) -> tuple[WorkCalendar, list[int]]:
    asked: list[int] = []

    def year_days(year: int) -> dict[date, CalendarDay]:
        asked.append(year)
        return DAYS if year == 2025 else {}

    return WorkCalendar(year_days, week=week, verified_years=frozenset({2025}), digest="d"), asked


def test_the_weekend_rule_holds_where_nothing_is_said():
    five, _ = calendar()
    assert [five.is_working(date(2025, 6, d)) for d in range(9, 16)] == [True] * 5 + [False] * 2


def test_saturday_is_a_working_day_of_the_six_day_week():
    six, _ = calendar(Week.SIX_DAY)
    assert [six.is_working(date(2025, 6, d)) for d in range(9, 16)] == [True] * 6 + [False]
    assert six.title(date(2025, 6, 14)) == ""


def test_a_named_day_beats_the_weekend_rule():
    five, _ = calendar()
    assert not five.is_working(SWAPPED_OFF)
    assert five.is_working(SWAPPED_IN)


def test_titles_say_why():
    five, _ = calendar()
    assert five.title(SWAPPED_OFF) == "Демалыс күні"
    assert five.title(SWAPPED_IN) == "Жұмыс күні"
    assert five.title(TITLED_SATURDAY) == "Наурыз мейрамы"
    assert five.title(date(2025, 6, 14)) == "сенбі"
    assert five.title(date(2025, 6, 15)) == "жексенбі"
    assert five.title(date(2025, 6, 16)) == ""
    assert five.title(date(2025, 5, 2)) == "жұма"


def test_a_year_is_asked_for_once_and_only_when_needed():
    five, asked = calendar()
    assert asked == []
    for day in (1, 2, 3, 4, 5):
        five.is_working(date(2025, 1, day))
        five.title(date(2025, 1, day))
    assert asked == [2025]
    five.is_working(date(2026, 1, 1))
    assert asked == [2025, 2026]
