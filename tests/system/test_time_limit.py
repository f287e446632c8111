"""Work that would not end is ended, also where a library catches every exception."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable

import pytest

from pipeline.system.time_limit import TimeLimitError, time_limit


def endless() -> None:
    while True:
        try:
            time.sleep(0.01)
        except Exception:  # noqa: BLE001, S112 - as a library may
            continue


def runaway() -> None:
    re.fullmatch(r"(a|aa)*b", "a" * 60)


@pytest.mark.parametrize("work", [endless, runaway])
def test_what_does_not_end(work: Callable[[], None]) -> None:
    began = time.monotonic()
    with pytest.raises(TimeLimitError), time_limit(0.2):
        work()
    assert time.monotonic() - began < 5


def test_what_ends_is_left_alone() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with time_limit(0.1):
        pass
    time.sleep(0.2)
    assert signal.getsignal(signal.SIGALRM) is before
