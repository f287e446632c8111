"""The audit chain's files: a file a year, only ever added to, so that `chattr +a` may guard them.

Where the group may write to the folder, it may add to the files too: the page works under a user of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive.audit.entry import AuditEntry, AuditHead, InvalidEntryError, line_of, parse
from pipeline.system.files import append_line, mode_within, opened, place_once, read_file
from pipeline.system.locks import FOR_EVER, locked

LOCK = "lock"
_YEAR = re.compile(r"[0-9]{4}\.jsonl")
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, counted from 1; `end` is its newline, or nothing where the write was cut short."""

    file: str
    number: int
    data: bytes
    end: bytes


@dataclass(frozen=True, slots=True)
class Tail:
    """The last sound entry, the newest file, and what lies behind that entry and is none."""

    entry: AuditEntry | None
    path: Path | None
    debris: bytes

    @property
    def head(self) -> AuditHead:
        """What the next entry follows."""
        return self.entry.head if self.entry else AuditHead.start()


@contextmanager
def held(folder: Path, *, writing: bool) -> Iterator[None]:
    """Alone with the chain, or beside other readers; the kernel lets go of a dead process's lock.

    A reader without the right to write reads without a lock: the worst it sees is an unfinished last line.
    """
    path = folder / LOCK
    if not writing and not path.exists():
        yield
        return
    if not path.exists():
        place_once(path, b"", mode_within(folder))
    with locked(path, shared=not writing, patience_seconds=FOR_EVER):
        yield


def years(folder: Path) -> tuple[Path, ...]:
    """The files of the chain, oldest first."""
    if not folder.is_dir():
        return ()
    return tuple(sorted(p for p in folder.iterdir() if _YEAR.fullmatch(p.name)))


def read_lines(folder: Path) -> Iterator[Line]:
    """Every line of the chain, oldest first."""
    for path in years(folder):
        with opened(path) as file:
            for number, raw in enumerate(file, 1):
                data = raw.removesuffix(b"\n")
                yield Line(path.name, number, data, raw[len(data) :])


def tail_of(folder: Path) -> Tail:
    """Where the chain ends."""
    files = years(folder)
    debris = b""
    for path in reversed(files):
        entry, behind = _last_entry(path)
        debris = behind + debris
        if entry is not None:
            return Tail(entry, files[-1], debris)
    return Tail(None, files[-1] if files else None, debris)


def add(folder: Path, tail: Tail, entry: AuditEntry) -> None:
    """Writes the entry's line behind the tail; it is on the disk when this returns."""
    path = folder / f"{entry.at.year:04}.jsonl"
    if tail.path is not None and (tail.debris or path.name < tail.path.name):
        path = tail.path  # beside what it tells of; and never before what was written already
    append_line(path, line_of(entry), mode_within(folder))


def _last_entry(path: Path) -> tuple[AuditEntry | None, bytes]:
    """The last sound entry of a file, and the bytes behind it; read from the end, no more than needed."""
    size = path.stat().st_size
    with opened(path) as file:
        length = 0
        while length < size:
            length = min(size, max(2 * length, _BLOCK))
            file.seek(size - length)
            found = _last_in(file.read(length), whole=length == size)
            if found is not None:
                return found
    return None, read_file(path)


def _last_in(data: bytes, *, whole: bool) -> tuple[AuditEntry, bytes] | None:
    """None where this piece of the file's end holds no entry."""
    end = data.rfind(b"\n")
    while end >= 0:
        start = data.rfind(b"\n", 0, end)
        if start < 0 and not whole:
            return None
        try:
            return parse(data[start + 1 : end]), data[end + 1 :]
        except InvalidEntryError:
            end = start
    return None
