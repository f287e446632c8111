"""The index's SQLite file: opening, transactions, and every failure of it in our own words.

It keeps a rollback journal and no write-ahead log: an archivist without the right to write can read it, and
putting a rebuilt file in its place leaves nothing behind. One process writes at a time; readers are many.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from pipeline.archive.index.schema import SCHEMA, SCHEMA_VERSION
from pipeline.domain.errors import CorruptError, MachineError
from pipeline.system.files import FILE_MODE

WORDS = "words"
"""The table that words are kept in."""

WAIT_SECONDS = 30.0
"""For another process's lock on the file."""


class Store:
    """One open index file.

    Every method raises CorruptError `index_damaged` where the file is no longer sound, and MachineError
    `index_unusable` where the disk or another process stands in the way.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use `open` or `create`."""
        self._connection = connection
        self.words = WORDS

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new, empty index.

        Raises:
            MachineError: `index_unusable`, the disk refused or there is a file already.
        """
        if path.exists():
            raise MachineError("index_unusable", reason="file exists")
        with _translated():
            path.touch(FILE_MODE)
            connection = _connect(path)
            connection.executescript(f"BEGIN;{SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The index that is there.

        Raises:
            CorruptError: `index_missing`, `index_version`, `index_damaged`: the caller rebuilds.
            MachineError: `index_unusable`, the disk refused.
        """
        if not path.is_file():
            raise CorruptError("index_missing")
        with _translated():
            connection = _connect(path)
        try:
            store = cls(connection)
            store._check()
        except BaseException:
            connection.close()
            raise
        return store

    def _check(self) -> None:
        version = self.value("PRAGMA user_version")
        if version != SCHEMA_VERSION:
            raise CorruptError("index_version", found=version, expected=SCHEMA_VERSION)
        self.rows("SELECT 1 FROM objects, words LIMIT 1")

    def require_writable(self) -> None:
        """SQLite opens for reading alone, without a word, what it could not open for writing at that moment.

        Raises:
            MachineError: `index_unusable`.
        """
        self.run(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; on the disk when it ends."""
        with _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.commit()

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """One transaction without a journal, for a file that nobody reads before it is whole and synced."""
        self.run("PRAGMA journal_mode = OFF")
        self.run("PRAGMA synchronous = OFF")
        self.run("PRAGMA cache_size = -131072")  # KiB
        with self.transaction():
            yield

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """One statement."""
        with _translated():
            self._connection.execute(sql, values)

    def script(self, sql: str) -> None:
        """Several statements, ended by semicolons; a transaction that is open is committed."""
        with _translated():
            self._connection.executescript(sql)

    def many(self, sql: str, values: Iterable[Sequence[object]]) -> None:
        """One statement for each row of values."""
        with _translated():
            self._connection.executemany(sql, values)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of an answer."""
        with _translated():
            return self._connection.execute(sql, values).fetchall()

    def each(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer one by one, as far as they are asked for."""
        with _translated():
            yield from self._connection.execute(sql, values)

    def value(self, sql: str, values: Sequence[object] = ()) -> Any:
        """First column of the first row, or None."""
        with _translated():
            row = self._connection.execute(sql, values).fetchone()
        return row[0] if row else None

    def texts(self, sql: str, values: Sequence[object] = ()) -> tuple[str, ...]:
        """First column of all rows."""
        return tuple(row[0] for row in self.rows(sql, values))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32768")
    return connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:  # locked, full, not readable; or tables that are not ours
        if "no such" in str(error):
            raise CorruptError("index_damaged") from error
        raise MachineError("index_unusable", reason=error.sqlite_errorname) from error
    except sqlite3.DatabaseError as error:
        raise CorruptError("index_damaged") from error
    except OSError as error:
        raise MachineError("index_unusable", reason=error.strerror or "") from error
