"""The words a case is found by.

A stored word begins with a letter for what it is: s the surname the person's file bears, or its beginning;
h other parts of surnames, and earlier ones; g given name or patronymic, t unit or post, c case or sitting,
p protocol, i IIN, d day, r result; u stands alone, for a paper that has not come back signed. The rest is
folded as a search compares it, so a B-tree answers prefixes in any spelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from pipeline.archive.person.inner_list import Person
from pipeline.domain.findings import Decision
from pipeline.domain.kazakh.alphabet import folded_letters, search_key
from pipeline.domain.names import Named
from pipeline.domain.records import Case, Sitting

SURNAME = "s"
_DASHES = re.compile(r"[‐‑‒–—−]")
_NOT_HEARD = re.compile(r"['’ʼ`]")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
WORDS_OF_PEOPLE: Final = (SURNAME, "h", "g", "t")
"""Names, units and posts: what may be known by a part from within."""


def case_words(case: Case, surname: str) -> set[str]:
    """What a case's own record lets it be found by; `surname` is the one that the person's file bears."""
    employee = case.employee
    first = folded_letters(surname)
    given = (employee.given_name, employee.patronymic)
    posts = [post for post in (employee.position, employee.target_position) if post is not None]
    texts = (text for post in posts for text in (post.title, post.unit))
    days = (
        case.report.filed_on if case.report else None,
        case.admission.decided_on if case.admission else None,
        case.sheet.filled_on if case.sheet else None,
        case.withdrawn_on,
    )
    return {
        f"c{search_key(case.id)}",
        f"i{employee.iin}",
        *(f"{SURNAME if first.startswith(w) else 'h'}{w}" for w in _words(employee.surname)),
        *_marked("g", given),
        *_marked("t", texts),
        *_days(days),
    }


def former_words(people: Iterable[Named]) -> set[str]:
    """What the names a person bore before let each of the cases be found by."""
    return {
        word
        for person in people
        for word in (
            *_marked("h", (person.surname,)),
            *_marked("g", (person.given_name, person.patronymic)),
        )
    }


def withdrawn_words(record_id: str, person: Person | None) -> set[str]:
    """What a withdrawn record is found by; of it no word is stored."""
    own = {f"c{search_key(record_id)}"}
    return own if person is None else own | {f"i{person.iin}"} | former_words([person])


def sitting_words(sitting: Sitting) -> set[str]:
    """What a sitting lets each case be found by that came before it."""
    protocol = sitting.protocol
    number = search_key(protocol.number) if protocol and protocol.number else ""
    days = (sitting.held_on, protocol.drawn_up_on if protocol else None)
    return {f"c{search_key(sitting.id)}", *_days(days), *([f"p{number}"] if number else [])}


def decision_word(decision: Decision) -> str:
    """The result, as a stored word."""
    return f"r{decision.result}"


def heard(text: str) -> str:
    """A word as the index compares it: apostrophes are not heard."""
    return _NOT_HEARD.sub("", search_key(text))


def trimmed(word: str) -> str:
    """Without the punctuation around it."""
    return _EDGES.sub("", word)


def one_dash(text: str) -> str:
    """Every dash as a hyphen."""
    return _DASHES.sub("-", text)


def _marked(mark: str, texts: Iterable[str | None]) -> Iterator[str]:
    return (f"{mark}{word}" for text in texts for word in _words(text))


def _words(text: str | None) -> Iterator[str]:
    """The words of a text; one with a hyphen stands whole and by its parts."""
    for token in search_key(one_dash(text or "")).split():
        whole = heard(trimmed(token))
        yield from {whole, *re.split(r"[\W_]+", whole)} - {""}


def _days(days: Iterable[date | None]) -> Iterator[str]:
    return (f"d{day.isoformat()}" for day in days if day is not None)
