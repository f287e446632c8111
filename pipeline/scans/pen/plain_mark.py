"""A tick, a cross or a plus in a place for a signature: one stroke that turns once, or two straight ones.

Such a mark says "yes" or "here" and not who was there: whoever signs turns the pen more often.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.scans.registration import PIXELS_A_MM

Mask = npt.NDArray[np.bool_]
_Numbers = npt.NDArray[np.float64]

_LARGE_MM: Final = 14
"""A mark so wide or high was made with a swing, as signatures are."""
_TURNS: Final = 1
_TURN_MM: Final = 0.6
"""So far back up or down a pen goes where it turns and does not only tremble."""
_ALONE: Final = 0.85
"""Of its columns, so many a stroke that goes on from left to right crosses once."""

_STROKES: Final = 2
_BOW_MM: Final = 0.75
"""So far from its straight line a stroke drawn by hand may run, half the pen's width among it."""
_LEFT_OVER: Final = 0.03
"""Of the ink: hooks where the pen was set down and lifted."""
_MOST_POINTS: Final = 1500
_TRIES: Final = 300


def plain_mark(ink: Mask) -> bool:
    """Whether a place's ink is a tick, a cross, a plus or less than that."""
    ys, xs = np.nonzero(ink)
    if not len(ys) or max(np.ptp(ys), np.ptp(xs)) > _LARGE_MM * PIXELS_A_MM:
        return False
    return _turns_once(ink) or _two_strokes(ink)


def _turns_once(ink: Mask) -> bool:
    """A tick or an arc: from left to right it goes down and up again, or up and down, once."""
    across = ink[:, ink.any(axis=0)]
    begun = np.count_nonzero(across[1:] & ~across[:-1], axis=0) + across[0]
    if np.mean(begun == 1) < _ALONE:
        return False
    rows = np.arange(across.shape[0])[:, np.newaxis]
    return _reversals((across * rows).sum(axis=0) / across.sum(axis=0)) <= _TURNS


def _reversals(way: _Numbers) -> int:
    least, reversals, direction, furthest = _TURN_MM * PIXELS_A_MM, 0, 0, float(way[0])
    for height in way:
        if direction * (height - furthest) > 0 or (direction == 0 and height == furthest):
            furthest = height
        elif abs(height - furthest) > least:
            reversals += direction != 0
            direction, furthest = (1 if height > furthest else -1), height
    return reversals


def _two_strokes(ink: Mask) -> bool:
    """A cross or a plus: all of it lies along two straight lines."""
    points = np.argwhere(ink).astype(np.float64)
    chosen = np.random.default_rng(len(points))  # the same ink is judged the same
    if len(points) > _MOST_POINTS:
        points = points[chosen.choice(len(points), _MOST_POINTS, replace=False)]
    rest = points
    for _ in range(_STROKES):
        if len(rest) > _LEFT_OVER * len(points):
            rest = rest[~_straightest(rest, chosen)]
    return len(rest) <= _LEFT_OVER * len(points)


def _straightest(points: _Numbers, chosen: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Which points lie along the straight line that most lie along (RANSAC)."""
    best = np.zeros(len(points), np.bool_)
    for _ in range(_TRIES):
        one, other = points[chosen.integers(len(points), size=2)]
        way = other - one
        if (length := math.hypot(*way)) < PIXELS_A_MM:
            continue
        away = points - one
        along = np.abs(way[0] * away[:, 1] - way[1] * away[:, 0]) <= _BOW_MM * PIXELS_A_MM * length
        if along.sum() > best.sum():
            best = along
    return best
