"""The rebuildable index of the audit chain: finds what reading the chain finds, whatever became of its files."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.archive.audit.log import AuditEntry, AuditLog
from pipeline.archive.audit.lookup import Asked, look

BEGAN = datetime(2025, 12, 30, tzinfo=UTC)
ONE, TWO = "urn:uuid:00000000-0000-4000-8000-000000000001", "urn:uuid:00000000-0000-4000-8000-000000000002"


@pytest.fixture
def log(tmp_path):
    return AuditLog.open(tmp_path / "audit")


def fill(log: AuditLog, days: int, first: int = 0) -> None:
    """A day an entry, over the turn of a year; every fifth shows all that is filed."""
    for n in range(first, first + days):
        scope = {"scope": "all"} if n % 5 == 0 else {}
        agent = "web:hr" if n % 2 else "jeke"
        objects = [] if scope else [ONE if n % 3 else TWO]
        event = "filing" if n % 4 else "view"
        log.append(event, agent=agent, at=BEGAN + timedelta(days=n), objects=objects, detail=scope)


def by_reading(log: AuditLog, asked: Asked) -> list[AuditEntry]:
    return [
        entry
        for entry in reversed(list(log.entries()))
        if (
            not asked.objects or set(asked.objects) & set(entry.objects) or entry.detail.get("scope") == "all"
        )
        and asked.agent in ("", entry.agent)
        and asked.event in ("", entry.event)
        and (asked.since is None or entry.at >= asked.since)
        and (asked.until is None or entry.at < asked.until)
    ]


QUESTIONS = [
    Asked(),
    Asked((ONE,)),
    Asked((ONE, TWO), agent="web:hr"),
    Asked(event="view"),
    Asked(since=BEGAN + timedelta(days=2), until=BEGAN + timedelta(days=7)),
    Asked(("urn:uuid:nobody",)),
]


def same(log: AuditLog, index: Path) -> None:
    for asked in QUESTIONS:
        found = look(log.folder, index, asked, limit=1000, offset=0)
        assert list(found) == by_reading(log, asked), asked


def test_it_finds_what_reading_the_chain_finds(log, tmp_path):
    fill(log, 12)
    same(log, tmp_path / "i.sqlite")


def test_what_is_added_later_is_found_too(log, tmp_path):
    for n in range(4):
        fill(log, 3, first=3 * n)
        same(log, tmp_path / "i.sqlite")


def test_a_page_is_a_part_of_the_whole(log, tmp_path):
    fill(log, 12)
    whole = look(log.folder, tmp_path / "i.sqlite", Asked(), limit=99, offset=0)
    parts = [look(log.folder, tmp_path / "i.sqlite", Asked(), limit=5, offset=n) for n in (0, 5, 10)]
    assert tuple(entry for part in parts for entry in part) == whole
    assert len(whole) == 12


def test_an_altered_line_is_shown_to_nobody(log, tmp_path):
    fill(log, 6)
    look(log.folder, tmp_path / "i.sqlite", Asked(), limit=99, offset=0)
    file = log.folder / "2025.jsonl"
    file.write_text(file.read_text().replace('"agent":"jeke"', '"agent":"Jeke"', 1))
    found = look(log.folder, tmp_path / "i.sqlite", Asked(), limit=99, offset=0)
    assert list(found) == by_reading(log, Asked())
    assert len(found) == 5


def test_another_chain_in_its_place_is_read_anew(log, tmp_path):
    fill(log, 8)
    same(log, tmp_path / "i.sqlite")
    for file in log.folder.glob("*.jsonl"):
        file.unlink()
    (log.folder / "head").unlink(missing_ok=True)
    (log.folder.parent / "audit-seen").unlink(missing_ok=True)
    fill(log, 3)
    same(log, tmp_path / "i.sqlite")


def test_a_line_cut_short_waits_for_its_end(log, tmp_path):
    fill(log, 3)
    file = max(log.folder.glob("*.jsonl"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    look(log.folder, tmp_path / "i.sqlite", Asked(), limit=99, offset=0)
    file.write_bytes(whole)
    same(log, tmp_path / "i.sqlite")


@pytest.mark.parametrize("spoilt", [b"", b"not a database at all, but long enough to be read as one" * 40])
def test_a_spoilt_index_is_made_anew(log, tmp_path, spoilt):
    fill(log, 4)
    (tmp_path / "i.sqlite").write_bytes(spoilt)
    same(log, tmp_path / "i.sqlite")
