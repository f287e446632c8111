"""How the keeping of recordings stands: over, ending soon, held, destroyed, never handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.domain.recordings import Destruction, Entry
from pipeline.flow.recordings.awaited import Awaited, awaited
from pipeline.flow.retention.listing import by_state
from pipeline.flow.retention.sweep import Cleanup
from pipeline.flow.site.workplace import Workplace
from pipeline.retention.plan import Item


@dataclass(frozen=True, slots=True)
class Report:
    """`by_state` as of `by_state`; `unplanned` are those that a new plan is needed for."""

    by_state: dict[str, list[Item]]
    destroyed: tuple[tuple[Entry, Destruction], ...]
    awaited: tuple[Awaited, ...]
    unplanned: tuple[Item, ...]


def report(place: Workplace, agent: str, on: date, days: int) -> Report:
    """As of a day; what ends within so many days after it ends soon.

    Raises:
        JekeError: store or index cannot be read.
    """
    cleanup = Cleanup(place, agent)
    plan = cleanup.plan(on, dry_run=True)
    entries = (e for register in place.index.registers().values() for e in register.entries)
    destroyed = [(e, e.destroyed) for e in entries if e.destroyed is not None]
    destroyed.sort(key=lambda pair: (pair[1].on, pair[1].act, pair[0].file or ""))
    return Report(
        by_state=by_state(plan, on + timedelta(days=days)),
        destroyed=tuple(destroyed),
        awaited=awaited(place.index, place.readings.recording_retention_years),
        unplanned=cleanup.unplanned(),
    )
