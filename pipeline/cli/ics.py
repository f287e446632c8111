"""Deadlines as an iCalendar file (RFC 5545), for any calendar program. It names records, never people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from pipeline.domain.findings import Deadline
from pipeline.messages.catalogue import Messages
from pipeline.messages.lines import paragraph_words

_OCTETS = 75


def calendar_of(deadlines: Iterable[Deadline], now: datetime, say: Messages) -> bytes:
    """The file: a whole-day event for each deadline. `now` carries a zone."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//jeke-is//kk"]
    for deadline in deadlines:
        lines += _event(deadline, now, say)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(deadline: Deadline, now: datetime, say: Messages) -> list[str]:
    summary = say.text(f"deadline.{deadline.code}")
    if deadline.soft:
        summary += f" ({say.text('cli.deadline.soft')})"
    about = (
        str(deadline.record),
        paragraph_words(deadline.paragraph, say),
        say.word("responsible", deadline.responsible),
    )
    return [
        "BEGIN:VEVENT",
        f"UID:{_uid(deadline)}@jeke-is.invalid",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{deadline.due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{deadline.due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(summary)}",
        f"DESCRIPTION:{_text(chr(10).join(about))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _uid(deadline: Deadline) -> str:
    """The same deadline keeps its event when its day moves."""
    return hashlib.sha256(f"{deadline.record}|{deadline.code}".encode()).hexdigest()[:32]


def _text(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, cut between characters (3.1)."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _OCTETS:
            yield part
            part = " "
        part += character
    yield part
