"""The tables of the journal, version by version; one of an earlier version is brought up in its place."""

from __future__ import annotations

import sqlite3
from typing import Final

from pipeline.domain.errors import MachineError

_VERSIONS: Final[tuple[tuple[str, ...], ...]] = (
    (  # 1: what is under way and how it ended
        """CREATE TABLE drops (
            number     INTEGER PRIMARY KEY,
            id         TEXT NOT NULL UNIQUE,
            name       BLOB NOT NULL,
            state      TEXT NOT NULL,
            sha256     TEXT,
            size       INTEGER,
            claimed_at TEXT NOT NULL,
            ended_at   TEXT,
            retry_at   TEXT,
            attempts   INTEGER NOT NULL DEFAULT 0,
            back_to    BLOB,
            back_as    TEXT,
            detail     TEXT NOT NULL DEFAULT '{}'
        )""",
        "CREATE INDEX drops_by_sha256 ON drops (sha256)",
        "CREATE INDEX drops_by_state ON drops (state)",
        """CREATE TABLE touched (
            id        TEXT NOT NULL,
            object_id TEXT NOT NULL,
            PRIMARY KEY (id, object_id)
        ) WITHOUT ROWID""",
        "CREATE TABLE lists (campaign TEXT PRIMARY KEY) WITHOUT ROWID",
    ),
    (  # 2: every step with its time; of earlier drops the beginning and the end are known
        """CREATE TABLE steps (
            number INTEGER PRIMARY KEY,
            id     TEXT NOT NULL,
            step   TEXT NOT NULL,
            at     TEXT NOT NULL,
            last   TEXT NOT NULL,
            times  INTEGER NOT NULL DEFAULT 1,
            detail TEXT NOT NULL DEFAULT '{}'
        )""",
        "CREATE INDEX steps_by_id ON steps (id)",
        """INSERT INTO steps (id, step, at, last)
            SELECT id, 'claiming', claimed_at, claimed_at FROM drops ORDER BY number""",
        """INSERT INTO steps (id, step, at, last, detail)
            SELECT id, state, ended_at, ended_at, detail FROM drops
            WHERE ended_at IS NOT NULL ORDER BY number""",
    ),
    (  # 3: drops taken out of a folder or zip dropped as one; odd things in inbox/ that were answered
        "ALTER TABLE drops ADD COLUMN bundle TEXT",
        "CREATE INDEX drops_by_bundle ON drops (bundle) WHERE bundle IS NOT NULL",
        """CREATE TABLE odd (
            name  BLOB PRIMARY KEY,
            print TEXT NOT NULL
        ) WITHOUT ROWID""",
    ),
    (  # 4: whose work is being done right now, and how often it was cut off; of earlier drops nothing is held
        "ALTER TABLE drops ADD COLUMN under_way INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE drops ADD COLUMN cut_off INTEGER NOT NULL DEFAULT 0",
    ),
    (  # 5: what was laid into outbox/ and beside refused files, cases to file anew, the records of refused
        # files and when each was accepted since; of what an earlier version laid or refused nothing is known
        """CREATE TABLE laid (
            record TEXT NOT NULL,
            name   TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            PRIMARY KEY (record, name, sha256)
        ) WITHOUT ROWID""",
        "CREATE TABLE cases (id TEXT PRIMARY KEY) WITHOUT ROWID",
        """CREATE TABLE refused (
            id       TEXT NOT NULL,
            kind     TEXT NOT NULL,
            record   TEXT NOT NULL,
            accepted TEXT,
            PRIMARY KEY (id, kind, record)
        ) WITHOUT ROWID""",
        "CREATE INDEX refused_by_record ON refused (kind, record)",
    ),
    (  # 6: what lists owed together have in common; of those that an earlier version owed nothing is known
        "ALTER TABLE lists ADD COLUMN debt TEXT NOT NULL DEFAULT ''",
    ),
    (  # 7: which records each drop brought, and the drops in the order in which people dropped them: what a
        # folder or zip holds was dropped with it; of what an earlier version filed nothing is known
        """CREATE TABLE brought (
            kind   TEXT NOT NULL,
            record TEXT NOT NULL,
            id     TEXT NOT NULL,
            PRIMARY KEY (kind, record, id)
        ) WITHOUT ROWID""",
        """CREATE VIEW dropped AS
            SELECT drops.id, coalesce(bundles.number, drops.number) AS turn, drops.number
            FROM drops LEFT JOIN drops AS bundles ON bundles.id = drops.bundle""",
    ),
)
"""What makes each version of the one before it; only ever added to."""

JOURNAL_VERSION: Final = len(_VERSIONS)


def bring_up(connection: sqlite3.Connection) -> None:
    """Makes the tables of an empty journal, or adds what an earlier version lacks; wholly or not at all.

    Raises:
        MachineError: `journal_version`, a later program wrote it.
    """
    if _version(connection) == JOURNAL_VERSION:
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        found = _version(connection)
        if found > JOURNAL_VERSION:
            raise MachineError("journal_version", found=found, expected=JOURNAL_VERSION)
        for statements in _VERSIONS[found:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {JOURNAL_VERSION}")


def require_version(connection: sqlite3.Connection) -> None:
    """That a journal which is only read is of this version.

    Raises:
        MachineError: `journal_older`, the next `jeke run` brings it up; `journal_version`.
        sqlite3.Error: it cannot be read.
    """
    found = _version(connection)
    if found < JOURNAL_VERSION:
        raise MachineError("journal_older", found=found, expected=JOURNAL_VERSION)
    if found > JOURNAL_VERSION:
        raise MachineError("journal_version", found=found, expected=JOURNAL_VERSION)


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
