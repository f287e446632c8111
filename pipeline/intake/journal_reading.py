"""The journal's SQLite file, read without a byte made or written: beside a running watch and without one.

A program that has the journal open keeps `-wal` and `-shm` beside it, and SQLite's locks keep readers right.
Where nobody has, the file is read as it lies (`immutable`): no lock is taken, for taking one would write.
A program may then begin, and write, in the middle of a question. So the file must be the same after the
question as before it was opened, or the question is asked again.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pipeline.intake.journal_schema import require_version

WAIT_SECONDS: Final = 30.0
"""For a lock."""
_TRIES: Final = 100
_MOMENT: Final = 0.001
_TICK_NS: Final = 20_000_000
"""The longest tick is 10 ms."""
Lying = tuple[int, int, int]


class Reading:
    """One journal that is only read."""

    def __init__(self, path: Path) -> None:
        """Opens it.

        Raises:
            sqlite3.Error: it cannot be read.
            MachineError: as `require_version`.
        """
        self._path = path
        self._alone: Lying | None = None
        self.connection = self._opened()

    def rows(self, question: str, values: Sequence[object] = ()) -> list[Any]:
        """What the question finds, all of it out of one state of the journal.

        Raises:
            sqlite3.Error: it cannot be read.
            MachineError: as `require_version`.
        """
        for left in range(_TRIES, 0, -1):
            try:
                found = self.connection.execute(question, values).fetchall()
            except sqlite3.Error:
                if left == 1 or self._lies_still():
                    raise
            else:
                if self._lies_still():
                    return found
            self.connection.close()
            self.connection = self._opened()
        raise sqlite3.OperationalError("the journal did not lie still")

    def close(self) -> None:
        """Lets go of the file."""
        self.connection.close()

    def _opened(self) -> sqlite3.Connection:
        until = time.monotonic() + WAIT_SECONDS
        while True:
            self._alone = self._lying() if self._nobody_has_it() else None
            in_time = time.monotonic() < until
            if self._alone is not None and _is_fresh(self._alone) and in_time:
                time.sleep(_MOMENT)
                continue
            try:
                return self._connected()
            except sqlite3.OperationalError:  # opened or closed between the look and the opening
                if not in_time:
                    raise
            except sqlite3.Error:
                if not in_time or self._lies_still():
                    raise

    def _connected(self) -> sqlite3.Connection:
        """Read from once, for SQLite opens a file only then. `readonly_shm`: `-shm` is not written either."""
        how = "readonly_shm=1" if self._alone is None else "immutable=1"
        address = f"{self._path.absolute().as_uri()}?mode=ro&{how}"
        connection = sqlite3.connect(address, uri=True, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            require_version(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _nobody_has_it(self) -> bool:
        """Where `-shm` lies somebody has it open, or was killed; `-wal` may hold what the file lacks."""
        index, log = (self._path.with_name(f"{self._path.name}-{what}") for what in ("shm", "wal"))
        return not index.exists() and not _size(log)

    def _lies_still(self) -> bool:
        """Whether it is still so that what SQLite reads is the whole truth."""
        return self._alone is None or (self._nobody_has_it() and self._lying() == self._alone)

    def _lying(self) -> Lying:
        """Which file it is, how long, and when it was last changed, in nanoseconds."""
        found = self._path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns


def _is_fresh(lying: Lying) -> bool:
    """Whether a further change could bear the same time, for the kernel's clock goes by ticks."""
    return abs(time.time_ns() - lying[2]) < _TICK_NS


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
