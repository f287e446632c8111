"""What a verification has found sound: an interrupted one goes on, the same bytes are not judged twice.

Two things are remembered of an object found sound, under the SHA-512 of its inventory: when, in which run (an
interrupted run leaves these objects out when it goes on), and with what its content was read (the same bytes,
read by the same program with the same known authorities, give the same verdict; their digests are computed
again in every run all the same). Problems are never remembered.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from pipeline.system.files import FILE_MODE

_VERSION = 1
_SCHEMA = """
CREATE TABLE run (begun TEXT NOT NULL);
CREATE TABLE sound (
    object_id TEXT PRIMARY KEY,
    inventory TEXT NOT NULL,
    at        TEXT NOT NULL,
    run       TEXT NOT NULL,
    read_with TEXT NOT NULL,
    rows      TEXT NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Sound:
    """An object found sound: its inventory then, when, with what it was read, its rows in the index."""

    object_id: str
    inventory: str
    at: datetime
    read_with: str
    rows: str


class Memory:
    """Of one place of work. Without a file it remembers for the one run only."""

    def __init__(self, connection: sqlite3.Connection, begun: datetime, *, resumed: bool) -> None:
        """Use `open`."""
        self._connection = connection
        self.begun = begun
        self.resumed = resumed

    @classmethod
    def open(cls, path: Path | None, *, now: datetime, fresh: bool) -> Self:
        """Goes on with the run that was interrupted, or begins one; `fresh` forgets all that went before.

        A file that cannot be used is as good as none: an archivist without the right to write verifies too.
        """
        connection = _usable(path) if path is not None else None
        if connection is None:
            connection = _connected(":memory:")
        if fresh:
            connection.execute("DELETE FROM run")
            connection.execute("DELETE FROM sound")
        row = connection.execute("SELECT begun FROM run").fetchone()
        if row is None:
            connection.execute("INSERT INTO run VALUES (?)", (now.isoformat(),))
        connection.commit()
        return cls(connection, datetime.fromisoformat(row[0]) if row else now, resumed=row is not None)

    def of(self, object_id: str) -> Sound | None:
        """What is remembered of the object, of whichever run."""
        row = self._connection.execute(
            "SELECT object_id, inventory, at, read_with, rows FROM sound WHERE object_id = ?", (object_id,)
        ).fetchone()
        return Sound(row[0], row[1], datetime.fromisoformat(row[2]), row[3], row[4]) if row else None

    def in_this_run(self, object_id: str) -> bool:
        """Whether this very run, before it was interrupted, has found the object sound."""
        found = self._connection.execute(
            "SELECT 1 FROM sound WHERE object_id = ? AND run = ?", (object_id, self.begun.isoformat())
        ).fetchone()
        return self.resumed and found is not None

    def remember(self, sound: Sound) -> None:
        """Kept at the next `save`."""
        self._connection.execute(
            "INSERT OR REPLACE INTO sound VALUES (?, ?, ?, ?, ?, ?)",
            (
                sound.object_id,
                sound.inventory,
                sound.at.isoformat(),
                self.begun.isoformat(),
                sound.read_with,
                sound.rows,
            ),
        )

    def save(self) -> None:
        """A kill from here on costs nothing of what is remembered."""
        with suppress(sqlite3.OperationalError):  # a full disk: the run goes on, it only cannot be resumed
            self._connection.commit()

    def finish(self) -> None:
        """The run is over; the next one looks at every object again."""
        self._connection.execute("DELETE FROM run")
        self.save()

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.save()
        self.close()


def _usable(path: Path) -> sqlite3.Connection | None:
    """The file, made where there is none, made anew where it is damaged or of another version."""
    try:
        path.touch(FILE_MODE)
        with suppress(sqlite3.DatabaseError):
            return _connected(str(path))
        path.unlink()
        path.touch(FILE_MODE)
        return _connected(str(path))
    except (OSError, sqlite3.Error):
        return None


def _connected(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            connection.executescript(f"{_SCHEMA}PRAGMA user_version = {_VERSION};")
        connection.execute("SELECT begun FROM run").fetchone()
        connection.execute("SELECT object_id, inventory, at, run, read_with, rows FROM sound").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
