from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pipeline.domain.errors import MachineError
from pipeline.retention import copies
from pipeline.retention.copies import destroy_copies

DATA = b"invented interview" * 40
SUM = hashlib.sha256(DATA).hexdigest()


def test_every_copy_goes_and_nothing_else(tmp_path: Path) -> None:
    work, outbox = tmp_path / "work", tmp_path / "outbox"
    deep = outbox / "case" / "тереңде"
    for folder in (work, deep):
        folder.mkdir(parents=True)
    (work / "a.mp4").write_bytes(DATA)
    (deep / "басқа атпен.bin").write_bytes(DATA)
    (work / "same-size.mp4").write_bytes(DATA[::-1])
    (work / "longer.mp4").write_bytes(DATA + b"x")
    outside = tmp_path / "outside.mp4"
    outside.write_bytes(DATA)
    (work / "link.mp4").symlink_to(outside)
    os.mkfifo(work / "pipe")
    assert destroy_copies([work, outbox, tmp_path / "none"], SUM, len(DATA), "id") == 2
    left = {p.name for folder in (work, outbox) for p in folder.rglob("*") if not p.is_dir()}
    assert left == {"same-size.mp4", "longer.mp4", "link.mp4", "pipe"}
    assert outside.read_bytes() == DATA
    assert destroy_copies([work, outbox], SUM, len(DATA), "id") == 0


def test_what_is_another_recordings_is_spared(tmp_path: Path) -> None:
    (tmp_path / "mine.mp4").write_bytes(DATA)
    (tmp_path / "another.mp4").write_bytes(DATA)
    assert destroy_copies([tmp_path], SUM, len(DATA), "id", spared=lambda name: name == "another.mp4") == 1
    assert [p.name for p in tmp_path.iterdir()] == ["another.mp4"]


def test_a_copy_that_comes_back_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(DATA)
    monkeypatch.setattr(copies, "sync_folder", lambda _: path.write_bytes(DATA))
    with pytest.raises(MachineError, match="recording_remains"):
        destroy_copies([tmp_path], SUM, len(DATA), "id")
