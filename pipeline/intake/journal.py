"""The journal: what is under way, and how every drop ended. The archive is the truth for what is filed.

Written through to the disk at every step (WAL, synchronous=FULL), and always before the step it speaks of.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from pipeline.domain.errors import MachineError, NotFoundError
from pipeline.intake.files import FILE_MODE

Detail = Mapping[str, str | int]
"""What the result was about: codes, object ids, a first drop's id. Never text out of a record."""

JOURNAL_VERSION: Final = 1
WAIT_SECONDS: Final = 30.0

_SCHEMA: Final = """
CREATE TABLE drops (
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
);
CREATE INDEX drops_by_sha256 ON drops (sha256);
CREATE INDEX drops_by_state ON drops (state);
CREATE TABLE touched (
    id        TEXT NOT NULL,
    object_id TEXT NOT NULL,
    PRIMARY KEY (id, object_id)
) WITHOUT ROWID;
CREATE TABLE lists (campaign TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_COLUMNS: Final = (
    "id, name, state, sha256, size, claimed_at, ended_at, retry_at, attempts, back_to, back_as, detail"
)


class DropState(StrEnum):
    """Where a drop stands; the last five are the results of a step."""

    CLAIMING = "claiming"
    CLAIMED = "claimed"
    DONE = "done"
    REFUSED = "refused"
    WAITING = "waiting"
    RETRY = "retry"
    FAILED = "failed"


UNFINISHED: Final = (DropState.CLAIMING, DropState.CLAIMED, DropState.RETRY)
FILED: Final = (DropState.DONE, DropState.WAITING)
"""The content is safe in the archive."""


@dataclass(frozen=True, slots=True)
class Drop:
    """One dropped file. `name` holds bytes that are no UTF-8 as Python's file names do (surrogates).

    `back_to` is the folder, relative to inbox/, into which the file is being given back, `back_as` the state
    it then ends in. Times carry a zone.
    """

    id: str
    name: str
    state: DropState
    sha256: str | None
    size: int | None
    claimed_at: datetime
    ended_at: datetime | None
    retry_at: datetime | None
    attempts: int
    back_to: str | None
    back_as: DropState | None
    detail: Detail


class Journal:
    """One open journal; a context manager."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use `open`."""
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """Opens the journal, or makes an empty one.

        Raises:
            MachineError: `journal_unusable`, `journal_version`.
        """
        with _translated():
            path.touch(FILE_MODE)
            connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            with _translated():
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                _settle_version(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- a drop's way -----------------------------------------------------------------------------------

    def intend(self, drop_id: str, name: str, at: datetime) -> None:
        """A file is about to be claimed."""
        self._run(
            "INSERT INTO drops (id, name, state, claimed_at) VALUES (?, ?, ?, ?)",
            (drop_id, os.fsencode(name), str(DropState.CLAIMING), at.isoformat()),
        )

    def claimed(self, drop_id: str, sha256: str, size: int) -> None:
        """The file is in its work folder; whatever was begun with it is to be done anew."""
        self._change(
            drop_id,
            "state = CASE state WHEN 'retry' THEN state ELSE 'claimed' END, sha256 = ?, size = ?,"
            " back_to = NULL, back_as = NULL",
            (sha256, size),
        )

    def retry(self, drop_id: str, at: datetime, detail: Detail) -> None:
        """The machine's fault: another try is due at `at`."""
        self._change(
            drop_id,
            "state = 'retry', attempts = attempts + 1, retry_at = ?, detail = ?",
            (at.isoformat(), _json(detail)),
        )

    def returning(self, drop_id: str, back_to: str, back_as: DropState, detail: Detail) -> None:
        """The file is about to be given back into that folder of inbox/."""
        self._change(
            drop_id,
            "back_to = ?, back_as = ?, detail = ?",
            (os.fsencode(back_to), str(back_as), _json(detail)),
        )

    def end(self, drop_id: str, state: DropState, at: datetime, detail: Detail | None = None) -> None:
        """The drop is over; `detail` left out stays as it is."""
        self._change(
            drop_id,
            "state = ?, ended_at = ?, retry_at = NULL, detail = coalesce(?, detail)",
            (str(state), at.isoformat(), None if detail is None else _json(detail)),
        )

    def forget(self, drop_id: str) -> None:
        """The claim never happened: the file is where it was."""
        self._run("DELETE FROM drops WHERE id = ?", (drop_id,))

    def touch(self, drop_id: str, object_id: str) -> None:
        """The drop is about to change an object of the archive; after a kill its index entry is made anew."""
        self._run("INSERT OR IGNORE INTO touched VALUES (?, ?)", (drop_id, object_id))

    def owe_lists(self, campaign: str) -> None:
        """A case of the campaign changes: the lists made of its cases are to be made anew."""
        self._run("INSERT OR IGNORE INTO lists VALUES (?)", (campaign,))

    def lists_made(self, campaign: str) -> None:
        """The campaign's lists are as its cases are."""
        self._run("DELETE FROM lists WHERE campaign = ?", (campaign,))

    # --- answers ----------------------------------------------------------------------------------------

    def drop(self, drop_id: str) -> Drop:
        """One drop.

        Raises:
            NotFoundError: `drop_unknown`.
        """
        drops = self._drops("WHERE id = ?", (drop_id,))
        if not drops:
            raise NotFoundError("drop_unknown", drop=drop_id)
        return drops[0]

    def drops(self, *states: DropState, limit: int = -1) -> tuple[Drop, ...]:
        """All drops, or those in these states, newest first."""
        return self._drops(
            "WHERE ?1 = '[]' OR state IN (SELECT value FROM json_each(?1)) ORDER BY number DESC LIMIT ?2",
            (json.dumps([str(state) for state in states]), limit),
        )

    def unfinished(self) -> tuple[Drop, ...]:
        """What is under way or to be tried again, oldest first."""
        return self.drops(*UNFINISHED)[::-1]

    def filed_before(self, sha256: str, drop_id: str) -> Drop | None:
        """The first drop of the same bytes whose content was filed."""
        drops = self._drops(
            "WHERE sha256 = ? AND id != ? AND state IN ('done', 'waiting') ORDER BY number LIMIT 1",
            (sha256, drop_id),
        )
        return drops[0] if drops else None

    def lists_owed(self) -> tuple[str, ...]:
        """Campaigns whose lists are to be made anew."""
        with _translated():
            rows = self._connection.execute("SELECT campaign FROM lists ORDER BY campaign").fetchall()
        return tuple(row[0] for row in rows)

    def touched(self, drop_id: str) -> tuple[str, ...]:
        """The objects a drop changed, or was about to."""
        with _translated():
            rows = self._connection.execute(
                "SELECT object_id FROM touched WHERE id = ? ORDER BY object_id", (drop_id,)
            ).fetchall()
        return tuple(row[0] for row in rows)

    # ----------------------------------------------------------------------------------------------------

    def _drops(self, where: str, values: Sequence[object]) -> tuple[Drop, ...]:
        with _translated():
            rows = self._connection.execute(f"SELECT {_COLUMNS} FROM drops {where}", values).fetchall()  # noqa: S608  # `where` is one of the constants above
        return tuple(_drop(row) for row in rows)

    def _change(self, drop_id: str, what: str, values: Sequence[object]) -> None:
        changed = self._run(f"UPDATE drops SET {what} WHERE id = ?", (*values, drop_id))  # noqa: S608  # as above
        if not changed:
            raise NotFoundError("drop_unknown", drop=drop_id)

    def _run(self, sql: str, values: Sequence[object]) -> int:
        with _translated():
            return self._connection.execute(sql, values).rowcount


def _settle_version(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {JOURNAL_VERSION};COMMIT;")
    elif version != JOURNAL_VERSION:
        raise MachineError("journal_version", found=version, expected=JOURNAL_VERSION)


def _drop(row: Sequence[Any]) -> Drop:
    drop_id, name, state, sha256, size, claimed_at, ended_at, retry_at, attempts, back_to, back_as, detail = (
        row
    )
    return Drop(
        id=drop_id,
        name=os.fsdecode(name),
        state=DropState(state),
        sha256=sha256,
        size=size,
        claimed_at=datetime.fromisoformat(claimed_at),
        ended_at=_time(ended_at),
        retry_at=_time(retry_at),
        attempts=attempts,
        back_to=None if back_to is None else os.fsdecode(back_to),
        back_as=None if back_as is None else DropState(back_as),
        detail=json.loads(detail),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _json(detail: Detail) -> str:
    return json.dumps(dict(detail), ensure_ascii=False, sort_keys=True)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise MachineError("journal_unusable", reason=error.sqlite_errorname) from error
    except OSError as error:
        raise MachineError("journal_unusable", reason=error.strerror or "") from error
