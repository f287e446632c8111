"""The journal: what is under way, and how every drop ended. The archive is the truth for what is filed.

Written through to the disk at every step (WAL, synchronous=FULL), and always before the step it speaks of.
"""

from __future__ import annotations

import json
import os
import sqlite3
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from pipeline.domain.errors import MachineError, NotFoundError
from pipeline.intake.journal_reading import WAIT_SECONDS, Reading
from pipeline.intake.journal_schema import JOURNAL_VERSION, bring_up
from pipeline.system.files import FILE_MODE

Detail = Mapping[str, str | int]
"""What the result was about: codes, object ids, a first drop's id. Never text out of a record."""

_COLUMNS: Final = (
    "id, name, state, sha256, size, claimed_at, ended_at, retry_at, attempts, back_to, back_as, detail,"
    " bundle"
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


RETURNING: Final = "returning"
"""In a drop's history beside the states: the file is about to be given back."""

CUT_OFF: Final = "cut_off"
"""In a drop's history beside the states: the work on it ended with the program."""

MENDED: Final = "mended"
"""In a drop's history beside the states: its records were accepted since, out of another file."""

DISCARDED: Final = "discarded"
"""In a drop's history beside the states: what was given back is deleted."""

UNFINISHED: Final = (DropState.CLAIMING, DropState.CLAIMED, DropState.RETRY)
FILED: Final = (DropState.DONE, DropState.WAITING)
"""The content is safe in the archive."""


@dataclass(frozen=True, slots=True)
class Drop:
    """One dropped file. `name` holds bytes that are no UTF-8 as Python's file names do (surrogates).

    `back_to` is the folder, relative to inbox/, into which the file is being given back, `back_as` the state
    it then ends in. `bundle` is the drop it was taken out of. Times carry a zone.
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
    bundle: str | None = None


@dataclass(frozen=True, slots=True)
class Mended:
    """A refused file all of whose records were accepted since, the last of them on the day `on`.

    `files` are the names and SHA-256 of what was given back, `back_to` the folder it lies in, below inbox/.
    """

    id: str
    back_to: str
    sha256: str
    on: date
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a drop's way: the state it came to, or RETURNING.

    The same step again and again (another try, prevented by the same fault) is one, counted in `times`, from
    its first time `at` to its `last`.
    """

    step: str
    at: datetime
    last: datetime
    times: int
    detail: Detail


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def is_begun(path: Path) -> bool:
    """Whether a journal lies there: to SQLite an empty file, as a power cut leaves it, is a sound one."""
    return path.is_file() and path.stat().st_size > 0


class Journal:
    """One open journal; a context manager."""

    def __init__(self, opened: sqlite3.Connection | Reading, clock: Callable[[], datetime] = _now) -> None:
        """Use `open`."""
        self._opened = opened
        self._clock = clock

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime] = _now) -> Self:
        """Opens the journal, or makes an empty one; an earlier version's is brought up to this one's.

        `clock` gives the time of the steps that are not told theirs.

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
                bring_up(connection)
        except BaseException:
            connection.close()
            raise
        return cls(connection, clock)

    @classmethod
    def open_readonly(cls, path: Path) -> Self:
        """Opens a journal that is there, to read only: beside a running watch, without one, as another user.

        Nothing is made or written, neither the journal nor what SQLite keeps beside it. Where no program has
        it open and all of it stands in the one file, that is read as it is.

        Raises:
            MachineError: `journal_unusable`; `journal_older`, an earlier version wrote it and `jeke run` has
                not brought it up yet; `journal_version`, a later one did.
        """
        with _translated():
            return cls(Reading(path))

    @classmethod
    def open_to_read(cls, path: Path) -> Self:
        """The same; one of an earlier version is brought up where whoever asks may write it.

        Raises:
            MachineError: as `open_readonly`.
        """
        try:
            return cls.open_readonly(path)
        except MachineError as older:
            if older.code != "journal_older" or not os.access(path, os.W_OK):
                raise
            return cls.open(path)

    def require_writable(self) -> None:
        """SQLite opens for reading alone, without a word, what it could not open for writing at that moment.

        Raises:
            MachineError: `journal_unusable`.
        """
        self._run(f"PRAGMA user_version = {JOURNAL_VERSION}", ())

    def close(self) -> None:
        """Lets go of the file."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- a drop's way -----------------------------------------------------------------------------------

    def intend(self, drop_id: str, name: str, at: datetime, *, bundle: str | None = None) -> None:
        """A file is about to be claimed, or taken out of a bundle."""
        with self._whole():
            self._run(
                "INSERT INTO drops (id, name, state, claimed_at, bundle) VALUES (?, ?, ?, ?, ?)",
                (drop_id, os.fsencode(name), str(DropState.CLAIMING), at.isoformat(), bundle),
            )
            self._step(drop_id, DropState.CLAIMING, at)

    def claimed(self, drop_id: str, sha256: str, size: int) -> None:
        """The file is in its work folder; whatever was begun with it is to be done anew."""
        self._change(
            drop_id,
            (DropState.CLAIMED, self._clock(), None),
            "state = CASE state WHEN 'retry' THEN state ELSE 'claimed' END, sha256 = ?, size = ?,"
            " back_to = NULL, back_as = NULL",
            (sha256, size),
        )

    def retry(self, drop_id: str, at: datetime, detail: Detail) -> None:
        """The machine's fault: another try is due at `at`."""
        self._change(
            drop_id,
            (DropState.RETRY, self._clock(), detail),
            "state = 'retry', attempts = attempts + 1, retry_at = ?, detail = ?",
            (at.isoformat(), _json(detail)),
        )

    def returning(self, drop_id: str, back_to: str, back_as: DropState, detail: Detail) -> None:
        """The file is about to be given back into that folder of inbox/."""
        self._change(
            drop_id,
            (RETURNING, self._clock(), detail),
            "back_to = ?, back_as = ?, detail = ?",
            (os.fsencode(back_to), str(back_as), _json(detail)),
        )

    def end(self, drop_id: str, state: DropState, at: datetime, detail: Detail | None = None) -> None:
        """The drop is over; `detail` left out stays as it is."""
        self._change(
            drop_id,
            (state, at, detail),
            "state = ?, ended_at = ?, retry_at = NULL, detail = coalesce(?, detail)",
            (str(state), at.isoformat(), None if detail is None else _json(detail)),
        )

    def begin(self, drop_id: str) -> int:
        """Work on a drop begins; how often before it was cut off (`count_cut_off`).

        Raises:
            NotFoundError: `drop_unknown`.
        """
        if not self._run("UPDATE drops SET under_way = 1 WHERE id = ?", (drop_id,)):
            raise NotFoundError("drop_unknown", drop=drop_id)
        ((times,),) = self._rows("SELECT cut_off FROM drops WHERE id = ?", (drop_id,))
        return int(times)

    def rest(self, drop_id: str) -> None:
        """Work on a drop has ended, whatever became of it."""
        self._run("UPDATE drops SET under_way = 0 WHERE id = ?", (drop_id,))

    def count_cut_off(self, *, stopped: bool) -> None:
        """At start, alone: work begun that never ended was cut off, by a crash, a kill or the power.

        `stopped`: somebody had asked the program to end; then the drop is not to blame.
        """
        with self._whole():
            if not stopped:
                under_way = self._drops("WHERE under_way AND ended_at IS NULL", ())
                self._run("UPDATE drops SET cut_off = cut_off + 1 WHERE under_way AND ended_at IS NULL", ())
                for drop in under_way:
                    self._step(drop.id, CUT_OFF, self._clock())
            self._run("UPDATE drops SET under_way = 0 WHERE under_way", ())

    def forget(self, drop_id: str) -> None:
        """The claim never happened: the file is where it was."""
        with self._whole():
            self._run("DELETE FROM drops WHERE id = ?", (drop_id,))
            self._run("DELETE FROM steps WHERE id = ?", (drop_id,))

    def touch(self, drop_id: str, object_id: str) -> None:
        """The drop is about to change an object of the archive; after a kill its index entry is made anew."""
        self._run("INSERT OR IGNORE INTO touched VALUES (?, ?)", (drop_id, object_id))

    def owe_lists(self, campaign: str) -> None:
        """A case of the campaign changes: the lists made of its cases are to be made anew."""
        self._run("INSERT OR IGNORE INTO lists (campaign, debt) VALUES (?, ?)", (campaign, uuid.uuid4().hex))

    def lists_made(self, campaign: str) -> None:
        """The campaign's lists are as its cases are."""
        self._run("DELETE FROM lists WHERE campaign = ?", (campaign,))

    def refuses(self, drop_id: str, records: Iterable[tuple[str, str]]) -> None:
        """A file is about to be refused in which these records stand: kinds and ids, all of them."""
        with self._whole():
            for kind, record in records:
                self._run("INSERT OR IGNORE INTO refused VALUES (?, ?, ?, NULL)", (drop_id, kind, record))

    def lies_beside(self, drop_id: str, files: Iterable[tuple[str, str]]) -> None:
        """What is about to be given back with a refused file whose records are known: names and SHA-256."""
        with self._whole():
            for name, sha256 in files:
                self._run(
                    "INSERT OR IGNORE INTO laid SELECT ?1, ?2, ?3"
                    " WHERE EXISTS (SELECT 1 FROM refused WHERE id = ?1)",
                    (drop_id, name, sha256),
                )

    def brings(self, drop_id: str, records: Iterable[tuple[str, str]]) -> None:
        """The drop is about to file these records: kinds and ids; or finds them filed just so."""
        with self._whole():
            for kind, record in records:
                self._run("INSERT OR IGNORE INTO brought VALUES (?, ?, ?)", (kind, record, drop_id))

    def accepts(self, drop_id: str, records: Iterable[tuple[str, str]], at: datetime) -> None:
        """The drop's records are filed: refused files dropped before it in which they stand are mended."""
        self.let_be(drop_id)
        with self._whole():
            for kind, record in records:
                self._run(
                    "UPDATE refused SET accepted = ? WHERE kind = ? AND record = ? AND accepted IS NULL"
                    " AND (SELECT (turn, number) < (SELECT turn, number FROM dropped WHERE id = ?)"
                    " FROM dropped WHERE id = refused.id)",
                    (at.isoformat(), kind, record, drop_id),
                )

    def moves(self, drop_id: str, back_to: str) -> None:
        """What was given back is about to be moved to that folder of inbox/."""
        self._change(drop_id, (MENDED, self._clock(), None), "back_to = ?", (os.fsencode(back_to),))

    def discarded(self, drop_id: str) -> None:
        """What was given back is deleted."""
        self._change(drop_id, (DISCARDED, self._clock(), None), "back_to = NULL", ())
        self.let_be(drop_id)

    def let_be(self, drop_id: str) -> None:
        """What was given back lies there no more, or is no longer ours to move."""
        with self._whole():
            self._run("DELETE FROM refused WHERE id = ?", (drop_id,))
            self._run("DELETE FROM laid WHERE record = ?", (drop_id,))

    def owe_cases(self, cases: Iterable[str]) -> None:
        """The sitting of these cases is about to be withdrawn: they are to be filed anew without it."""
        with self._whole():
            for case in cases:
                self._run("INSERT OR IGNORE INTO cases VALUES (?)", (case,))

    def cases_filed(self, cases: Iterable[str]) -> None:
        """Those cases are as what is filed around them."""
        with self._whole():
            for case in cases:
                self._run("DELETE FROM cases WHERE id = ?", (case,))

    def lay(self, record: str, files: Iterable[tuple[str, str]]) -> None:
        """Lists are about to be laid into the record's folder of outbox/: names and SHA-256."""
        with self._whole():
            for name, sha256 in files:
                self._run("INSERT OR IGNORE INTO laid VALUES (?, ?, ?)", (record, name, sha256))

    def unlay(self, record: str, files: Iterable[tuple[str, str]]) -> None:
        """Those do not lie there any more, or are no longer ours."""
        with self._whole():
            for file in files:
                self._run("DELETE FROM laid WHERE (record, name, sha256) = (?, ?, ?)", (record, *file))

    def odd(self, name: str, fingerprint: str) -> None:
        """An odd thing in inbox/ has been answered; `fingerprint` tells it from a later one of that name."""
        self._run("INSERT OR REPLACE INTO odd VALUES (?, ?)", (os.fsencode(name), fingerprint))

    def odd_gone(self, names: Iterable[str]) -> None:
        """Things that are no longer there."""
        with self._whole():
            for name in names:
                self._run("DELETE FROM odd WHERE name = ?", (os.fsencode(name),))

    # --- answers ----------------------------------------------------------------------------------------

    def drop(self, drop_id: str) -> Drop:
        """One drop.

        Raises:
            NotFoundError: `drop_unknown`.
        """
        drop = self.find(drop_id)
        if drop is None:
            raise NotFoundError("drop_unknown", drop=drop_id)
        return drop

    def find(self, drop_id: str) -> Drop | None:
        """One drop, or None where there is no such."""
        drops = self._drops("WHERE id = ?", (drop_id,))
        return drops[0] if drops else None

    def drops(self, *states: DropState, limit: int = -1) -> tuple[Drop, ...]:
        """All drops, or those in these states, newest first."""
        return self._drops(
            "WHERE ?1 = '[]' OR state IN (SELECT value FROM json_each(?1)) ORDER BY number DESC LIMIT ?2",
            (json.dumps([str(state) for state in states]), limit),
        )

    def ended_since(self, moment: datetime) -> tuple[Drop, ...]:
        """Those that ended then or later, newest first."""
        when = moment.isoformat()
        return self._drops("WHERE julianday(ended_at) >= julianday(?) ORDER BY number DESC", (when,))

    def named(self, words: str) -> tuple[Drop, ...]:
        """The drops whose id begins so, or that were dropped under that name, oldest first."""
        names = [os.fsencode(unicodedata.normalize(form, words)) for form in ("NFC", "NFD")]
        return self._drops(
            "WHERE substr(id, 1, length(?1)) = ?1 OR name IN (?2, ?3, ?4) ORDER BY number",
            (words.encode(errors="replace").decode(), os.fsencode(words), *names),
        )

    def dropped_as(self, name: str, sha256: str, since: datetime) -> Drop | None:
        """The first drop of that name and content that was claimed then or later."""
        drops = self._drops(
            "WHERE sha256 = ? AND name = ? AND julianday(claimed_at) >= julianday(?) ORDER BY number LIMIT 1",
            (sha256, os.fsencode(name), since.isoformat()),
        )
        return drops[0] if drops else None

    def steps(self, drop_id: str) -> tuple[Step, ...]:
        """A drop's way, oldest first."""
        rows = self._rows(
            "SELECT step, at, last, times, detail FROM steps WHERE id = ? ORDER BY number", (drop_id,)
        )
        return tuple(
            Step(step, datetime.fromisoformat(at), datetime.fromisoformat(last), times, json.loads(detail))
            for step, at, last, times, detail in rows
        )

    def last_step(self) -> datetime | None:
        """When the newest step of any drop was."""
        rows = self._rows("SELECT last FROM steps ORDER BY number DESC LIMIT 100")
        return max((datetime.fromisoformat(last) for (last,) in rows), default=None)

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

    def brought_later(self, drop_id: str, kind: str, record: str) -> tuple[Drop, ...]:
        """The drops that were dropped after this one and filed the record or were about to, newest first."""
        return self._drops(
            "WHERE id IN (SELECT id FROM brought JOIN dropped USING (id) WHERE kind = ?1 AND record = ?2"
            " AND (turn, number) > (SELECT turn, number FROM dropped WHERE id = ?3)) ORDER BY number DESC",
            (kind, record, drop_id),
        )

    def taken_out_of(self, bundle: str) -> tuple[Drop, ...]:
        """The drops of a bundle, in the order they were taken out."""
        return self._drops("WHERE bundle = ? ORDER BY number", (bundle,))

    def odd_answered(self) -> dict[str, str]:
        """The odd things answered, by name, each with its fingerprint."""
        rows = self._rows("SELECT name, print FROM odd")
        return {os.fsdecode(name): fingerprint for name, fingerprint in rows}

    def lists_owed(self) -> tuple[str, ...]:
        """Campaigns whose lists are to be made anew."""
        rows = self._rows("SELECT campaign FROM lists ORDER BY campaign")
        return tuple(row[0] for row in rows)

    def debt_of_lists(self, campaign: str) -> str:
        """What is the same from when the campaign's lists were first owed until they are made and told of.

        Empty where they are not owed, or an earlier version noted that they are.
        """
        found = self._rows("SELECT debt FROM lists WHERE campaign = ?", (campaign,))
        return str(found[0][0]) if found else ""

    def cases_owed(self) -> tuple[str, ...]:
        """Cases to be filed anew."""
        rows = self._rows("SELECT id FROM cases ORDER BY id")
        return tuple(row[0] for row in rows)

    def mended_drops(self) -> tuple[Mended, ...]:
        """The refused files whose records were all accepted since, oldest first."""
        rows = self._rows(
            "SELECT drops.id, name, back_to, sha256, max(accepted) FROM drops"
            " JOIN refused ON refused.id = drops.id WHERE state = 'refused' AND back_to IS NOT NULL"
            " GROUP BY drops.id HAVING count(accepted) = count(*) ORDER BY number"
        )
        return tuple(
            Mended(
                drop_id,
                os.fsdecode(back_to),
                sha256,
                datetime.fromisoformat(accepted).date(),
                {**dict(self.laid(drop_id)), os.fsdecode(name): sha256},
            )
            for drop_id, name, back_to, sha256, accepted in rows
        )

    def laid(self, record: str) -> frozenset[tuple[str, str]]:
        """The lists that were laid into the record's folder of outbox/: names and SHA-256."""
        rows = self._rows("SELECT name, sha256 FROM laid WHERE record = ?", (record,))
        return frozenset((name, sha256) for name, sha256 in rows)

    def touched(self, drop_id: str) -> tuple[str, ...]:
        """The objects a drop changed, or was about to."""
        rows = self._rows("SELECT object_id FROM touched WHERE id = ? ORDER BY object_id", (drop_id,))
        return tuple(row[0] for row in rows)

    # ----------------------------------------------------------------------------------------------------

    def _drops(self, where: str, values: Sequence[object]) -> tuple[Drop, ...]:
        rows = self._rows(f"SELECT {_COLUMNS} FROM drops {where}", values)  # noqa: S608  # `where` is one of the constants above
        return tuple(_drop(row) for row in rows)

    def _change(
        self, drop_id: str, step: tuple[str, datetime, Detail | None], what: str, values: Sequence[object]
    ) -> None:
        """A change of the drop together with the step that brought it about."""
        with self._whole():
            changed = self._run(f"UPDATE drops SET {what} WHERE id = ?", (*values, drop_id))  # noqa: S608  # as above
            if not changed:
                raise NotFoundError("drop_unknown", drop=drop_id)
            self._step(drop_id, *step)

    def _step(self, drop_id: str, step: str, at: datetime, detail: Detail | None = None) -> None:
        """Notes a step; one that only repeats the last is counted there."""
        time, told = at.isoformat(), _json(detail or {})
        repeated = self._run(
            "UPDATE steps SET last = ?, times = times + 1 WHERE step = ? AND detail = ?"
            " AND number = (SELECT max(number) FROM steps WHERE id = ?)",
            (time, str(step), told, drop_id),
        )
        if not repeated:
            self._run(
                "INSERT INTO steps (id, step, at, last, detail) VALUES (?, ?, ?, ?, ?)",
                (drop_id, str(step), time, time, told),
            )

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """All that is written within, or nothing of it."""
        with _translated(), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    def _rows(self, question: str, values: Sequence[object] = ()) -> list[Any]:
        with _translated():
            if isinstance(self._opened, Reading):
                return self._opened.rows(question, values)
            return self._opened.execute(question, values).fetchall()

    @property
    def _connection(self) -> sqlite3.Connection:
        """To write by; SQLite refuses where the journal is only read."""
        return self._opened.connection if isinstance(self._opened, Reading) else self._opened

    def _run(self, sql: str, values: Sequence[object]) -> int:
        with _translated():
            return self._connection.execute(sql, values).rowcount


def _drop(row: Sequence[Any]) -> Drop:
    drop_id, name, state, sha256, size, claimed_at, ended_at, retry_at, attempts, *back, detail, bundle = row
    back_to, back_as = back
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
        bundle=bundle,
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
