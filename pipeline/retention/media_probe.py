"""The worker that looks at one recording (see media), and tells what it found.

It runs confined (`pipeline.confined`): who made the file is not known, and the libraries that take it apart
are large. They work with the containers HR are told of and no others (a playlist would lead elsewhere), and
decode nothing beyond what tells the streams.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any, BinaryIO, Final

import av

from pipeline.confined.inside import Files, Told, serve
from pipeline.domain.container_end import ends_whole

CONTAINERS: Final = "wav,mp3,ogg,flac,mov,matroska"
_BUFFER: Final = 1 << 18


def answer(_asked: dict[str, Any], _data: bytes, files: Files) -> Told:
    """What the file handed in is."""
    return looked_at(files[0]), b""


def looked_at(file: BinaryIO) -> dict[str, Any]:
    """Container, streams, length, and what tells whether it is whole; empty where there is no recording."""
    try:
        whole = ends_whole(file)
        file.seek(0)
        options = {"format_whitelist": CONTAINERS}
        with av.open(file, options=options, buffer_size=_BUFFER) as container:
            return _played(container, whole=whole)
    except (av.FFmpegError, ValueError, OSError, MemoryError):
        return {}


def _played(container: Any, *, whole: bool | None) -> dict[str, Any]:
    """Every packet of it is looked at."""
    streams = [s for s in container.streams if s.type in ("audio", "video") and not _is_cover(s)]
    streams = [s for s in streams if s.codec_context is not None]
    ends = {s.index: 0.0 for s in streams}
    broken, packets = False, 0
    try:
        for packet in container.demux(streams) if streams else ():
            if packet.pts is None or packet.size == 0:
                continue
            packets += 1
            end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            ends[packet.stream_index] = max(ends[packet.stream_index], end)
    except av.FFmpegError:
        broken = True
    if not packets:
        return {}
    return {
        "container": container.format.name,
        "audio": any(s.type == "audio" for s in streams),
        "video": any(s.type == "video" for s in streams),
        "ends_whole": whole,
        "broken": broken,
        "promised": _promised(container),
        "played": max(ends.values()),
    }


def _promised(container: Any) -> float | None:
    """How long it should play by its own headers; of an MP3 the library only guesses it from the size."""
    if container.duration is None or container.format.name == "mp3":
        return None
    return float(container.duration / av.time_base)


def _is_cover(stream: Any) -> bool:
    """A picture beside the sound, as in an MP3."""
    return bool(stream.disposition & stream.disposition.attached_pic)


def load_all() -> None:
    """The library loads its parts when a stream first needs them; afterwards it is too late."""
    for part in pkgutil.walk_packages(av.__path__, "av."):
        if not part.name.endswith("__main__"):
            importlib.import_module(part.name)


load_all()
if __name__ == "__main__":
    av.logging.set_level(None)
    serve(answer)
