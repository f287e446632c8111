"""The sign of life: whole or not there, and never a reason to stop."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.flow.site.heartbeat import Beat, Heartbeat

NOW = datetime(2025, 10, 16, 10, 30, tzinfo=UTC)
BEAT = Beat(NOW, inbox=True, settling=2, held=1)


def test_what_was_written_is_read(tmp_path):
    BEAT.write(tmp_path / "health.json")
    assert Beat.read(tmp_path / "health.json") == BEAT
    assert [p.name for p in tmp_path.iterdir()] == ["health.json"]


@pytest.mark.parametrize("left", [b"", b"{", b"[]", b'{"at": 1}', b'{"at": "x", "inbox": true}', b"\xff\xfe"])
def test_what_a_crash_left_is_no_sign_of_life(tmp_path, left):
    (tmp_path / "health.json").write_bytes(left)
    assert Beat.read(tmp_path / "health.json") is None
    BEAT.write(tmp_path / "health.json")
    assert Beat.read(tmp_path / "health.json") == BEAT


def test_none_yet_is_none(tmp_path):
    assert Beat.read(tmp_path / "health.json") is None


def test_a_heart_that_cannot_write_still_tells_the_service_manager():
    told: list[str] = []
    Heartbeat(Path("/dev/null/health.json"), lambda: NOW, lambda: told.append("alive")).beat()
    assert told == ["alive"]


def test_in_the_middle_of_a_look_it_beats_now_and_then(tmp_path):
    file = tmp_path / "health.json"
    told: list[str] = []
    heart = Heartbeat(file, lambda: NOW, lambda: told.append("alive"))
    for held in range(1000):
        heart.go_on(held)
    assert 1 <= len(told) < 1000
    heart.beat(inbox=False, held=3)
    assert json.loads(file.read_text())["inbox"] is False
