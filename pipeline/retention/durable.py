"""Files of the recordings store that are on the disk, or off it, when the call returns."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

PART: Final = ".part"
"""Ending of a file that is not whole yet."""


def make_folder(path: Path, mode: int) -> None:
    """Makes a folder, and its parents, where it is missing."""
    if path.is_dir():
        return
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    path.chmod(mode)
    sync_folder(path.parent)


def write(path: Path, data: bytes, mode: int) -> None:
    """Writes a file, new or over what is there; its name is durable too."""
    _write(path, data, mode, os.O_TRUNC)
    sync_folder(path.parent)


def write_new(path: Path, data: bytes, mode: int) -> None:
    """Puts a new file there, whole or not at all."""
    part = path.with_name(path.name + PART)
    _write(part, data, mode, os.O_TRUNC)
    part.rename(path)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Takes a file away; none there is as good."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrites a file where it lies, then takes it away."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        size = os.fstat(descriptor).st_size
        file.write(os.urandom(size))
        os.fsync(descriptor)
    remove(path)


def sync_folder(path: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes, mode: int, how: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | how
    descriptor = os.open(path, flags, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(data)
        file.flush()
        os.fsync(descriptor)
