"""Durable files: atomic write, fsync, rename. What a call here has done is on the disk when it returns.

Each step goes by its system call, so that tests can kill between any two of them.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import IO, Final

FILE_MODE: Final = 0o640
FOLDER_MODE: Final = 0o750
SECRET_MODE: Final = 0o600
PART: Final = ".part"
"""Ends the name of what is being written."""
NOT_REGULAR: Final = "not a regular file (a pipe, a socket or a device)"
_NEW: Final = os.O_CREAT | os.O_NOFOLLOW
_NOTHING_BEHIND: Final = (errno.ENXIO, errno.ENODEV)
"""What opening a socket, a device without its driver or a pipe that nobody reads comes to."""


# --- files ------------------------------------------------------------------------------------------------


def read_file(path: Path) -> bytes:
    """All of a regular file.

    Raises:
        FileNotFoundError: there is none. OSError: as `open_regular`.
    """
    with opened(path) as file:
        return file.read()


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """A regular file, for reading.

    Raises:
        FileNotFoundError: there is none. OSError: as `open_regular`.
    """
    with open(open_regular(path, os.O_RDONLY), "rb") as file:  # a descriptor, not a path
        yield file


def open_regular(path: Path | str, flags: int, mode: int = FILE_MODE) -> int:
    """The descriptor of a regular file. A pipe would be waited for without end, a device read without end.

    Raises:
        OSError: it is none (`NOT_REGULAR`), or cannot be opened.
    """
    try:
        descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, mode)
    except OSError as error:
        if error.errno in _NOTHING_BEHIND:
            raise OSError(errno.EINVAL, f"{NOT_REGULAR}: {path}") from error
        raise
    found = os.fstat(descriptor).st_mode
    if stat.S_ISREG(found):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(found):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise OSError(errno.EINVAL, f"{NOT_REGULAR}: {path}")


def write_file(path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Writes a new file, synced; its name is durable only once its folder is synced too.

    Raises:
        FileExistsError: something has that name. OSError.
    """
    _write(path, data, mode, os.O_EXCL)


def atomic_write(path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Puts a whole file in place of what is there, or nothing; a crash leaves the one or the other.

    One writer at a time. Raises OSError.
    """
    part = path.with_name(path.name + PART)
    _write(part, data, mode, os.O_TRUNC)
    rename(part, path)
    sync_folder(path.parent)


def atomic_write_shared(path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """`atomic_write` where several processes may do so at once; the folder is made where it is missing.

    Raises OSError.
    """
    with _whole_aside(path, data, mode) as aside:
        rename(aside, path)


def place_once(path: Path, data: bytes, mode: int = SECRET_MODE) -> None:
    """A file, a secret for its owner alone if nothing else is said, laid down unless it is there.

    Of two that do it at once, one wins. Raises OSError.
    """
    with _whole_aside(path, data, mode) as aside:
        try:
            os.link(aside, path)
        except FileExistsError:
            return


def write_over(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Writes a file, new or over what is there; cut short, it holds a part. Not durable without `sync`.

    Raises OSError.
    """
    new = not path.exists()
    _write(path, data, FILE_MODE, os.O_TRUNC, sync=sync, set_mode=new)
    if new:
        sync_folder(path.parent)


def append_line(path: Path, line: bytes, mode: int = FILE_MODE) -> None:
    """Adds a line to a file, new or not; what a kill left of half a line before it is parted from it.

    Raises OSError.
    """
    new = not path.exists()
    torn = b"" if new or _ends_whole(path) else b"\n"
    _write(path, torn + line + b"\n", mode, os.O_APPEND, set_mode=new)
    if new:
        sync_folder(path.parent)


@contextmanager
def new_file(path: Path, mode: int = FILE_MODE, *, replace: bool = False) -> Iterator[IO[bytes]]:
    """A new file to be written piece by piece, synced at the end; `replace` empties one that is there.

    Its name is durable only once its folder is synced too.

    Raises:
        FileExistsError: something has that name, without `replace`. OSError.
    """
    descriptor = open_regular(path, os.O_RDWR | _NEW | (os.O_TRUNC if replace else os.O_EXCL), mode)
    with os.fdopen(descriptor, "w+b") as file:
        os.fchmod(descriptor, mode)  # whatever the umask
        yield file
        sync_file(file)


@contextmanager
def new_file_once_whole(path: Path, mode: int) -> Iterator[IO[bytes]]:
    """A new file that appears only when all is written; killed before, nothing of it is left behind.

    Raises:
        FileExistsError: something has that name. OSError.
    """
    if os.path.lexists(path):
        raise FileExistsError(path)
    descriptor = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)  # whatever the umask
        yield file
        sync_file(file)
        # The descriptor is of no account beside an absolute path; it makes Python follow the link.
        os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor, follow_symlinks=True)


def sync_file(file: IO[bytes]) -> None:
    """What was written to an open file is on the disk. Raises OSError."""
    file.flush()
    os.fsync(file.fileno())


def sync_descriptor(descriptor: int) -> None:
    """The same of an open descriptor. Raises OSError."""
    os.fsync(descriptor)


def sync_path(path: Path) -> None:
    """What others have written to a file is on the disk. Raises OSError."""
    _sync(path, 0)


def rename(source: Path, target: Path) -> None:
    """Within the file system; durable once the target's folder is synced. Raises OSError."""
    os.rename(source, target)  # noqa: PTH104  # by its system call


def remove(path: Path) -> None:
    """Takes a file away; one that is gone already stays so. Raises OSError."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def shred(path: Path) -> None:
    """Overwrites a small file where it lies, then takes it away; one that is gone stays so.

    On a disk that writes elsewhere (flash, snapshots) the old bytes may stay behind: docs/recordings.md.
    Raises OSError.
    """
    try:
        descriptor = open_regular(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    try:
        os.pwrite(descriptor, secrets.token_bytes(os.fstat(descriptor).st_size), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    remove(path)


# --- folders ----------------------------------------------------------------------------------------------


def make_folder(path: Path) -> None:
    """Makes one folder unless it is there. Raises OSError."""
    try:
        os.mkdir(path)  # noqa: PTH102  # as above
    except FileExistsError:
        return
    os.chmod(path, FOLDER_MODE)  # noqa: PTH101  # as above; whatever the umask


def make_folders(path: Path, mode: int = FOLDER_MODE) -> None:
    """Makes a folder and those above it where they are missing; what is there keeps its mode.

    Raises OSError.
    """
    if not path.is_dir():
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        sync_folder(path.parent)


def mode_within(folder: Path) -> int:
    """How a new file in that folder is made: the group writes where it may in the folder. Raises OSError."""
    return FILE_MODE | (folder.stat().st_mode & stat.S_IWGRP)


def narrow_folder(path: Path, mode: int) -> None:
    """Takes from a folder what is wider than that mode. Raises OSError."""
    if path.stat().st_mode & 0o777 & ~mode:
        path.chmod(mode)


def write_tree(base: Path, files: Mapping[str, bytes]) -> None:
    """Writes new files under `base`, by their path relative to it; they and all their folders are synced.

    Raises OSError.
    """
    folders = {base}
    for name in files:
        folders.update(base / parent for parent in PurePosixPath(name).parents)
    top_down = sorted(folders)
    for folder in top_down:
        make_folder(folder)
    for name, data in files.items():
        write_file(base / name, data)
    for folder in reversed(top_down):
        sync_folder(folder)


def sync_folder(path: Path) -> None:
    """Makes the names in a folder durable. Raises OSError."""
    _sync(path, os.O_DIRECTORY)


# --- below ------------------------------------------------------------------------------------------------


def _write(path: Path, data: bytes, mode: int, how: int, *, sync: bool = True, set_mode: bool = True) -> None:
    """Without `set_mode` a file that is there keeps its mode: who may write to it need not own it."""
    descriptor = open_regular(path, os.O_WRONLY | _NEW | how, mode)
    try:
        if set_mode:
            os.fchmod(descriptor, mode)  # whatever the umask
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        if sync:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _whole_aside(path: Path, data: bytes, mode: int) -> Iterator[Path]:
    """The file under a name that no other process uses; its folder is synced afterwards."""
    path.parent.mkdir(mode=0o700 if mode == SECRET_MODE else FOLDER_MODE, parents=True, exist_ok=True)
    aside = path.with_name(f".{secrets.token_hex(16)}.tmp")
    try:
        _write(aside, data, mode, os.O_EXCL)
        yield aside
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _ends_whole(path: Path) -> bool:
    with opened(path) as file:
        if file.seek(0, os.SEEK_END) == 0:
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
