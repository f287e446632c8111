"""Folders to give back into: the service's own, whatever somebody has put in their place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pipeline.intake.own_folder import NotOursError, is_own_folder, own_folder
from tests.e2e.place import Place

SQUATS = ("link to a folder", "link to nothing", "file", "pipe", "open to all")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


def squat(path: Path, kind: str, target: Path) -> None:
    if path.is_dir():
        path.rmdir()
    match kind:
        case "link to a folder":
            path.symlink_to(target)
        case "link to nothing":
            path.symlink_to(target / "none")
        case "file":
            path.write_text("x")
        case "pipe":
            os.mkfifo(path)
        case "open to all":
            path.mkdir()
            path.chmod(0o2777)


@pytest.mark.parametrize("kind", SQUATS)
@pytest.mark.parametrize("name", ["refused", "duplicates", "quarantine"])
def test_nothing_is_given_back_into_what_somebody_put_there(place: Place, kind: str, name: str) -> None:
    inbox, state = place.folder / "inbox", place.folder / "state"
    squat(inbox / name, kind, state)
    assert place.jeke("doctor").status == 5
    bad, hostile = "kind: x\n", b"%PDF-1.7\n/JavaScript\n%%EOF\n"
    place.drop("bad.yaml", bad)
    place.drop("again.yaml", bad)
    (inbox / "hostile.pdf").write_bytes(hostile)
    assert place.run_once().status == 2
    folder = inbox / name
    assert stat.S_ISDIR(folder.lstat().st_mode)
    assert not folder.lstat().st_mode & 0o027
    assert not [path for path in state.rglob("*") if "bad.yaml" in path.name or "hostile" in path.name]
    assert list((inbox / "refused").glob("*/bad.yaml"))
    assert place.jeke("doctor").status != 5


@pytest.mark.parametrize("kind", ["link to a folder", "link to nothing", "file"])
def test_no_answer_is_written_through_a_link_in_outbox(tmp_path: Path, kind: str) -> None:
    (tmp_path / "outbox").mkdir()
    (tmp_path / "state").mkdir()
    squat(tmp_path / "outbox" / "C-1", kind, tmp_path / "state")
    with own_folder(tmp_path / "outbox" / "C-1") as inside:
        (inside / "жауап.txt").write_text("x")
    assert list((tmp_path / "state").iterdir()) == []
    assert (tmp_path / "outbox" / "C-1" / "жауап.txt").read_text() == "x"


def test_what_was_put_there_is_set_aside_and_not_lost(tmp_path: Path) -> None:
    (tmp_path / "refused").write_text("x")
    with own_folder(tmp_path / "refused"):
        pass
    (aside,) = tmp_path.glob("refused.*")
    assert aside.read_text() == "x"


def test_the_folder_stays_the_one_that_was_looked_at(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with own_folder(tmp_path / "refused") as inside:
        (tmp_path / "refused").rename(tmp_path / "moved")
        (tmp_path / "refused").symlink_to(tmp_path / "secret")
        (inside / "a").write_text("x")
    assert list((tmp_path / "secret").iterdir()) == []
    assert (tmp_path / "moved" / "a").read_text() == "x"


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a folder to another user")
def test_a_strangers_folder_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "refused").mkdir()
    os.chown(tmp_path / "refused", 5001, 5001)
    assert not is_own_folder(tmp_path / "refused")
    with pytest.raises(NotOursError), own_folder(tmp_path / "refused", make=False):
        pass
    with own_folder(tmp_path / "refused"):
        pass
    assert is_own_folder(tmp_path / "refused")


def test_init_makes_them(place: Place) -> None:
    for name in ("refused", "duplicates", "quarantine"):
        assert is_own_folder(place.folder / "inbox" / name)
        (place.folder / "inbox" / name).rmdir()
    assert place.jeke("init", ".").status == 0
    assert all(is_own_folder(place.folder / "inbox" / name) for name in ("refused", "duplicates"))
