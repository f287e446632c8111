"""A program kept running beside us and asked again and again, within a time limit; started anew when it dies.

Request and answer are frames on its standard input and output: four bytes of length, then the content. An
answer begins with `+`, or with `-` and the name of what went wrong. The worker is a process group of its own,
so that nothing it started outlives it; when we are gone, the end of its input ends it.
"""

from __future__ import annotations

import os
import selectors
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipeline.system import processes

LENGTH_BYTES: Final = 4


class WorkerFailedError(Exception):
    """The worker said so itself; it goes on."""


class WorkerDiedError(Exception):
    """It ended, or `hung` and was ended; the next question starts it anew."""

    def __init__(self, *, hung: bool = False) -> None:
        super().__init__("TimeoutError" if hung else "ended")
        self.hung = hung


class WarmWorker:
    """One worker, one question at a time; threads wait for each other.

    `start_seconds` is what the first answer may take on top, `recycle` after how many answers the program is
    started anew, for memory.
    """

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], *, start_seconds: float, recycle: int
    ) -> None:
        self._command, self._env = tuple(command), dict(env)
        self._start_seconds, self._recycle = start_seconds, recycle
        self._lock = threading.Lock()
        self._process: processes.Process | None = None
        self._asked = 0
        self._end: Callable[[], object] = lambda: None

    @property
    def pid(self) -> int | None:
        """The process that runs, if one does."""
        return self._process.pid if self._process else None

    def ask(self, question: bytes, *, seconds: float) -> bytes:
        """The answer.

        Raises:
            WorkerFailedError: with the name of what went wrong.
            WorkerDiedError: it died or took longer.
        """
        with self._lock:
            if self._asked >= self._recycle:
                self._stop()
            limit = seconds + (0 if self._process else self._start_seconds)
            try:
                process = self._process or self._start()
                answer = _exchange(process, question, time.monotonic() + limit)
            except WorkerDiedError:
                self._stop()
                raise
            except OSError as error:
                self._stop()
                raise WorkerDiedError from error
            self._asked += 1
        if not answer.startswith(b"+"):
            raise WorkerFailedError(answer[1:].decode(errors="replace"))
        return answer[1:]

    def close(self) -> None:
        """Ends the worker; a further question starts it again."""
        with self._lock:
            self._stop()

    def _start(self) -> processes.Process:
        self._process = processes.start(self._command, self._env)
        self._asked = 0
        self._end = weakref.finalize(self, processes.end, self._process)
        return self._process

    def _stop(self) -> None:
        self._end()
        self._process, self._asked = None, 0


def _exchange(process: processes.Process, question: bytes, deadline: float) -> bytes:
    questions, answers = processes.pipes(process)
    _send(questions, len(question).to_bytes(LENGTH_BYTES) + question, deadline)
    length = int.from_bytes(_receive(answers, LENGTH_BYTES, deadline))
    return _receive(answers, length, deadline)


def _send(stream: int, content: bytes, deadline: float) -> None:
    rest = memoryview(content)
    while rest:
        _wait(stream, selectors.EVENT_WRITE, deadline)
        rest = rest[os.write(stream, rest[: processes.CHUNK_BYTES]) :]


def _receive(stream: int, length: int, deadline: float) -> bytes:
    content = bytearray()
    while len(content) < length:
        _wait(stream, selectors.EVENT_READ, deadline)
        piece = os.read(stream, min(processes.CHUNK_BYTES, length - len(content)))
        if not piece:
            raise WorkerDiedError
        content += piece
    return bytes(content)


def _wait(stream: int, event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise WorkerDiedError(hung=True)
