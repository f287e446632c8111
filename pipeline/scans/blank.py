"""Is a page blank: the back of a sheet, which may be left out? Only what was drawn whole can be.

A library that cannot draw a picture (a filter or a colour space it does not know, data cut short, a size no
memory holds) leaves white paper, or black, in its place. So a page on which nothing is seen is blank only if
nothing is to be drawn on it, or what is to be drawn has covered it and its pictures unpack to their ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import cv2
import numpy as np
import pikepdf
from PIL import Image, Jpeg2KImagePlugin  # noqa: F401  # Pillow finds it by itself only where files can be opened

from pipeline.scans.plain_picture import paints_nothing, writes_at_most
from pipeline.scans.raster import Gray

_DARK: Final = 0.75
_INK_SHARE: Final = 2e-4
"""Of a page: less than a line of print leaves, and more than dust does."""
_RIM: Final = 0.03
"""Of the page's sides, left out: the scanner's lid and the paper's edge are dark there."""
_PAPER: Final = 110
_PAPER_SHARE: Final = 0.5
"""So much of a sheet is paper, and so light; the rest may be the scanner's lid beside a smaller one."""
_GROUND: Final = 100
_COVERED: Final = 0.5
"""So much of a page the picture of a sheet's back takes up."""
_DEEPEST: Final = 8
"""Pictures within forms."""
_MOST: Final = 200
"""Pictures of one page; a scanner makes some strips and layers."""


class UndrawnError(Exception):
    """Nothing is seen of the page, and something is to be drawn on it."""


def is_blank(picture: Gray) -> bool:
    """Whether nothing is on the page: the back of a sheet that a scanner brought along."""
    height, width = picture.shape
    rim, side = round(height * _RIM), round(width * _RIM)
    small = cv2.resize(
        picture[rim : height - rim, side : width - side], (600, 850), interpolation=cv2.INTER_AREA
    )
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((9, 9), np.uint8)), 21)
    if (ground >= _PAPER).mean() < _PAPER_SHARE:
        return False
    ink = small.astype(np.float32) < ground.astype(np.float32) * _DARK
    return bool(ink.mean() < _INK_SHARE)


def ensure_drawn(drawn: Any, page: pikepdf.Page) -> None:
    """That a page looks blank because it is, as pypdfium2 (`drawn`) and pikepdf (`page`) have it open.

    Raises:
        UndrawnError: what is to be drawn on it could not be.
    """
    if any(isinstance(note, pikepdf.Dictionary) and "/AP" in note for note in page.obj.get("/Annots", ())):
        raise UndrawnError("notes")  # a page is looked at without them
    if paints_nothing(page) or (writes_at_most(page) and not drawn.get_textpage().get_text_range().strip()):
        return
    scale = 400 / max(*drawn.get_size(), 1.0)
    ground = (_GROUND, _GROUND, _GROUND, 255)
    shown = drawn.render(
        scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False, fill_color=ground
    )
    if (shown.to_numpy() != _GROUND).mean() < _COVERED:
        raise UndrawnError("nothing")
    for number, picture in enumerate(_pictures(page.obj.get("/Resources"))):
        if number > _MOST or not _unpacks(picture):
            raise UndrawnError("picture")


def _pictures(resources: Any, deep: int = 0) -> Iterator[Any]:
    objects = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(objects, pikepdf.Dictionary):
        return
    for name in objects.keys():  # noqa: SIM118  # a PDF dictionary
        one = objects[name]
        if one.get("/Subtype") == "/Image":
            yield one
        elif deep < _DEEPEST:
            yield from _pictures(one.get("/Resources"), deep + 1)


def _unpacks(picture: Any) -> bool:
    """Whether its data reach its end. Broken JBIG2 is not drawn at all, a fax cut short shows a line."""
    filters = picture.get("/Filter", pikepdf.Array())
    last = filters[-1] if isinstance(filters, pikepdf.Array) and len(filters) else filters
    if last in ("/JBIG2Decode", "/CCITTFaxDecode"):
        return True
    try:
        pikepdf.PdfImage(picture).as_pil_image().load()
    except (pikepdf.PikepdfError, Image.DecompressionBombError, OSError, ValueError, NotImplementedError):
        return False
    return True
