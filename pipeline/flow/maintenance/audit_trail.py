"""The audit trail: what was done to whose file, and whether the chain and its witnesses hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.log import AuditEntry, AuditEvent, AuditHead, AuditLog, AuditReport
from pipeline.archive.audit.verify import AuditBreak, BreakKind
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.ocfl.verify import Problem
from pipeline.flow.lookup.naming import objects_named
from pipeline.flow.maintenance.told_versions import lost_versions
from pipeline.flow.maintenance.witnesses import Witnesses, witnesses
from pipeline.flow.site.places import Places

EVERYBODY = "all"
"""Scope of a view that showed all that is filed: it counts for every person."""


def trail(
    actor: Actor, index: Index, words: Sequence[str] = (), since: date | None = None
) -> list[AuditEntry]:
    """The entries from that day on, about those whom the words name or about all; the look itself is told of.

    Raises:
        NotFoundError: the words name nobody.
        MachineError: `audit_unreadable`, `audit_unwritable`: nothing must be shown.
    """
    objects = objects_named(index, words) if words else None
    start = datetime.combine(since, time()).astimezone() if since else None
    found = [
        entry
        for entry in actor.log.entries(since=start)
        if objects is None
        or not set(objects).isdisjoint(entry.objects)
        or entry.detail.get("scope") == EVERYBODY
    ]
    actor.tell(AuditEvent.VIEW, objects or (), of="audit")
    return found


@dataclass(frozen=True, slots=True)
class TrailReport:
    """What verifying found: in the chain, by its witnesses in the archive, and of versions that are gone.

    `named` are the heads that somebody brought along.
    """

    chain: AuditReport
    witnesses: Witnesses
    lost: tuple[Problem, ...]
    named: tuple[AuditHead, ...]

    def where(self, broken: AuditBreak) -> str:
        """File and line of a break; of a head that only the archive names, that object; else empty."""
        if broken.kind is BreakKind.ANCHOR and broken.number not in {head.number for head in self.named}:
            return next(o for head, o in self.witnesses.heads.items() if head.number == broken.number)
        return broken.where

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in the archive."""
        return (*self.witnesses.problems, *self.lost)

    @property
    def sound(self) -> bool:
        """Whether all of it holds."""
        return self.chain.sound and not self.witnesses.strangers and not self.problems


def verify_trail(
    places: Places, root: StorageRoot, log: AuditLog, roots: Iterable[bytes], heads: Sequence[AuditHead] = ()
) -> TrailReport:
    """The chain against these heads and against those that every version in the archive names.

    `roots` are the authorities (DER) whose sealed heads count.

    Raises:
        MachineError: `audit_unreadable`; the disk refused.
    """
    seen = witnesses(places, log, roots)
    lost = tuple(lost_versions(root, log, places.state))
    return TrailReport(log.verify((*heads, *seen.heads)), seen, lost, tuple(heads))
