"""Whether two PDFs say the same, word after word, whatever template, layout or software they came from.

A paper that people have signed stays as long as it says what it would say today. The program's own wording is
put right now and then: that is no reason to have a paper signed again, so what was printed before counts as
what is printed in its place now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pipeline.documents.content.context import MARK
from pipeline.documents.rendering.same_pages import words_on
from pipeline.documents.sealing import marks

REWORDED: Final = tuple(
    (re.compile(before), now)
    for before, now in (
        # until 0.2.0
        (
            (
                r"Ішкі істер органдарының қызметкерлерін жоспардан тыс аттестаттауды өткізу тәртібі,"
                r" кезеңдері мен мерзімдері қағидаларының \(бұдан әрі"
            ),
            (
                "Қазақстан Республикасы ішкі істер органдарының қызметкерлерін жоспардан тыс аттестаттаудан"
                " өткізу қағидаларының (бұдан әрі"
            ),
        ),
        (r"ТЫҢДАЛДЫ:(?= [^.]*\.(?: [^.]*\.)?[^.]* келмегендіктен, шешім қабылданған жоқ)", "ҚАРАЛДЫ:"),
        (r"келмегендіктен, шешім қабылданған жоқ", "келмегендіктен, қарау келесі отырысқа қалдырылды"),
        (r"комиссиясы(?= № \S+ ОТЫРЫСЫНЫҢ КҮН ТӘРТІБІ)", "комиссиясының"),
        (r"Аттестаттау комиссиясына \((.+?комиссиясы)\)(?= ІЛЕСПЕ ХАТ)", r"\1на"),
        (r"(дауыс беру парақтары – \d+) парақ", r"\1 дана"),
    )
)
"""What the program printed, and what it prints in that place now."""

_FOOT: Final = 27 * marks.MM
"""No text of a paper stands so low: only the running foot does (`LEAST_MM` of the template check)."""
_NEAR: Final = 3 * marks.MM
"""A letter's box reaches a little below its line."""
_COLUMN: Final = 15 * marks.MM
"""A vote is where it stands: a mark further to the side than that is in another column."""


@dataclass(frozen=True, slots=True)
class _Said:
    """The words in their order, one space between, and how far from the left edge each vote stands."""

    words: str
    votes: tuple[float, ...]


def says_the_same(today: bytes, filed: bytes) -> bool:
    """Whether the filed PDF says what the one made today says."""
    import pypdfium2

    with pypdfium2.PdfDocument(today) as one, pypdfium2.PdfDocument(filed) as other:
        now, then = _said(one), _said(other)
    return (
        reworded(then.words) == now.words
        and len(now.votes) == len(then.votes)
        and all(abs(x - y) <= _COLUMN for x, y in zip(now.votes, then.votes, strict=True))
    )


def reworded(text: str) -> str:
    """The text as the program words it now."""
    for before, now in REWORDED:
        text = before.sub(now, text)
    return text


def _said(pdf: Any) -> _Said:
    found = [word for page in pdf for word in _words(page)]
    return _Said(" ".join(text for text, _ in found), tuple(x for text, x in found if text == MARK))


def _words(page: Any) -> Iterator[tuple[str, float]]:
    """Each word and its left edge; marks and running foot are no text of the paper."""
    width, height = page.get_size()
    areas = marks.needed(width, height)
    for word in words_on(0, page):
        x, y = word.x, height - word.y
        marked = any(
            left - _NEAR <= x <= right + _NEAR and low - _NEAR <= y <= high + _NEAR
            for left, low, right, high in areas
        )
        if y > _FOOT and not marked:
            yield word.text, x
