"""Special ranks of the police and the penal system, and which of two posts is the higher.

The ladder is that of the Law on law-enforcement service, art. 22. Class ranks and military ranks have no
place on it.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
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
# The same words as they are said in Russian, abbreviated, or with an ending of another order of words.
_SERVICES = {
    **dict.fromkeys(("полиция", "полиции", "полициясы", "полициясының", "полицияның"), "полиция"),
    **dict.fromkeys(("әділет", "юстиции", "юстиция", "әділеттің"), "әділет"),
}
_GRADES = {
    **dict.fromkeys(("кіші", "младший", "мл", "кши", "киши"), "кіші "),
    **dict.fromkeys(("аға", "старший", "ст", "ага"), "аға "),
}
_BASES = {form: plain for plain, own in _LADDER if " " not in plain for form in (plain, own)} | {
    "рядовой": "қатардағы",
    "подполковниги": "подполковник",
    "полковниги": "полковник",
    "генерал-полковниги": "генерал-полковник",
}
_POSSESSIVE = dict(_LADDER)
RANK_WORDS = frozenset(
    part for word in (*_SERVICES, *_GRADES, *_BASES) for part in (word, *word.split("-")) if len(part) > 1
)
"""Every word that ranks are written with, in Kazakh and Russian."""
_NEAR = 0.85
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


def kazakh_rank(text: str) -> str | None:
    """How a special rank is written in Kazakh, where the text means one and writes it otherwise; else None.

    "майор полиции", "полицияның майоры", "ст. лейтенант юстиции": other order, other language; "полиция
    маоры": a slip. None for ranks written well and for what is no special rank ("3-сыныпты заңгер").
    """
    if rank_ordinal(text) is not None:
        return None
    return _other_words(text) or _slip(text)


def _other_words(text: str) -> str | None:
    words = _DASH.sub("-", unicodedata.normalize("NFC", text).casefold()).replace(".", " ").split()
    services = [_SERVICES[word] for word in words if word in _SERVICES]
    grades = [_GRADES[word] for word in words if word in _GRADES]
    bases = [_BASES[word] for word in words if word in _BASES]
    if len(services) + len(grades) + len(bases) != len(words) or len(bases) != 1:
        return None
    rank = "".join(grades) + bases[0]
    if rank not in _POSSESSIVE or len(services) > 1:
        return None
    return f"{services[0]} {_POSSESSIVE[rank]}" if services else rank


def _slip(text: str) -> str | None:
    folded = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    written = [f"{service} {own}" for service in ("полиция", "әділет") for own in _POSSESSIVE.values()]
    return next(iter(get_close_matches(folded, written, n=1, cutoff=_NEAR)), None)


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
