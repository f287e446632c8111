"""File locks (flock): one process at a time. The kernel lets go of a dead process's lock."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipeline.system.files import open_regular

FOR_EVER: Final = float("inf")
_PAUSE_SECONDS: Final = 0.01


class BusyError(Exception):
    """Somebody else has the lock, and kept it for as long as was waited."""


@contextmanager
def locked(
    path: Path, *, make: bool = False, shared: bool = False, patience_seconds: float = 0.0
) -> Iterator[int]:
    """Holds the lock of a file, made where it is missing if `make`; yields its descriptor.

    `shared` is held beside others who hold it so, and takes no right to write. `patience_seconds` says how
    long to wait for the others, `FOR_EVER` without end.

    Raises:
        BusyError: it was not free in that time.
        OSError: the file cannot be opened.
    """
    flags = os.O_RDONLY if shared else os.O_RDWR
    descriptor = open_regular(path, flags | (os.O_CREAT if make else 0) | os.O_NOFOLLOW)
    try:
        _wait(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, patience_seconds)
        yield descriptor
    finally:
        os.close(descriptor)


def _wait(descriptor: int, kind: int, patience_seconds: float) -> None:
    if patience_seconds == FOR_EVER:
        fcntl.flock(descriptor, kind)
        return
    until = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise BusyError from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def lock_now(descriptor: int) -> None:
    """Takes the lock of an open file until it is closed. Raises BlockingIOError: somebody else has it."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
