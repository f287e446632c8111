"""The scan as a file: pictures made into PDF pages, and a document's own pages taken out of a bundle.

Nothing is compressed anew with loss: a JPEG and a plain PNG go into the PDF byte for byte, all others are
packed without loss; pages of a PDF are copied with what they hold.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pikepdf
from PIL import Image, ImageSequence

from pipeline.domain.paper_ends import pdf_at

_JPEG: Final = b"\xff\xd8\xff"
_DPI: Final = 200.0
"""Of a picture that does not say, and of one that says what no scanner does."""
_DPI_LIKELY: Final = (50.0, 1300.0)
_SPACES: Final = {"1": "/DeviceGray", "L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
_ORIENTATION: Final = 0x0112
_MIRRORED: Final = (2, 4, 5, 7)
"""How it is to be shown (Exif 2.3, 4.6.4): these are seen in a mirror; which way up, the marks tell."""
_PHOTOMETRIC: Final = 262
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_FORMS: Final = {(8, 0): "L", (8, 2): "RGB", (1, 0): "1"}
"""Bits and colour type of a PNG that PDF holds as it is (ISO 15948, 11.2.2), by what Pillow calls it."""

_LEFT_BEHIND: Final = {
    "/Annots", "/AA", "/Metadata", "/PieceInfo", "/B", "/StructParents", "/Thumb", "/CropBox", "/BleedBox",
    "/TrimBox", "/ArtBox", "/PresSteps", "/SeparationInfo",
}  # fmt: skip
_DRAWN: Final = ("/Image", "/Form")
_OF_DRAWN: Final = {"/OC", "/Alternates", "/OPI", "/Ref"}
"""Layers; another picture in print; one from elsewhere (ISO 32000-1, 8.9.5.4, 14.11.7, 8.10.4)."""
_OF_STATES: Final = {"/TR", "/TR2", "/HT", "/BG", "/BG2", "/UCR", "/UCR2", "/OP", "/op", "/OPM"}
"""How a device prints: transfer, halftone, black, overprint (ISO 32000-1, table 58). Where it did something
to what is shown, the page is another without it, and is not filed."""
_BLENDS: Final = ("/Normal", "/Compatible", "/Multiply", "/Darken")
"""On bare paper the others show a picture in one reader and nothing in the next."""
_LAYERS: Final = ("/OCG", "/OCMD")
_DEEPEST: Final = 20


def as_pdf(data: bytes) -> bytes:
    """The file as a PDF: itself where it is one.

    Raises:
        OSError, ValueError, pikepdf.PdfError: it is no picture that can be read.
    """
    if pdf_at(data) >= 0:
        return data
    as_it_is = data if data.startswith((_JPEG, _PNG)) else None
    with Image.open(io.BytesIO(data)) as picture, pikepdf.new() as pdf:
        for frame in ImageSequence.Iterator(picture):
            _add_page(pdf, frame, as_it_is)
            if as_it_is is not None:
                break  # what a camera appends (MPO) are other sizes of the same picture
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


def take_out(pdf: pikepdf.Pdf, pages: Iterable[tuple[int, int]], title: str) -> bytes:
    """A PDF of these pages: number from 1, and by how many degrees clockwise it is to be turned.

    Links and notes stay behind: what was looked at is the page without them. So does what lies off the page,
    and that by which readers differ.
    """
    with pikepdf.new() as own:
        for number, turn in pages:
            own.pages.append(pdf.pages[number - 1])
            page = own.pages[-1]
            seen = _visible(page)
            for key in _LEFT_BEHIND & set(page.obj.keys()):
                del page.obj[key]
            page.obj.MediaBox = seen
            if turn:
                page.rotate(turn, relative=True)
        for one in own.objects:
            _plain(one)
        own.docinfo["/Title"] = title
        out = io.BytesIO()
        own.save(out, deterministic_id=True)
        return out.getvalue()


def _visible(page: pikepdf.Page) -> pikepdf.Array:
    """What of the page is shown: its media box as far as the crop box reaches (ISO 32000-1, 14.11.2)."""
    media, crop = ([float(side) for side in box] for box in (page.mediabox, page.cropbox))
    sides = [(sorted(box[0::2]), sorted(box[1::2])) for box in (media, crop)]
    (left, right), (bottom, top) = (
        (max(a[0], b[0]), min(a[1], b[1])) for a, b in zip(sides[0], sides[1], strict=True)
    )
    return pikepdf.Array([left, bottom, right, top] if left < right and bottom < top else media)


def _plain(value: Any, deep: int = 0) -> None:
    """Takes away what some readers show otherwise, on the screen or in print, and what only some regard."""
    if isinstance(value, pikepdf.Array):
        parts = list(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        if value.get("/Subtype") in _DRAWN:
            _without(value, _OF_DRAWN)
        for _, state in _dictionaries(value.get("/ExtGState")):
            _without(state, _OF_STATES if state.get("/BM") in _BLENDS else _OF_STATES | {"/BM"})
        for name, layer in _dictionaries(value.get("/Properties")):
            if layer.get("/Type") in _LAYERS:
                value["/Properties"][name] = pikepdf.Dictionary()
        parts = [value[key] for key in value.keys()]  # noqa: SIM118  # a PDF dictionary
    else:
        return
    for part in parts:
        if isinstance(part, pikepdf.Object) and not part.is_indirect and deep < _DEEPEST:
            _plain(part, deep + 1)


def _dictionaries(value: Any) -> Iterator[tuple[str, Any]]:
    """Those that stand in a dictionary, by name."""
    for name in value.keys() if isinstance(value, pikepdf.Dictionary) else ():
        if isinstance(value[name], pikepdf.Dictionary):
            yield name, value[name]


def _without(value: Any, keys: set[str]) -> None:
    for key in keys & set(value.keys()):
        del value[key]


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of our own has.

    Raises:
        pikepdf.PdfError: it is none.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def _add_page(pdf: pikepdf.Pdf, frame: Image.Image, as_it_is: bytes | None) -> None:
    across, down = (side / dpi * 72 for side, dpi in zip(frame.size, _dpi(frame), strict=True))
    page = pdf.add_blank_page(page_size=(across, down))
    if as_it_is is not None and as_it_is.startswith(_JPEG):
        image = _jpeg(pdf, frame, as_it_is)
    elif as_it_is is not None and _is_plain(as_it_is, frame):
        image = _png(pdf, frame, as_it_is)
    else:
        image = _lossless(pdf, frame)
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=image))
    lies = f"{across:.3f} 0 0 {down:.3f} 0 0"
    if as_it_is is not None and frame.getexif().get(_ORIENTATION) in _MIRRORED:
        lies = f"-{across:.3f} 0 0 {down:.3f} {across:.3f} 0"
    page.obj.Contents = pdf.make_stream(f"{lies} cm /Page Do".encode())


def _dpi(frame: Image.Image) -> tuple[float, float]:
    stated = tuple(float(v) for v in frame.info.get("dpi", (_DPI, _DPI)))
    likely = len(stated) == 2 and all(_DPI_LIKELY[0] <= v <= _DPI_LIKELY[1] for v in stated)  # noqa: PLR2004  # across and down
    return (stated[0], stated[1]) if likely else (_DPI, _DPI)


def _jpeg(pdf: pikepdf.Pdf, frame: Image.Image, jpeg: bytes) -> pikepdf.Stream:
    more = {}
    if frame.mode == "CMYK" and "adobe" in frame.info:
        more["Decode"] = pikepdf.Array([1, 0] * 4)  # Adobe writes them inverted
    return _image(pdf, frame, jpeg, Filter=pikepdf.Name.DCTDecode, BitsPerComponent=8, **more)


def _lossless(pdf: pikepdf.Pdf, frame: Image.Image) -> pikepdf.Stream:
    picture = frame if frame.mode in ("1", "L", "RGB") else _flat(frame)
    packed = io.BytesIO()
    picture.save(packed, "PNG")
    return _png(pdf, picture, packed.getvalue())


def _is_plain(png: bytes, frame: Image.Image) -> bool:
    """Whether nothing in it needs to be unpacked: neither interlaced, nor with transparency or a palette."""
    bits, colour, _, _, interlaced = next(_chunks(png, b"IHDR"))[8:13]
    form = _PNG_FORMS.get((bits, colour))
    return form == frame.mode and not interlaced and "transparency" not in frame.info


def _png(pdf: pikepdf.Pdf, picture: Image.Image, png: bytes) -> pikepdf.Stream:
    """As a PNG packs it; PDF knows the same predictors (ISO 32000-1, 7.4.4.4)."""
    colours = 3 if picture.mode == "RGB" else 1
    bits = 1 if picture.mode == "1" else 8
    form = pikepdf.Dictionary(Predictor=15, Colors=colours, BitsPerComponent=bits, Columns=picture.width)
    data = b"".join(_chunks(png, b"IDAT"))
    return _image(
        pdf, picture, data, Filter=pikepdf.Name.FlateDecode, DecodeParms=form, BitsPerComponent=bits
    )


def _flat(frame: Image.Image) -> Image.Image:
    """On white paper, in gray or in colours."""
    if frame.mode in ("LA", "PA", "RGBA") or "transparency" in frame.info:
        paper = Image.new("RGBA", frame.size, "white")
        paper.alpha_composite(frame.convert("RGBA"))
        return paper.convert("RGB")
    return _eight_bits(frame) if frame.mode[0] in "IF" else frame.convert("RGB")


def _eight_bits(frame: Image.Image) -> Image.Image:
    """Of 10 to 32 bits, or of fractions: converting would cut off all that is lighter than nearly black."""
    values = np.nan_to_num(np.asarray(frame).astype(np.float64))
    top = float(values.max(initial=0))
    whole = 2 ** max(8, math.ceil(math.log2(top + 1))) if top > 1 else 1.0
    gray = np.clip(values * (256 / whole), 0, 255).astype(np.uint8)
    white_is_zero = getattr(frame, "tag_v2", {}).get(_PHOTOMETRIC) == 0
    return Image.fromarray(255 - gray if white_is_zero else gray)


def _chunks(png: bytes, kind: bytes) -> Iterator[bytes]:
    at = len(_PNG)
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == kind:
            yield png[at + 8 : at + 8 + length]
        at += length + 12


def _image(pdf: pikepdf.Pdf, frame: Image.Image, data: bytes, **more: Any) -> pikepdf.Stream:
    return pikepdf.Stream(
        pdf,
        data,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=frame.width,
        Height=frame.height,
        ColorSpace=pikepdf.Name(_SPACES[frame.mode]),
        **more,
    )
