"""Days are reckoned in the body's zone, whatever the machine's own is."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.system import time_zone

BEFORE_MIDNIGHT = "1793471400"  # 31.10.2026 18:30 UTC: 23:30 in Kazakhstan, half past midnight with old data
OLD_DATA = "<+06>-6"
"""The zone as data from before March 2024 has it."""


def day(machine: str, zone: str | None, moment: str = BEFORE_MIDNIGHT) -> str:
    """The day it is at that moment, on such a machine, as a process and a process started by it see it."""
    settle = f"time_zone.settle({zone!r})" if zone else ""
    code = (
        "import subprocess, sys, time\n"
        "from pipeline.system import time_zone\n"
        f"{settle}\n"
        f"show = \"import time; print(time.strftime('%d.%m %H:%M', time.localtime({moment})))\"\n"
        "exec(show)\n"
        "sys.stdout.flush()\n"
        "subprocess.run([sys.executable, '-c', show], check=True)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TZ": machine},
        capture_output=True,
        text=True,
        check=True,
    )
    (told,) = set(found.stdout.splitlines())
    return told


@pytest.mark.parametrize("machine", [OLD_DATA, "UTC", "Asia/Almaty", "America/New_York", ":/none", ""])
def test_the_machine_does_not_matter(machine: str) -> None:
    assert day(machine, "Asia/Almaty") == "31.10 23:30"


def test_without_it_old_data_begin_the_day_early() -> None:
    assert day(OLD_DATA, None) == "01.11 00:30"


@pytest.mark.parametrize(
    ("zone", "moment", "told"),
    [
        ("Asia/Qyzylorda", BEFORE_MIDNIGHT, "31.10 23:30"),
        ("Asia/Almaty", "1709229600", "29.02 23:00"),  # 29.02.2024 18:00 UTC, the hour of the change
        ("Asia/Almaty", "1706724000", "01.02 00:00"),  # 31.01.2024 18:00 UTC, still +6
        ("UTC", BEFORE_MIDNIGHT, "31.10 18:30"),
    ],
)
def test_zones(zone: str, moment: str, told: str) -> None:
    assert day("UTC", zone, moment) == told


@pytest.mark.parametrize(
    "name", ["", "Asia", "Asia/Nowhere", "/etc/localtime", "../../x", "tzdata.zi", "+05", "Almaty"]
)
def test_what_is_no_zone(name: str) -> None:
    assert not time_zone.is_known(name)


def test_the_doctor_names_a_machine_of_another_zone(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    main = "import sys; from pipeline.cli.main import main; sys.exit(main())"
    jeke = [sys.executable, "-c", main, "doctor", "--config", str(config), "--lang", "en"]
    for text, machine, told in (
        ("lang: en\n", OLD_DATA, "UTC+6"),
        ("lang: en\n", "Asia/Almaty", "Asia/Almaty (UTC+5)"),
        ("time_zone: UTC\n", "UTC", "UTC (UTC+0)"),
    ):
        config.write_text(text)
        found = subprocess.run(
            jeke, env={**os.environ, "TZ": machine}, capture_output=True, text=True, check=False
        )
        line = next(line for line in found.stdout.splitlines() if "time zone" in line.lower())
        assert told in line
        assert ("not the body's" in line) == (machine == OLD_DATA)


@pytest.mark.parametrize(
    ("apart", "told"),
    [(timedelta(hours=5), "UTC+5"), (timedelta(hours=-3, minutes=-30), "UTC-3:30"), (timedelta(0), "UTC+0")],
)
def test_how_it_is_written(apart: timedelta, told: str) -> None:
    assert time_zone.written(apart) == told
