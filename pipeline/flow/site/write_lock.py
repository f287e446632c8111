"""The write lock of a place of work: who reads a personal file to write it anew does so alone.

The watch holds the place of work for days; it takes the write lock to file what a drop brought, and so does
the cleanup, a hold, a correction. What strangers dropped is looked at without it, however long that takes;
before it is filed, what it was judged against is compared with what stands now. The kernel lets go of the
lock of a process that died.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError
from pipeline.system.locks import BusyError, locked

LOCK_FILE: Final = "turn"
"""In `state/`; the name is that of earlier versions, so that one of them running beside is kept out."""
PATIENCE_SECONDS: Final = 900.0
"""A recording of gigabytes on its way in takes minutes."""


class OutdatedError(Exception):
    """What was judged against has changed before the write lock was had: judge again."""


@contextmanager
def write_lock(state: Path, file: str = LOCK_FILE) -> Iterator[None]:
    """Alone among all who change the archive; not to be taken twice by one who has it.

    Another `file` is a lock of its own, for those who share a folder in `state/`.

    Raises:
        MachineError: `turn_busy`, somebody else takes longer than a quarter of an hour; `state_unusable`.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(state / file, make=True, patience_seconds=PATIENCE_SECONDS))
        except BusyError:
            raise MachineError("turn_busy", minutes=int(PATIENCE_SECONDS // 60)) from None
        except OSError as error:
            raise MachineError("state_unusable", reason=error.strerror or "") from error
        yield
