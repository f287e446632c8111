"""The running pipeline: looks into inbox/, works off what is ready, tries again what failed for a while."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from pipeline.archive.index.standing import changes_noted
from pipeline.domain.errors import JekeError, MachineError, NotFoundError
from pipeline.flow.casefile.corrections import settle
from pipeline.flow.drops.cut_off import MOST as MOST_CUT_OFF
from pipeline.flow.drops.cut_off import give_back_cut_off
from pipeline.flow.drops.hopeless import give_back_asked, give_back_in_vain, in_vain, is_asked_back
from pipeline.flow.drops.unsupported_entries import CLOSED_AGAIN, answer_closed, answer_unsupported
from pipeline.flow.ingest.mended import age_mended
from pipeline.flow.ingest.outbox import keep_all_current
from pipeline.flow.maintenance.head_sealing import seal_daily
from pipeline.flow.outcomes.results import DropAnswer, Result
from pipeline.flow.retention.clock import RetentionClock
from pipeline.flow.site.heartbeat import Heartbeat
from pipeline.flow.site.kept_journal import opened_journal
from pipeline.flow.site.rights import require_closed
from pipeline.flow.site.stop import take_mark, was_asked
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.flow.standing.refresh import steps
from pipeline.intake.claim import Claimed, claim, closed, recover, take_closed
from pipeline.intake.files import Stamp
from pipeline.intake.inbox import Inbox, Look, Unsupported
from pipeline.intake.instance import lock
from pipeline.intake.journal import Drop, Journal
from pipeline.intake.sentinel import require_marked
from pipeline.steps import fail, is_bundle, make_lists, open_bundle, refile, returned, work_off


@dataclass(frozen=True, slots=True)
class Ended:
    """A drop dealt with for now, and how many seconds that took."""

    drop_id: str
    answer: DropAnswer
    seconds: float


Report = Callable[[Ended], None]
"""Told of every drop as it ends."""

Step = TypeVar("Step")

FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 900.0
LOOK_AGAIN_SECONDS = 0.2
MOST_WAITING_SECONDS = 600.0
"""For files that still change, where the work is to end."""
WAIT_SECONDS = 60.0
"""Between two tries of a drop that waits for another one."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """A claimed drop; `due` is a time of the steady clock, `tries` how often the machine prevented it.

    `waits_for` is what it was last said to wait for.
    """

    claimed: Claimed
    due: float = 0.0
    tries: int = 0
    waits_for: str | None = None


@contextmanager
def at_work(
    place: Workplace,
    alive: Callable[[], None] = lambda: None,
    *,
    stopping: Callable[[], bool] = lambda: False,
    odd: Callable[[Path, Unsupported], None] = lambda _path, _why: None,
) -> Iterator[Work]:
    """Alone in the place of work, with everything that a kill interrupted settled first.

    `alive` is told at every sign of life, `odd` of each thing in inbox/ that is not taken, once. The drop
    under way is the last as soon as `stopping` says so.

    Raises:
        MachineError: `place_open`, `already_running`, `journal_gone`, or the disk is at fault.
    """
    require_closed(place.places)
    with lock(place.places.state), opened_journal(place.places, place.clock) as journal:
        journal.require_writable()
        journal.count_cut_off(stopped=was_asked(place.places.state))
        take_mark(place.places.state)
        place.index.require_writable()
        place.root.recover()
        place.vault.recover()
        with write_lock(place.places.state):
            settle(place)
            keep_all_current(place)
        _age_mended(place, journal)
        yield Work(place, journal, Heartbeat(place.places.heartbeat, place.clock, alive), stopping, odd)


def _age_mended(place: Workplace, journal: Journal) -> None:
    """What cannot be moved or deleted in inbox/refused/ now stays for the next time."""
    try:
        with write_lock(place.places.state):
            age_mended(place, journal, cache(lambda: _believed(place)))
    except JekeError as error:
        log.warning("refused_not_moved", extra={"values": {"reason": error.code}})


def _believed(place: Workplace) -> bool:
    trouble = RetentionClock(place).trouble()
    if trouble is not None:
        log.warning("refused_not_counted", extra={"values": {"reason": trouble.code}})
    return trouble is None


class Work:
    """One running instance. Every claimed drop is either worked off or held for another try."""

    def __init__(
        self,
        place: Workplace,
        journal: Journal,
        heartbeat: Heartbeat,
        stopping: Callable[[], bool],
        odd: Callable[[Path, Unsupported], None],
    ) -> None:
        """Takes up what an earlier run left unfinished."""
        self._place = place
        self._journal = journal
        self._heartbeat = heartbeat
        self._stopping = stopping
        self._odd = odd
        self._inbox = Inbox(
            place.places.inbox,
            place.quiet_seconds,
            paper_quiet_seconds=place.paper_quiet_seconds,
            unfinished_seconds=place.unfinished_seconds,
        )
        recovered = recover(place.places.inbox, place.places.work, journal, now=place.clock())
        self._held = [_Held(claimed) for claimed in recovered]
        self._unclaimable: frozenset[str] = frozenset()
        self.unclaimed: MachineError | None = None
        """Why a file in inbox/ could not be claimed at the last look, if one could not."""
        self._sealed_on: date | None = None
        self._judged: tuple[int, date] | None = None
        self._aged_on: date = place.today
        self._accepted = False
        self._closed_due = 0.0
        self.unfinished: tuple[Path, ...] = ()
        """What lay in inbox/ at the last look and still changed, or was quiet but without its end."""

    @property
    def stopping(self) -> bool:
        """Whether the drop under way is to be the last."""
        return self._stopping()

    def scan(self, report: Report) -> int:
        """One look: works off what is whole and quiet, or due again; gives how many files still change.

        Raises:
            InboxGoneError: inbox/ is not there; then nothing is worked off either.
            MachineError: the journal cannot be written.
        """
        look = self._look()
        self.unfinished, self.unclaimed = (*look.unfinished, *look.changing), None
        self._answer(look.odd)
        now = time.monotonic()
        due = [h for h in self._held if h.due <= now or is_asked_back(self._place.places, h.claimed)]
        self._held = [h for h in self._held if h not in due]
        for path in look.ready:
            if self.stopping:
                break
            self._heartbeat.go_on(self.held)
            if (claimed := self._claim(path, look.seen[path])) is not None:
                due.append(_Held(claimed))
        due += self._opened_again(report)
        self._work_off(self._opened(due, report), report)
        self._judge_standing()
        self._seal_head()
        self._heartbeat.beat(settling=look.settling, held=self.held)
        return look.settling

    def _judge_standing(self) -> None:
        """How the changed cases stand; what a stop leaves is judged by whoever asks, or at the next start.

        A record that cannot be read is tried again when something has changed, or on another day.
        """
        try:
            now = changes_noted(self._place.index), self._place.today
            if now == self._judged:
                return
            unread = 0
            for left in steps(self._place, self._place.today):
                unread = len(left)
                self._heartbeat.go_on(self.held)
                if self.stopping:
                    return
            if unread:
                log.warning("unread_not_judged", extra={"values": {"count": unread}})
            self._judged = now
        except JekeError as error:
            log.warning("standing_not_judged", extra={"values": {"reason": error.code}})

    def _seal_head(self) -> None:
        """Once a day; a seal that cannot be used now is no reason to stop, and is tried again tomorrow."""
        place, today = self._place, self._place.today
        if self._sealed_on == today:
            return
        self._sealed_on = today
        try:
            seal_daily(place.places, place.audit, lambda: place.production.sealer, place.clock())
        except JekeError as error:
            log.warning("head_not_sealed", extra={"values": {"reason": error.code}})

    def _look(self) -> Look:
        require_marked(self._place.places.inbox)
        return self._inbox.look()

    def miss_inbox(self) -> None:
        """inbox/ is not there: nothing can be looked at, and we live."""
        self._heartbeat.beat(inbox=False, held=self.held)

    def _claim(self, path: Path, seen: Stamp) -> Claimed | None:
        """The file claimed; None where somebody took it away or it cannot be taken: it stays in inbox/."""
        work, now = self._place.places.work, self._place.clock()
        try:
            return claim(path, work, self._journal, now=now, seen=seen)
        except NotFoundError:
            return None
        except MachineError as error:
            self.unclaimed = error
            if path.name not in self._unclaimable:
                log.warning("not_claimed", extra={"values": {"reason": error.code}})
                self._unclaimable |= {path.name}
            return None

    def _opened_again(self, report: Report) -> list[_Held]:
        """Drops that their owner closed when they had left inbox/, as soon as somebody has opened them."""
        if time.monotonic() < self._closed_due:
            return []
        self._closed_due = time.monotonic() + CLOSED_AGAIN.total_seconds()
        places, taken = self._place.places, []
        for drop, lies_in in closed(places.inbox, places.work, self._journal):
            claimed = take_closed(drop, places.inbox, places.work, self._journal)
            if claimed is not None:
                taken.append(_Held(claimed))
            elif self._journal.find(drop.id) is not None:
                self._tell_closed(drop, lies_in, report)
        return taken

    def _tell_closed(self, drop: Drop, lies_in: Path, report: Report) -> None:
        try:
            error = answer_closed(self._place, self._journal, drop, lies_in)
        except MachineError as unwritable:
            error, self._closed_due = unwritable, 0.0
        if error is not None:
            if self.unclaimed is not None and self.unclaimed.code == "drop_unfit":
                self.unclaimed = None  # told of now, with what it really is
            answer = DropAnswer(drop.name, "", 0, Result.RETRY, self._place.today, error=error)
            report(Ended(drop.id, answer, 0.0))

    def _answer(self, odd: Sequence[tuple[Path, Unsupported]]) -> None:
        """A note that cannot be laid now is tried again at the next look."""
        try:
            for path, unsupported in answer_unsupported(self._place, self._journal, odd):
                self._odd(path, unsupported)
        except MachineError as error:
            log.warning("note_not_laid", extra={"values": {"reason": error.code}})

    def _opened(self, due: list[_Held], report: Report) -> list[_Held]:
        """The drops, with those that a folder or zip is made of in its place."""
        known = {held.claimed.drop_id for held in (*due, *self._held)}
        opened: list[_Held] = []
        for held in due:
            if not is_bundle(held.claimed):
                opened.append(held)
            elif self.stopping:
                self._held.append(held)
            else:
                began = time.monotonic()
                inside = self._tried(held, partial(open_bundle, self._place, self._journal, held.claimed))
                if isinstance(inside, DropAnswer):
                    report(Ended(held.claimed.drop_id, inside, time.monotonic() - began))
                else:
                    opened += [_Held(claimed) for claimed in inside if claimed.drop_id not in known]
        return opened

    @property
    def awaiting(self) -> int:
        """How many drops there are to work off now."""
        return len(self._look().ready) + self.held

    def work_off_all(self, report: Report) -> None:
        """Works off what is there, waits for files that still change, and ends.

        Whoever writes into a file again and again keeps nobody waiting for ever: it is left to the next run.
        """
        waited = 0.0
        while self.scan(report) and not self.stopping and waited < MOST_WAITING_SECONDS:
            time.sleep(LOOK_AGAIN_SECONDS)
            waited += LOOK_AGAIN_SECONDS

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
        if self._accepted or self._aged_on != self._place.today:
            self._accepted, self._aged_on = False, self._place.today
            _age_mended(self._place, self._journal)
        self._refile()
        for campaign in self._journal.lists_owed():
            self._make_lists(campaign)

    def _refile(self) -> None:
        """What a withdrawal that was cut short has left; what cannot be done now stays owed."""
        try:
            if self._journal.cases_owed():
                refile(self._place, self._journal)
        except JekeError as error:
            log.warning("withdrawn_not_filed_anew", extra={"values": {"reason": error.code}})

    def _make_lists(self, campaign: str) -> None:
        """A list that cannot be made now stays owed to the next look."""
        try:
            make_lists(self._place, self._journal, campaign)
        except JekeError as error:
            log.warning("lists_not_made", extra={"values": {"reason": error.code}})

    def _one(self, held: _Held, report: Report, *, last_word: bool) -> bool:
        """Whether the drop is dealt with for now."""
        if self.stopping:
            self._held.append(held)
            return True
        self._heartbeat.go_on(self.held)
        began = time.monotonic()
        alive = partial(self._heartbeat.go_on, self.held)
        step = partial(work_off, self._place, self._journal, held.claimed, last_word=last_word, alive=alive)
        answer = self._tried(held, step)
        if answer is None:
            return False
        if answer.held_for is not None and not self._waits(held, answer.held_for):
            return True
        if answer.records:
            self._accepted = True
            self._call_waiting()
        report(Ended(held.claimed.drop_id, answer, time.monotonic() - began))
        return True

    def _tried(self, held: _Held, step: Callable[[], Step]) -> Step | DropAnswer:
        """A step with a drop: what the machine prevents is tried again, our own fault gives it back.

        The try before may have been prevented when the file was in its folder of inbox/ already.
        """
        try:
            try:
                over = returned(self._place, self._journal, held.claimed) if held.tries else None
                return self._attempt(held.claimed, step) if over is None else over
            except JekeError:
                raise
            except Exception as bug:  # noqa: BLE001  # whatever it is, the file goes back to HR
                return self._given_back(held, bug)
        except JekeError as error:
            return self._in_vain(held, error) or self._again_later(held, error)

    def _in_vain(self, held: _Held, error: JekeError) -> DropAnswer | None:
        """A paper that fails in the same way again and again goes back; None where it is tried again."""
        try:
            if in_vain(self._journal, held.claimed.drop_id, error):
                return give_back_in_vain(self._place, self._journal, held.claimed, error)
        except JekeError as prevented:
            log.warning(
                "not_given_back",
                extra={"values": {"drop": held.claimed.drop_id, "reason": prevented.code}},
            )
        return None

    def _attempt(self, claimed: Claimed, step: Callable[[], Step]) -> Step | DropAnswer:
        """The step, under way in the journal: what ends the program each time is not tried for ever."""
        times = self._journal.begin(claimed.drop_id)
        if times >= MOST_CUT_OFF:
            return give_back_cut_off(self._place, self._journal, claimed, times)
        if is_asked_back(self._place.places, claimed):
            return give_back_asked(self._place, self._journal, claimed)
        try:
            return step()
        finally:
            try:
                self._journal.rest(claimed.drop_id)
            except MachineError as error:
                log.warning(
                    "end_not_noted", extra={"values": {"drop": claimed.drop_id, "reason": error.code}}
                )

    def _given_back(self, held: _Held, bug: Exception) -> DropAnswer:
        """A fault of the program. The exception's own words may quote a record: they are not logged."""
        where = traceback.extract_tb(bug.__traceback__)[-1]
        kind = type(bug).__name__
        at = f"{where.filename}:{where.lineno}"
        log.error("drop_failed", extra={"values": {"drop": held.claimed.drop_id, "kind": kind, "at": at}})
        return fail(self._place, self._journal, held.claimed, MachineError("program_fault", kind=kind))

    def _waits(self, held: _Held, what_for: str) -> bool:
        """Keeps the drop until what it waits for is here; tells whether that is news."""
        news = held.waits_for != what_for
        held.waits_for = what_for
        held.due = time.monotonic() + WAIT_SECONDS
        self._held.append(held)
        return news

    def _call_waiting(self) -> None:
        """Records were filed: what waits for some is looked at again at the next look."""
        for held in self._held:
            if held.waits_for is not None:
                held.due = 0.0

    def _again_later(self, held: _Held, error: JekeError) -> DropAnswer:
        pause = min(FIRST_PAUSE_SECONDS * 2**held.tries, LONGEST_PAUSE_SECONDS)
        held.tries += 1
        held.due = time.monotonic() + pause
        self._held.append(held)
        claimed = held.claimed
        at = self._place.clock() + timedelta(seconds=pause)
        try:
            self._journal.retry(claimed.drop_id, at, {**error.params, "error": error.code})
        except MachineError as unwritable:
            log.warning(
                "retry_not_noted", extra={"values": {"drop": claimed.drop_id, "reason": unwritable.code}}
            )
        return DropAnswer(
            claimed.name, claimed.sha256, claimed.size, Result.RETRY, self._place.today, error=error
        )
