"""The other ways to read what was typed, where it finds nothing as it stands.

Names spelled in Latin letters or by ear, words typed under another keyboard layout. Whatever such a reading
finds is a guess, and whoever shows it says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.archive.index.typed.phrases import said_of_numbers
from pipeline.archive.index.typed.query import asked
from pipeline.archive.index.typed.search_words import trimmed
from pipeline.archive.index.typed.typed_words import INITIAL, INITIALS, Asked, Term, beginning_so
from pipeline.domain.iin import mask_iin
from pipeline.domain.kazakh.keyboards import SWITCHES
from pipeline.domain.kazakh.other_spellings import other_spellings

ReadAs = Mapping[str, tuple[str, ...]]
"""What was typed, and what it was taken for."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The text read in another way; `switched` says for each word that was changed before what it was."""

    asked: tuple[Asked, ...]
    switched: Mapping[str, str]


Begins = Callable[[Sequence[str], str], bool]
"""Whether a stored word of one of these marks begins so."""
Known = Callable[[Term], bool]
"""Whether any stored word lies in a range of the term."""

_MOST_SPELLINGS: Final = 24

_LONG_ENOUGH: Final = 3
"""Letters of a word that may be both retyped and spelled otherwise; fewer could be anything."""
_GLUED: Final = re.compile(rf"(?<!\S)((?:{INITIAL}\.-?)+)(?=[^\W\d_]{{2}})")
_IN_PAIR: Final = re.compile(r"(?<=\w)-(?=[^\W\d_])")
_NUMBERS: Final = re.compile(r"[\d.,:/-]+")


def guesses(typed: Sequence[str], known: Known, begins: Begins) -> Iterator[Guess]:
    """The other ways to read what was typed, the likeliest first.

    Words that are known as they stand remain while others are not. Initials are retyped along with a word
    only: alone any letter would do for any other.
    """
    words = " ".join(typed).split()
    as_typed = asked(words)
    tried = [as_typed]
    yield from _spelled(as_typed, {}, begins)
    strange = [word for word in words if not _stands(word, known)] or words
    for change in (_apart, _unpaired, *SWITCHES):
        changed = {
            word: new
            for word in strange
            if not _NUMBERS.fullmatch(word) and trimmed(new := change(word)) and new != word
        }
        read = asked(changed.get(word, word) for word in words)
        if read not in tried and not all(INITIALS.fullmatch(word) for word in changed):
            tried.append(read)
            switched = {} if change is _apart else changed
            yield Guess(read, switched)
            if min(map(len, changed.values())) >= _LONG_ENOUGH:
                yield from _spelled(read, switched, begins)


def read_as(guess: Guess, stored: Collection[str]) -> ReadAs:
    """What was typed and how it was read to fit the stored words of those found."""
    read: dict[str, tuple[str, ...]] = {typed: (meant,) for typed, meant in guess.switched.items()}
    typed_first = {meant: typed for typed, meant in guess.switched.items()}
    for one in guess.asked:
        fits = (s for s in one.spellings if any(w[0] in one.marks and w[1:].startswith(s) for w in stored))
        if spellings := tuple(fits):
            read[typed_first.get(one.typed, one.typed)] = spellings
    return read


def to_be_told(read_as: ReadAs) -> list[tuple[str, str]]:
    """What was typed and what it was taken for, to be shown.

    Not of an IIN: it tells who is meant, and under other letters would go into a log unmasked.
    """
    told = ((typed, " / ".join(meant)) for typed, meant in read_as.items())
    return [(typed, read) for typed, read in told if mask_iin(read) == read]


def _spelled(read: Sequence[Asked], switched: Mapping[str, str], begins: Begins) -> Iterator[Guess]:
    """With the other spellings of names, units and posts; nothing where there are none."""
    spelled = tuple(_with_spellings(one, begins) for one in read)
    if any(one.spellings for one in spelled):
        yield Guess(spelled, switched)


def _with_spellings(one: Asked, begins: Begins) -> Asked:
    if not one.marks:
        return one
    meant = other_spellings(one.typed, lambda text: begins(one.marks, text))
    new = [s for s in meant if beginning_so(one.marks[0], s) not in one.term][:_MOST_SPELLINGS]
    ranges = (beginning_so(mark, spelling) for spelling in new for mark in one.marks)
    return replace(one, term=(*one.term, *ranges), spellings=tuple(new))


def _stands(word: str, known: Known) -> bool:
    return said_of_numbers(word) or all(known(one.term) for one in asked([word]))


def _apart(word: str) -> str:
    """Initials apart from the surname: "Д.М.Әбілқасов"."""
    return _GLUED.sub(r"\1 ", word)


def _unpaired(word: str) -> str:
    """A double surname as two words: they may stand in another order."""
    return _IN_PAIR.sub(" ", word)
