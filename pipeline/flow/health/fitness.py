"""How a place of work fares: all that `jeke doctor --health` tells, and the page may."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.flow.health import health
from pipeline.flow.health.health import Check, Installed, State, caught
from pipeline.flow.health.retention_check import recordings
from pipeline.flow.site.rights import open_to_others


def fitness(its: Installed) -> Iterator[Check]:
    """What a monitor asks every few minutes, so no library is loaded in vain."""
    yield from health.examine(its.places, its.now, its.quiet_seconds)
    yield from health.belongings(its.places, own_seal=its.seal is not None)
    if its.seal is not None:
        from pipeline.flow.health.machine import seal_in_force  # it looks at every library

        yield from caught(seal_in_force(its.seal, its.now))
    order, years = its.standing_order, its.recording_years
    yield from caught(recordings(its.places, order, years, its.now, thorough=False))
    yield from (Check(State.BAD, "rights_open", {"folder": str(f)}) for f in open_to_others(its.places))
