"""Pictures become pages without loss; a document's pages are taken out as they are."""

from __future__ import annotations

import io
import random

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from pipeline.scans.raster import scanned
from pipeline.scans.scan_file import as_pdf, page_count, take_out
from tests.scans.simulated import as_image, as_tiff
from tests.scans.simulated import as_pdf as packed

RNG = random.Random(1)
GRAY = np.random.default_rng(1).integers(0, 256, (330, 260), np.uint8).astype(np.uint8)
OTHER = np.ascontiguousarray(GRAY[::-1])


def shown(pdf: bytes, page: int) -> np.ndarray:
    with pypdfium2.PdfDocument(pdf) as opened:
        return np.array(scanned(opened[page]))


def picture_of(page: pikepdf.Page) -> pikepdf.Stream:
    (image,) = page.obj.Resources.XObject.as_dict().values()
    assert isinstance(image, pikepdf.Stream)
    return image


def test_a_pdf_is_left_as_it_is() -> None:
    pdf = packed([GRAY])
    assert as_pdf(pdf) is pdf


@pytest.mark.parametrize("fax", [False, True])
def test_every_page_of_a_tiff_pixel_by_pixel(*, fax: bool) -> None:
    pdf = as_pdf(as_tiff([GRAY, OTHER], fax=fax))
    assert page_count(pdf) == 2
    for number, picture in enumerate((GRAY, OTHER)):
        expected = np.where(picture > 150, 255, 0) if fax else picture
        assert (shown(pdf, number) == expected).all()


@pytest.mark.parametrize(("form", "order"), [("PNG", "<"), ("TIFF", "<"), ("TIFF", ">")])
def test_a_picture_of_sixteen_bits_keeps_its_grays(form: str, order: str) -> None:
    """As archives' scanners make them; they went in white wherever they were not nearly black."""
    fine = (GRAY.astype(np.uint16) * 257).astype(f"{order}u2")
    mode = "I;16" if order == "<" else "I;16B"
    picture = io.BytesIO()
    Image.frombytes(mode, GRAY.shape[::-1], fine.tobytes()).save(picture, form)
    assert (shown(as_pdf(picture.getvalue()), 0) == GRAY).all()


@pytest.mark.parametrize("bits", [8, 10, 12, 16, 31])
def test_a_picture_of_any_depth_keeps_its_grays(bits: int) -> None:
    fine = (GRAY.astype(np.int64) << (bits - 8)) + ((1 << bits - 8) - 1)
    picture = io.BytesIO()
    Image.fromarray(fine.astype(np.uint16 if bits <= 16 else np.int32)).save(picture, "TIFF")
    assert (shown(as_pdf(picture.getvalue()), 0) == GRAY).all()


def test_grays_as_fractions_and_with_white_as_zero_are_kept() -> None:
    for made, more in (
        ((GRAY / 256).astype(np.float32), {}),
        (65535 - GRAY.astype(np.uint16) * 257, {262: 0}),
    ):
        picture = io.BytesIO()
        Image.fromarray(made).save(picture, "TIFF", tiffinfo=more)
        assert (abs(shown(as_pdf(picture.getvalue()), 0).astype(int) - GRAY) <= 1).all()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
@pytest.mark.parametrize("orientation", [2, 4, 5, 7])
def test_a_picture_that_is_to_be_shown_mirrored_is(form: str, orientation: int) -> None:
    """As cameras and card readers for books note it; which way up it lies, its marks tell."""
    page = np.full((300, 300), 255, np.uint8)
    page[:150, :100] = 0
    page[:60, 100:260] = 90
    about, picture = Image.Exif(), io.BytesIO()
    about[0x0112] = orientation
    Image.fromarray(page).save(picture, form, exif=about)
    seen = np.asarray(Image.fromarray(shown(as_pdf(picture.getvalue()), 0)).resize((300, 300)), int)
    turned = [np.rot90(page[:, ::-1], quarter) for quarter in range(4)]
    assert min(abs(seen - one).mean() for one in turned) < 4


def test_a_png_in_colours_keeps_them() -> None:
    picture = np.dstack([GRAY, OTHER, GRAY[:, ::-1]])
    packed_png = io.BytesIO()
    Image.fromarray(picture).save(packed_png, "PNG", dpi=(300, 300))
    with pikepdf.open(io.BytesIO(as_pdf(packed_png.getvalue()))) as pdf:
        image = picture_of(pdf.pages[0])
        assert (np.array(pikepdf.PdfImage(image).as_pil_image()) == picture).all()
        assert float(pdf.pages[0].mediabox[2]) == pytest.approx(260 / 300 * 72, abs=0.01)


@pytest.mark.parametrize("mode", ["L", "RGB", "1"])
def test_a_plain_png_goes_in_as_it_is(mode: str) -> None:
    picture, png = Image.fromarray(GRAY).convert(mode), io.BytesIO()
    picture.save(png, "PNG", compress_level=1)
    with pikepdf.open(io.BytesIO(as_pdf(png.getvalue()))) as pdf:
        image = picture_of(pdf.pages[0])
        assert image.read_raw_bytes()[:2000] in png.getvalue()
        assert pikepdf.PdfImage(image).as_pil_image().convert(mode).tobytes() == picture.tobytes()


@pytest.mark.parametrize("mode", ["P", "LA", "I;16"])
def test_any_other_png_is_unpacked(mode: str) -> None:
    wide = Image.fromarray(GRAY.astype(np.uint16) * 257)
    picture, png = wide if mode == "I;16" else Image.fromarray(GRAY).convert(mode), io.BytesIO()
    picture.save(png, "PNG")
    assert shown(as_pdf(png.getvalue()), 0).shape == GRAY.shape


def test_a_picture_one_can_see_through_lies_on_white() -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "PNG")
    assert (shown(as_pdf(out.getvalue()), 0) == 255).all()


def test_a_jpeg_goes_in_byte_by_byte() -> None:
    jpeg = as_image(GRAY, "JPEG")
    with pikepdf.open(io.BytesIO(as_pdf(jpeg))) as pdf:
        image = picture_of(pdf.pages[0])
        assert image.read_raw_bytes() == jpeg


def test_pages_taken_out_keep_their_pictures_and_are_turned() -> None:
    bundle = packed([GRAY, OTHER, GRAY])
    with pikepdf.open(io.BytesIO(bundle)) as pdf:
        pdf.pages[1].obj.Annots = pdf.make_indirect(pikepdf.Array([]))
        raw = [picture_of(p).read_raw_bytes() for p in pdf.pages]
        own = take_out(pdf, [(3, 0), (2, 90)], "Хаттама")
    with pikepdf.open(io.BytesIO(own)) as pdf:
        assert [picture_of(p).read_raw_bytes() for p in pdf.pages] == [raw[2], raw[1]]
        assert [int(p.obj.get("/Rotate", 0)) for p in pdf.pages] == [0, 90]
        assert "/Annots" not in pdf.pages[1].obj
        assert str(pdf.docinfo["/Title"]) == "Хаттама"


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(OSError, match="identify"):
        as_pdf(b"\xff\xd8\xff rubbish")
