"""Single steps with dropped files, each on the disk when it returns; nobody's links are followed."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

FILE_MODE = 0o640
FOLDER_MODE = 0o750
PART = ".part"
"""A copy under way, in the folder it is copied into."""

_CHUNK = 1 << 20


class UnfitError(Exception):
    """A link, a pipe, a device, or a file with a second name: nothing to be taken in."""


def read_file(path: Path) -> tuple[bytes, str]:
    """Bytes and SHA-256. Raises UnfitError, OSError."""
    with opened(path) as file:
        data = file.read()
    return data, hashlib.sha256(data).hexdigest()


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 and size in bytes; the file is ours afterwards, nobody else's. Raises UnfitError, OSError."""
    _make_ours(path)
    with opened(path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return digest, file.tell()


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """A plain file with one name, for reading. Raises UnfitError, OSError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENODEV):
            raise UnfitError from error
        raise
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a descriptor, not a path
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise UnfitError
        yield file


def _make_ours(path: Path) -> None:
    """Another owner's file becomes a copy: its mode is not ours to set, and its writer may hold it open."""
    with opened(path) as file:
        foreign = os.fstat(file.fileno()).st_uid != os.geteuid()
        if not foreign:
            os.fchmod(file.fileno(), FILE_MODE)
    if foreign:
        copy_file(path, path)


def share(path: Path, folder: Path) -> None:
    """Gives a file the group of its new folder, for HR to read it; where that fails it goes all the same."""
    group = os.stat(folder).st_gid  # noqa: PTH116  # as below
    with suppress(OSError):
        os.chown(path, -1, group, follow_symlinks=False)


def make_folder(path: Path) -> None:
    """Makes a folder unless it is there; the group of a folder that hands its own on goes on from there."""
    try:
        os.mkdir(path)  # noqa: PTH102  # every step stands here by its system call
    except FileExistsError:
        return
    mode = stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116  # as above
    if mode & ~stat.S_ISGID != FOLDER_MODE:
        os.chmod(path, FOLDER_MODE | mode & stat.S_ISGID)  # noqa: PTH101  # as above
    sync_folder(path.parent)


def write_file(path: Path, data: bytes) -> None:
    """A new file; its name is on the disk once its folder is synced."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
    with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor, not a path
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def move_file(source: Path, target: Path) -> None:
    """Renames; across file systems copies whole, then takes the source away.

    Raises UnfitError, OSError.
    """
    try:
        os.rename(source, target)  # noqa: PTH104  # as above
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy_file(source, target)
        os.unlink(source)  # noqa: PTH108  # as above
    sync_folder(target.parent)
    if source.parent != target.parent:
        sync_folder(source.parent)


def rename_folder(source: Path, target: Path) -> None:
    """Within one folder."""
    os.rename(source, target)  # noqa: PTH104  # as above
    sync_folder(target.parent)


def sync_folder(path: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy_file(source: Path, target: Path) -> None:
    """A copy of our own, whole before it is named. Raises UnfitError, OSError."""
    part = target.with_name(PART)
    part.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with opened(source) as reading, open(os.open(part, flags, FILE_MODE), "wb") as writing:  # noqa: PTH123  # as above
        while chunk := reading.read(_CHUNK):
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    os.rename(part, target)  # noqa: PTH104  # as above
    sync_folder(target.parent)
