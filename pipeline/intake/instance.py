"""One running instance for each place of work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipeline.domain.errors import MachineError
from pipeline.system.files import read_file
from pipeline.system.locks import BusyError, locked

LOCK = "lock"
_LONGEST_PID = 20


@contextmanager
def lock(state: Path) -> Iterator[None]:
    """Alone in the place of work; the kernel lets go of a dead process's lock.

    Raises:
        MachineError: `already_running` with the other's `pid` (0 where it cannot be read); `state_unusable`.
    """
    with ExitStack() as stack:
        try:
            descriptor = stack.enter_context(locked(state / LOCK, make=True))
        except BusyError:
            raise MachineError("already_running", pid=_pid(state / LOCK)) from None
        except OSError as error:
            raise MachineError("state_unusable", reason=error.strerror or "") from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield


def _pid(path: Path) -> int:
    text = read_file(path)[:_LONGEST_PID].strip()
    return int(text) if text.isdigit() else 0
