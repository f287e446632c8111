"""The marks by which a signed paper finds its way back: two QR codes and the readable code on each page.

A code names a document by number, the form, the page and the revision, and carries an HMAC of this place of
work, so that an invented one is told from ours; it names no person. The two stand in opposite corners: one
pen stroke, staple or edge cut off by the scanner leaves the other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import pikepdf
import rdocx
import segno

from pipeline.domain.errors import MachineError

PREFIX: Final = "KZ1"
DOCUMENT_BITS: Final = 40
LAST_PAGE: Final = 63
"""Page numbers have six bits."""
REVISIONS: Final = 256
"""Revisions are counted modulo this."""
_ANNEXES: Final = 16
_BODY_BYTES: Final = 8
_HMAC_BYTES: Final = 8
_CODE_LENGTH: Final = 29

MM: Final = 72 / 25.4
SIDE_MM: Final = 14
EDGE_MM: Final = 10
QUIET_MM: Final = 2.4
"""White around a mark: the four modules a reader needs (ISO/IEC 18004)."""
_MODULE_PIXELS: Final = 4
_MASK: Final = 0
"""Fixed: weighing the eight masks takes most of the time, and over a random code none reads better."""
_BLACK, _WHITE = b"\x00\x00\x00" * _MODULE_PIXELS, b"\xff\xff\xff" * _MODULE_PIXELS

_LETTERS: Final = "KZ1ABCDEFGHIJLMNOPQRSTUVWXY234567"
_FACE: Final = "Courier New"
_LINES: Final = ((0, 8), (8, 15), (15, 22), (22, _CODE_LENGTH))
_SIZE, _LEADING = 7, 8.6
_WIDTH: Final = 0.6 * _SIZE * (_LINES[0][1] - _LINES[0][0])
"""Of the longest line; the face is of one width, 0.6 of its size."""
_BLOCK: Final = _LEADING * (len(_LINES) - 1) + 0.3 * _SIZE
"""From the first baseline to the foot of the last line."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a code says. `annex` is 1 to 4 for the order's forms, `revision` counts modulo 256."""

    document: int
    annex: int
    page: int
    pages: int
    revision: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mark stands: its lower left corner, and the first baseline of the code beside it, in points."""

    x: float
    y: float
    code_x: float
    code_y: float


def code_of(mark: Mark, key: bytes) -> str:
    """The code: `KZ1` and 26 letters of base32.

    Raises:
        ValueError: a number is outside of its field.
    """
    body = _packed(mark)
    authenticator = hmac.digest(key, PREFIX.encode() + body, hashlib.sha256)[:_HMAC_BYTES]
    return PREFIX + base64.b32encode(body + authenticator).decode().rstrip("=")


def read_code(text: str, key: bytes) -> Mark | None:
    """What a code says, or None where it is none of ours; blanks and small letters of a typed one pass."""
    code = "".join(text.split()).upper()
    if len(code) != _CODE_LENGTH or not code.startswith(PREFIX) or not code.isascii():
        return None
    try:
        content = base64.b32decode(code.removeprefix(PREFIX) + "======")
    except ValueError:
        return None
    mark = _unpacked(content[:_BODY_BYTES])
    return mark if hmac.compare_digest(code, code_of(mark, key)) else None


def stamp(pdf: bytes, *, document: int, annex: int, revision: int, key: bytes) -> bytes:
    """The PDF with its marks; the same bytes for the same arguments, PDF/A where it was PDF/A.

    Raises:
        MachineError: `mark_failed` where it is no PDF, `mark_pages` where a mark cannot count its pages.
        ValueError: `document` has more than 40 bits or `annex` more than 4.
    """
    stamped = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            pages = len(opened.pages)
            if pages > LAST_PAGE:
                raise MachineError("mark_pages", pages=pages, limit=LAST_PAGE)
            font = opened.copy_foreign(_typeface().pages[0].resources["/Font"]["/F0"])
            for number, page in enumerate(opened.pages, 1):
                mark = Mark(document, annex, number, pages, revision % REVISIONS)
                _draw(opened, page, mark, code_of(mark, key), font)
            opened.save(stamped, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise MachineError("mark_failed", why=type(error).__name__) from error
    return stamped.getvalue()


def places(width: float, height: float) -> tuple[Place, Place]:
    """The two places on a page of that size in points: in the left margin above, at the right one below."""
    side, edge, quiet = SIDE_MM * MM, EDGE_MM * MM, QUIET_MM * MM
    above, right = height - edge - side, width - edge - side
    return (
        Place(edge, above, edge, above - quiet - _SIZE),
        Place(right, edge, right - quiet - _WIDTH, edge + side - _SIZE),
    )


def needed(width: float, height: float) -> tuple[tuple[float, float, float, float], ...]:
    """What must be white on a page of that size: left, bottom, right, top, in points."""
    side, quiet = SIDE_MM * MM, QUIET_MM * MM
    upper, lower = places(width, height)
    return (
        (upper.x - quiet, upper.code_y - _BLOCK, upper.x + side + quiet, upper.y + side + quiet),
        (lower.code_x, lower.y - quiet, lower.x + side + quiet, lower.y + side + quiet),
    )


# --- the code -------------------------------------------------------------------------------------------


def _packed(mark: Mark) -> bytes:
    fields = (
        (mark.document, DOCUMENT_BITS),
        (mark.annex, 4),
        (mark.page, 6),
        (mark.pages, 6),
        (mark.revision, 8),
    )
    body = 0
    for value, bits in fields:
        if not 0 <= value < 1 << bits:
            raise ValueError("mark")
        body = body << bits | value
    return body.to_bytes(_BODY_BYTES)


def _unpacked(body: bytes) -> Mark:
    rest, revision = divmod(int.from_bytes(body), REVISIONS)
    rest, pages = divmod(rest, LAST_PAGE + 1)
    rest, page = divmod(rest, LAST_PAGE + 1)
    document, annex = divmod(rest, _ANNEXES)
    return Mark(document, annex, page, pages, revision)


# --- drawing --------------------------------------------------------------------------------------------


def _draw(pdf: pikepdf.Pdf, page: pikepdf.Page, mark: Mark, code: str, font: pikepdf.Object) -> None:
    """One picture and one line of text a page, each shown twice; an artifact, for it is none of the text.

    The picture's name carries the page's number, for pages may share their resources.
    """
    picture = page.add_resource(
        _picture(pdf, code), pikepdf.Name.XObject, name=pikepdf.Name(f"/JekeMark{mark.page}")
    )
    face = page.add_resource(font, pikepdf.Name.Font, name=pikepdf.Name.JekeCode)
    left, bottom, right, top = (float(corner) for corner in page.mediabox)
    drawing = [f"q 1 0 0 1 {left:.3f} {bottom:.3f} cm /Artifact BMC 0 0 0 rg"]
    for place in places(right - left, top - bottom):
        drawing += _shown(place, code, str(picture), str(face))
    drawing.append("EMC Q")
    page.contents_add(pdf.make_stream("\n".join(drawing).encode()))


def _shown(place: Place, code: str, picture: str, face: str) -> Iterator[str]:
    side = SIDE_MM * MM
    yield f"q {side:.3f} 0 0 {side:.3f} {place.x:.3f} {place.y:.3f} cm {picture} Do Q"
    yield f"BT {face} {_SIZE} Tf {_LEADING} TL {place.code_x:.3f} {place.code_y:.3f} Td"
    for start, end in _LINES:
        glyphs = "".join(f"{_LETTERS.index(letter) + 1:04X}" for letter in code[start:end])
        yield f"<{glyphs}> Tj T*"
    yield "ET"


def _picture(pdf: pikepdf.Pdf, code: str) -> pikepdf.Stream:
    """The QR code in RGB, pixels enough that a program that smooths pictures does not blur it."""
    symbol = segno.make_qr(code, error="q", boost_error=False, mode="alphanumeric", mask=_MASK)
    rows = (b"".join(_BLACK if module else _WHITE for module in row) for row in symbol.matrix)
    side = len(symbol.matrix) * _MODULE_PIXELS
    return pikepdf.Stream(
        pdf,
        b"".join(row * _MODULE_PIXELS for row in rows),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=side,
        Height=side,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
    )


@cache
def _typeface() -> pikepdf.Pdf:
    """A page with the code's letters, their font embedded by rdocx: glyph 1 is the first, and so on."""
    document = rdocx.Document()
    for run in document.add_paragraph(_LETTERS).runs:
        run.font.name = _FACE
    return pikepdf.open(io.BytesIO(document.to_pdfa_deterministic("pdfa-2b")))
