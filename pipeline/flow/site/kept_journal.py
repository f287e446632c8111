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
from pipeline.intake.claim import adopt
from pipeline.intake.journal import Journal, is_begun
from pipeline.intake.taking import lying_in


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
    if is_begun(places.journal):
        return False
    return any(map(lying_in, _under_way(places.work))) or any(
        entry.event == AuditEvent.FILING for entry in AuditLog.open(places.audit).entries()
    )


def begin_journal(places: Places, at: datetime) -> None:
    """An empty journal that knows of every drop in the work folder: the next run goes on with them.

    Raises:
        MachineError: as `Journal.open` and `adopt`.
    """
    with Journal.open(places.journal) as journal:
        for folder in _under_way(places.work):
            adopt(folder.name, places.work, journal, at)


def _under_way(work: Path) -> list[Path]:
    """The folders of drops, each named by its id."""
    return sorted(folder for folder in work.iterdir() if folder.is_dir()) if work.is_dir() else []
