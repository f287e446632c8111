"""Single steps in the recordings store and among its keys, each on the disk when it returns."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

PART: Final = ".part"
"""Ends the name of what is under way."""


def make_folder(path: Path, mode: int) -> None:
    """A folder of that mode and no wider one."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o777 & ~mode:
        path.chmod(mode)


def write_new(path: Path, data: bytes, mode: int) -> None:
    """A new file, whole at once under its name."""
    part = path.with_name(path.name + PART)
    write(part, data, mode)
    part.rename(path)
    sync_folder(path.parent)


def write(path: Path, data: bytes, mode: int) -> None:
    """Writes a file as it goes; its name is durable as well."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)  # whatever the umask
        file.write(data)
        file.flush()
        os.fsync(descriptor)
    sync_folder(path.parent)


def remove(path: Path) -> None:
    """Takes a file away; one that is gone already stays so."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrites a small file where it lies, then takes it away.

    On a disk that writes elsewhere (flash, snapshots) the old bytes may stay behind: docs/recordings.md.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        os.pwrite(descriptor, secrets.token_bytes(os.fstat(descriptor).st_size), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    remove(path)


def sync_folder(path: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
