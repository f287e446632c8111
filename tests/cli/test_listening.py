"""`jeke recording get`: who is taken to listen, and a recording on standard output."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.archive.audit.log import AuditLog
from pipeline.cli import identity
from tests.e2e.place import Place
from tests.retention.place_support import CASE, PLAIN, filed, store


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Kept for three years, so that the recording may still be listened to."""
    made = Place.make(tmp_path_factory.mktemp("base") / "place")
    config = made.folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    longer = text.replace("recording_retention_years: 1", "recording_retention_years: 50")
    assert longer != text
    config.write_text(longer, encoding="utf-8")
    filed(made)
    store(made)
    return made


@pytest.fixture
def place(base: Place, tmp_path: Path) -> Place:
    shutil.copytree(base.folder, tmp_path / "place")
    return Place(tmp_path / "place")


@pytest.fixture
def recording(place: Place) -> str:
    (path,) = (place.folder / "recordings").glob("*.age")
    return path.stem


def got(place: Place, recording: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "recording", "get", recording, "--out", "-"],
        cwd=place.folder,
        env={**os.environ, **more},
        capture_output=True,
        check=False,
    )


def told(place: Place) -> list[tuple[str, str]]:
    entries = AuditLog.open(place.folder / "state" / "audit").entries()
    return [(e.event, e.agent) for e in entries if e.event in ("take-out", "refused-access")]


def test_standard_output_gets_the_recording_and_nothing_else(place: Place, recording: str) -> None:
    ran = got(place, recording)
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout == PLAIN
    assert CASE in ran.stderr.decode()
    assert [event for event, _ in told(place)] == ["take-out"]
    assert not (place.folder / "-").exists()


def test_a_damaged_recording_gives_no_byte(place: Place, recording: str) -> None:
    sealed = place.folder / "recordings" / f"{recording}.age"
    data = sealed.read_bytes()
    sealed.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    ran = got(place, recording)
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert told(place) == []


@pytest.mark.parametrize(
    ("listeners", "login", "status"),
    [("[news]", "news", 0), ("[news]", "aigerim", 4), ("[]", "news", 4), ("[jeke]", "news", 4)],
)
def test_who_listens_is_the_login_and_not_the_rights_it_took_on(
    place: Place, recording: str, monkeypatch: pytest.MonkeyPatch, listeners: str, login: str, status: int
) -> None:
    config = place.folder / "config.yaml"
    config.write_text(
        config.read_text(encoding="utf-8").replace("listeners: []", f"listeners: {listeners}"),
        encoding="utf-8",
    )
    who = identity.Identity(login, "jeke")
    monkeypatch.setattr("pipeline.cli.commands.recording.identity", lambda: who)
    ran = place.jeke("recording", "get", recording, "--out", "r.mp4")
    assert ran.status == status, ran.err
    event = "take-out" if status == 0 else "refused-access"
    assert told(place) == [(event, f"{login} (jeke)")]


def test_doctor_names_what_stands_against_the_keeping(place: Place, recording: str) -> None:
    key = place.folder / "state" / "recording-keys" / f"{recording}.key"
    whole = key.read_text()
    for spoilt, words in (("", "бүлінген"), (whole.replace("1", "1Q", 1), "бүлінген")):
        key.write_text(spoilt)
        for command in (("doctor",), ("doctor", "--health")):
            ran = place.jeke(*command)
            assert ran.status == 5
            assert f"Кілті {words}" in ran.out
    key.unlink()
    assert "Кілті жоқ" in place.jeke("doctor", "--health").out
    shutil.rmtree(key.parent)
    assert "Кілті жоқ" in place.jeke("doctor", "--health").out
    assert not key.parent.exists(), "looking makes nothing"
    key.parent.mkdir(mode=0o700)
    key.write_text(whole)
    key.chmod(0o600)
    assert "Кілті" not in place.jeke("doctor").out
    config = place.folder / "config.yaml"
    text = config.read_text(encoding="utf-8")
    order = '\n  standing_order: {number: "15", date: 2099-01-12, signed_by: Б.С. Есімов}\n'
    config.write_text(text.replace("\n  standing_order:\n", order), encoding="utf-8")
    assert "2099" in place.jeke("doctor", "--health").out
    swept = place.jeke("retention", "sweep")
    assert swept.status == 5
    assert "12.01.2099" in swept.err
