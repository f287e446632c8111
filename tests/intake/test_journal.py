import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError, NotFoundError
from pipeline.intake.journal import JOURNAL_VERSION, DropState, Journal

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
