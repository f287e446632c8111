"""Files and directories that are on the disk, not only in its cache, when the call returns."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

FILE_MODE = 0o640
DIRECTORY_MODE = 0o750


def write_file(path: Path, data: bytes) -> None:
    """Writes a new file, synced; its name is durable only once its directory is synced too."""
    _write(path, data, os.O_EXCL)


def replace_file(path: Path, data: bytes) -> None:
    """Puts a whole file in place of what is there, or nothing; a crash leaves the one or the other."""
    part = path.with_name(f"{path.name}.part")
    _write(part, data, os.O_TRUNC)
    os.rename(part, path)  # noqa: PTH104 - every step that changes the disk stands here by its system call
    sync_directory(path.parent)


def write_tree(base: Path, files: Mapping[str, bytes]) -> None:
    """Writes files under `base`, by their path relative to it, and syncs them and all their directories."""
    directories = {base}
    for name in files:
        directories.update(base / parent for parent in PurePosixPath(name).parents)
    top_down = sorted(directories)
    for directory in top_down:
        make_directory(directory)
    for name, data in files.items():
        write_file(base / name, data)
    for directory in reversed(top_down):
        sync_directory(directory)


def make_directory(path: Path) -> None:
    """Makes one directory unless it is there."""
    try:
        os.mkdir(path)  # noqa: PTH102 - as above
    except FileExistsError:
        return
    os.chmod(path, DIRECTORY_MODE)  # noqa: PTH101 - as above; whatever the umask


def move(source: Path, target: Path) -> None:
    """Renames within the file system; durable once the target's directory is synced."""
    os.rename(source, target)  # noqa: PTH104 - as above


def sync_directory(path: Path) -> None:
    """Makes the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes, how: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | how
    descriptor = os.open(path, flags, FILE_MODE)
    try:
        os.fchmod(descriptor, FILE_MODE)  # whatever the umask
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
