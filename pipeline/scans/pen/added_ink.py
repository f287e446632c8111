"""Ink on the scan that is not ours: what pen, printer or stamp put where the form has no room for it.

Everything the scan shows beside the original's print counts, wherever it stands, but for what belongs there
or merely happens to paper: signatures in their places, marks in the vote cells of a ballot printed blank,
what lies in the margins and is no writing, round seals, lines from edge to edge, specks. In the vote cells of
a ballot printed with its votes, and on lines that tell a decision or count votes, neither seal nor line
excuses anything. What a line from edge to edge strikes out is told in `crossed_words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipeline.scans.fields import SignatureField, VoteCells
from pipeline.scans.pen.ballot_marks import is_read
from pipeline.scans.pen.edge_lines import EDGE_MM, PEN_DARK, EdgeLine, bands, edge_lines
from pipeline.scans.pen.ink import Mask, ink_beside_print, owner, round_seals, strokes
from pipeline.scans.printed import MM, POINT, Printed, Rect, lines, text_of
from pipeline.scans.registration import PIXELS_A_MM, Laid

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

    `lines`: from edge to edge; `harmless`: what those that are folds have darkened, and round seals.
    """

    extra: Mask
    lines: tuple[EdgeLine, ...]
    harmless: Mask
    seals: tuple[Rect, ...]


def beside_print(original: Printed, laid: Laid, fields: Sequence[SignatureField] = ()) -> BesidePrint:
    """All ink of a scan that is not the original's."""
    extra = _without_edges(ink_beside_print(original, laid, [field.place for field in fields]))
    for rule in (*original.across, *original.down):
        rule.grown(_NEAR_RULE, _NEAR_RULE).cut(extra)[:] = False
    lines = edge_lines(extra, original, laid)
    harmless = bands([line for line in lines if line.is_fold], extra.shape) & (laid.even >= PEN_DARK)
    seals = round_seals(extra)
    for seal in seals:
        seal.grown(_SEAL, _SEAL).cut(harmless)[:] = True
    return BesidePrint(extra, lines, harmless, seals)


def added_ink(
    original: Printed,
    beside: BesidePrint,
    fields: Sequence[SignatureField] = (),
    votes: VoteCells | None = None,
) -> tuple[Added, ...]:
    """Where something was added, from above. `votes`: the cells for votes, where the page has such."""
    places = [field.place for field in fields]
    signing = [*places, *(field.instead for field in fields if field.instead is not None)]
    cells = votes.cells if votes is not None and votes.blank else ()
    writing = [*signing, *cells]
    extra = beside.extra
    strict, numbers = _strict(original, votes, places)
    loose = extra & ~bands(beside.lines, extra.shape)
    for seal in beside.seals:
        seal.grown(_SEAL, _SEAL).cut(loose)[:] = False
    counted = np.where(strict, extra, loose)
    text = _text_block(original)
    found, margins = np.zeros_like(extra), np.zeros_like(extra)
    for stroke in strokes(counted, [*(place.grown(_PLACE, _PLACE) for place in signing), *cells]):
        here = (
            slice(stroke.top, stroke.top + stroke.mask.shape[0]),
            slice(stroke.left, stroke.left + stroke.mask.shape[1]),
        )
        mask = stroke.mask.copy()
        own = owner(stroke.shares, _OWN)
        if own is not None and (own < len(signing) or is_read(stroke.mm2 * stroke.shares[own])):
            mask &= ~_within(extra.shape, writing[own].grown(*_REACH))[here]
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
    rim = round(EDGE_MM * PIXELS_A_MM)
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
