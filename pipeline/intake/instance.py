"""One running instance for each place of work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.domain.errors import MachineError

LOCK = "lock"
_LONGEST_PID = 20


@contextmanager
def lock(state: Path) -> Iterator[None]:
    """Alone in the place of work; the kernel lets go of a dead process's lock.

    Raises:
        MachineError: `already_running` with the other's `pid` (0 where it cannot be read); `state_unusable`.
    """
    try:
        descriptor = os.open(state / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o640)
    except OSError as error:
        raise MachineError("state_unusable", reason=error.strerror or "") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MachineError("already_running", pid=_pid(descriptor)) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _pid(descriptor: int) -> int:
    text = os.pread(descriptor, _LONGEST_PID, 0).strip()
    return int(text) if text.isdigit() else 0
