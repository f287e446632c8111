"""Deadlines for calendar programs."""

import re
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.ics import _folded, calendar_of
from pipeline.domain.findings import Deadline
from pipeline.domain.records import Kind, Ref
from pipeline.domain.terms import Reckoned, Unit
from pipeline.messages.catalogue import Messages

NOW = datetime(2025, 9, 1, 8, 30, tzinfo=UTC)


def deadline(due: date, record: str = "QRG-1", **changes) -> Deadline:
    reckoned = Reckoned(due, date(2025, 10, 16), 5, Unit.WORKING_DAYS)
    return Deadline("33", "protocol", Ref(Kind.SITTING, record), due, None, "secretary", reckoned, **changes)


def events(*deadlines: Deadline) -> list[dict[str, str]]:
    text = calendar_of(deadlines, NOW, Messages()).decode().replace("\r\n ", "")
    return [
        dict(re.split(":", line, maxsplit=1) for line in event.strip().split("\r\n"))
        for event in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", text, re.DOTALL)
    ]


def test_a_day_long_event():
    (event,) = events(deadline(date(2025, 10, 31)))
    assert event["DTSTART;VALUE=DATE"] == "20251031"
    assert event["DTEND;VALUE=DATE"] == "20251101"
    assert event["DTSTAMP"] == "20250901T083000Z"
    assert event["SUMMARY"] == "Отырыс хаттамасын ресімдеу"
    assert event["DESCRIPTION"] == r"sitting:QRG-1\n33-тармақ\nкомиссия хатшысы"


def test_an_advised_term_says_so():
    (event,) = events(deadline(date(2025, 10, 23), soft=True))
    assert event["SUMMARY"].endswith(r"(бұйрықта жоқ\, ұсынылатын мерзім)")


def test_a_deadline_that_moves_stays_one_event():
    first, moved, other = events(
        deadline(date(2025, 10, 23)), deadline(date(2025, 10, 24)), deadline(date(2025, 10, 23), "QRG-2")
    )
    assert first["UID"] == moved["UID"] != other["UID"]


def test_the_file_is_as_the_standard_asks():
    raw = calendar_of([deadline(date(2025, 10, 23), "Ә" * 80)], NOW, Messages())
    assert raw.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert raw.endswith(b"END:VEVENT\r\nEND:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    assert not any(b"\n" in line for line in lines)
    assert all(len(line) <= 75 for line in lines)
    assert all(line.decode() for line in lines[:-1])  # no character is cut


@given(st.text(alphabet=st.characters(exclude_characters="\r\n", codec="utf-8"), max_size=400))
def test_folding_loses_nothing(text):
    parts = list(_folded(text))
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == text
    assert all(len(part.encode()) <= 75 for part in parts)
