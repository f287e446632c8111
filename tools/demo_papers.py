"""What the demo drops besides records, made on the spot: a signed paper as a scanner gives it, interviews."""

from __future__ import annotations

import io
import math
import struct
import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pypdfium2
from PIL import Image, ImageDraw

from pipeline.scans.fields import SignatureField, signature_fields
from pipeline.scans.printed import printed

DPI = 200
RATE = 16_000
SECONDS = 3


def signed_scan(*papers: tuple[Path, str]) -> bytes:
    """The papers (a PDF and its kind each), signed with an invented pen and laid on a scanner, in one PDF."""
    pages = [page for pdf, kind in papers for page in _signed(pdf.read_bytes(), kind)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=DPI, quality=75)
    return out.getvalue()


def _signed(pdf: bytes, kind: str) -> list[Image.Image]:
    pages = []
    with pypdfium2.PdfDocument(pdf) as opened:
        for number, page in enumerate(opened):
            picture = page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
            pen = ImageDraw.Draw(picture)
            for field in signature_fields(printed(page), kind):
                pen.line(_stroke(field), fill=70, width=5, joint="curve")
            pages.append(picture.rotate(1.2 - number, resample=Image.Resampling.BICUBIC, fillcolor=250))
    return pages


def _stroke(field: SignatureField) -> list[tuple[float, float]]:
    """A wavy line of some 20 mm by 5 mm in the right half of a place for a signature, in pixels."""
    place, steps = field.place, 60
    width, height = min(place.width * 0.4, 57.0), min(place.height * 0.6, 14.0)
    left, middle = place.left + place.width * 0.55, place.bottom - 6 - height / 2
    waves = ((t / steps, math.sin(t / 4.5) * math.cos(t / 23)) for t in range(steps + 1))
    return [((left + width * x) * DPI / 72, (middle + y * height / 2) * DPI / 72) for x, y in waves]


def interview_sound() -> bytes:
    """A WAV of a voice's pitch, a few seconds long."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in _tone()))
    return out.getvalue()


def interview_film() -> bytes:
    """An MP4 of the same sound with a gray picture."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        sound = film.add_stream("aac", rate=RATE)
        sound.layout = "mono"
        picture = film.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        for shown in range(SECONDS * 10):
            image = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), format="rgb24")
            image.pts, image.time_base = shown, Fraction(1, 10)
            film.mux(picture.encode(image))
        frame = av.AudioFrame.from_ndarray(np.array([list(_tone())], np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
        film.mux(sound.encode(frame))
        for stream in (sound, picture):
            film.mux(stream.encode(None))
    return out.getvalue()


def _tone() -> list[int]:
    return [round(6000 * math.sin(2 * math.pi * 180 * t / RATE)) for t in range(RATE * SECONDS)]
