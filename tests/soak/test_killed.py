"""The whole program killed at random, again and again, over a stream of drops: nothing lost, nothing twice.

In CI the lives are forked from a process that has imported everything (`lives_server`), so that hundreds of kills
fit into half a minute; the long run (`make soak`) adds thousands, a part of them in fresh interpreters.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.place import Place

from . import trap
from .drops import Drop, batch, iins, put, versions_after, whole_case
from .lives import Lived, Lives, Trap, Whom
from .settled import everything_is_settled, nothing_shows_half, seen, versions_of_people

SOAK = int(os.environ.get("JEKE_SOAK", "0"))
KILLS = 10 * SOAK or 100
FRESH_KILLS = SOAK
PRESS_KILLS = SOAK // 3 or 4
PART_OF_A_BATCH = 0.4
"""A life is killed in the first part of the work on a batch, so that each batch takes several."""
PEOPLE = list(iins())


@pytest.fixture(scope="module")
def whole(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """The life of a batch that nobody disturbs."""
    place = Place.make(tmp_path_factory.mktemp("whole") / "place")
    drop(place, 0)
    lives.live(place.folder)
    drop(place, 1)
    return lives.live(place.folder, trap=Trap(0) if trap.possible() else None)


def drop(place: Place, number: int) -> None:
    for one in batch(number, PEOPLE):
        put(place.folder, one)


def killed_again_and_again(
    lives: Lives,
    place: Place,
    kills: int,
    chance: random.Random,
    kill: Callable[[Path, random.Random], Lived],
) -> int:
    """A life is killed, and another; once one comes to its end, the next batch is dropped. Gives how many were."""
    batches = killed = 0
    while killed < kills:
        life = kill(place.folder, chance)
        assert life.survivors == []
        assert life.killed or life.status in (0, 2), life.words
        killed += life.killed
        if not life.killed:
            drop(place, batches)
            batches += 1
        elif killed % 100 == 0:
            nothing_shows_half(place)
    sys.stdout.write(f"\n{killed} kills over {sum(len(batch(n, PEOPLE)) for n in range(batches))} drops\n")
    return batches


def assert_as_if_nothing_had_happened(lives: Lives, place: Place, batches: int, expected: Place) -> None:
    end = lives.live(place.folder)
    assert end.status in (0, 2), end.words
    everything_is_settled(place, [one for number in range(batches) for one in batch(number, PEOPLE)])
    for number in range(batches):
        drop(expected, number)
        assert lives.live(expected.folder).status in (0, 2)
    assert seen(place) == seen(expected)
    assert versions_of_people(place).items() >= versions_after(batches, PEOPLE).items()


def test_killed_over_a_stream_of_drops(lives: Lives, whole: Lived, tmp_path: Path) -> None:
    """Killed before one of its changes to the disk, or at any moment; alone, or with all it has started."""

    def kill(folder: Path, chance: random.Random) -> Lived:
        whom: Whom = chance.choice(["alone", "all"])
        if whole.calls and chance.random() < 0.5:
            at = chance.randint(1, int(PART_OF_A_BATCH * whole.calls))
            return lives.live(folder, trap=Trap(at, whom=whom))
        return lives.live(folder, kill_after=chance.uniform(0, PART_OF_A_BATCH * whole.seconds), whom=whom)

    place, expected = Place.make(tmp_path / "place"), Place.make(tmp_path / "expected")
    batches = killed_again_and_again(lives, place, KILLS, random.Random(218), kill)
    assert_as_if_nothing_had_happened(lives, place, batches, expected)


@pytest.mark.skipif(not FRESH_KILLS, reason="a new interpreter each time: takes as long as JEKE_SOAK says")
def test_killed_in_fresh_interpreters(lives: Lives, tmp_path: Path) -> None:
    def kill(folder: Path, chance: random.Random) -> Lived:
        whom: Whom = chance.choice(["alone", "all"])
        return lives.live(folder, kill_after=chance.uniform(0.5, 3.0), whom=whom, fresh=True)

    place, expected = Place.make(tmp_path / "place"), Place.make(tmp_path / "expected")
    batches = killed_again_and_again(lives, place, FRESH_KILLS, random.Random(219), kill)
    assert_as_if_nothing_had_happened(lives, place, batches, expected)


def test_killed_while_two_processes_render(lives: Lives, tmp_path: Path) -> None:
    """From the first paper on the second renderer is at work; it does not outlive the first, and loses no paper."""
    place, expected = Place.make(tmp_path / "place"), Place.make(tmp_path / "expected")
    put(expected.folder, whole_case(0, PEOPLE[0]))
    whole = lives.live(expected.folder, enough=0)
    chance = random.Random(220)
    drops: list[Drop] = []
    killed = while_it_rendered = 0
    while killed < PRESS_KILLS or not while_it_rendered:
        life = lives.live(place.folder, enough=0, kill_after=chance.uniform(0, whole.seconds))
        assert life.survivors == []
        killed += life.killed
        while_it_rendered += any("render_worker" in helper for helper in life.helpers)
        if not life.killed:
            drops.append(whole_case(len(drops), PEOPLE[len(drops)]))
            put(place.folder, drops[-1])
    assert lives.live(place.folder, enough=0).status == 0
    everything_is_settled(place, drops)
    for drop in drops[1:]:
        put(expected.folder, drop)
    assert lives.live(expected.folder, enough=0).status == 0
    assert seen(place) == seen(expected)
    assert set(versions_of_people(place).values()) == {1}
