"""What one typed word may mean, and what is asked for by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pipeline.archive.index.typed.search_words import WORDS_OF_PEOPLE, heard, trimmed
from pipeline.domain.kazakh.alphabet import is_latin, search_key
from pipeline.domain.records import Vote

Range = tuple[str, str]
"""First and last stored word that a typed word matches, both included."""
Term = tuple[Range, ...]
"""Any of its ranges will do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that was asked for.

    Attributes:
        typed: as it was typed.
        term: what a case has that is meant.
        marks: the kinds of stored words that other spellings of it may begin; none of a number or a day.
        spellings: those other spellings, as `search_key` has them.
    """

    typed: str
    term: Term
    marks: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()


_IIN_PREFIX: Final = 4
"""Fewer digits of an IIN are no search."""
_ID_PREFIX: Final = 3

_END: Final = "\U0010ffff"
INITIAL: Final = r"(?:(?:[ZSCK]h|Ts|Y[aeou])(?=\.)|[^\W\d_])"
INITIALS: Final = re.compile(rf"{INITIAL}(?:\.-?{INITIAL})*\.?")
YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_PERIODS: Final = tuple(
    re.compile(form)
    for form in (
        YEAR,
        YEAR + r"[-./](?P<month>\d\d)",
        YEAR + r"[-./](?P<month>\d\d?)[-./](?P<day>\d\d?)",
        r"(?P<month>\d\d)[-./]" + YEAR,
        r"(?P<day>\d\d?)[-./](?P<month>\d\d?)[-./]" + YEAR,
        r"(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<short>\d\d)",
    )
)
_RESULTS: Final = {
    search_key(word): vote
    for vote, words in {
        Vote.RECOMMENDED: "recommended ұсынылады ұсынылды рекомендуется рекомендован рекомендована",
        Vote.NOT_RECOMMENDED: "not_recommended ұсынылмайды ұсынылмады нерекомендуется",
    }.items()
    for word in words.split()
}


def beginning_so(mark: str, text: str) -> Range:
    """The stored words of that mark that begin so."""
    return mark + text, mark + text + _END


def word_asked(token: str) -> Iterator[Asked]:
    """A word, or each of several initials; nothing where there is no letter or digit."""
    if INITIALS.fullmatch(token):
        yield from (_initial(letter) for letter in re.findall(INITIAL, token))
    elif word := trimmed(token):
        yield Asked(word, tuple(_meanings(word)), WORDS_OF_PEOPLE)


def _initial(letter: str) -> Asked:
    """A Latin letter is taken for those it may stand for, not for the one that looks like it."""
    key = search_key(letter)
    whole_or_first = ((f"g{key}",) * 2,) if _disguised(letter) else (beginning_so("g", key),)
    return Asked(letter, whole_or_first, ("g",) if is_latin(letter) else ())


def _meanings(word: str) -> Iterator[Range]:
    folded = heard(word)
    if _disguised(word):
        yield f"t{folded}", f"t{folded}"
    else:
        yield from (beginning_so(mark, folded) for mark in WORDS_OF_PEOPLE)
    yield from protocol(folded)
    if number := re.fullmatch(r"nо?\.?(\d.*)", folded):
        yield beginning_so("t", number[1])
        yield from protocol(number[1])
    if len(folded) >= _ID_PREFIX:
        yield beginning_so("c", search_key(word))
    if folded.isdecimal() and len(folded) >= _IIN_PREFIX:
        yield beginning_so("i", folded)
    if folded in _RESULTS:
        yield (f"r{_RESULTS[folded]}",) * 2
    if (period := period_of(word)) is not None:
        yield beginning_so("d", period)


def _disguised(word: str) -> bool:
    """Whether a Latin word could be taken for a Cyrillic one of other letters: "Pak" is hardly "Рак"."""
    return is_latin(word) and not any(c.isascii() and c.isalpha() for c in search_key(word))


def protocol(number: str) -> Iterator[Range]:
    """A protocol's number, with its sign or without as the record has it."""
    return ((f"p{sign}{number}",) * 2 for sign in ("", "№", "№ "))


def period_of(word: str) -> str | None:
    """A year, a month or a day, in the order that sorts."""
    for form in _PERIODS:
        if found := form.fullmatch(word):
            parts = found.groupdict()
            year = parts.get("year") or f"20{parts['short']}"
            return "-".join([year, *(parts[key].zfill(2) for key in ("month", "day") if parts.get(key))])
    return None
