"""Whoever changes personal files holds the write lock; the watch does not keep the cleanup out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError
from pipeline.flow.site import write_lock as module
from pipeline.flow.site.write_lock import write_lock
from tests.archive.ocfl_support import in_a_process, was_killed
from tests.e2e.place import Place


def test_one_at_a_time_and_a_dead_process_lets_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.1)

    def dies_in_its_turn() -> None:
        with write_lock(tmp_path):
            os.kill(os.getpid(), 9)

    def is_kept_out() -> None:
        with pytest.raises(MachineError, match="turn_busy"), write_lock(tmp_path):
            pass

    assert was_killed(in_a_process(dies_in_its_turn))
    with write_lock(tmp_path):
        assert not was_killed(in_a_process(is_kept_out))
    with write_lock(tmp_path):
        pass


def test_without_a_place_for_its_state_there_is_no_turn(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="state_unusable"), write_lock(tmp_path / "none"):
        pass


def test_the_sweep_runs_beside_the_watch(tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place")
    watching = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run"],
        cwd=place.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert watching.stderr is not None
        watching.stderr.readline()
        assert place.run_once().status == 5
        assert place.jeke("retention", "sweep").status == 0
    finally:
        watching.kill()
        watching.wait(timeout=20)
