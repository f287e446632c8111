"""Finding personal files by whatever a person would type (`jeke find`)."""

# ruff: noqa: S608 - statements are put together of constants and question marks only; what was typed is bound

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isqrt
from typing import Any

from pipeline.archive.index import Index
from pipeline.archive.inner_list import Person
from pipeline.archive.search_words import Term, terms
from pipeline.domain.findings import Decision

PAGE = 50
_FEW = 200_000
"""Up to so many rows are gathered and sorted. With more, walking the names in order is quicker."""
_PERSON = (
    "p.object, (SELECT object_id FROM objects WHERE key = p.object) AS object_id,"
    " p.iin, p.surname, p.given_name, p.patronymic"
)
_PAGED = " ORDER BY p.sort, object_id LIMIT ? OFFSET ?"


@dataclass(frozen=True, slots=True)
class CaseHit:
    """A case that matches."""

    id: str
    campaign: str
    unit: str | None
    post: str | None
    target_unit: str | None
    target_post: str | None
    reported_on: date | None
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A person with the cases that match."""

    object_id: str
    person: Person
    cases: tuple[CaseHit, ...]


def find(index: Index, words: Sequence[str], *, limit: int = PAGE, offset: int = 0) -> tuple[Hit, ...]:
    """Persons with a case that every word matches, in Kazakh order.

    A word is the beginning of a surname, name or patronymic in any spelling, of a word of unit or post, of
    a case's or sitting's id, of an IIN (four digits at least); initials; a decision; a protocol's number; a
    year, month or day of the procedure. No word at all finds nothing.
    """
    typed = sorted(((_count(index, term), term) for term in terms(words)), key=lambda pair: pair[0])
    if not typed or typed[0][0] == 0:
        return ()
    rarest_first = [term for _, term in typed]
    few = _FEW if len(typed) > 1 else min(_FEW, _break_even(index, limit + offset))
    people = _gathered if typed[0][0] <= few else _walked
    return tuple(
        Hit(object_id, Person(*person), _cases(index, key, rarest_first))
        for key, object_id, *person in people(index, rarest_first, limit, offset)
    )


def _break_even(index: Index, wanted: int) -> int:
    """How many rows of one word cost as much to gather and sort as walking to the last wanted person does."""
    persons = index.value("SELECT max(object) FROM persons") or 0
    return isqrt(2 * wanted * persons)


def _gathered(index: Index, rarest_first: Sequence[Term], limit: int, offset: int) -> list[tuple[Any, ...]]:
    """All cases of the rarest word, those of them that have the other words, their persons, sorted.

    CROSS JOIN: SQLite, which knows nothing of how words are spread, is to join in the order written.
    """
    first, *others = rarest_first
    having, values = _having(others)
    sql = (
        f"WITH typed (key) AS MATERIALIZED ({_rows(first)}),"
        f" matching (object) AS MATERIALIZED (SELECT DISTINCT c.object FROM typed"
        f" CROSS JOIN cases AS c ON c.key = typed.key{having})"
        f" SELECT {_PERSON} FROM matching CROSS JOIN persons AS p ON p.object = matching.object{_PAGED}"
    )
    return index.rows(sql, [*_flat([first]), *values, limit, offset])


def _walked(index: Index, rarest_first: Sequence[Term], limit: int, offset: int) -> list[tuple[Any, ...]]:
    """Every person in order, until the page is full; with words this common it soon is."""
    having, values = _having(rarest_first)
    sql = (
        f"SELECT {_PERSON} FROM persons AS p WHERE EXISTS"
        f" (SELECT 1 FROM cases AS c WHERE c.object = p.object{having}){_PAGED}"
    )
    return index.rows(sql, [*values, limit, offset])


def _cases(index: Index, person: int, rarest_first: Sequence[Term]) -> tuple[CaseHit, ...]:
    having, values = _having(rarest_first)
    rows = index.rows(
        "SELECT c.id, c.campaign, c.unit, c.post, c.target_unit, c.target_post, c.reported_on FROM cases AS c"
        f" WHERE c.object = ?{having} ORDER BY c.reported_on, c.id",
        [person, *values],
    )
    return tuple(
        CaseHit(
            id=case_id,
            campaign=campaign,
            unit=unit,
            post=post,
            target_unit=target_unit,
            target_post=target_post,
            reported_on=date.fromisoformat(day) if day else None,
            decisions=index.decisions(case_id),
        )
        for case_id, campaign, unit, post, target_unit, target_post, day in rows
    )


def _count(index: Index, term: Term) -> int:
    """How many rows a word has, counted up to one more than few."""
    found: int = index.value(
        f"SELECT count(*) FROM (SELECT 1 FROM ({_rows(term)}) LIMIT ?)", [*_flat([term]), _FEW + 1]
    )
    return found


def _rows(term: Term) -> str:
    """The cases of a word, range by range: each is one walk along the B-tree."""
    return " UNION ALL ".join(['SELECT "case" FROM words WHERE word BETWEEN ? AND ?'] * len(term))


def _having(some: Sequence[Term]) -> tuple[str, list[str]]:
    """The condition that the case `c` has each of these words."""
    condition = "".join(
        f' AND EXISTS (SELECT 1 FROM words AS w WHERE w."case" = c.key AND {_among("w.word", term)})'
        for term in some
    )
    return condition, _flat(some)


def _among(column: str, term: Term) -> str:
    return "(" + " OR ".join([f"{column} BETWEEN ? AND ?"] * len(term)) + ")"


def _flat(some: Sequence[Term]) -> list[str]:
    return [bound for term in some for bounds in term for bound in bounds]
