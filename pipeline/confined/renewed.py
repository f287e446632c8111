"""A child that is there when it is asked: started at the first question, and anew where one has ended it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Self

from pipeline.confined.child import Child, Worker
from pipeline.confined.limits import Budget


class Renewed:
    """What asks such a child; a context manager."""

    def __init__(
        self, worker: Worker, *, files: Sequence[IO[bytes]] = (), budget: Budget | None = None
    ) -> None:
        """As `Child`; nothing is started yet."""
        self._worker, self._files, self._budget = worker, files, budget
        self._running: Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child."""
        child, self._running = self._running, None
        if child is not None:
            child.close()

    def start(self) -> Child:
        """The child, running and begun with.

        Raises:
            ChildError, MachineError: as `Child` and `Child.ask`.
        """
        if self._running is None or not self._running.running:
            self.close()
            child = Child(self._worker, files=self._files, budget=self._budget)
            try:
                self._begin(child)
            except BaseException:
                child.close()
                raise
            self._running = child
        return self._running

    def _begin(self, child: Child) -> None:
        """What a new one is asked first: nothing."""
