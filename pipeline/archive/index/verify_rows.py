"""The index against the archive: what it says of an object, told without the numbers of its rows."""

from __future__ import annotations

import hashlib
import sqlite3

from pipeline.archive.index.entry import ObjectEntry
from pipeline.archive.index.locations import Index
from pipeline.archive.index.schema import SCHEMA
from pipeline.archive.index.store import Store

_NUMBERS = frozenset({"key", "object"})
_PLACE = ("words", "place")
"""A word of a sitting stands where the name of its candidate puts it, and that is in another object."""


def rows_of_entry(entry: ObjectEntry) -> str:
    """SHA-256 of the rows that an index made anew would hold of this object."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    with Index(connection) as made:
        made.put(entry)
        return rows_in(made, entry.object_id)


def rows_in(index: Store, object_id: str) -> str:
    """SHA-256 of the rows that the index holds of this object.

    Raises:
        CorruptError: `index_damaged`.
    """
    digest = hashlib.sha256()
    for table, columns in _tables(index):
        shown = ", ".join(
            _shown(column) for column in columns if column not in _NUMBERS and (table, column) != _PLACE
        )
        key = "object" if "object" in columns else "key"
        rows = index.rows(
            f'SELECT {shown} FROM "{table}" AS t'  # noqa: S608 - names out of our own schema
            f" WHERE t.{key} = (SELECT key FROM objects WHERE object_id = ?)",
            (object_id,),
        )
        for row in sorted(map(repr, rows)):
            digest.update(f"{table} {row}\n".encode())
    return digest.hexdigest()


def _tables(index: Store) -> list[tuple[str, list[str]]]:
    """The tables that hold rows of objects, with their columns; one that is added later is compared too."""
    names = index.texts("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    described = [
        (name, [str(row[1]) for row in index.rows(f'PRAGMA table_info("{name}")')]) for name in names
    ]
    return [(name, columns) for name, columns in described if name == "objects" or "object" in columns]


def _shown(column: str) -> str:
    """Row numbers differ from index to index; what they stand for does not."""
    return '(SELECT id FROM cases AS c WHERE c.key = t."case")' if column == "case" else f't."{column}"'
