"""What every test stands on."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import HealthCheck, settings

from pipeline.system import time_zone

MEMORY = Path("/dev/shm")  # noqa: S108  # a memory file system: the tests wait for many a sync
ROOM = 2**30

if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
    found = os.statvfs(MEMORY)
    if found.f_bavail * found.f_frsize >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# Days are those of the body, for the tests too: a machine in UTC has another date for five hours of each day.
time_zone.settle("Asia/Almaty")

# How fast a machine is, and how busy, is no matter of a test.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
