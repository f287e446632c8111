"""The 42 letters of the Kazakh alphabet: their order, and the folding that lets people find each other."""

from __future__ import annotations

import unicodedata

LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
KAZAKH_LETTERS = frozenset(LETTERS + LETTERS.upper())

_PUNCTUATION, _DIGIT, _KAZAKH, _FOREIGN = range(4)
_RANKS = {letter: rank for rank, letter in enumerate(LETTERS)}

# What a Russian keyboard has instead of the Kazakh letters, and Latin letters that look like Cyrillic ones.
# Applied after folding the case, so that the key of a word never depends on it.
_FOLDING = str.maketrans("әғқңөұүһіёaehkmoptxycbiə", "агкноуухиеаехкмортхусвиа")


_SPELLINGS: dict[str, str] = {}
for _letter in (*LETTERS, *map(chr, _FOLDING)):
    _folded = _letter.translate(_FOLDING)
    _SPELLINGS[_folded] = "".join(dict.fromkeys(_SPELLINGS.get(_folded, "") + _letter))


def folded_letters(text: str) -> str:
    """The text in small letters, each as a search takes it; unlike `search_key`, as many as before."""
    return unicodedata.normalize("NFC", text).lower().translate(_FOLDING)


def spellings(folded: str) -> str:
    """Every small letter that a search takes for this one: "к", "қ" and Latin "k" for "к"."""
    return _SPELLINGS.get(folded, folded)


def collation_key(text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Sort key in the official order of the alphabet, as ICU's `kk` has it.

    Signs come before digits, digits before Kazakh letters, those before other letters; case decides last.
    """
    composed = unicodedata.normalize("NFC", text)
    return tuple(_weight(c) for c in composed.lower()), composed.swapcase()


def search_key(text: str) -> str:
    """The text as a search compares it: "Қасымов", "КАСЫМОВ" and "касымов" have one key.

    Kazakh letters become their Russian neighbours, Latin look-alikes become Cyrillic; runs of white space
    become one space.
    """
    folded = unicodedata.normalize("NFC", text).casefold().translate(_FOLDING)
    return " ".join(folded.split())


def is_latin(word: str) -> bool:
    """Whether there are letters and all of them are Latin."""
    letters = [c for c in word if c.isalpha()]
    return bool(letters) and all(unicodedata.name(c, "").startswith("LATIN") for c in letters)


def _weight(c: str) -> tuple[int, int]:
    if c in _RANKS:
        return _KAZAKH, _RANKS[c]
    if c.isdigit():
        return _DIGIT, ord(c)
    return (_FOREIGN if c.isalpha() else _PUNCTUATION), ord(c)
