"""Laying a file into inbox/ as a person would, for those who have it made for them."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.domain.errors import MachineError
from pipeline.system.files import write_file


def hand_in(inbox: Path, stem: str, suffix: str, data: bytes) -> str:
    """Lays the file down, whole at once, under a name that is not taken yet, and gives that name.

    Raises:
        MachineError: `inbox_not_writable`.
    """
    part = inbox / f".{stem}.{os.getpid()}.part"
    try:
        write_file(part, data)
        number = 1
        while (target := inbox / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")).exists():
            number += 1
        part.rename(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise MachineError("inbox_not_writable", reason=error.strerror or "") from error
    return target.name
