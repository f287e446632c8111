"""Faults of the machine as they come: a full disk, a read-only one, a limit on files, helpers killed, a clock set back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.place import Place

from .drops import batch, hostile, iins, look_often, put, whole_case
from .lives import Lived, Lives
from .settled import Seen, everything_is_settled, journal_is_clear, nothing_is_lost, seen

PEOPLE = list(iins())
DROPS = [whole_case(1, PEOPLE[0]), *batch(1, PEOPLE), hostile(1)]
KIB = 1024
SOAK = "JEKE_SOAK" in os.environ
"""Else some of what stands below for others of its kind is left out."""


FOLDERS = ["archive", "state", "outbox", "inbox", "recordings"]


@pytest.fixture(scope="module")
def expected(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    place = Place.make(tmp_path_factory.mktemp("expected") / "place")
    for drop in (*batch(0, PEOPLE), *DROPS):
        put(place.folder, drop)
    assert lives.live(place.folder).status == 2
    return seen(place)


@pytest.fixture
def place(lives: Lives, tmp_path: Path) -> Place:
    """In work already; the drops have just arrived."""
    place = Place.make(tmp_path / "place")
    look_often(place.folder)
    arrived(lives, place)
    return place


def arrived(lives: Lives, place: Place) -> None:
    for drop in batch(0, PEOPLE):
        put(place.folder, drop)
    assert lives.live(place.folder).status == 0
    for drop in DROPS:
        put(place.folder, drop)


def goes_on_when_it_is_gone(lives: Lives, place: Place, expected: Seen, fault: Callable[[], Lived]) -> None:
    """Only where nothing at all was to be written to what is at fault may it have been worked off meanwhile."""
    life = fault()
    assert life.status in (2, 5), life.words
    assert life.words
    nothing_is_lost(place, DROPS)
    journal_is_clear(place)
    end = lives.live(place.folder)
    assert end.status in (0, 2), end.words
    everything_is_settled(place, [*batch(0, PEOPLE), *DROPS])
    assert seen(place) == expected


@contextmanager
def mounted(*arguments: str, at: Path) -> Iterator[None]:
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    if subprocess.run(["mount", *arguments, str(at)], check=False, capture_output=True).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)


@pytest.mark.parametrize("room", [8, 300] if SOAK else [300], ids="{} KiB".format)
def test_a_disk_that_is_full(lives: Lives, expected: Seen, tmp_path: Path, room: int) -> None:
    """As much room is left as that."""
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=64m", "tmpfs", at=disk):
        place = Place.make(disk / "place")
        arrived(lives, place)
        found = os.statvfs(disk)
        used = (found.f_blocks - found.f_bfree) * found.f_frsize

        def fault() -> Lived:
            _resized(disk, used + room * KIB)
            life = lives.live(place.folder)
            _resized(disk, 64 * KIB * KIB)
            return life

        goes_on_when_it_is_gone(lives, place, expected, fault)


def _resized(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


@pytest.mark.parametrize("folder", FOLDERS if SOAK else FOLDERS[:2])
def test_a_folder_that_has_become_read_only(lives: Lives, place: Place, expected: Seen, folder: str) -> None:
    target = place.folder / folder

    def fault() -> Lived:
        with read_only(target):
            return lives.live(place.folder)

    goes_on_when_it_is_gone(lives, place, expected, fault)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Root writes whatever the mode: for it the folder is mounted anew."""
    if os.geteuid() == 0:
        with mounted("--bind", str(folder), at=folder):
            subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
            yield
        return
    mode = folder.stat().st_mode
    folder.chmod(0o550)
    try:
        yield
    finally:
        folder.chmod(mode)


@pytest.mark.parametrize("limit", [3 * KIB, 40 * KIB] if SOAK else [40 * KIB], ids="{} bytes".format)
def test_a_limit_on_the_size_of_files(lives: Lives, place: Place, expected: Seen, limit: int) -> None:
    """RLIMIT_FSIZE: SQLite's and ours alike."""
    goes_on_when_it_is_gone(lives, place, expected, lambda: lives.live(place.folder, largest_file=limit))


@pytest.mark.parametrize("helper", ["rdocx_worker", "pdf_gate_process", "render_worker"])
def test_a_helper_that_is_killed(lives: Lives, place: Place, expected: Seen, helper: str) -> None:
    """The renderer, the process that looks at PDFs, the second renderer: the same watch goes on without a new start."""
    life = lives.live(
        place.folder,
        "run",
        kill_helpers=[helper, 3],
        first_pause=0.1,
        until_settled=True,
        limit=60,
        enough=0 if helper == "render_worker" else None,
    )
    assert life.ended_helpers > 0
    assert not life.late, life.words
    assert life.status == 0, life.words
    everything_is_settled(place, [*batch(0, PEOPLE), *DROPS])
    assert lives.live(place.folder).status == 0
    assert seen(place) == expected


@pytest.mark.parametrize("hours", [-24 * 40, 24 * 400] if SOAK else [-24 * 40], ids="{} h".format)
def test_a_clock_that_jumps(lives: Lives, place: Place, hours: int) -> None:
    """What arrives while it is wrong is filed all the same, and once it is right again everything is sound."""
    for drop in DROPS:
        (place.folder / "inbox" / drop.name).unlink()
    lawful = [drop for drop in DROPS if not drop.name.startswith("whole")]
    for drop in lawful:
        put(place.folder, drop)
    life = lives.live(place.folder, clock_hours=hours)
    assert life.status in (0, 2), life.words
    more = batch(2, PEOPLE)
    for drop in more:
        put(place.folder, drop)
    assert lives.live(place.folder).status in (0, 2)
    everything_is_settled(place, [*batch(0, PEOPLE), *lawful, *more])
    shutil.rmtree(place.folder)
