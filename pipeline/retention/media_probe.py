"""Looks at one recording in a process of its own, and prints what it found as JSON.

    python -I -m pipeline.retention.media_probe SECONDS < recording

Who made the file is not known, and the libraries that take it apart are large: so they work without a name, a
path or a way to open another file (the recording is standard input), within limits of memory, time and
files, with the containers HR are told of and no others (a playlist would lead elsewhere), and they decode
nothing beyond what tells the streams. A crash costs this process only.
"""

from __future__ import annotations

import ctypes
import json
import resource
import signal
import sys
from typing import Any, BinaryIO, Final

import av

from pipeline.retention.container_end import ends_whole

CONTAINERS: Final = "wav,mp3,ogg,flac,mov,matroska"
MEMORY_BYTES: Final = 1 << 30
"""Of address space; the libraries take 120 MB before they begin, a day's index some 100 MB."""
OPEN_FILES: Final = 16
_BUFFER: Final = 1 << 18
_NO_NEW_PRIVILEGES: Final = 38
_DIE_WITH_PARENT: Final = 1


def main(seconds: int) -> None:
    """Shuts itself in for so much processor time, looks, tells."""
    _shut_in(seconds)
    av.logging.set_level(None)
    with open(0, "rb", buffering=0, closefd=False) as file:  # standard input, which can be sought
        print(json.dumps(looked_at(file)))  # noqa: T201  # the answer


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


def _shut_in(seconds: int) -> None:
    libc = ctypes.CDLL(None)
    libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main(int(sys.argv[1]))
