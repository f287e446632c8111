"""Words over which no ink but ours may lie, wherever its stroke begins: names, numbers, decisions.

A signature's flourish may reach between its line and the name beside it; what lies over the letters asks.
Names printed on the very line that is signed are crossed by every honest signature and are left out. No
signature goes from one edge of the paper to the other: what such a line goes through asks there too, unless
it is a fold (see `edge_lines`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import cv2
import numpy as np

from pipeline.scans.fields import SignatureField
from pipeline.scans.pen.edge_lines import EdgeLine
from pipeline.scans.pen.ink import Mask
from pipeline.scans.printed import MM, PRINT, Printed, Word, lines
from pipeline.scans.raster import Gray
from pipeline.scans.registration import PIXELS_A_MM

CROSSED_MM2: Final = 0.3
"""Foreign ink among a word's letters; honest pages have 0.05 at the most, blurred ones more."""
_TOUCHED_MM: Final = 0.3
_ALONG_MM: Final = 6.0
_ALONG: Final = 0.8
"""So much of a word, or so many millimetres, a line runs along that strikes it out."""
_GAP_MM: Final = 1.1
"""Room within and between letters."""
_CAPITAL: Final = "А-ЯӘҒҚҢӨҰҮІЁҺ"
_NAME: Final = re.compile(
    rf"(?:[{_CAPITAL}]\.){{1,2}}|[{_CAPITAL}][а-яәғқңөұүіёһ]+(?:-[{_CAPITAL}][а-яәғқңөұүіёһ]+)?"
)
_FAMILY: Final = re.compile(r"(?:ов|ев|ёв|ин|ова|ева|ина|ский|ская|ұлы|қызы|баев|баева)$")
_TELLS: Final = re.compile(r"\d|ұсыныл|ұсыну|өсір", re.IGNORECASE)
_AROUND_WORDS: Final = '.,:;"«»()'


def to_be_clear(original: Printed, fields: Sequence[SignatureField]) -> frozenset[Word]:
    """The names, numbers and decisions of a page that do not stand in a place for signatures."""
    return frozenset(w for w in _telling(original) if not any(_overlaps(w, field) for field in fields))


def struck(
    original: Printed, edge_lines: Sequence[EdgeLine], fields: Sequence[SignatureField]
) -> Iterator[Word]:
    """The words that a line from edge to edge strikes out: those that tell, and others it runs along."""
    tells = _telling(original)
    for word in original.words:
        if not word.text.strip("_.…-–—"):
            continue
        least = _TOUCHED_MM if word in tells else min(_ALONG_MM, _ALONG * word.place.width / MM)
        signed = any(_overlaps(word, field) for field in fields)
        if any(
            line.through(word.place) >= least
            and not (line.is_fold and (signed or line.is_fold_at(word.place)))
            for line in edge_lines
        ):
            yield word


def _telling(original: Printed) -> set[Word]:
    found = {w for w in original.words if _TELLS.search(w.text)}
    return found | {w for line in lines(original.words) for w in _names(line)}


def among_letters(pattern: Gray) -> Mask:
    """The room that a word's letters take: they, what they enclose and the gaps between them."""
    side = round(_GAP_MM * PIXELS_A_MM) | 1
    ink = np.pad((pattern < 255 * PRINT).astype(np.uint8), side)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, kernel)[side:-side, side:-side] > 0, np.bool_)


def _names(line: Sequence[Word]) -> Iterator[Word]:
    """Two words or more that look like a name's, and a family's name alone."""
    for looks_so, run in groupby(line, key=lambda w: _NAME.fullmatch(_bare(w)) is not None):
        words = list(run)
        if looks_so and (len(words) > 1 or _FAMILY.search(_bare(words[0]))):
            yield from words


def _bare(word: Word) -> str:
    text = word.text.strip(_AROUND_WORDS)
    return f"{text}." if len(text) in {1, 3} and "." in word.text else text


def _overlaps(word: Word, field: SignatureField) -> bool:
    place, own = field.place, word.place
    return own.shared(place) > 0 and place.top < own.middle < place.bottom
