"""Reading the marks off a page: QR codes of this program's form, whatever way the page lies.

Only the form is looked at here. Whether a code is ours is known where the key is, and the key never enters
the process that decodes pixels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import zxingcpp

from pipeline.scans.raster import Gray

FORM: Final = re.compile(r"KZ1[A-Z2-7]{26}")
_QR: Final = zxingcpp.barcode_formats_from_str("QRCode")

Corners = tuple[tuple[float, float], ...]
"""Of a mark, in the picture's pixels: upper left, upper right, lower right, lower left as it was printed."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code of our form and where it was read."""

    text: str
    corners: Corners


def read_marks(picture: Gray) -> tuple[Code, ...]:
    """The codes on a page. A second and third look are taken only where the first finds none."""
    for look in _looks(picture):
        if found := look:
            return found
    return ()


def _looks(picture: Gray) -> Iterator[tuple[Code, ...]]:
    """From the quickest look on: together they find what one misses on faint, coarse or smeared pages."""
    yield _read(picture, zxingcpp.Binarizer.LocalAverage)
    yield _read(picture, zxingcpp.Binarizer.GlobalHistogram)
    if max(picture.shape) < 2600:  # noqa: PLR2004  # twice as large, finer than 250 dpi brings nothing more
        larger = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        yield _read(np.asarray(larger, np.uint8), zxingcpp.Binarizer.LocalAverage, 2.0)
    smooth = cv2.GaussianBlur(picture, (0, 0), 1.6)
    yield _read(np.asarray(smooth, np.uint8), zxingcpp.Binarizer.LocalAverage)


def _read(picture: Gray, binarizer: zxingcpp.Binarizer, scale: float = 1.0) -> tuple[Code, ...]:
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(picture), formats=_QR, binarizer=binarizer, try_invert=False
    )
    return tuple(
        Code(barcode.text, _corners(barcode.position, scale))
        for barcode in found
        if FORM.fullmatch(barcode.text)
    )


def _corners(position: zxingcpp.Position, scale: float) -> Corners:
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((corner.x / scale, corner.y / scale) for corner in corners)
