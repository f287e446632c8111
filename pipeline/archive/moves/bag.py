"""A BagIt 1.0 bag (RFC 8493) written as a folder, a .zip or a .tar: whole at once, or not at all.

The package `bagit` makes a bag of a folder by moving its files about; here the files come one by one out of
the archive, each proven as it is read, and go straight into the bag.
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pipeline.archive.ocfl.inventory import sha512_of
from pipeline.domain.errors import MachineError, RefusedError
from pipeline.system.files import (
    FILE_MODE,
    FOLDER_MODE,
    make_folder,
    rename,
    sync_file,
    sync_folder,
    write_file,
)

DECLARATION = "bagit.txt"
DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
INFO = "bag-info.txt"
DATA = "data/"
MANIFEST = "manifest-sha512.txt"
TAG_MANIFEST = "tagmanifest-sha512.txt"
_PART = ".part"


@dataclass(frozen=True, slots=True)
class Written:
    """How much went into a bag, tag files left out, and the SHA-512 of its tag manifest, which seals it."""

    files: int
    size: int
    sha512: str


class _Sink(Protocol):
    def add(self, name: str, data: bytes) -> None: ...
    def close(self) -> None: ...


def write_bag(
    target: Path,
    payload: Mapping[str, bytes],
    info: Iterable[tuple[str, str]],
    *,
    tags: Mapping[str, bytes],
    at: datetime,
) -> Written:
    """Writes the bag; the ending of `target` says in which form. `info` are the lines of bag-info.txt.

    `payload` is by path below data/, `tags` are further tag files; both are read one file at a time.

    Raises:
        RefusedError: `file_exists`.
        MachineError: `bag_unwritable`; and what reading the payload raises. Nothing is left behind.
    """
    if os.path.lexists(target):
        raise RefusedError("file_exists", file=str(target))
    part = target.with_name(f".{target.name}{_PART}")
    try:
        _remove(part)
        sink = _sink(part, target, at)
        try:
            written = _fill(sink, payload, info, tags)
        finally:
            sink.close()
        rename(part, target)
        sync_folder(target.parent)
    except OSError as error:
        _remove(part)
        raise MachineError("bag_unwritable", file=str(target), reason=error.strerror or "") from error
    except BaseException:
        _remove(part)
        raise
    return written


def _fill(
    sink: _Sink, payload: Mapping[str, bytes], info: Iterable[tuple[str, str]], tags: Mapping[str, bytes]
) -> Written:
    sink.add(DECLARATION, DECLARED)
    size, lines = 0, []
    for name in payload:
        data = payload[name]
        sink.add(f"{DATA}{name}", data)
        size += len(data)
        lines.append(f"{sha512_of(data)}  {DATA}{name}\n")
    described = [*info, ("Payload-Oxum", f"{size}.{len(lines)}")]
    sealed = {
        INFO: "".join(f"{label}: {_line(value)}\n" for label, value in described).encode(),
        MANIFEST: "".join(lines).encode(),
        **tags,
    }
    for name, data in sealed.items():
        sink.add(name, data)
    sealed[DECLARATION] = DECLARED
    tag_manifest = "".join(f"{sha512_of(data)}  {name}\n" for name, data in sorted(sealed.items())).encode()
    sink.add(TAG_MANIFEST, tag_manifest)
    return Written(len(lines), size, sha512_of(tag_manifest))


def _line(value: str) -> str:
    return " ".join(value.split())


def _sink(part: Path, target: Path, at: datetime) -> _Sink:
    match target.suffix.lower():
        case ".zip":
            return _Zip(part, target.stem, at)
        case ".tar":
            return _Tar(part, target.stem, at)
        case _:
            return _Folder(part)


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._folders = {path}
        make_folder(path)

    def add(self, name: str, data: bytes) -> None:
        path = self._path / name
        for folder in reversed(path.parents):
            if folder.is_relative_to(self._path) and folder not in self._folders:
                make_folder(folder)
                self._folders.add(folder)
        write_file(path, data)

    def close(self) -> None:
        for folder in sorted(self._folders, reverse=True):
            sync_folder(folder)


class _Packed:
    """A single file that holds the bag in one folder, named as the file (RFC 8493 §4.1)."""

    def __init__(self, path: Path, folder: str) -> None:
        self._folder = folder
        descriptor = os.open(
            path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE
        )
        self._file = os.fdopen(descriptor, "w+b")

    def _sync(self) -> None:
        sync_file(self._file)
        self._file.close()


class _Zip(_Packed):
    def __init__(self, path: Path, folder: str, at: datetime) -> None:
        super().__init__(path, folder)
        self._at = at
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED, allowZip64=True)

    def add(self, name: str, data: bytes) -> None:
        about = zipfile.ZipInfo(f"{self._folder}/{name}", self._at.timetuple()[:6])
        about.external_attr = (0o100000 | FILE_MODE) << 16
        self._zip.writestr(about, data)

    def close(self) -> None:
        self._zip.close()
        self._sync()


class _Tar(_Packed):
    def __init__(self, path: Path, folder: str, at: datetime) -> None:
        super().__init__(path, folder)
        self._mtime = int(at.timestamp())
        self._tar = tarfile.open(fileobj=self._file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed below
        self._folders: set[str] = set()

    def add(self, name: str, data: bytes) -> None:
        path = f"{self._folder}/{name}"
        for parent in reversed(Path(path).parents[:-1]):
            if str(parent) not in self._folders:
                self._folders.add(str(parent))
                self._entry(str(parent), tarfile.DIRTYPE, FOLDER_MODE, b"")
        self._entry(path, tarfile.REGTYPE, FILE_MODE, data)

    def _entry(self, name: str, kind: bytes, mode: int, data: bytes) -> None:
        about = tarfile.TarInfo(name)
        about.type, about.mode, about.size, about.mtime = kind, mode, len(data), self._mtime
        self._tar.addfile(about, io.BytesIO(data))

    def close(self) -> None:
        self._tar.close()
        self._sync()
