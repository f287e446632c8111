"""Looking into inbox/: which files lie there quiet. The folder is the truth, events only wake the look."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.domain.errors import MachineError

README = "README.md"
REFUSED = "refused"
DUPLICATES = "duplicates"

_UNFINISHED_ENDINGS = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
_NOBODYS_FILES = frozenset({"thumbs.db", "desktop.ini"})


class Oddity(StrEnum):
    """Why something in inbox/ is not taken and will not be."""

    LINK = "link"
    LINKED_TWICE = "linked_twice"
    NOT_A_FILE = "not_a_file"


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what can be claimed, oldest first; how many still change; what is no plain file."""

    ready: tuple[Path, ...]
    settling: int
    odd: tuple[tuple[Path, Oddity], ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    inode: int
    size: int
    modified: int
    changed: int


class Inbox:
    """Remembers between two looks what it saw, so that files can be seen to rest."""

    def __init__(self, folder: Path, quiet_seconds: float) -> None:
        """A file is quiet when its size and times have not changed for `quiet_seconds`."""
        self._folder = folder
        self._quiet = quiet_seconds
        self._since: dict[str, tuple[_Seen, float]] = {}

    def look(self, *, now: float | None = None, steady: float | None = None) -> Look:
        """What lies there now. `now` is the wall clock, `steady` one that never jumps, both in seconds.

        Folders are left alone, and names that are not meant for us: hidden and temporary files, README.md.

        Raises:
            MachineError: `inbox_unreadable`, it is not there or may not be read.
        """
        now = time.time() if now is None else now
        steady = time.monotonic() if steady is None else steady
        ready: list[tuple[int, str]] = []
        odd: list[tuple[Path, Oddity]] = []
        since: dict[str, tuple[_Seen, float]] = {}
        for name, found in self._files():
            if (oddity := _oddity(found)) is not None:
                odd.append((self._folder / name, oddity))
                continue
            seen = _Seen(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            before = self._since.get(name)
            since[name] = before if before and before[0] == seen else (seen, steady)
            if self._rested(found, now) or steady - since[name][1] >= self._quiet:
                ready.append((found.st_mtime_ns, name))
        self._since = since
        return Look(
            ready=tuple(self._folder / name for _, name in sorted(ready)),
            settling=len(since) - len(ready),
            odd=tuple(sorted(odd)),
        )

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        try:
            with os.scandir(self._folder) as entries:
                names = [entry.name for entry in entries if not _not_for_us(entry.name)]
        except OSError as error:
            raise MachineError("inbox_unreadable", reason=error.strerror or "") from error
        for name in names:
            try:
                found = os.lstat(self._folder / name)
            except FileNotFoundError:
                continue  # taken away meanwhile
            if not stat.S_ISDIR(found.st_mode):
                yield name, found

    def _rested(self, found: os.stat_result, now: float) -> bool:
        """By the kernel's own time of change, which no copying program sets.

        A time ahead of the clock tells nothing: then only two looks do.
        """
        return 0 <= now - found.st_ctime >= self._quiet


def _not_for_us(name: str) -> bool:
    low = name.lower()
    return (
        name == README
        or name.startswith((".", "~$"))
        or low.endswith(_UNFINISHED_ENDINGS)
        or low in _NOBODYS_FILES
    )


def _oddity(found: os.stat_result) -> Oddity | None:
    if stat.S_ISLNK(found.st_mode):
        return Oddity.LINK
    if not stat.S_ISREG(found.st_mode):
        return Oddity.NOT_A_FILE
    return Oddity.LINKED_TWICE if found.st_nlink > 1 else None
