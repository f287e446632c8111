"""Work that is cut off again and again comes back to HR; what people ended is held against no drop."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipeline.flow.drops.cut_off import MOST
from pipeline.flow.site.stop import MARK
from pipeline.intake.journal import Journal
from tests.cli.jeke import command, environment
from tests.e2e.place import Place, sample

SECONDS = 60.0


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


@contextmanager
def working(place: Place) -> Iterator[subprocess.Popen[str]]:
    """The service, ended when a drop of it is under way; nothing of it is left behind."""
    with subprocess.Popen(
        command("run"), cwd=place.folder, env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            process.stderr.readline()  # it watches: what the run before left is settled
            until = time.monotonic() + SECONDS
            while not under_way(place):
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until
                time.sleep(0.005)
            yield process
        finally:
            process.kill()


def under_way(place: Place) -> list[str]:
    path = place.folder / "state" / "journal.sqlite"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as journal:
        rows = journal.execute("SELECT name FROM drops WHERE under_way").fetchall()
    return [bytes(name).decode() for (name,) in rows]


def killed(place: Place, times: int) -> None:
    for _ in range(times):
        with working(place) as process:
            process.kill()


def given_back(place: Place) -> list[str]:
    return sorted(path.name for path in (place.folder / "inbox").glob("refused/*/*.yaml"))


def test_the_third_kill_is_the_last(place: Place) -> None:
    """The drop comes back whole, with words; those that lay beside it are worked off."""
    place.drop("a.yaml", sample("recommended"))
    killed(place, MOST)
    place.drop("b.yaml", "kind: case\n")
    ran = place.run_once()
    assert ran.status == 2, ran.err
    assert given_back(place) == ["a.yaml", "b.yaml"]
    (back,) = (place.folder / "inbox").glob("refused/*/a.yaml")
    assert back.read_text(encoding="utf-8") == sample("recommended")
    words = (back.parent / "жауап.txt").read_text(encoding="utf-8")
    assert "үзілді" in words
    assert "әкімшіге" in words
    assert "өңдеу үзілді" in place.jeke("history", "a.yaml").out
    assert list((place.folder / "state" / "work").iterdir()) == []


def test_one_kill_less_costs_nothing(place: Place) -> None:
    place.drop("a.yaml", sample("recommended"))
    killed(place, MOST - 1)
    assert place.run_once().status == 0
    assert given_back(place) == []


def test_dropped_again_it_is_a_drop_of_its_own(place: Place) -> None:
    place.drop("a.yaml", sample("recommended"))
    killed(place, MOST)
    place.run_once()
    place.drop("a.yaml", sample("recommended"))
    assert place.run_once().status == 0
    assert given_back(place) == ["a.yaml"]


def test_drops_that_lie_beside_are_not_to_blame(place: Place) -> None:
    """Three are claimed, the first is under way; the others are worked off as if nothing had been."""
    for name in ("a", "b", "c"):
        place.drop(f"{name}.yaml", sample("recommended").replace("QRG-PD-2025-014", f"QRG-PD-2025-01{name}"))
    names: set[str] = set()
    for _ in range(MOST):
        with working(place) as process:
            names.update(under_way(place))
            process.kill()
    with Journal.open(place.folder / "state" / "journal.sqlite") as journal:
        journal.count_cut_off(stopped=False)
        rows = journal._connection.execute("SELECT name, cut_off FROM drops").fetchall()
    assert names == {"a.yaml"}
    assert {bytes(name).decode(): times for name, times in rows} == {"a.yaml": MOST, "b.yaml": 0, "c.yaml": 0}


@pytest.mark.parametrize(
    "ended", ["by a second signal", "by the service manager's patience", "in good order"]
)
def test_a_stop_is_held_against_no_drop(place: Place, ended: str) -> None:
    place.drop("a.yaml", sample("recommended"))
    for _ in range(MOST + 1):
        if list((place.folder / "inbox").glob("*.yaml")) or list((place.folder / "state/work").glob("*")):
            with working(place) as process:
                process.send_signal(signal.SIGTERM)
                until = time.monotonic() + SECONDS
                while not (place.folder / "state" / MARK).exists() and process.poll() is None:
                    assert time.monotonic() < until
                    time.sleep(0.005)
                if ended == "by a second signal":
                    process.send_signal(signal.SIGTERM)
                elif ended == "by the service manager's patience":
                    process.kill()
                process.communicate()
    assert place.run_once().status == 0
    assert given_back(place) == []


def test_a_mark_excuses_one_end_only(place: Place) -> None:
    (place.folder / "state" / MARK).touch()
    place.drop("a.yaml", sample("recommended"))
    killed(place, MOST)
    assert place.run_once().status == 1
    assert given_back(place) == ["a.yaml"]
