import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.calendar import CalendarDay, Week
from pipeline.domain.errors import ConfigError
from pipeline.intake.calendar_file import read_calendar_file

HEAD = 'schema: "1"\nweek: five_day\nbase: none\n'
ENTRY = "{status: off, title: Мереке, source: заң}"


def read(text: str):
    return read_calendar_file("к.yaml", text.encode())


def test_everything_a_file_can_say():
    told = read(
        "schema: 1\n"
        "week: five_day\n"
        "base: holidays.KZ\n"
        "base_min_version: 0.109\n"
        "verified_years: [2025, '2026']\n"
        "days:\n"
        "  2026-05-01: {status: off, title: ' Мереке ', source: заң}\n"
        "  '2026-05-02': {status: work, title: Yes, source: 1.20}\n"
    )
    assert (told.week, told.base, told.base_line, told.base_min_version) == (
        Week.FIVE_DAY,
        "holidays.KZ",
        3,
        "0.109",
    )
    assert told.verified_years == {2025, 2026}
    assert told.days == {
        date(2026, 5, 1): CalendarDay(working=False, title="Мереке", source="заң"),
        date(2026, 5, 2): CalendarDay(working=True, title="Yes", source="1.20"),
    }


@pytest.mark.parametrize("tail", ["", "days:\n", "days: {}\nverified_years: []\n", "verified_years:\n"])
def test_the_least_a_file_can_say(tail):
    told = read(HEAD + tail)
    assert (told.days, told.verified_years, told.base_min_version) == ({}, frozenset(), "")


def test_a_byte_order_mark_is_borne():
    assert read_calendar_file("к.yaml", b"\xef\xbb\xbf" + HEAD.encode()).base == "none"


@pytest.mark.parametrize(
    ("text", "code", "line", "key"),
    [
        ("", "calendar_shape", 1, ""),
        ("- бірінші", "calendar_shape", 1, ""),
        ("schema: [\n", "calendar_syntax", 2, None),
        (HEAD + "---\n" + HEAD, "calendar_syntax", 4, None),
        (HEAD + "days: *x\n", "calendar_syntax", 4, None),
        (HEAD + "title: \x01\n", "calendar_syntax", 4, None),
        ("[" * 3000, "calendar_syntax", 1, None),
        (HEAD + "holidays: []\n", "calendar_unknown_key", 4, "holidays"),
        (HEAD + "week: six_day\n", "calendar_duplicate_key", 4, "week"),
        ("week: five_day\nbase: none\n", "calendar_missing_key", 1, "schema"),
        ('schema: "1"\nbase: none\n', "calendar_missing_key", 1, "week"),
        ('schema: "1"\nweek: five_day\n', "calendar_missing_key", 1, "base"),
        ('schema: "2"\nweek: five_day\nbase: none\n', "calendar_value", 1, "schema"),
        ('schema: "1"\nweek: five\nbase: none\n', "calendar_value", 2, "week"),
        ('schema: "1"\nweek: five_day\nbase: holidays\n', "calendar_value", 3, "base"),
        ('schema: "1"\nweek: six_day\nbase: holidays.KZ\n', "calendar_six_day_base", 3, None),
        (HEAD + "base_min_version: соңғы\n", "calendar_value", 4, "base_min_version"),
        (HEAD + "verified_years: 2026\n", "calendar_shape", 4, "verified_years"),
        (HEAD + "verified_years:\n  - 2026\n  - 26\n", "calendar_value", 6, "verified_years"),
        (HEAD + "days: 5\n", "calendar_shape", 4, "days"),
        (HEAD + "days:\n  2026-05-01: off\n", "calendar_shape", 5, "days.2026-05-01"),
        (HEAD + f"days:\n  01.05.2026: {ENTRY}\n", "calendar_value", 5, "days"),
        (HEAD + f"days:\n  2026-02-30: {ENTRY}\n", "calendar_value", 5, "days"),
        (HEAD + f"days:\n  '20260501': {ENTRY}\n", "calendar_value", 5, "days"),
        (HEAD + f"days:\n  2026-05-01: {ENTRY}\n  '2026-05-01': {ENTRY}\n", "calendar_duplicate_key", 6, "days.2026-05-01"),
        (HEAD + "days:\n  2026-05-01: {status: off, title: Мереке}\n", "calendar_missing_key", 5, "days.2026-05-01.source"),
        (HEAD + "days:\n  2026-05-01: {status: off, title: Мереке, source: ''}\n", "calendar_missing_key", 5, "days.2026-05-01.source"),
        (HEAD + "days:\n  2026-05-01: {status: off, source: заң}\n", "calendar_missing_key", 5, "days.2026-05-01.title"),
        (HEAD + "days:\n  2026-05-01:\n    status: жоқ\n    title: а\n    source: б\n", "calendar_value", 6, "days.2026-05-01.status"),
        (HEAD + "days:\n  2026-05-32:\n    status: off\n    title: а\n    source: б\n", "calendar_value", 5, "days"),
        (HEAD + "days:\n  2026-05-01: {status: off, title: а, source: б, note: в}\n", "calendar_unknown_key", 5, "days.2026-05-01.note"),
        (HEAD + "days:\n  2026-05-01: {status: off, title: [а], source: б}\n", "calendar_shape", 5, "days.2026-05-01.title"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text, code, line, key):
    with pytest.raises(ConfigError) as caught:
        read(text)
    error = caught.value
    assert (error.code, error.params["file"], error.params["line"], error.params.get("key")) == (
        code,
        "к.yaml",
        line,
        key,
    )


def test_bytes_that_are_no_text():
    with pytest.raises(ConfigError) as caught:
        read_calendar_file("к.yaml", b"schema: 1\nweek: \xff\xfe\n")
    assert (caught.value.code, caught.value.params["line"]) == ("calendar_syntax", 2)


@given(st.text(max_size=60).map(lambda text: (HEAD + text).encode()) | st.binary(max_size=60))
def test_no_input_breaks_the_reader(content):
    with contextlib.suppress(ConfigError):
        read_calendar_file("к.yaml", content)
