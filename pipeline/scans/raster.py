"""Pages as pixels: what a person would see of a scanned page, at the resolution it is looked at.

A page that is nothing but one upright picture gives that picture, which is several times quicker than drawing
it. Anything more on the page (text over the picture, a second picture, a note) and it is drawn, for what is
judged must be what is shown.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
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
_WHOLE_PAGE: Final = 0.9
_UPRIGHT: Final = 0.01


def pixels(page: Any, dpi: float = DPI) -> Gray:
    """An original's page, drawn."""
    return np.array(page.render(scale=dpi / 72, grayscale=True).to_numpy().squeeze(), np.uint8)


def scanned(page: Any) -> Gray:
    """A scanned page; its own picture where it is nothing else."""
    own = _own_picture(page)
    if own is None:
        width, height = page.get_size()
        scale = min(_SCAN_DPI / 72, LARGEST_SIDE / max(width, height, 1.0))
        drawn = page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False)
        own = np.array(drawn.to_numpy().squeeze(), np.uint8)
    return _no_larger(own)


def _own_picture(page: Any) -> Gray | None:
    objects = [o for _, o in zip(range(2), page.get_objects(max_depth=2), strict=False)]
    if len(objects) != 1 or objects[0].type != raw.FPDF_PAGEOBJ_IMAGE or page.get_rotation() != 0:
        return None
    picture = objects[0]
    matrix = picture.get_matrix()
    width, height = page.get_size()
    upright = min(matrix.a, matrix.d) > 0 and max(abs(matrix.b), abs(matrix.c)) < _UPRIGHT * matrix.a
    if not upright or matrix.a * matrix.d < _WHOLE_PAGE * width * height:
        return None
    across, down = picture.get_px_size()
    if across * down > MOST_PIXELS or _masked(picture):
        return None
    return _gray(picture.get_bitmap(render=False).to_numpy())


def _masked(picture: Any) -> bool:
    """Whether part of it is left out when it is shown, or it is a stencil."""
    return bool(raw.FPDFPageObj_HasTransparency(picture)) or picture.get_metadata().bits_per_pixel == 0


def _gray(bitmap: npt.NDArray[np.uint8]) -> Gray:
    layers = bitmap.shape[2] if bitmap.ndim > 2 else 1  # noqa: PLR2004  # rows, columns and colours
    if layers == 1:
        return np.array(bitmap.squeeze(), np.uint8)
    form = cv2.COLOR_BGR2GRAY if layers == 3 else cv2.COLOR_BGRA2GRAY  # noqa: PLR2004  # blue, green, red
    return np.asarray(cv2.cvtColor(bitmap, form), np.uint8)


def _no_larger(picture: Gray) -> Gray:
    scale = LARGEST_SIDE / max(picture.shape)
    if scale >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
