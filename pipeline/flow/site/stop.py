"""Whether the program was asked to end: a mark in state/, so that a stop is never held against a drop.

What is cut off behind it, be it by a second signal or by a service manager that waits no longer, was cut off
by people.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError
from pipeline.system.files import open_regular

MARK: Final = "stop-asked"


def leave_mark(state: Path) -> None:
    """To be called as a signal comes: it makes one system call or two, and never raises."""
    with suppress(OSError):
        os.close(open_regular(state / MARK, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW))


def was_asked(state: Path) -> bool:
    """Whether the run before was asked to end."""
    return os.path.lexists(state / MARK)


def take_mark(state: Path) -> None:
    """Before any work is begun.

    Raises:
        MachineError: `state_unusable`.
    """
    try:
        (state / MARK).unlink(missing_ok=True)
    except OSError as error:
        raise MachineError("state_unusable", reason=error.strerror or "") from error
