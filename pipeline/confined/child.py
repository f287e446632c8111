"""The side of the service: confined children, started by name, asked within limits, ended whatever happens.

    with Child(WORKER, files=(paper,), budget=budget) as child:
        answer = child.ask({"do": "look"})

A child has nothing but the files handed in (opened anew, for reading alone), a pipe for questions and one
for answers; no environment, no name or path of the file. `inside` says what it gives up before it takes a
question. It dies with the thread that started it. How a question can end is a closed set: an answer,
`FailedError`, `CutOffError`, `CrashedError`; a child that cannot be started is the machine's fault, and a
stop is nobody's.
"""

from __future__ import annotations

import json
import math
import os
import resource
import selectors
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Final, NamedTuple, Self

from pipeline.confined.frames import HEAD, packed, unpacked
from pipeline.confined.inside import OUT_OF_MEMORY, Confinement
from pipeline.confined.limits import Budget, Limit, Limits, processor_seconds
from pipeline.domain.errors import MachineError
from pipeline.system import processes

_LOOK_SECONDS: Final = 0.1
"""How often the limits are looked at while an answer is waited for."""
_ALIVE_SECONDS: Final = 1.0
_INSTALLATION: Final = ("ImportError", "ModuleNotFoundError")
"""Exceptions that say nothing of the file: a library is damaged, or loads something after it may no more."""
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class ChildError(Exception):
    """The question has no answer, and what was looked at is at fault."""


class CutOffError(ChildError):
    """A limit ended the child."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.value)
        self.limit = limit


class CrashedError(ChildError):
    """The child died over it, or told what is no answer."""


class FailedError(ChildError):
    """The worker's function raised; `name` is the exception's. The child goes on."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class StoppedError(MachineError):
    """`work_stopped`: `kill_all` has been called; the work is to be taken up at the next start."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A module to be run. `unusable` is the code of the MachineError where it cannot be started."""

    unusable: str
    module: str
    limits: Limits

    @property
    def run(self) -> tuple[str, ...]:
        """How Python is told to run it."""
        return "-m", self.module


class Answer(NamedTuple):
    """What was told, and the bytes beside it. Both are a stranger's: to be checked before they are used."""

    told: dict[str, Any]
    data: bytes


_running: set[processes.Process] = set()
_stopping = False


def kill_all() -> None:
    """Ends every child, and lets none be started until `allow_again`. A signal handler may call it."""
    global _stopping  # noqa: PLW0603  # there is one set of children a process
    _stopping = True
    for process in tuple(_running):
        process.kill()


def allow_again() -> None:
    """Children may be started again."""
    global _stopping  # noqa: PLW0603  # as above
    _stopping = False


def _nothing() -> None:
    """Nobody waits for a sign of life."""


def ask_once(
    worker: Worker,
    question: Mapping[str, object],
    data: bytes = b"",
    *,
    files: Sequence[IO[bytes]] = (),
    budget: Budget | None = None,
    alive: Callable[[], None] = _nothing,
) -> Answer:
    """One question to a child of its own; `alive` is told about every second.

    Raises:
        ChildError, MachineError: as `Child.ask`.
    """
    with Child(worker, files=files, budget=budget, alive=alive) as child:
        return child.ask(question, data)


class Child:
    """One running worker; a context manager. One question at a time, from one thread."""

    def __init__(
        self,
        worker: Worker,
        *,
        files: Sequence[IO[bytes]] = (),
        budget: Budget | None = None,
        alive: Callable[[], None] = _nothing,
    ) -> None:
        """Starts it; questions draw from `budget`. `files` stay the caller's, and where they were read to.

        Raises:
            CutOffError: the drop has nothing left to spend.
            MachineError: `worker.unusable`, it cannot be started; or `StoppedError`.
        """
        self._worker, self._limits, self._budget, self._alive = worker, worker.limits, budget, alive
        self._rest = b""
        self._told_alive = time.monotonic()
        if _stopping:
            raise StoppedError("work_stopped")
        if budget is not None and budget.spent:
            raise CutOffError(Limit.BUDGET)
        self._process = self._started(files)
        try:
            self.confinement = self._ready()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it can be asked: a child that was cut off or crashed is gone."""
        return self._process.poll() is None

    def close(self) -> None:
        """Ends it."""
        processes.end(self._process)
        _running.discard(self._process)

    def ask(
        self,
        question: Mapping[str, object],
        data: bytes = b"",
        *,
        cpu_seconds: float | None = None,
        wall_seconds: float | None = None,
    ) -> Answer:
        """The answer. The limits of the worker hold unless others are given.

        Raises:
            FailedError: the worker's function raised; the child goes on.
            CutOffError: a limit was reached; the child is gone.
            CrashedError: it died, or told what is no answer; the child is gone.
            MachineError: `StoppedError`, where `kill_all` was called meanwhile; `worker.unusable`, where a
                part of a library is missing.
        """
        meter = _Meter(
            self.pid,
            self._limits.cpu_seconds if cpu_seconds is None else cpu_seconds,
            self._limits.wall_seconds if wall_seconds is None else wall_seconds,
            self._budget,
        )
        try:
            answer = self._exchange(packed(question, data), meter, self._limits.answer_bytes)
        except CutOffError:
            self.close()
            raise
        except (OSError, ValueError) as error:
            raise self._end() from error
        finally:
            meter.charge(self._budget)
        if (failed := answer.told.get("failed")) in _INSTALLATION:
            raise MachineError(self._worker.unusable, reason=str(failed))
        if failed is not None:
            raise FailedError(str(failed))
        return answer

    def _end(self) -> Exception:
        """Why there is no answer."""
        by_us = self._process.poll() is None
        self.close()
        if _stopping:
            return StoppedError("work_stopped")
        status = self._process.returncode
        if by_us:
            return CrashedError("no answer")
        if status == OUT_OF_MEMORY:
            return CutOffError(Limit.MEMORY)
        if status == -signal.SIGXCPU:
            return CutOffError(Limit.PROCESSOR)
        if status == -signal.SIGKILL:
            return CutOffError(Limit.KILLED)
        return CrashedError(f"status {status}")

    # --- the process ------------------------------------------------------------------------------------

    def _started(self, files: Sequence[IO[bytes]]) -> processes.Process:
        limits = self._limits
        handed: list[int] = []
        try:
            for file in files:
                handed.append(_for_reading(file.fileno()))  # noqa: PERF401  # what is open is closed below
            asked = {
                "files": handed,
                "parent": os.getpid(),
                "memory": limits.memory_bytes,
                "open_files": limits.open_files,
            }
            command = (sys.executable, "-I", *self._worker.run, json.dumps(asked))
            process = processes.start(command, _ENVIRONMENT, files=handed, folder="/")
        except OSError as error:
            raise MachineError(self._worker.unusable, reason=error.strerror or "") from error
        finally:
            for number in handed:
                os.close(number)
        _running.add(process)
        if _stopping:  # the signal came between
            process.kill()
        return process

    def _ready(self) -> Confinement:
        """Its first words, before it has seen anything of a stranger's."""
        meter = _Meter(self.pid, self._limits.start_seconds, self._limits.start_seconds, None)
        try:
            told = self._exchange(b"", meter, processes.CHUNK_BYTES).told
            meter.charge(self._budget)
            return Confinement(
                no_new_privileges=bool(told["no_new_privileges"]),
                landlock=int(told["landlock"]),
                seccomp=bool(told["seccomp"]),
                network=bool(told["network"]),
            )
        except CutOffError as error:
            raise MachineError(self._worker.unusable, reason=error.limit.value) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            end = self._end()
            if isinstance(end, StoppedError):
                raise end from error
            raise MachineError(self._worker.unusable, reason=str(end)) from error

    def _exchange(self, message: bytes, meter: _Meter, most: int) -> Answer:
        """Raises CutOffError; OSError and ValueError where there is no whole answer."""
        sink, source = processes.pipes(self._process)
        rest, taken = memoryview(message), bytearray(self._rest)
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            if rest:
                selector.register(sink, selectors.EVENT_WRITE)
            while (wanted := _length(taken, most)) is None or len(taken) < wanted:
                for key, _ in selector.select(_LOOK_SECONDS):
                    if key.fd == sink:
                        rest = rest[os.write(sink, rest[: processes.CHUNK_BYTES]) :]
                        if not rest:
                            selector.unregister(sink)
                    elif piece := os.read(source, processes.CHUNK_BYTES):
                        taken += piece
                    else:
                        processes.has_ended(self._process, seconds=1.0)
                        raise OSError("no answer")
                meter.look()
                self._say_alive()
        self._rest = bytes(taken[wanted:])
        return _answer(bytes(taken[:wanted]))

    def _say_alive(self) -> None:
        if time.monotonic() - self._told_alive >= _ALIVE_SECONDS:
            self._told_alive = time.monotonic()
            self._alive()


class _Meter:
    """What one question may cost, and has cost so far."""

    def __init__(self, pid: int, cpu_seconds: float, wall_seconds: float, budget: Budget | None) -> None:
        self._pid = pid
        self._by_budget = False
        if budget is not None and (budget.cpu_left < cpu_seconds or budget.wall_left < wall_seconds):
            self._by_budget = True
            cpu_seconds = min(cpu_seconds, budget.cpu_left)
            wall_seconds = min(wall_seconds, budget.wall_left)
        self._cpu_limit, self._wall_limit = cpu_seconds, wall_seconds
        self._cpu_before = self._cpu_now = processor_seconds(pid) or 0.0
        self._began = time.monotonic()
        self._limit_by_kernel()

    def look(self) -> None:
        """Raises CutOffError where a limit is reached."""
        self._cpu_now = processor_seconds(self._pid) or self._cpu_now
        if self._cpu_now - self._cpu_before > self._cpu_limit:
            raise CutOffError(Limit.BUDGET if self._by_budget else Limit.PROCESSOR)
        if time.monotonic() - self._began > self._wall_limit:
            raise CutOffError(Limit.BUDGET if self._by_budget else Limit.WALL)

    def charge(self, budget: Budget | None) -> None:
        """The drop pays."""
        if budget is not None:
            self._cpu_now = processor_seconds(self._pid) or self._cpu_now
            budget.charge(self._cpu_now - self._cpu_before, time.monotonic() - self._began)

    def _limit_by_kernel(self) -> None:
        """In whole seconds, and behind ours: for the case that this process is stopped and it goes on."""
        most = math.ceil(self._cpu_before + max(0.0, self._cpu_limit)) + 2
        with suppress(OSError):
            resource.prlimit(self._pid, resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _length(taken: bytearray, most: int) -> int | None:
    """Of the whole message; None while that is not known.

    Raises:
        CutOffError: it is longer than an answer may be.
    """
    if len(taken) < HEAD.size:
        return None
    text, data = HEAD.unpack_from(taken)
    if text + data > most:
        raise CutOffError(Limit.ANSWER)
    return HEAD.size + int(text) + int(data)


def _answer(message: bytes) -> Answer:
    text, _ = HEAD.unpack_from(message)
    return Answer(unpacked(message[HEAD.size : HEAD.size + text]), message[HEAD.size + text :])


def _for_reading(descriptor: int) -> int:
    """The same file opened anew: for reading alone, and with a position of its own.

    Raises:
        OSError: it cannot be.
    """
    return os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
