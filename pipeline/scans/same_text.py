"""Is it the same text? Every printed word of the original looked up on the scan laid over it.

A word is changed where the scan lacks a piece of its print, or shows a piece of other print in its place.
What was added beside the print is told too (see `added_ink`). All is told by shape, and a little by the
page's other words, for a bad scan blurs them all. A letter that looks much like another may pass
(docs/scans.md has the shares); what was printed is proved by our own sealed original, not by this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.scans.fields import SignatureField, VoteCells
from pipeline.scans.pen.added_ink import added_ink, beside_print
from pipeline.scans.pen.crossed_words import CROSSED_MM2, among_letters, struck, to_be_clear
from pipeline.scans.pen.ink import PEN, Mask
from pipeline.scans.printed import MM, POINT, PRINT, Printed, Rect, Word
from pipeline.scans.raster import Gray
from pipeline.scans.registration import PIXELS_A_MM, Laid

_REACH_MM: Final = 0.9
"""How far from its place a word is looked for: paper waves."""
_PIECE_MM2: Final = 0.19
"""The least piece of print that tells: half a stroke of a letter of 14 points."""
_MISSING_MM2: Final = 0.27
"""A scanner that knows black and white only loses thin strokes."""
_LARGEST_MM2: Final = 0.35
"""A piece that tells on any scan: however many words are changed, they do not hide each other."""
_USUAL: Final = 3.0
"""Between the two, a piece that tells is so many times larger than those of three words in four."""
_THREE_IN_FOUR: Final = 75
_PART_MM: Final = 6.0
_CORE: Final = 0.5
_TEXT: Final = 0.65
_OUTLINE_PX: Final = 3
_LETTER_MM: Final = 7.0
"""No printed letter is higher; larger strokes are a pen's or a seal's."""
_LONGEST_WORD_MM: Final = 40.0
_FIELD_MM: Final = 9.0


class Change(StrEnum):
    """What is wrong with a place in the text."""

    OTHER = "other"
    """The word is not there, or another is."""
    ADDED = "added"
    """Print or pen where the original has nothing and nobody is to write."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A place where the scan does not say what the original says there.

    `words` are the original's; those beside it where something was added, if any.
    """

    change: Change
    place: Rect
    words: str


@dataclass(frozen=True, slots=True)
class _Compared:
    """The largest missing and the largest foreign piece of a word's print, in square millimetres.

    `over`: all foreign ink among its letters.
    """

    word: Word
    missing: float
    foreign: float
    over: float


@dataclass(frozen=True, slots=True)
class _Part:
    """Some letters of a word, in pixels."""

    word: Word
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class _Scan:
    """The scan laid over its original: its brightness, all ink, ink as black as print, a pen's strokes.

    `harmless`: folds and round seals.
    """

    gray: Gray
    ink: Mask
    text: Mask
    pens: Mask
    harmless: Mask


def changed_words(
    original: Printed, laid: Laid, fields: Sequence[SignatureField] = (), votes: VoteCells | None = None
) -> tuple[Changed, ...]:
    """What differs, from above. Words that a signature may cross are only asked to be still there."""
    beside = beside_print(original, laid, fields)
    scan = _seen(original, laid, beside.harmless)
    written = [field.place.grown(_FIELD_MM * MM, _FIELD_MM * MM / 2) for field in fields]
    words = [word for word in original.words if word.text.strip("_.…-–—")]
    compared = [_compared(original, scan, part, written) for word in words for part in _parts(original, word)]
    missing = max(_MISSING_MM2, _telling([c.missing for c in compared]))
    foreign = _telling([c.foreign for c in compared])
    other = dict.fromkeys(c.word for c in compared if c.missing > missing or c.foreign > foreign)
    found = [Changed(Change.OTHER, word.place, word.text) for word in other]
    added = added_ink(original, beside, fields, votes)
    found += [Changed(Change.ADDED, a.place, a.words) for a in added]
    clear = to_be_clear(original, fields)
    over: defaultdict[Word, float] = defaultdict(float)
    for part in compared:
        over[part.word] += part.over
    crossed = [word for word, mm2 in over.items() if word in clear and mm2 > CROSSED_MM2]
    told = [*(word.place for word in other), *(a.place for a in added)]
    found += [
        Changed(Change.ADDED, word.place, word.text)
        for word in dict.fromkeys([*crossed, *struck(original, beside.lines, fields)])
        if not any(_meet(word.place, place) for place in told)
    ]
    return tuple(sorted(found, key=lambda c: (round(c.place.middle / 6), c.place.left)))


def _meet(one: Rect, other: Rect) -> bool:
    return one.shared(other) > 0 and one.top < other.bottom and other.top < one.bottom


def _seen(original: Printed, laid: Laid, harmless: Mask) -> _Scan:
    even = laid.even
    ink = np.asarray(even < PEN, np.bool_)
    pens = _pens(ink & ~_outlined(original.picture))
    return _Scan(
        np.clip(even * 255, 0, 255).astype(np.uint8), ink, np.asarray(even < _TEXT, np.bool_), pens, harmless
    )


def _telling(pieces: Sequence[float]) -> float:
    usual = float(np.percentile(pieces, _THREE_IN_FOUR)) if pieces else 0.0
    return max(_PIECE_MM2, min(_LARGEST_MM2, _USUAL * usual))


def _parts(original: Printed, word: Word) -> Iterator[_Part]:
    """A long word in parts of some letters: renderers round the letters' places each in its own way."""
    left, top, right, bottom = (round(side * POINT) for side in word.place)
    top, left, bottom, right = max(0, top - 2), max(0, left - 2), bottom + 2, right + 2
    shown = original.picture[top:bottom, left:right]
    empty = np.asarray((shown >= 255 * PRINT).all(axis=0), np.bool_).reshape(-1)
    start = 0
    for x in range(1, empty.size):
        wide = x - start >= _PART_MM * PIXELS_A_MM and empty.size - x >= _PART_MM * PIXELS_A_MM / 2
        if wide and empty[x] and empty[x - 1]:
            yield _Part(word, left + start, top, left + x, bottom)
            start = x
    yield _Part(word, left + start, top, right, bottom)


def _compared(original: Printed, scan: _Scan, part: _Part, written: Sequence[Rect]) -> _Compared:
    """The part of a word where the scan shows it best, within a small reach."""
    found = [_against(picture, scan, part, written) for picture in (original.fine, original.picture)]
    missing, foreign, over = (min(values) for values in zip(*found, strict=True))
    return _Compared(part.word, missing, foreign, over)


def _against(picture: Gray, scan: _Scan, part: _Part, written: Sequence[Rect]) -> tuple[float, float, float]:
    """The largest missing and the largest foreign piece; all foreign ink among the letters."""
    pattern = picture[part.top : part.bottom, part.left : part.right]
    x, y = _best(pattern, scan.gray, part.left, part.top)
    here = (slice(y, y + pattern.shape[0]), slice(x, x + pattern.shape[1]))
    missing = _piece((pattern < 255 * _CORE) & ~_dilated(scan.ink[here]))
    place = part.word.place
    middle = (place.left + place.right) / 2, place.middle
    strange = scan.text[here] & ~_outlined(pattern) & ~scan.harmless[here]
    if scan.pens[here].any() or any(near.holds(*middle) for near in written):
        return missing, 0.0, float((strange & among_letters(pattern)).sum()) / PIXELS_A_MM**2
    return missing, _piece(strange), 0.0


def _best(pattern: Gray, gray: Gray, left: int, top: int) -> tuple[int, int]:
    reach = round(_REACH_MM * PIXELS_A_MM)
    y0, x0 = max(0, top - reach), max(0, left - reach)
    around = gray[y0 : top + pattern.shape[0] + reach, x0 : left + pattern.shape[1] + reach]
    if around.shape[0] < pattern.shape[0] or around.shape[1] < pattern.shape[1] or around.std() < 1:
        return left, top
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(around, pattern, cv2.TM_CCOEFF_NORMED))
    return x0 + x, y0 + y


def _piece(mask: Mask) -> float:
    areas = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)[2][1:, cv2.CC_STAT_AREA]
    return float(areas.max()) / PIXELS_A_MM**2 if areas.size else 0.0


def _outlined(picture: Gray) -> Mask:
    return _dilated(picture < 255 * PRINT)


def _dilated(mask: npt.NDArray[np.bool_]) -> Mask:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_OUTLINE_PX, _OUTLINE_PX))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel) > 0, np.bool_)


def _pens(extra: Mask) -> Mask:
    """Strokes larger than letters: handwriting, signatures, seals, folds."""
    size = round(PIXELS_A_MM)
    bridged = cv2.morphologyEx(extra.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(bridged, connectivity=8)
    large = stats[:, cv2.CC_STAT_HEIGHT] > _LETTER_MM * PIXELS_A_MM
    large |= stats[:, cv2.CC_STAT_WIDTH] > _LONGEST_WORD_MM * PIXELS_A_MM
    large[0] = False
    return np.asarray(large[labels], np.bool_)
