"""Is it the same text? Every printed word of the original looked up on the scan laid over it.

A word is changed where the scan lacks a piece of its print, or shows a piece of other print in its place.
Print added to a line of text counts as well. Handwriting does not: its strokes are larger than letters, or
stand where people write. All is told by shape, and a little by the page's other words, for a bad scan blurs
them all. A letter that looks much like another may pass (docs/scans.md has the shares); what was printed is
proved by our own sealed original, not by this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.returned.fields import SignatureField
from pipeline.returned.ink import PEN, PRINT, Mask, paper_evened
from pipeline.returned.printed import MM, POINT, Printed, Rect, Word, lines
from pipeline.returned.raster import Gray
from pipeline.returned.registration import PIXELS_A_MM, Laid

_REACH_MM: Final = 0.9
"""How far from its place a word is looked for: paper waves."""
_PIECE_MM2: Final = 0.19
"""The least piece of print that tells: half a stroke of a letter of 14 points."""
_LARGEST_MM2: Final = 0.35
"""A piece that tells on any scan: however many words are changed, they do not hide each other."""
_USUAL: Final = 3.0
"""Between the two, a piece that tells is so many times larger than those of three words in four."""
_THREE_IN_FOUR: Final = 75
_CORE: Final = 0.5
_TEXT: Final = 0.65
_OUTLINE_PX: Final = 3
_LETTER_MM: Final = (0.9, 7.0)
"""Printed letters are so high; larger strokes are a pen's or a seal's."""
_LONGEST_WORD_MM: Final = 40.0
_ADDED_MM2: Final = 0.8
_BESIDE_MM: Final = 0.35
"""Print spreads no further than this around where it stood."""
_AFTER_MM: Final = 25.0
"""So far behind a line's last word, print is still looked for."""
_FIELD_MM: Final = 9.0


class Change(StrEnum):
    """What is wrong with a place in the text."""

    OTHER = "other"
    """The word is not there, or another is."""
    ADDED = "added"
    """Print where the original has none."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A place where the scan does not say what the original says there.

    `words` are the original's, those of the whole line where something was added.
    """

    change: Change
    place: Rect
    words: str


@dataclass(frozen=True, slots=True)
class _Compared:
    """The largest missing and the largest foreign piece of a word's print, in square millimetres."""

    word: Word
    missing: float
    foreign: float


@dataclass(frozen=True, slots=True)
class _Scan:
    """The scan laid over its original: its brightness, all ink, ink as black as print, a pen's strokes."""

    gray: Gray
    ink: Mask
    text: Mask
    pens: Mask


def changed_words(
    original: Printed, laid: Laid, fields: Sequence[SignatureField] = ()
) -> tuple[Changed, ...]:
    """What differs, from above. Words that a signature may cross are only asked to be still there."""
    scan = _seen(original, laid)
    written = [field.place.grown(_FIELD_MM * MM, _FIELD_MM * MM / 2) for field in fields]
    words = [word for word in original.words if word.text.strip("_.…-–—")]
    compared = [_compared(original, scan, word, written) for word in words]
    missing = _telling([c.missing for c in compared])
    foreign = _telling([c.foreign for c in compared])
    other = (c.word for c in compared if c.missing > missing or c.foreign > foreign)
    found = [Changed(Change.OTHER, word.place, word.text) for word in other]
    found += _added(original, scan, written, foreign)
    return tuple(sorted(found, key=lambda c: (round(c.place.middle / 6), c.place.left)))


def _seen(original: Printed, laid: Laid) -> _Scan:
    even = paper_evened(laid.picture)
    ink = np.asarray(even < PEN, np.bool_)
    pens = _pens(ink & ~_outlined(original.picture))
    return _Scan(np.clip(even * 255, 0, 255).astype(np.uint8), ink, np.asarray(even < _TEXT, np.bool_), pens)


def _telling(pieces: Sequence[float]) -> float:
    usual = float(np.percentile(pieces, _THREE_IN_FOUR)) if pieces else 0.0
    return max(_PIECE_MM2, min(_LARGEST_MM2, _USUAL * usual))


def _compared(original: Printed, scan: _Scan, word: Word, written: Sequence[Rect]) -> _Compared:
    """The word where the scan shows it best, within a small reach."""
    left, top, right, bottom = (round(side * POINT) for side in word.place)
    top, left = max(0, top - 2), max(0, left - 2)
    pattern = original.picture[top : bottom + 2, left : right + 2]
    x, y = _best(pattern, scan.gray, left, top)
    here = (slice(y, y + pattern.shape[0]), slice(x, x + pattern.shape[1]))
    missing = (pattern < 255 * _CORE) & ~_dilated(scan.ink[here])
    middle = (word.place.left + word.place.right) / 2, word.place.middle
    if scan.pens[here].any() or any(place.holds(*middle) for place in written):
        return _Compared(word, _piece(missing), 0.0)
    return _Compared(word, _piece(missing), _piece(scan.text[here] & ~_outlined(pattern)))


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
    large = stats[:, cv2.CC_STAT_HEIGHT] > _LETTER_MM[1] * PIXELS_A_MM
    large |= stats[:, cv2.CC_STAT_WIDTH] > _LONGEST_WORD_MM * PIXELS_A_MM
    large[0] = False
    return np.asarray(large[labels], np.bool_)


def _added(original: Printed, scan: _Scan, written: Sequence[Rect], telling: float) -> Iterator[Changed]:
    """Letters of its own in a line of text: between its words, or behind its last."""
    blank = (original.picture >= 255 * PRINT).astype(np.uint8)
    away = np.asarray(cv2.distanceTransform(blank, cv2.DIST_L2, 3), np.float32)
    edge = max((w.place.right for w in original.words), default=0.0)
    for line in lines(original.words):
        if any(word.text.strip("_") != word.text for word in line):
            continue
        place = _line(line, edge)
        beside = place.cut(away) > _BESIDE_MM * PIXELS_A_MM
        pattern = place.cut(original.picture)
        x, y = _best(pattern, scan.gray, round(place.left * POINT), round(place.top * POINT))
        here = (slice(y, y + pattern.shape[0]), slice(x, x + pattern.shape[1]))
        letters = [
            (x, area)
            for x, area in _letters(scan.text[here] & ~scan.pens[here] & beside, telling)
            if not any(w.holds(place.left + x, place.middle) for w in written)
        ]
        if sum(area for _, area in letters) >= _ADDED_MM2:
            yield Changed(Change.ADDED, place, " ".join(word.text for word in line))


def _letters(cut: Mask, telling: float) -> Iterator[tuple[float, float]]:
    """Where in the line (points) something as high as a letter stands, and its square millimetres."""
    for left, _, width, height, area in cv2.connectedComponentsWithStats(cut.astype(np.uint8))[2][
        1:
    ].tolist():
        if height >= _LETTER_MM[0] * PIXELS_A_MM and area >= telling * PIXELS_A_MM**2:
            yield (left + width / 2) / POINT, area / PIXELS_A_MM**2


def _line(words: Sequence[Word], edge: float) -> Rect:
    right = max(w.place.right for w in words)
    return Rect(
        words[0].place.left,
        min(w.place.top for w in words),
        max(right, min(edge, right + _AFTER_MM * MM)),
        max(w.place.bottom for w in words),
    )
