"""Work of a library on a stranger's files that must end, whatever they hold."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_AGAIN: Final = 0.1
"""Seconds until it is raised again, where a finalizer swallowed it."""
_CALLBACKS: Final = {"weakref", "_weakrefset"}
"""Modules whose functions run as callbacks of the collector, where what is raised is printed and lost."""


class TimeLimitError(BaseException):
    """The time is over. No `Exception`: a library that catches every one of those would go on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """The block, in the main thread, for no longer than that.

    Raises:
        TimeLimitError: it had not ended.
    """

    def over(_number: int, frame: FrameType | None) -> None:
        if frame is None or frame.f_globals.get("__name__") not in _CALLBACKS:
            raise TimeLimitError

    before = signal.signal(signal.SIGALRM, over)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
