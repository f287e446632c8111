"""Pictures on a signed paper that this program's library does not draw and others do: they must not pass."""

from __future__ import annotations

import io
import zlib
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pipeline.scans.covered_text import hidden_text
from pipeline.scans.plain_picture import drawn_alike

from .originals import documents
from .test_covered_text import PROTOCOL, decision, painted

EMPTY_PAPER = (300.0, 200.0, 310.0, 210.0)
WHITE_JPEG = cv2.imencode(".jpg", np.full((8, 8), 255, np.uint8))[1].tobytes()


def picture(content: bytes = b"", **resources: Any) -> tuple[pikepdf.Pdf, Any]:
    pdf = pikepdf.new()
    form = pdf.make_stream(content, Subtype=Name.Form, BBox=Array([0, 0, 10, 10]))
    form.Resources = Dictionary({f"/{name}": value for name, value in resources.items()})
    return pdf, form


def image(data: bytes, packed: str) -> tuple[pikepdf.Pdf, Any]:
    pdf, form = picture(b"10 0 0 10 0 0 cm /I Do")
    inner = pdf.make_stream(
        b"", Subtype=Name.Image, Width=8, Height=8, BitsPerComponent=8, ColorSpace=Name.DeviceGray
    )
    inner.write(data, filter=Name(packed))
    form.Resources = Dictionary(XObject=Dictionary(I=inner))
    return pdf, form


def in_ink_of_print() -> Array:
    white = Dictionary(FunctionType=2, Domain=[0, 1], C0=[1], C1=[1], N=1)
    return Array([Name.Separation, Name.Black, Name.DeviceGray, white])


def many_letters(**descriptor: Any) -> Dictionary:
    below = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, FontDescriptor=Dictionary(**descriptor))
    return Dictionary(Type=Name.Font, Subtype=Name.Type0, DescendantFonts=[below])


def nested(form: Any, pdf: pikepdf.Pdf) -> Any:
    outer = pdf.make_stream(b"/F Do", Subtype=Name.Form, BBox=Array([0, 0, 10, 10]))
    outer.Resources = Dictionary(XObject=Dictionary(F=form))
    return outer


OTHERWISE = {
    "JPEG 2000": lambda: image(b"\0\0\0\x0cjP  ", "/JPXDecode"),
    "JBIG2": lambda: image(b"x", "/JBIG2Decode"),
    "fax": lambda: image(b"x", "/CCITTFaxDecode"),
    "lossless JPEG": lambda: image(WHITE_JPEG.replace(b"\xff\xc0", b"\xff\xc3"), "/DCTDecode"),
    "JPEG of 12 bits": lambda: image(WHITE_JPEG.replace(b"\xff\xc0\0\x0b\x08", b"\xff\xc0\0\x0b\x0c"), "/DCT"),
    "no JPEG": lambda: image(b"x", "/DCTDecode"),
    "white on the screen, black in print": lambda: picture(ColorSpace=Dictionary(S=in_ink_of_print())),
    "the same in a table of colours": lambda: picture(
        ColorSpace=Dictionary(S=Array([Name.Indexed, in_ink_of_print(), 1, pikepdf.String("ab")]))
    ),
    "letters that are not there": lambda: picture(Font=Dictionary(F=many_letters())),
    "a layer": lambda: picture(Properties=Dictionary(L=Dictionary(Type=Name.OCG))),
    "a transfer function": lambda: picture(
        ExtGState=Dictionary(G=Dictionary(TR=Dictionary(FunctionType=2, Domain=[0, 1], N=1)))
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", OTHERWISE)
def test_what_some_programs_draw_otherwise(how: str) -> None:
    pdf, form = OTHERWISE[how]()
    assert not drawn_alike(form)
    assert not drawn_alike(nested(form, pdf))


def test_what_every_program_draws_alike() -> None:
    for pdf, form in (
        image(WHITE_JPEG, "/DCTDecode"),
        image(zlib.compress(b"\0" * 64), "/FlateDecode"),
        picture(Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier))),
        picture(Font=Dictionary(F=many_letters(FontFile2=Dictionary()))),
        picture(ExtGState=Dictionary(G=Dictionary(ca=0.5, TR=Name.Identity)), ColorSpace=Dictionary(C=Name.DeviceRGB)),
    ):  # fmt: skip
        assert drawn_alike(form)
        assert drawn_alike(nested(form, pdf))


def test_forms_without_end_are_not_followed() -> None:
    pdf, form = picture()
    form = pdf.make_indirect(form)
    form.Resources = Dictionary(XObject=Dictionary(Itself=form))
    assert drawn_alike(form)
    for _ in range(20):
        form = nested(form, pdf)
    assert not drawn_alike(form)


def test_on_a_signed_paper_such_a_picture_is_named() -> None:
    """The library shows white paper, a printer black ink."""
    pdf = painted(documents()[PROTOCOL], 1, EMPTY_PAPER, b"/S cs 1 scn 0 0 10 10 re f")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        field = opened.pages[1].Annots[-1]
        field.AP.N.Resources = Dictionary(ColorSpace=Dictionary(S=in_ink_of_print()))
        changed = io.BytesIO()
        opened.save(changed)
    assert list(hidden_text(documents()[PROTOCOL], changed.getvalue())) == ["Painted"]


@pytest.mark.parametrize("part", ["BG", "BC"])
def test_a_field_that_says_how_readers_are_to_paint_it_is_named(part: str) -> None:
    """This library paints nothing of it, others a white box over the print."""
    pdf = painted(documents()[PROTOCOL], 1, decision(), b"")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        field = opened.pages[1].Annots[-1]
        del field.AP
        plain, looks = io.BytesIO(), io.BytesIO()
        opened.save(plain)
        field.MK = Dictionary({f"/{part}": Array([1, 1, 1])})
        opened.save(looks)
    assert list(hidden_text(documents()[PROTOCOL], plain.getvalue())) == []
    assert list(hidden_text(documents()[PROTOCOL], looks.getvalue())) == ["Painted"]
