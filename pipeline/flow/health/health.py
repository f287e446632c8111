"""How a place of work fares, from outside: what a monitor asks every few minutes, and changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from pipeline.archive.index.locations import Index
from pipeline.domain.errors import CorruptError, JekeError
from pipeline.domain.findings import Value
from pipeline.flow.scans.stored import scans_waiting
from pipeline.flow.site import keys
from pipeline.flow.site.heartbeat import Beat
from pipeline.flow.site.identity import require
from pipeline.flow.site.places import Places, SealKey
from pipeline.intake.inbox import Inbox
from pipeline.intake.journal import UNFINISHED, Drop, DropState, Journal, is_begun
from pipeline.intake.sentinel import require_marked, was_marked
from pipeline.retention.approval import StandingOrder

GIB: Final = 2**30

# Thresholds: from `_MIND` on somebody should look at it, from `_BAD` on it is an alarm.
SCAN_MIND: Final = timedelta(minutes=5)
SCAN_BAD: Final = timedelta(minutes=30)
"""A single drop may take minutes (a recording of gigabytes, a bundle of scans)."""
UNCLAIMED_MIND: Final = timedelta(minutes=15)
UNCLAIMED_BAD: Final = timedelta(hours=2)
RETRY_BAD: Final = timedelta(days=1)
"""How long a drop may be tried again, or be under way, until it is an alarm."""
SPACE_MIND: Final = 5 * GIB
SPACE_BAD: Final = 1 * GIB
CLOCK_BEHIND: Final = timedelta(minutes=2)
"""What a clock may be set back without a word; more is an alarm: terms are counted by it."""
CLOCK_AHEAD: Final = timedelta(days=366)
CERTIFICATE_MIND: Final = timedelta(days=60)


class State(StrEnum):
    """How one thing stands."""

    GOOD = "good"
    MIND = "mind"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `code` and `params` fill `cli.doctor.<code>`, an error its own message."""

    state: State
    code: str
    params: dict[str, Value] = field(default_factory=dict)
    error: JekeError | None = None


@dataclass(frozen=True, slots=True)
class Installed:
    """What is looked at: a place of work, and what its configuration says."""

    config_file: Path
    places: Places
    seal: SealKey | None
    quiet_seconds: float
    trust_folder: Path | None
    standing_order: StandingOrder | None
    recording_years: int
    calendar: Path | None
    time_zone: str
    now: datetime


def failed(error: JekeError) -> Check:
    """Something that could not even be looked at."""
    return Check(State.BAD, "error", error=error)


def caught(checks: Iterator[Check]) -> Iterator[Check]:
    """The checks; where looking itself fails, that is the last."""
    try:
        yield from checks
    except JekeError as error:
        yield failed(error)


def examine(places: Places, now: datetime, quiet_seconds: float) -> Iterator[Check]:
    """What can be told without opening the archive."""
    beat = Beat.read(places.heartbeat)
    yield heartbeat(beat, now)
    try:
        yield from inbox(places, now, quiet_seconds)
    except JekeError as error:
        yield failed(error)
    try:
        drops, last_step = _journal(places)
    except JekeError as error:
        yield failed(error)
        drops, last_step = (), None
    else:
        yield queue(drops, now)
        yield from closed(drops)
    try:
        yield from scans(places)
    except JekeError as error:
        yield failed(error)
    yield clock(now, [moment for moment in (last_step, beat.at if beat else None) if moment is not None])
    yield from space(places)


def heartbeat(beat: Beat | None, now: datetime) -> Check:
    """When inbox/ was last looked into, and whether it was there."""
    if beat is None:
        return Check(State.BAD, "never_ran")
    params: dict[str, Value] = {"at": _moment(beat.at), "minutes": _minutes(now - beat.at)}
    if not beat.inbox:
        return Check(State.BAD, "inbox_gone", params)
    state = _graded(now - beat.at, SCAN_MIND, SCAN_BAD)
    return Check(state, "scan" if state is State.GOOD else "scan_late", params)


def belongings(places: Places, *, own_seal: bool) -> Iterator[Check]:
    """Whether archive/, state/ and recordings/ are those of this place of work, and the keys are there."""
    missing: tuple[JekeError, ...] = ()
    try:
        require(places)
        with Index.open(places.index) as index:
            missing = tuple(keys.errors(places, index, own_seal=own_seal))
    except CorruptError:  # an index that is not there yet, or is made anew when it is needed
        pass
    except JekeError as error:
        missing = (error,)
    yield from map(failed, missing)
    if not missing:
        yield Check(State.GOOD, "belongings")


def inbox(places: Places, now: datetime, quiet_seconds: float) -> Iterator[Check]:
    """Whether inbox/ is the one that was marked, the oldest file nobody has taken yet, what never will be.

    Raises:
        MachineError: `inbox_unmarked`, `inbox_unreadable`.
    """
    if was_marked(places.state):
        require_marked(places.inbox)
    here = Inbox(places.inbox, quiet_seconds)
    odd = {path for path, _ in here.look().odd}
    yield unclaimed([since for path, since in here.unclaimed() if path not in odd], now)
    if odd:
        yield Check(State.MIND, "odd_lying", {"count": len(odd)})


def unclaimed(waiting: Sequence[datetime], now: datetime) -> Check:
    """How long the oldest has lain there."""
    if not waiting:
        return Check(State.GOOD, "inbox_empty")
    age = now - min(waiting)
    state = _graded(age, UNCLAIMED_MIND, UNCLAIMED_BAD)
    params: dict[str, Value] = {"count": len(waiting), "minutes": _minutes(age)}
    return Check(state, "unclaimed" if state is State.GOOD else "unclaimed_old", params)


def queue(drops: tuple[Drop, ...], now: datetime) -> Check:
    """What is under way, what waits for another drop (nobody's fault), and what the machine prevents."""
    waiting = [drop for drop in drops if waits_for_another(drop)]
    held_up = [drop for drop in drops if drop.state is DropState.RETRY and not waits_for_another(drop)]
    params: dict[str, Value] = {
        "claimed": len(drops) - len(held_up) - len(waiting),
        "retry": len(held_up),
        "waiting": len(waiting),
    }
    if any(now - drop.claimed_at >= RETRY_BAD for drop in drops if drop not in waiting):
        return Check(State.BAD, "queue_stuck", params)
    return Check(State.MIND if held_up else State.GOOD, "queue_retry" if held_up else "queue", params)


def closed(drops: tuple[Drop, ...]) -> Iterator[Check]:
    """What its owner has closed to the service when it had left inbox/."""
    for drop in drops:
        if drop.detail.get("error") == "drop_closed":
            yield Check(State.BAD, "drop_closed", {"folder": str(drop.detail["folder"])})


def waits_for_another(drop: Drop) -> bool:
    """Held not for a fault but for what another drop will bring, as a recording for its sitting."""
    return drop.state is DropState.RETRY and "error" not in drop.detail


def scans(places: Places) -> Iterator[Check]:
    """Signed papers that only a person can judge.

    Raises:
        MachineError: as `scans_waiting`.
    """
    if count := scans_waiting(places):
        yield Check(State.MIND, "scans_waiting", {"count": count})


def clock(now: datetime, known: list[datetime]) -> Check:
    """Against the newest moment this place of work has seen."""
    latest = max(known, default=now)
    params: dict[str, Value] = {"now": _moment(now), "latest": _moment(latest)}
    if now < latest - CLOCK_BEHIND:
        return Check(State.BAD, "clock_behind", params)
    if now > latest + CLOCK_AHEAD:
        return Check(State.MIND, "clock_ahead", params)
    return Check(State.GOOD, "clock", params)


def space(places: Places) -> Iterator[Check]:
    """Free space, once for each file system."""
    folders = (places.archive, places.state, places.inbox, places.outbox, places.recordings)
    disks = {folder.stat().st_dev: folder for folder in reversed(folders) if folder.is_dir()}
    for folder in sorted(disks.values()):
        free = shutil.disk_usage(folder).free
        state = State.BAD if free < SPACE_BAD else State.MIND if free < SPACE_MIND else State.GOOD
        code = "disk" if state is State.GOOD else "disk_short"
        yield Check(state, code, {"folder": str(folder), "free_mib": free // 2**20})


def certificate(subject: str, not_after: datetime, now: datetime) -> Check:
    """The seal's certificate."""
    params: dict[str, Value] = {"subject": subject, "until": not_after.date()}
    if not_after <= now:
        return Check(State.BAD, "seal_expired", params)
    return Check(State.MIND if not_after - now < CERTIFICATE_MIND else State.GOOD, "seal", params)


def _journal(places: Places) -> tuple[tuple[Drop, ...], datetime | None]:
    """What is unfinished, and when the last step of any drop was. A journal that is not there is not made."""
    if not is_begun(places.journal):
        return (), None
    with Journal.open_to_read(places.journal) as journal:
        return journal.drops(*UNFINISHED), journal.last_step()


def _graded(age: timedelta, mind: timedelta, bad: timedelta) -> State:
    return State.BAD if age >= bad else State.MIND if age >= mind else State.GOOD


def _minutes(age: timedelta) -> int:
    return max(0, int(age.total_seconds() // 60))


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%d.%m.%Y %H:%M}"
