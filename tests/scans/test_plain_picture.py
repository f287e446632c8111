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

from pipeline.documents.sealing.signing import Place
from pipeline.scans.covered_text import hidden_text
from pipeline.scans.plain_picture import drawn_alike
from tests.scans.originals import documents
from tests.scans.test_covered_text import PROTOCOL, Box, decision, painted, signed

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


def drawn_letter(letter: bytes) -> tuple[pikepdf.Pdf, Any]:
    """A picture whose font has a letter made of commands (Type 3)."""
    pdf, form = picture(b"q /DeviceRGB cs 1 0 0 sc 0 0 9 9 re f Q BT /F 9 Tf (A) Tj ET /Tx BMC EMC")
    letters = Dictionary(A=pdf.make_stream(letter))
    font = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=letters, Resources=Dictionary())
    form.Resources = Dictionary(Font=Dictionary(F=font))
    return pdf, form


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
    "an image that is not there": lambda: picture(b"/I Do"),
    "a font that is not there": lambda: picture(b"BT /F 9 Tf (x) Tj ET"),
    "a state that is not there": lambda: picture(b"/G gs 0 0 9 9 re f"),
    "a colour that is not there": lambda: picture(b"/S cs 1 scn 0 0 9 9 re f"),
    "a command nobody knows": lambda: picture(b"paint 0 0 9 9 re f"),
    "commands that cannot be read": lambda: picture(b"0 0 9 9 re f [ <<"),
    "a layer named in the commands": lambda: picture(b"/OC /L BDC 0 0 9 9 re f EMC"),
    "a letter that draws what is not there": lambda: drawn_letter(b"9 0 d0 /I Do"),
    "an image among the commands": lambda: picture(b"BI /W 8 /H 8 /BPC 1 /CS /G /F /CCF ID x EI"),
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
        drawn_letter(b"9 0 d0 0 0 9 9 re f"),
        picture(b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI"),
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


SEEN_BY_OTHERS = {
    "white": b"1 g 0 0 99 99 re f",
    "nothing, in a colour": b"0 g",
    "an image that is not there": b"/I Do",
    "letters of no font": b"BT /F 9 Tf (ru) Tj ET",
    "invisible letters": b"BT 3 Tr /F 9 Tf (x) Tj ET",
    "beside its box": b"0 g 500 500 9 9 re f",
    "commands that cannot be read": b"[ << 0 g 0 0 9 9 re f",
}


@pytest.mark.parametrize("what", SEEN_BY_OTHERS)
@pytest.mark.parametrize("box", [EMPTY_PAPER, (300.0, 120.0, 340.0, 130.0)])
def test_what_nobody_signed_must_not_paint_even_unseen(what: str, box: Box) -> None:
    """In a place for signatures too; only what has no command to paint may stay."""
    pdf = painted(documents()[PROTOCOL], 1, box, SEEN_BY_OTHERS[what])
    found = list(hidden_text(documents()[PROTOCOL], pdf))
    assert found == ([] if what == "nothing, in a colour" else ["Painted"])


def test_a_signers_own_stamp_must_be_drawn_alike_too() -> None:
    """Over the decision, of an image that is not there: nothing is seen here."""
    pdf = signed(documents()[PROTOCOL], Place(1, EMPTY_PAPER))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        field = opened.pages[1].Annots[-1]
        field.Rect = Array([round(n) for n in decision()])
        form = opened.make_stream(b"/I Do", Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        field.AP = Dictionary(N=form)
        changed = io.BytesIO()
        opened.save(changed)
    assert list(hidden_text(documents()[PROTOCOL], changed.getvalue())) == ["JekeSignature1"]


def _with(field: Any, **more: Any) -> None:
    for key, value in more.items():
        field[f"/{key}"] = value


ADORNED: dict[str, dict[str, Any]] = {
    "a border": {"Border": Array([0, 0, 2])},
    "a border's style": {"BS": Dictionary(W=1)},
    "a colour": {"C": Array([1, 0, 0])},
    "a text": {"FT": Name.Tx, "V": pikepdf.String("x")},
    "a caption for the mouse": {"MK": Dictionary(RC=pikepdf.String("x"))},
    "no border": {"Border": Array([0, 0, 0]), "BS": Dictionary(W=0), "MK": Dictionary()},
}


@pytest.mark.parametrize("how", ADORNED)
def test_what_readers_draw_of_a_field_by_themselves(how: str) -> None:
    pdf = painted(documents()[PROTOCOL], 1, EMPTY_PAPER, b"")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        _with(opened.pages[1].Annots[-1], **ADORNED[how])
        changed = io.BytesIO()
        opened.save(changed)
    assert list(hidden_text(documents()[PROTOCOL], changed.getvalue())) == (
        [] if how == "no border" else ["Painted"]
    )


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
