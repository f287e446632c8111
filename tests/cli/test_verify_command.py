"""`jeke verify` at a terminal: how far it has come is shown, the result stays."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.jeke import command, environment
from tests.flow.kept_place import clear, kept_place


@pytest.fixture(scope="module", autouse=True)
def _original_taken_away() -> Iterator[None]:
    yield
    clear()


def test_a_bar_shows_how_far_it_has_come(tmp_path: Path) -> None:
    place = kept_place(tmp_path / "place")
    ours, theirs = pty.openpty()
    run = subprocess.Popen(
        command("--lang", "en", "verify"),
        cwd=place.folder,
        env=environment(TERM="xterm"),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = _all_of(ours)
    assert run.wait(timeout=60) == 0, shown
    objects = len(place.objects())
    assert f"{objects}/{objects}" in shown


def _all_of(terminal: int) -> str:
    said = b""
    try:
        while more := os.read(terminal, 4096):
            said += more
    except OSError:  # Linux: the other side is closed
        pass
    os.close(terminal)
    return said.decode()
