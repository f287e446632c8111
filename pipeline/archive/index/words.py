"""The words in the index: put and taken out one by one; where it is built anew, sorted at the end."""

# ruff: noqa: S608 - the statements differ in the name of a table only, one of two constants

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pipeline.archive.index.person_order import PLACE_BYTES
from pipeline.archive.index.store import WORDS, Store

_STAGED = "staged_words"


@contextmanager
def staged(store: Store) -> Iterator[None]:
    """Words put meanwhile wait in a table of their own and go into the tree in order, which is quicker."""
    store.run(f'CREATE TEMP TABLE {_STAGED} (word TEXT, "case" INTEGER, object INTEGER)')
    store.run("DROP INDEX words_by_case")
    store.words = _STAGED
    yield
    store.words = WORDS
    store.run(
        f"INSERT OR IGNORE INTO {WORDS}"
        f" SELECT word, coalesce(substr(sort, 1, {PLACE_BYTES}), x'') AS place, \"case\", s.object"
        f' FROM {_STAGED} AS s LEFT JOIN cases ON cases.key = "case"'
        ' LEFT JOIN persons ON persons.object = cases.object ORDER BY word, place, "case", s.object'
    )
    store.run(f"DROP TABLE {_STAGED}")
    store.run(f'CREATE INDEX words_by_case ON {WORDS} ("case", word)')


def put_words(store: Store, key: int, case: int, words: Iterable[str]) -> None:
    """What the object of that key lets the case be found by."""
    if store.words == _STAGED:
        store.many(f"INSERT INTO {_STAGED} VALUES (?, ?, ?)", [(word, case, key) for word in words])
        return
    sort = store.value("SELECT sort FROM cases JOIN persons USING (object) WHERE cases.key = ?", (case,))
    place = (sort or b"")[:PLACE_BYTES]
    store.many(
        f"INSERT OR IGNORE INTO {WORDS} VALUES (?, ?, ?, ?)",
        [(word, place, case, key) for word in sorted(words)],
    )


def place_words(store: Store, case: int, sort: bytes) -> None:
    """The case's person is known now, or bears another name: what a sitting put before takes its place."""
    if store.words == WORDS:
        place = sort[:PLACE_BYTES]
        store.run('UPDATE words SET place = ?1 WHERE "case" = ?2 AND place <> ?1', (place, case))


def forget_words(store: Store, key: int) -> None:
    """All that the object of that key let any case be found by."""
    store.run(
        f'DELETE FROM {store.words} WHERE object = ?1 AND "case" IN ('
        " SELECT key FROM cases WHERE object = ?1"
        " UNION SELECT c.key FROM cases AS c JOIN candidates AS n ON n.case_id = c.id WHERE n.object = ?1"
        " UNION SELECT c.key FROM cases AS c JOIN decisions AS d ON d.case_id = c.id WHERE d.object = ?1)",
        (key,),
    )


def forget_words_of_case(store: Store, case: int) -> None:
    """What the object that held the case let it be found by; it is about to lie in another."""
    before = store.value("SELECT object FROM cases WHERE key = ?", (case,))
    if before is not None:
        store.run(f'DELETE FROM {store.words} WHERE "case" = ? AND object = ?', (case, before))
