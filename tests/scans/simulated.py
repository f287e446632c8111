"""Simulated paper: a document printed, signed by an invented pen, scanned well or badly, and packed."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
import pikepdf
import pypdfium2
from PIL import Image

from pipeline.scans.fields import SignatureField, signature_fields
from pipeline.scans.printed import Printed, printed

Picture = npt.NDArray[np.uint8]
DPI = 200
PX = DPI / 72


@dataclass(frozen=True)
class Scanner:
    """What printing, handling and scanning do to a page. Degrees, pixels at 200 dpi, JPEG quality."""

    turn: float = 0.0
    skew: float = 0.0
    scale: float = 1.0
    blur: float = 0.0
    noise: float = 4.0
    jpeg: int = 75
    quarter: int = 0
    fax: bool = False
    shade: float = 0.0
    paper: int = 245
    wave: float = 0.0


CLEAN = Scanner()


@cache
def pages_of(pdf: bytes, kind: str) -> list[tuple[Printed, tuple[SignatureField, ...]]]:
    """Pages of an original with their places for signatures."""
    with pypdfium2.PdfDocument(pdf) as opened:
        found = [printed(page) for page in opened]
    return [(page, signature_fields(page, kind)) for page in found]


def drawn(pdf: bytes, dpi: int = DPI) -> list[Picture]:
    """Every page of a PDF as it is printed."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return [
            np.array(p.render(scale=dpi / 72, grayscale=True).to_numpy().squeeze(), np.uint8) for p in opened
        ]


def sign(
    picture: Picture, field: SignatureField, rng: random.Random, *, ink: int = 70, size: float = 1.0
) -> Picture:
    """An invented signature in the field: a wavy pen stroke of 0.4 to 0.8 mm, 14 to 32 mm wide."""
    place = field.place
    width = min(place.width * 0.9, rng.uniform(14, 32) * 72 / 25.4) * size
    left = place.left + rng.uniform(0, max(0.0, place.width - width))
    height = min(place.height * 0.8, rng.uniform(5, 9) * 72 / 25.4) * size
    base = place.bottom - 1.5 * 72 / 25.4 - rng.uniform(0, 4)
    steps = rng.randint(5, 9)
    knots = [
        (left + width * i / steps, base - height * rng.uniform(-0.12, 1.0) * (1 if i % 2 else 0.3))
        for i in range(steps + 1)
    ]
    pen = rng.uniform(0.4, 0.8)
    return stroke(picture, knots, ink, pen)


def stroke(picture: Picture, knots: Sequence[tuple[float, float]], ink: int, pen_mm: float) -> Picture:
    """A smooth stroke through the knots, in points from the upper left corner."""
    out = picture.copy()
    xs, ys = (np.array(v, float) for v in zip(*knots, strict=True))
    t = np.linspace(0, len(knots) - 1, 40 * len(knots))
    i = np.arange(len(knots))
    smooth = np.stack([_smooth(t, i, xs), _smooth(t, i, ys)], 1) * PX
    cv2.polylines(
        out,
        [np.round(smooth * 8).astype(np.int32)],
        isClosed=False,
        color=ink,
        thickness=max(1, round(pen_mm * DPI / 25.4)),
        lineType=cv2.LINE_AA,
        shift=3,
    )
    return np.minimum(picture, out)


def _smooth(
    t: npt.NDArray[np.float64], i: npt.NDArray[np.int_], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    line = np.interp(t, i, values)
    return np.convolve(np.pad(line, 15, mode="edge"), np.hanning(31) / np.hanning(31).sum(), "valid")


def scan(picture: Picture, scanner: Scanner, rng: random.Random) -> Picture:
    """The page as the scanner gives it, in gray (a fax in black and white)."""
    noise = np.random.default_rng(rng.randrange(2**32))
    height, width = picture.shape
    page = np.full((round(height * 1.0), round(width * 1.0)), 255, np.uint8)
    page[:] = picture
    page = np.clip(page.astype(np.float32) * scanner.paper / 255, 0, 255)
    if scanner.shade:
        ramp = np.linspace(1.0, 1.0 - scanner.shade, width, dtype=np.float32)
        page *= ramp[None, :]
    if scanner.wave:
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        page = cv2.remap(
            page,
            xs + scanner.wave * np.sin(ys / 300),
            ys + scanner.wave * np.sin(xs / 400),
            cv2.INTER_LINEAR,
            borderValue=255,
        )
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), scanner.turn, scanner.scale)
    turn[0, 1] += scanner.skew
    turn[0, 2] -= scanner.skew * height / 2
    page = cv2.warpAffine(
        page, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=float(scanner.paper)
    )
    if scanner.blur:
        page = cv2.GaussianBlur(page, (0, 0), scanner.blur)
    grain = noise.normal(0, scanner.noise, (601, 577)).astype(np.float32)
    page = np.clip(page + np.tile(grain, (height // 601 + 1, width // 577 + 1))[:height, :width], 0, 255)
    out = np.rot90(page.astype(np.uint8), scanner.quarter)
    if scanner.fax:
        small = cv2.resize(out, None, fx=1.0, fy=0.98, interpolation=cv2.INTER_AREA)
        out = np.where(small > 150, 255, 0).astype(np.uint8)
    else:
        coded = cv2.imencode(".jpg", np.ascontiguousarray(out), [cv2.IMWRITE_JPEG_QUALITY, scanner.jpeg])[1]
        out = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.uint8)
    return np.ascontiguousarray(out)


def two_up(left: Picture, right: Picture) -> Picture:
    """Two pages side by side on one sheet, each made smaller."""
    small = [cv2.resize(p, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA) for p in (left, right)]
    return np.ascontiguousarray(np.hstack(small))


def crossed_out(picture: Picture, which: int) -> Picture:
    """A pen stroke through the upper (0) or the lower (1) mark."""
    height, width = picture.shape
    x, y = (48, 48) if which == 0 else (width / PX - 48, height / PX - 48)
    return stroke(picture, [(x - 30, y - 24), (x, y + 3), (x + 30, y + 24)], 40, 1.2)


def crease(picture: Picture, field: SignatureField, ink: int = 120) -> Picture:
    """A fold of the paper across the field, from edge to edge."""
    width = picture.shape[1] / PX
    y = field.place.middle
    return stroke(picture, [(0, y - 4), (width / 2, y), (width, y + 4)], ink, 0.4)


def seal(picture: Picture, field: SignatureField, ink: int = 110, mm: float = 38) -> Picture:
    """A round seal over the field."""
    out = picture.copy()
    centre = (round((field.place.left + field.place.right) / 2 * PX), round(field.place.middle * PX))
    for radius, thick in ((mm / 2, 1.0), (mm / 2 - 5, 0.5), (mm / 2 - 11, 0.5)):
        cv2.circle(
            out, centre, round(radius * DPI / 25.4), ink, max(1, round(thick * DPI / 25.4)), cv2.LINE_AA
        )
    for i in range(36):
        angle = i * np.pi / 18
        spot = (
            round(centre[0] + np.cos(angle) * (mm / 2 - 2.5) * DPI / 25.4),
            round(centre[1] + np.sin(angle) * (mm / 2 - 2.5) * DPI / 25.4),
        )
        cv2.circle(out, spot, 6, ink, 2, cv2.LINE_AA)
    return np.minimum(picture, out)


def shadow(picture: Picture, field: SignatureField) -> Picture:
    """A dark corner with a hard edge through the field, as a bent page throws it."""
    out = picture.astype(np.float32)
    edge = round(field.place.middle * PX)
    out[edge:, : out.shape[1] // 2] *= 0.55
    return out.astype(np.uint8)


def as_pdf(pages: Iterable[Picture], *, dpi: int = DPI, quality: int = 75) -> bytes:
    """Pages as a scanner packs them: a JPEG a page."""
    pdf = pikepdf.new()
    for picture in pages:
        height, width = picture.shape
        coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        image = pikepdf.Stream(
            pdf,
            coded,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=width,
            Height=height,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        page = pdf.add_blank_page(page_size=(width * 72 / dpi, height * 72 / dpi))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
        page.Contents = pdf.make_stream(
            f"q {width * 72 / dpi} 0 0 {height * 72 / dpi} 0 0 cm /Im0 Do Q".encode()
        )
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def as_tiff(pages: Sequence[Picture], *, fax: bool = False) -> bytes:
    """A TIFF of many pages, gray or black and white (CCITT G4)."""
    images = [
        Image.fromarray(np.where(p > 150, 255, 0).astype(np.uint8)).convert("1")
        if fax
        else Image.fromarray(p)
        for p in pages
    ]
    out = io.BytesIO()
    kind = {"compression": "group4"} if fax else {"compression": "tiff_lzw"}
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:], dpi=(DPI, DPI), **kind)
    return out.getvalue()


def as_image(picture: Picture, form: str) -> bytes:
    """One page as JPEG or PNG."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, form, dpi=(DPI, DPI), **({"quality": 75} if form == "JPEG" else {}))
    return out.getvalue()


SCANNERS = {
    "clean": CLEAN,
    "turned": Scanner(turn=2.7, scale=0.98),
    "turned back": Scanner(turn=-3.0, jpeg=60),
    "skewed": Scanner(turn=1.1, skew=0.012),
    "blurred": Scanner(turn=-0.8, blur=1.4),
    "jpeg 40": Scanner(turn=0.6, jpeg=40, blur=0.8, noise=7),
    "fax": Scanner(turn=1.4, fax=True, blur=0.6),
    "upside down": Scanner(turn=-1.7, quarter=2),
    "lying": Scanner(turn=0.9, quarter=1),
    "shaded": Scanner(turn=-1.2, shade=0.35, paper=225, noise=6),
    "wavy": Scanner(turn=0.5, wave=2.5, jpeg=60),
}


def some(scanner: Scanner, rng: random.Random) -> Scanner:
    """The same scanner on another day."""
    return replace(
        scanner, turn=scanner.turn + rng.uniform(-0.4, 0.4), scale=scanner.scale * rng.uniform(0.99, 1.01)
    )


def in_letters(
    picture: Picture,
    field: SignatureField,
    text: str,
    rng: random.Random,
    *,
    high_mm: float = 3.2,
    ink: int = 70,
) -> Picture:
    """A date or words by pen in the field, each digit or letter for itself (Latin letters only)."""
    out = picture.copy()
    pen = max(2, round(rng.uniform(0.3, 0.5) * DPI / 25.4))
    scale = high_mm * DPI / 25.4 / 21
    (wide, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, pen)
    scale *= min(1.0, 0.8 * field.place.width * PX / wide)
    x = (field.place.left + rng.uniform(0.03, 0.12) * field.place.width) * PX
    base = (field.place.bottom - rng.uniform(1.8, 3.0) * 72 / 25.4) * PX
    for letter in text:
        size = scale * rng.uniform(0.9, 1.1)
        spot = round(x), round(base + rng.uniform(-0.3, 0.3) * DPI / 25.4)
        cv2.putText(out, letter, spot, cv2.FONT_HERSHEY_SIMPLEX, size, ink, pen, cv2.LINE_AA)
        x += cv2.getTextSize(letter, cv2.FONT_HERSHEY_SIMPLEX, size, pen)[0][0] + 0.2 * DPI / 25.4
    return np.minimum(picture, out)
