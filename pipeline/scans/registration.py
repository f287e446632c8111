"""Laying a scanned page over its original: by its marks, then word by word.

The marks give turn, size and place; the words around them take out skew and the stretch of a feeder, and at
last, each in its own surroundings, the waves of paper. A page without a mark is laid by its features alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.scans.page_marks import Code, Corners
from pipeline.scans.printed import MM, POINT, Printed, Word
from pipeline.scans.raster import Gray

Matrix = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]
Even = npt.NDArray[np.float32]
Waves = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]

PIXELS_A_MM: Final = MM * POINT
_COARSE: Final = 0.5
"""The first pass over the words, at half the resolution."""
_REACH_MM: Final = (5.0, 1.6)
"""How far from its place a word is looked for, in the first and the second pass."""
_WORDS: Final = 80
_ALIKE: Final = 0.45
_FEWEST: Final = 8
_FEATURES: Final = 4000
_FEWEST_FEATURES: Final = 30
_FOUND: Final = 0.6
"""So many of the words must be on the scan: on all scans of the right page nearly all are."""
_STRAY_PX: Final = 3.0
_MARK_PX: Final = 60.0
"""A code further from where a mark is expected is the page's other one."""
_WAVE_MM: Final = 18.0
"""Words in so wide a surroundings tell how the paper lies at a point."""
_WAVE_STEP_MM: Final = 6.0
_EVERYWHERE: Final = 1e-6
"""Where no words are near, the page's mean counts."""
_FINER: Final = 1.2
_GROUND_MM: Final = 5.0


@dataclass(frozen=True)
class Laid:
    """A scanned page in its original's frame.

    `apart_mm`: how far words lie from their places, the median. `turn`: degrees clockwise, of four, that make
    the scan upright.
    """

    picture: Gray
    apart_mm: float
    words: int
    turn: int

    @cached_property
    def even(self) -> Even:
        """Brightness as a share of the paper's around: shadows and yellowed paper are taken out."""
        picture = self.picture
        small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        side = round(_GROUND_MM * PIXELS_A_MM / 4) | 1
        ground = cv2.medianBlur(cv2.dilate(small, np.ones((side, side), np.uint8)), side)
        whole = cv2.resize(ground, picture.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32)
        return np.asarray(picture.astype(np.float32) / np.maximum(whole, 1.0), np.float32)


def lay_over(
    original: Printed, marks: Sequence[Code], scan: Gray, codes: Sequence[Code], number: str | None
) -> Laid | None:
    """The scan as it lies on the original; None where the two cannot be brought together.

    `marks` are the original's codes, `codes` the scan's; `number` names those of this very page on a sheet
    that shows several, None a page that bears none.
    """
    best: Laid | None = None
    own = [c for c in codes if c.text == number]
    for first in _starts(original, marks, scan, own):
        laid = _refined(original, scan, first, _corners(marks, own, first))
        if laid is not None and (best is None or laid.words > best.words):
            best = laid
    return best


def _starts(original: Printed, marks: Sequence[Code], scan: Gray, codes: Sequence[Code]) -> Iterator[Matrix]:
    """Where to begin, as a matrix from the original's pixels to the scan's."""
    if len(codes) > 1 and len(marks) > 1:
        ordered = _by_lie(marks, codes)
        yield from _similar([m.corners for m in marks], ordered)
    elif codes:
        for mark in marks:
            yield from _similar([mark.corners], [codes[0].corners])
    else:
        yield from _by_features(original.picture, scan)


def _by_lie(marks: Sequence[Code], codes: Sequence[Code]) -> list[Corners]:
    """The scan's two marks in the original's order: their own upright side tells which lies below."""
    one, two = codes[0].corners, codes[1].corners
    down = np.subtract(one[3], one[0])
    between = np.subtract(two[0], one[0])
    below = np.subtract(marks[1].corners[0], marks[0].corners[0])[1] > 0
    return [one, two] if (float(np.dot(down, between)) > 0) == bool(below) else [two, one]


def _similar(ours: Sequence[Corners], theirs: Sequence[Corners]) -> Iterator[Matrix]:
    here = np.array([c for corners in ours for c in corners], np.float64)
    there = np.array([c for corners in theirs for c in corners], np.float64)
    matrix, _ = cv2.estimateAffinePartial2D(here, there)
    if matrix is not None and np.isfinite(matrix).all():
        yield np.vstack([matrix, [0.0, 0.0, 1.0]])


def _by_features(picture: Gray, scan: Gray) -> Iterator[Matrix]:
    scales = tuple(1200 / max(p.shape) for p in (picture, scan))
    small = [
        cv2.resize(p, None, fx=s, fy=s, interpolation=cv2.INTER_AREA)
        for p, s in zip((picture, scan), scales, strict=True)
    ]
    finder = cv2.ORB.create(nfeatures=_FEATURES, fastThreshold=10)
    (here, ours), (there, theirs) = (finder.detectAndCompute(p, None) for p in small)
    if not here or not there:
        return
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(ours, theirs)
    if len(pairs) < _FEWEST_FEATURES:
        return
    from_points = np.array([here[p.queryIdx].pt for p in pairs], np.float64)
    to_points = np.array([there[p.trainIdx].pt for p in pairs], np.float64)
    matrix, agreeing = cv2.estimateAffinePartial2D(
        from_points / scales[0], to_points / scales[1], ransacReprojThreshold=8.0
    )
    if matrix is not None and int(agreeing.sum()) >= _FEWEST_FEATURES // 2:
        yield np.vstack([matrix, [0.0, 0.0, 1.0]])


def _corners(marks: Sequence[Code], codes: Sequence[Code], first: Matrix) -> tuple[Points, Points]:
    """Corners of marks here and on the scan: they hold the page where no words stand, at its foot."""
    here: list[tuple[float, float]] = []
    there: list[tuple[float, float]] = []
    for mark in marks:
        guess = cv2.perspectiveTransform(np.array([mark.corners], np.float64), first)[0]
        for code in codes:
            if np.hypot(*(guess - np.array(code.corners)).T).max() <= _MARK_PX:
                here += mark.corners
                there += code.corners
    return np.array(here, np.float64).reshape(-1, 2), np.array(there, np.float64).reshape(-1, 2)


def _refined(original: Printed, scan: Gray, first: Matrix, corners: tuple[Points, Points]) -> Laid | None:
    words = _spread(original)
    if len(words) < _FEWEST:
        return _warped(original, scan, first, 0.0, 0)
    matrix = first
    for scale, reach in zip((_COARSE, 1.0), _REACH_MM, strict=True):
        places, moved = _moves(original, _onto(original, scan, matrix), words, scale, reach)
        if len(places) < _FEWEST:
            return None
        if corners[0].size:
            lies = cv2.perspectiveTransform(corners[1][None], np.linalg.inv(matrix))[0]
            places, moved = np.vstack([places, corners[0]]), np.vstack([moved, lies])
        fit, agreeing = cv2.findHomography(places, moved, cv2.RANSAC, _STRAY_PX)
        if fit is None or int(agreeing.sum()) < _FEWEST:
            return None
        matrix = matrix @ fit
    places, moved = _moves(original, _onto(original, scan, matrix), words, 1.0, _REACH_MM[1])
    if len(places) < max(_FEWEST, _FOUND * len(words)):
        return None
    apart = np.hypot(*(moved - places).T)
    median = float(np.median(apart)) / PIXELS_A_MM
    return _warped(original, scan, matrix, median, len(places), _waves(original, places, moved))


def _warped(
    original: Printed, scan: Gray, matrix: Matrix, apart: float, words: int, waves: Waves | None = None
) -> Laid:
    lies = math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))
    return Laid(_onto(original, scan, matrix, waves), apart, words, -round(lies / 90) % 4 * 90)


def _waves(original: Printed, places: Any, moved: Any) -> Waves:
    """How far the paper around each point still lies from its place: across and down, in pixels."""
    height, width = original.picture.shape
    step = round(_WAVE_STEP_MM * PIXELS_A_MM)
    xs, ys = np.arange(0, width + step, step), np.arange(0, height + step, step)
    away = (moved - places).astype(np.float64)
    near = np.median(away, axis=0)
    steady = np.hypot(*(away - near).T) <= _STRAY_PX
    places, away = places[steady], away[steady]
    grid_x, grid_y = np.meshgrid(xs, ys)
    apart2 = (grid_x[..., None] - places[:, 0]) ** 2 + (grid_y[..., None] - places[:, 1]) ** 2
    weights = np.exp(-apart2 / (2 * (_WAVE_MM * PIXELS_A_MM) ** 2)) + _EVERYWHERE
    field = (weights[..., None] * away).sum(axis=2) / weights.sum(axis=2)[..., None]
    size = (xs.size * step, ys.size * step)
    across, down = (
        np.asarray(
            cv2.warpAffine(
                field[..., n].astype(np.float32),
                np.array([[step, 0, 0], [0, step, 0]], np.float64),
                size,
                flags=cv2.INTER_LINEAR,
                borderMode=cv2.BORDER_REPLICATE,
            )[:height, :width],
            np.float32,
        )
        for n in (0, 1)
    )
    return across, down


def _onto(original: Printed, scan: Gray, matrix: Matrix, waves: Waves | None = None) -> Gray:
    height, width = original.picture.shape
    scan, matrix = _as_fine(scan, matrix)
    if waves is None:
        warped = cv2.warpPerspective(
            scan,
            matrix,
            (width, height),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=255,
        )
        return np.asarray(warped, np.uint8)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    xs, ys = xs + waves[0], ys + waves[1]
    m = matrix.astype(np.float32)
    below = m[2, 0] * xs + m[2, 1] * ys + m[2, 2]
    across = (m[0, 0] * xs + m[0, 1] * ys + m[0, 2]) / below
    down = (m[1, 0] * xs + m[1, 1] * ys + m[1, 2]) / below
    return np.asarray(cv2.remap(scan, across, down, cv2.INTER_LINEAR, borderValue=255), np.uint8)


def _as_fine(scan: Gray, matrix: Matrix) -> tuple[Gray, Matrix]:
    """A finer scan made as fine as the original: to pick single pixels out of it would roughen every edge."""
    finer = math.sqrt(abs(float(np.linalg.det(matrix[:2, :2]))))
    if finer < _FINER:
        return scan, matrix
    small = cv2.resize(scan, None, fx=1 / finer, fy=1 / finer, interpolation=cv2.INTER_AREA)
    share = np.diag([small.shape[1] / scan.shape[1], small.shape[0] / scan.shape[0], 1.0])
    return np.asarray(small, np.uint8), share @ matrix


def _spread(original: Printed) -> list[Word]:
    """Words long enough to be told from others, evenly from all over the page."""
    long = [w for w in original.words if w.place.width > 6 * MM and w.text.strip("_.…")]
    step = max(1, len(long) // _WORDS)
    return long[::step]


def _moves(
    original: Printed, laid: Gray, words: Sequence[Word], scale: float, reach_mm: float
) -> tuple[Any, Any]:
    """Places of words on the original and where they are found on the scan, in pixels."""
    ours, theirs = (_at(p, scale) for p in (original.picture, laid))
    reach = round(reach_mm * PIXELS_A_MM * scale)
    pairs = [pair for word in words if (pair := _found(ours, theirs, word, scale, reach))]
    points = np.array(pairs, np.float64).reshape(-1, 2, 2)
    return points[:, 0], points[:, 1]


def _at(picture: Gray, scale: float) -> Gray:
    if scale == 1.0:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _found(
    ours: Gray, theirs: Gray, word: Word, scale: float, reach: int
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    sides = (word.place.left, word.place.top, word.place.right, word.place.bottom)
    left, top, right, bottom = (round(side * POINT * scale) for side in sides)
    height, width = ours.shape
    if left < reach or top < reach or right + reach >= width or bottom + reach >= height:
        return None
    pattern = ours[top:bottom, left:right]
    around = theirs[top - reach : bottom + reach, left - reach : right + reach]
    if pattern.size == 0 or pattern.std() < 1 or around.std() < 1:
        return None
    alike = cv2.matchTemplate(around, pattern, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(alike)
    if best < _ALIKE:
        return None
    middle = ((left + right) / 2 / scale, (top + bottom) / 2 / scale)
    return middle, (middle[0] + (x - reach) / scale, middle[1] + (y - reach) / scale)
