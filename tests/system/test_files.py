from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.system.files import (
    append_line,
    atomic_write,
    atomic_write_shared,
    make_folders,
    narrow_folder,
    new_file_once_whole,
    place_once,
    read_file,
    shred,
    sync_path,
    write_over,
)
from pipeline.system.locks import locked
from tests.archive.ocfl_support import at_step, die, in_a_process, steps_of, was_killed


def test_the_first_secret_stays(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "k"
    place_once(path, b"one")
    place_once(path, b"two")
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_what_is_put_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "f"
    atomic_write_shared(path, b"one")
    atomic_write_shared(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("write", [place_once, atomic_write_shared])
def test_a_full_disk_leaves_the_old_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: object
) -> None:
    assert callable(write)
    path = tmp_path / "f"
    atomic_write_shared(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("left", [b"", b"whole\n", b"whole\nha"])
def test_a_line_never_runs_into_what_a_kill_left(tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "lines"
    path.write_bytes(left)
    append_line(path, b"next")
    assert path.read_bytes().splitlines()[-1] == b"next"
    assert path.read_bytes().startswith(left)


def test_atomic_write_stopped_at_any_step_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "f"
    seen = set()
    for number in range(1, steps_of(lambda: atomic_write(path, b"old")) + 1):
        atomic_write(path, b"old")

        def killed(number: int = number) -> None:
            with at_step(number, die):
                atomic_write(path, b"new")

        assert was_killed(in_a_process(killed))
        seen.add(path.read_bytes())
    assert seen == {b"old", b"new"}


def test_a_file_that_appears_once_whole_is_not_there_before(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with new_file_once_whole(path, 0o600) as file:
        file.write(b"half")
        assert not list(tmp_path.iterdir())
    assert path.read_bytes() == b"half"
    with pytest.raises(FileExistsError), new_file_once_whole(path, 0o600):
        pass


@pytest.mark.parametrize("write", [append_line, write_over])
def test_a_file_that_is_there_keeps_its_mode_and_a_writer_need_not_own_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path, bytes], None]
) -> None:
    path = tmp_path / "shared"
    path.touch()
    path.chmod(0o660)

    def not_the_owner(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchmod", not_the_owner)
    write(path, b"line")
    assert path.read_bytes().strip() == b"line"
    assert path.stat().st_mode & 0o777 == 0o660


def test_a_folder_that_is_there_keeps_its_mode_until_it_is_narrowed(tmp_path: Path) -> None:
    folder = tmp_path / "retention"
    folder.mkdir()
    folder.chmod(0o770)
    make_folders(folder)
    assert folder.stat().st_mode & 0o777 == 0o770
    narrow_folder(folder, 0o700)
    assert folder.stat().st_mode & 0o777 == 0o700


def _locked(path: Path, *, shared: bool) -> None:
    with locked(path, shared=shared):
        pass


@pytest.mark.parametrize(
    "use",
    [
        read_file,
        shred,
        lambda path: append_line(path, b"x"),
        lambda path: write_over(path, b"x"),
        lambda path: _locked(path, shared=True),
        lambda path: _locked(path, shared=False),
    ],
)
@pytest.mark.parametrize("what", ["pipe", "socket", "device", "folder"])
def test_a_pipe_a_socket_a_device_is_told_of_and_not_waited_for(
    tmp_path: Path, what: str, use: Callable[[Path], object]
) -> None:
    path = tmp_path / "f"
    match what:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as end:
                end.bind(str(path))
        case "device" if os.geteuid() == 0:
            os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))
        case "folder":
            path.mkdir()
        case _:
            pytest.skip("devices are the superuser's")
    with pytest.raises(OSError, match=r"not a regular file|Is a directory"):
        use(path)


def test_syncing_waits_for_no_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f")
    with pytest.raises(OSError, match="Invalid argument"):
        sync_path(tmp_path / "f")
