"""Whether a phrase is said within another one, endings and abbreviations aside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_WORD: Final = re.compile(r"\w+")
_SOFTENED: Final = str.maketrans("ғгё", "қке")
"""A stem's last letter before an ending: "орталық" → "орталығы"; ё is written е as often."""
_ENDING: Final = re.compile(
    r"(лар|лер|дар|дер|тар|тер)?(ы|і|сы|сі)?н?"
    r"([дтн][ыі]ң|[ыі]ң|[қкндт][ае]|[ае]|[дт][ае][қк][ыі]|[дтн][ае]н|[дтн]?[ыі]|мен|бен|пен)?"
)
"""Plural, possessive of the third person, case: what a noun takes in a longer phrase."""
_SHORTEST_STEM: Final = 3
_SHORTEST_ABBREVIATION: Final = 2


def says(text: str, phrase: str) -> bool:
    """Whether `text` holds the words of `phrase`, one after another.

    A word may carry another ending ("департаменті", "департаментінің"); capitals alone may stand for words
    that begin with them, on either side ("Абай АПБ", "Абай аудандық полиция бөлімі"). A part of a word is no
    word: "тергеуші" does not say "Тергеу басқармасы". An empty phrase is said by nothing.
    """
    words, wanted = _words(text), _words(phrase)
    return bool(wanted) and any(_begins(words[at:], wanted) for at in range(len(words)))


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text))


def _begins(words: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    if not words:
        return False
    if _same_word(words[0], wanted[0]) and _begins(words[1:], wanted[1:]):
        return True
    count = _stands_for(words[0], wanted)
    if count and _begins(words[1:], wanted[count:]):
        return True
    count = _stands_for(wanted[0], words)
    return bool(count) and _begins(words[count:], wanted[1:])


def _stands_for(short: str, words: Sequence[str]) -> int:
    """How many of the first words the capitals stand for; 0 where they stand for none of them."""
    count = len(short)
    initials = "".join(word[0] for word in words[:count]).upper()
    return count if count >= _SHORTEST_ABBREVIATION and short.isupper() and short == initials else 0


def _same_word(a: str, b: str) -> bool:
    a, b = (word.casefold().translate(_SOFTENED) for word in (a, b))
    if a == b:
        return True
    stem = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    # The stem may end in letters that both endings begin with: "…сы", "…сының".
    return any(
        _ENDING.fullmatch(a[cut:]) is not None and _ENDING.fullmatch(b[cut:]) is not None
        for cut in range(stem, _SHORTEST_STEM - 1, -1)
    )
