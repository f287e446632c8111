"""A pipe where a file of the service should be: no command waits for it, each says what it is and where."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from tests.archive.ocfl_support import SCRATCH
from tests.e2e.place import Place, sample

COMMANDS = (
    ("audit", "--verify"),
    ("find", "Өмірзақов"),
    ("doctor", "--health"),
    ("verify",),
    ("get", "SHY-PD-2026-008", "--all", "--out", "out"),
    ("recording", "list"),
    ("retention", "plan"),
)


@pytest.fixture(scope="module")
def filed() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        place = Place.make(Path(folder) / "place")
        place.drop("a.yaml", sample("refused"))
        assert place.run_once().status == 0
        yield place


@contextmanager
def a_pipe_instead(path: Path) -> Iterator[None]:
    aside = path.with_name("aside")
    if path.exists():
        path.rename(aside)
    os.mkfifo(path)
    try:
        yield
    finally:
        path.unlink()
        if aside.exists():
            aside.rename(path)


@contextmanager
def within(seconds: int) -> Iterator[None]:
    def too_long(_: int, __: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    "what",
    [
        "state/audit/*.jsonl",
        "state/audit/1999.jsonl",
        "state/audit/head",
        "state/audit/lock",
        "state/audit-seen",
        "state/place.json",
        "state/marks.key",
        "state/turn",
        "state/filing",
        "state/health.json",
        "state/seal/roots/*.der",
        "archive/extensions/jeke-audit-heads/heads/*.p7m",
        "archive/0=ocfl_1.1",
        "archive/*/*/*/urn*/inventory.json",
        "archive/*/*/*/urn*/inventory.json.sha512",
        "archive/*/*/*/urn*/v1/content/events.jsonl",
    ],
)
def test_no_command_waits_for_a_pipe(filed: Place, what: str) -> None:
    path = next(iter(sorted(filed.folder.glob(what))), filed.folder / what)
    told = []
    with a_pipe_instead(path), within(100):
        for command in COMMANDS:
            ran = filed.jeke(*command)
            told.append(ran.out + ran.err)
            assert "--debug" not in told[-1], (command, told[-1])
    if path.name not in {"health.json", "turn"}:  # read by the service and by those who write
        assert any(path.name in words or "not a regular file" in words for words in told), told
