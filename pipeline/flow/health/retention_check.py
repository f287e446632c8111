"""What a monitor is told of recordings: interrupted destruction, keys, the standing order, the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from pipeline.archive.audit.log import AuditLog
from pipeline.archive.index.locations import Index
from pipeline.domain.errors import CorruptError, JekeError, MachineError
from pipeline.flow.health.health import Check, State, failed
from pipeline.flow.recordings.awaited import awaited
from pipeline.flow.site.identity import require
from pipeline.flow.site.places import Places
from pipeline.retention.approval import StandingOrder, in_force
from pipeline.retention.clock import BACKWARDS, Believed, not_false, running
from pipeline.retention.keys import KeyState
from pipeline.retention.run_log import interrupted
from pipeline.retention.vault import FACTS, ID_DIGITS, Vault


def recordings(
    places: Places, order: StandingOrder | None, years: int, now: datetime, *, thorough: bool
) -> Iterator[Check]:
    """Everything that can be told of them; nothing is written. `thorough` reads the whole audit chain.

    `years` is how long recordings are kept.

    Raises:
        JekeError: something could not be looked at.
    """
    for plan in sorted(set(interrupted(places.retention).values())):
        yield Check(State.BAD, "destruction_interrupted", {"plan": plan})
    yield from _keys(places)
    yield from _awaited(places, years, now.date())
    yield from standing_order(order, now.date())
    yield from _clock(places, now, thorough=thorough)


def _keys(places: Places) -> Iterator[Check]:
    """Recordings whose key is gone, does not read, or is another's; those under way of storing aside."""
    try:
        require(places)
    except MachineError:  # named by what looks at the place itself; nothing is made in another's folder
        return
    if not places.recordings.is_dir():
        return
    if not places.recording_keys.is_dir():  # to open the store would make it
        if count := len(list(places.recordings.glob(f"{'?' * ID_DIGITS}{FACTS}"))):
            yield Check(State.BAD, "recording_key_missing", {"count": count})
        return
    vault = Vault.open(places.recordings, places.recording_keys)
    ending = interrupted(places.retention)
    states = [vault.key_state(stored.id) for stored in vault.all() if stored.id not in ending]
    for state in (KeyState.MISSING, KeyState.DAMAGED, KeyState.FOREIGN):
        if count := states.count(state):
            yield Check(State.BAD, f"recording_key_{state}", {"count": count})


def _awaited(places: Places, years: int, today: date) -> Iterator[Check]:
    """Interviews whose recording nobody handed in while it was to be kept."""
    try:
        with Index.open(places.index) as index:
            over = sum(each.over(today) for each in awaited(index, years))
    except CorruptError:  # an index that is not there yet, or is made anew when it is needed
        return
    if over:
        yield Check(State.MIND, "recordings_awaited", {"count": over})


def standing_order(order: StandingOrder | None, today: date) -> Iterator[Check]:
    """Whether the order of the configuration can be acted on."""
    if order is not None:
        try:
            in_force(order, today)
        except JekeError as error:
            yield failed(error)


def _clock(places: Places, now: datetime, *, thorough: bool) -> Iterator[Check]:
    """Whether anything was written down ahead of now: until then nothing would be destroyed."""
    try:
        not_false(now, running())
    except JekeError as error:
        yield failed(error)
    believed = Believed(places.retention / "clock.json").last()
    void = believed.void_until if believed else 0
    log = AuditLog.open(places.audit)
    newest = log.latest()
    entries = log.entries() if thorough else iter(() if newest is None else (newest,))
    moments = [entry.at for entry in entries if entry.number > void]
    latest = max([*moments, *([believed.at] if believed else [])], default=now)
    if latest > now + BACKWARDS:
        params = {"now": _minute(now), "latest": _minute(latest)}
        yield Check(State.BAD, "clock_written_ahead", {**params})


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone():%d.%m.%Y %H:%M}"
