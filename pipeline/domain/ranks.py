"""Special ranks of the police and the penal system, and which of two posts is the higher.

The ladder is that of the Law on law-enforcement service, art. 22. Class ranks and military ranks have no
place on it.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import NamedTuple


class Composition(StrEnum):
    """Құрам: the band a special rank belongs to; the first rank, қатардағы, has none."""

    JUNIOR = "кіші басшы құрам"
    MIDDLE = "орта басшы құрам"
    SENIOR = "аға басшы құрам"
    HIGHER = "жоғары басшы құрам"


_LADDER = (
    ("қатардағы", "қатардағысы"),
    ("кіші сержант", "кіші сержанты"),
    ("сержант", "сержанты"),
    ("аға сержант", "аға сержанты"),
    ("старшина", "старшинасы"),
    ("кіші лейтенант", "кіші лейтенанты"),
    ("лейтенант", "лейтенанты"),
    ("аға лейтенант", "аға лейтенанты"),
    ("капитан", "капитаны"),
    ("майор", "майоры"),
    ("подполковник", "подполковнигі"),
    ("полковник", "полковнигі"),
    ("генерал-майор", "генерал-майоры"),
    ("генерал-лейтенант", "генерал-лейтенанты"),
    ("генерал-полковник", "генерал-полковнигі"),
)
_ORDINALS = {form: ordinal for ordinal, forms in enumerate(_LADDER, start=1) for form in forms}
_BANDS = (
    (5, Composition.JUNIOR),
    (9, Composition.MIDDLE),
    (12, Composition.SENIOR),
    (15, Composition.HIGHER),
)

_SERVICE = re.compile(r"^(?:полиция|әділет)\s+")
_DASH = re.compile(r"\s*[-‐‑‒–—]\s*")

# Salary categories are Latin, yet are typed with Cyrillic letters that look the same.
_LATIN_TWINS = str.maketrans("АВЕКМНОРСТХ", "ABEKMHOPCTX")
_CATEGORY = re.compile(r"(?P<group>[A-Z]+(?:-[A-Z]+)*)-?(?P<number>[0-9]{1,3})")


class _Category(NamedTuple):
    group: str
    number: int


def rank_ordinal(text: str) -> int | None:
    """Place of a special rank on the ladder, 1 (қатардағы) to 15 (генерал-полковник); None if it has none.

    "полиция майоры", "әділет майоры", "майоры" and "майор" are one rank.
    """
    folded = " ".join(_DASH.sub("-", unicodedata.normalize("NFC", text).casefold()).split())
    return _ORDINALS.get(_SERVICE.sub("", folded))


def composition(text: str) -> Composition | None:
    """The band of a special rank; None for қатардағы and for what is no special rank."""
    ordinal = rank_ordinal(text)
    if ordinal is None or ordinal == 1:
        return None
    return next(band for top, band in _BANDS if ordinal <= top)


def compare_posts(
    ceiling_a: str | None, category_a: str | None, ceiling_b: str | None, category_b: str | None
) -> int | None:
    """1 if post A is higher than post B, 0 if they are equal, -1 if it is lower; None if it cannot be told.

    Posts are compared by ceiling rank, then by salary category (Law art. 32, part 1; ¶2 and 22 of the order).
    The lower number is the higher category, within one letter group only.
    """
    ordinal_a, ordinal_b = rank_ordinal(ceiling_a or ""), rank_ordinal(ceiling_b or "")
    if ordinal_a is None or ordinal_b is None:
        return None
    if ordinal_a != ordinal_b:
        return 1 if ordinal_a > ordinal_b else -1
    return _compare_categories(_category(category_a), _category(category_b))


def _compare_categories(a: _Category | None, b: _Category | None) -> int | None:
    if a is None or b is None or a.group != b.group:
        return None
    return (b.number > a.number) - (b.number < a.number)


def _category(text: str | None) -> _Category | None:
    folded = _DASH.sub("-", (text or "").strip()).upper().translate(_LATIN_TWINS)
    match = _CATEGORY.fullmatch(folded)
    return _Category(match["group"], int(match["number"])) if match else None
