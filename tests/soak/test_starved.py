"""The disk refuses one of its changes, any of them, or all from one on: nothing lost, a clear state, and it goes on.

The kernel itself refuses (`trap`): so SQLite, the renderer and every library are refused as our own code is. Every
call of a drop's way has its turn in the long run, a part of them in CI.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path

import pytest

from tests.e2e.place import Place

from . import trap
from .drops import Drop, batch, broken, bundle, case, hostile, iins, look_often, put, recording
from .lives import Lived, Lives, Trap
from .settled import (
    Seen,
    journal_is_clear,
    nothing_is_lost,
    seen,
    without_check_of_the_archive,
)

SOAK = int(os.environ.get("JEKE_SOAK", "0"))
ERRORS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT]
PEOPLE = list(iins())
POINTS = 2
"""In CI, for each way; the long run takes every call."""
LATE = 30.0
"""Seconds; a way takes less than one."""
ALL = 1_000
"""From this JEKE_SOAK on every call meets every error: hours."""

pytestmark = pytest.mark.skipif(not trap.possible(), reason="the kernel lets no call be watched here")

WAYS = {
    "records": Drop("іс.yaml", case(20, PEOPLE[20]).encode()),
    "again": Drop("again.yaml", batch(1, PEOPLE)[0].content, "duplicates"),
    "refused": broken(1),
    "bundle": bundle("бума.zip", {"бір.yaml": case(21, PEOPLE[21]), "екі.yaml": case(22, PEOPLE[22])}),
    "recording": recording(),
    "hostile": hostile(1),
}


@dataclass(frozen=True)
class Way:
    """A drop, the place before it, what is seen after it where nothing failed, and how many calls that took."""

    drop: Drop
    before: Place
    expected: Seen
    calls: int


@pytest.fixture(scope="module")
def before(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place.make(tmp_path_factory.mktemp("before") / "place")
    look_often(place.folder)
    for one in (*batch(0, PEOPLE), batch(1, PEOPLE)[0]):
        put(place.folder, one)
    assert lives.live(place.folder).status == 0
    return place


@pytest.fixture(scope="module", params=WAYS)
def way(
    request: pytest.FixtureRequest, lives: Lives, before: Place, tmp_path_factory: pytest.TempPathFactory
) -> Way:
    drop = WAYS[request.param]
    expected = copied(before, tmp_path_factory.mktemp("expected"))
    put(expected.folder, drop)
    life = watched(lives, expected, Trap(0))
    assert life.status == 0, life.words
    return Way(drop, before, seen(expected), life.calls)


def copied(place: Place, folder: Path) -> Place:
    shutil.copytree(place.folder, folder / "place", symlinks=True)
    return Place(folder / "place")


def watched(lives: Lives, place: Place, trap: Trap) -> Lived:
    """`jeke run`, until everything is worked off."""
    return lives.live(place.folder, "run", trap=trap, first_pause=0.02, until_settled=True, limit=LATE)


def points(calls: int, errors: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Number, call and error: a few calls; every call with one error, in turn; every call with every error."""
    some = sorted({1 + (calls - 1) * number // POINTS for number in range(1, POINTS + 1)})
    every = range(1, calls + 1)
    pairs = zip(every if SOAK else some, cycle(errors)) if SOAK < ALL else product(every, errors)
    for number, (at, error) in enumerate(pairs):
        yield number, at, error


def test_one_change_is_refused_and_the_watch_goes_on(lives: Lives, way: Way, tmp_path: Path) -> None:
    """Refused while the place of work is still being opened, it ends and says so; a service is started again."""
    wrong: list[str] = []
    for number, at, error in points(way.calls, ERRORS):
        place = dropped(way, tmp_path / str(number))
        life = watched(lives, place, Trap(at, error))
        wrong += faults_of(lives, life, place, way, f"{at}: {errno.errorcode[error]}", {0, 5})
    assert wrong == []


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS], ids=["full", "read-only"])
def test_all_changes_from_one_on_are_refused(lives: Lives, way: Way, error: int, tmp_path: Path) -> None:
    wrong: list[str] = []
    for number, at, _ in points(way.calls, [error]):
        place = dropped(way, tmp_path / str(number))
        life = lives.live(place.folder, trap=Trap(at, error, lasting=True), limit=LATE)
        wrong += faults_of(lives, life, place, way, f"from {at} on: {errno.errorcode[error]}", {0, 2, 5})
    assert wrong == []


def dropped(way: Way, folder: Path) -> Place:
    place = copied(way.before, folder)
    put(place.folder, way.drop)
    return place


def faults_of(
    lives: Lives, life: Lived, place: Place, way: Way, refused: str, statuses: set[int]
) -> Iterator[str]:
    """What is wrong with a life that was refused something, and with what comes after it; printed as it is found."""
    told = f"{refused} at {life.hit}, status {life.status}: {life.words}"
    try:
        assert not life.late
        assert life.survivors == []
        assert life.status in statuses
        assert life.status == 0 or life.words
        nothing_is_lost(place, [way.drop])
        journal_is_clear(place)
        end = lives.live(place.folder)
        told += f"; then status {end.status}: {end.words}"
        assert end.status in (0, 2)
        without_check_of_the_archive(place, [way.drop])
        assert seen(place) == way.expected
    except AssertionError as fault:
        sys.stdout.write(f"\n{told}\n{fault}\n")
        yield told
    shutil.rmtree(place.folder.parent)
