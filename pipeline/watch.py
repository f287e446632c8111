"""Keeping watch over inbox/: it is scanned at the start and every few seconds; events only wake the scan.

Events get lost in a flood, never come from network shares, and end silently when the folder is taken away and
put back. So nothing depends on them: without a single event every file is still seen at the next scan.
"""

from __future__ import annotations

import os
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

from pipeline.intake.sentinel import InboxGoneError, require_marked

SETTLING_SECONDS = 0.2
"""How soon files that still change are looked at again, where the regular scan comes later."""


_ARRIVALS: list[type[FileSystemEvent]] = [FileCreatedEvent, FileClosedEvent, FileMovedEvent]
"""Our own looking and taking away must not wake us."""


class Notice(StrEnum):
    """What the watch tells the person at the terminal."""

    INBOX_GONE = "inbox_gone"
    INBOX_BACK = "inbox_back"
    NO_EVENTS = "no_events"


class Ending:
    """Whether somebody has asked for the end, and a pause that the asking cuts short."""

    def __init__(self) -> None:
        """Nobody has."""
        self.by: signal.Signals | None = None
        self._wake = threading.Event()

    def asked(self) -> bool:
        """Whether the end has been asked for: the step under way is to be the last."""
        return self.by is not None

    def ask(self, by: signal.Signals) -> None:
        """Asks for the end."""
        self.by = by
        self._wake.set()

    def wake(self) -> None:
        """Cuts the pause short, or the next one."""
        self._wake.set()

    def pause(self, seconds: float) -> None:
        """So long, unless woken since the last pause."""
        if not self.asked():
            self._wake.wait(seconds)
        self._wake.clear()


@contextmanager
def ending(told: Callable[[], None] = lambda: None) -> Iterator[Ending]:
    """SIGTERM and SIGINT ask for an end in good order; a second one ends at once, as the system would.

    To be entered before any work is begun: a signal that comes while the place of work is still being opened
    is not lost. `told` hears of the first at once.
    """
    end = Ending()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(number: int, _frame: FrameType | None) -> None:
        restore()
        end.ask(signal.Signals(number))
        told()

    for number in before:
        signal.signal(number, ask)
    try:
        yield end
    finally:
        restore()


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
        missing: Callable[[], None] = lambda: None,
    ) -> None:
        """The watch is begun by `run`.

        Args:
            inbox: the folder.
            scan: looks through it once, works off what is ready, gives how many files still change.
            scan_seconds: how often, events or none.
            events: whether the system's events wake the scan.
            notice: told when the folder vanishes or comes back, and where there are no events.
            missing: told in place of each scan while the folder is not there.
        """
        self._inbox = inbox
        self._scan = scan
        self._every = scan_seconds
        self._events = events
        self._notice = notice
        self._missing = missing
        self._observer: BaseObserver | None = None
        self._observed: tuple[int, int] | None = None
        self._gone = False

    def run(self, end: Ending) -> None:
        """Watches until the end is asked for; the step under way is finished first."""
        try:
            while not end.asked():
                settling = self._look(end.wake)
                end.pause(min(self._every, SETTLING_SECONDS) if settling else self._every)
        finally:
            self._deafen()

    def _look(self, wake: Callable[[], None]) -> int:
        """A scan of the folder, where it is there and is the one that was marked."""
        try:
            require_marked(self._inbox)
            if self._gone:
                self._notice(Notice.INBOX_BACK)
                self._gone = False
            self._listen(wake)
            return self._scan()
        except InboxGoneError:
            if not self._gone:
                self._notice(Notice.INBOX_GONE)
            self._gone = True
            self._deafen()
            self._missing()
            return 0

    def _listen(self, wake: Callable[[], None]) -> None:
        """Before the scan, so that nothing comes between the two unheard.

        A folder put in the place of the old one, or mounted over it, is another to the system: whoever
        listens to the old one hears nothing any more.
        """
        if not self._events:
            return
        here = _identity(self._inbox)
        if self._observer is not None and self._observer.is_alive() and self._observed == here:
            return
        self._deafen()
        observer = Observer()
        try:
            observer.schedule(_Waker(wake), str(self._inbox), event_filter=_ARRIVALS)
            observer.start()
        except FileNotFoundError:
            raise InboxGoneError("inbox_unmarked") from None
        except OSError:
            self._events = False
            self._notice(Notice.NO_EVENTS)
        else:
            self._observer, self._observed = observer, here

    def _deafen(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = self._observed = None


def _identity(folder: Path) -> tuple[int, int]:
    try:
        found = os.stat(folder)  # noqa: PTH116  # its device and number
    except OSError as error:
        raise InboxGoneError("inbox_unreadable", reason=error.strerror or "") from error
    return found.st_dev, found.st_ino


class _Waker(FileSystemEventHandler):
    """An event wakes and is not looked at. Raises nothing: an exception here would end watchdog's thread."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def on_any_event(self, event: FileSystemEvent) -> None:  # noqa: ARG002  # watchdog's signature
        self._wake()
