"""What was typed, read as it stands: phrases first, then word by word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from pipeline.archive.index.typed.phrases import PHRASES, Phrase, folded
from pipeline.archive.index.typed.search_words import SURNAME, heard, one_dash
from pipeline.archive.index.typed.typed_words import Asked, Term, word_asked
from pipeline.domain.kazakh.alphabet import is_latin

_INSIDE: Final = 3
_MOST_INSIDE: Final = 300


def asked(words: Iterable[str]) -> tuple[Asked, ...]:
    """What was typed as it stands; all of it must match. A word of no letter or digit is passed over."""
    text = unicodedata.normalize("NFC", one_dash(" ".join(words))).replace("İ", "I")
    return tuple(_read(text, folded(text), PHRASES))


def inside(one: Asked, stored: Callable[[str], Sequence[str]]) -> Term:
    """The term, and every word that has it within: three letters at least, and not half of all the words.

    `stored` gives the stored words of people that hold a text.
    """
    text = heard(one.typed)
    if SURNAME not in one.marks or len(text) < _INSIDE or is_latin(one.typed):
        return one.term
    words = stored(text)
    return (*one.term, *((word, word) for word in words)) if len(words) <= _MOST_INSIDE else one.term


def _read(text: str, compared: str, phrases: Sequence[Phrase]) -> Iterator[Asked]:
    """The first kind of phrase wherever it stands, the other kinds between; what is left is words."""
    if not phrases:
        yield from (one for token in re.split(r"[\s,;]+", text) for one in word_asked(token))
        return
    (pattern, meaning), others = phrases[0], phrases[1:]
    done = 0
    for match in pattern.finditer(compared):
        meant = meaning(match, text[match.start() : match.end()])
        if meant is not None:
            yield from _read(text[done : match.start()], compared[done : match.start()], others)
            yield from meant
            done = match.end()
    yield from _read(text[done:], compared[done:], others)
