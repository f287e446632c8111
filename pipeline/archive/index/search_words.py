"""The words a case is found by, and what a typed word may mean.

A stored word begins with a letter for what it is: s the surname the person's file bears, or its beginning;
h other parts of surnames, and earlier ones; g given name or patronymic, t unit or post, c case or sitting,
p protocol, i IIN, d day, r result; u stands alone, for a paper that has not come back signed. The rest is
folded as a search compares it, so a B-tree answers prefixes in any spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from pipeline.domain.findings import Decision
from pipeline.domain.kazakh.alphabet import folded_letters, search_key
from pipeline.domain.names import Named
from pipeline.domain.records import Case, Sitting, Vote

Range = tuple[str, str]
"""First and last stored word that a typed word matches, both included."""
Term = tuple[Range, ...]
"""A typed word: any of its ranges will do."""

SURNAME = "s"
IIN_PREFIX = 4
"""Fewer digits of an IIN are no search."""
_ID_PREFIX = 3

_END = "\U0010ffff"
_DASHES = re.compile(r"[‐‑‒–—−]")
_NOT_HEARD = re.compile(r"['’ʼ`]")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_INITIALS = re.compile(r"[^\W\d_](?:\.-?[^\W\d_])*\.?")
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PERIODS = tuple(
    re.compile(form)
    for form in (
        _YEAR,
        _YEAR + r"-(?P<month>\d\d)(?:-(?P<day>\d\d))?",
        r"(?:(?P<day>\d\d)\.)?(?P<month>\d\d)\." + _YEAR,
    )
)
_RESULTS = {
    search_key(word): vote
    for vote, words in {
        Vote.RECOMMENDED: ("recommended", "ұсынылады", "ұсынылды", "рекомендуется"),
        Vote.NOT_RECOMMENDED: ("not_recommended", "ұсынылмайды", "ұсынылмады", "нерекомендуется"),
    }.items()
    for word in words
}


WORDS_OF_PEOPLE: Final = (SURNAME, "h", "g", "t")
"""Names, units and posts: what may be known by a part from within."""
_INSIDE: Final = 3
_MOST_INSIDE: Final = 300


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


def sitting_words(sitting: Sitting) -> set[str]:
    """What a sitting lets each case be found by that came before it."""
    protocol = sitting.protocol
    number = search_key(protocol.number) if protocol and protocol.number else ""
    days = (sitting.held_on, protocol.drawn_up_on if protocol else None)
    return {f"c{search_key(sitting.id)}", *_days(days), *([f"p{number}"] if number else [])}


def decision_word(decision: Decision) -> str:
    """The result, as a stored word."""
    return f"r{decision.result}"


def terms(words: Sequence[str]) -> tuple[Term, ...]:
    """What was typed, word by word; all of them must match. A word of no letter or digit is passed over."""
    typed = (token for word in words for token in word.split())
    return tuple(term for token in typed for term in _terms(token))


def inside(term: Term, stored: Callable[[str], Sequence[str]]) -> Term:
    """The term, and every word that has it within: three letters at least, and not half of all the words.

    `stored` gives the stored words of people that hold a text.
    """
    text = term[0][0].removeprefix(SURNAME)
    if not term[0][0].startswith(SURNAME) or len(text) < _INSIDE:
        return term
    words = stored(text)
    return (*term, *((word, word) for word in words)) if len(words) <= _MOST_INSIDE else term


def _terms(token: str) -> Iterator[Term]:
    token = _DASHES.sub("-", token)
    if _INITIALS.fullmatch(token):
        yield from ((_prefix(f"g{search_key(letter)}"),) for letter in re.findall(r"[^\W\d_]", token))
    elif word := _EDGES.sub("", token):
        yield tuple(_meanings(word))


def _meanings(word: str) -> Iterator[Range]:
    folded = _NOT_HEARD.sub("", search_key(word))
    for mark in WORDS_OF_PEOPLE:
        yield _prefix(f"{mark}{folded}")
    yield f"p{folded}", f"p{folded}"
    if len(folded) >= _ID_PREFIX:
        yield _prefix(f"c{search_key(word)}")
    if folded.isdecimal() and len(folded) >= IIN_PREFIX:
        yield _prefix(f"i{folded}")
    if folded in _RESULTS:
        yield f"r{_RESULTS[folded]}", f"r{_RESULTS[folded]}"
    if (period := _period(word)) is not None:
        yield _prefix(f"d{period}")


def _period(word: str) -> str | None:
    """A year, a month or a day, in the order that sorts."""
    for form in _PERIODS:
        if found := form.fullmatch(word):
            parts = found.groupdict()
            return "-".join(parts[key] for key in ("year", "month", "day") if parts.get(key))
    return None


def _prefix(word: str) -> Range:
    return word, word + _END


def _marked(mark: str, texts: Iterable[str | None]) -> Iterator[str]:
    return (f"{mark}{word}" for text in texts for word in _words(text))


def _words(text: str | None) -> Iterator[str]:
    """The words of a text; one with a hyphen stands whole and by its parts."""
    for token in search_key(_DASHES.sub("-", text or "")).split():
        whole = _NOT_HEARD.sub("", _EDGES.sub("", token))
        yield from {whole, *re.split(r"[\W_]+", whole)} - {""}


def _days(days: Iterable[date | None]) -> Iterator[str]:
    return (f"d{day.isoformat()}" for day in days if day is not None)
