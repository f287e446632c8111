"""Lines from one edge of the paper to another: folds, and what a pen drew as far as the paper goes.

A fold is the paper's own shadow: faint, and thin where it is dark. What tells the two apart on any scanner is
how much darkness lies across the line, since blur spreads it and takes nothing away. A line that does not
prove itself a fold excuses nothing: where it goes through a name, a number or a decision, and where it runs
along any word, a person is asked (`struck`). In black and white all is dark, and nothing proves itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.scans.pen.ink import Mask
from pipeline.scans.printed import POINT, PRINT, Printed, Rect
from pipeline.scans.registration import PIXELS_A_MM, Even, Laid

Floats = npt.NDArray[np.float64]

EDGE_MM: Final = 4.0
"""The paper's rim: the scanner's lid and the paper's own edge are dark there."""
_DPI: Final = 100
_INK: Final = 40
_HALO_GRAY: Final = 215
_LONG_MM: Final = 50.0
_GAP_MM: Final = 60.0
_AWAY_MM: Final = 1.8
"""So far from a straight line a fold strays."""
_SEEN: Final = 0.5
"""Of a line's length, in each fifth of it, where no print lies over it."""
_TELLS_MM: Final = 1.0
_FEWEST_FIFTHS: Final = 3
"""Where print leaves less than that of a fifth, it tells nothing."""
_MOST: Final = 60

_ACROSS_MM: Final = 3.0
_CORE_MM: Final = 0.7
_SIDE_MM: Final = 0.8
_SMOOTH_MM: Final = 6.0
_STEADY: Final = 0.15
_FEWEST_SIDES: Final = 6
_BAND_MM: Final = 1.2
"""What lies so near to the middle of a line is the line's."""

_PEN_MM: Final = 0.34
"""Darkness across a line, as millimetres of black: folds have up to 0.30, a pen's lines 0.40 and more."""
PEN_DARK: Final = 0.53
"""Of the paper's brightness, where the line is darkest: a thin pen's is darker, a fold lighter."""
_HERE_MM: Final = 1.5
_ENOUGH: Final = 6
"""So many pixels beside and between a word's letters tell what the line is there."""


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """Where it runs, pixel by pixel; how dark it is (see `_PEN_MM`, `PEN_DARK`), NaN where print is near."""

    xs: npt.NDArray[np.int_]
    ys: npt.NDArray[np.int_]
    across: Floats
    brightest: Floats

    @property
    def is_fold(self) -> bool:
        """Whether it has proved itself a fold."""
        return _faint(self.across, self.brightest)

    def is_fold_at(self, place: Rect) -> bool:
        """Whether it is as faint there as a fold: somebody may draw along one."""
        here = self._in(place.grown(_HERE_MM * PIXELS_A_MM / POINT, 0))
        told = np.isfinite(self.across[here])
        return told.sum() < _ENOUGH or _faint(self.across[here], self.brightest[here])

    def through(self, place: Rect) -> float:
        """How many millimetres of it lie in the place."""
        return float(self._in(place).sum()) / PIXELS_A_MM

    def draw(self, mask: npt.NDArray[np.uint8]) -> None:
        """Sets what is the line's."""
        points = np.stack([self.xs, self.ys], axis=1).astype(np.int32)
        cv2.polylines(
            mask, [points], isClosed=False, color=1, thickness=2 * round(_BAND_MM * PIXELS_A_MM) + 1
        )

    def _in(self, place: Rect) -> Mask:
        left, top, right, bottom = (side * POINT for side in place)
        inside = (self.xs >= left) & (self.xs <= right) & (self.ys >= top) & (self.ys <= bottom)
        return np.asarray(inside, np.bool_)


def edge_lines(extra: Mask, original: Printed, laid: Laid) -> tuple[EdgeLine, ...]:
    """The lines of a scan that go from one edge of the page to another."""
    return tuple(_lines(extra, original, laid.even))


def bands(lines: Sequence[EdgeLine], shape: tuple[int, ...]) -> Mask:
    """What is theirs."""
    mask = np.zeros(shape, np.uint8)
    for line in lines:
        line.draw(mask)
    return np.asarray(mask > 0, np.bool_)


def _faint(across: Floats, brightest: Floats) -> bool:
    if not np.isfinite(across).any():
        return False
    return bool(np.nanmedian(across) < _PEN_MM and np.nanmedian(brightest) >= PEN_DARK)


def _lines(extra: Mask, original: Printed, even: Even) -> Iterator[EdgeLine]:
    scale = _DPI / 25.4 / PIXELS_A_MM
    small = cv2.resize(extra.astype(np.uint8) * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    mm = _DPI / 25.4
    found = cv2.HoughLinesP(
        np.where(small > _INK, 255, 0).astype(np.uint8),
        1,
        np.pi / 720,
        threshold=round(_LONG_MM * mm * _SEEN),
        minLineLength=_LONG_MM * mm,
        maxLineGap=_GAP_MM * mm,
    )
    if found is None:
        return
    print_near = np.asarray(cv2.erode(original.picture, np.ones((7, 7), np.uint8)) < _HALO_GRAY, np.bool_)
    dark = ((even < PRINT) & ~print_near).astype(np.uint8)
    wide = 2 * round(_AWAY_MM * PIXELS_A_MM) + 1
    near = np.asarray(cv2.dilate(dark, np.ones((wide, wide), np.uint8)) > 0, np.bool_)
    seen = np.zeros(extra.shape, np.uint8)
    for x0, y0, x1, y1 in (found.reshape(-1, 4) / scale)[:_MOST]:
        ends = _to_the_edges(x0, y0, x1, y1, extra.shape)
        if not seen[round((y0 + y1) / 2), round((x0 + x1) / 2)] and _is_there(near, print_near, *ends):
            cv2.line(seen, *ends, 1, wide)
            yield _traced(even, print_near, *ends)


def _to_the_edges(
    x0: float, y0: float, x1: float, y1: float, shape: tuple[int, ...]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The line as far as the page goes."""
    height, width = shape
    if abs(x1 - x0) >= abs(y1 - y0):
        slope = (y1 - y0) / (x1 - x0)
        return (0, round(y0 - slope * x0)), (width - 1, round(y0 + slope * (width - 1 - x0)))
    slope = (x1 - x0) / (y1 - y0)
    return (round(x0 - slope * y0), 0), (round(x0 + slope * (height - 1 - y0)), height - 1)


def _is_there(near: Mask, print_near: Mask, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether the line is there all the way, as far as print lets it be seen."""
    xs, ys = (np.round(v).astype(int) for v in _along(one, other, near.shape))
    fifths = zip(np.array_split(near[ys, xs], 5), np.array_split(~print_near[ys, xs], 5), strict=True)
    told = [float(seen[clear].mean()) for seen, clear in fifths if clear.sum() >= _TELLS_MM * PIXELS_A_MM]
    return len(told) >= _FEWEST_FIFTHS and min(told) >= _SEEN


def _along(one: tuple[int, int], other: tuple[int, int], shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """The points of a line that are on the page and not at its rim."""
    rim = EDGE_MM * PIXELS_A_MM
    count = int(np.hypot(other[0] - one[0], other[1] - one[1]))
    xs, ys = (np.linspace(a, b, count) for a, b in zip(one, other, strict=True))
    height, width = shape
    on = (xs > rim) & (xs < width - rim) & (ys > rim) & (ys < height - rim)
    return xs[on], ys[on]


def _traced(even: Even, print_near: Mask, one: tuple[int, int], other: tuple[int, int]) -> EdgeLine:
    """The line as it really runs beside the straight one, and how dark it is where no print is near."""
    xs, ys = _along(one, other, even.shape)
    long = np.hypot(other[0] - one[0], other[1] - one[1])
    right, down = -(other[1] - one[1]) / long, (other[0] - one[0]) / long
    reach = round(_ACROSS_MM * PIXELS_A_MM)
    away = np.arange(-reach, reach + 1)[:, None]
    at = (xs + away * right).astype(np.float32), (ys + away * down).astype(np.float32)
    shown = np.asarray(cv2.remap(even, *at, cv2.INTER_LINEAR, borderValue=1.0), np.float32)
    clear = cv2.remap((~print_near).astype(np.uint8), *at, cv2.INTER_NEAREST, borderValue=0) > 0
    middle = _middle(shown, clear, away)
    apart = np.abs(away - middle)
    core, side = apart <= _CORE_MM * PIXELS_A_MM, (apart > _SIDE_MM * PIXELS_A_MM) & clear
    paper = _medians(np.where(side & (apart <= _AWAY_MM * PIXELS_A_MM), shown, np.nan))
    told = ~(core & ~clear).any(axis=0)
    across = np.where(told, ((paper - shown) * core).sum(axis=0) / PIXELS_A_MM, np.nan)
    brightest = np.where(told, np.where(core, shown, np.inf).min(axis=0), np.nan)
    xs, ys = xs + middle * right, ys + middle * down
    return EdgeLine(np.round(xs).astype(int), np.round(ys).astype(int), across, brightest)


def _middle(shown: Even, clear: Mask, away: npt.NDArray[np.int_]) -> Floats:
    """Where it is darkest over some millimetres; in a line with such places between them."""
    wide = (round(_SMOOTH_MM * PIXELS_A_MM) | 1, 3)
    dark = cv2.blur((np.clip(1 - shown, 0, 1) * clear).astype(np.float32), wide)
    seen = cv2.blur(clear.astype(np.float32), wide)
    here = np.where(
        (seen > _STEADY) & (np.abs(away) <= _AWAY_MM * PIXELS_A_MM), dark / np.maximum(seen, _STEADY), -1
    )
    known = np.flatnonzero(here.max(axis=0) >= 0)
    if known.size == 0:
        return np.zeros(shown.shape[1])
    found = away[here.argmax(axis=0)[known], 0]
    return np.asarray(np.interp(np.arange(shown.shape[1]), known, found), np.float64)


def _medians(values: Floats) -> Floats:
    """Of each column, 1 where there are too few."""
    enough = np.isfinite(values).sum(axis=0) >= _FEWEST_SIDES
    out = np.ones(values.shape[1])
    out[enough] = np.nanmedian(values[:, enough], axis=0)
    return out
