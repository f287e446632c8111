"""Small real recordings, made by the libraries that read them."""

from __future__ import annotations

import shutil
import tempfile
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np

RATE = 16_000
CONTAINERS = {
    "wav": ("wav", "pcm_s16le", None),
    "mp3": ("mp3", "libmp3lame", None),
    "m4a": ("ipod", "aac", None),
    "ogg": ("ogg", "libopus", None),
    "flac": ("flac", "flac", None),
    "mp4": ("mp4", "aac", "mpeg4"),
    "webm": ("webm", "libopus", "libvpx"),
    "mkv": ("matroska", "libopus", "mpeg4"),
}


@cache
def recorded(ending: str, seconds: float = 2.0, seed: int = 29, **options: str) -> bytes:
    """A recording of noise whose file's name would end so."""
    form, sound, picture = CONTAINERS[ending]
    chance = np.random.default_rng(seed)
    file = Path(tempfile.mkdtemp()) / "recording"
    with av.open(str(file), "w", format=form, options=options) as container:
        rate = 48_000 if sound == "libopus" else RATE
        audio: Any = container.add_stream(sound, rate=rate)
        audio.layout = "mono"
        video: Any = None
        if picture:
            video = container.add_stream(picture, rate=10)
            video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        block, shown = 1024, 0
        for at in range(0, int(rate * seconds), block):
            samples = (chance.standard_normal((1, block)) * 3000).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            container.mux(audio.encode(frame))
            if video is not None and at / rate >= shown / 10:
                pixels = (chance.random((48, 64, 3)) * 255).astype(np.uint8)
                image = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                image.pts, image.time_base, shown = shown, Fraction(1, 10), shown + 1
                container.mux(video.encode(image))
        for stream in filter(None, (audio, video)):
            container.mux(stream.encode(None))
    data = file.read_bytes()
    shutil.rmtree(file.parent)
    return data
