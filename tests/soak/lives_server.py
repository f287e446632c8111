"""A process that has imported everything and forks a life of the program for each request.

A life is the real command line in a process of its own, under its own session; forked, it costs milliseconds and
no import. What the program starts (renderer, second renderer, gate) it starts as ever. This process adopts whatever a
killed life leaves behind, so that a survivor is seen. Requests and answers are lines of JSON; see `lives`.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pipeline.flow.site.render_pool
import pipeline.office
import pipeline.working
from pipeline.cli.main import main
from pipeline.domain.errors import MachineError
from pipeline.intake.journal import Journal
from tests.e2e.place import Place
from tests.soak import trap
from tests.soak.drops import one_of_each, put

_PR_SET_CHILD_SUBREAPER = 36
_NO_DROPS = {"README.md", ".jeke-inbox"}
_LOOK_SECONDS = 0.002
_SURVIVAL_SECONDS = 20.0
"""A helper in the middle of a paper finishes it before it sees that nobody listens any more."""


class Life:
    """One life, from its fork to the end of everything it started."""

    def __init__(self, asked: Mapping[str, Any]) -> None:
        self._asked = asked
        self._folder = Path(asked["folder"])
        self._words = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the life
        self._began = time.monotonic()
        self._trap: Mapping[str, Any] | None = asked.get("trap")
        self._listener: trap.Listener | None = None
        self._calls = 0
        self._kinds: Counter[str] = Counter()
        self._hit: str | None = None
        self._killed = self._late = self._over = False
        self._helpers: list[str] = []
        self._ended_helpers: set[int] = set()
        self.pid = self._started()

    def lived(self) -> dict[str, Any]:
        """Watches it to its end, killing it where it was asked to."""
        status = None
        while status is None:
            self._answer_calls()
            self._kill_in_time()
            self._kill_helpers()
            done, status_now = os.waitpid(self.pid, os.WNOHANG)
            status = status_now if done else None
        self._over = True  # its number may be another's from now on
        survivors = self._outlived()
        if self._listener:
            self._listener.close()
        self._words.seek(0)
        return {
            "status": None if os.WIFSIGNALED(status) else os.WEXITSTATUS(status),
            "killed": self._killed,
            "seconds": time.monotonic() - self._began,
            "calls": self._calls,
            "kinds": dict(self._kinds),
            "hit": self._hit,
            "helpers": self._helpers,
            "ended_helpers": len(self._ended_helpers),
            "survivors": survivors,
            "late": self._late,
            "words": self._words.read().decode(errors="replace"),
        }

    def _started(self) -> int:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            self._live(theirs)
        theirs.close()
        if self._trap is not None:
            self._listener = trap.received(ours, str(self._folder))
        ours.close()
        return pid

    def _live(self, end: socket.socket) -> NoReturn:
        status = 99
        try:
            os.setsid()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.chdir(self._folder)
            os.dup2(os.open(os.devnull, os.O_RDWR), 0)
            for number in (1, 2):
                os.dup2(self._words.fileno(), number)
            if limit := self._asked.get("largest_file"):
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            if hours := self._asked.get("clock_hours"):
                pipeline.office.now = lambda: datetime.now(UTC).astimezone() + timedelta(hours=hours)
            if (enough := self._asked.get("enough")) is not None:
                pipeline.flow.site.render_pool.ENOUGH = enough  # type: ignore[misc]  # the threshold of the second renderer
            if (pause := self._asked.get("first_pause")) is not None:
                pipeline.working.FIRST_PAUSE_SECONDS = pause
            if self._trap is not None:
                trap.install(end)
            if self._asked.get("fresh"):
                command = [sys.executable, "-m", "pipeline", *self._asked["arguments"]]
                os.execv(sys.executable, command)  # noqa: S606  # the life is to have this very process's number
            status = main(self._asked["arguments"])
            sys.stderr.flush()
        finally:
            os._exit(status)

    # --- what happens to it ---------------------------------------------------------------------------

    def _answer_calls(self) -> None:
        if self._listener is None:
            time.sleep(_LOOK_SECONDS)
            return
        for call in self._listener.calls(_LOOK_SECONDS):
            self._calls += 1
            self._kinds[call.name] += 1
            self._decide(call, self._listener)

    def _decide(self, call: trap.Call, listener: trap.Listener) -> None:
        asked = self._trap or {}
        here = self._calls == asked.get("at")
        later = asked.get("lasting", False) and self._hit is not None
        if not (here or later) or self._killed or (self._over and asked["error"] is None):
            listener.go_on(call.ticket)
            return
        self._hit = self._hit or f"{call.name} {call.path}"
        if asked["error"] is None:
            self._kill(asked["whom"])
            listener.go_on(call.ticket)  # a helper's call, where the life alone was killed
        else:
            listener.fail(call.ticket, asked["error"])

    def _kill_in_time(self) -> None:
        lived = time.monotonic() - self._began
        after, limit = self._asked.get("kill_after"), self._asked["limit"]
        if after is not None and lived >= after and not self._killed:
            self._kill(self._asked["whom"])
        if self._asked.get("until_settled") and self._at_rest():
            os.kill(self.pid, signal.SIGTERM)
            self._asked = {**self._asked, "until_settled": False}
        if lived >= limit:
            self._late = True
            self._kill("all")

    def _kill_helpers(self) -> None:
        """So many of its helpers whose command holds that word, each as soon as it is seen."""
        word, left = self._asked.get("kill_helpers", ("", 0))
        if left == len(self._ended_helpers):
            return
        for pid in _descendants(self.pid):
            if word in _command(pid) and pid not in self._ended_helpers and len(self._ended_helpers) < left:
                self._ended_helpers.add(pid)
                _end(pid)

    def _at_rest(self) -> bool:
        """Nothing lies in inbox/, and the journal knows of the end of all that was claimed."""
        if any(e.is_file() for e in os.scandir(self._folder / "inbox") if e.name not in _NO_DROPS):
            return False
        journal_file = self._folder / "state" / "journal.sqlite"
        with contextlib.suppress(MachineError), Journal.open(journal_file) as journal:
            return not journal.unfinished()
        return False

    def _kill(self, whom: str) -> None:
        """The life alone, or it and all it has started, at one moment."""
        self._killed = True
        started = _descendants(self.pid)
        self._helpers = [_command(pid) for pid in started]
        for pid in [self.pid, *started] if whom == "all" else [self.pid]:
            _end(pid)

    def _outlived(self) -> list[str]:
        """What is still there some time after its end; nothing of a life may be."""
        until = time.monotonic() + _SURVIVAL_SECONDS
        while left := _descendants(os.getpid()):
            if time.monotonic() > until:
                names = [_command(pid) for pid in left]
                for pid in left:
                    _end(pid)
                return names
            self._answer_calls()
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, os.WNOHANG)
        return []


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, tasks.read_text().split()):
                found += [child, *_descendants(child)]
    return found


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return str(pid)


def _end(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _warm_up() -> None:
    """A drop of each kind, so that a life finds imported what it would import on its way."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")) as scratch:
        place = Place.make(Path(scratch) / "place")
        for drop in one_of_each():
            put(place.folder, drop)
        place.run_once()
        place.jeke("find", "x")


def serve() -> None:
    """Until the requests end."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _warm_up()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(Life(json.loads(line)).lived()), file=answers, flush=True)


if __name__ == "__main__":
    serve()
