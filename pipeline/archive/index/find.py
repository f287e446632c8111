"""Finding personal files by whatever a person would type (`jeke find`)."""

# ruff: noqa: S608 - the condition is put together of constants and question marks only

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from pipeline.archive.index.find_people import (
    Walk,
    anything_begins,
    anything_in,
    having,
    people,
    to_sign,
    words_with,
)
from pipeline.archive.index.locations import Index
from pipeline.archive.index.scope import Scope, seen_cases
from pipeline.archive.index.typed.guesses import ReadAs, guesses, read_as
from pipeline.archive.index.typed.query import asked, inside
from pipeline.archive.index.typed.typed_words import Term
from pipeline.archive.person.inner_list import Person
from pipeline.domain.findings import Decision

PAGE = 50
_MOST = 1000
"""Persons whose cases are asked for at once."""

_CaseRow = tuple[Any, ...]


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
    """A person with the cases that match; `former` are the names the file bore before, oldest first."""

    object_id: str
    person: Person
    former: tuple[Person, ...]
    cases: tuple[CaseHit, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found; `read_as` says, where nothing fits as it was typed, how each changed word was read."""

    hits: tuple[Hit, ...]
    read_as: ReadAs = field(default_factory=dict)


def find(
    index: Index,
    words: Sequence[str],
    *,
    unsigned: bool = False,
    limit: int = PAGE,
    offset: int = 0,
    within: Scope | None = None,
) -> tuple[Hit, ...]:
    """Persons with a case that all of what was typed matches, in Kazakh order.

    A word is the beginning of a surname, name or patronymic, also of one borne before, of a word of unit or
    post, of a case's or sitting's id, of an IIN (four digits at least); initials; a decision; a protocol's
    number; a year, month or day of the procedure. Case, ё for е and Russian letters for Kazakh ones do not
    count. Where nothing begins so, a part from within a name, unit or post will do (three letters at least).
    `unsigned`: only cases of which somebody is still to sign a paper, as their standing says (flow/standing
    keeps it true). `within`: only cases that somebody may see. No word at all finds nothing.
    """
    read = asked(words)
    typed = tuple(one.term for one in read)
    if not typed and not unsigned:
        return ()
    page = partial(_page, index, unsigned=unsigned, within=within)
    found = page(typed, limit, offset)
    if found or (offset and page(typed, 1, 0)):
        return found
    parts = tuple(inside(one, partial(words_with, index)) for one in read)
    return page(parts, limit, offset) if parts != typed else ()


def find_or_guess(
    index: Index,
    words: Sequence[str],
    *,
    unsigned: bool = False,
    limit: int = PAGE,
    offset: int = 0,
    within: Scope | None = None,
) -> Found:
    """The same; where it finds nothing, by the first other reading of what was typed that finds somebody.

    For people who look at what they are shown: what is done to a file found by a guess may be done to another
    person's.
    """
    page = partial(_page, index, unsigned=unsigned, within=within)
    hits = find(index, words, unsigned=unsigned, limit=limit, offset=offset, within=within)
    if hits or (offset and find(index, words, unsigned=unsigned, limit=1, within=within)):
        return Found(hits)
    for guess in guesses(words, partial(anything_in, index), partial(anything_begins, index)):
        typed = [one.term for one in guess.asked]
        if typed and all(anything_in(index, term) for term in typed):
            first = page(typed, 1, 0) if offset else ()
            hits = page(typed, limit, offset)
            if hits or first:
                return Found(hits, read_as(guess, _words_of(index, hits or first)))
    return Found(())


def _words_of(index: Index, hits: Sequence[Hit]) -> frozenset[str]:
    """All that the cases shown are found by."""
    cases = json.dumps([case.id for hit in hits for case in hit.cases])
    return frozenset(
        index.texts(
            "SELECT DISTINCT word FROM json_each(?) AS wanted CROSS JOIN cases AS c ON c.id = wanted.value"
            ' CROSS JOIN words AS w ON w."case" = c.key',
            (cases,),
        )
    )


def _page(
    index: Index, typed: Sequence[Term], limit: int, offset: int, *, unsigned: bool, within: Scope | None
) -> tuple[Hit, ...]:
    wanted = limit + offset
    walk = to_sign(index) if unsigned else people(index, typed, wanted)
    condition, values = _seen(typed, unsigned=unsigned, within=within)
    matching = islice(_matching(index, walk, wanted, condition, values), offset, wanted)
    return _hits(index, dict(matching))


def _seen(typed: Sequence[Term], *, unsigned: bool, within: Scope | None) -> tuple[str, list[str]]:
    """What a case `c` must be to be shown."""
    words, values = having(typed)
    scope, of_scope = seen_cases(within)
    if unsigned:
        words += " AND (SELECT to_sign FROM standing AS s WHERE s.kind = 'case' AND s.id = c.id) > 0"
    return words + scope, values + of_scope


def _matching(
    index: Index, walk: Walk, wanted: int, condition: str, values: Sequence[str]
) -> Iterator[tuple[int, list[_CaseRow]]]:
    """Persons and their cases that match, as they come; so many are asked for at once."""
    seen: set[int] = set()
    ahead = wanted
    while some := list(islice(walk, ahead)):
        new = [person for person in dict.fromkeys(person for _, person in some) if person not in seen]
        cases = _cases(index, new, condition, values)
        yield from ((person, cases[person]) for person in new if person in cases)
        seen.update(new)
        ahead = min(ahead * 2, _MOST)


def _cases(
    index: Index, persons: Sequence[int], condition: str, values: Sequence[str]
) -> dict[int, list[_CaseRow]]:
    rows = index.rows(
        "SELECT c.object, c.id, c.campaign, c.unit, c.post, c.target_unit, c.target_post, c.reported_on"
        " FROM json_each(?) AS wanted CROSS JOIN cases AS c"
        f" WHERE c.object = wanted.value{condition} ORDER BY c.reported_on, c.id",
        [json.dumps(persons), *values],
    )
    found: dict[int, list[_CaseRow]] = {}
    for person, *case in rows:
        found.setdefault(person, []).append(tuple(case))
    return found


def _hits(index: Index, matching: Mapping[int, Sequence[_CaseRow]]) -> tuple[Hit, ...]:
    decisions = index.decisions_on([case[0] for cases in matching.values() for case in cases])
    persons = {
        key: (object_id, Person(*named))
        for key, object_id, *named in index.rows(
            "SELECT o.key, object_id, iin, surname, given_name, patronymic FROM json_each(?) AS wanted"
            " CROSS JOIN objects AS o ON o.key = wanted.value JOIN persons ON persons.object = o.key",
            (json.dumps(list(matching)),),
        )
    }
    former: dict[int, list[Person]] = {}
    for key, *named in index.rows(
        "SELECT object, iin, f.surname, f.given_name, f.patronymic FROM json_each(?) AS wanted"
        " CROSS JOIN former_names AS f ON f.object = wanted.value JOIN persons USING (object)"
        " ORDER BY object, place",
        (json.dumps(list(matching)),),
    ):
        former.setdefault(key, []).append(Person(*named))
    return tuple(
        Hit(*persons[key], tuple(former.get(key, ())), tuple(_case_hit(case, decisions) for case in cases))
        for key, cases in matching.items()
    )


def _case_hit(case: _CaseRow, decisions: Mapping[str, tuple[Decision, ...]]) -> CaseHit:
    case_id, campaign, unit, post, target_unit, target_post, day = case
    return CaseHit(
        id=case_id,
        campaign=campaign,
        unit=unit,
        post=post,
        target_unit=target_unit,
        target_post=target_post,
        reported_on=date.fromisoformat(day) if day else None,
        decisions=decisions.get(case_id, ()),
    )
