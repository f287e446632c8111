"""What a person's electronic signature shows on paper: who signed and when, as a small picture of text.

The text is laid out and its letters are embedded by the renderer of the documents themselves, so that every
Kazakh letter stands as it does in them and the paper stays PDF/A.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pikepdf
import pypdfium2
import rdocx
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.stamp import StaticStampStyle

from pipeline.domain.errors import MachineError
from pipeline.domain.iin import mask_iin

_FACE: Final = "Times New Roman"
_SIZE: Final = 8
_LONG: Final = 36
"""Letters of a name that still stand well on one line."""
_PADDING: Final = 2.0
"""Points of white around the text."""
_BLUE: Final = (0.13, 0.27, 0.55)


def stamp_lines(name: str, iin: str | None, when: datetime) -> tuple[str, ...]:
    """The words of the stamp; of the number two digits show."""
    number = f"ЖСН {mask_iin(iin)}, " if iin else ""
    return ("Электрондық қолтаңба", *_rows(name), f"{number}{when:%d.%m.%Y %H:%M}")


def _rows(name: str) -> tuple[str, ...]:
    """A long name on two lines, parted where both are shortest: on one it would become too small to read."""
    words = name.split()
    if len(name) <= _LONG or len(words) == 1:
        return (name,)
    parted = ((" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words)))
    return min(parted, key=lambda rows: max(map(len, rows)))


def stamp_page(lines: Sequence[str]) -> bytes:
    """The words of the stamp as a PDF of one page, cut to its text.

    Raises:
        MachineError: `stamp_failed`.
    """
    try:
        return _page(lines)
    except (RuntimeError, ValueError, pikepdf.PdfError, pypdfium2.PdfiumError) as error:
        raise MachineError("stamp_failed", why=type(error).__name__) from error


def stamp_style(page: bytes) -> StaticStampStyle:
    """The stamp of that page with a thin frame, made to fit whatever box it is put into."""
    return StaticStampStyle(
        border_width=1,
        border_color=_BLUE,
        background=_Page(page),
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MIN,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins(1, 1, 1, 1),
        ),
        background_opacity=1.0,
    )


class _Page(PdfContent):
    """A page out of memory as the picture; the library takes one out of a file only."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self._pdf = pdf

    def render(self) -> bytes:
        """The page as a form the stamp's content draws."""
        writer: Any = self._ensure_writer
        form = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Stamp"] = form
        left, bottom, right, top = (float(n) for n in form.get_object()["/BBox"])
        self.box = BoxConstraints(width=round(right - left), height=round(top - bottom))
        return f"1 0 0 1 {-left:.2f} {-bottom:.2f} cm /Stamp Do".encode()


def _page(lines: Sequence[str]) -> bytes:
    """A page cut to its text."""
    document = rdocx.Document()
    for text in lines:
        paragraph = document.add_paragraph(text)
        for run in paragraph.runs:
            run.font.name, run.font.size = _FACE, rdocx.Pt(_SIZE)
        paragraph.paragraph_format.space_after = rdocx.Pt(0)
    pdf: bytes = document.to_pdfa_deterministic("pdfa-2b")
    left, bottom, right, top = _extent(pdf)
    cut = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        box = [left - _PADDING, bottom - _PADDING, right + _PADDING, top + _PADDING]
        page = opened.pages[0]
        page.mediabox = pikepdf.Array([round(n, 2) for n in box])
        if "/CropBox" in page:
            del page["/CropBox"]
        opened.save(cut, deterministic_id=True)
    return cut.getvalue()


def _extent(pdf: bytes) -> tuple[float, float, float, float]:
    opened = pypdfium2.PdfDocument(pdf)
    try:
        text = opened[0].get_textpage()
        boxes = [text.get_rect(number) for number in range(text.count_rects())]
    finally:
        opened.close()
    return (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
