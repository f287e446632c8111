import multiprocessing
import os
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError
from pipeline.intake.instance import lock

FORK = multiprocessing.get_context("fork")


def test_a_second_one_is_told_who_runs(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(MachineError, match="already_running") as caught, lock(tmp_path):
        pass
    assert caught.value.params == {"pid": os.getpid()}


def test_afterwards_the_place_is_free(tmp_path: Path) -> None:
    with lock(tmp_path):
        pass
    with lock(tmp_path):
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def _hold(folder: Path, ready: Event) -> None:
    with lock(folder):
        ready.set()
        FORK.Event().wait()


def test_a_killed_one_holds_nothing(tmp_path: Path) -> None:
    ready = FORK.Event()
    process = FORK.Process(target=_hold, args=(tmp_path, ready))
    process.start()
    assert ready.wait(60)
    with pytest.raises(MachineError, match="already_running") as caught, lock(tmp_path):
        pass
    assert caught.value.params == {"pid": process.pid}
    process.kill()
    process.join(60)
    with lock(tmp_path):
        pass


def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="state_unusable"), lock(tmp_path / "жоқ"):
        pass


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("keep")
    (tmp_path / "lock").symlink_to(tmp_path / "victim")
    with pytest.raises(MachineError, match="state_unusable"), lock(tmp_path):
        pass
    assert (tmp_path / "victim").read_text() == "keep"
