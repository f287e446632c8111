"""Keeping watch over inbox/: it is scanned at the start and every few seconds; events only wake the scan.

Events get lost in a flood, never come from network shares, and end silently when the folder is taken away and
put back. So nothing depends on them: without a single event every file is still seen at the next scan.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

SETTLING_SECONDS = 0.5
"""How soon files that still change are looked at again, where the regular scan comes later."""


_ARRIVALS: list[type[FileSystemEvent]] = [FileCreatedEvent, FileClosedEvent, FileMovedEvent]
"""Our own looking and taking away must not wake us."""


class Notice(StrEnum):
    """What the watch tells the person at the terminal."""

    INBOX_GONE = "inbox_gone"
    INBOX_BACK = "inbox_back"
    NO_EVENTS = "no_events"


class Watch:
    """The watch over one inbox."""

    def __init__(
        self,
        inbox: Path,
        scan: Callable[[], int],
        *,
        scan_seconds: float,
        events: bool,
        notice: Callable[[Notice], None],
        stopping: Callable[[], None],
    ) -> None:
        """The watch is begun by `run`.

        Args:
            inbox: the folder.
            scan: looks through it once, works off what is ready, gives how many files still change.
            scan_seconds: how often, events or none.
            events: whether the system's events wake the scan.
            notice: told when the folder vanishes or comes back, and where there are no events.
            stopping: told at once when the end is asked for, while a scan may be under way.
        """
        self._inbox = inbox
        self._scan = scan
        self._every = scan_seconds
        self._events = events
        self._notice = notice
        self._stopping = stopping
        self._ended_by: signal.Signals | None = None
        self._wake = threading.Event()
        self._observer: BaseObserver | None = None
        self._gone = False

    def run(self) -> signal.Signals:
        """Watches until SIGTERM or SIGINT comes, and tells which; the step under way is finished first."""
        with self._signals():
            try:
                while self._ended_by is None:
                    self._wake.clear()
                    settling = self._look()
                    if self._ended_by is None:
                        self._wake.wait(min(self._every, SETTLING_SECONDS) if settling else self._every)
            finally:
                self._deafen()
        return self._ended_by

    def _look(self) -> int:
        if not self._inbox.is_dir():
            if not self._gone:
                self._notice(Notice.INBOX_GONE)
            self._gone = True
            self._deafen()
            return 0
        if self._gone:
            self._notice(Notice.INBOX_BACK)
            self._gone = False
        self._listen()
        return self._scan()

    def _listen(self) -> None:
        """Before the scan, so that nothing comes between the two unheard."""
        if not self._events or self._observer is not None:
            return
        observer = Observer()
        try:
            observer.schedule(_Waker(self._wake.set), str(self._inbox), event_filter=_ARRIVALS)
            observer.start()
        except OSError:
            self._events = False
            self._notice(Notice.NO_EVENTS)
        else:
            self._observer = observer

    def _deafen(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end the watch in good order; a second one ends it as the system would."""
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

        def restore() -> None:
            for number, handler in before.items():
                signal.signal(number, handler)

        def ask(number: int, _frame: FrameType | None) -> None:
            restore()
            self._ended_by = signal.Signals(number)
            self._stopping()
            self._wake.set()

        for number in before:
            signal.signal(number, ask)
        try:
            yield
        finally:
            restore()


class _Waker(FileSystemEventHandler):
    """An event wakes and is not looked at. Raises nothing: an exception here would end watchdog's thread."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:  # noqa: ARG002  # watchdog's signature
        self._wake()
