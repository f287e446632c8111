"""The confined worker that draws pages of filed papers, and reads their text (see `pages`)."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, Final

import pypdfium2
from PIL import ImageChops, PngImagePlugin  # noqa: F401  # loaded by Pillow only when it is first needed

from pipeline.confined.inside import Files, Told, serve

DPI: Final = 120
LARGEST_SIDE: Final = 2000
"""A page of A3 at `DPI`; a larger one is drawn smaller."""
_FASTEST: Final = 1
_COARSER: Final = 4


class OpenPaper:
    """The one paper of this process."""

    def __init__(self, paper: BinaryIO) -> None:
        self._pdf = pypdfium2.PdfDocument(paper)

    @property
    def count(self) -> int:
        """Of its pages."""
        return len(self._pdf)

    def texts(self, first: int, last: int) -> list[str]:
        """What stands on these pages, in the order in which the paper holds it."""
        return [self._text(number) for number in range(first, last + 1)]

    def _text(self, number: int) -> str:
        page = self._pdf[number - 1]
        try:
            text: str = page.get_textpage().get_text_range()
            return text
        finally:
            page.close()

    def picture(self, number: int) -> bytes:
        """A page as a PNG: as people see it, with what was written on it since; gray where all is gray."""
        page = self._pdf[number - 1]
        try:
            scale = min(DPI / 72, LARGEST_SIDE / max(*page.get_size(), 1.0))
            gray = _is_gray(page, scale)
            drawn = page.render(scale=scale, grayscale=gray, rev_byteorder=not gray).to_pil()
        finally:
            page.close()
        png = io.BytesIO()
        drawn.save(png, "PNG", compress_level=_FASTEST)
        return png.getvalue()


def _is_gray(page: Any, scale: float) -> bool:
    """Whether nothing on it has a colour; on a small picture fine strokes still leave a tint."""
    red, green, blue = page.render(scale=scale / _COARSER, rev_byteorder=True).to_pil().split()
    differ = (ImageChops.difference(red, other).getbbox() for other in (green, blue))
    return not any(differ)


_opened: list[OpenPaper] = []
"""It, once it has been opened."""


def answer(asked: dict[str, Any], _data: bytes, files: Files) -> Told:
    """What the question asks for."""
    match asked["do"]:
        case "open":
            _opened[:] = [OpenPaper(files[0])]
            return {"pages": _opened[0].count}, b""
        case "texts":
            return {"texts": _opened[0].texts(asked["first"], asked["last"])}, b""
        case _:
            return {}, _opened[0].picture(asked["page"])


if __name__ == "__main__":
    serve(answer)
