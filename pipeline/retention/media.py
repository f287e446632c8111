"""Whether a file is a recording, and a whole one (¶29): asked of a confined child, which may crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.confined.child import ChildError, CutOffError, Worker, ask_once
from pipeline.confined.limits import Limit, Limits
from pipeline.domain.errors import MachineError
from pipeline.retention.sealing import opened, unwatched

LEAST_SECONDS: Final = 20
BYTES_A_SECOND: Final = 20_000_000
"""Of processor time; a recording that takes more is not read but fought with."""
SLACK_SECONDS: Final = 0.25
"""How much less than its header promises a whole recording may play: encoders pad, rounding differs."""
_WAITED_FOR: Final = 6
"""How many times longer than its processor time may take the process may last, for a slow disk."""
MEMORY_BYTES: Final = 1 << 30
"""Of address space; the libraries take 120 MB before they begin, a day's index some 100 MB."""
_CONTAINERS: Final = {
    ".wav": "wav", ".mp3": "mp3", ".ogg": "ogg", ".flac": "flac", ".m4a": "m4a", ".mp4": "mp4",
    ".mkv": "matroska", ".webm": "webm", ".m4b": "m4a", ".3gp": "3gp", ".amr": "amr", ".opus": "ogg",
    ".oga": "ogg", ".mov": "mov",
}  # fmt: skip
"""By the file's ending, as the library names them."""
_MODULE: Final = "pipeline.retention.media_probe"
"""By name: its libraries are not to be loaded here."""
_MACHINES_DOING: Final = (Limit.WALL, Limit.KILLED)
"""Ends that say nothing of the file: a slow disk, a machine short of memory."""


@dataclass(frozen=True, slots=True)
class Media:
    """What a recording turned out to be. `seconds` is how long its sound plays; `whole`: nothing is missing.

    `sure`: its container tells where it ends, so that nothing can be missing; else somebody must listen.
    """

    container: str
    audio: bool
    video: bool
    seconds: float
    whole: bool
    sure: bool = True

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings that the file of such a container has."""
        return tuple(s for s, container in _CONTAINERS.items() if container in self.container.split(","))


def look_at(path: Path, alive: Callable[[], None] = unwatched) -> Media | None:
    """The recording in that file; None where there is none that can be read. `alive` is told every second.

    Raises:
        MachineError: `recording_unchecked`, the looking did not end, or the file cannot be read.
    """
    try:
        with opened(path) as file:
            seconds = LEAST_SECONDS + path.stat().st_size // BYTES_A_SECOND
            limits = Limits(MEMORY_BYTES, cpu_seconds=seconds, wall_seconds=_WAITED_FOR * seconds)
            worker = Worker("recording_unchecked", _MODULE, limits)
            found = ask_once(worker, {}, files=(file,), alive=alive).told
        return media_of(found) if found else None
    except CutOffError as cut:
        if cut.limit in _MACHINES_DOING:
            raise MachineError("recording_unchecked", reason=cut.limit.value) from cut
        return None
    except (ChildError, KeyError, TypeError, ValueError):
        return None
    except OSError as error:
        raise MachineError("recording_unchecked", reason=error.strerror or "") from error


def media_of(found: dict[str, Any]) -> Media:
    """What the child told, judged.

    Raises:
        KeyError, TypeError, ValueError: it is not what was asked for.
    """
    promised, played = found["promised"], float(found["played"])
    short = promised is not None and played < promised - SLACK_SECONDS
    return Media(
        container=str(found["container"]),
        audio=bool(found["audio"]),
        video=bool(found["video"]),
        seconds=played,
        whole=found["ends_whole"] is not False and not found["broken"] and not short,
        sure=found["ends_whole"] is not None or promised is not None,
    )
