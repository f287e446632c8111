"""The worker that looks at one recording (see media), and tells what it found.

It runs confined (`pipeline.confined`): who made the file is not known, and the libraries that take it apart
are large. They work with the containers HR are told of and no others (a playlist would lead elsewhere), and
decode nothing beyond what tells the streams.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import av

from pipeline.confined.inside import Files, Told, serve
from pipeline.domain.container_end import ends_whole

CONTAINERS: Final = "wav,mp3,ogg,flac,mov,matroska,amr"
_BUFFER: Final = 1 << 18
_ANEW: Final = 1.0
"""Seconds by which time must go back for another recording to begin behind the first (chained Ogg)."""
_TOLD_BY_LENGTHS: Final = frozenset({"wav", "ogg", "mp3", "amr"})
"""Containers whose end is told by their parts, if at all: how long they play is guessed from them."""


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
    times = {s.index: _Times(in_turn=s.type == "audio") for s in streams}
    broken, packets = False, 0
    try:
        for packet in container.demux(streams) if streams else ():
            if packet.pts is None or packet.size == 0:
                continue
            packets += 1
            begin = float(packet.pts * packet.time_base)
            times[packet.stream_index].add(begin, float((packet.duration or 0) * packet.time_base))
    except av.FFmpegError:
        broken = True
    if not packets:
        return {}
    heard = [s for s in streams if s.type == "audio" and times[s.index].any] or streams
    longest = max(heard, key=lambda s: times[s.index].seconds)
    played = times[longest.index].seconds
    promised = _promised(container, longest, times[longest.index])
    if longest.type == "video" and promised is not None:
        played = min(played, promised)  # how long a picture stands is guessed where they come unevenly
    return {
        "container": container.format.name,
        "audio": any(s.type == "audio" for s in streams),
        "video": any(s.type == "video" for s in streams),
        "ends_whole": whole,
        "broken": broken,
        "promised": promised,
        "played": played,
    }


@dataclass
class _Times:
    """From when to when a stream plays; time may begin anywhere, and anew where packets come in turn."""

    in_turn: bool
    seconds_before: float = 0.0
    begin: float = 0.0
    end: float = 0.0
    any: bool = False

    def add(self, at: float, lasting: float) -> None:
        if not self.any or (self.in_turn and at < self.end - _ANEW):
            self.seconds_before += self.end - self.begin
            self.begin = self.end = at
            self.any = True
        self.begin, self.end = min(self.begin, at), max(self.end, at + lasting)

    @property
    def seconds(self) -> float:
        return self.seconds_before + self.end - self.begin


def _promised(container: Any, stream: Any, times: _Times) -> float | None:
    """How long that stream should play by the headers.

    Where they say it of the file alone, its pictures and subtitles may last longer than the sound.
    """
    if container.format.name in _TOLD_BY_LENGTHS:
        return None
    if stream.duration is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is None or len(container.streams) > 1:
        return None
    return float(container.duration / av.time_base) - max(0.0, times.begin)


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
