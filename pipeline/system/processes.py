"""Helper processes: started with nothing but what they are given, ended with all they started."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Final, TypeAlias

Process: TypeAlias = subprocess.Popen[bytes]
"""With a pipe for questions and one for answers, read and written without blocking."""

CHUNK_BYTES: Final = 1 << 20


def start(
    command: Sequence[str], env: Mapping[str, str], *, files: Sequence[int] = (), folder: str | None = None
) -> Process:
    """A process group of its own, with that environment and those descriptors and no others.

    Raises:
        OSError: it cannot be started.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=files,
        env=env,
        cwd=folder,
        start_new_session=True,
    )
    for descriptor in pipes(process):
        os.set_blocking(descriptor, False)
    return process


def pipes(process: Process) -> tuple[int, int]:
    """The descriptors questions are written to and answers are read from."""
    return _number(process.stdin), _number(process.stdout)


def end(process: Process) -> None:
    """Kills the whole group, at once, and waits for it; its pipes are closed. Once more does no harm."""
    if process.returncode is None:  # later its number may be somebody else's
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()


def has_ended(process: Process, *, seconds: float) -> bool:
    """Whether it ends within that time; its status is known then."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return process.returncode is not None


def run(
    command: Sequence[str],
    env: Mapping[str, str],
    question: bytes,
    *,
    files: Sequence[int] = (),
    seconds: float,
) -> tuple[int, bytes]:
    """Exit status and output of a helper that takes one question on its input; it is ended whatever happens.

    Raises:
        OSError: it cannot be started, or takes longer (TimeoutError).
    """
    process = start(command, env, files=files)
    try:
        for descriptor in pipes(process):
            os.set_blocking(descriptor, True)
        output, _ = process.communicate(question, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)) from error
    finally:
        end(process)
    return process.returncode, output


def output_of(command: Sequence[str], *, seconds: float) -> str:
    """What a program of the system prints, stripped; empty where it fails, is missing or takes longer."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _number(stream: IO[bytes] | None) -> int:
    assert stream is not None  # noqa: S101  # both are pipes
    return stream.fileno()
