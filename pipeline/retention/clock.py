"""Whether the machine's clock can be believed: a wrong one would destroy recordings whose term is not over.

Three things speak for a clock or against it: what the kernel says the time is, whatever the process is made
to believe; the time the machine has run since its start, which no setting of the clock changes; and what was
written down before. Time that nothing vouches for (a machine switched off, a clock set forward) adds up, and
is made good by time that the machine has run; more of it than that of a long pause asks a person.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError, RefusedError
from pipeline.retention.state_files import put
from pipeline.system.files import read_file

LONGEST_PAUSE: Final = timedelta(days=62)
"""A machine off for a month or two catches up by itself; after more a person says that the clock is right."""
BACKWARDS: Final = timedelta(minutes=5)
"""Clocks are set right by seconds now and then; the days of ¶29 do not feel it."""
_FORWARDS: Final = timedelta(days=1)
"""While the machine runs its clock does not leap."""
_KERNEL_APART: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Running:
    """How long the machine has run since the start named `boot`, and what its kernel's clock says."""

    boot: str
    time: timedelta
    kernel: datetime | None = None


def running() -> Running:
    """Read from /proc, which a library put before the process's clock does not reach.

    Raises:
        MachineError: `clock_unreadable`.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        time = timedelta(seconds=float(Path("/proc/uptime").read_text(encoding="ascii").split()[0]))
        lines = Path("/proc/stat").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError) as error:
        raise MachineError("clock_unreadable") from error
    started = next((int(line.split()[1]) for line in lines if line.startswith("btime ")), None)
    return Running(boot, time, None if not started else datetime.fromtimestamp(started, UTC) + time)


@dataclass(frozen=True, slots=True)
class Belief:
    """The moment last believed in, and how long the machine had run by then; `unvouched` is what adds up.

    `void` are moments written down under a clock that two people have declared wrong, `void_until` the last
    entry of the audit chain from that time.
    """

    at: datetime
    running: Running | None = None
    unvouched: timedelta = timedelta()
    void: frozenset[datetime] = field(default_factory=frozenset)
    void_until: int = 0


def check(
    now: datetime, machine: Running, seen: Iterable[datetime], last: Belief | None, *, confirmed: bool
) -> Belief:
    """Believes the clock, or refuses.

    `seen` are moments written down anywhere, `last` what was believed last. `confirmed`: a person has looked
    at the clock after a long pause; nothing else is overruled by it.

    Raises:
        RefusedError: `clock_false`, the process is shown another time than the kernel's; `clock_back`;
            `clock_jump`, set forward while the machine ran; `clock_leap`, too much time unvouched for.
    """
    not_false(now, machine)
    void = last.void if last else frozenset()
    known = [moment for moment in (*seen, *([last.at] if last else [])) if moment not in void]
    latest = max(known, default=None)
    if latest is not None and now < latest - BACKWARDS:
        raise RefusedError("clock_back", now=_minute(now), latest=_minute(latest))
    base = last or (Belief(latest) if latest is not None else None)
    if base is None:
        return Belief(now, machine)
    ran = _ran_since(base, machine)
    unknown = now - base.at - ran
    if base.running is not None and base.running.boot == machine.boot and unknown > _FORWARDS:
        raise RefusedError("clock_jump", now=_minute(now), latest=_minute(base.at), days=unknown.days)
    unvouched = max(timedelta(), base.unvouched - ran) + max(timedelta(), unknown)
    if unvouched > LONGEST_PAUSE:
        if not confirmed:
            raise RefusedError("clock_leap", now=_minute(now), latest=_minute(base.at), days=unvouched.days)
        unvouched = timedelta()
    return Belief(max(now, base.at), machine, unvouched, void, base.void_until)


def not_false(now: datetime, machine: Running) -> None:
    """Whether the process is shown the kernel's time.

    Raises:
        RefusedError: `clock_false`.
    """
    if machine.kernel is not None and abs(now - machine.kernel) > _KERNEL_APART:
        raise RefusedError("clock_false", now=_minute(now), kernel=_minute(machine.kernel))


def _ran_since(base: Belief, machine: Running) -> timedelta:
    """How long the machine surely ran since; from its start on, where it was started anew in between."""
    before = base.running
    if before is None:
        return timedelta()
    if before.boot != machine.boot or before.time > machine.time:
        return machine.time
    return machine.time - before.time


class Believed:
    """What is believed of the clock, in a file of its own."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self._path = path

    def last(self) -> Belief | None:
        """None where there is none, or it cannot be read: then what else is written down counts."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return _read(json.loads(read_file(self._path)))
        return None

    def believe(self, belief: Belief) -> None:
        """Writes it down.

        Raises:
            MachineError: `retention_unusable`.
        """
        put(self._path, f"{json.dumps(_fields(belief), sort_keys=True)}\n".encode())


def _fields(belief: Belief) -> dict[str, object]:
    ran = belief.running
    return {
        "believed": belief.at.isoformat(),
        "boot": ran.boot if ran else None,
        "ran_seconds": ran.time.total_seconds() if ran else None,
        "unvouched_seconds": belief.unvouched.total_seconds(),
        "void": sorted(moment.isoformat() for moment in belief.void),
        "void_until": belief.void_until,
    }


def _read(fields: dict[str, object]) -> Belief:
    """Of version 0.2.0 too, which knew the moment alone. Raises ValueError, KeyError, TypeError."""
    boot = fields.get("boot")
    void = fields.get("void") or []
    if not isinstance(void, list):
        raise TypeError("void")
    return Belief(
        datetime.fromisoformat(str(fields["believed"])),
        Running(str(boot), _time(fields, "ran_seconds")) if boot else None,
        _time(fields, "unvouched_seconds"),
        frozenset(datetime.fromisoformat(moment) for moment in void),
        int(str(fields.get("void_until") or 0)),
    )


def _time(fields: dict[str, object], name: str) -> timedelta:
    return timedelta(seconds=float(str(fields.get(name) or 0)))


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone():%d.%m.%Y %H:%M}"
