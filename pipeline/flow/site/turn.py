"""Taking turns: who reads a personal file to write it anew does so alone.

The watch holds the place of work for days; it takes a turn to file what a drop brought, and so does the
cleanup, a hold, a correction. What strangers dropped is looked at without one, however long that takes;
before it is filed, what it was judged against is compared with what stands now. The kernel lets go of a dead
process's turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError
from pipeline.system.locks import BusyError, locked

TURN: Final = "turn"
PATIENCE_SECONDS: Final = 900.0
"""A recording of gigabytes on its way in takes minutes."""


class OutdatedError(Exception):
    """What was judged against, without a turn, has changed before the turn to file it came: judge again."""


@contextmanager
def turn(state: Path) -> Iterator[None]:
    """Alone among all who change the archive; not to be taken twice by one who has it.

    Raises:
        MachineError: `turn_busy`, somebody else takes longer than a quarter of an hour; `state_unusable`.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(state / TURN, make=True, patience_seconds=PATIENCE_SECONDS))
        except BusyError:
            raise MachineError("turn_busy", minutes=int(PATIENCE_SECONDS // 60)) from None
        except OSError as error:
            raise MachineError("state_unusable", reason=error.strerror or "") from error
        yield
