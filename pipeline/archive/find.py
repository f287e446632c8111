"""Finding personal files by whatever a person would type (`jeke find`)."""

# ruff: noqa: S608 - the condition is put together of constants and question marks only

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from pipeline.archive.find_people import having, people
from pipeline.archive.index import Index
from pipeline.archive.inner_list import Person
from pipeline.archive.search_words import UNSIGNED, Term, terms
from pipeline.domain.findings import Decision

PAGE = 50


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


def find(
    index: Index, words: Sequence[str], *, unsigned: bool = False, limit: int = PAGE, offset: int = 0
) -> tuple[Hit, ...]:
    """Persons with a case that every word matches, in Kazakh order.

    A word is the beginning of a surname, name or patronymic in any spelling, of a word of unit or post, of
    a case's or sitting's id, of an IIN (four digits at least); initials; a decision; a protocol's number; a
    year, month or day of the procedure. `unsigned`: only cases of which a paper has not come back signed. No
    word at all finds nothing.
    """
    typed = (*terms(words), *([UNSIGNED] if unsigned else []))
    if not typed:
        return ()
    return tuple(islice(_hits(index, typed, limit + offset), offset, offset + limit))


def _hits(index: Index, typed: Sequence[Term], wanted: int) -> Iterator[Hit]:
    seen: set[int] = set()
    for _, person in people(index, typed, wanted):
        if person not in seen and (cases := _cases(index, person, typed)):
            yield _hit(index, person, cases)
        seen.add(person)


def _hit(index: Index, person: int, cases: tuple[CaseHit, ...]) -> Hit:
    object_id, *named = index.rows(
        "SELECT object_id, iin, surname, given_name, patronymic FROM persons JOIN objects ON key = object"
        " WHERE object = ?",
        (person,),
    )[0]
    return Hit(object_id, Person(*named), cases)


def _cases(index: Index, person: int, typed: Sequence[Term]) -> tuple[CaseHit, ...]:
    condition, values = having(typed)
    rows = index.rows(
        "SELECT c.id, c.campaign, c.unit, c.post, c.target_unit, c.target_post, c.reported_on FROM cases AS c"
        f" WHERE c.object = ?{condition} ORDER BY c.reported_on, c.id",
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
