"""Work of a library on a stranger's files that must end, whatever they hold."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeLimitError(BaseException):
    """The time is over. No `Exception`: a library that catches every one of those would go on."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """The block, in the main thread, for no longer than that.

    Raises:
        TimeLimitError: it had not ended.
    """

    def over(_number: int, _frame: FrameType | None) -> None:
        raise TimeLimitError

    before = signal.signal(signal.SIGALRM, over)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again, where one is lost in a finalizer
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
