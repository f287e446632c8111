"""Walking along the people that typed words may mean, in Kazakh order, no further than somebody asks.

What many have in common is looked for by walking along the people; what few have, by its own rows. The
beginning of a surname is a stretch of the people for each of its spellings, and needs neither.
"""

# ruff: noqa: S608 - statements are put together of constants and question marks only; what was typed is bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from math import isqrt, prod
from typing import Any, Final

from pipeline.archive.index.locations import Index
from pipeline.archive.index.person_order import beginning
from pipeline.archive.index.typed.search_words import SURNAME, WORDS_OF_PEOPLE
from pipeline.archive.index.typed.typed_words import Range, Term, beginning_so
from pipeline.domain.kazakh.alphabet import spellings

Walk = Iterator[tuple[bytes, int]]
"""Sort key and object of people, in order. Nobody asked for is missing; others may be among them."""

_FIRST_LOOK: Final = 200
"""Rows of a word that are looked up before all the others are."""
_STEP: Final = 12
"""A step along the people costs as much as reading so many rows of a word."""
_LOOK_UP: Final = 8
"""Asking whether a case has a word costs as much as reading so many rows of it in their order."""
_COUNTS: Final = (500, 5_000, 50_000, 500_000)
"""How far words are counted, further each time, until one of them is seen to be rare."""


def people(index: Index, typed: Sequence[Term], wanted: int) -> Walk:
    """Everybody with a case that has all the words, and others; `wanted` is how many are looked for."""
    if len(typed) == 1:
        return merge(*_streams(index, typed[0], wanted))
    for limit in _COUNTS:
        counted = sorted((_count(index, term, limit), number) for number, term in enumerate(typed))
        if counted[0][0] < limit:
            break
    rarest_first = [typed[number] for _, number in counted]
    persons = max(_persons(index), 1)
    share = prod(min(count / persons, 1.0) for count, _ in counted)
    if counted[0][0] < limit or wanted * _STEP > share * counted[0][0]:
        alike = counted[1][0] < min(limit, counted[0][0] * _LOOK_UP)
        return _joined(index, rarest_first[: 1 + alike], rarest_first[1 + alike :])
    return _walked(index, rarest_first)


def to_sign(index: Index) -> Walk:
    """Everybody with a case of which somebody is still to sign a paper."""
    return index.each(
        "SELECT DISTINCT p.sort, p.object FROM standing AS s INDEXED BY standing_to_sign"
        " CROSS JOIN cases AS c ON c.id = s.id CROSS JOIN persons AS p ON p.object = c.object"
        " WHERE s.to_sign > 0"
        " ORDER BY p.sort, p.object"
    )


def words_with(index: Index, text: str) -> list[str]:
    """The stored words of people that hold the text somewhere: from each to the next one, not row by row."""
    return [
        word
        for mark in WORDS_OF_PEOPLE
        for (word,) in index.rows(
            "WITH RECURSIVE each_word (word) AS (SELECT min(word) FROM words WHERE word >= ?1 UNION ALL"
            " SELECT (SELECT min(w.word) FROM words AS w WHERE w.word > e.word) FROM each_word AS e"
            " WHERE e.word < ?2)"
            " SELECT word FROM each_word WHERE word < ?2 AND instr(substr(word, 2), ?3)",
            (mark, chr(ord(mark) + 1), text),
        )
    ]


def anything_begins(index: Index, marks: Sequence[str], text: str) -> bool:
    """Whether a stored word of one of the marks begins so."""
    return anything_in(index, [beginning_so(mark, text) for mark in marks])


def anything_in(index: Index, term: Sequence[Range]) -> bool:
    """Whether any stored word lies in one of the ranges."""
    each = " OR ".join(["EXISTS (SELECT 1 FROM words WHERE word BETWEEN ? AND ?)"] * len(term))
    return bool(index.value(f"SELECT {each}", _bounds([tuple(term)])))


def having(some: Sequence[Term]) -> tuple[str, list[str]]:
    """The condition that the case `c` has each of these words, and its values."""
    condition = "".join(
        f' AND EXISTS (SELECT 1 FROM words AS w WHERE w."case" = c.key AND {_among("w.word", term)})'
        for term in some
    )
    return condition, _bounds(some)


def _streams(index: Index, term: Term, wanted: int) -> Iterator[Walk]:
    limit = isqrt(_STEP * wanted * _persons(index)) + 1
    few: list[Range] = []
    many: list[Range] = []
    for stretch in term:
        if stretch[0].startswith(SURNAME):
            yield _beginning_so(index, stretch[0].removeprefix(SURNAME))
        elif count := _count(index, [stretch], limit):
            (few if count < limit else many).append(stretch)
    if few:
        yield _gathered(index, few)
    if many:
        yield _walked(index, [tuple(many)])


def _beginning_so(index: Index, folded: str) -> Walk:
    """People whose name begins so, in any spelling; those that nobody bears are dropped on the way."""
    written = [""]
    for letter in folded:
        longer = (start + other for start in written for other in spellings(letter))
        written = [start for start in longer if _anybody(index, start)]
    for stretch in sorted(map(beginning, written)):
        yield from index.each(
            "SELECT sort, object FROM persons WHERE sort >= ? AND sort < ? ORDER BY sort", stretch
        )


def _anybody(index: Index, start: str) -> bool:
    found = index.value("SELECT 1 FROM persons WHERE sort >= ? AND sort < ? LIMIT 1", beginning(start))
    return found is not None


def _gathered(index: Index, stretches: Sequence[Range]) -> Walk:
    """By the rows of the words: the first ones, and only where they are not enough the others.

    Rows come by `place`, the beginning of the sort key; those of one place are put in order among themselves.
    """
    rows = f'SELECT place, "case" FROM ({_rows(stretches)}) ORDER BY place LIMIT ? OFFSET ?'
    bounds = _bounds([tuple(stretches)])
    first = index.rows(rows, [*bounds, _FIRST_LOOK, 0])
    if len(first) == _FIRST_LOOK:
        first = [row for row in first if row[0] != first[-1][0]]
        yield from _looked_up(index, first)
        first = index.rows(rows, [*bounds, -1, len(first)])
    yield from _looked_up(index, first)


def _looked_up(index: Index, rows: Sequence[tuple[bytes, int]]) -> Walk:
    alike: list[tuple[bytes, int]] = []
    place: bytes | None = None
    for here, case in rows:
        if here != place:
            yield from sorted(alike)
            alike, place = [], here
        alike += index.rows(
            "SELECT sort, p.object FROM cases AS c JOIN persons AS p ON p.object = c.object WHERE c.key = ?",
            (case,),
        )
    yield from sorted(alike)


def _joined(index: Index, first: Sequence[Term], others: Sequence[Term]) -> Walk:
    """The cases that have all of the `first` words, those of them that have the others, their people, sorted.

    CROSS JOIN: SQLite, which knows nothing of how words are spread, is to join in the order written.
    """
    condition, values = having(others)
    typed = " INTERSECT ".join(f'SELECT "case" FROM ({_rows(term)})' for term in first)
    return index.each(
        f"WITH typed (key) AS MATERIALIZED ({typed})"
        f" SELECT DISTINCT p.sort, p.object FROM typed CROSS JOIN cases AS c ON c.key = typed.key{condition}"
        " CROSS JOIN persons AS p ON p.object = c.object ORDER BY p.sort, p.object",
        [*_bounds(first), *values],
    )


def _walked(index: Index, rarest_first: Sequence[Term]) -> Walk:
    """Every person in order; with words this common many a one has them."""
    condition, values = having(rarest_first)
    return index.each(
        "SELECT p.sort, p.object FROM persons AS p WHERE EXISTS"
        f" (SELECT 1 FROM cases AS c WHERE c.object = p.object{condition}) ORDER BY p.sort, p.object",
        values,
    )


def _persons(index: Index) -> int:
    return index.value("SELECT max(object) FROM persons") or 0


def _count(index: Index, stretches: Sequence[Range], limit: int) -> int:
    """How many rows a word has, counted up to `limit`."""
    found: int = index.value(
        f"SELECT count(*) FROM (SELECT 1 FROM ({_rows(stretches)}) LIMIT ?)",
        [*_bounds([tuple(stretches)]), limit],
    )
    return found


def _rows(stretches: Sequence[Range]) -> str:
    """The rows of a word, stretch by stretch: each is one walk along the B-tree."""
    return " UNION ALL ".join(['SELECT place, "case" FROM words WHERE word BETWEEN ? AND ?'] * len(stretches))


def _among(column: str, term: Term) -> str:
    return "(" + " OR ".join([f"{column} BETWEEN ? AND ?"] * len(term)) + ")"


def _bounds(some: Sequence[Term]) -> list[Any]:
    return [bound for term in some for stretch in term for bound in stretch]
