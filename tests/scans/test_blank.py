"""The back of a sheet is blank; a page that could not be drawn is not, for nobody has seen what is on it."""

from __future__ import annotations

import io
import random
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from pipeline.scans.blank import is_blank
from pipeline.scans.pages import UnreadablePageError
from tests.scans.originals import original
from tests.scans.simulated import SCANNERS, Picture, as_image, as_pdf, as_tiff, scan
from tests.scans.test_pages import seen

PAPER = np.full((1754, 1240), 240, np.uint8)
HALF = np.where(np.arange(1754)[:, None] < 900, PAPER, 20).astype(np.uint8)
"""Paper above; what is below comes last in the data."""


def page_of(data: bytes, content: bytes = b"595 0 0 842 0 0 cm /Im Do", **about: Any) -> bytes:
    """A PDF of one page that shows a picture of A4 at 150 dpi."""
    described = {"Width": 1240, "Height": 1754, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 8, **about}
    with pikepdf.new() as pdf:
        image = pikepdf.Stream(pdf, data, Type=Name.XObject, Subtype=Name.Image, **described)
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(XObject=Dictionary(Im=image))
        page.obj.Contents = pdf.make_stream(content)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def packed(picture: Picture, form: str, **saving: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, form, **saving)
    return out.getvalue()


def group4(picture: Picture) -> bytes:
    """As a fax packs it, in one strip, which begins behind the eight bytes of a TIFF's head."""
    out = io.BytesIO()
    black_and_white = Image.fromarray(picture).convert("1", dither=Image.Dither.NONE)
    black_and_white.save(out, "TIFF", compression="group4", tiffinfo={278: picture.shape[0]})
    with Image.open(out) as tiff:
        (at,), (long,) = tiff.tag_v2[273], tiff.tag_v2[279]  # type: ignore[attr-defined]
    return out.getvalue()[at : at + long]


FLATE, JPEG, FAX = Name.FlateDecode, Name.DCTDecode, Name.CCITTFaxDecode
RAW = zlib.compress(HALF.tobytes())
BITS: dict[str, Any] = {
    "BitsPerComponent": 1,
    "Decode": Array([1, 0]),
    "DecodeParms": Dictionary(K=-1, Columns=1240, Rows=1754),
}

UNDRAWN = {
    "40,000 pixels square, gray": page_of(b"\0" * 4000, Width=40_000, Height=40_000),
    "40,000 pixels square, one bit": page_of(b"\0" * 4000, Width=40_000, Height=40_000, BitsPerComponent=1),
    "no height": page_of(RAW, Filter=FLATE, Height=0),
    "a filter nobody knows": page_of(RAW, Filter=Name("/Other")),
    "rubbish for zlib": page_of(b"rubbish" * 100, Filter=FLATE),
    "rubbish for JPEG": page_of(b"rubbish" * 100, Filter=JPEG),
    "rubbish for JBIG2": page_of(b"rubbish" * 100, Filter=Name.JBIG2Decode, BitsPerComponent=1),
    "JPEG 2000 cut short": page_of(packed(HALF, "JPEG2000")[:300], Filter=Name.JPXDecode),
    "a colour space nobody knows": page_of(RAW, Filter=FLATE, ColorSpace=Name("/Other")),
    "a colour space of many words": page_of(RAW, Filter=FLATE, ColorSpace=Array([Name("/Other"), 1])),
    "seven bits": page_of(RAW, Filter=FLATE, BitsPerComponent=7),
    "no data": page_of(b""),
    "zlib cut short, black left out": page_of(zlib.compress(HALF[:900].tobytes()), Filter=FLATE),
    "zlib cut short, white put in": page_of(
        zlib.compress((255 - HALF[:900]).tobytes()), Filter=FLATE, Decode=Array([1, 0])
    ),
    "JPEG cut short": page_of(packed(HALF, "JPEG")[:3000], Filter=JPEG),
    "fax cut short": page_of(group4(HALF)[:100], Filter=FAX, **BITS),
    "a picture that is not there": page_of(RAW, b"595 0 0 842 0 0 cm /Other Do", Filter=FLATE),
    "a command nobody knows": page_of(RAW, b"595 0 0 842 0 0 cm /Im Other", Filter=FLATE),
    "a pattern that is not there": page_of(RAW, b"/Pattern cs /P scn 0 0 595 842 re f", Filter=FLATE),
    "a picture among the commands": page_of(
        RAW, b"q 595 0 0 842 0 0 cm BI /W 9 /H 9 /CS /Other /BPC 8 ID xxxx EI Q", Filter=FLATE
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", UNDRAWN)
def test_what_could_not_be_drawn_is_not_blank(why: str, tmp_path: Path) -> None:
    try:
        with seen(tmp_path, UNDRAWN[why]) as pages:
            assert not pages.read(1).blank
    except UnreadablePageError:
        pass


@pytest.mark.parametrize("why", ["rubbish for JBIG2", "rubbish for JPEG", "a colour space nobody knows"])
def test_what_could_not_be_drawn_is_unreadable(why: str, tmp_path: Path) -> None:
    with seen(tmp_path, UNDRAWN[why]) as pages, pytest.raises(UnreadablePageError):
        pages.read(1)


def test_a_page_that_shows_its_picture_in_a_note_is_not_blank(tmp_path: Path) -> None:
    """Notes are not looked at, and some programs put a stamp's picture there."""
    with pikepdf.open(io.BytesIO(as_pdf([PAPER]))) as pdf:
        shown = pdf.make_stream(
            b"0 g 0 0 100 100 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 100]
        )
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.Stamp, Rect=[100, 100, 400, 400], AP=Dictionary(N=shown)
        )
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
        out = io.BytesIO()
        pdf.save(out)
    with seen(tmp_path, out.getvalue()) as pages, pytest.raises(UnreadablePageError):
        pages.read(1)


def of_strips() -> bytes:
    """A blank sheet that the scanner packed in two strips, one of JPEG, one of zlib."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        kind = {
            "Type": Name.XObject,
            "Subtype": Name.Image,
            "ColorSpace": Name.DeviceGray,
            "BitsPerComponent": 8,
        }
        upper = pikepdf.Stream(pdf, packed(PAPER[:877], "JPEG"), Width=1240, Height=877, Filter=JPEG, **kind)
        lower = pikepdf.Stream(
            pdf, zlib.compress(PAPER[877:].tobytes()), Width=1240, Height=877, Filter=FLATE, **kind
        )
        page.obj.Resources = Dictionary(XObject=Dictionary(A=upper, B=lower))
        page.obj.Contents = pdf.make_stream(b"q 595 0 0 421 0 421 cm /A Do Q q 595 0 0 421 0 0 cm /B Do Q")
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


BLANK = {
    "a JPEG": as_pdf([PAPER]),
    "zlib": page_of(zlib.compress(PAPER.tobytes()), Filter=FLATE),
    "zlib around a JPEG": page_of(zlib.compress(packed(PAPER, "JPEG")), Filter=Array([FLATE, JPEG])),
    "JPEG 2000": page_of(packed(PAPER, "JPEG2000"), Filter=Name.JPXDecode),
    "fax": page_of(group4(PAPER), Filter=FAX, **BITS),
    "a fax's TIFF": as_tiff([PAPER], fax=True),
    "a gray TIFF": as_tiff([PAPER]),
    "a PNG": as_image(PAPER, "PNG"),
    "strips": of_strips(),
    "no picture at all": page_of(RAW, b"", Filter=FLATE),
    "nothing but a space": page_of(RAW, b"BT /F1 12 Tf ( ) Tj ET", Filter=FLATE),
}


@pytest.mark.parametrize("how", BLANK)
def test_the_back_of_a_sheet_is_blank(how: str, tmp_path: Path) -> None:
    with seen(tmp_path, BLANK[how]) as pages:
        assert pages.read(1).blank


def test_blank_is_a_page_without_anything() -> None:
    paper = np.full((2339, 1654), 240, np.uint8)
    assert is_blank(scan(paper, SCANNERS["shaded"], random.Random(3)))
    for name in ("annex-1", "agenda"):
        assert not any(is_blank(page.page.picture) for page in original(name))
    line = paper.copy()
    line[1000:1006, 400:900] = 60
    assert not is_blank(line)


def test_a_black_page_is_not_blank() -> None:
    """The lid left open, or a picture of which no line could be read."""
    assert not is_blank(np.zeros((2339, 1654), np.uint8))
