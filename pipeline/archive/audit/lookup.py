"""Looking into the audit chain by object, agent, event and time: a rebuildable index beside it.

Reading the whole chain costs some 17 µs an entry; this knows how far it has read each year's file and reads
on from there. It proves nothing: what it finds is read again, and proven, out of the chain. Whoever doubts it
deletes the file.
"""

# ruff: noqa: S608 - the statements are put together of constants and question marks only

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.archive.audit.entry import AuditEntry, InvalidEntryError, parse
from pipeline.archive.audit.file import held, years
from pipeline.domain.errors import MachineError
from pipeline.system.files import opened

_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE read_to (file TEXT PRIMARY KEY, bytes INTEGER NOT NULL, last TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    at     REAL NOT NULL,
    agent  TEXT NOT NULL,
    event  TEXT NOT NULL,
    every  INTEGER NOT NULL,
    file   TEXT NOT NULL,
    start  INTEGER NOT NULL,
    length INTEGER NOT NULL
);
CREATE INDEX entries_by_agent ON entries (agent, number);
CREATE INDEX entries_by_event ON entries (event, number);
CREATE INDEX entries_of_all ON entries (number) WHERE every;
CREATE TABLE concerned (
    object TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (object, number)
) WITHOUT ROWID;
"""
_WAIT_SECONDS: Final = 20.0
_EVERYTHING: Final = "all"
"""Scope of a view that showed all that is filed: it counts for every person."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; what is left out is not asked."""

    objects: tuple[str, ...] = ()
    agent: str = ""
    event: str = ""
    since: datetime | None = None
    until: datetime | None = None


def look(folder: Path, index: Path, asked: Asked, *, limit: int, offset: int) -> tuple[AuditEntry, ...]:
    """The entries that match, newest first, each proven by its own SHA-256.

    Raises:
        MachineError: `audit_unreadable`.
    """
    try:
        with _opened(index) as database, held(folder, writing=False):
            if not _continues(folder, database):
                database.executescript("DELETE FROM read_to; DELETE FROM entries; DELETE FROM concerned;")
            _read_on(folder, database)
            return tuple(_entries(folder, _found(database, asked, limit, offset)))
    except (OSError, sqlite3.Error) as error:
        reason = (error.strerror if isinstance(error, OSError) else str(error)) or ""
        raise MachineError("audit_unreadable", reason=reason) from error


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The index; what is no database is made anew."""
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as database:
        try:
            database.execute("PRAGMA schema_version").fetchone()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path, timeout=_WAIT_SECONDS)) as database:
        if database.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                database.execute(f"DROP TABLE {name}")
            database.executescript(f"{_SCHEMA}PRAGMA user_version = {_VERSION};")
        yield database


def _continues(folder: Path, database: sqlite3.Connection) -> bool:
    """Whether the files still hold what was read of them: the last line of each is where it was."""
    lying = {path.name: path for path in years(folder)}
    for name, size, last in database.execute("SELECT file, bytes, last FROM read_to"):
        path = lying.get(name)
        if path is None or path.stat().st_size < size:
            return False
        with opened(path) as file:
            file.seek(max(0, size - len(last.encode()) - 1))
            if file.read(len(last.encode())) != last.encode():
                return False
    return True


def _read_on(folder: Path, database: sqlite3.Connection) -> None:
    known = dict(database.execute("SELECT file, bytes FROM read_to"))
    with database:
        for path in years(folder):
            start = known.get(path.name, 0)
            if path.stat().st_size > start:
                _read_file(path, start, database)


def _read_file(path: Path, start: int, database: sqlite3.Connection) -> None:
    last = b""
    with opened(path) as file:
        file.seek(start)
        for raw in file:
            if not raw.endswith(b"\n"):
                break
            with suppress(InvalidEntryError):  # verifying names it
                _note(database, parse(raw[:-1]), path.name, start, len(raw) - 1)
            start += len(raw)
            last = raw[:-1]
    if last:
        database.execute("INSERT OR REPLACE INTO read_to VALUES (?, ?, ?)", (path.name, start, last.decode()))


def _note(database: sqlite3.Connection, entry: AuditEntry, file: str, start: int, length: int) -> None:
    every = entry.detail.get("scope") == _EVERYTHING
    at = entry.at.timestamp()
    database.execute(
        "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (entry.number, at, entry.agent, entry.event, every, file, start, length),
    )
    database.executemany(
        "INSERT OR IGNORE INTO concerned VALUES (?, ?)", [(each, entry.number) for each in entry.objects]
    )


def _found(
    database: sqlite3.Connection, asked: Asked, limit: int, offset: int
) -> Sequence[tuple[str, int, int]]:
    conditions, values = ["1"], list[str | float]()
    if asked.objects:
        conditions.append(
            "number IN (SELECT number FROM concerned WHERE object IN (SELECT value FROM json_each(?))"
            " UNION SELECT number FROM entries WHERE every)"
        )
        values.append(json.dumps(asked.objects))
    for column, text in (("agent", asked.agent), ("event", asked.event)):
        if text:
            conditions.append(f"{column} = ?")
            values.append(text)
    for sign, moment in ((">=", asked.since), ("<", asked.until)):
        if moment is not None:
            conditions.append(f"at {sign} ?")
            values.append(moment.timestamp())
    return database.execute(
        f"SELECT file, start, length FROM entries WHERE {' AND '.join(conditions)}"
        " ORDER BY number DESC LIMIT ? OFFSET ?",
        (*values, limit, offset),
    ).fetchall()


def _entries(folder: Path, found: Sequence[tuple[str, int, int]]) -> Iterator[AuditEntry]:
    for name, start, length in found:
        with opened(folder / name) as file:
            file.seek(start)
            try:
                yield parse(file.read(length))
            except InvalidEntryError:
                continue
