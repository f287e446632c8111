"""Single steps with dropped files, each on the disk when it returns; nobody's links are followed."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import hashlib
import os
import shutil
import signal
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedReader
from pathlib import Path, PurePath
from typing import TypeAlias

from pipeline.system.files import FOLDER_MODE, PART, new_file, rename, sync_folder

Stamp: TypeAlias = str
"""Equal for the same file with the same content; of a folder, for the same of all that is in it."""

_CHUNK = 1 << 20
_NO_LINKS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_UNFIT = (errno.ELOOP, errno.ENXIO, errno.ENODEV, errno.ENOTDIR)
_CANNOT_COPY_SO = (errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS, errno.EPERM)
_ACLS = ("system.posix_acl_access", "system.posix_acl_default")
_NO_REPLACE = 1
"""`RENAME_NOREPLACE` of renameat2(2)."""
_AT_FDCWD = -100


class UnfitError(Exception):
    """A link, a pipe, a device, or a file with a second name: nothing to be taken in."""


def read_file(path: Path) -> tuple[bytes, str]:
    """Bytes and SHA-256. Raises UnfitError, OSError."""
    with opened(path) as file:
        data = file.read()
    return data, hashlib.sha256(data).hexdigest()


def fingerprint(path: Path) -> tuple[str, int]:
    """SHA-256 and size in bytes. Raises UnfitError, OSError."""
    with opened(path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return digest, file.tell()


def stamp_of(found: os.stat_result) -> Stamp:
    """Of a file. Its time of change is left out: a rename sets it."""
    what = found.st_dev, found.st_ino, found.st_mode >> 12, found.st_size, found.st_mtime_ns, found.st_nlink
    return " ".join(map(str, what))


@contextmanager
def opened(path: PurePath, below: int | None = None) -> Iterator[BufferedReader]:
    """A plain file with one name, for reading.

    With `below`, the descriptor of a folder, `path` is relative to it and no part of it may be a link: the
    folders on the way may be a stranger's. Raises UnfitError, OSError.
    """
    with ExitStack() as stack:
        here = below
        if below is not None:
            here = stack.enter_context(folder_opened(path.parent, below))
        descriptor = _open(path.name if here is not None else path, _NO_LINKS, here)
        file = stack.enter_context(open(descriptor, "rb"))  # noqa: PTH123  # a descriptor, not a path
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
            raise UnfitError
        yield file


@contextmanager
def folder_opened(path: PurePath, below: int | None = None) -> Iterator[int]:
    """A folder's descriptor, for as long as it is worked in; `below` as in `opened`.

    Raises UnfitError where a part of the path is a link or no folder, OSError.
    """
    flags = _NO_LINKS | os.O_DIRECTORY
    if below is not None and ".." in path.parts:
        raise UnfitError
    parts: tuple[PurePath | str, ...] = (path,) if below is None else (".", *path.parts)
    with ExitStack() as stack:
        here = below
        for part in parts:
            here = _open(part, flags, here)
            stack.callback(os.close, here)
        assert here is not None  # noqa: S101  # there is a part at least
        yield here


def _open(name: PurePath | str, flags: int, below: int | None) -> int:
    try:
        return os.open(name, flags, dir_fd=below)
    except OSError as error:
        if error.errno in _UNFIT:
            raise UnfitError from error
        raise


def is_being_written(file: BufferedReader) -> bool:
    """Whether somebody may have the file open for writing, as far as the kernel tells us.

    It grants a read lease (fcntl(2)) on a file of our own if nobody has; of another's it tells nothing, nor
    where the file system has no leases.
    """
    try:
        _lease(file)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False


def is_closed_to_writers(file: BufferedReader) -> bool:
    """Whether the kernel vouches that nobody has the file open for writing."""
    try:
        _lease(file)
    except OSError:
        return False
    return True


def _lease(file: BufferedReader) -> None:
    descriptor = file.fileno()
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # ignored, should somebody open it just now
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def share(path: Path, folder: Path) -> None:
    """Gives a file, or a folder with all in it, the group of its new folder, for HR to read it.

    Where that fails it goes all the same.
    """
    group = os.stat(folder).st_gid  # noqa: PTH116  # as below
    everything = [path]
    if path.is_dir():
        everything += path.rglob("*")
    for each in everything:
        with suppress(OSError):
            os.chown(each, -1, group, follow_symlinks=False)


def make_folder(path: Path) -> None:
    """Makes a folder unless it is there; the group of a folder that hands its own on goes on from there."""
    try:
        os.mkdir(path)  # noqa: PTH102  # every step stands here by its system call
    except FileExistsError:
        return
    with folder_opened(path) as folder:
        drop_acls(folder)
        mode = stat.S_IMODE(os.fstat(folder).st_mode)
        if mode & ~stat.S_ISGID != FOLDER_MODE:
            os.fchmod(folder, FOLDER_MODE | mode & stat.S_ISGID)
    sync_folder(path.parent)


def drop_acls(descriptor: int) -> None:
    """Takes off what an ACL of the folder above has handed on: then the mode alone tells who may do what."""
    for name in _ACLS:
        with suppress(OSError):  # none set, or a file system without
            os.removexattr(descriptor, name)


def move_file(source: Path, target: Path) -> None:
    """Renames; across file systems copies whole, then takes the source away.

    Raises UnfitError, OSError.
    """
    try:
        rename(source, target)
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
    rename(source, target)
    sync_folder(target.parent)


def rename_new(source: Path, target: Path) -> None:
    """Renames to a name that nobody has taken yet, where strangers may take names too.

    Raises FileExistsError, OSError.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    paths = _AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target)
    if libc.renameat2(*paths, _NO_REPLACE) != 0:
        failed = ctypes.get_errno()
        if failed not in (errno.EINVAL, errno.ENOSYS):  # these: not on this file system
            raise OSError(failed, os.strerror(failed))
        if os.path.lexists(target):
            raise FileExistsError(target)
        rename(source, target)
    sync_folder(target.parent)


def remove_tree(path: Path) -> None:
    """A folder with all in it, links in it not followed; one that is not there is gone already."""
    with suppress(FileNotFoundError):
        shutil.rmtree(path)


def remove(path: Path) -> None:
    """A file or folder, if it is there; a link goes and not what it leads to."""
    if path.is_dir() and not path.is_symlink():
        remove_tree(path)
    else:
        path.unlink(missing_ok=True)


def copy_file(source: Path, target: Path) -> None:
    """A copy of our own, whole before it is named. Raises UnfitError, OSError."""
    part = target.with_name(PART)
    part.unlink(missing_ok=True)
    with opened(source) as reading:
        copy_opened(reading, part)
    rename(part, target)
    sync_folder(target.parent)


def copy_opened(reading: BufferedReader, target: Path) -> None:
    """A new file of our own with that content, on the disk; holes in it stay holes.

    Where the file system shares blocks among files (XFS, Btrfs), nothing is written twice.
    """
    source = reading.fileno()
    with new_file(target) as file:
        descriptor = file.fileno()
        os.ftruncate(descriptor, os.fstat(source).st_size)
        end = 0
        while (data := _next_data(source, end)) is not None:
            end = data[1]
            _copy_range(source, descriptor, *data)


def _next_data(source: int, offset: int) -> tuple[int, int] | None:
    """Where from there on something is written: its first byte, and the byte behind its last."""
    try:
        start = os.lseek(source, offset, os.SEEK_DATA)
        return start, os.lseek(source, start, os.SEEK_HOLE)
    except OSError as error:
        if error.errno == errno.ENXIO:  # nothing more
            return None
        if error.errno != errno.EINVAL:  # a file system that knows of no holes
            raise
    size = os.fstat(source).st_size
    return (offset, size) if offset < size else None


def _copy_range(source: int, target: int, start: int, end: int) -> None:
    while start < end:
        try:
            copied = os.copy_file_range(source, target, end - start, start, start)
        except OSError as error:
            if error.errno not in _CANNOT_COPY_SO:
                raise
            copied = os.pwrite(target, os.pread(source, min(end - start, _CHUNK), start), start)
        if copied == 0:  # cut short meanwhile: whoever compares its size sees it
            return
        start += copied
