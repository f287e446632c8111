"""The audit chain: who filed, viewed, took out, changed or destroyed what, and when. It is only added to.

`state/audit/<year>.jsonl` holds one entry a line in canonical JSON (RFC 8785): each names the SHA-256 of the
one before it and its own, so that an entry altered, put in, taken out or moved shows. `head` beside it says
which entry was the last; heads printed on acts, exports and in every version of the archive show a chain that
was cut off or made up anew. An entry is on the disk before the act it tells of is done: there may be an entry
whose act was cut short, never an act without its entry. `../audit-seen` names the last entry too.

Entries bear ids of objects, never an IIN, a name or a word of a document.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from pipeline.archive.audit.entry import (
    AuditEntry,
    AuditEvent,
    AuditHead,
    InvalidEntryError,
    Value,
    parse,
    sealed,
    sha256_of,
)
from pipeline.archive.audit.file import Tail, add, held, read_lines, tail_of
from pipeline.archive.audit.verify import AuditReport, verify_chain
from pipeline.domain.errors import MachineError
from pipeline.system.files import atomic_write, make_folder, mode_within, open_regular, read_file, sync_folder

__all__ = ("AuditEntry", "AuditEvent", "AuditHead", "AuditLog", "AuditReport")

HEAD = "head"
SEEN = "audit-seen"
"""Beside the chain's folder: the last head that was seen."""
SERVICE = "jeke"
_CHAIN_DIGITS = 16
_NUMBER_WIDTH = 20
_NOTHING: Mapping[str, Value] = MappingProxyType({})


class AuditLog:
    """One chain; several processes may add to it and read it at once."""

    def __init__(self, folder: Path) -> None:
        """Use `open`."""
        self.folder = folder

    @classmethod
    def open(cls, folder: Path) -> AuditLog:
        """The chain in that folder; an empty one, where there is none yet, is made by its first entry."""
        return cls(folder)

    def append(
        self,
        event: str,
        *,
        agent: str,
        at: datetime,
        objects: Sequence[str] = (),
        detail: Mapping[str, Value] = _NOTHING,
    ) -> AuditEntry:
        """Adds one entry; it is on the disk when this returns. `at` has a zone.

        What a kill or a damage left behind the last sound entry stays in the file and is told of by an entry
        of its own first.

        Raises:
            MachineError: `audit_unwritable`: what was to be told of must not be done.
            ValueError: an entry that cannot be written down.
        """
        try:
            self._make_folder()
            with held(self.folder, writing=True):
                tail = self._mended(tail_of(self.folder), at)
                return self._add(tail, event, agent, at, objects, detail)
        except OSError as error:
            raise MachineError("audit_unwritable", reason=error.strerror or "") from error

    def head(self) -> AuditHead:
        """The last entry's number and SHA-256; number 0 where there is none.

        Raises:
            MachineError: `audit_unreadable`.
        """
        last = self.latest()
        return last.head if last else AuditHead.start()

    def chain(self) -> str:
        """By which the chain is told from another's: the first digits of its first entry's SHA-256.

        Raises:
            MachineError: `audit_unreadable`.
        """
        return next((entry.sha256[:_CHAIN_DIGITS] for entry in self.entries()), "")

    def latest(self) -> AuditEntry | None:
        """The last sound entry.

        Raises:
            MachineError: `audit_unreadable`.
        """
        try:
            with held(self.folder, writing=False):
                return tail_of(self.folder).entry
        except OSError as error:
            raise MachineError("audit_unreadable", reason=error.strerror or "") from error

    def entries(
        self, *, objects: Iterable[str] | None = None, since: datetime | None = None
    ) -> Iterator[AuditEntry]:
        """The sound entries, oldest first; of these objects only, and from that moment on.

        Raises:
            MachineError: `audit_unreadable`.
        """
        wanted = None if objects is None else frozenset(objects)
        try:
            for line in read_lines(self.folder):
                try:
                    entry = parse(line.data)
                except InvalidEntryError:
                    continue
                if wanted is not None and wanted.isdisjoint(entry.objects):
                    continue
                if since is None or entry.at >= since:
                    yield entry
        except OSError as error:
            raise MachineError("audit_unreadable", reason=error.strerror or "") from error

    def verify(self, anchors: Iterable[AuditHead] = ()) -> AuditReport:
        """Every entry looked at, and whether each of these heads (of an act, an export) is part of the chain.

        So must be the last head that was seen; `seen` is missing where the chain is of this version already.

        Raises:
            MachineError: `audit_unreadable`.
        """
        try:
            with held(self.folder, writing=False):
                lines = read_lines(self.folder)
                return verify_chain(lines, self._stated_head(), anchors, seen=self._seen_head())
        except OSError as error:
            raise MachineError("audit_unreadable", reason=error.strerror or "") from error

    def _make_folder(self) -> None:
        if not self.folder.is_dir():
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            make_folder(self.folder)
            sync_folder(self.folder.parent)

    def _mended(self, tail: Tail, at: datetime) -> Tail:
        """An entry about what lies behind the last sound entry, or about entries that are gone."""
        gone = self._gone(tail)
        if not tail.debris and gone is None:
            return tail
        detail: dict[str, Value] = {}
        if tail.debris:
            detail |= {"bytes": len(tail.debris), "sha256": sha256_of(tail.debris)}
        if gone is not None:
            detail |= {"head_number": gone.number, "head_sha256": gone.sha256}
        self._add(tail, AuditEvent.GAP if gone else AuditEvent.MEND, SERVICE, at, (), detail)
        return tail_of(self.folder)

    def _gone(self, tail: Tail) -> AuditHead | None:
        """A head that was stated or seen and is no part of the chain that lies here now."""
        for head in (self._seen_head(), self._stated_head()):
            if head in (None, AuditHead.start(), tail.head):
                continue
            behind = head.number < tail.head.number
            if not behind or head not in {entry.head for entry in self.entries()}:
                return head
        return None

    def _add(
        self,
        tail: Tail,
        event: str,
        agent: str,
        at: datetime,
        objects: Sequence[str],
        detail: Mapping[str, Value],
    ) -> AuditEntry:
        entry = sealed(tail.head, event, agent=agent, at=at, objects=objects, detail=detail)
        add(self.folder, tail, entry)
        for path in (self.folder / HEAD, self._seen):
            _state_head(path, entry.head, mode_within(self.folder))
        return entry

    @property
    def _seen(self) -> Path:
        return self.folder.parent / SEEN

    def _stated_head(self) -> AuditHead | None:
        return _head_in(self.folder / HEAD)

    def _seen_head(self) -> AuditHead | None:
        return _head_in(self._seen)


def _state_head(path: Path, head: AuditHead, mode: int) -> None:
    """Overwritten in its place: a sector is old or new, so the disk need not be waited for once more.

    A head that a power cut left behind the chain is no harm.
    """
    line = f"{head.number:>{_NUMBER_WIDTH}} {head.sha256}\n".encode()
    try:
        descriptor = open_regular(path, os.O_WRONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        atomic_write(path, line, mode)
        return
    try:
        os.pwrite(descriptor, line, 0)
        os.ftruncate(descriptor, len(line))
    finally:
        os.close(descriptor)


def _head_in(path: Path) -> AuditHead | None:
    try:
        return AuditHead.parse(read_file(path).decode("ascii"))
    except (FileNotFoundError, ValueError):
        return None
