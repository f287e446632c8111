from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from pipeline.system.locks import BusyError, locked
from tests.archive.ocfl_support import started


def test_one_at_a_time_and_others_are_told(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path, make=True):
        with pytest.raises(BusyError), locked(path):
            pass
        with pytest.raises(BusyError), locked(path, shared=True, patience_seconds=0.05):
            pass
    with locked(path):
        pass


def test_readers_share_and_keep_a_writer_out(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    with locked(path, shared=True), locked(path, shared=True), pytest.raises(BusyError), locked(path):
        pass


def test_nothing_is_made_unless_asked_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), locked(tmp_path / "lock"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    (tmp_path / "lock").symlink_to(tmp_path / "other")
    with pytest.raises(OSError, match="symbolic"), locked(tmp_path / "lock", make=True):
        pass


def test_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    ready, told = os.pipe()

    def hold() -> None:
        with locked(path, make=True):
            os.write(told, b"!")
            signal.pause()

    process = started(hold)
    os.read(ready, 1)
    with pytest.raises(BusyError), locked(path):
        pass
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    with locked(path):
        pass
