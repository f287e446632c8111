import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path

import holidays
import pytest
import yaml
from holidays.version import __version__ as version

from pipeline.domain.calendar import Week, WorkCalendar
from pipeline.domain.errors import ConfigError
from pipeline.domain.terms import Unit, last_working_day, months, rolled, working_days
from pipeline.intake.workdays import DEFAULT_FILE, default_calendar, load_calendar

CALENDAR = load_calendar(None)
DAY = timedelta(days=1)

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "calendar.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def days(first: date, last: date) -> list[date]:
    return [first + DAY * n for n in range((last - first).days + 1)]


def off_days(year: int) -> set[str]:
    """Working weekdays taken off, and weekend days that carry a title, as "MMDD"."""
    return {
        f"{day:%m%d}"
        for day in days(date(year, 1, 1), date(year, 12, 31))
        if not CALENDAR.is_working(day) and CALENDAR.title(day) not in {"сенбі", "жексенбі"}
    }


# --- what was checked against the published calendars of 2024-2027 --------------------------------------


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2025, 4, 14), 5, date(2025, 4, 21)),
        (date(2025, 4, 30), 5, date(2025, 5, 12)),
        (date(2025, 12, 29), 5, date(2026, 1, 8)),
        (date(2025, 5, 12), -3, date(2025, 5, 5)),
        (date(2026, 4, 28), 3, date(2026, 5, 4)),
        (date(2025, 1, 2), 1, date(2025, 1, 5)),
    ],
)
def test_terms_reckoned_by_hand(start, count, due):
    assert working_days(CALENDAR, start, count).due == due


@pytest.mark.parametrize(("year", "count"), [(2024, 249), (2025, 246), (2026, 247), (2027, 247)])
def test_working_days_a_year(year, count):
    assert sum(map(CALENDAR.is_working, days(date(year, 1, 1), date(year, 12, 31)))) == count


@pytest.mark.parametrize(
    ("year", "off"),
    [
        (2024, "0101 0102 0107 0308 0321 0322 0323 0325 0501 0507 0508 0509 0616 0706 0708 0830 1025 1216"),
        (
            2025,
            "0101 0102 0103 0107 0308 0310 0321 0322 0323 0324 0325 0501 0507 0509 0606 0706 0707 0830 0901 1025 1027 1216",
        ),
        (
            2026,
            "0101 0102 0107 0308 0309 0321 0322 0323 0324 0325 0501 0507 0509 0511 0527 0706 1025 1026 1216",
        ),
        (
            2027,
            "0101 0102 0104 0107 0308 0315 0321 0322 0323 0324 0501 0503 0507 0509 0510 0516 0706 1025 1216",
        ),
    ],
)
def test_days_off_of_a_year(year, off):
    assert off_days(year) == set(off.split())


@pytest.mark.parametrize("day", [date(2024, 5, 4), date(2025, 1, 5)])
def test_swapped_in_days_are_worked_and_say_so(day):
    assert day.weekday() >= 5
    assert CALENDAR.is_working(day)
    assert CALENDAR.title(day).startswith("Жұмыс күні")


def test_thirty_august_is_no_holiday_any_more():
    assert CALENDAR.is_working(date(2026, 8, 31))
    assert CALENDAR.is_working(date(2027, 8, 30))
    assert not CALENDAR.is_working(date(2027, 3, 15))


def test_titles_are_kazakh():
    assert CALENDAR.title(date(2025, 5, 9)) == "Жеңіс күні"
    assert CALENDAR.title(date(2025, 1, 3)) == "Демалыс күні (05.01.2025 орнына)"
    assert CALENDAR.title(date(2027, 3, 15)) == "Қазақстан Республикасының Конституциясы күні"


def test_the_days_between_are_told_with_their_reasons():
    reckoned = working_days(CALENDAR, date(2025, 4, 30), 5)
    assert reckoned.unit is Unit.WORKING_DAYS
    assert reckoned.skipped == (
        (date(2025, 5, 1), "Қазақстан халқының бірлігі мерекесі"),
        (date(2025, 5, 3), "сенбі"),
        (date(2025, 5, 4), "жексенбі"),
        (date(2025, 5, 7), "Отан Қорғаушы күні"),
        (date(2025, 5, 9), "Жеңіс күні"),
        (date(2025, 5, 10), "сенбі"),
        (date(2025, 5, 11), "жексенбі"),
    )
    assert reckoned.unverified_years == ()


def test_a_deadline_reaching_into_an_unconfirmed_year_says_so():
    assert CALENDAR.verified_years == {2024, 2025, 2026}
    assert working_days(CALENDAR, date(2026, 12, 29), 5).unverified_years == (2027,)


def test_an_appeal_term_ending_on_a_holiday_is_rolled():
    term = rolled(CALENDAR, months(date(2025, 4, 9), 1))
    assert (term.due, term.rolled_from) == (date(2025, 5, 12), date(2025, 5, 9))


def test_the_last_working_day_of_a_quarter():
    assert last_working_day(CALENDAR, date(2026, 1, 1), date(2026, 3, 31)) == date(2026, 3, 31)
    assert last_working_day(CALENDAR, date(2025, 7, 1), date(2025, 8, 31)) == date(2025, 8, 29)


# --- a second, slow computation ---------------------------------------------------------------------------

SLOW_COUNTS = (1, 2, 3, 5, 10, 15)
WORKED = [day for day in days(date(2023, 9, 1), date(2028, 4, 30)) if CALENDAR.is_working(day)]


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
@pytest.mark.parametrize("count", SLOW_COUNTS)
def test_every_start_day_agrees_with_a_list_of_working_days(year, count):
    for start in days(date(year, 1, 1), date(year, 12, 31)):
        later = [day for day in WORKED if start < day <= start + DAY * 40]
        earlier = [day for day in WORKED if start - DAY * 40 <= day < start]
        assert working_days(CALENDAR, start, count).due == later[count - 1]
        assert working_days(CALENDAR, start, -count).due == earlier[-count]


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
@pytest.mark.parametrize("count", [*SLOW_COUNTS, *(-n for n in SLOW_COUNTS)])
def test_every_start_day_agrees_with_the_library_counting_by_itself(year, count):
    library = holidays.country_holidays("KZ", years=range(year - 1, year + 2), language="kk")
    for start in days(date(year, 1, 1), date(year, 12, 31)):
        assert working_days(CALENDAR, start, count).due == library.get_nth_working_day(start, count)


def test_due_days_never_go_back_as_the_start_goes_on():
    dues = [working_days(CALENDAR, start, 5).due for start in days(date(2024, 1, 1), date(2027, 12, 31))]
    assert all(a <= b for a, b in pairwise(dues))


def test_what_is_skipped_and_what_is_counted_fill_the_window():
    for start in days(date(2025, 1, 1), date(2025, 12, 31)):
        term = working_days(CALENDAR, start, 7)
        assert len(term.skipped) + 7 == (term.due - start).days


# --- HR's file --------------------------------------------------------------------------------------------

WITHOUT_LIBRARY = """
schema: "1"
week: {week}
base: none
verified_years: ["2026"]
days:
  "2026-05-01": {{status: off, title: Мереке, source: заң}}
  2026-05-09: {{status: work, title: Жұмыс күні, source: бұйрық}}
"""


def test_the_file_beats_the_library_and_the_library_the_weekend(write):
    calendar = load_calendar(
        write(
            "schema: 1\nweek: five_day\nbase: holidays.KZ\ndays:\n"
            "  2026-05-07: {status: work, title: Жұмыс күні, source: бұйрық № 1}\n"
            "  2026-05-08: {status: off, title: Демалыс, source: бұйрық № 1}\n"
        )
    )
    assert calendar.is_working(date(2026, 5, 7))
    assert calendar.title(date(2026, 5, 8)) == "Демалыс"
    assert not calendar.is_working(date(2026, 5, 1))
    assert not calendar.is_working(date(2026, 5, 2))
    assert calendar.verified_years == frozenset()


def test_without_the_library_only_the_file_and_the_weekend_count(write):
    calendar = load_calendar(write(WITHOUT_LIBRARY.format(week="five_day")))
    assert not calendar.is_working(date(2026, 5, 1))
    assert calendar.is_working(date(2026, 5, 9))
    assert calendar.is_working(date(2026, 1, 1))
    assert not calendar.is_working(date(2026, 5, 10))


def test_a_six_day_week(write):
    calendar = load_calendar(write(WITHOUT_LIBRARY.format(week="six_day")))
    assert calendar.week is Week.SIX_DAY
    assert calendar.is_working(date(2026, 5, 2))
    assert not calendar.is_working(date(2026, 5, 3))
    assert working_days(calendar, date(2026, 4, 30), 2).due == date(2026, 5, 4)


def test_without_base_the_library_is_not_even_imported(write):
    path = write(WITHOUT_LIBRARY.format(week="five_day"))
    code = (
        "import sys, pathlib, datetime\n"
        "sys.modules['holidays'] = None\n"
        "from pipeline.intake.workdays import load_calendar\n"
        "calendar = load_calendar(pathlib.Path(sys.argv[1]))\n"
        "print(calendar.is_working(datetime.date(2026, 5, 1)))\n"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", code, str(path)], cwd=root, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"


def test_the_digest_tells_every_change_of_file_and_base(write):
    def digest(text: str) -> str:
        return load_calendar(write(text)).digest

    text = WITHOUT_LIBRARY.format(week="five_day")
    assert digest(text) == digest(text)
    assert len({digest(text), digest(text + "# жаңа\n"), CALENDAR.digest}) == 3
    assert len(CALENDAR.digest) == 64
    assert load_calendar(None).digest == CALENDAR.digest


def test_the_digest_tells_another_release_of_the_library(monkeypatch):
    monkeypatch.setattr("importlib.metadata.version", lambda _: "999.1")
    assert load_calendar(None).digest != CALENDAR.digest


def test_the_file_that_ships_is_the_one_used(tmp_path):
    assert default_calendar() == resources.files("pipeline.intake").joinpath(DEFAULT_FILE).read_bytes()
    copy = tmp_path / "hr.yaml"
    copy.write_bytes(default_calendar())
    assert load_calendar(copy).digest == CALENDAR.digest


def test_every_day_of_the_file_that_ships_names_its_act():
    shipped = yaml.safe_load(default_calendar())["days"]
    assert shipped
    assert all(isinstance(day, str) and entry["source"] for day, entry in shipped.items())


@pytest.mark.parametrize(("week", "working"), [("five_day", False), ("six_day", True)])
def test_far_years_are_borne(write, week, working):
    calendar: WorkCalendar = load_calendar(write(WITHOUT_LIBRARY.format(week=week)))
    saturday = date(2400, 1, 1)
    assert calendar.is_working(saturday) is working
    assert CALENDAR.is_working(date(1850, 1, 3))
    assert not CALENDAR.is_working(date(2400, 1, 1))


def test_a_library_older_than_the_file_allows(write):
    path = write('schema: "1"\nweek: five_day\nbase: holidays.KZ\nbase_min_version: "999.1"\n')
    with pytest.raises(ConfigError) as caught:
        load_calendar(path)
    assert caught.value.code == "calendar_library_old"
    assert caught.value.params == {
        "file": str(path),
        "line": 3,
        "found": version,
        "needed": "999.1",
    }


def test_versions_are_compared_as_numbers(write):
    calendar = load_calendar(
        write('schema: "1"\nweek: five_day\nbase: holidays.KZ\nbase_min_version: "0.9"\n')
    )
    assert calendar.is_working(date(2026, 8, 31))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load_calendar(tmp_path / "жоқ.yaml")
    assert caught.value.code == "calendar_unreadable"
    assert caught.value.params["file"] == str(tmp_path / "жоқ.yaml")


def test_of_the_library_only_this_country_is_loaded():
    code = (
        "import sys; from datetime import date; from pipeline.intake.workdays import load_calendar\n"
        "assert not load_calendar(None).is_working(date(2026, 12, 16))\n"
        "sys.exit('holidays.countries' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)
