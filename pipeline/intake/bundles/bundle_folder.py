"""A folder dropped as one, looked through without touching it and without following a link in it.

Its owner may change it at any moment. So each folder in it is opened by its name in the one above, and held
open while it is looked through: what is seen lies in the dropped folder, whatever is swapped meanwhile.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pipeline.intake.files import Stamp, UnfitError, folder_opened, opened, stamp_of
from pipeline.intake.not_ours import is_nobodys, is_unfinished

MAX_MEMBERS = 5_000
"""Files of one bundle; a campaign of a thousand cases with all its papers is dropped in several."""
MAX_DEPTH = 8
"""Folders within folders: more is a whole disk dropped by mistake."""
MAX_BYTES = 128 * 2**30
"""Of a file, and of all files of a folder: a day of video takes less, a sparse file may claim any size."""

_TOP = PurePosixPath()


class TooLargeError(Exception):
    """More files, bytes, or folders deeper within each other, than a bundle may hold."""


class Inside(NamedTuple):
    """A file or folder within the bundle: where, what the system says of it, whether we may not take it."""

    path: PurePosixPath
    found: os.stat_result
    closed: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies in a folder: its files to be worked off, each with its stamp.

    `changed` is the latest kernel time of change of anything in it, in seconds, `modified` the folder's own
    time in nanoseconds; `stamp` differs as soon as anything in it differs, and is the same after a rename.
    `odd`: a link, a pipe, a device or another file system lies in it; `closed`: we may not take it apart;
    `foreign`: something in it is not the service's own.
    """

    stamps: Mapping[PurePosixPath, Stamp]
    changed: float
    modified: int
    stamp: Stamp
    odd: bool
    closed: bool
    foreign: bool
    unfinished: bool

    @property
    def files(self) -> tuple[PurePosixPath, ...]:
        """By their path in the folder, sorted."""
        return tuple(self.stamps)


def survey(folder: Path) -> Survey:
    """Everything in the folder, folders within included.

    Raises:
        UnfitError: it is none, or part of it was swapped meanwhile.
        TooLargeError, OSError.
    """
    with folder_opened(folder) as top:
        return survey_of(top)


def survey_of(top: int) -> Survey:
    """The same of a folder held open."""
    root = Inside(_TOP, os.fstat(top), _is_closed_folder(top))
    inside = sorted(_walk(top))
    files = [part for part in inside if not stat.S_ISDIR(part.found.st_mode) and not _left_out(part.path)]
    if sum(part.found.st_size for part in files) > MAX_BYTES:
        raise TooLargeError
    digest = hashlib.sha256(f"{root.found.st_dev} {root.found.st_ino}".encode())
    for path, found, _ in inside:
        stamp = f"{stamp_of(found)} {found.st_ctime_ns}"
        digest.update(os.fsencode(str(path)) + b"\0" + stamp.encode())
    everything = (root, *inside)
    return Survey(
        stamps={part.path: stamp_of(part.found) for part in files},
        changed=max(part.found.st_ctime for part in everything),
        modified=root.found.st_mtime_ns,
        stamp=digest.hexdigest(),
        closed=any(part.closed for part in everything),
        odd=any(is_odd(part.found) for part in files)
        or any(part.found.st_dev != root.found.st_dev for part in inside),
        foreign=any(part.found.st_uid != os.geteuid() for part in everything),
        unfinished=any(is_unfinished(part.path.name) for part in files),
    )


def files_of(folder: Path) -> tuple[PurePosixPath, ...]:
    """The files to be worked off, by their path in the folder.

    Raises:
        UnfitError: a link, a pipe or a device lies in it.
        TooLargeError, OSError.
    """
    seen = survey(folder)
    if seen.odd:
        raise UnfitError
    return seen.files


def content_of(folder: Path) -> tuple[str, int]:
    """SHA-256 over the lines `<SHA-256>  <path>` of all files, sorted by path; and their size in bytes.

    Raises:
        UnfitError, TooLargeError, OSError.
    """
    digest, size = hashlib.sha256(), 0
    with folder_opened(folder) as top:
        for path in files_of(folder):
            with opened(path, top) as file:
                line = hashlib.file_digest(file, "sha256").hexdigest()
                size += file.tell()
            digest.update(f"{line}  ".encode() + os.fsencode(str(path)) + b"\n")
    return digest.hexdigest(), size


def is_odd(found: os.stat_result) -> bool:
    """A link, a pipe, a device, or a file with a second name."""
    return not stat.S_ISREG(found.st_mode) or found.st_nlink > 1


def _is_closed_folder(folder: int) -> bool:
    """Whether we may not take files out of it."""
    return not os.access(".", os.R_OK | os.W_OK | os.X_OK, dir_fd=folder)


def _left_out(path: PurePosixPath) -> bool:
    return any(is_nobodys(part) for part in path.parts)


def _walk(top: int) -> Iterator[Inside]:
    """Counted as it goes, so that a million files are given up early."""
    count = 0
    waiting = [(_TOP, os.fstat(top))]
    while waiting:
        above, expected = waiting.pop()
        if len(above.parts) > MAX_DEPTH:
            raise TooLargeError
        with folder_opened(above, top) as here:
            if not os.path.samestat(os.fstat(here), expected):
                raise UnfitError
            with os.scandir(here) as entries:
                for entry in entries:
                    count += 1
                    if count > MAX_MEMBERS:
                        raise TooLargeError
                    inside = _inside(here, above / entry.name)
                    yield inside
                    if stat.S_ISDIR(inside.found.st_mode):
                        waiting.append((inside.path, inside.found))


def _inside(here: int, path: PurePosixPath) -> Inside:
    found = os.stat(path.name, dir_fd=here, follow_symlinks=False)
    if stat.S_ISDIR(found.st_mode):
        with folder_opened(PurePosixPath(path.name), here) as folder:
            return Inside(path, found, _is_closed_folder(folder))
    is_file = stat.S_ISREG(found.st_mode)
    return Inside(
        path, found, is_file and not os.access(path.name, os.R_OK, dir_fd=here, follow_symlinks=False)
    )
