"""A process that claims bundles, takes them apart and files what is in them, until it is killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TypeVar

from pipeline.domain.errors import MachineError
from pipeline.flow.drops.bundle_drop import is_bundle, open_bundle
from pipeline.flow.site.places import Places
from pipeline.intake.claim import Claimed, claim, finish, recover
from pipeline.intake.inbox import Inbox
from pipeline.intake.journal import DropState, Journal
from tests.intake.claim_worker import die_at, fail_at, file, two_file_systems

Done = TypeVar("Done")
NOW = datetime(2025, 10, 16, 10, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Bench:
    """As much of a place of work as taking apart needs."""

    places: Places

    def clock(self) -> datetime:
        return NOW


def bench(place: Path) -> Bench:
    named = {name: place / name for name in ("inbox", "outbox", "archive", "recordings", "templates")}
    return Bench(Places(state=place, **named))


def run(place: Path, kill_step: int, *, across: bool, ready: Event) -> None:
    if across:
        two_file_systems(place)
    if kill_step:
        die_at(kill_step)
    ready.set()
    work_off(place)


def run_on_a_bad_disk(place: Path, step: int, error: int, *, across: bool) -> None:
    """One step fails; what was under way is tried again in the same process."""
    if across:
        two_file_systems(place)
    fail_at(step, error)
    work_off(place)


def work_off(place: Path) -> None:
    at = bench(place)
    with Journal.open(place / "journal.sqlite") as journal:
        held = list(_again(partial(recover, at.places.inbox, at.places.work, journal, now=NOW)))
        watched = Inbox(at.places.inbox, 0)
        while held or any((look := watched.look()).ready + look.unfinished):
            if not held:
                held = (
                    [_again(lambda: claim(look.ready[0], at.places.work, journal, now=NOW))]
                    if look.ready
                    else []
                )
                continue
            claimed = held.pop()
            if is_bundle(claimed):
                known = {drop.drop_id for drop in held}
                inside = _again(partial(open_bundle, at, journal, claimed))  # type: ignore[arg-type]  # see Bench
                assert isinstance(inside, tuple)
                held += [drop for drop in inside if drop.drop_id not in known]
            else:
                _again(partial(_file, place, claimed, journal))


def _file(place: Path, claimed: Claimed, journal: Journal) -> None:
    file(place, claimed)
    finish(claimed, place / "work", journal, DropState.DONE, now=NOW, detail={})


def _again(step: Callable[[], Done]) -> Done:
    """What one bad moment of the disk prevents succeeds the second time."""
    try:
        return step()
    except (MachineError, OSError):
        return step()
