"""The key that authenticates the marks on printed pages; who asks after it loads nothing else."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from pipeline.documents.sealing.key_files import MARKS_KEY
from pipeline.domain.errors import MachineError
from pipeline.system.files import place_once, read_file

KEY_BYTES: Final = 32


def ensure_key(folder: Path) -> bytes:
    """The key of this place of work's marks, made at first use, for its owner only.

    Raises:
        MachineError: `mark_key` where it cannot be made, read or is not whole.
    """
    path = folder / MARKS_KEY
    try:
        if not path.exists():
            place_once(path, secrets.token_bytes(KEY_BYTES))
    except OSError as error:
        raise MachineError("mark_key", why=type(error).__name__) from error
    return read_key(path)


def read_key(path: Path) -> bytes:
    """The key that lies there.

    Raises:
        MachineError: `mark_key`.
    """
    try:
        key = read_file(path)
    except OSError as error:
        raise MachineError("mark_key", why=error.strerror or "") from error
    if len(key) != KEY_BYTES:
        raise MachineError("mark_key", why="length")
    return key
