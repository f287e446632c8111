"""Scans whose page shows something else than the picture that lies in it, and honest ones of odd make."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.scans.simulated import Picture, as_pdf

Change = Callable[[pikepdf.Pdf, pikepdf.Page, pikepdf.Stream], bytes | None]
"""What is done to a PDF of one page that is one picture; gives new commands for the page, if any."""


def changed(picture: Picture, change: Change) -> bytes:
    """The scan with that done to it."""
    with pikepdf.open(io.BytesIO(as_pdf([picture]))) as pdf:
        page = pdf.pages[0]
        image = page.obj.Resources.XObject.Im0
        assert isinstance(image, pikepdf.Stream)
        content = change(pdf, page, image)
        if content is not None:
            width, height = (float(side) for side in page.mediabox[2:])
            page.obj.Contents = pdf.make_stream(
                content.replace(b"PLACE", f"{width} 0 0 {height} 0 0 cm".encode())
            )
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def _gray(pdf: pikepdf.Pdf, value: int, *, bits: int = 8, mask: bool = False) -> pikepdf.Stream:
    """A picture of two by two pixels, all of that value."""
    data = bytes([value]) * (4 if bits == 8 else 2)  # a byte a pixel, or a byte a row
    about = {"ImageMask": True} if mask else {"ColorSpace": Name.DeviceGray}
    return pikepdf.Stream(
        pdf,
        zlib.compress(data),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=2,
        Height=2,
        BitsPerComponent=bits,
        Filter=Name.FlateDecode,
        **about,
    )


def _state(page: pikepdf.Page, **state: Any) -> bytes:
    page.obj.Resources.ExtGState = Dictionary(G=Dictionary(**state))
    return b"q /G gs PLACE /Im0 Do Q"


def _explicit_mask(pdf: pikepdf.Pdf, _page: pikepdf.Page, image: pikepdf.Stream) -> None:
    image.Mask = pdf.make_indirect(_gray(pdf, 255, bits=1, mask=True))


def _soft_mask(pdf: pikepdf.Pdf, _page: pikepdf.Page, image: pikepdf.Stream) -> None:
    image.SMask = pdf.make_indirect(_gray(pdf, 0))


def _colour_key(_pdf: pikepdf.Pdf, _page: pikepdf.Page, image: pikepdf.Stream) -> None:
    image.Mask = Array([0, 200])


def _decode(_pdf: pikepdf.Pdf, _page: pikepdf.Page, image: pikepdf.Stream) -> None:
    image.Decode = Array([1, 1])


def _soft_mask_of_state(pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> bytes:
    group = pikepdf.Stream(
        pdf,
        b"0 g 0 0 3000 3000 re f",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 3000, 3000]),
        Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray),
    )
    return _state(page, SMask=Dictionary(S=Name.Luminosity, G=pdf.make_indirect(group)))


def _crop_to(*box: float) -> Change:
    def change(_pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> None:
        page.obj.CropBox = Array(list(box))

    return change


def _draws(content: bytes) -> Change:
    return lambda _pdf, _page, _image: content


def _hidden_layer(pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> bytes:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="L"))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(OFF=[layer], Order=[layer]))
    page.obj.Resources.Properties = Dictionary(L=layer)
    return b"/OC /L BDC q PLACE /Im0 Do Q EMC"


def _hidden_picture(pdf: pikepdf.Pdf, _page: pikepdf.Page, image: pikepdf.Stream) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="L"))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(BaseState=Name.OFF, ON=[], Order=[layer]))
    image.OC = layer


def _hidden_by_policy(pdf: pikepdf.Pdf, _page: pikepdf.Page, image: pikepdf.Stream) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="L"))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(ON=[layer], Order=[layer]))
    image.OC = pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=[layer], P=Name.AllOff))


def _white_stencil(pdf: pikepdf.Pdf, page: pikepdf.Page, image: pikepdf.Stream) -> bytes:
    page.obj.Resources.XObject.Im0 = _stencil(pdf, image)
    return b"q 1 g PLACE /Im0 Do Q"


def _stencil(pdf: pikepdf.Pdf, image: pikepdf.Stream, *, inverted: bool = False) -> pikepdf.Stream:
    """Black and white, as line art scanners give it: what is black is painted."""
    dark = np.array(pikepdf.PdfImage(image).as_pil_image().convert("L")) < 150  # half way
    bits = np.packbits(dark if inverted else ~dark, axis=1).tobytes()
    more = {"Decode": Array([1, 0])} if inverted else {}
    stencil = pikepdf.Stream(
        pdf,
        zlib.compress(bits),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=int(image.Width),
        Height=int(image.Height),
        ImageMask=True,
        BitsPerComponent=1,
        Filter=Name.FlateDecode,
        **more,
    )
    return pdf.make_indirect(stencil)


def _white_pattern(pdf: pikepdf.Pdf, page: pikepdf.Page, image: pikepdf.Stream) -> bytes:
    page.obj.Resources.XObject.Im0 = _stencil(pdf, image)
    tile = pikepdf.Stream(
        pdf,
        b"1 g 0 0 9 9 re f",
        Type=Name.Pattern,
        PatternType=1,
        PaintType=1,
        TilingType=1,
        BBox=Array([0, 0, 9, 9]),
        XStep=9,
        YStep=9,
        Resources=Dictionary(),
    )
    page.obj.Resources.Pattern = Dictionary(P=pdf.make_indirect(tile))
    return b"q /Pattern cs /P scn PLACE /Im0 Do Q"


def _nothing_by_transfer(pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> bytes:
    white = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([1]), N=1)
    return _state(page, TR=pdf.make_indirect(white))


HIDING: Final[dict[str, Change]] = {
    "explicit mask": _explicit_mask,
    "soft mask": _soft_mask,
    "colour key": _colour_key,
    "decode": _decode,
    "soft mask of the state": _soft_mask_of_state,
    "alpha": lambda _pdf, page, _image: _state(page, ca=0),
    "transfer function": _nothing_by_transfer,
    "clip of a strip": _draws(b"q 0 0 600 60 re W n PLACE /Im0 Do Q"),
    "clip of nothing": _draws(b"q 0 0 0 0 re W n PLACE /Im0 Do Q"),
    "outside": _draws(b"q 1 0 0 1 3000 3000 cm PLACE /Im0 Do Q"),
    "half outside": _draws(b"q 1 0 0 1 0 400 cm PLACE /Im0 Do Q"),
    "zoomed": _draws(b"q 2 0 0 2 0 0 cm PLACE /Im0 Do Q"),
    "small": _draws(b"q .02 0 0 .02 0 0 cm PLACE /Im0 Do Q"),
    "crop to the middle": _crop_to(200, 300, 400, 500),
    "crop of the foot": _crop_to(0, 400, 595, 842),
    "hidden layer": _hidden_layer,
    "hidden picture": _hidden_picture,
    "hidden by policy": _hidden_by_policy,
    "white stencil": _white_stencil,
    "white pattern": _white_pattern,
    "covered": _draws(b"q PLACE /Im0 Do Q 1 g 0 0 3000 3000 re f"),
    "signature covered": _draws(b"q PLACE /Im0 Do Q 1 g 0 0 3000 330 re f"),
}


def _black_stencil(pdf: pikepdf.Pdf, page: pikepdf.Page, image: pikepdf.Stream) -> bytes:
    page.obj.Resources.XObject.Im0 = _stencil(pdf, image)
    return b"q PLACE /Im0 Do Q"


def _inverted_stencil(pdf: pikepdf.Pdf, page: pikepdf.Page, image: pikepdf.Stream) -> bytes:
    page.obj.Resources.XObject.Im0 = _stencil(pdf, image, inverted=True)
    return b"q 0 0 0 1 k PLACE /Im0 Do Q"


def _mask_of_all(pdf: pikepdf.Pdf, _page: pikepdf.Page, image: pikepdf.Stream) -> None:
    image.SMask = pdf.make_indirect(_gray(pdf, 255))


def _other_in_print(pdf: pikepdf.Pdf, _page: pikepdf.Page, image: pikepdf.Stream) -> None:
    white = pdf.make_indirect(_gray(pdf, 255))
    image.Alternates = Array([Dictionary(Image=white, DefaultForPrinting=True)])


def _layer_shown(pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> bytes:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Scan"))
    pdf.Root.OCProperties = Dictionary(OCGs=[layer], D=Dictionary(ON=[layer], Order=[layer]))
    page.obj.Resources.Properties = Dictionary(L=layer)
    return b"/OC /L BDC q PLACE /Im0 Do Q EMC"


def _within_form(pdf: pikepdf.Pdf, page: pikepdf.Page, image: pikepdf.Stream) -> bytes:
    width, height = (float(side) for side in page.mediabox[2:])
    form = pikepdf.Stream(
        pdf,
        f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, width, height]),
        Resources=Dictionary(XObject=Dictionary(Im0=image)),
    )
    page.obj.Resources.XObject.Fm0 = pdf.make_indirect(form)
    return b"/Fm0 Do"


def _margin_cropped(_pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> None:
    width, height = (float(side) for side in page.mediabox[2:])
    page.obj.CropBox = Array([4, 4, width - 4, height - 4])


def _unit(_pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> None:
    page.obj.UserUnit = 2


def _box_elsewhere(_pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> bytes:
    width, height = (float(side) for side in page.mediabox[2:])
    page.obj.MediaBox = Array([100, height + 50, width + 100, 50])
    return f"q {width} 0 0 {height} 100 50 cm /Im0 Do Q".encode()


def _lying(_pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> bytes:
    width, height = (float(side) for side in page.mediabox[2:])
    page.obj.Rotate = 90
    return f"q {width} 0 0 {height} 0 0 cm /Im0 Do Q".encode()


def _words_unseen(_pdf: pikepdf.Pdf, page: pikepdf.Page, _image: pikepdf.Stream) -> bytes:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.obj.Resources.Font = Dictionary(F=font)
    return b"q PLACE /Im0 Do Q BT /F 12 Tf 3 Tr 100 700 Td (recognised words) Tj ET"


HONEST: Final[dict[str, Change]] = {
    "stencil": _black_stencil,
    "inverted stencil": _inverted_stencil,
    "soft mask of all": _mask_of_all,
    "another picture in print": _other_in_print,
    "layer shown": _layer_shown,
    "within a form": _within_form,
    "margin cropped": _margin_cropped,
    "user unit": _unit,
    "box elsewhere": _box_elsewhere,
    "lying": _lying,
    "words unseen": _words_unseen,
    "overprint": lambda _pdf, page, _image: _state(page, OP=True, op=True, OPM=1),
    "multiply": lambda _pdf, page, _image: _state(page, BM=Name.Multiply),
    "screen": lambda _pdf, page, _image: _state(page, BM=Name.Screen),
    "foot cropped": _crop_to(0, 250, 595, 842),
}
