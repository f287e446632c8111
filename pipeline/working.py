"""The running pipeline: looks into inbox/, works off what is ready, tries again what failed for a while."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pipeline.domain.errors import JekeError, MachineError, NotFoundError
from pipeline.flow.results import DropAnswer, Result
from pipeline.flow.workplace import Workplace
from pipeline.intake.claim import Claimed, claim, recover
from pipeline.intake.inbox import Inbox
from pipeline.intake.instance import lock
from pipeline.intake.journal import Journal
from pipeline.steps import fail, make_lists, work_off

Report = Callable[[DropAnswer], None]
"""Told of every drop as it ends."""

FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 900.0
LOOK_AGAIN_SECONDS = 0.2

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """A claimed drop; `due` is a time of the steady clock, `tries` how often the machine prevented it."""

    claimed: Claimed
    due: float = 0.0
    tries: int = 0


@contextmanager
def at_work(place: Workplace) -> Iterator[Work]:
    """Alone in the place of work, with everything that a kill interrupted settled first.

    Raises:
        MachineError: `already_running`, or the disk is at fault.
    """
    with lock(place.places.state), Journal.open(place.places.journal) as journal:
        place.root.recover()
        yield Work(place, journal)


class Work:
    """One running instance. Every claimed drop is either worked off or held for another try."""

    def __init__(self, place: Workplace, journal: Journal) -> None:
        """Takes up what an earlier run left unfinished."""
        self._place = place
        self._journal = journal
        self._inbox = Inbox(place.places.inbox, place.quiet_seconds)
        recovered = recover(place.places.inbox, place.places.work, journal, now=place.clock())
        self._held = [_Held(claimed) for claimed in recovered]
        self.stopping = False

    def scan(self, report: Report) -> int:
        """One look: works off what is whole and quiet, or due again; gives how many files still change."""
        look = self._inbox.look()
        now = time.monotonic()
        due = [h for h in self._held if h.due <= now]
        self._held = [h for h in self._held if h.due > now]
        for path in look.ready:
            if self.stopping:
                break
            if (claimed := self._claim(path)) is not None:
                due.append(_Held(claimed))
        self._work_off(due, report)
        return look.settling

    def _claim(self, path: Path) -> Claimed | None:
        """The file claimed; None where somebody took it away or it cannot be taken: it stays in inbox/."""
        try:
            return claim(path, self._place.places.work, self._journal, now=self._place.clock())
        except NotFoundError:
            return None
        except MachineError as error:
            log.warning("a file in inbox/ cannot be claimed: %s", error.code)
            return None

    def work_off_all(self, report: Report) -> None:
        """Works off what is there, waits for files that still change, and ends."""
        while self.scan(report) and not self.stopping:
            time.sleep(LOOK_AGAIN_SECONDS)

    @property
    def held(self) -> int:
        """Drops that wait for another try."""
        return len(self._held)

    def _work_off(self, held: list[_Held], report: Report) -> None:
        """Drops of one look may complete each other: one that is blocked is judged again after the others."""
        while held:
            blocked = [h for h in held if not self._one(h, report, last_word=False)]
            if len(blocked) == len(held):
                break
            held = blocked
        for h in held:
            self._one(h, report, last_word=True)
        for campaign in self._journal.lists_owed():
            self._make_lists(campaign)

    def _make_lists(self, campaign: str) -> None:
        """A list that cannot be made now stays owed to the next look."""
        try:
            make_lists(self._place, self._journal, campaign)
        except JekeError as error:
            log.warning("the lists of a campaign cannot be made: %s", error.code)

    def _one(self, held: _Held, report: Report, *, last_word: bool) -> bool:
        """Whether the drop is dealt with for now."""
        if self.stopping:
            self._held.append(held)
            return True
        try:
            answer = work_off(self._place, self._journal, held.claimed, last_word=last_word)
        except JekeError as error:
            answer = self._again_later(held, error)
        except Exception as bug:  # noqa: BLE001  # whatever it is, the file goes back to HR
            answer = self._given_back(held, bug)
        if answer is None:
            return False
        report(answer)
        return True

    def _given_back(self, held: _Held, bug: Exception) -> DropAnswer:
        """A fault of the program. The exception's own words may quote a record: they are not logged."""
        where = traceback.extract_tb(bug.__traceback__)[-1]
        kind = type(bug).__name__
        log.error("drop %s failed: %s at %s:%s", held.claimed.drop_id, kind, where.filename, where.lineno)
        return fail(self._place, self._journal, held.claimed, MachineError("program_fault", kind=kind))

    def _again_later(self, held: _Held, error: JekeError) -> DropAnswer:
        pause = min(FIRST_PAUSE_SECONDS * 2**held.tries, LONGEST_PAUSE_SECONDS)
        held.tries += 1
        held.due = time.monotonic() + pause
        self._held.append(held)
        claimed = held.claimed
        self._journal.retry(
            claimed.drop_id, self._place.clock() + timedelta(seconds=pause), {"error": error.code}
        )
        return DropAnswer(
            claimed.name, claimed.sha256, claimed.size, Result.RETRY, self._place.today, error=error
        )
