"""A recording encrypted, and read back: streamed, so that memory stays flat whatever its size.

The format is age v1 (age-encryption.org/v1): a recording and its key are enough to read it with any age
program, without this software. A file cut short, added to or altered does not decrypt.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, BufferedWriter, FileIO
from pathlib import Path
from typing import Any, Final, Protocol

import pyrage
from pyrage.x25519 import Identity, Recipient

from pipeline.system.files import sync_file

FILE_MODE: Final = 0o640
_BUFFER: Final = 1 << 20


class BrokenSealError(Exception):
    """The encrypted file was altered or cut short, or the key is another recording's."""


class Writer(Protocol):
    """Takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Takes all of them."""


def unwatched() -> None:
    """Nobody waits for a sign of life."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Where a recording goes that is read only to be checked; `alive` is told of every piece."""

    alive: Callable[[], None] = unwatched

    def write(self, data: bytes) -> int:
        """Lets go of them."""
        self.alive()
        return len(data)


@dataclass(frozen=True, slots=True)
class Sum:
    """SHA-256 in hex, and size in bytes."""

    sha256: str
    size: int


def seal(source: Path, target: Path, recipient: Recipient, alive: Callable[[], None] = unwatched) -> None:
    """Encrypts a file into a new one that is on the disk, and no longer in its cache, when this returns.

    `alive` is told of every piece.

    Raises:
        OSError: the source is no plain file, or one of them cannot be read or written.
    """
    with opened(source) as plain, _made(target) as sealed:
        reading, writing = _Through(plain, alive), _Through(sealed)
        try:
            pyrage.encrypt_io(reading, writing, [recipient])
        except pyrage.EncryptError as error:
            raise reading.raised or writing.raised or error from error
        sync_file(sealed)
        os.posix_fadvise(sealed.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def unseal(sealed: Path, identity: Identity, into: Writer) -> tuple[Sum, Sum]:
    """Decrypts into a writer; gives the sums of the encrypted file and of what came out of it.

    What was written is to be trusted only once this has returned.

    Raises:
        BrokenSealError: it does not decrypt.
        OSError: the file cannot be read, or the writer failed.
    """
    with opened(sealed) as file:
        reading, writing = _Summed(file), _Summed(into)
        try:
            pyrage.decrypt_io(reading, writing, [identity])
        except (pyrage.DecryptError, OSError) as error:
            if raised := reading.raised or writing.raised:
                raise raised from error
            raise BrokenSealError from error
        return reading.sum, writing.sum


def opens(sealed: Path, identity: Identity) -> bool:
    """Whether the key is this file's: its header is read, and no more than the first piece behind it.

    A file that is damaged may well be this key's: its sum tells of the damage.

    Raises:
        OSError: the file cannot be read.
    """
    with opened(sealed) as file:
        reading = _Through(file)
        try:
            pyrage.decrypt_io(reading, _Enough(), [identity])
        except (pyrage.DecryptError, OSError) as error:
            if reading.raised:
                raise reading.raised from error
            return _NOT_THIS_KEY not in str(error)
        return True


_NOT_THIS_KEY: Final = "No matching keys"
"""The library's words where the header is whole and none of its stanzas opens with the key."""


class _Enough:
    """Stops the reading behind the first piece."""

    def write(self, data: bytes) -> int:
        raise OSError(None, f"{len(data)} bytes were enough")

    def flush(self) -> None:
        """The library asks for it."""


def summed(path: Path) -> Sum:
    """A file's sum.

    Raises:
        OSError: it is no plain file, or cannot be read.
    """
    with opened(path) as file:
        return Sum(hashlib.file_digest(file, "sha256").hexdigest(), file.tell())


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader[FileIO]]:
    """A plain file for reading from its start to its end; no link is followed.

    Raises:
        OSError: it is none, or cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with BufferedReader(FileIO(descriptor), _BUFFER) as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "no plain file")
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_SEQUENTIAL)
        yield file


@contextmanager
def _made(path: Path) -> Iterator[BufferedWriter[FileIO]]:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, FILE_MODE)
    with BufferedWriter(FileIO(descriptor, "w"), _BUFFER) as file:
        os.fchmod(descriptor, FILE_MODE)  # whatever the umask
        yield file


class _Through:
    """A stream for the library, which turns whatever is raised in it into words of its own: it is kept."""

    def __init__(self, file: Any, alive: Callable[[], None] = unwatched) -> None:
        self._file = file
        self._alive = alive
        self.raised: BaseException | None = None

    def read(self, size: int) -> bytes:
        self._alive()
        try:
            data: bytes = self._file.read(size)
        except BaseException as error:
            self.raised = error
            raise
        return data

    def write(self, data: bytes) -> int:
        try:
            self._file.write(data)
        except BaseException as error:
            self.raised = error
            raise
        return len(data)

    def flush(self) -> None:
        """The library asks for it; the file is flushed once, at its end."""


class _Summed(_Through):
    """The same, summed as it passes."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self._digest, self._size = hashlib.sha256(), 0

    def read(self, size: int) -> bytes:
        return self._add(super().read(size))

    def write(self, data: bytes) -> int:
        super().write(data)
        return len(self._add(data))

    @property
    def sum(self) -> Sum:
        return Sum(self._digest.hexdigest(), self._size)

    def _add(self, data: bytes) -> bytes:
        self._digest.update(data)
        self._size += len(data)
        return data
