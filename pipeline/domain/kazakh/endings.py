"""Case endings of posts and of names, where the rule is sure.

Only the last word of a phrase changes. Every function gives None where the ending cannot be told for certain
(abbreviations, initials, Latin letters, foreign words of mixed harmony): the caller then prints the
nominative, which is never wrong, instead of a form that may be.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from pipeline.domain.kazakh.alphabet import KAZAKH_LETTERS

_FRONT = frozenset("әөүіеиэ")
_BACK = frozenset("аоұыёя")
_UNDECIDED = frozenset("ую")
_VOWELS = _FRONT | _BACK | _UNDECIDED
_GLIDES = frozenset("иую")  # vowels that take endings as consonants do: "судың", "Лидің"
_VOICELESS = frozenset("пфкқтсшщчхцһбвгд")
_NASAL = frozenset("мнң")
_SOFTENED = {"қ": "ғ", "к": "г", "п": "б"}
_SIGNS = frozenset("ъь")

_AGENT = re.compile(r"ш[ыі]$")
_PERSON_POSSESSED = re.compile(r"(ұлы|қызы|тегі)$")
_RUSSIAN_SURNAME = re.compile(r"..[оеё]в$")
_FRONT_WHATEVER_STANDS_BEFORE = re.compile(r"(ин|ич|[сц]кий)$")
_SHORTEST_WORD = 2


class _Case(Enum):
    """Endings as (back, front): after a possessed noun, a vowel, a nasal, a voiceless and another sound."""

    DATIVE = (("на", "не"), ("ға", "ге"), ("ға", "ге"), ("қа", "ке"), ("ға", "ге"))
    GENITIVE = (("ның", "нің"), ("ның", "нің"), ("ның", "нің"), ("тың", "тің"), ("дың", "дің"))


def possessive(noun: str) -> str | None:
    """Third person possessive of a bare post: "бастық" → "бастығы", "аға инспектор" → "…инспекторы"."""
    phrase, word = _last_word(noun)
    front = _is_front(word)
    if front is None:
        return None
    if word[-1] in _VOWELS - _GLIDES:
        return phrase + ("сі" if front else "сы")
    return phrase[:-1] + _SOFTENED.get(word[-1], phrase[-1]) + ("і" if front else "ы")


def post_dative(post: str) -> str | None:
    """To whom, of a post: "…департаментінің бастығы" → "…бастығына", "министр" → "министрге"."""
    return _post(post, _Case.DATIVE)


def post_genitive(post: str) -> str | None:
    """Whose, of a post or a unit: "…басқармасы" → "…басқармасының", "министр" → "министрдің"."""
    return _post(post, _Case.GENITIVE)


def name_dative(name: str) -> str | None:
    """To whom, of a person: "Е.Қ. Сатпаев" → "Е.Қ. Сатпаевқа"; the last word takes the ending."""
    return _name(name, _Case.DATIVE)


def _post(post: str, case: _Case) -> str | None:
    phrase, word = _last_word(post)
    # A post in ы or і is possessed ("бастығы", "төрағасы") unless it names an agent ("басшы", "жетекші").
    return _inflected(
        phrase,
        word,
        case,
        front=_is_front(word),
        possessed=word.endswith(("ы", "і")) and not _AGENT.search(word),
    )


def _name(name: str, case: _Case) -> str | None:
    phrase, word = _last_word(name)
    front: bool | None
    if _RUSSIAN_SURNAME.search(word):
        front = False
    elif _FRONT_WHATEVER_STANDS_BEFORE.search(word):
        front = True
    else:
        front = None if _mixed_before_i(word) else _is_front(word)
    return _inflected(phrase, word, case, front=front, possessed=bool(_PERSON_POSSESSED.search(word)))


def _inflected(phrase: str, word: str, case: _Case, *, front: bool | None, possessed: bool) -> str | None:
    if front is None:
        return None
    after_possessed, after_vowel, after_nasal, after_voiceless, otherwise = case.value
    if possessed:
        endings = after_possessed
    elif word[-1] in _VOWELS - _GLIDES:
        endings = after_vowel
    elif word[-1] in _NASAL:
        endings = after_nasal
    elif word[-1] in _VOICELESS:
        endings = after_voiceless
    else:
        endings = otherwise
    return phrase + endings[front]


def _last_word(text: str) -> tuple[str, str]:
    """The tidy phrase and, in lower case, the last part of its last word; "" where that is no plain word."""
    phrase = unicodedata.normalize("NFC", text).rstrip()
    start = len(phrase)
    while start and phrase[start - 1] in KAZAKH_LETTERS:
        start -= 1
    word = phrase[start:]
    joined_to_something = start > 0 and phrase[start - 1].isalnum()
    if len(word) < _SHORTEST_WORD or word.isupper() or joined_to_something:
        return phrase, ""
    return phrase, word.lower()


def _is_front(word: str) -> bool | None:
    """Vowel harmony of the ending: by the last vowel that decides it; None where usage wavers."""
    if not word or word[-1] in _SIGNS:
        return None
    vowels = [c for c in word if c in _VOWELS]
    deciding = [c for c in vowels if c not in _UNDECIDED]
    if not deciding:
        return None
    last = deciding[-1]
    # "институт" takes back endings, "тексеру" front ones: after е and и an inner у leaves it open.
    if vowels[-1] in _UNDECIDED and word[-1] != vowels[-1] and last in "еиэ":
        return None
    front = last in _FRONT
    # Foreign к and г are soft whatever vowel stands before: "Кравчук", "кинолог".
    return None if not front and word[-1] in "кг" else front


def _mixed_before_i(word: str) -> bool:
    """Whether the last vowel is an и after back vowels: "Ғали", "Ибрагим"."""
    vowels = [c for c in word if c in _VOWELS]
    return bool(vowels) and vowels[-1] == "и" and any(c in _BACK for c in vowels)
