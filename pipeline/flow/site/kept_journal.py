"""The journal of drops, which only a place without one gets: lost, it is never made anew without a word.

What lies in state/work is known by the journal alone; begun anew on purpose, it takes up every drop there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.domain.errors import MachineError
from pipeline.flow.site.places import Places
from pipeline.intake.journal import Journal
from pipeline.intake.taking import DROPPED
from pipeline.system.files import PART


@contextmanager
def opened_journal(places: Places, clock: Callable[[], datetime]) -> Iterator[Journal]:
    """The journal, made where the place has not had one yet.

    Raises:
        MachineError: `journal_gone`; as `Journal.open`.
    """
    if is_lost(places):
        raise MachineError("journal_gone", file=str(places.journal))
    with Journal.open(places.journal, clock) as journal:
        yield journal


def is_lost(places: Places) -> bool:
    """Whether there was one: drops are under way, or the audit log tells of drops that were filed."""
    if places.journal.exists():
        return False
    return any(True for _ in _under_way(places.work)) or any(
        entry.event == AuditEvent.FILING for entry in AuditLog.open(places.audit).entries()
    )


def begin_journal(places: Places, at: datetime) -> None:
    """An empty journal that knows of every drop in the work folder: the next run goes on with them.

    Raises:
        MachineError: as `Journal.open`.
    """
    with Journal.open(places.journal) as journal:
        for drop_id, name in _under_way(places.work):
            journal.intend(drop_id, name, at)


def _under_way(work: Path) -> Iterator[tuple[str, str]]:
    """Id and name of each drop: one that is the service's own already, or was only seized."""
    for folder in sorted(work.iterdir()) if work.is_dir() else ():
        if folder.is_dir():
            own = [p.name for p in folder.iterdir() if p.name not in (DROPPED, PART)]
            seized = folder / DROPPED
            names = own or ([p.name for p in seized.iterdir()] if seized.is_dir() else [])
            if len(names) == 1:
                yield folder.name, names[0]
