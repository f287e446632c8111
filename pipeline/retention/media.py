"""Whether a file is a recording, and a whole one (¶29): asked of a process that may crash or be fooled."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.domain.errors import MachineError
from pipeline.retention.sealing import opened, unwatched

LEAST_SECONDS: Final = 20
BYTES_A_SECOND: Final = 20_000_000
"""Of processor time; a recording that takes more is not read but fought with."""
SLACK_SECONDS: Final = 0.25
"""How much less than its header promises a whole recording may play: encoders pad, rounding differs."""
_WAITED_FOR: Final = 6
"""How many times longer than its processor time may take the process may last, for a slow disk."""
_ALIVE_SECONDS: Final = 1.0
_FELL_OVER: Final = frozenset(
    {
        signal.SIGSEGV,
        signal.SIGBUS,
        signal.SIGABRT,
        signal.SIGILL,
        signal.SIGFPE,
        signal.SIGXCPU,
        signal.SIGXFSZ,
    }
)
"""How the process ends over a file it cannot stand; any other end is the machine's doing."""
_PROBE: Final = "pipeline.retention.media_probe"
"""By name: its libraries are not to be loaded here."""
_ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Media:
    """What a recording turned out to be. `seconds` is how long it plays; `whole`: nothing is missing."""

    container: str
    audio: bool
    video: bool
    seconds: float
    whole: bool


def look_at(path: Path, alive: Callable[[], None] = unwatched) -> Media | None:
    """The recording in that file; None where there is none that can be read. `alive` is told every second.

    Raises:
        MachineError: `recording_unchecked`, the looking did not end, or the file cannot be read.
    """
    try:
        done = _probed(path, alive)
    except subprocess.TimeoutExpired as error:
        raise MachineError("recording_unchecked", reason="timeout") from error
    except OSError as error:
        raise MachineError("recording_unchecked", reason=error.strerror or "") from error
    if -done.returncode in _FELL_OVER:
        return None
    if done.returncode:
        raise MachineError("recording_unchecked", reason=str(done.returncode))
    found = json.loads(done.stdout)
    return media_of(found) if found else None


def _probed(path: Path, alive: Callable[[], None]) -> subprocess.CompletedProcess[bytes]:
    """Raises TimeoutExpired and OSError."""
    with opened(path) as file:
        seconds = LEAST_SECONDS + path.stat().st_size // BYTES_A_SECOND
        command = [sys.executable, "-I", "-m", _PROBE, str(seconds)]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, stdin=file, stdout=pipe, stderr=pipe, env=_ENVIRONMENT, cwd="/"
        ) as probe:
            try:
                out, err = _ended(probe, time.monotonic() + _WAITED_FOR * seconds, alive)
            except BaseException:
                probe.kill()
                raise
        return subprocess.CompletedProcess(command, probe.returncode, out, err)


def _ended(probe: subprocess.Popen[bytes], until: float, alive: Callable[[], None]) -> tuple[bytes, bytes]:
    while True:
        alive()
        try:
            return probe.communicate(timeout=min(_ALIVE_SECONDS, max(until - time.monotonic(), 0)))
        except subprocess.TimeoutExpired:
            if time.monotonic() > until:
                raise


def media_of(found: dict[str, Any]) -> Media:
    """What the process told, judged."""
    promised, played = found["promised"], found["played"]
    short = promised is not None and played < promised - SLACK_SECONDS
    return Media(
        container=found["container"],
        audio=found["audio"],
        video=found["video"],
        seconds=played,
        whole=found["ends_whole"] is not False and not found["broken"] and not short,
    )
