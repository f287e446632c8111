"""Looking into inbox/: which drops lie there quiet and whole. The folder is the truth, events only wake us.

A drop is a file, or a folder dropped as one. It is ready when nothing in it has changed for a while, and its
end is there. Nothing in inbox/ is touched by looking.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pipeline.intake.bundles.bundle_folder import MAX_BYTES, Survey, TooLargeError, is_odd, survey
from pipeline.intake.files import Stamp, UnfitError, folder_opened, stamp_of
from pipeline.intake.not_ours import is_nobodys, is_unfinished
from pipeline.intake.sentinel import InboxGoneError
from pipeline.intake.whole import is_whole, rests_long

README = "README.md"
REFUSED = "refused"
DUPLICATES = "duplicates"
QUARANTINE = "quarantine"

RETURNED = (REFUSED, DUPLICATES, QUARANTINE)
"""Folders of inbox/ that the service gives back into."""


class Unsupported(StrEnum):
    """Why something in inbox/ is not taken and will not be, as it is."""

    LINK = "link"
    LINKED_TWICE = "linked_twice"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    """Another owner's, who lets us not read it; or a folder that we may not take apart."""
    ODD_INSIDE = "odd_inside"
    """A folder with one of these in it."""
    FOLDER_TOO_LARGE = "folder_too_large"
    FILE_TOO_LARGE = "file_too_large"


@dataclass(frozen=True, slots=True)
class Look:
    """One look: what can be claimed, oldest first; what still changes; what is not taken.

    `unfinished` are quiet but without their end: they are ready as soon as it comes, or after a longer while,
    so that they get their answer. `seen` is what each that is ready was found to be.
    """

    ready: tuple[Path, ...]
    changing: tuple[Path, ...]
    odd: tuple[tuple[Path, Unsupported], ...]
    unfinished: tuple[Path, ...] = ()
    seen: Mapping[Path, Stamp] = field(default_factory=dict)

    @property
    def settling(self) -> int:
        """How many still change."""
        return len(self.changing)


@dataclass(frozen=True, slots=True)
class _Lying:
    """A drop as it lies there. `stamp` differs as soon as it changes; `changed` is the kernel's time (s)."""

    name: str
    stamp: Stamp
    changed: float
    modified: int
    odd: Unsupported | None
    survey: Survey | None = None


@dataclass(slots=True)
class _Seen:
    """What a drop was like, since when, and whether its end was seen; None: not looked at yet."""

    stamp: tuple[Stamp, float]
    since: float
    whole: bool = False
    rests_long: bool | None = None


class Inbox:
    """Remembers between two looks what it saw, so that drops can be seen to rest."""

    def __init__(
        self,
        folder: Path,
        quiet_seconds: float,
        *,
        paper_quiet_seconds: float | None = None,
        unfinished_seconds: float = 600.0,
    ) -> None:
        """How long a drop must lie still before it is taken.

        Args:
            folder: inbox/.
            quiet_seconds: a file of records, or of no known kind.
            paper_quiet_seconds: what is written with pauses, such as scans, recordings, zips and folders, and
                a file of records that does not end in a line break. As `quiet_seconds` where it is None.
            unfinished_seconds: what has no end.
        """
        self._folder = folder
        self._quiet = quiet_seconds
        self._long_quiet = quiet_seconds if paper_quiet_seconds is None else paper_quiet_seconds
        self._unfinished = unfinished_seconds
        self._seen: dict[str, _Seen] = {}

    def look(self, *, now: float | None = None, steady: float | None = None) -> Look:
        """What lies there now. `now` is the wall clock, `steady` one that never jumps, both in seconds.

        Left alone are our own folders, empty folders, and names that are not meant for us: hidden and
        temporary files, README.md.

        Raises:
            InboxGoneError: `inbox_unreadable`, it is not there or may not be read.
        """
        now = time.time() if now is None else now
        steady = time.monotonic() if steady is None else steady
        ready: list[tuple[int, str]] = []
        stamps: dict[Path, Stamp] = {}
        odd: list[tuple[Path, Unsupported]] = []
        unfinished: list[Path] = []
        changing: list[Path] = []
        before, self._seen = self._seen, {}
        for lying in self._all():
            path = self._folder / lying.name
            seen = before.get(lying.name)
            if seen is None or seen.stamp != (lying.stamp, lying.changed):
                seen = _Seen((lying.stamp, lying.changed), steady)
            self._seen[lying.name] = seen
            quiet_for = _quiet_for(lying.changed, now, steady - seen.since)
            if quiet_for < self._quiet_needed(path, lying, seen, quiet_for):
                changing.append(path)
            elif lying.odd is not None:
                odd.append((path, lying.odd))
            elif quiet_for < self._unfinished and not self._has_its_end(path, lying, seen):
                unfinished.append(path)
            else:
                ready.append((lying.modified, lying.name))
                stamps[path] = lying.stamp
        return Look(
            ready=tuple(self._folder / name for _, name in sorted(ready)),
            changing=tuple(sorted(changing)),
            odd=tuple(sorted(odd)),
            unfinished=tuple(sorted(unfinished)),
            seen=stamps,
        )

    def unclaimed(self) -> tuple[tuple[Path, datetime], ...]:
        """What lies there for us, ready or not, odd things too, each with the time it came or last changed.

        Raises:
            InboxGoneError: `inbox_unreadable`.
        """
        found = ((self._folder / lying.name, lying.changed) for lying in self._all())
        return tuple((path, datetime.fromtimestamp(changed, UTC)) for path, changed in sorted(found))

    def _all(self) -> Iterator[_Lying]:
        try:
            with os.scandir(self._folder) as entries:
                names = [entry.name for entry in entries if not _not_for_us(entry.name)]
        except OSError as error:
            raise InboxGoneError("inbox_unreadable", reason=error.strerror or "") from error
        for name in names:
            try:
                found = os.lstat(self._folder / name)
                is_folder = stat.S_ISDIR(found.st_mode)
                lying = self._folder_lying(name, found) if is_folder else self._lying(name, found)
            except FileNotFoundError:
                continue  # taken away meanwhile
            if lying is not None:
                yield lying

    def _lying(self, name: str, found: os.stat_result) -> _Lying:
        unsupported = _oddity(self._folder / name, found)
        return _Lying(name, stamp_of(found), found.st_ctime, found.st_mtime_ns, unsupported)

    def _folder_lying(self, name: str, found: os.stat_result) -> _Lying | None:
        """A folder; None where there is nothing in it to take: people make folders ahead."""
        try:
            inside = survey(self._folder / name)
        except (TooLargeError, PermissionError, UnfitError) as error:
            return _Lying(name, stamp_of(found), found.st_ctime, found.st_mtime_ns, _folder_oddity(error))
        if not inside.files:
            return None
        odd = Unsupported.ODD_INSIDE if inside.odd else Unsupported.UNREADABLE if inside.closed else None
        return _Lying(name, inside.stamp, inside.changed, inside.modified, odd, inside)

    def _quiet_needed(self, path: Path, lying: _Lying, seen: _Seen, quiet_for: float) -> float:
        """A file is opened only once it has been quiet for the shorter time."""
        if lying.odd is not None or quiet_for < self._quiet:
            return self._quiet
        if seen.rests_long is None:
            seen.rests_long = lying.survey is not None or rests_long(path)
        return self._long_quiet if seen.rests_long else self._quiet

    def _has_its_end(self, path: Path, lying: _Lying, seen: _Seen) -> bool:
        """Looked at again until it is there: a file that could not be read now may be the next time."""
        if not seen.whole:
            if lying.survey is None:
                seen.whole = is_whole(path)
            else:
                seen.whole = not lying.survey.unfinished and _are_whole(path, lying.survey)
        return seen.whole


def _are_whole(folder: Path, survey: Survey) -> bool:
    """Of a folder swapped meanwhile nothing is to be told now."""
    try:
        with folder_opened(folder) as top:
            return all(is_whole(part, top) for part in survey.files)
    except (OSError, UnfitError):
        return False


def _folder_oddity(error: Exception) -> Unsupported:
    if isinstance(error, TooLargeError):
        return Unsupported.FOLDER_TOO_LARGE
    return Unsupported.ODD_INSIDE if isinstance(error, UnfitError) else Unsupported.UNREADABLE


def _quiet_for(changed: float, now: float, watched: float) -> float:
    """For how many seconds nothing has changed.

    By the kernel's own time of change, which no copying program sets. A time ahead of the clock tells
    nothing: then only two looks do.
    """
    return max(now - changed, watched)


def _not_for_us(name: str) -> bool:
    ours = name == README or name.startswith(".") or name in RETURNED
    return ours or is_unfinished(name) or is_nobodys(name)


def _oddity(path: Path, found: os.stat_result) -> Unsupported | None:
    if stat.S_ISLNK(found.st_mode):
        return Unsupported.LINK
    if not stat.S_ISREG(found.st_mode):
        return Unsupported.NOT_A_FILE
    if is_odd(found):
        return Unsupported.LINKED_TWICE
    if found.st_size > MAX_BYTES:
        return Unsupported.FILE_TOO_LARGE
    return None if os.access(path, os.R_OK) else Unsupported.UNREADABLE
