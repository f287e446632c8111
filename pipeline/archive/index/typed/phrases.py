"""What is said in several words: an IIN in groups or with its name, a protocol's number, a day or month."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from pipeline.archive.index.typed.search_words import WORDS_OF_PEOPLE, trimmed
from pipeline.archive.index.typed.typed_words import (
    YEAR,
    Asked,
    beginning_so,
    period_of,
    protocol,
    word_asked,
)
from pipeline.domain.iin import check_iin
from pipeline.domain.kazakh.alphabet import folded_letters, search_key
from pipeline.domain.kazakh.dates import month_forms
from pipeline.domain.records import Vote

_MONTHS: Final = {search_key(form): number for form, number in month_forms().items()} | {
    search_key(form): number
    for number, forms in enumerate(
        (
            "қаңтары январь января январе January",
            "ақпаны февраль февраля феврале February",
            "наурызы март марта марте March",
            "сәуірі апрель апреля апреле April",
            "мамыры май мая мае May",
            "маусымы июнь июня июне June",
            "шілдесі июль июля июле July",
            "тамызы август августа августе August",
            "қыркүйегі сентябрь сентября сентябре September",
            "қазаны октябрь октября октябре October",
            "қарашасы ноябрь ноября ноябре November",
            "желтоқсаны декабрь декабря декабре December",
        ),
        1,
    )
    for form in forms.split()
}


def _iin(match: re.Match[str], typed: str) -> list[Asked] | None:
    """Digits after the word ИИН; or twelve in groups, where they are an IIN and cannot be three years."""
    digits = re.sub(r"\D", "", match["iin"])
    labelled = match["label"] is not None
    if not labelled and (typed.isdecimal() or check_iin(digits) is not None):
        return None
    return [Asked(typed, (beginning_so("i", digits),))]


def _numbered(match: re.Match[str], typed: str) -> list[Asked]:
    """A protocol by its number; "хаттама 2025" may be its year as well."""
    number = trimmed(next(filter(None, match.groups())))
    term = list(protocol(number))
    period = period_of(number)
    if period is not None and not re.fullmatch(r"\d{4}-\d\d", period):
        term.append(beginning_so("d", period))
    return [Asked(typed, tuple(term))]


def _dated(match: re.Match[str], typed: str) -> list[Asked]:
    """A day; or a month, which may be somebody's name as well: "Қазан 2025"."""
    month = f"{match['year']}-{_MONTHS[match['month']]:02}"
    if match["day"]:
        return [Asked(typed, (beginning_so("d", f"{month}-{int(match['day']):02}"),))]
    names = [(mark + match["month"],) * 2 for mark in WORDS_OF_PEOPLE]
    return [
        Asked(typed, (beginning_so("d", month), *names)),
        Asked(typed, (beginning_so("d", match["year"]),)),
    ]


def _marked_date(match: re.Match[str], _: str) -> list[Asked] | None:
    """A date in digits, after a preposition or before "ж." or "г."."""
    return None if period_of(match["date"]) is None else [*word_asked(match["date"])]


def _refused(_: re.Match[str], typed: str) -> list[Asked]:
    return [Asked(typed, ((f"r{Vote.NOT_RECOMMENDED}",) * 2,))]


def _nothing(_: re.Match[str], __: str) -> list[Asked]:
    return []


def _any(*words: str) -> str:
    return (
        "(?:" + "|".join(re.escape(search_key(word)) for word in sorted(words, key=len, reverse=True)) + ")"
    )


def folded(text: str) -> str:
    """As phrases are compared; capitals that stand alone remain, for they are initials: "2025 Г. Оспанов"."""
    letters = list(folded_letters(text))
    for alone in re.finditer(r"(?<!\w)[^\W\d_](?!\w)", text):
        if alone[0].isupper():
            letters[alone.start()] = alone[0]
    return "".join(letters)


def said_of_numbers(word: str) -> bool:
    """Whether the word only says what the numbers beside it are: a month, ИИН, протокол."""
    return _SAID_OF_NUMBERS.fullmatch(folded(word)) is not None


Phrase = tuple[re.Pattern[str], Callable[[re.Match[str], str], list[Asked] | None]]

_PROTOCOL: Final = rf"(?:хаттама\w{{0,5}}|протокол\w{{0,3}}|{_any('protocol', 'minutes')})(?!\w)"
_SIGN: Final = r"(?:№|#|[nN]о?\.?)"
_SOME_NUMBER: Final = r"((?=[^\s,;]*\d)[^\s,;]+?)"
_PREPOSITION: Final = _any("от", "за", "в", "во", "с", "from", "of", "in", "on")
_FROM: Final = rf"(?:(?:{_PREPOSITION}|{_PROTOCOL})\s+){{0,2}}"
_OF_THE_YEAR: Final = (
    r"(?:\s*" + _any("жылғы", "жылы", "жылдың", "жыл", "ж", "года", "году", "год", "г") + r"(?!\w)\.?)"
)
_THE_YEAR: Final = rf"{YEAR}(?!\d){_OF_THE_YEAR}?"
_DAY: Final = r"""["«„“']?(?P<day>\d{1,2})(?:["»”']|st|nd|rd|th)?"""
_MONTH_NAMES: Final = _any(*_MONTHS)
_MONTH: Final = rf"(?P<month>{_MONTH_NAMES})(?!\w)"

_IIN_NAMES: Final = _any("жсн", "иин", "iin")
_IIN: Final = (
    rf"(?<![\w-])(?P<label>{_IIN_NAMES}[\W_]*)?"
    r"(?P<iin>\d(?:[\s-]*\d){11}(?![\w-])|(?(label)\d{4,12}(?!\d)|(?!)))"
)
_DAY_OF: Final = rf"\d\d?[\s.-]+{_MONTH_NAMES}"
_SAID_OF_NUMBERS: Final = re.compile(rf"(?:{_IIN_NAMES}|{_PROTOCOL}|{_MONTH_NAMES})\W*")

PHRASES: Final = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (_IIN, _iin),
        (rf"(?<!\S){_SIGN}\s*{_SOME_NUMBER}[\s-]*{_PROTOCOL}", _numbered),
        (
            rf"(?<!\w){_PROTOCOL}[\s:-]*(?:{_SIGN}\s*)?(?!{_DAY_OF})([^\s,;]*\d[^\s,;]*)",
            _numbered,
        ),
        (rf"(?<!\S){_SOME_NUMBER}[\s-]*{_PROTOCOL}(?!\s*{_SIGN}?\s*\d)", _numbered),
        (rf"(?<!\w){_FROM}{_MONTH}\s+{_DAY}[,\s]+{_THE_YEAR}", _dated),
        (rf"(?<!\w){_FROM}(?:{_DAY}[\s.-]*)?{_MONTH}[\s,.]*{_THE_YEAR}", _dated),
        (rf"(?<!\w){_FROM}{_THE_YEAR}[\s,]*(?:{_DAY}[\s.-]*)?{_MONTH}", _dated),
        (rf"(?<![\w./-]){_FROM}(?P<date>\d[\d./-]*\d){_OF_THE_YEAR}?(?![\w/-])", _marked_date),
        (rf"(?<!\w){_any('не')}\s+рекоменд\w*|{_any('not')}\s+{_any('recommended')}(?!\w)", _refused),
        (r"(?<!\w)[nN]о?\.?\s+(?=\d)", _nothing),
    )
)
"""Kinds of phrases with what each means, those that hold others first; of text as `folded` gives it.

A meaning gives None where the words are no such phrase."""
