"""The sign of life the pipeline leaves at every look into inbox/, for whoever watches over the service."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from pipeline.system.files import open_regular, read_file

_FORMAT: Final = "jeke/heartbeat/1"
_FILE_MODE: Final = 0o640
_SECONDS_BETWEEN: Final = 1.0
"""In the middle of a look; a thousand drops need not write a thousand signs."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One sign of life: when, whether inbox/ was there, how many files in it changed, how many drops wait."""

    at: datetime
    inbox: bool
    settling: int
    held: int

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """The last one; None where there is none, or none that can be read (a crash may leave it empty)."""
        try:
            entry = json.loads(read_file(file))
            return cls(
                datetime.fromisoformat(entry["at"]),
                bool(entry["inbox"]),
                int(entry["settling"]),
                int(entry["held"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, file: Path) -> None:
        """In the place of the last one. Not synced: it is worth nothing after a crash.

        Raises:
            OSError: it cannot be written.
        """
        entry = {
            "format": _FORMAT,
            "at": self.at.isoformat(),
            "inbox": self.inbox,
            "settling": self.settling,
            "held": self.held,
        }
        part = file.with_name(f".{file.name}.part")
        descriptor = open_regular(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _FILE_MODE)
        with os.fdopen(descriptor, "w") as text:
            json.dump(entry, text)
        part.replace(file)


class Heartbeat:
    """Beats for one running pipeline. A sign that cannot be written stops nothing: it is missed outside."""

    def __init__(self, file: Path, clock: Callable[[], datetime], alive: Callable[[], None]) -> None:
        """`alive` is told at every beat; a service manager is told by it."""
        self._file = file
        self._clock = clock
        self._alive = alive
        self._last = float("-inf")

    def beat(self, *, inbox: bool = True, settling: int = 0, held: int = 0) -> None:
        """After a look into inbox/."""
        self._last = time.monotonic()
        with suppress(OSError):
            Beat(self._clock(), inbox, settling, held).write(self._file)
        self._alive()

    def go_on(self, held: int) -> None:
        """In the middle of a look, before each drop."""
        if time.monotonic() - self._last >= _SECONDS_BETWEEN:
            self.beat(held=held)
