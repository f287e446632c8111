"""Small files written whole or not at all: a crash leaves the old state."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4


def place_once(path: Path, content: bytes) -> None:
    """A secret for its owner alone, laid down unless it is there; of two that do it at once, one wins.

    Raises:
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = _written(path, content, 0o600)
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def put(path: Path, content: bytes) -> None:
    """A file in place of what was there.

    Raises:
        OSError: the folder cannot be written.
    """
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    temporary = _written(path, content, 0o640)
    try:
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _written(path: Path, content: bytes, mode: int) -> Path:
    temporary = path.with_name(f".{uuid4().hex}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
