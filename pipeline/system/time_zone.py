"""The time zone of the body, out of the data that comes with the program and not out of the machine's.

Days decide here: when a term begins and when a recording is destroyed. Kazakhstan has one zone, UTC+5, since
1 March 2024; a machine whose data (tzdata) is older is an hour ahead, and every day of it begins too early.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from pipeline.domain.errors import MachineError

_machines: list[timedelta] = []
"""How far the machine's own zone was from UTC when the body's was first set."""


def is_known(name: str) -> bool:
    """Whether a zone is called so in the data of the program."""
    parts = PurePosixPath(name).parts
    plain = bool(parts) and not name.startswith("/") and ".." not in parts
    return plain and files("tzdata").joinpath("zoneinfo", *parts).is_file() and _zone(name) is not None


def settle(name: str) -> None:
    """From now on this process, and every one it starts, reckons days in that zone.

    Raises:
        MachineError: `time_zone` where the system does not follow: nothing may be reckoned in another one.
    """
    if not _machines:
        _machines.append(_offset_here())
    with as_file(files("tzdata").joinpath("zoneinfo", *PurePosixPath(name).parts)) as path:
        os.environ["TZ"] = f":{path}"
        time.tzset()
    zone = _zone(name)
    if zone is None or _offset_here() != datetime.now(zone).utcoffset():
        raise MachineError("time_zone", zone=name)


def offset() -> timedelta:
    """How far this process's zone is from UTC now."""
    return _offset_here()


def machines_offset() -> timedelta:
    """The same of the machine's own zone, whatever the body's is."""
    return _machines[0] if _machines else _offset_here()


def written(apart: timedelta) -> str:
    """As people write it: UTC+5, UTC-03:30."""
    minutes = int(apart.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def _offset_here() -> timedelta:
    return datetime.now(UTC).astimezone().utcoffset() or timedelta(0)


def _zone(name: str) -> ZoneInfo | None:
    try:
        with files("tzdata").joinpath("zoneinfo", *PurePosixPath(name).parts).open("rb") as file:
            return ZoneInfo.from_file(file, name)
    except (OSError, ValueError):
        return None
