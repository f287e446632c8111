"""The worker that decodes pixels: one scan, one question after the other (see `pages`).

It runs confined (`pipeline.confined`): it holds the open scan and nothing else, no key of the marks, no
archive. A page that reaches a limit ends this process, not the pipeline.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import cv2
import numpy as np
import numpy.ma  # loaded by numpy itself only when it is first needed, and then it is too late
import numpy.random  # as above
import pikepdf
import pypdfium2
from PIL import Image, ImageCms, ImagePalette, MpoImagePlugin, TiffImagePlugin  # noqa: F401  # as above

from pipeline.confined.inside import Files, Told, serve
from pipeline.domain.paper_ends import HEAD, pdf_at
from pipeline.scans.blank import ensure_drawn, is_blank
from pipeline.scans.fields import SignatureField, VoteCells, signature_fields, vote_cells
from pipeline.scans.page_marks import Code, read_marks
from pipeline.scans.pen.ballot_marks import RowSeen, ballot_marks
from pipeline.scans.pen.ink import FieldInk, Inked, fields_inked
from pipeline.scans.pen.signing_lines import lines_to_sign
from pipeline.scans.printed import MM, Printed, Rect, printed
from pipeline.scans.raster import Gray, scanned
from pipeline.scans.registration import Laid, lay_over
from pipeline.scans.same_text import Changed, changed_words
from pipeline.scans.scan_file import as_pdf, take_out

_PICTURE_WIDTH: Final = 200
_CLOSE_UP_WIDTH: Final = 420
_REOPENED: Final = 32
"""After so many pages the scan is opened anew: memory stays that of some pages, however many there are."""


class OtherPictureError(Exception):
    """Taken out of its file a page shows something else: layers and the like, by which a file can deceive."""


@dataclass(frozen=True, slots=True)
class _OriginalPage:
    """A page of ours, its codes, its places for signatures and for votes."""

    page: Printed
    marks: tuple[Code, ...]
    fields: tuple[SignatureField, ...]
    votes: VoteCells | None


def _votes(pages: Sequence[Printed], document: str) -> list[VoteCells | None]:
    """A ballot is blank as a whole: with one vote printed, none of its pages is to be marked by pen."""
    cells = [vote_cells(page, document) for page in pages]
    blank = all(c.blank for c in cells if c is not None)
    return [c and VoteCells(c.rows, blank) for c in cells]


class OpenScan:
    """The scan and the original it is compared with."""

    def __init__(self, scan: BinaryIO) -> None:
        """A PDF is read where it lies, page by page; pictures are made into one first."""
        is_pdf = pdf_at(scan.read(HEAD)) >= 0
        scan.seek(0)
        self._pdf = scan if is_pdf else io.BytesIO(as_pdf(scan.read()))
        self._scan = pypdfium2.PdfDocument(self._pdf)
        self._original: list[_OriginalPage] = []
        self._last: tuple[int, Gray] | None = None
        self._drawn = 0

    @property
    def pages(self) -> int:
        """Of the scan."""
        return len(self._scan)

    def _picture(self, number: int) -> Gray:
        """The last page is kept: a question on a page is often followed by another."""
        if self._last is None or self._last[0] != number:
            self._last = None
            self._drawn += 1
            if self._drawn % _REOPENED == 0:  # the library keeps what it has read of every page
                self._scan.close()
                self._scan = pypdfium2.PdfDocument(self._pdf)
            page = self._scan[number - 1]
            try:
                self._last = number, scanned(page)
            finally:
                page.close()
        return self._last[1]

    def read(self, page: int) -> dict[str, object]:
        """The codes on a page."""
        picture = self._picture(page)
        codes = read_marks(picture)
        return {
            "codes": [[code.text, [list(corner) for corner in code.corners]] for code in codes],
            "blank": not codes and self._is_blank(page),
        }

    def _is_blank(self, page: int) -> bool:
        """Raises UndrawnError."""
        blank = is_blank(self._picture(page))
        if blank:
            with pikepdf.open(self._pdf) as opened, closing(self._scan[page - 1]) as drawn:
                ensure_drawn(drawn, opened.pages[page - 1])
        return blank

    def original(self, data: bytes, document: str) -> dict[str, object]:
        """From now on pages are compared with this PDF, one of our own."""
        with pypdfium2.PdfDocument(data) as opened:
            pages = [printed(page) for page in opened]
        votes = _votes(pages, document)
        self._original = [
            _OriginalPage(p, read_marks(p.picture), signature_fields(p, document), v)
            for p, v in zip(pages, votes, strict=True)
        ]
        return {"pages": len(pages), "fields": sum(len(page.fields) for page in self._original)}

    def examine(self, page: int, of: int, code: str, codes: Sequence[Any], excused: str) -> dict[str, object]:
        """A page of the scan against a page of the original."""
        compared = self._original[of - 1]
        original = compared.page
        fields = tuple(
            f for f in compared.fields if not (excused and re.search(excused, f.label, re.IGNORECASE))
        )
        picture = self._picture(page)
        seen = [Code(text, tuple((x, y) for x, y in corners)) for text, corners in codes]
        laid = lay_over(original, compared.marks, picture, seen, code or None)
        changed = changed_words(original, laid, compared.fields, compared.votes) if laid is not None else ()
        return {
            "laid": laid is not None,
            "apart": laid.apart_mm if laid else 0.0,
            "turn": laid.turn if laid else 0,
            "fields": [_field(inked, laid) for inked in fields_inked(original, laid, fields)],
            "changes": [_change(change, laid) for change in changed],
            "rows": [_vote_row(row, laid) for row in _rows(compared, laid)],
        }

    def picture(self, page: int) -> dict[str, object]:
        """A page, small; a white one only where the page is so."""
        self._is_blank(page)
        return {"png": _png(self._picture(page), _PICTURE_WIDTH)}

    def lines(self, document: str, names: Sequence[str]) -> dict[str, object]:
        """The lines that one of these names signs on."""
        self._pdf.seek(0)
        found = lines_to_sign(self._pdf.read(), document, names)
        return {"lines": [[page, *box] for page, box in found]}

    def take_out(self, pages: Sequence[tuple[int, int]], title: str) -> bytes:
        """A document of its own pages."""
        with pikepdf.open(self._pdf) as opened:
            return take_out(opened, [(n, turn) for n, turn in pages], title)

    def compare(self, data: bytes, pages: Sequence[tuple[int, int]]) -> dict[str, object]:
        """That a document made of the scan's pages, with these turns, shows what was looked at.

        Raises:
            OtherPictureError: it does not.
        """
        with pypdfium2.PdfDocument(data) as own:
            if len(own) != len(pages):
                raise OtherPictureError
            for page, (number, turn) in zip(own, pages, strict=True):
                page.set_rotation((page.get_rotation() - turn) % 360)
                if not np.array_equal(scanned(page), self._picture(number)):
                    raise OtherPictureError
        return {}


def _rows(compared: _OriginalPage, laid: Laid | None) -> tuple[RowSeen, ...]:
    """Of a ballot printed blank what people have marked; of another paper nothing."""
    if compared.votes is None or not compared.votes.blank:
        return ()
    return ballot_marks(compared.page, laid, compared.votes, compared.fields)


def _vote_row(row: RowSeen, laid: Laid | None) -> dict[str, object]:
    return {
        "place": [round(v, 1) for v in row.place],
        "mark": str(row.mark),
        "close_up": _close_up(laid, row.place),
    }


def _field(inked: FieldInk, laid: Laid | None) -> dict[str, object]:
    shown = laid is not None and inked.verdict is Inked.LOOK
    return {
        "label": inked.field.label,
        "place": [round(v, 1) for v in inked.field.place],
        "verdict": str(inked.verdict),
        "doubt": str(inked.doubt or ""),
        "mm2": inked.mm2,
        "extent_mm": inked.extent_mm,
        "close_up": _close_up(laid, inked.field.place) if shown else "",
    }


def _change(changed: Changed, laid: Laid | None) -> dict[str, object]:
    return {
        "change": str(changed.change),
        "place": [round(v, 1) for v in changed.place],
        "words": changed.words,
        "close_up": _close_up(laid, changed.place),
    }


def _close_up(laid: Laid | None, place: Rect) -> str:
    return "" if laid is None else _png(place.grown(10 * MM, 6 * MM).cut(laid.picture), _CLOSE_UP_WIDTH)


def _png(picture: Gray, width: int) -> str:
    scale = min(1.0, width / picture.shape[1])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return _text(cv2.imencode(".png", small)[1].tobytes())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


_opened: list[OpenScan] = []
"""The one scan of this process, once it has been opened."""


def answer(asked: dict[str, Any], data: bytes, files: Files) -> Told:
    """What the question asks for."""
    do = asked.pop("do")
    if do == "open":
        _opened[:] = [OpenScan(files[0])]
        return {"pages": _opened[0].pages}, b""
    (scan,) = _opened
    if do == "original":
        return scan.original(data, **asked), b""
    if do == "take_out":
        return {}, scan.take_out(**asked)
    if do == "compare":
        return scan.compare(data, **asked), b""
    questions: dict[str, Callable[..., dict[str, object]]] = {
        "read": scan.read,
        "examine": scan.examine,
        "picture": scan.picture,
        "lines": scan.lines,
    }
    return questions[do](**asked), b""


if __name__ == "__main__":
    Image.preinit()
    cv2.setNumThreads(1)
    cv2.ocl.setUseOpenCL(False)
    np.seterr(all="ignore")
    serve(answer)
