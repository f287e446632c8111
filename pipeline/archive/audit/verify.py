"""The audit chain looked at entry by entry: what was altered, put in, taken out, cut off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.archive.audit.entry import (
    AuditEntry,
    AuditEvent,
    AuditHead,
    InvalidEntryError,
    parse,
    sha256_of,
)
from pipeline.archive.audit.file import Line


class BreakKind(StrEnum):
    """What is wrong at one place of the chain.

    ALTERED: a line that is no sound entry. LINK: an entry that does not follow the one before it. GAP: an
    entry that itself tells of a loss. CUT: the chain ends before the entry that `head` names. HEAD: `head`
    is gone or names another entry of that number. SEEN: the same of the head kept outside of the chain's
    folder. ANCHOR: a head printed elsewhere is no part of the chain.
    """

    ALTERED = "altered"
    LINK = "link"
    GAP = "gap"
    CUT = "cut"
    HEAD = "head"
    SEEN = "seen"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class AuditBreak:
    """One place where the chain does not hold; file and line where it lies in one."""

    kind: BreakKind
    number: int
    file: str = ""
    line: int = 0

    @property
    def where(self) -> str:
        """File and line; empty where it lies in no file."""
        return f"{self.file}:{self.line}" if self.file else ""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The head of the chain, how many sound entries it has, and every break, the first one first.

    `unfinished`: the last line was cut short by a kill; the next entry will tell of it. It is no break.
    """

    head: AuditHead
    entries: int
    breaks: tuple[AuditBreak, ...]
    unfinished: bool

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.breaks


@dataclass(slots=True)
class _Walk:
    wanted: frozenset[int]
    last: AuditHead = field(default_factory=AuditHead.start)
    entries: int = 0
    of_a_place: bool = False
    debris: list[Line] = field(default_factory=list)
    breaks: list[AuditBreak] = field(default_factory=list)
    seen: dict[int, set[str]] = field(default_factory=dict)

    def entry(self, entry: AuditEntry, line: Line) -> None:
        if self.debris and not self._accounts_for_debris(entry):
            self._altered()
        self.debris = []
        if (entry.previous, entry.number) != (self.last.sha256, self.last.number + 1):
            self.breaks.append(AuditBreak(BreakKind.LINK, entry.number, line.file, line.number))
        if entry.event == AuditEvent.GAP:
            self.breaks.append(AuditBreak(BreakKind.GAP, entry.number, line.file, line.number))
        self.of_a_place |= entry.event == AuditEvent.PLACE
        if entry.number in self.wanted:
            self.seen.setdefault(entry.number, set()).add(entry.sha256)
        self.last = entry.head
        self.entries += 1

    def _accounts_for_debris(self, entry: AuditEntry) -> bool:
        data = b"".join(line.data + line.end for line in self.debris)
        size = entry.detail.get("bytes")
        return (
            entry.event in (AuditEvent.MEND, AuditEvent.GAP)
            and isinstance(size, int)
            and data[size:] in (b"", b"\n")
            and sha256_of(data[:size]) == entry.detail.get("sha256")
        )

    def _altered(self) -> None:
        first = self.debris[0]
        self.breaks.append(AuditBreak(BreakKind.ALTERED, self.last.number + 1, first.file, first.number))

    def end(self, stated: AuditHead | None) -> bool:
        """Whether the last line is only unfinished: the chain's own head does not know of it."""
        reached = stated is None or stated.number <= self.last.number
        unfinished = bool(self.debris) and reached and not self.debris[-1].end
        if self.debris and not unfinished:
            self._altered()
        if stated is None:
            if self.last.number > 1:
                self.breaks.append(AuditBreak(BreakKind.HEAD, self.last.number))
        elif not reached:
            self.breaks.append(AuditBreak(BreakKind.CUT, stated.number))
        elif not self.holds(stated):
            self.breaks.append(AuditBreak(BreakKind.HEAD, stated.number))
        return unfinished

    def holds(self, head: AuditHead) -> bool:
        return head == AuditHead.start() or head.sha256 in self.seen.get(head.number, ())


def verify_chain(
    lines: Iterable[Line],
    stated: AuditHead | None,
    anchors: Iterable[AuditHead] = (),
    *,
    seen: AuditHead | None = None,
) -> AuditReport:
    """The chain in these lines, against the heads stated and seen beside it and heads printed elsewhere.

    Chains of version 0.2.0 have no `seen`; from the entry on that names the place of work it must be there.
    """
    anchors = tuple(anchors)
    heads = (*anchors, *(head for head in (stated, seen) if head))
    walk = _Walk(frozenset(head.number for head in heads))
    for line in lines:
        try:
            entry = parse(line.data) if line.end else None
        except InvalidEntryError:
            entry = None
        if entry is None:
            walk.debris.append(line)
        else:
            walk.entry(entry, line)
    unfinished = walk.end(stated)
    if walk.of_a_place if seen is None else not walk.holds(seen):
        walk.breaks.append(AuditBreak(BreakKind.SEEN, seen.number if seen else walk.last.number))
    missing = (AuditBreak(BreakKind.ANCHOR, head.number) for head in anchors if not walk.holds(head))
    return AuditReport(walk.last, walk.entries, (*walk.breaks, *missing), unfinished)
