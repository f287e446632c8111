"""Pages as pixels: what a person would see of a page, at the resolution it is looked at.

A page is never seen otherwise than drawn, by one library (pdfium): so whatever stands between a picture and
the page counts, be it a mask, a clip, the page's box or a layer. A page that is one upright picture is drawn
pixel for pixel, so that nothing of it is smoothed.
"""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2
from pypdfium2 import raw

Gray = npt.NDArray[np.uint8]
"""Rows of gray values, 0 black, 255 white."""

DPI: Final = 200
"""An original's picture; marks of 14 mm decode from here on, and a signature's strokes are 3 pixels wide."""
MOST_PIXELS: Final = 40_000_000
"""A page of A4 at 600 dpi has 35 million; a larger picture is drawn smaller."""
LARGEST_SIDE: Final = 3600
"""A scan is looked at with no more pixels than A4 at 300 dpi has: marks need no more, and time grows with
them."""
_SCAN_DPI: Final = 250
_COARSEST_DPI: Final = 50
_UPRIGHT: Final = 0.01
_INSET: Final = 0.1
"""Pixels by which a picture is drawn smaller than its own on each side: so it takes up just these, whatever
rounding has done to the page's numbers."""


def pixels(page: Any, dpi: float = DPI) -> Gray:
    """An original's page, drawn."""
    return np.array(page.render(scale=dpi / 72, grayscale=True).to_numpy().squeeze(), np.uint8)


def scanned(page: Any) -> Gray:
    """A scanned page as it is shown, without the notes on it; in colours first, as people see it."""
    across, down, lies = _one_to_one(page) or _as_fine(page)
    bitmap = pypdfium2.PdfBitmap.new_native(across, down, raw.FPDFBitmap_BGR)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, across, down)
    raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, lies, raw.FS_RECTF(0, 0, across, down), 0)
    return _no_larger(np.asarray(cv2.cvtColor(bitmap.to_numpy(), cv2.COLOR_BGR2GRAY), np.uint8))


_Lies = tuple[int, int, Any]
"""Pixels across and down, and how the page, in points from its upper left corner, comes to lie on them."""


def _as_fine(page: Any) -> _Lies:
    width, height = page.get_size()
    scale = min(_SCAN_DPI / 72, LARGEST_SIDE / max(width, height, 1.0))
    across, down = (max(1, math.ceil(side * scale)) for side in (width, height))
    return across, down, raw.FS_MATRIX(scale, 0, 0, scale, 0, 0)


def _one_to_one(page: Any) -> _Lies | None:
    """Where the page is one upright picture, each of its pixels on one of ours."""
    objects = [o for _, o in zip(range(2), page.get_objects(max_depth=2), strict=False)]
    if len(objects) != 1 or objects[0].type != raw.FPDF_PAGEOBJ_IMAGE or page.get_rotation() != 0:
        return None
    matrix, (across, down) = objects[0].get_matrix(), objects[0].get_px_size()
    if min(matrix.a, matrix.d) <= 0 or max(abs(matrix.b), abs(matrix.c)) > _UPRIGHT * matrix.a:
        return None
    left, bottom, right, top = page.get_bbox()
    scales = (across - 2 * _INSET) / matrix.a, (down - 2 * _INSET) / matrix.d
    size = round((right - left) * scales[0]), round((top - bottom) * scales[1])
    if min(scales) < _COARSEST_DPI / 72 or min(size) < 1 or size[0] * size[1] > MOST_PIXELS:
        return None
    away = [(matrix.e - left) * scales[0], (top - matrix.f - matrix.d) * scales[1]]
    moves = (round(a) + _INSET - a for a in away)
    return *size, raw.FS_MATRIX(scales[0], 0, 0, scales[1], *moves)


def _no_larger(picture: Gray) -> Gray:
    scale = LARGEST_SIDE / max(picture.shape)
    if scale >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
