"""What a question to a confined child may cost, and what a whole drop may."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MIB: Final = 2**20


class Limit(StrEnum):
    """Which limit ended a child."""

    MEMORY = "memory"
    PROCESSOR = "processor"
    WALL = "wall"
    BUDGET = "budget"
    """Of the drop as a whole: no further question is asked."""
    ANSWER = "answer"
    """It answered at greater length than it may."""
    KILLED = "killed"
    """From outside: the machine ran out of memory, or somebody killed it. It may be worth another try."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one child. Processor and wall time are of each question; the rest holds as long as it lives."""

    memory_bytes: int
    """Address space, libraries included."""
    cpu_seconds: float
    wall_seconds: float
    answer_bytes: int = 1 * MIB
    open_files: int = 16
    start_seconds: float = 60.0
    """On the clock, until its libraries are loaded and it has given up its rights."""


class Budget:
    """What all children of one drop may cost together, in seconds, their start included."""

    def __init__(self, cpu_seconds: float, wall_seconds: float) -> None:
        self.cpu_left = cpu_seconds
        self.wall_left = wall_seconds

    @property
    def spent(self) -> bool:
        """Nothing is left of the one or the other."""
        return self.cpu_left <= 0 or self.wall_left <= 0

    def charge(self, cpu_seconds: float, wall_seconds: float) -> None:
        """Takes off what a question has cost."""
        self.cpu_left -= cpu_seconds
        self.wall_left -= wall_seconds

    def allow(self, cpu_seconds: float, wall_seconds: float) -> None:
        """Adds to it, where a drop turns out to be larger: so much for each page, for example."""
        self.cpu_left += cpu_seconds
        self.wall_left += wall_seconds


def processor_seconds(pid: int) -> float | None:
    """What a process has used so far; None where it is gone. Needs no right over it, and no /proc."""
    try:
        return time.clock_gettime(
            ~pid << 3 | 2
        )  # clockid_t of a process, linux/posix-timers.h: CPUCLOCK_SCHED
    except OSError:
        return None
