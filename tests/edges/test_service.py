"""The units of deploy/systemd, and what they count on: readiness, signs of life, an end within seconds."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.cli.command_table import MODULES
from pipeline.cli.notify import tell_manager
from pipeline.flow.site.heartbeat import Beat
from tests.e2e.place import ROOT, Place, sample

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
PROGRAM = "/opt/jeke-is/bin/jeke"
SAFE = 1.0
"""What docs/service.md says of the units: exposure below this."""

STOP_SECONDS = 90
"""TimeoutStopSec of the unit; a drop in hand takes seconds."""

with_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The units as on a machine where the program is there."""
    units = Path(shutil.copytree(UNITS, tmp_path_factory.mktemp("units") / "systemd"))
    program = units.parent / "jeke"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in units.glob("*.service"):
        unit.write_text(unit.read_text().replace(PROGRAM, str(program)))
    return units


@with_systemd
def test_systemd_finds_nothing_wrong_with_the_units(installed):
    units = [str(path) for path in sorted(installed.glob("*.service")) + sorted(installed.glob("*.timer"))]
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=yes", "--man=no", *units],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@with_systemd
@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_closed(installed, service):
    ran = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(installed / service)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", ran.stdout)
    assert exposure is not None, ran.stdout + ran.stderr
    assert float(exposure[1]) < SAFE


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_calls_a_command_that_is_there(service):
    line = re.search(rf"^ExecStart={PROGRAM} (.+)$", (UNITS / service).read_text(), re.MULTILINE)
    assert line is not None
    words = [word for word in line[1].split() if not word.startswith("-")]
    assert words[0] in MODULES


def test_every_timer_has_its_service():
    assert {p.stem for p in UNITS.glob("*.timer")} <= {p.stem for p in UNITS.glob("*.service")}


@contextmanager
def managed(place: Place) -> Iterator[tuple["subprocess.Popen[str]", socket.socket]]:
    """`jeke run` as systemd starts it, and the socket it speaks to."""
    address = place.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(address))
        manager.settimeout(60)
        run = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "run", "--log", "json"],
            cwd=place.folder,
            env={**os.environ, "NOTIFY_SOCKET": str(address), "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield run, manager
        finally:
            run.kill()
            run.wait()


def heard(manager: socket.socket, word: str) -> None:
    """Waits for the word."""
    while manager.recv(4096).decode() != word:
        pass


@pytest.fixture
def place(tmp_path):
    place = Place.make(tmp_path / "p")
    config = place.folder / "config.yaml"
    config.write_text(config.read_text().replace("scan_seconds: 5 ", "scan_seconds: 0.2 "))
    return place


def test_ready_alive_stopping_and_an_end_in_good_order(place):
    with managed(place) as (run, manager):
        heard(manager, "READY=1")
        heard(manager, "WATCHDOG=1")
        beat = Beat.read(place.folder / "state" / "health.json")
        assert beat is not None
        assert beat.inbox
        assert place.jeke("doctor", "--health").status == 0
        run.send_signal(signal.SIGTERM)
        heard(manager, "STOPPING=1")
        told = run.communicate(timeout=30)[1]
    assert run.returncode == 0
    assert [json.loads(line)["event"] for line in told.splitlines()] == ["watching", "ended"]


def test_asked_to_end_in_the_middle_of_its_work_it_loses_nothing(place):
    with managed(place) as (run, manager):
        heard(manager, "READY=1")
        for name in ("tie", "refused"):
            place.drop(f"{name}.yaml", sample(name))
        while not list((place.folder / "state" / "work").iterdir()):
            time.sleep(0.01)
        run.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        run.communicate(timeout=60)
        assert run.returncode == 0
        assert time.monotonic() - asked < STOP_SECONDS
    assert place.run_once().status == 0
    assert list((place.folder / "state" / "work").iterdir()) == []
    assert list((place.folder / "inbox").glob("*.yaml")) == []
    told = json.loads(place.jeke("status", "--drops", "--json").out)["drops"]
    assert {drop["name"]: drop["state"] for drop in told} == {"tie.yaml": "done", "refused.yaml": "done"}
    assert {o.head for o in place.objects()} == {"v1"}


def test_while_inbox_is_not_there_it_lives_and_says_so(place):
    with managed(place) as (run, manager):
        heard(manager, "READY=1")
        heard(manager, "WATCHDOG=1")
        (place.folder / "inbox").rename(place.folder / "away")
        until = time.monotonic() + 30
        while (beat := Beat.read(place.folder / "state" / "health.json")) is None or beat.inbox:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert place.jeke("doctor", "--health").status == 5
        heard(manager, "WATCHDOG=1")
        (place.folder / "away").rename(place.folder / "inbox")
        while (beat := Beat.read(place.folder / "state" / "health.json")) is None or not beat.inbox:
            assert time.monotonic() < until
            time.sleep(0.05)
        run.send_signal(signal.SIGTERM)
        told = run.communicate(timeout=30)[1]
    names = [json.loads(line)["event"] for line in told.splitlines()]
    assert names == ["watching", "inbox_gone", "inbox_back", "ended"]


@pytest.mark.parametrize("address", ["", "relative", "/nobody/listens/here", "@nobody-listens-here"])
def test_where_nobody_listens_nothing_is_said(monkeypatch, address):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    tell_manager("READY=1")
