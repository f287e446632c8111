"""A bag from elsewhere, hostile until proven otherwise: laid out in a folder of our own, then validated.

Nothing of it is trusted before that: no path leaves the folder, no link is followed, no compression makes
more of it than it may be.
"""

from __future__ import annotations

import logging
import os
import re
import stat
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import bagit

from pipeline.archive.moves.bag import DATA, DECLARATION, MANIFEST, TAG_MANIFEST
from pipeline.domain.errors import CorruptError, MachineError, NotFoundError
from pipeline.system.files import FILE_MODE, make_folder, read_file

MOST_FILES: Final = 100_000
LARGEST: Final = 4 << 30
"""Bytes, once unpacked. A personal file of forty years is far below."""
_CHUNK: Final = 1 << 20
_END: Final = r"(?:\r\n|\n|\r)"
_DECLARED: Final = re.compile(
    rf"BagIt-Version: (?:1\.0|0\.97){_END}Tag-File-Character-Encoding: [Uu][Tt][Ff]-8{_END}?".encode()
)
"""Two lines and nothing else (RFC 8493, 2.1.1); of 0.97, which the library `bagit` writes, the same two."""
_LINE: Final = re.compile(
    r"[0-9A-Fa-f]{128}[ \t]+[^\x00- \x7f-\x9f\u2028\u2029][^\x00-\x1f\x7f-\x9f\u2028\u2029]*"
)
_LONGEST_PART: Final = 255

# The library logs paths and what it does, of files we know nothing about.
logging.getLogger("bagit").setLevel(logging.CRITICAL)


def unfit(why: str) -> CorruptError:
    """What came is no bag this archive can take; `why` is a word of the vocabulary `bag`."""
    return CorruptError("bag_unfit", why=why)


@dataclass(frozen=True, slots=True)
class _File:
    """A file within what came: its path, what it says of its size, and how its bytes are read."""

    path: str
    size: int
    opened: IO[bytes]


def unpack(source: Path, target: Path) -> Path:
    """Lays the bag out in `target`, an empty folder of our own, and gives the bag's folder in it.

    Raises:
        NotFoundError: `no_such_bag`.
        CorruptError: `bag_unfit`, a path, a link or a size that no bag of ours has; no folder, .zip, .tar.
        MachineError: `bag_unreadable`, the disk refused.
    """
    try:
        kind = source.lstat().st_mode
        if stat.S_ISDIR(kind):
            files: Iterator[_File] = _of_folder(source)
        elif not stat.S_ISREG(kind):
            raise unfit("kind")
        elif zipfile.is_zipfile(source):
            files = _of_zip(source)
        elif tarfile.is_tarfile(source):
            files = _of_tar(source)
        else:
            raise unfit("kind")
        _lay_out(files, target)
    except FileNotFoundError as error:
        raise NotFoundError("no_such_bag", file=str(source)) from error
    except OSError as error:
        raise MachineError("bag_unreadable", reason=error.strerror or "") from error
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
    ) as error:
        raise unfit("container") from error
    return _bag_folder(target)


def validate(folder: Path) -> None:
    """The bag in that folder as RFC 8493 has it: complete, every digest right, nothing to be fetched.

    Raises:
        CorruptError: `bag_unfit`, it is not.
    """
    if (folder / "fetch.txt").exists():
        raise unfit("manifest")
    if not _DECLARED.fullmatch(read_file(folder / DECLARATION)):
        raise unfit("declaration")
    for manifest in (MANIFEST, TAG_MANIFEST):
        _well_formed(folder / manifest)
    try:
        bagit.Bag(str(folder)).validate(processes=1)
    except (bagit.BagError, OSError, ValueError) as error:
        raise unfit("invalid") from error
    if not (folder / DATA).is_dir():
        raise unfit("manifest")


def _well_formed(manifest: Path) -> None:
    """Line by line as it is written: the library ends a line at any odd character, and so overlooks one."""
    try:
        data = read_file(manifest).decode()
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise unfit("manifest") from error
    *lines, last = re.split(_END, data)
    if not all(map(_LINE.fullmatch, [*lines, last] if last or not lines else lines)):
        raise unfit("manifest")


def _lay_out(files: Iterator[_File], target: Path) -> None:
    total, seen, folders = 0, set[str](), set(target.parents)
    for number, file in enumerate(files, 1):
        with closing(file.opened):
            path = _safe(file.path)
            folded = unicodedata.normalize("NFC", path).casefold()
            if folded in seen:
                raise unfit("twice")
            seen.add(folded)
            total += file.size
            if number > MOST_FILES or total > LARGEST:
                raise unfit("size")
            _make(target / path, folders)
            _copy(file, target / path)


def _make(path: Path, folders: set[Path]) -> None:
    """The folders above the file, each asked of the disk once."""
    missing = [parent for parent in path.parents if parent not in folders]
    for parent in reversed(missing):
        make_folder(parent)
    folders.update(missing)


def _copy(file: _File, path: Path) -> None:
    """No more bytes than the file said it has, whatever comes out of it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, FILE_MODE), "wb") as out:
        left = file.size
        while chunk := file.opened.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise unfit("size")
            out.write(chunk)
        if left:
            raise unfit("container")


def _safe(path: str) -> str:
    parts = path.split("/")
    dangerous = any(part in {"", ".", ".."} or len(part.encode()) > _LONGEST_PART for part in parts)
    if dangerous or any(letter == "\\" or unicodedata.category(letter) in {"Cc", "Cs"} for letter in path):
        raise unfit("path")
    return path


def _of_folder(source: Path) -> Iterator[_File]:
    """Below a folder of its own, as it stands in a packed bag."""

    def walk(folder: Path, prefix: str) -> Iterator[_File]:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                if entry.is_dir(follow_symlinks=False):
                    yield from walk(Path(entry.path), f"{prefix}{entry.name}/")
                elif entry.is_file(follow_symlinks=False):
                    opened = os.fdopen(os.open(entry.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
                    yield _File(f"{prefix}{entry.name}", os.fstat(opened.fileno()).st_size, opened)
                else:
                    raise unfit("link")

    yield from walk(source, "bag/")


def _of_zip(source: Path) -> Iterator[_File]:
    with zipfile.ZipFile(source) as packed:
        members = packed.infolist()
        if len(members) > MOST_FILES:
            raise unfit("size")
        for member in members:
            if member.is_dir():
                continue
            kind = stat.S_IFMT(member.external_attr >> 16)
            if kind not in {0, stat.S_IFREG} or member.flag_bits & 1:
                raise unfit("link")
            if member.file_size > LARGEST:
                raise unfit("size")
            yield _File(member.filename, member.file_size, packed.open(member))


def _of_tar(source: Path) -> Iterator[_File]:
    with tarfile.open(source, "r:") as packed:
        for member in packed:
            if member.isdir():
                continue
            if not member.isreg() or member.issparse():
                raise unfit("link")
            opened = packed.extractfile(member)
            if opened is None or member.size > LARGEST:
                raise unfit("size")
            yield _File(member.name, member.size, opened)


def _bag_folder(target: Path) -> Path:
    """The one folder that a packed bag lies in."""
    entries = list(target.iterdir())
    if len(entries) != 1 or not (entries[0] / DECLARATION).is_file():
        raise unfit("kind")
    return entries[0]
