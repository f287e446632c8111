from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.recordings_register import Registered, recordings_yaml
from pipeline.domain.records import Recording, RecordingType


def as_text(data: bytes) -> Any:
    return yaml.load(data, yaml.BaseLoader)  # noqa: S506  # it makes nothing but text


def register(*recordings: Recording, years: int = 1) -> list[dict[str, str | None]]:
    data = recordings_yaml([Registered("І-1", "О-1", r) for r in recordings], years)
    content = as_text(data)
    assert content["format"] == "jeke/recordings/1"
    entries: list[dict[str, str | None]] = content["recordings"]
    return entries


def test_an_entry_says_what_of_whom_and_until_when() -> None:
    recording = Recording("В-2025-118.mp4", RecordingType.VIDEO, date(2025, 10, 16), "ab" * 32)
    assert register(recording) == [
        {
            "file": "В-2025-118.mp4",
            "type": "video",
            "case": "І-1",
            "sitting": "О-1",
            "recorded_on": "2025-10-16",
            "rule": "¶29: 1 жыл",
            "keep_until": "2026-10-16",
            "sha256": "ab" * 32,
            "state": "күтілуде",
        }
    ]


@pytest.mark.parametrize(
    ("recorded_on", "years", "keep_until"),
    [
        (date(2023, 3, 1), 1, "2024-03-01"),  # 366 days: a calendar year, not 365 days
        (date(2024, 2, 29), 1, "2025-02-28"),
        (date(2024, 2, 29), 4, "2028-02-29"),
        (date(2025, 10, 16), 3, "2028-10-16"),
    ],
)
def test_a_term_is_of_calendar_years(recorded_on: date, years: int, keep_until: str) -> None:
    (entry,) = register(Recording("a.mp3", RecordingType.AUDIO, recorded_on), years=years)
    assert (entry["keep_until"], entry["rule"]) == (keep_until, f"¶29: {years} жыл")


def test_without_a_day_nothing_may_be_destroyed() -> None:
    (entry,) = register(Recording("a.mp3"))
    assert (entry["recorded_on"], entry["keep_until"]) == ("null", "null")


def test_no_recordings_is_an_empty_list() -> None:
    assert register() == []


def test_the_order_of_arrival_leaves_no_trace() -> None:
    one, two = (Registered(case, "О-1", Recording(f"{case}.mp4")) for case in "ab")
    assert recordings_yaml([one, two], 1) == recordings_yaml([two, one], 1)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_file_name_comes_back_as_it_was(name: str) -> None:
    data = recordings_yaml([Registered("010203500107", "no", Recording(name, sha256="1e10"))], 1)
    for content in (as_text(data), yaml.safe_load(data)):
        (entry,) = content["recordings"]
        assert (entry["file"], entry["case"], entry["sitting"], entry["sha256"]) == (
            name,
            "010203500107",
            "no",
            "1e10",
        )


def test_every_text_is_quoted() -> None:
    data = recordings_yaml([Registered("І-1", "О-1", Recording("a.mp4", recorded_on=date(2025, 10, 16)))], 1)
    (entry,) = yaml.safe_load(data)["recordings"]
    assert entry["recorded_on"] == "2025-10-16"
