"""Whether two written names can be one's: mended letters, a married name, initials, a part left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.domain.names import Named, fold_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_LETTERS: Final = str.maketrans("aeopcxyikmtbhңқғөұүіәһйё", "аеорсхуикмтвхнкгоууиахие")
"""Latin letters that look Cyrillic, and Kazakh ones that a Russian keyboard writes otherwise."""
_WORDS: Final = re.compile(r"[\s.]+")
_SHORT: Final = 4
"""Shorter names are one only if their letters are."""
_ENDING: Final = 4
"""An ending that may be left out or added: -ов, -ова, -ұлы, -қызы, -вич."""
_DIGITS: Final = 3
"""A digit, its check digit, and one more."""
_INITIAL: Final = 1
_BIRTH: Final = 7
"""Digits of an IIN that tell the day of birth, the century and the sex."""


def may_be_one(a: Named, b: Named) -> bool:
    """The names alone do not tell two people apart: surname and given name agree, in whichever field.

    A part that is missing or an initial agrees with any. Fathers' names that contradict each other do not.
    """
    if not _agree(a.patronymic, b.patronymic, missing=True, loose=True):
        return False
    straight = _agree(a.surname, b.surname, loose=True) and _agree(a.given_name, b.given_name, missing=True)
    swapped = _agree(a.surname, b.given_name) and _agree(a.given_name, b.surname)
    return straight or swapped or _one_line(a) == _one_line(b)


def wholly_differ(a: Named, b: Named) -> bool:
    """Neither the surname nor the given name agrees, so that not even a marriage explains it."""
    if may_be_one(a, b) or _agree(a.surname, b.surname, loose=True):
        return False
    fathers = _agree(a.patronymic, b.patronymic, missing=True, loose=True)
    return not (fathers and _agree(a.given_name, b.given_name, loose=True))


def same_letters(a: Named, b: Named) -> bool:
    """Each part that both have is written alike; case, spaces, hyphens and the dots of ё do not count."""
    parts = ((a.surname, b.surname), (a.given_name, b.given_name), (a.patronymic, b.patronymic))
    return all(not (one and other) or fold_name(one) == fold_name(other) for one, other in parts)


def same_parts(a: Named, b: Named) -> bool:
    """Neither name has a part that the other lacks."""
    return (bool(a.given_name), bool(a.patronymic)) == (bool(b.given_name), bool(b.patronymic))


def slip_of_a_digit(one: str, other: str) -> bool:
    """Two IINs that a mistyped digit or two, or two that changed places, tell apart."""
    return len(one) == len(other) and sum(x != y for x, y in zip(one, other, strict=True)) <= _DIGITS


def born_alike(one: str, other: str) -> bool:
    """Two IINs of one birthday, century and sex."""
    return one[:_BIRTH] == other[:_BIRTH]


def _agree(one: str | None, other: str | None, *, missing: bool = False, loose: bool = False) -> bool:
    """`missing`: a part left out agrees with any; `loose`: a letter or two and an ending may differ."""
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return missing
    if first == second or (min(len(first), len(second)) <= _INITIAL and first[0] == second[0]):
        return True
    if not loose or min(len(first), len(second)) < _SHORT:
        return False
    return _ending_apart(first, second) or _edits(first, second) <= (1 if len(first) <= _SHORT else 2)


def _ending_apart(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    stem = 0
    while stem < len(short) and short[stem] == long[stem]:
        stem += 1
    return stem >= _SHORT and len(long) - stem <= _ENDING


def _edits(one: Sequence[str], other: Sequence[str]) -> int:
    """Levenshtein distance."""
    row = list(range(len(other) + 1))
    for i, x in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def _plain(text: str | None) -> str:
    return fold_name(text).translate(_LETTERS)


def _one_line(person: Named) -> tuple[str, ...]:
    """The words of surname and given name, in whatever field and order they stand."""
    line = f"{person.surname or ''} {person.given_name or ''}"
    return tuple(sorted(word for part in _WORDS.split(line) if (word := _plain(part))))
