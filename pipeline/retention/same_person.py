"""Whether two written names can be one person's, whatever the script, the language, the order or the form.

Names are compared by how they sound, roughly: "Болат Есімов", "Есимов Б.", "Bolat Yesimov" and "Эсимов Болат"
have one key. Where that leaves doubt the names count as one, since two approvals must come from two people;
full names tell people apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, reduce
from itertools import product
from typing import Final

from pipeline.domain.kazakh.alphabet import is_latin, search_key
from pipeline.domain.ranks import RANK_WORDS

_BETWEEN: Final = re.compile(r"[\W\d_]+")
_HYPHEN: Final = re.compile(r"[-‐‑‒–—]")
_PRINT_NOTHING: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    map(chr, range(0xFE00, 0xFE10))
)
_APOSTROPHE: Final = re.compile("['’ʼʻ`´]")
_APART: Final = re.compile(r"\s+(?=(?:[ұу]лы|[қк]ызы|[uo]gl[iuy]|[uo]l[iyı]|[qk][iyı]z[iyı])\b)")
_LONG: Final = 6
"""Letters from which on a word without one short vowel is still the same word."""
_LOOK_ALIKE: Final = frozenset("aehkmoptxycbi")

_CYRILLIC: Final = {
    **dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True)),
    "ж": "j",
    "ц": "z",
    "ч": "c",
    "ш": "w",
    "щ": "w",
    "ъ": "",
    "ь": "",
    "ю": "iu",
    "я": "ia",
}
"""A sound a letter, for words brought to Russian letters by `search_key`; w is "ш", c is "ч"."""
_LATIN: Final = (
    ("shch", "w"), ("tch", "c"), ("sch", "w"), ("sh", "w"), ("ch", "c"), ("dzh", "j"),
    ("zh", "j"), ("kh", "h"), ("gh", "g"), ("ts", "z"), ("tz", "z"), ("ck", "k"), ("yo", "e"), ("q", "k"),
    ("ee", "i"), ("ou", "u"), ("y", "i"),
)  # fmt: skip
"""Groups of Latin letters and the sounds they stand for, the longest first."""
_ACCENTED: Final = str.maketrans({"ş": "sh", "ç": "ch", "ı": "i", "ə": "a", "ɵ": "o", "ŋ": "n", "ł": "l"})
_PATRONYMIC: Final = re.compile(r"(?<=\w{2})(?:uli|kizi|[ue]vic|[ue]vna|ugli)$")
_KOREAN: Final = {
    spelling: f"={number}"
    for number, spellings in enumerate(
        (
            "цой чой цхой choi choy choe tsoi tsoy",
            "ли лі lee li yi rhee ri",
            "ким кім kim gim",
            "пак park pak bak",
            "тен ten jung jeong chung cheong",
            "хван hwang whang khvan",
            "шин син shin sin",
            "юн yoon youn yun iun",
            "чо дё cho jo",
            "тян чан chang jang tyan",
            "лим им lim rim im",
            "мун moon mun",
            "сон song sohn son",
            "пек пэк пяк paek baek paik pek",
            "кан kang gang kan",
            "ан ahn an",
            "но roh noh no",
            "хо hur heo huh ho",
            "квон kwon kvon gwon",
            "ко ko koh go",
        )
    )
    for spelling in spellings.split()
    if len(spelling) > 1
}
"""Surnames of Koreans as they are written here and in passports: no rule of letters joins these."""
_BESIDE_A_NAME: Final = """
отставкадағы запастағы отставке запаса мырза ханым господин госпожа товарищ гражданин гражданка mr mrs ms
major colonel captain lieutenant sergeant general бастық бастығы бөлім бөлімінің басқарма басқармасының
департамент департаментінің орынбасары мұрағатшы маман маманы инспекторы начальник начальника отдела
отдел управления управление департамента заместитель архивист инспектор специалист head deputy chief
"""
"""Forms of address, ranks as they are said in English, and posts."""
_FEMININE: Final = re.compile(r"(?<=\w)(?:(?<=[uei]v)a|(?<=in)a|skaa?|ski)$")


def may_be_one(one: str, other: str) -> bool:
    """Whether every word of the shorter name stands in the longer one, whole or by its first letter."""
    return any(
        _fits(*sorted((mine, others), key=len)) for mine, others in product(_readings(one), _readings(other))
    )


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, as it is written, without a rank, a post or a form of address beside it."""
    return tuple(w for w in _BETWEEN.split(name) if w and not (_keys(w.casefold()) & _no_name()))


_Word = frozenset[str]
"""Every key a written word may have."""


def _readings(name: str) -> Iterator[list[_Word]]:
    """A double name counts as two words, and as one."""
    written = _APART.sub("", _APOSTROPHE.sub("", unicodedata.normalize("NFC", _shown(name)).casefold()))
    for text in dict.fromkeys((written, _HYPHEN.sub("", written))):
        yield [_keys(word) for word in words_of(text)]


def _shown(name: str) -> str:
    """Without the signs that print nothing: a soft hyphen within a name makes no other person of it."""
    return "".join(c for c in name if unicodedata.category(c) != "Cf" and c not in _PRINT_NOTHING)


def _fits(words: Sequence[_Word], among: Sequence[_Word]) -> bool:
    if not words:
        return True
    first, rest = words[0], words[1:]
    return any(
        _is_one(first, word) and _fits(rest, [*among[:place], *among[place + 1 :]])
        for place, word in enumerate(among)
    )


def _is_one(one: _Word, other: _Word) -> bool:
    return any(
        mine == others or (min(len(mine), len(others)) == 1 and mine[:1] == others[:1])
        for mine, others in product(one, other)
    )


@cache
def _no_name() -> _Word:
    return frozenset(key for word in (*RANK_WORDS, *_BESIDE_A_NAME.split()) for key in _by_sound(word))


def _keys(word: str) -> _Word:
    return _by_sound(word) | ({_KOREAN[word]} if word in _KOREAN else frozenset())


def _by_sound(word: str) -> _Word:
    """A Latin word as it is read; one of letters that Cyrillic has too, as Cyrillic as well."""
    if not word.isascii() and not is_latin(word):
        return frozenset({_folded("".join(_CYRILLIC.get(c, c) for c in search_key(word)))})
    plain = "".join(
        c for c in unicodedata.normalize("NFD", word.translate(_ACCENTED)) if not unicodedata.combining(c)
    )
    plain = re.sub("of+$", "ov", plain)
    plain = re.sub("c(?![ehikyz])", "k", plain)  # Victor, Carl; what is left stands for ч or с
    read = {
        reduce(lambda text, pair: text.replace(*pair), _LATIN, plain.replace("w", w))
        .replace("x", x)
        .replace("j", j)
        for w, x, j in product(("u", "v"), ("ks", "h"), ("j", "i"))
    }
    keys = {_folded(re.sub("c(?=[eik])", "s", text)) for text in read} | {_folded(text) for text in read}
    if _LOOK_ALIKE.issuperset(word):
        keys |= {_folded("".join(_CYRILLIC.get(c, c) for c in search_key(word)))}
    return frozenset(keys)


def _folded(sounds: str) -> str:
    """Without double letters, glides, and the endings by which a daughter's name differs from a son's.

    "Төлегенов" and "Тулегенов", "Тілеубаев" and "Тлеубаев", "Жақсыбекова" and "Джаксыбекова" are one.
    """
    sounds = sounds.replace("dj", "j").replace("o", "u")
    single = re.sub(r"(?<=\w{3})er$", "r", re.sub(r"(.)\1+", r"\1", sounds))
    if len(single) > 1:
        single = re.sub(r"(.)\1+", r"\1", re.sub(r"(?<=[aeou])i|i(?=[aeou])", "", single))
    if len(single) >= _LONG:
        single = re.sub(r"(?<=[^aeiou])i(?=[^aeiou][^aeiou]?[aeou].)", "", single)
    return _FEMININE.sub("", _PATRONYMIC.sub("~", single)) or single
