"""A folder dropped as one: looked through in inbox/ without touching it, taken apart once it is claimed."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pipeline.intake.files import PART, UnfitError, copy_file, make_folder, opened, sync_folder
from pipeline.intake.not_ours import is_nobodys, is_unfinished

MAX_MEMBERS = 5_000
"""Files of one bundle; a campaign of a thousand cases with all its papers is dropped in several."""
MAX_DEPTH = 8
"""Folders within folders: more is a whole disk dropped by mistake."""
ASIDE = ".jeke-taken"
"""Where in inbox/ a folder is put while it is copied to another file system; there it is whole."""
COPIED = ".jeke-copied"
"""What it is called once the copy is whole: to be removed, now or at the next start."""


_TOP = PurePosixPath()


class TooLargeError(Exception):
    """More files, or folders deeper within each other, than a bundle may hold."""


class Inside(NamedTuple):
    """A file or folder within the bundle: where, and what the system says of it."""

    path: PurePosixPath
    found: os.stat_result


@dataclass(frozen=True, slots=True)
class Survey:
    """What lies in a folder.

    `changed` is the latest kernel time of change of anything in it, in seconds, `modified` the folder's own
    time in nanoseconds; `fingerprint` differs as soon as anything in it differs. `odd`: a link, a pipe or a
    device lies in it; `closed`: we may not take it apart.
    """

    files: tuple[PurePosixPath, ...]
    changed: float
    modified: int
    fingerprint: str
    odd: bool
    closed: bool
    unfinished: bool


def survey(folder: Path) -> Survey:
    """Everything in the folder, folders within included; links are not followed.

    Raises:
        TooLargeError, OSError.
    """
    inside = list(_walk(folder))
    top = os.lstat(folder)
    files = [part for part in inside if not stat.S_ISDIR(part.found.st_mode) and not _left_out(part.path)]
    digest = hashlib.sha256()
    for path, found in (Inside(_TOP, top), *sorted(inside)):
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        digest.update(os.fsencode(str(path)) + b"\0" + repr(stamp).encode())
    return Survey(
        files=tuple(sorted(part.path for part in files)),
        changed=max(part.st_ctime for part in (top, *(part.found for part in inside))),
        modified=top.st_mtime_ns,
        fingerprint=digest.hexdigest(),
        closed=any(_is_closed(folder / part.path, part.found) for part in (Inside(_TOP, top), *inside)),
        odd=any(is_odd(part.found) for part in files),
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
    for path in files_of(folder):
        with opened(folder / path) as file:
            line = hashlib.file_digest(file, "sha256").hexdigest()
            size += file.tell()
        digest.update(f"{line}  ".encode() + os.fsencode(str(path)) + b"\n")
    return digest.hexdigest(), size


def move_folder(source: Path, target: Path) -> None:
    """Renames; across file systems sets it aside at once, copies it whole, then takes it away.

    Set aside, nothing can be added to it by its name any more. Raises UnfitError, TooLargeError, OSError.
    """
    try:
        os.rename(source, target)  # noqa: PTH104  # every step stands here by its system call
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        aside, copied = source.with_name(ASIDE), source.with_name(COPIED)
        shutil.rmtree(copied, ignore_errors=True)
        os.rename(source, aside)  # noqa: PTH104  # as above
        sync_folder(source.parent)
        _copy_folder(aside, target)
        os.rename(aside, copied)  # noqa: PTH104  # as above
        sync_folder(source.parent)
        shutil.rmtree(copied, ignore_errors=True)
    sync_folder(target.parent)
    sync_folder(source.parent)


def _copy_folder(source: Path, target: Path) -> None:
    part = target.with_name(PART)
    shutil.rmtree(part, ignore_errors=True)
    make_folder(part)
    for path in files_of(source):
        for above in reversed(path.parents[:-1]):
            make_folder(part / above)
        copy_file(source / path, part / path)
    os.rename(part, target)  # noqa: PTH104  # as above
    sync_folder(target.parent)


def is_odd(found: os.stat_result) -> bool:
    """A link, a pipe, a device, or a file with a second name."""
    return not stat.S_ISREG(found.st_mode) or found.st_nlink > 1


def _is_closed(path: Path, found: os.stat_result) -> bool:
    """Whether we may not move files out of this folder, or not read this file."""
    if stat.S_ISDIR(found.st_mode):
        return not os.access(path, os.R_OK | os.W_OK | os.X_OK)
    return stat.S_ISREG(found.st_mode) and not os.access(path, os.R_OK)


def _left_out(path: PurePosixPath) -> bool:
    return any(is_nobodys(part) for part in path.parts)


def _walk(folder: Path) -> Iterator[Inside]:
    """Counted as it goes, so that a million files are given up early."""
    waiting, count = [_TOP], 0
    while waiting:
        here = waiting.pop()
        if len(here.parts) > MAX_DEPTH:
            raise TooLargeError
        with os.scandir(folder / here) as entries:
            for entry in entries:
                count += 1
                if count > MAX_MEMBERS:
                    raise TooLargeError
                found = entry.stat(follow_symlinks=False)
                path = here / entry.name
                yield Inside(path, found)
                if stat.S_ISDIR(found.st_mode):
                    waiting.append(path)
