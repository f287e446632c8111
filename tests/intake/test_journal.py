import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError, NotFoundError
from pipeline.intake.journal import RETURNING, DropState, Journal
from pipeline.intake.journal_schema import JOURNAL_VERSION

NOW = datetime(2025, 10, 16, 10, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal.open(path) as journal:
        yield journal


def claimed(journal: Journal, drop_id: str, sha256: str = "aa") -> None:
    journal.intend(drop_id, f"{drop_id}.yaml", NOW)
    journal.claimed(drop_id, sha256, 10)


def test_a_drop_is_known_before_it_is_claimed(journal: Journal) -> None:
    journal.intend("d1", "іс.yaml", NOW)
    drop = journal.drop("d1")
    assert (drop.state, drop.name, drop.sha256, drop.claimed_at) == (DropState.CLAIMING, "іс.yaml", None, NOW)
    assert journal.unfinished() == (drop,)


def test_a_name_that_is_no_text_comes_back_byte_for_byte(journal: Journal) -> None:
    journal.intend("d1", os.fsdecode(b"\xff\n.yaml"), NOW)
    assert os.fsencode(journal.drop("d1").name) == b"\xff\n.yaml"


def test_only_what_is_under_way_or_to_be_tried_again_is_unfinished(journal: Journal) -> None:
    for state in DropState:
        claimed(journal, state.value)
        if state is DropState.RETRY:
            journal.retry(state.value, LATER, {"code": "archive-busy"})
        elif state is not DropState.CLAIMED:
            journal.end(state.value, state, NOW)
    journal.forget("claiming")
    assert [drop.id for drop in journal.unfinished()] == ["claimed", "retry"]


def test_a_retry_counts_and_says_when(journal: Journal) -> None:
    claimed(journal, "d1")
    journal.retry("d1", LATER, {"code": "archive-busy"})
    journal.retry("d1", LATER + timedelta(hours=1), {"code": "archive-write"})
    drop = journal.drop("d1")
    assert (drop.state, drop.attempts, drop.retry_at) == (DropState.RETRY, 2, LATER + timedelta(hours=1))
    assert drop.detail == {"code": "archive-write"}
    journal.end("d1", DropState.DONE, LATER, {})
    assert journal.drop("d1").retry_at is None


def test_the_end_keeps_what_was_said_on_giving_back(journal: Journal) -> None:
    claimed(journal, "d1")
    journal.returning("d1", "refused/x", DropState.REFUSED, {"code": "yaml"})
    assert (journal.drop("d1").back_to, journal.drop("d1").back_as) == ("refused/x", DropState.REFUSED)
    journal.end("d1", DropState.REFUSED, LATER)
    drop = journal.drop("d1")
    assert (drop.state, drop.ended_at, drop.detail) == (DropState.REFUSED, LATER, {"code": "yaml"})


def test_claimed_anew_a_giving_back_is_off(journal: Journal) -> None:
    claimed(journal, "d1")
    journal.returning("d1", "refused/x", DropState.REFUSED, {})
    journal.claimed("d1", "bb", 11)
    drop = journal.drop("d1")
    assert (drop.back_to, drop.back_as, drop.sha256, drop.size) == (None, None, "bb", 11)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (DropState.DONE, "first"),
        (DropState.WAITING, "first"),
        (DropState.REFUSED, None),
        (DropState.FAILED, None),
        (DropState.CLAIMED, None),
    ],
)
def test_a_duplicate_is_of_what_was_filed_and_of_nothing_else(
    journal: Journal, state: DropState, found: str | None
) -> None:
    claimed(journal, "first", "same")
    journal.end("first", state, NOW)
    claimed(journal, "other", "different")
    claimed(journal, "again", "same")
    first = journal.filed_before("same", "again")
    assert (first and first.id) == found


def test_a_drop_is_no_duplicate_of_itself(journal: Journal) -> None:
    claimed(journal, "d1", "same")
    journal.end("d1", DropState.DONE, NOW)
    assert journal.filed_before("same", "d1") is None


def test_drops_are_listed_newest_first(journal: Journal) -> None:
    for number in range(5):
        claimed(journal, f"d{number}")
    journal.end("d2", DropState.REFUSED, NOW)
    journal.end("d4", DropState.DONE, NOW)
    assert [d.id for d in journal.drops(limit=2)] == ["d4", "d3"]
    assert [d.id for d in journal.drops(DropState.REFUSED, DropState.DONE)] == ["d4", "d2"]
    assert [d.id for d in journal.unfinished()] == ["d0", "d1", "d3"]


def test_touched_objects_are_remembered_once(journal: Journal) -> None:
    claimed(journal, "d1")
    for object_id in ("urn:uuid:b", "urn:uuid:a", "urn:uuid:b"):
        journal.touch("d1", object_id)
    assert journal.touched("d1") == ("urn:uuid:a", "urn:uuid:b")
    assert journal.touched("d2") == ()


def test_what_is_not_known_cannot_be_changed(journal: Journal) -> None:
    with pytest.raises(NotFoundError, match="drop_unknown"):
        journal.end("жоқ", DropState.DONE, NOW, {})
    with pytest.raises(NotFoundError, match="drop_unknown"):
        journal.drop("жоқ")


def way(journal: Journal, drop_id: str) -> list[tuple[str, int]]:
    return [(step.step, step.times) for step in journal.steps(drop_id)]


def test_every_step_is_kept_with_its_time(path: Path) -> None:
    ticks = iter(LATER + timedelta(seconds=n) for n in range(10))
    with Journal.open(path, lambda: next(ticks)) as journal:
        claimed(journal, "d1")
        journal.retry("d1", LATER + timedelta(hours=1), {"error": "archive_busy"})
        journal.returning("d1", "refused/x", DropState.REFUSED, {})
        journal.end("d1", DropState.REFUSED, LATER + timedelta(hours=2))
        steps = journal.steps("d1")
    assert [step.step for step in steps] == ["claiming", "claimed", "retry", RETURNING, "refused"]
    assert [step.at for step in steps] == [
        NOW,
        *(LATER + timedelta(seconds=n) for n in range(3)),
        LATER + timedelta(hours=2),
    ]
    assert steps[2].detail == {"error": "archive_busy"}


def test_a_step_that_only_repeats_is_counted(path: Path) -> None:
    ticks = iter(NOW + timedelta(minutes=n) for n in range(10))
    with Journal.open(path, lambda: next(ticks)) as journal:
        claimed(journal, "d1")
        claimed(journal, "d2")
        for code in ("disk", "disk", "disk", "busy"):
            journal.retry("d1", LATER, {"error": code})
        assert way(journal, "d1") == [("claiming", 1), ("claimed", 1), ("retry", 3), ("retry", 1)]
        assert way(journal, "d2") == [("claiming", 1), ("claimed", 1)]
        disk = journal.steps("d1")[2]
    assert (disk.at, disk.last) == (NOW + timedelta(minutes=2), NOW + timedelta(minutes=4))


def test_a_change_and_its_step_are_written_together(journal: Journal) -> None:
    claimed(journal, "d1")
    journal._connection.execute("DROP TABLE steps")
    changes: tuple[Callable[[], None], ...] = (
        lambda: journal.intend("d2", "x.yaml", NOW),
        lambda: journal.end("d1", DropState.DONE, NOW),
        lambda: journal.forget("d1"),
    )
    for change in changes:
        with pytest.raises(MachineError, match="journal_unusable"):
            change()
    assert [(d.id, d.state) for d in journal.drops()] == [("d1", DropState.CLAIMED)]


def test_what_never_happened_leaves_no_step(journal: Journal) -> None:
    journal.intend("d1", "x.yaml", NOW)
    journal.forget("d1")
    assert journal.steps("d1") == ()
    with pytest.raises(NotFoundError):
        journal.retry("d1", LATER, {})
    assert journal.steps("d1") == ()


VERSION_1 = """
CREATE TABLE drops (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name BLOB NOT NULL, state TEXT NOT NULL,
    sha256 TEXT, size INTEGER, claimed_at TEXT NOT NULL, ended_at TEXT, retry_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, back_to BLOB, back_as TEXT, detail TEXT NOT NULL DEFAULT '{}');
CREATE INDEX drops_by_sha256 ON drops (sha256);
CREATE INDEX drops_by_state ON drops (state);
CREATE TABLE touched (id TEXT NOT NULL, object_id TEXT NOT NULL, PRIMARY KEY (id, object_id)) WITHOUT ROWID;
CREATE TABLE lists (campaign TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO drops (id, name, state, sha256, size, claimed_at, ended_at, detail) VALUES
    ('d1', x'612e79616d6c', 'done', 'aa', 10, '2025-10-16T10:30:00+00:00', '2025-10-16T10:35:00+00:00', '{"a": 1}'),
    ('d2', x'622e79616d6c', 'retry', 'bb', 11, '2025-10-16T10:30:00+00:00', NULL, '{}');
INSERT INTO touched VALUES ('d2', 'urn:uuid:a');
PRAGMA user_version = 1;
"""
"""A journal as release 0.1.0 wrote it. Never to be changed: such places of work exist."""


def test_a_journal_of_the_first_version_is_brought_up_in_its_place(path: Path) -> None:
    with sqlite3.connect(path) as old:
        old.executescript(VERSION_1)
    old.close()
    for _ in range(2):
        with Journal.open(path, lambda: LATER) as journal:
            assert [(d.id, d.name, d.state) for d in journal.drops()] == [
                ("d2", "b.yaml", DropState.RETRY),
                ("d1", "a.yaml", DropState.DONE),
            ]
            assert journal.touched("d2") == ("urn:uuid:a",)
            assert [(s.step, s.at, s.detail) for s in journal.steps("d1")] == [
                ("claiming", NOW, {}),
                ("done", LATER, {"a": 1}),
            ]
            assert way(journal, "d2") == [("claiming", 1)]
            assert journal._connection.execute("PRAGMA user_version").fetchone() == (JOURNAL_VERSION,)


VERSION_3 = """
CREATE TABLE drops (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name BLOB NOT NULL, state TEXT NOT NULL,
    sha256 TEXT, size INTEGER, claimed_at TEXT NOT NULL, ended_at TEXT, retry_at TEXT,
    attempts INTEGER NOT NULL DEFAULT 0, back_to BLOB, back_as TEXT, detail TEXT NOT NULL DEFAULT '{}', bundle TEXT);
CREATE INDEX drops_by_sha256 ON drops (sha256);
CREATE INDEX drops_by_state ON drops (state);
CREATE INDEX drops_by_bundle ON drops (bundle) WHERE bundle IS NOT NULL;
CREATE TABLE touched (id TEXT NOT NULL, object_id TEXT NOT NULL, PRIMARY KEY (id, object_id)) WITHOUT ROWID;
CREATE TABLE lists (campaign TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE steps (number INTEGER PRIMARY KEY, id TEXT NOT NULL, step TEXT NOT NULL, at TEXT NOT NULL,
    last TEXT NOT NULL, times INTEGER NOT NULL DEFAULT 1, detail TEXT NOT NULL DEFAULT '{}');
CREATE INDEX steps_by_id ON steps (id);
CREATE TABLE odd (name BLOB PRIMARY KEY, print TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO drops (id, name, state, sha256, size, claimed_at, attempts) VALUES
    ('d1', x'612e706466', 'claimed', 'aa', 10, '2025-10-16T10:30:00+00:00', 0),
    ('d2', x'622e79616d6c', 'retry', 'bb', 11, '2025-10-16T10:30:00+00:00', 7);
PRAGMA user_version = 3;
"""
"""A journal as release 0.2.0 wrote it, two drops under way. Never to be changed: such places of work exist."""


def test_a_journal_of_the_release_before_goes_on(path: Path) -> None:
    """What lay claimed is held against nobody, however often it was tried."""
    with sqlite3.connect(path) as old:
        old.executescript(VERSION_3)
    old.close()
    with Journal.open(path, lambda: LATER) as journal:
        journal.count_cut_off(stopped=False)
        assert [d.id for d in journal.unfinished()] == ["d1", "d2"]
        assert [journal.begin(d) for d in ("d1", "d2")] == [0, 0]
    with Journal.open(path, lambda: LATER) as journal:
        journal.count_cut_off(stopped=False)
        assert [journal.begin(d) for d in ("d1", "d2")] == [1, 1]


VERSION_4 = (
    VERSION_3.replace(
        "bundle TEXT);",
        "bundle TEXT, under_way INTEGER NOT NULL DEFAULT 0, cut_off INTEGER NOT NULL DEFAULT 0);",
    ).replace("user_version = 3", "user_version = 4")
    + """
INSERT INTO drops (id, name, state, sha256, size, claimed_at, ended_at, back_to, back_as) VALUES
    ('d3', x'632e79616d6c', 'refused', 'cc', 12, '2025-10-16T10:30:00+00:00', '2025-10-16T10:35:00+00:00',
     x'726566757365642f632e79616d6c', 'refused');
INSERT INTO lists VALUES ('A-1');
"""
)
"""A journal as release 0.3.0 wrote it, with a refused file and lists owed."""


def test_of_what_the_release_before_refused_or_laid_nothing_is_known_and_so_it_stays(path: Path) -> None:
    with sqlite3.connect(path) as old:
        old.executescript(VERSION_4)
    old.close()
    for _ in range(2):
        with Journal.open(path, lambda: LATER) as journal:
            journal.accepts("d4", [("case", "C-1")], NOW)
            assert journal.mended_drops() == ()
            assert journal.drop("d3").back_to == "refused/c.yaml"
            assert journal.laid("A-1") == frozenset()
            assert journal.lists_owed() == ("A-1",)
            assert journal.cases_owed() == ()
            assert journal._connection.execute("PRAGMA user_version").fetchone() == (JOURNAL_VERSION,)


def refused(journal: Journal, drop_id: str, *records: str) -> None:
    claimed(journal, drop_id)
    journal.refuses(drop_id, [("case", record) for record in records])
    journal.lies_beside(drop_id, [("жауап.txt", "ee")])
    journal.returning(drop_id, f"refused/{drop_id}", DropState.REFUSED, {})
    journal.end(drop_id, DropState.REFUSED, NOW)


def test_a_refused_file_is_mended_when_all_its_records_are_accepted(journal: Journal) -> None:
    refused(journal, "d1", "C-1", "C-2")
    refused(journal, "d2")
    claimed(journal, "d3")
    claimed(journal, "d4")
    journal.accepts("d3", [("case", "C-1"), ("sitting", "C-2")], NOW)
    assert journal.mended_drops() == ()
    journal.accepts("d4", [("case", "C-2")], LATER + timedelta(days=1))
    (mended,) = journal.mended_drops()
    assert (mended.id, mended.back_to, mended.on) == ("d1", "refused/d1", (LATER + timedelta(days=1)).date())
    assert mended.files == {"d1.yaml": "aa", "жауап.txt": "ee"}
    journal.moves("d1", "refused/2025-10-17/d1")
    assert journal.drop("d1").back_to == "refused/2025-10-17/d1"
    journal.discarded("d1")
    assert journal.mended_drops() == ()
    assert journal.drop("d1").back_to is None
    assert [step for step, _ in way(journal, "d1")][-2:] == ["mended", "discarded"]


def test_by_what_was_dropped_before_it_nothing_is_mended(journal: Journal) -> None:
    claimed(journal, "d1")
    refused(journal, "d2", "C-1")
    journal.accepts("d1", [("case", "C-1")], LATER)
    assert journal.mended_drops() == ()


def test_what_lay_in_a_folder_was_dropped_with_it(journal: Journal) -> None:
    """However late it is taken out: d1 is older than d2, and of two in one folder the second is later."""
    claimed(journal, "b1")
    claimed(journal, "d2")
    for member in ("m1", "m2"):
        journal.intend(member, f"{member}.yaml", LATER, bundle="b1")
    for drop in ("m1", "m2", "d2"):
        journal.brings(drop, [("case", "C-1")])
    found = {d: [b.id for b in journal.brought_later(d, "case", "C-1")] for d in ("b1", "m1", "m2", "d2")}
    assert found == {"b1": ["m2", "m1", "d2"], "m1": ["m2", "d2"], "m2": ["d2"], "d2": []}
    assert journal.brought_later("m1", "sitting", "C-1") == ()


def test_of_what_the_version_before_filed_nothing_is_known(path: Path) -> None:
    with sqlite3.connect(path) as old:
        old.executescript(VERSION_1)
    old.close()
    with Journal.open(path, lambda: LATER) as journal:
        claimed(journal, "d9")
        journal.brings("d9", [("case", "C-1")])
        assert [d.id for d in journal.brought_later("d2", "case", "C-1")] == ["d9"]
        assert journal.brought_later("d9", "case", "C-1") == ()


def test_a_drop_that_was_to_be_refused_and_is_accepted_in_the_end_is_not_its_own_mended_file(
    journal: Journal,
) -> None:
    claimed(journal, "d1")
    journal.refuses("d1", [("case", "C-1")])
    journal.accepts("d1", [("case", "C-1")], NOW)
    journal.end("d1", DropState.DONE, NOW)
    assert journal._connection.execute("SELECT count(*) FROM refused").fetchone() == (0,)


@pytest.mark.parametrize("stopped", [False, True])
def test_work_that_never_ended_was_cut_off(path: Path, *, stopped: bool) -> None:
    with Journal.open(path, lambda: LATER) as journal:
        for drop in ("d1", "d2", "d3"):
            claimed(journal, drop)
            assert journal.begin(drop) == 0
        journal.rest("d2")
        journal.end("d3", DropState.DONE, LATER)
    for _ in range(2):  # started twice, and nothing begun between
        with Journal.open(path, lambda: LATER) as journal:
            journal.count_cut_off(stopped=stopped)
    with Journal.open(path, lambda: LATER) as journal:
        assert [journal.begin(d) for d in ("d1", "d2", "d3")] == [0 if stopped else 1, 0, 0]
        assert way(journal, "d1")[-1:] == ([("claimed", 1)] if stopped else [("cut_off", 1)])
        with pytest.raises(NotFoundError):
            journal.begin("nobody")


def test_a_bringing_up_that_fails_changes_nothing(path: Path) -> None:
    with sqlite3.connect(path) as old:
        old.executescript(VERSION_1 + "CREATE TABLE steps (x);")
    with pytest.raises(MachineError, match="journal_unusable"):
        Journal.open(path)
    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    old.close()


def test_it_is_there_after_closing_and_durable(path: Path) -> None:
    with Journal.open(path) as journal:
        claimed(journal, "d1")
        assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert journal._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with Journal.open(path) as journal:
        assert journal.drop("d1").state is DropState.CLAIMED


def test_nobody_else_reads_it(path: Path) -> None:
    with Journal.open(path) as journal:
        claimed(journal, "d1")
        files = list(path.parent.glob("journal.sqlite*"))
        assert len(files) > 1
        assert [file.name for file in files if file.stat().st_mode & 0o007] == []


def test_a_place_that_is_not_there_is_said(path: Path) -> None:
    with pytest.raises(MachineError, match="journal_unusable"):
        Journal.open(path / "жоқ" / "journal.sqlite")


def test_a_later_version_is_not_touched(path: Path) -> None:
    Journal.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {JOURNAL_VERSION + 1}")
    with pytest.raises(MachineError, match="journal_version"):
        Journal.open(path)


@pytest.mark.parametrize("data", [b"not a database, and long enough to be looked at" * 100, b"\0" * 4096])
def test_a_damaged_journal_is_said_and_left_alone(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(MachineError, match="journal_unusable"):
        Journal.open(path)
    assert path.read_bytes() == data


def test_a_bundle_knows_its_drops_in_their_order(journal: Journal) -> None:
    claimed(journal, "zip")
    for name in ("b", "a"):
        journal.intend(name, f"{name}.yaml", NOW, bundle="zip")
    claimed(journal, "other")
    assert [drop.id for drop in journal.taken_out_of("zip")] == ["b", "a"]
    assert [journal.drop(drop_id).bundle for drop_id in ("b", "zip", "other")] == ["zip", None, None]
    assert journal.find("жоқ") is None


def test_odd_things_are_remembered_while_they_lie_there(journal: Journal) -> None:
    name = os.fsdecode(b"\xff.yaml")
    journal.odd(name, "link 1")
    journal.odd("a.pdf", "not_a_file 2")
    journal.odd(name, "link 3")
    assert journal.odd_answered() == {name: "link 3", "a.pdf": "not_a_file 2"}
    journal.odd_gone([name])
    assert journal.odd_answered() == {"a.pdf": "not_a_file 2"}


def test_a_journal_opened_for_reading_alone_is_found_out_before_the_work_begins(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.sqlite") as journal:
        journal.require_writable()
    reading = sqlite3.connect(f"file:{tmp_path}/journal.sqlite?mode=ro", uri=True, isolation_level=None)
    with Journal(reading) as journal, pytest.raises(MachineError) as raised:
        journal.require_writable()
    assert (raised.value.code, raised.value.params) == ("journal_unusable", {"reason": "SQLITE_READONLY"})


def lying(path: Path) -> dict[str, tuple[int, bytes]]:
    """Everything beside the journal, byte for byte."""
    return {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in path.parent.iterdir()}


def test_reading_alone_makes_and_writes_nothing(path: Path) -> None:
    with Journal.open(path) as journal:
        claimed(journal, "d1")
    before = lying(path)
    assert list(before) == ["journal.sqlite"]
    with Journal.open_readonly(path) as reading:
        assert reading.drop("d1").state is DropState.CLAIMED
        assert [step.step for step in reading.steps("d1")] == ["claiming", "claimed"]
        with pytest.raises(MachineError, match="journal_unusable"):
            reading.end("d1", DropState.DONE, LATER)
        assert lying(path) == before
    assert lying(path) == before


def test_reading_beside_a_writer_sees_each_step_as_it_is_taken(journal: Journal, path: Path) -> None:
    claimed(journal, "d1")
    with Journal.open_readonly(path) as reading:
        assert reading.drop("d1").state is DropState.CLAIMED
        journal.end("d1", DropState.DONE, LATER)
        assert reading.drop("d1").state is DropState.DONE
        journal._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        claimed(journal, "d2")
        assert reading.drop("d2").state is DropState.CLAIMED


def test_a_reader_of_a_journal_nobody_had_open_sees_what_is_written_since(path: Path) -> None:
    Journal.open(path).close()
    with Journal.open_readonly(path) as reading:
        for number in range(1, 4):
            with Journal.open(path) as journal:
                claimed(journal, f"d{number}")
                assert len(reading.drops()) == number, "while it is open"
            assert len(reading.drops()) == number, "and closed again"


def test_what_a_kill_left_is_read_too(path: Path, tmp_path: Path) -> None:
    """A copy of an open journal's files is what a kill leaves behind."""
    left = tmp_path / "left"
    left.mkdir()
    with Journal.open(path) as journal:
        claimed(journal, "d1")
        for file in path.parent.glob("journal.sqlite*"):
            shutil.copy(file, left)
    assert (left / "journal.sqlite-wal").stat().st_size > 0
    before = lying(left / "journal.sqlite")
    with Journal.open_readonly(left / "journal.sqlite") as reading:
        assert reading.drop("d1").state is DropState.CLAIMED
    assert lying(left / "journal.sqlite") == before


WRITES = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.intake.journal import DropState, Journal
path, number = Path(sys.argv[1]), 0
while True:
    with Journal.open(path) as journal:
        for _ in range(7):
            number += 1
            journal.intend(f"d{number}", "a.yaml", datetime.now(UTC))
            journal.claimed(f"d{number}", "aa", number)
"""


def test_readers_never_fail_while_a_program_writes_opens_and_closes_it(path: Path) -> None:
    Journal.open(path).close()
    writer = subprocess.Popen([sys.executable, "-c", WRITES, str(path)])
    try:
        seen, begun = [0], time.monotonic()
        while time.monotonic() < begun + 4 or (len(set(seen)) <= 5 and time.monotonic() < begun + 60):
            with Journal.open_readonly(path) as reading:
                seen.append(len(reading.drops()))
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    assert seen == sorted(seen)
    assert len(set(seen)) > 5


def test_a_journal_is_read_by_somebody_who_may_write_nothing(path: Path) -> None:
    if os.getuid():
        pytest.skip("another user needs root")
    folder = path.parent / "state"
    folder.mkdir()
    with Journal.open(folder / path.name) as journal:
        claimed(journal, "d1")
        for each in (folder, *folder.iterdir()):
            os.chown(each, 61002, 61005)
        read_as(folder / path.name, 61003, 61005)
    read_as(folder / path.name, 61003, 61005)


def read_as(path: Path, user: int, group: int) -> None:
    """Another user of the journal's group reads it."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for above in path.parent.parents:
                if not above.stat().st_mode & 1:
                    above.chmod(0o711)
            os.setgroups([group])
            os.setgid(user)
            os.setuid(user)
            with Journal.open_readonly(path) as reading:
                status = 0 if reading.drop("d1").state is DropState.CLAIMED else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_reading_a_journal_of_another_version_says_what_to_do(path: Path) -> None:
    with sqlite3.connect(path) as old:
        old.executescript(VERSION_1)
    old.close()
    before = lying(path)
    with pytest.raises(MachineError) as raised:
        Journal.open_readonly(path)
    assert (raised.value.code, raised.value.params["found"]) == ("journal_older", 1)
    assert lying(path) == before
    with sqlite3.connect(path) as later:
        later.execute(f"PRAGMA user_version = {JOURNAL_VERSION + 1}")
    later.close()
    with pytest.raises(MachineError, match="journal_version"):
        Journal.open_readonly(path)


@pytest.mark.parametrize("data", [None, b"not a database, and long enough to be looked at" * 100])
def test_reading_what_is_no_journal_is_said(path: Path, data: bytes | None) -> None:
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(MachineError, match="journal_unusable"):
        Journal.open_readonly(path)
    assert [file.name for file in path.parent.iterdir()] == ([] if data is None else ["journal.sqlite"])
