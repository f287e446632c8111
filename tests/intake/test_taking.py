"""What was dropped becomes the service's own: whoever still holds it open reaches nothing that is judged."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePath

import pytest

from pipeline.intake import files
from pipeline.intake.bundles import bundle_folder
from pipeline.intake.bundles.bundle_folder import TooLargeError, survey
from pipeline.intake.files import UnfitError, folder_opened, opened, rename_new, stamp_of
from pipeline.intake.inbox import Inbox, Unsupported
from pipeline.intake.taking import DROPPED, ChangedError, let_go, seize, seized, take_in

GIB = 2**30


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "own").mkdir()
    return tmp_path / "inbox"


def taken(inbox: Path, name: str) -> Path:
    own = inbox.parent / "own"
    seize(inbox / name, own)
    dropped = seized(inbox, own, name)
    assert dropped is not None
    take_in(dropped, own / name)
    assert let_go(inbox, own)
    assert [path.name for path in own.iterdir()] == [name]
    return own / name


def test_a_file_nobody_writes_to_keeps_its_place_on_the_disk(inbox: Path) -> None:
    path = inbox / "a.mp4"
    path.write_bytes(b"video")
    before = path.stat().st_ino
    held = taken(inbox, "a.mp4")
    assert (held.stat().st_ino, held.stat().st_nlink, held.read_bytes()) == (before, 1, b"video")
    assert stat.S_IMODE(held.stat().st_mode) == 0o640


@pytest.mark.parametrize("name", ["a.mp4", "бума"])
def test_a_writer_that_still_holds_a_file_open_reaches_its_own_copy_only(inbox: Path, name: str) -> None:
    path = inbox / name
    if name == "бума":
        path.mkdir()
        path = path / "a.mp4"
    path.write_bytes(b"as judged")
    with path.open("r+b") as writer:
        held = taken(inbox, name)
        writer.write(b"otherwise")
    judged = held / "a.mp4" if name == "бума" else held
    assert judged.read_bytes() == b"as judged"


@pytest.mark.skipif(os.geteuid() != 0, reason="gives a file to another user")
@pytest.mark.parametrize("owner", [5001, 0])
def test_a_strangers_file_is_made_anew(inbox: Path, owner: int) -> None:
    path = inbox / "a.pdf"
    path.write_bytes(b"x")
    os.chown(path, owner, owner)
    before = path.stat().st_ino
    held = taken(inbox, "a.pdf")
    assert held.stat().st_uid == os.geteuid()
    assert (held.stat().st_ino == before) is (owner == 0)


def test_holes_stay_holes(inbox: Path) -> None:
    path = inbox / "a.mp4"
    with path.open("wb") as file:
        file.write(b"head")
        file.seek(4 * GIB)
        file.write(b"tail")
    with path.open("r+b"):  # so that it is copied
        held = taken(inbox, "a.mp4")
    assert held.stat().st_size == 4 * GIB + 4
    assert held.stat().st_blocks * 512 < GIB
    with held.open("rb") as file:
        assert file.read(4) == b"head"
        file.seek(4 * GIB)
        assert file.read() == b"tail"


def test_more_than_a_day_of_video_is_not_taken(inbox: Path) -> None:
    (inbox / "бума").mkdir()
    for path in (inbox / "a.mp4", inbox / "бума" / "a.mp4"):
        path.touch()
        os.truncate(path, bundle_folder.MAX_BYTES + 1)
    look = Inbox(inbox, 0, unfinished_seconds=0).look()
    assert dict(look.odd) == {
        inbox / "a.mp4": Unsupported.FILE_TOO_LARGE,
        inbox / "бума": Unsupported.FOLDER_TOO_LARGE,
    }
    seize(inbox / "a.mp4", inbox.parent / "own")
    with pytest.raises(TooLargeError):
        take_in(inbox.parent / "own" / DROPPED / "a.mp4", inbox.parent / "own" / "a.mp4")


@pytest.mark.parametrize("change", ["written", "replaced", "linked twice", "added"])
def test_what_changed_since_it_was_seen_is_looked_at_anew(inbox: Path, change: str) -> None:
    (inbox / "бума").mkdir()
    path = inbox / "бума" / "a.yaml"
    path.write_bytes(b"kind: case\n")
    seen = survey(inbox / "бума").stamp
    match change:
        case "written":
            path.write_bytes(b"kind: cases\n")
        case "replaced":
            path.rename(inbox / ".a")
            path.write_bytes(b"kind: case\n")
        case "linked twice":
            (inbox / ".a").hardlink_to(path)
        case "added":
            (inbox / "бума" / "b.yaml").write_bytes(b"kind: case\n")
    own = inbox.parent / "own"
    seize(inbox / "бума", own)
    with pytest.raises((ChangedError, UnfitError)):
        take_in(own / DROPPED / "бума", own / "бума", seen)
    assert not (own / "бума").exists()
    assert (own / DROPPED / "бума" / "a.yaml").exists()


@pytest.mark.parametrize("path", ["a/x", "a/b/x", "../x", "a/../../x", "b/x"])
def test_nothing_is_opened_through_a_link_or_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "x").write_bytes(b"secret")
    (tmp_path / "top" / "b").mkdir(parents=True)
    (tmp_path / "top" / "a").symlink_to(tmp_path)
    (tmp_path / "top" / "b" / "x").symlink_to(tmp_path / "x")
    with (
        folder_opened(tmp_path / "top") as top,
        pytest.raises((UnfitError, FileNotFoundError)),
        opened(PurePath(path), top),
    ):
        pass


def test_a_stamp_is_the_same_after_a_rename(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    before = stamp_of(path.lstat())
    assert stamp_of(path.rename(tmp_path / "b").lstat()) == before


@pytest.mark.parametrize("supported", [True, False])
def test_putting_back_overwrites_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, supported: bool
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    if not supported:
        monkeypatch.setattr(files, "_NO_REPLACE", 1 << 31)  # a flag no kernel knows: EINVAL
    with pytest.raises(FileExistsError):
        rename_new(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "b"
    rename_new(tmp_path / "a", tmp_path / "c")
    assert (tmp_path / "c").read_text() == "a"
