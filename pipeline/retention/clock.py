"""Whether the machine's clock can be believed: a wrong one would destroy recordings whose term is not over.

Time must not run back behind anything the program has written down. Nor may it leap: the daily sweep leaves
the moment it last believed in, and a longer pause than that of a machine switched off asks a person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pipeline.domain.errors import RefusedError
from pipeline.retention.state_files import put

LONGEST_PAUSE: Final = timedelta(days=62)
"""A machine off for a month or two catches up by itself; after more a person says that the clock is right."""
BACKWARDS: Final = timedelta(minutes=5)
"""Clocks are set right by seconds now and then; the days of ¶29 do not feel it."""


def check(now: datetime, seen: Iterable[datetime | None], last: datetime | None, *, confirmed: bool) -> None:
    """Believes the clock, or refuses.

    `seen` are moments written down anywhere, `last` the one believed in last. `confirmed`: a person has
    looked at the clock; going back is refused all the same.

    Raises:
        RefusedError: `clock_back`, `clock_leap`.
    """
    known = [moment for moment in (*seen, last) if moment is not None]
    latest = max(known, default=None)
    if latest is not None and now < latest - BACKWARDS:
        raise RefusedError("clock_back", now=_minute(now), latest=_minute(latest))
    base = last or latest
    if base is not None and now - base > LONGEST_PAUSE and not confirmed:
        raise RefusedError("clock_leap", now=_minute(now), latest=_minute(base), days=(now - base).days)


class Believed:
    """The moment the clock was last believed, in a file of its own."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self._path = path

    def last(self) -> datetime | None:
        """None where there is none, or it cannot be read: then what else is written down counts."""
        try:
            return datetime.fromisoformat(json.loads(self._path.read_text(encoding="utf-8"))["believed"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def believe(self, now: datetime) -> None:
        """Writes the moment down; never an earlier one.

        Raises:
            MachineError: `retention_unusable`.
        """
        last = self.last()
        if last is None or now > last:
            put(self._path, f"{json.dumps({'believed': now.isoformat()})}\n".encode())


def _minute(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y %H:%M}"
