"""Taking turns: who reads a personal file to write it anew does so alone.

The watch holds the place of work for days; it takes a turn to file what a drop brought, and so does the
cleanup, a hold, a correction. What strangers dropped is looked at without one, however long that takes;
before it is filed, what it was judged against is compared with what stands now. The kernel lets go of a dead
process's turn.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError

TURN: Final = "turn"
PATIENCE_SECONDS: Final = 900.0
"""A recording of gigabytes on its way in takes minutes."""
_PAUSE_SECONDS: Final = 0.05


class OutdatedError(Exception):
    """What was judged against, without a turn, has changed before the turn to file it came: judge again."""


@contextmanager
def turn(state: Path) -> Iterator[None]:
    """Alone among all who change the archive; not to be taken twice by one who has it.

    Raises:
        MachineError: `turn_busy`, somebody else takes longer than a quarter of an hour; `state_unusable`.
    """
    try:
        descriptor = os.open(state / TURN, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o640)
    except OSError as error:
        raise MachineError("state_unusable", reason=error.strerror or "") from error
    try:
        _wait(descriptor)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise MachineError("turn_busy", minutes=int(PATIENCE_SECONDS // 60)) from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return
