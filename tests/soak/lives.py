"""Lives of the program: each the real command line in a process of its own, killed or starved as asked."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from pipeline.flow.site.stop import MARK
from tests.e2e.place import ROOT

Whom = Literal["alone", "all"]
"""Who is killed: the process alone, or everything it has started with it."""


@dataclass(frozen=True, slots=True)
class Trap:
    """What becomes of the changing call of that number, counted from 1; 0: all are counted, none is touched.

    `error` is the number it fails with, and every later one too where it is `lasting`; None: killed there.
    """

    at: int
    error: int | None = None
    lasting: bool = False
    whom: Whom = "alone"


@dataclass(frozen=True, slots=True)
class Lived:
    """How a life went. `status` is None where a signal ended it; `hit` is the call that the trap was at.

    `helpers` are the processes it had started when it was killed, `survivors` those that were still there long
    after its end; a `late` one was ended because it took too long.
    """

    status: int | None
    killed: bool
    seconds: float
    calls: int
    kinds: dict[str, int]
    hit: str | None
    helpers: list[str]
    ended_helpers: int
    survivors: list[str]
    late: bool
    words: str


class Lives:
    """The server of lives; a context manager."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.lives_server"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(30)

    def live(
        self,
        folder: Path,
        *arguments: str,
        trap: Trap | None = None,
        kill_after: float | None = None,
        whom: Whom = "alone",
        limit: float = 120.0,
        **more: Any,
    ) -> Lived:
        """One life in that place of work: `jeke run --once` unless said otherwise.

        `more`: `fresh` (a new interpreter), `enough` (threshold of the second renderer), `first_pause` (between
        two tries), `until_settled` (the watch is asked to end once nothing is left to do),
        `largest_file` (RLIMIT_FSIZE), `clock_hours` (the clock is so far ahead), `kill_helpers` (a word of
        their command, and how many).
        """
        asked = {
            "folder": str(folder),
            "arguments": list(arguments) or ["run", "--once"],
            "trap": None if trap is None else _said(trap),
            "kill_after": kill_after,
            "whom": whom,
            "limit": limit,
            **more,
        }
        if (state := folder / "state").is_dir():
            # As behind a stop: a drop killed three times would come back to HR (tests/flow/drops/test_cut_off.py).
            # Where state/ is read-only, no work that could be cut off is begun either.
            with suppress(OSError):
                (state / MARK).touch()
        assert self._server.stdin is not None
        print(json.dumps(asked), file=self._server.stdin, flush=True)
        return Lived(**self._answer())

    def _answer(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        line = self._server.stdout.readline()
        assert line, "the server of lives has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


def _said(trap: Trap) -> dict[str, Any]:
    return {"at": trap.at, "error": trap.error, "lasting": trap.lasting, "whom": trap.whom}
