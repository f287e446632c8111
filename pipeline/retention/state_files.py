"""Files of the cleanup's own state that are on the disk when the call returns: put whole, or a line added."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError

FILE_MODE: Final = 0o640
FOLDER_MODE: Final = 0o750


def put(path: Path, data: bytes) -> None:
    """Puts a whole file in place of what is there, or nothing.

    Raises:
        MachineError: `retention_unusable`.
    """
    with translated():
        make_folder(path.parent)
        part = path.with_name(f".{path.name}.part")
        _write(part, data, os.O_TRUNC)
        part.replace(path)
        sync_folder(path.parent)


def add_line(path: Path, line: bytes) -> None:
    """Adds a line; what a kill left of a half line before it is parted from it.

    Raises:
        MachineError: `retention_unusable`.
    """
    with translated():
        make_folder(path.parent)
        new = not path.exists()
        torn = b"" if new or _ends_whole(path) else b"\n"
        _write(path, torn + line + b"\n", os.O_APPEND)
        if new:
            sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Makes a folder, and its parents, where they are missing."""
    if not path.is_dir():
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        sync_folder(path.parent)


@contextmanager
def translated() -> Iterator[None]:
    """A refusal of the disk, in our own words.

    Raises:
        MachineError: `retention_unusable`.
    """
    try:
        yield
    except OSError as error:
        raise MachineError("retention_unusable", reason=error.strerror or "") from error


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _write(path: Path, data: bytes, how: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | how
    descriptor = os.open(path, flags, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, FILE_MODE)
        file.write(data)
        file.flush()
        os.fsync(descriptor)
