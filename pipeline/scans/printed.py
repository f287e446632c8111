"""What a page prints: its words with their places, and its rules, in points from the upper left corner.

Words come out of the PDF's text; rules are seen in the rendered page, so that it does not matter whether a
template draws them as borders, as lines or as a row of underscores.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.scans.raster import DPI, Gray, pixels

T = TypeVar("T", bound=np.generic)

POINT: Final = DPI / 72
"""Pixels a point."""
MM: Final = 72 / 25.4
"""Points a millimetre."""

SHORTEST_RULE_MM: Final = 8.0
THICKEST_RULE_MM: Final = 0.9
PRINT: Final = 0.86
"""Of white: what is darker is print."""
_BLACK: Final = 150
_FINER: Final = 3
_SAME_LINE: Final = 0.6
"""Words whose middles are apart by less than this share of their height stand on one line."""

# The readable code beside a mark: it is checked as a mark and is no text of the document.
_CODE: Final = re.compile(r"KZ1[A-Z2-7]{5}|[A-Z2-7]{7}")


class Rect(NamedTuple):
    """In points from the page's upper left corner, downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """In points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """In points."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.top + self.bottom) / 2

    def grown(self, across: float, down: float) -> Rect:
        """With so many points more on each side."""
        return Rect(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def shared(self, other: Rect) -> float:
        """How many points of its width the other stands above, on or below."""
        return max(0.0, min(self.right, other.right) - max(self.left, other.left))

    def cut(self, picture: npt.NDArray[T]) -> npt.NDArray[T]:
        """What a picture of the page shows there: a view of it."""
        height, width = picture.shape[:2]
        left, top = (max(0, round(v * POINT)) for v in (self.left, self.top))
        right, bottom = min(width, round(self.right * POINT)), min(height, round(self.bottom * POINT))
        return picture[top : max(top, bottom), left : max(left, right)]


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it stands."""

    text: str
    place: Rect


@dataclass(frozen=True)
class Printed:
    """A page of an original: its picture at `DPI`, its words in reading order, its rules.

    `fine`: drawn three times as fine and made as coarse as `picture`. A renderer puts letters on whole
    pixels, a printer on its own much finer ones; a word on paper is like the one or the other.
    """

    picture: Gray
    fine: Gray
    words: tuple[Word, ...]
    across: tuple[Rect, ...]
    down: tuple[Rect, ...]

    @cached_property
    def away(self) -> npt.NDArray[np.float32]:
        """How far from anything printed each point is, in pixels."""
        blank = (np.minimum(self.picture, self.fine) >= 255 * PRINT).astype(np.uint8)
        return np.asarray(cv2.distanceTransform(blank, cv2.DIST_L2, 3), np.float32)

    def beside(self, place: Rect) -> tuple[Word, ...]:
        """The words on the same line, from left to right."""
        found = (w for w in self.words if place.top <= w.place.middle <= place.bottom)
        return tuple(sorted(found, key=lambda w: w.place.left))


def printed(page: Any) -> Printed:
    """A page of one of our own PDFs, as pypdfium2 opened it."""
    picture = pixels(page)
    finer = cv2.resize(pixels(page, _FINER * DPI), picture.shape[::-1], interpolation=cv2.INTER_AREA)
    fine = np.asarray(finer, np.uint8)
    return Printed(picture, fine, tuple(_words(page)), tuple(_across(picture)), tuple(_down(picture)))


def lines(words: Iterable[Word]) -> list[list[Word]]:
    """The words line by line, from above, each line from left to right."""
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.place.middle):
        last = found[-1][-1].place if found else None
        if last is not None and abs(word.place.middle - last.middle) < _SAME_LINE * max(last.height, 6.0):
            found[-1].append(word)
        else:
            found.append([word])
    return [sorted(line, key=lambda w: w.place.left) for line in found]


def text_of(words: Iterable[Word]) -> str:
    """The words with a blank between; rows of underscores are left out."""
    return " ".join(w.text for w in words if w.text.strip("_"))


def _words(page: Any) -> Iterator[Word]:
    height, text = page.get_height(), page.get_textpage()
    letters: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    for place in range(text.count_chars() + 1):
        letter = text.get_text_range(place, 1) if place < text.count_chars() else " "
        if letter and not letter.isspace():
            letters.append(letter)
            boxes.append(text.get_charbox(place))
        elif letters:
            word = "".join(letters)
            if not _CODE.fullmatch(word):
                left, bottom, right, top = (list(side) for side in zip(*boxes, strict=True))
                yield Word(word, Rect(min(left), height - max(top), max(right), height - min(bottom)))
            letters, boxes = [], []


def _across(picture: Gray) -> Iterator[Rect]:
    yield from _rules(picture, (round(SHORTEST_RULE_MM * MM * POINT), 1))


def _down(picture: Gray) -> Iterator[Rect]:
    for rule in _rules(np.ascontiguousarray(picture.T), (round(SHORTEST_RULE_MM * MM * POINT), 1)):
        yield Rect(rule.top, rule.left, rule.bottom, rule.right)


def _rules(picture: Gray, least: tuple[int, int]) -> Iterator[Rect]:
    """Runs of black at least so long and no thicker than a rule, from above."""
    black = (picture < _BLACK).astype(np.uint8)
    runs = cv2.morphologyEx(black, cv2.MORPH_OPEN, np.ones(least[::-1], np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    for left, top, width, height, _ in sorted(stats[1:].tolist(), key=lambda s: (s[1], s[0])):
        if height <= THICKEST_RULE_MM * MM * POINT:
            yield Rect(left / POINT, top / POINT, (left + width) / POINT, (top + height) / POINT)
