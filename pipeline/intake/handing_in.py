"""Laying a file into inbox/ as a person would, for those who have it made for them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError
from pipeline.intake.files import rename_new
from pipeline.system.files import write_file

_MOST_NAMES: Final = 10_000


def names(stem: str, suffix: str) -> Iterator[str]:
    """The name itself, then with -2, -3… behind its stem: one of them nobody has taken."""
    yield f"{stem}{suffix}"
    yield from (f"{stem}-{number}{suffix}" for number in range(2, _MOST_NAMES))


def hand_in(inbox: Path, stem: str, suffix: str, data: bytes) -> str:
    """Lays the file down, whole at once, under a name that nobody has taken, and gives that name.

    Raises:
        MachineError: `inbox_not_writable`.
    """
    part = inbox / f".{stem}.{os.getpid()}.part"
    try:
        write_file(part, data)
        for name in names(stem, suffix):
            with suppress(FileExistsError):
                rename_new(part, inbox / name)
                return name
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    except OSError as error:
        part.unlink(missing_ok=True)
        raise MachineError("inbox_not_writable", reason=error.strerror or "") from error
