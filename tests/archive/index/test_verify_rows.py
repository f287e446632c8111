"""Rows of an object: the same in any index that says the same, others wherever one column differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.archive.index.entry import ObjectEntry, entry_of
from pipeline.archive.index.locations import Index
from pipeline.archive.index.verify_rows import rows_in, rows_of_entry
from pipeline.archive.ocfl.storage_root import StorageRoot
from tests.archive.filing_support import Filer, read


@pytest.fixture
def entries(tmp_path: Path) -> list[ObjectEntry]:
    root = StorageRoot.create(tmp_path / "archive")
    Filer(root).sample()
    found = [root.get(object_id) for object_id in root.object_ids()]
    return [entry_of(filed, read, root.get) for filed in found if filed is not None]


def test_whatever_order_objects_came_in_the_rows_are_those_of_the_entry(
    entries: list[ObjectEntry], tmp_path: Path
) -> None:
    for number, order in enumerate((entries, entries[::-1])):
        with Index.create(tmp_path / f"{number}.sqlite") as index:
            for entry in (*order, order[0]):
                index.put(entry)
            assert [rows_in(index, e.object_id) for e in entries] == [rows_of_entry(e) for e in entries]


DERIVED = {"standing", "due", "stale", "basis"}
"""Judged from the records and judged anew by themselves; no object's own rows."""


def test_every_column_of_every_row_counts(entries: list[ObjectEntry], tmp_path: Path) -> None:
    """Each value changed in turn is seen in the rows of its object; what rows are numbered by is not compared."""
    with Index.create(tmp_path / "index.sqlite") as index:
        for entry in entries:
            index.put(entry)
        sound = {e.object_id: rows_in(index, e.object_id) for e in entries}
        seen = 0
        for table, column in _columns(index):
            if table in DERIVED:
                continue
            index.run("SAVEPOINT change")
            index.run(f'UPDATE "{table}" SET "{column}" = CAST("{column}" AS TEXT) || \'?\'')  # noqa: S608
            filled = index.value(f'SELECT count(*) FROM "{table}" WHERE "{column}" IS NOT NULL')  # noqa: S608
            if filled:
                assert any(rows_in(index, o) != digest for o, digest in sound.items()), (table, column)
                seen += 1
            index.run("ROLLBACK TO change")
        assert seen > 40


def test_a_row_lost_or_put_in_shows(entries: list[ObjectEntry], tmp_path: Path) -> None:
    with Index.create(tmp_path / "index.sqlite") as index:
        for entry in entries:
            index.put(entry)
        person = next(e for e in entries if e.person is not None)
        sound = rows_in(index, person.object_id)
        index.run("SAVEPOINT change")
        index.run("DELETE FROM words WHERE word LIKE 'g%'")
        assert rows_in(index, person.object_id) != sound
        index.run("ROLLBACK TO change")
        assert rows_in(index, person.object_id) == sound
        index.run(
            "INSERT INTO words SELECT 'sқасымов', place, \"case\", object FROM words WHERE word LIKE 's%'"
        )
        assert rows_in(index, person.object_id) != sound


def _columns(index: Index) -> list[tuple[str, str]]:
    tables = index.texts("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    found = [(t, str(row[1]), str(row[2])) for t in tables for row in index.rows(f'PRAGMA table_info("{t}")')]
    return [
        (table, column)
        for table, column, kind in found
        if kind == "TEXT" and table != "suspects" and (table, column) != ("objects", "object_id")
    ]
