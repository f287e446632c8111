"""Work spread over all cores, in processes: the Python between two digests would hold threads up."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TypeVar

from pipeline.domain.errors import MachineError

T = TypeVar("T")
R = TypeVar("R")

_WAITING = 8
"""Tasks a core has before it, so that none waits for the next and memory stays flat."""
_WORTH_IT = 24
"""Fewer are done sooner than the processes are there."""


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0))


def in_parallel(work: Callable[[T], R], tasks: Iterable[T], workers: int) -> Iterator[R]:
    """The results, in the order they come. `work` and tasks travel to other processes.

    Raises:
        MachineError: `worker_died`; and what `work` raises.
    """
    coming = iter(tasks)
    first = list(islice(coming, _WORTH_IT))
    if workers < 2 or len(first) < _WORTH_IT:  # noqa: PLR2004 - one is no parallel work
        yield from map(work, chain(first, coming))
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context, initializer=_leave_interrupts_to_the_parent) as pool:
        try:
            yield from _results(pool, work, chain(first, coming), workers * _WAITING)
        except BrokenProcessPool as error:
            raise MachineError("worker_died") from error
        finally:
            pool.shutdown(cancel_futures=True)


def _results(
    pool: ProcessPoolExecutor, work: Callable[[T], R], tasks: Iterator[T], at_once: int
) -> Iterator[R]:
    under_way: set[Future[R]] = {pool.submit(work, task) for task in islice(tasks, at_once)}
    while under_way:
        done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
        under_way |= {pool.submit(work, task) for task in islice(tasks, len(done))}
        for future in done:
            yield future.result()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
