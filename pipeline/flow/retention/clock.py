"""The clock against everything written down in a place of work, before anything is destroyed by it (¶29)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from pipeline.domain.errors import JekeError, RefusedError
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.journal import Journal, is_begun
from pipeline.retention import clock
from pipeline.retention.clock import Belief, Believed
from pipeline.retention.run_log import run_logs


class RetentionClock:
    """The clock of one place of work."""

    def __init__(self, place: Workplace) -> None:
        """Nothing is read yet."""
        self._place = place
        self._believed = Believed(place.places.retention / "clock.json")

    def believe(self, seen: Iterable[datetime] = (), *, confirmed: bool) -> None:
        """Believes the clock and writes that down; `seen` are moments of what is about to be destroyed.

        Raises:
            RefusedError: as `clock.check`.
            MachineError: the machine is at fault.
        """
        self._believed.believe(self._checked(seen, confirmed=confirmed))

    def trouble(self, *, confirmed: bool = False) -> JekeError | None:
        """Why it cannot be believed now; None where it can."""
        try:
            self._checked((), confirmed=confirmed)
        except JekeError as error:
            return error
        return None

    def wrong_moments(self) -> frozenset[datetime]:
        """Everything written down that lies ahead of now."""
        ahead = self._place.clock() + clock.BACKWARDS
        last = self._believed.last()
        believed = () if last is None else (last.at,)
        everywhere = (*self._seen(last), *self._archived(), *believed)
        return frozenset(moment for moment in everywhere if moment > ahead)

    def accept(self, void: frozenset[datetime], void_until: int) -> None:
        """The clock of now is right, and those moments were written under a wrong one.

        Raises:
            RefusedError: `clock_false`.
            MachineError: `retention_unusable`, `clock_unreadable`.
        """
        now, machine, last = self._place.clock(), self._place.running(), self._believed.last()
        clock.not_false(now, machine)
        self._believed.believe(
            Belief(now, machine, void=void | (last.void if last else frozenset()), void_until=void_until)
        )

    def _checked(self, seen: Iterable[datetime], *, confirmed: bool) -> Belief:
        last = self._believed.last()
        everywhere = (*seen, *self._seen(last))
        return clock.check(self._place.clock(), self._place.running(), everywhere, last, confirmed=confirmed)

    def _seen(self, last: Belief | None) -> Iterator[datetime]:
        """The newest of the audit chain and of the journal, of plans' runs and what they destroyed."""
        void_until = 0 if last is None else last.void_until
        newest = max((e.at for e in self._place.audit.entries() if e.number > void_until), default=None)
        for moment in (newest, self._last_drop()):
            if moment is not None:
                yield moment
        for _, log in run_logs(self._place.places.retention):
            if log.start is not None:
                yield log.start.at
            yield from (gone.at for gone in log.gone.values())

    def _archived(self) -> Iterator[datetime]:
        """When each object of the archive was last written."""
        for object_id in self._place.root.object_ids():
            yield self.filed_at(object_id)

    def filed_at(self, object_id: str) -> datetime:
        """When an object of the archive was last written.

        Raises:
            RefusedError: `clock_unfiled`, there is no such object.
        """
        filed = self._place.root.get(object_id)
        if filed is None:
            raise RefusedError("clock_unfiled", object=object_id)
        return filed.versions()[-1].created

    def _last_drop(self) -> datetime | None:
        path = self._place.places.journal
        if not is_begun(path):
            return None
        with Journal.open(path, self._place.clock) as journal:
            return journal.last_step()
