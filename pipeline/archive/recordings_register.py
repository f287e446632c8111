"""recordings.yaml: the register of a person's interview recordings, kept a year by the cadre service (¶29).

The recordings themselves lie outside the archive; what is destroyed leaves its entry here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import yaml

from pipeline.domain.records import Recording
from pipeline.domain.terms import add_years

RECORDINGS_FORMAT = "jeke/recordings/1"
EXPECTED = "күтілуде"
"""State of a recording that the sitting's record names and that has not been dropped yet."""

_HEAD = """\
# Әңгімелесу жазбаларының тізілімі (29-тармақ).
# Жазба keep_until күнін қоса алғанда сақталады, одан кейін ғана жойылады.
# recorded_on көрсетілмесе, сақтау мерзімі белгісіз, жазба жойылмайды.
"""


@dataclass(frozen=True, slots=True)
class Registered:
    """A recording and the interview it is of."""

    case: str
    sitting: str
    recording: Recording


def recordings_yaml(recordings: Iterable[Registered], retention_years: int) -> bytes:
    """The register. `keep_until` is the last day of keeping: calendar years after the day of recording.

    Without a day of recording it stays empty, and nothing may be destroyed.
    """
    entries = sorted((_entry(r, retention_years) for r in recordings), key=_order)
    lines = [_HEAD, f"format: {_quoted(RECORDINGS_FORMAT)}\n", "recordings:" + ("\n" if entries else " []\n")]
    for entry in entries:
        fields = [f"{key}: {_quoted(value)}\n" for key, value in entry.items()]
        lines.append("  - " + "    ".join(fields))
    return "".join(lines).encode()


def _entry(registered: Registered, retention_years: int) -> dict[str, str | None]:
    recording = registered.recording
    day = recording.recorded_on
    return {
        "file": recording.file,
        "type": recording.type,
        "case": registered.case,
        "sitting": registered.sitting,
        "recorded_on": None if day is None else day.isoformat(),
        "rule": f"¶29: {retention_years} жыл",
        "keep_until": None if day is None else add_years(day, retention_years).isoformat(),
        "sha256": recording.sha256,
        "state": EXPECTED,
    }


def _order(entry: dict[str, str | None]) -> tuple[str, ...]:
    return tuple(value or "" for value in entry.values())


def _quoted(text: str | None) -> str:
    """Text in double quotes, so that no reader takes a number or a day for anything else."""
    if text is None:
        return "null"
    return yaml.dump(str(text), default_style='"', allow_unicode=True, width=float("inf")).rstrip("\n")
