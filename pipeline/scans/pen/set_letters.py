"""Words and dates in a place for a signature: a row of separate letters or digits, by pen or in print.

Whoever signs joins strokes: somewhere the pen runs on across the place. A date and words in separate letters
are four or more small pieces. Type that a scanner has run together ends on one straight line above and on one
below. Words in a joined hand cannot be told from a surname that is somebody's signature, and ask nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.scans.registration import PIXELS_A_MM

Mask = npt.NDArray[np.bool_]

_FEWEST: Final = 4
"""Letters or digits: with fewer they may be initials."""
_LETTER_MM: Final = 1.5
"""Of the longer side; a dot is smaller."""
_RUN_MM: Final = 7.5
"""A piece so wide was written without lifting the pen."""
_MOST: Final = 0.45
"""Of all the ink, in one piece: that is no row."""
_CUT_MM: Final = 1.9
"""A stroke that a rule cuts goes on so near behind it."""
_SLANTS: Final = (65, 90, 115)

_TYPE_MM: Final = 4.2
"""No higher is type of 14 points, with its tails."""
_FOOT: Final = 0.65
_HEAD: Final = 0.42
_BOTH: Final = 1.12
"""Of a row's columns, so many end on one line below, on one above, both together."""
_LONG: Final = 3.5
"""Type is so many times as long as high."""
_TURNS: Final = np.linspace(-0.035, 0.035, 15)


def set_letters(ink: Mask, covered: Mask, names: Mask) -> bool:
    """Whether a place's ink is letters or digits and nothing else.

    `covered`: what the print takes there, where strokes are cut; `names`: where words are printed.
    """
    whole = _mended(ink, covered)
    pieces = np.array([*_pieces(whole, names)]).reshape(-1, 2)
    return _row(pieces) or (len(pieces) > 1 and _type(whole))


def _mended(ink: Mask, covered: Mask) -> Mask:
    """Strokes that the print cuts, whole again; what only stands side by side on a rule stays apart."""
    edge = round(_CUT_MM * PIXELS_A_MM)
    inked = np.pad(ink.astype(np.uint8), edge)
    behind = np.zeros_like(inked)
    for slant in _SLANTS:
        behind |= np.asarray(cv2.morphologyEx(inked, cv2.MORPH_CLOSE, _line(slant)), np.uint8)
    return np.asarray(ink | ((behind[edge:-edge, edge:-edge] > 0) & covered), np.bool_)


def _line(degrees: float) -> npt.NDArray[np.uint8]:
    half = round(_CUT_MM * PIXELS_A_MM / 2)
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.uint8)
    right, down = (round(half * f(np.radians(degrees))) for f in (np.cos, np.sin))
    cv2.line(kernel, (half - right, half - down), (half + right, half + down), 1)
    return kernel


def _pieces(ink: Mask, names: Mask) -> Iterator[tuple[float, float]]:
    """Width (mm) and ink (mm²) of each; those that a printed name has cut are one."""
    count, labels = cv2.connectedComponents((ink | names).astype(np.uint8), connectivity=8)
    for number in range(1, count):
        ys, xs = np.nonzero(ink & (labels == number))
        wide, high = ((np.ptp(v) + 1) / PIXELS_A_MM if v.size else 0.0 for v in (xs, ys))
        if max(wide, high) >= _LETTER_MM:
            yield float(wide), xs.size / PIXELS_A_MM**2


def _row(pieces: npt.NDArray[np.float64]) -> bool:
    if len(pieces) < _FEWEST:
        return False
    wide, area = pieces.T
    return bool(wide.max() < _RUN_MM and area.max() < _MOST * area.sum())


def _type(ink: Mask) -> bool:
    """Whether it ends on one straight line below and on one above, as type does however it runs together."""
    ys, xs = np.nonzero(ink)
    high = float(np.ptp(np.percentile(ys, (2, 98)))) + 1
    if high > _TYPE_MM * PIXELS_A_MM or np.ptp(xs) + 1 < _LONG * high:
        return False
    across = np.flatnonzero(ink.any(axis=0))
    foot, head = ink.shape[0] - ink[::-1, across].argmax(axis=0), ink[:, across].argmax(axis=0)
    below, above = (max(_level(ends - turn * across) for turn in _TURNS) for ends in (foot, head))
    return below >= _FOOT and above >= _HEAD and below + above >= _BOTH


def _level(ends: npt.NDArray[np.float64]) -> float:
    """Which share ends within the three rows of pixels where most do."""
    rows = np.bincount(np.round(ends - ends.min()).astype(int))
    return float(np.convolve(rows, (1, 1, 1)).max()) / len(ends)
