"""Ink on the scan that is not ours: what pen, printer or stamp put where the form has no room for it.

Everything the scan shows beside the original's print counts, wherever it stands, but for what belongs there
or merely happens to paper: signatures in their places, marks in the vote cells of a ballot printed blank,
what lies in the margins and is no writing, round seals, folds from edge to edge, specks. In the vote cells of
a ballot printed with its votes, and on lines that tell a decision or count votes, neither seal nor fold
excuses anything. A fold is faint: a dark line from edge to edge is a pen's where it crosses a word that must
be clear (see `crossed_words`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.scans.fields import SignatureField, VoteCells
from pipeline.scans.ink import Mask, ink_beside_print, round_seals, strokes
from pipeline.scans.printed import MM, POINT, Printed, Rect, lines, text_of
from pipeline.scans.registration import PIXELS_A_MM, Even, Laid

_LEAST_MM2: Final = 0.55
"""A stroke of 1.2 mm; the dust on a scanner's glass stays below."""
_LEAST_AT_NUMBERS_MM2: Final = 0.3
_DECISION: Final = re.compile(r"ұсыныл", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d")
_AROUND: Final = 1.0 * MM
_NEAR_RULE: Final = 0.7 * MM
"""So far a rule may lie from its place where no words stand near to tell how the paper lies."""
_SEAL: Final = 3.0 * MM

_OWN: Final = 0.3
"""A stroke with this share in a signature's place is part of it."""
_REACH: Final = (22.0 * MM, 10.0 * MM)
"""No signature goes further beyond its place, across and down."""
_PLACE: Final = 1.5 * MM

_MARGIN: Final = 4.0 * MM
"""So far beside the text its margin begins."""
_LONGER_THAN_A_MARK: Final = 20.0 * MM
"""A row of dark modules in a mark's code looks like a rule; which rows are dark is chance."""
_FOOT: Final = 20.0 * MM
"""Of the page, margin too where no words stand in it."""
_WRITING_MM2: Final = 9.0
_WRITING_MM: Final = 14.0
"""Ink in a margin from so much and so wide on is writing; a page number and a staple are smaller."""
_SOLID: Final = 0.6
_HOLE_MM: Final = 3.5
_EDGE_MM: Final = 4.0

_FOLD_DPI: Final = 100
_FOLD_INK: Final = 40
_HALO_GRAY: Final = 215
_FOLD_MM: Final = 50.0
_FOLD_GAP_MM: Final = 14.0
_FOLD_WIDE_MM: Final = 1.8
_FOLD_SEEN: Final = 0.5
"""Of a fold's length, in each third of it, where no print lies over it."""

_DARK_PX: Final = 15
"""The darkest within a millimetre to each side of where the line was found."""
_PEN_DARK: Final = 0.53
"""Of the paper's brightness, at the middle of its length: a pen's line is darker, a fold lighter."""

_TOGETHER_MM: Final = 6.0
_NEAR_WORDS: Final = 3.0 * MM


@dataclass(frozen=True, slots=True)
class Added:
    """Ink that hangs together and is not ours; `words`: the print it stands at, if any."""

    place: Rect
    words: str


@dataclass(frozen=True, slots=True)
class BesidePrint:
    """What the scan shows beside the print, and what of it honest paper has.

    `folds`: lines from edge to edge; `harmless`: the faint ones, and round seals.
    """

    extra: Mask
    folds: Mask
    harmless: Mask
    seals: tuple[Rect, ...]


def beside_print(original: Printed, laid: Laid, fields: Sequence[SignatureField] = ()) -> BesidePrint:
    """All ink of a scan that is not the original's."""
    extra = _without_edges(ink_beside_print(original, laid, [field.place for field in fields]))
    for rule in (*original.across, *original.down):
        rule.grown(_NEAR_RULE, _NEAR_RULE).cut(extra)[:] = False
    folds, faint = _folds(extra, original, laid.even)
    seals = round_seals(extra)
    for seal in seals:
        seal.grown(_SEAL, _SEAL).cut(faint)[:] = True
    return BesidePrint(extra, folds, faint, seals)


def added_ink(
    original: Printed,
    beside: BesidePrint,
    fields: Sequence[SignatureField] = (),
    votes: VoteCells | None = None,
) -> tuple[Added, ...]:
    """Where something was added, from above. `votes`: the cells for votes, where the page has such."""
    places = [field.place for field in fields]
    writing = [*places, *(field.instead for field in fields if field.instead is not None)]
    writing += votes.cells if votes is not None and votes.blank else []
    extra = beside.extra
    strict, numbers = _strict(original, votes, places)
    loose = extra & ~beside.folds
    for seal in beside.seals:
        seal.grown(_SEAL, _SEAL).cut(loose)[:] = False
    counted = np.where(strict, extra, loose)
    text = _text_block(original)
    found, margins = np.zeros_like(extra), np.zeros_like(extra)
    for stroke in strokes(counted, [place.grown(_PLACE, _PLACE) for place in writing]):
        here = (
            slice(stroke.top, stroke.top + stroke.mask.shape[0]),
            slice(stroke.left, stroke.left + stroke.mask.shape[1]),
        )
        mask = stroke.mask.copy()
        if stroke.shares and max(stroke.shares) >= _OWN:
            best = writing[max(range(len(writing)), key=lambda n: stroke.shares[n])].grown(*_REACH)
            mask &= ~_within(extra.shape, best)[here]
        inside = mask & text[here]
        least = _LEAST_AT_NUMBERS_MM2 if (numbers[here] & inside).any() else _LEAST_MM2
        if inside.sum() >= least * PIXELS_A_MM**2:
            found[here] |= mask
        elif mask.any():
            margins[here] |= mask
    found |= _writing(margins)
    return tuple(_clusters(original, found))


def _strict(original: Printed, votes: VoteCells | None, places: Sequence[Rect]) -> tuple[Mask, Mask]:
    """Where nothing is excused; where the least stroke counts, there and at all other numbers."""
    strict, numbers = (np.zeros(original.picture.shape, np.bool_) for _ in range(2))
    for line in lines(original.words):
        tells = any(_DECISION.search(word.text) for word in line)
        for word in line:
            if _DECISION.search(word.text) or (tells and _NUMBER.search(word.text)):
                word.place.grown(_AROUND, _AROUND / 2).cut(strict)[:] = True
            elif _NUMBER.search(word.text):
                word.place.grown(_AROUND, _AROUND / 2).cut(numbers)[:] = True
    if votes is not None and not votes.blank:
        for cell in votes.cells:
            cell.grown(-_NEAR_RULE, -_NEAR_RULE).cut(strict)[:] = True
    for place in places:
        place.cut(strict)[:] = False
    return strict, strict | numbers


def _within(shape: tuple[int, ...], place: Rect) -> Mask:
    mask = np.zeros(shape, np.bool_)
    place.cut(mask)[:] = True
    return mask


def _without_edges(extra: Mask) -> Mask:
    """The lid of the scanner and the paper's own edge are dark."""
    rim = round(_EDGE_MM * PIXELS_A_MM)
    inner = np.zeros_like(extra)
    inner[rim:-rim, rim:-rim] = extra[rim:-rim, rim:-rim]
    return inner


def _text_block(original: Printed) -> Mask:
    """All that is not margin: empty space above, between and below the text too."""
    mask = np.zeros(original.picture.shape, np.bool_)
    words = [w.place for w in original.words]
    rules = [rule for rule in original.across if rule.right - rule.left > _LONGER_THAN_A_MARK]
    sides = [(r.left, r.right) for r in (*words, *rules)]
    if not sides:
        mask[:] = True
        return mask
    height = original.picture.shape[0] / POINT
    left, right = min(s[0] for s in sides), max(s[1] for s in sides)
    top = min(w.top for w in words)
    foot = max(height - _FOOT, *(w.bottom for w in words))
    Rect(left - _MARGIN, top - _MARGIN, right + _MARGIN, foot).cut(mask)[:] = True
    return mask


def _folds(extra: Mask, original: Printed, even: Even) -> tuple[Mask, Mask]:
    """Straight lines from one edge of the page to another, and those of them that are faint."""
    scale = _FOLD_DPI / 25.4 / PIXELS_A_MM
    small = cv2.resize(extra.astype(np.uint8) * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    mm = _FOLD_DPI / 25.4
    found = cv2.HoughLinesP(
        np.where(small > _FOLD_INK, 255, 0).astype(np.uint8),
        1,
        np.pi / 720,
        threshold=round(_FOLD_MM * mm * _FOLD_SEEN),
        minLineLength=_FOLD_MM * mm,
        maxLineGap=_FOLD_GAP_MM * mm,
    )
    print_near = np.asarray(cv2.erode(original.picture, np.ones((7, 7), np.uint8)) < _HALO_GRAY, np.bool_)
    folds, faint = np.zeros_like(extra), np.zeros_like(extra)
    if found is None:
        return folds, faint
    darkest = np.asarray(cv2.erode(even, np.ones((_DARK_PX, _DARK_PX), np.uint8)), np.float32)
    wide = 2 * round(_FOLD_WIDE_MM * PIXELS_A_MM) + 1
    near = np.asarray(cv2.dilate(extra.astype(np.uint8), np.ones((wide, wide), np.uint8)) > 0, np.bool_)
    for x0, y0, x1, y1 in (found.reshape(-1, 4) / scale)[:60]:
        ends = _edge_to_edge(x0, y0, x1, y1, extra.shape)
        if (
            ends is not None
            and not folds[round((y0 + y1) / 2), round((x0 + x1) / 2)]
            and _seen(near, print_near, *ends)
        ):
            line = np.zeros(extra.shape, np.uint8)
            cv2.line(line, ends[0], ends[1], 1, wide)
            folds |= line > 0
            if _is_faint(darkest, print_near, *ends):
                faint |= line > 0
    return folds, faint


def _edge_to_edge(
    x0: float, y0: float, x1: float, y1: float, shape: tuple[int, ...]
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The line as far as the page goes; None where it is askew as no fold is."""
    height, width = shape
    if abs(x1 - x0) >= abs(y1 - y0):
        slope = (y1 - y0) / (x1 - x0)
        return (0, round(y0 - slope * x0)), (width - 1, round(y0 + slope * (width - 1 - x0)))
    slope = (x1 - x0) / (y1 - y0)
    return (round(x0 - slope * y0), 0), (round(x0 + slope * (height - 1 - y0)), height - 1)


def _seen(near: Mask, print_near: Mask, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether the line is there all the way, as far as print lets it be seen."""
    xs, ys = _along(one, other, near.shape)
    if xs.size == 0:
        return False
    seen, clear = near[ys, xs], ~print_near[ys, xs]
    return all(
        bool(c.any()) and float(s[c].mean()) >= _FOLD_SEEN
        for s, c in zip(np.array_split(seen, 5), np.array_split(clear, 5), strict=True)
    )


def _is_faint(darkest: Even, print_near: Mask, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether the line is a fold's by its brightness, where no print lies over it."""
    xs, ys = _along(one, other, print_near.shape)
    on = darkest[ys, xs][~print_near[ys, xs]]
    return bool(np.median(on) >= _PEN_DARK) if on.size else False


def _along(
    one: tuple[int, int], other: tuple[int, int], shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
    """The pixels of a line that are on the page and not at its rim."""
    rim = _EDGE_MM * PIXELS_A_MM
    count = int(np.hypot(other[0] - one[0], other[1] - one[1]))
    xs, ys = (np.linspace(a, b, count) for a, b in zip(one, other, strict=True))
    height, width = shape
    on = (xs > rim) & (xs < width - rim) & (ys > rim) & (ys < height - rim)
    return np.round(xs[on]).astype(int), np.round(ys[on]).astype(int)


def _writing(margins: Mask) -> Mask:
    """What in a margin is written there: no hole, staple or page number."""
    reach = 2 * round(_TOGETHER_MM / 2 * PIXELS_A_MM) + 1
    joined = cv2.dilate(margins.astype(np.uint8), np.ones((reach, reach), np.uint8))
    count, groups, stats, _ = cv2.connectedComponentsWithStats(joined)
    writing = np.zeros_like(margins)
    for number in range(1, count):
        left, top, width, height, _ = (int(v) for v in stats[number])
        here = (slice(top, top + height), slice(left, left + width))
        mask = margins[here] & (groups[here] == number)
        parts = cv2.connectedComponentsWithStats(mask.astype(np.uint8))[2][1:]
        high, wide, ink = (
            parts[:, column] for column in (cv2.CC_STAT_HEIGHT, cv2.CC_STAT_WIDTH, cv2.CC_STAT_AREA)
        )
        hole = (ink > _SOLID * high * wide) & (np.minimum(high, wide) >= _HOLE_MM * PIXELS_A_MM)
        area = float(ink[~hole].sum()) / PIXELS_A_MM**2
        wide = max(width, height) / PIXELS_A_MM - _TOGETHER_MM
        if area >= _WRITING_MM2 and wide >= _WRITING_MM:
            writing[here] |= mask
    return writing


def _clusters(original: Printed, found: Mask) -> Iterator[Added]:
    """What stands together is told once."""
    reach = 2 * round(_TOGETHER_MM / 2 * PIXELS_A_MM) + 1
    joined = cv2.dilate(found.astype(np.uint8), np.ones((reach, reach), np.uint8))
    edge = reach // 2
    for left, top, width, height, _ in sorted(
        cv2.connectedComponentsWithStats(joined)[2][1:].tolist(), key=lambda s: (s[1], s[0])
    ):
        place = Rect(
            *(
                (left + edge) / POINT,
                (top + edge) / POINT,
                (left + width - edge) / POINT,
                (top + height - edge) / POINT,
            )
        )
        yield Added(place, _words_at(original, place))


def _words_at(original: Printed, place: Rect) -> str:
    around = place.grown(_NEAR_WORDS, _NEAR_WORDS / 3)
    at = [
        w
        for w in original.words
        if w.place.shared(around) and around.top < w.place.bottom and w.place.top < around.bottom
    ]
    return text_of(word for line in lines(at) for word in line)
