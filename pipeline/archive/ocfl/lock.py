"""One writer per storage root; the kernel lets go of a dead process's lock.

The lock lies on the root's own declaration file: always there, never replaced, outside of every object.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.archive.ocfl.layout import ROOT_DECLARATION
from pipeline.domain.errors import MachineError

PATIENCE = 60.0  # seconds; a version takes milliseconds, the check of one suspect object rarely more
_PAUSE = 0.01


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Alone in the storage root.

    Raises:
        MachineError: `archive-busy` after a minute's wait; `archive-write` where the root cannot be written.
    """
    with _locked(root, os.O_RDWR, fcntl.LOCK_EX):
        yield


@contextmanager
def undisturbed(root: Path) -> Iterator[None]:
    """No version is being written meanwhile; other readers may read.

    Raises:
        MachineError: `archive-busy` after a minute's wait; `archive-read` where there is no storage root.
    """
    with _locked(root, os.O_RDONLY, fcntl.LOCK_SH):
        yield


@contextmanager
def _locked(root: Path, access: int, kind: int) -> Iterator[None]:
    try:
        descriptor = os.open(root / ROOT_DECLARATION, access | os.O_CLOEXEC)
    except OSError as error:
        code = "archive-write" if access == os.O_RDWR else "archive-read"
        raise MachineError(code, reason=error.strerror or "") from error
    try:
        _wait(descriptor, kind)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, kind: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise MachineError("archive-busy", seconds=int(PATIENCE)) from None
            time.sleep(_PAUSE)
        else:
            return
