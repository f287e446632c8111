"""Is it signed? Ink in the places for signatures, once the print is taken away.

Three answers: empty, ink, look at it. Ink is not a valid signature: whose hand it was no program tells. Empty
means that nothing is there, neither in the place nor beside it; all that is neither clearly one nor the other
(a seal over it, a fold, a shadow, a stroke too faint) a person looks at. Measured on the scan laid over its
original (see `registration`); thresholds in docs/scans.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.scans.fields import SignatureField
from pipeline.scans.pen.plain_mark import plain_mark
from pipeline.scans.pen.set_letters import set_letters
from pipeline.scans.printed import MM, POINT, Printed, Rect
from pipeline.scans.raster import DPI, Gray
from pipeline.scans.registration import PIXELS_A_MM, Laid

Mask = npt.NDArray[np.bool_]

INK_MM2: Final = 6.0
EXTENT_MM: Final = 8.0
EMPTY_MM2: Final = 0.8
EMPTY_EXTENT_MM: Final = 2.5
"""Dust and the remains of print stay below these; what lies between them and ink is looked at."""

PEN: Final = 0.80
"""Of the paper's brightness around: a pale blue ball pen on white paper is darker."""
_HALO_MM: Final = (0.2, 0.65)
"""What print may spread beyond its outline by blur, toner and waves of the paper; between the two it is
measured on the page itself, for a signature written over a name shows in the letters' gaps alone."""
_SPREAD: Final = 99.5
"""Of a hundred ink pixels around print outside of the places, so many are print."""
_SPECK_MM2: Final = 0.12
_BRIDGE_MM: Final = 1.3
"""Parts of a stroke so near are one stroke: a masked rule or letter has cut it."""

_NEAR_MM: Final = 22.0
"""A signature put so far beside its place is still looked for."""
_NAME_MM: Final = 1.0
"""So near to a name printed on the line, a stroke is taken for cut by its letters."""
_SEAL_MM: Final = 20.0
_SEAL_RADII_MM: Final = (9.0, 24.0)
"""Of the rings of round seals and stamps."""
_ROUND: Final = 0.72
_CIRCLE_DPI: Final = 60
_THIN_MM: Final = 1.2
_LONE_LINE_MM: Final = 12.0
"""A straight stroke from here on is taken for a fold or an edge; a pen makes shorter ones."""
_LONG_MM: Final = 60.0
_BLOT: Final = 0.45
_BLOT_MM2: Final = 40.0
_SHARED: Final = 0.3
"""A stroke with more than this share in a second place belongs to neither for certain."""
_APART_MM: Final = 0.6
_EDGE: Final = 0.80
"""Of the brightness on the other side: a shadow's edge."""
_STEP_MM: Final = 3.0
_STEP_SHARE: Final = 0.05


class Inked(StrEnum):
    """What a place for a signature shows."""

    EMPTY = "empty"
    INK = "ink"
    LOOK = "look"


class Doubt(StrEnum):
    """Why a place is to be looked at."""

    FAINT = "faint"
    SEAL = "seal"
    LINE = "line"
    BLOT = "blot"
    SHARED = "shared"
    BESIDE = "beside"
    INSTEAD = "instead"
    SHADOW = "shadow"
    LETTERS = "letters"
    MARK = "mark"
    UNLAID = "unlaid"


@dataclass(frozen=True, slots=True)
class FieldInk:
    """What one place shows. Square millimetres of ink, millimetres of its longer side."""

    field: SignatureField
    verdict: Inked
    doubt: Doubt | None
    mm2: float
    extent_mm: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """Ink that hangs together: where it lies (pixels), how much of it there is in each place."""

    mask: Mask
    left: int
    top: int
    mm2: float
    shares: tuple[float, ...]

    @property
    def width_mm(self) -> float:
        """Its extent across."""
        return float(self.mask.shape[1]) / PIXELS_A_MM

    @property
    def height_mm(self) -> float:
        """Its extent downwards."""
        return float(self.mask.shape[0]) / PIXELS_A_MM

    @property
    def long_mm(self) -> float:
        """Of its longer side."""
        return max(self.width_mm, self.height_mm)


def ink_beside_print(original: Printed, laid: Laid, places: Sequence[Rect] = (), darker: float = PEN) -> Mask:
    """What the scan shows and the original does not; `places` are those where people write."""
    spread = _halo(original.away, laid.even < PEN, places)
    return _without_specks((laid.even < darker) & (original.away > spread))


def _halo(away: npt.NDArray[np.float32], ink: Mask, places: Sequence[Rect]) -> float:
    """How far this scan's print spreads, in pixels."""
    least, most = (mm * PIXELS_A_MM for mm in _HALO_MM)
    near = ink & (away <= most)
    for place in places:
        place.grown(_NEAR_MM / 4 * MM, _NEAR_MM / 4 * MM).cut(near)[:] = False
    found = away[near]
    return float(np.clip(np.percentile(found, _SPREAD), least, most)) if found.size else most


def fields_inked(
    original: Printed, laid: Laid | None, fields: Sequence[SignatureField]
) -> tuple[FieldInk, ...]:
    """The verdict on each place. A page that could not be laid over its original is looked at whole."""
    if laid is None or laid.apart_mm > _APART_MM:
        return tuple(FieldInk(f, Inked.LOOK, Doubt.UNLAID, 0.0, 0.0) for f in fields)
    extra = ink_beside_print(original, laid, [f.place for f in fields])
    inked = tuple(strokes(extra, [f.place for f in fields]))
    seals = round_seals(extra)
    judged = (_judged(n, field, extra, inked, seals, laid) for n, field in enumerate(fields))
    covered = original.away <= _HALO_MM[1] * PIXELS_A_MM
    return tuple(
        replace(found, verdict=Inked.LOOK, doubt=doubt)
        if found.verdict is Inked.INK
        and (doubt := _no_signature(n, found.field, inked, covered, original)) is not None
        else found
        for n, found in enumerate(judged)
    )


def _no_signature(
    number: int, field: SignatureField, strokes: Sequence[Stroke], covered: Mask, original: Printed
) -> Doubt | None:
    """Whether a mark alone stands in the place, or letters or digits (see `plain_mark`, `set_letters`)."""
    place = field.place
    ink, names = np.zeros(covered.shape, np.bool_), np.zeros(covered.shape, np.bool_)
    for s in strokes:
        if _owner(s) == number or (_owner(s) is None and s.shares[number] > 0):
            ink[s.top : s.top + s.mask.shape[0], s.left : s.left + s.mask.shape[1]] |= s.mask
    for word in original.words:
        if word.text.strip("_") and word.place.shared(place) and place.top < word.place.middle < place.bottom:
            word.place.grown(_NAME_MM * MM, _NAME_MM * MM).cut(names)[:] = True
    (top, left), (bottom, right) = (edge(np.argwhere(ink), axis=0) for edge in (np.min, np.max))
    here = (slice(top, bottom + 1), slice(left, right + 1))
    if not field.cell and plain_mark(ink[here]):
        return Doubt.MARK
    return Doubt.LETTERS if set_letters(ink[here], covered[here], names[here]) else None


def _judged(
    number: int,
    field: SignatureField,
    extra: Mask,
    strokes: Sequence[Stroke],
    seals: Sequence[Rect],
    laid: Laid,
) -> FieldInk:
    mine = [s for s in strokes if _owner(s) == number]
    mm2 = sum(s.mm2 * s.shares[number] for s in mine)
    extent = _extent(mine, field.place)
    nothing = mm2 < EMPTY_MM2 or extent < EMPTY_EXTENT_MM
    if nothing:
        doubt = next(_doubts_of_empty(number, field, extra, strokes), None)
    elif any(touch(seal, field.place) for seal in seals):
        doubt = Doubt.SEAL
    else:
        doubt = next(_doubts_of_ink(number, field, mine, strokes, laid), None)
        if doubt is None and (mm2 < INK_MM2 or extent < EXTENT_MM):
            doubt = Doubt.FAINT
    verdict = Inked.LOOK if doubt is not None else Inked.EMPTY if nothing else Inked.INK
    return FieldInk(field, verdict, doubt, round(mm2, 1), round(extent, 1))


def _doubts_of_empty(
    number: int, field: SignatureField, extra: Mask, strokes: Sequence[Stroke]
) -> Iterator[Doubt]:
    """Whether something is there after all."""
    if any(s.shares[number] * s.mm2 >= EMPTY_MM2 and s.shares[number] > _SHARED for s in strokes):
        yield Doubt.SHARED
    if field.instead is not None and field.instead.grown(-2, -2).cut(extra).any():
        yield Doubt.INSTEAD
    if any(_owner(s) is None and _beside(s, field.place) for s in strokes):
        yield Doubt.BESIDE


def _doubts_of_ink(
    number: int, field: SignatureField, mine: Sequence[Stroke], strokes: Sequence[Stroke], laid: Laid
) -> Iterator[Doubt]:
    """Whether it may be something else than a pen's."""
    if any(min(s.width_mm, s.height_mm) > _SEAL_MM for s in strokes if s.shares[number] > 0):
        yield Doubt.SEAL
    pens = [s for s in mine if s.long_mm < _LONE_LINE_MM or not is_line([s])]
    if not pens or is_line(pens) or any(s.long_mm > _LONG_MM for s in pens):
        yield Doubt.LINE
    if len(pens) < len(mine) and sum(s.mm2 * s.shares[number] for s in pens) < INK_MM2:
        yield Doubt.LINE
    area, box = sum(s.mm2 for s in pens), sum(s.width_mm * s.height_mm for s in pens)
    if area > _BLOT_MM2 and area > _BLOT * box:
        yield Doubt.BLOT
    if _shadow(field.place, laid.picture):
        yield Doubt.SHADOW


def strokes(extra: Mask, places: Sequence[Rect]) -> Iterator[Stroke]:
    """Ink that hangs together, its gaps bridged, each with its share in every place."""
    reach = round(_BRIDGE_MM * PIXELS_A_MM) | 1
    bridged = cv2.morphologyEx(
        extra.astype(np.uint8), cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bridged, connectivity=8)
    for number in range(1, count):
        left, top, width, height, _ = (int(v) for v in stats[number])
        here = (slice(top, top + height), slice(left, left + width))
        mask = extra[here] & (labels[here] == number)
        pixels = int(mask.sum())
        if pixels:
            shares = tuple(float(_within(mask, left, top, place).sum()) / pixels for place in places)
            yield Stroke(mask, left, top, pixels / PIXELS_A_MM**2, shares)


def _within(mask: Mask, left: int, top: int, place: Rect) -> Mask:
    x0, y0 = (max(0, round(v * POINT) - o) for v, o in ((place.left, left), (place.top, top)))
    x1, y1 = (max(0, round(v * POINT) - o) for v, o in ((place.right, left), (place.bottom, top)))
    return mask[y0:y1, x0:x1]


def owner(shares: Sequence[float], least: float) -> int | None:
    """The place that a stroke belongs to: the one that has most of it, if that is so much at least."""
    best = max(range(len(shares)), key=shares.__getitem__, default=None)
    return best if best is not None and shares[best] >= least else None


def _owner(stroke: Stroke) -> int | None:
    """Of places for signatures: a large stroke belongs to where a signature's ink is of it."""
    return owner(stroke.shares, min(_SHARED, INK_MM2 / stroke.mm2))


def _extent(mine: Sequence[Stroke], place: Rect) -> float:
    """The longer side of all the ink that is within the place, in millimetres."""
    xs: list[int] = []
    ys: list[int] = []
    for stroke in mine:
        x0, y0 = (
            max(0, round(place.left * POINT) - stroke.left),
            max(0, round(place.top * POINT) - stroke.top),
        )
        found_y, found_x = np.nonzero(_within(stroke.mask, stroke.left, stroke.top, place))
        if found_x.size:
            xs += [int(found_x.min()) + x0 + stroke.left, int(found_x.max()) + x0 + stroke.left]
            ys += [int(found_y.min()) + y0 + stroke.top, int(found_y.max()) + y0 + stroke.top]
    if not xs:
        return 0.0
    return float(max(max(xs) - min(xs), max(ys) - min(ys)) + 1) / PIXELS_A_MM


def _beside(stroke: Stroke, place: Rect) -> bool:
    """Whether it might be the signature of that place, put beside it."""
    if stroke.mm2 < INK_MM2 / 2 or stroke.long_mm < EXTENT_MM:
        return False
    middle_x = (stroke.left + stroke.mask.shape[1] / 2) / POINT
    middle_y = (stroke.top + stroke.mask.shape[0] / 2) / POINT
    return place.grown(_NEAR_MM * MM, _NEAR_MM * MM).holds(middle_x, middle_y)


def is_line(strokes: Sequence[Stroke]) -> bool:
    """Whether they are one straight line: a fold, an edge, a rule of another form."""
    points = np.concatenate([np.argwhere(s.mask) + np.array([s.top, s.left]) for s in strokes]).astype(
        np.float64
    )
    if len(points) < 3:  # noqa: PLR2004  # fewer points have no direction
        return True
    spread = np.linalg.eigvalsh(np.cov(points.T))
    return bool(4 * np.sqrt(max(spread[0], 0.0)) < _THIN_MM * PIXELS_A_MM)


def round_seals(extra: Mask) -> tuple[Rect, ...]:
    """Where round seals and stamps are, in points: rings, whole or in good part."""
    scale = _CIRCLE_DPI / DPI
    small = cv2.resize(extra.astype(np.uint8) * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    least, most = (round(radius / 25.4 * _CIRCLE_DPI) for radius in _SEAL_RADII_MM)
    found = cv2.HoughCircles(
        cv2.GaussianBlur(small, (0, 0), 1.0),
        cv2.HOUGH_GRADIENT_ALT,
        dp=1.5,
        minDist=least,
        param1=200,
        param2=_ROUND,
        minRadius=least,
        maxRadius=most,
    )
    circles = [] if found is None else np.asarray(found).reshape(-1, 3).tolist()
    points = 72 / _CIRCLE_DPI
    return tuple(
        Rect((x - r) * points, (y - r) * points, (x + r) * points, (y + r) * points) for x, y, r in circles
    )


def touch(one: Rect, other: Rect) -> bool:
    """Whether the two have anything in common."""
    return one.shared(other) > 0 and min(one.bottom, other.bottom) > max(one.top, other.top)


def _shadow(place: Rect, picture: Gray) -> bool:
    """Whether the paper's own brightness takes a step within the place."""
    cut = place.cut(picture)
    step = round(_STEP_MM * PIXELS_A_MM / 4)
    if min(cut.shape) < 8 * step:
        return False
    small = cv2.resize(cut, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 5).astype(np.float32)
    steps = (paper[step:] / paper[:-step], paper[:, step:] / paper[:, :-step])
    return any(bool(((s < _EDGE) | (s > 1 / _EDGE)).mean() > _STEP_SHARE) for s in steps if s.size)


def _without_specks(extra: Mask) -> Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(extra.astype(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= _SPECK_MM2 * PIXELS_A_MM**2
    keep[0] = False
    return np.asarray(keep[labels], np.bool_)
