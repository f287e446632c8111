"""The cleanup joined: plans of registers and store, approvals, runs and their acts, the daily sweep (¶29)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from pipeline.archive.audit.log import AuditEvent
from pipeline.domain.errors import ConfigError, NotFoundError, RefusedError
from pipeline.domain.recordings import Register, appeal_open, fold_file
from pipeline.domain.records import Case, Kind, Ref
from pipeline.flow.casefile.recording_terms import keep_promises
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.versions import index_object
from pipeline.flow.ingest.outbox import folder_name, put
from pipeline.flow.retention.approvals import Approvals, approval_of, approvals_in, approve, mandate_words
from pipeline.flow.retention.clock import RetentionClock
from pipeline.flow.retention.elsewhere import elsewhere
from pipeline.flow.retention.plan_book import PlanBook
from pipeline.flow.site.opening import record_in_force
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.retention.approval import Approval, StandingOrder, in_force, mandate
from pipeline.retention.copies import destroy_copies
from pipeline.retention.keys import KeyState
from pipeline.retention.plan import InStore, Item, Plan, Reason, Situation, make_plan, still_due
from pipeline.retention.run import Hands, RunOutcome, outcome, run, settle
from pipeline.retention.run_log import RUNS, ActFiled, RunLog, run_logs
from pipeline.retention.vault import Stored

NOTES = "retention"
"""The folder of outbox/ where a plan waits for its approvals."""

Words = Callable[[Plan, int], str]
"""What HR are told of a plan and of the approvals given to it, in their language."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep has come to: the plan where something is due, and its run where an order allows it.

    `approvals` are those the plan has; `settled` are the plans whose interrupted runs were ended first.
    """

    plan: Plan | None = None
    outcome: RunOutcome | None = None
    approvals: int = 0
    settled: tuple[str, ...] = ()


class Cleanup:
    """The cleanup of one place of work. `agent` is who acts: a login, or "jeke" for the service."""

    def __init__(self, place: Workplace, agent: str) -> None:
        """Nothing is read yet."""
        self._place = place
        self._agent = agent
        self.book = PlanBook(place)
        self.plans = self.book.plans
        self._clock = RetentionClock(place)

    # --- plans --------------------------------------------------------------------------------------------

    def plan(self, on: date | None = None, *, dry_run: bool = False) -> Plan:
        """A new plan as of that day, stored and frozen unless it is a dry run."""
        on = on or self._place.today
        if dry_run:
            return self._plan(on, dry_run=True)
        with write_lock(self._place.places.state):
            return self._plan(on, dry_run=False)

    def _plan(self, on: date, *, dry_run: bool) -> Plan:
        now = self._place.clock()
        registers = tuple(self._place.index.registers().values())
        used = (e.destroyed.plan for r in registers for e in r.entries if e.destroyed is not None)
        number = self.plans.next_number(now.year, used)
        plan = make_plan(self._situation(registers), number=number, on=on, made_at=now)
        if not dry_run:
            self._place.audit.append(
                AuditEvent.RETENTION_PLAN,
                agent=self._agent,
                at=now,
                detail={"plan": number, "sha256": plan.sha256, "destroy": len(plan.destroy)},
            )
            self.plans.keep(plan)
        return plan

    def _situation(self, registers: tuple[Register, ...]) -> Situation:
        """A withdrawn case names nothing any more: what became of its recordings a person decides."""
        filed = {ref.id for ref in self._place.index.refs(Kind.CASE)}
        store = dict(map(self._in_store, self._place.vault.all()))
        return Situation(
            registers=tuple(
                replace(r, entries=tuple(replace(e, named=e.named and e.case in filed) for e in r.entries))
                for r in registers
            ),
            store=store,
            under_way=self._under_way(),
            elsewhere=self._elsewhere(registers, store),
            years=self._place.readings.recording_retention_years,
        )

    def _elsewhere(
        self, registers: Iterable[Register], store: Mapping[str, InStore]
    ) -> frozenset[tuple[str, str]]:
        """The chain is asked only where a register names what this store does not have for it."""
        named = ((e, e.stored.id) for r in registers for e in r.entries if e.stored and not e.destroyed)
        if all(recording in store and store[recording].of == entry.key for entry, recording in named):
            return frozenset()
        return elsewhere(self._place.root, self._place.audit)

    def _in_store(self, stored: Stored) -> tuple[str, InStore]:
        vault = self._place.vault
        usable, there = vault.has_usable_key(stored.id), vault.has_file(stored.id)
        return stored.id, InStore(stored.sha256, usable, there, stored.key)

    def _under_way(self, but: str | None = None) -> frozenset[str]:
        """Recordings that runs have begun to destroy and not ended yet; `but` is the plan that asks."""
        return frozenset(
            recording
            for number, log in self._logs()
            if number != but
            for recording in log.intents
            if recording not in log.kept and recording not in log.forgotten
        )

    def approve(self, number: str, by: str) -> tuple[Plan, tuple[Approval, ...]]:
        """One person's approval of a plan; gives all there are now. Its maker may be one of the two.

        Raises:
            NotFoundError: `plan_unknown`.
            RefusedError: `plan_altered`, `plan_cancelled`, `plan_run` (it was run already), or as `admit`.
        """
        place = self._place
        with write_lock(place.places.state):
            plan = self.book.in_force(number)
            if self._log(number).start is not None:
                raise RefusedError("plan_run", plan=number)
            approval = approval_of(number, plan.sha256, by, self._agent, place.clock())
            before = self._approvals(number).given
            file = self.plans.approvals(number)
            return plan, approve(file, approval, before, place.audit, self._agent)

    def _approvals(self, number: str) -> Approvals:
        return approvals_in(self.plans.approvals(number), number, self._place.audit)

    def cancel(self, number: str, reason: str) -> None:
        """Nobody approves or runs the plan any more, and its note in outbox/ goes.

        What it names stays due: the next sweep plans it anew, unless it is held.

        Raises:
            NotFoundError, RefusedError, MachineError: as `PlanBook.cancel`.
        """
        with write_lock(self._place.places.state):
            self.book.cancel(number, reason, self._agent)
            self._note(number).unlink(missing_ok=True)

    def unplanned(self) -> tuple[Item, ...]:
        """What is due now and in no plan still to be run: one that kept it, or knew it held, is of no use."""
        due, waiting = self._plan(self._place.today, dry_run=True).destroy, set(self._to_be_run())
        return tuple(item for item in due if item not in waiting)

    def _to_be_run(self) -> Iterator[Item]:
        for number in self.plans.numbers():
            if self._log(number).start is None:
                with suppress(RefusedError):
                    yield from self.book.in_force(number).destroy

    # --- runs ---------------------------------------------------------------------------------------------

    def run(self, number: str, order: StandingOrder | None, *, confirmed: bool) -> RunOutcome:
        """Destroys what an approved plan names, each looked at again; what a kill interrupted is ended first.

        `confirmed`: a person has looked at the machine's clock.

        Raises:
            NotFoundError: `plan_unknown`.
            RefusedError: as `PlanBook.in_force`, `approval_missing`, `approval_unbound`, or as `clock.check`.
            ConfigError: `order_ahead`. After any of these nothing was begun.
            MachineError: the machine is at fault; running the plan again goes on.
        """
        with write_lock(self._place.places.state):
            self._settle(order, confirmed=confirmed)
            return self._run(self.book.in_force(number), order, confirmed=confirmed)

    def _run(self, plan: Plan, order: StandingOrder | None, *, confirmed: bool) -> RunOutcome:
        log = self._log(plan.number)
        if log.ended:
            return outcome(plan, log)
        words = self._mandate(plan, order)
        self._clock.believe((plan.made_at, *self._filed(plan)), confirmed=confirmed)
        done = run(plan, words, log, self._hands(plan.number))
        for act in done.acts:
            self._show(act)
        self._note(plan.number).unlink(missing_ok=True)
        return done

    def _mandate(self, plan: Plan, order: StandingOrder | None) -> str:
        approvals, today = self._approvals(plan.number), self._place.today
        return mandate_words(mandate(approvals.given, plan.sha256, order, today, unbound=approvals.unbound))

    def _filed(self, plan: Plan) -> Iterator[datetime]:
        """When the personal files were last written that the plan's recordings are of."""
        for case in {item.case for item in plan.destroy}:
            object_id = self._place.index.object_of(Ref(Kind.CASE, case))
            if object_id is not None:
                yield self._clock.filed_at(object_id)

    def preview(self, number: str) -> tuple[tuple[Item, Reason], ...]:
        """What a run of the plan would come to now: each recording with the reason; nothing is changed.

        Raises:
            NotFoundError: `plan_unknown`.
            RefusedError: `plan_altered`, `plan_cancelled`.
        """
        with write_lock(self._place.places.state):
            plan = self.book.in_force(number)
            look = self._hands(number).look
            return tuple((now, now.reason) for now in map(look, plan.destroy))

    def sweep(
        self, order: StandingOrder | None, words: Words, *, confirmed: bool, dry_run: bool = False
    ) -> Swept:
        """What the timer does: ends interrupted runs, plans, and runs the plan under a standing order.

        Without one the plan waits for two approvals and a note in outbox/ says so; a plan of the same
        recordings that waits already is not made anew.

        Raises:
            RefusedError: as `clock.check`.
            ConfigError: `order_ahead`, the standing order's day has not come; nothing is done.
            MachineError: the machine is at fault; the next sweep goes on.
        """
        if order is not None:
            in_force(order, self._place.today)
        with write_lock(self._place.places.state):
            if dry_run:
                plan = self._plan(self._place.today, dry_run=True)
                return Swept(plan if plan.destroy else None)
            settled = self._settle(order, confirmed=confirmed)
            self._clock.believe(confirmed=confirmed)
            keep_promises(self._place)
            plan = self._plan(self._place.today, dry_run=True)
            if not plan.destroy:
                return Swept(settled=settled)
            plan = self._waiting(plan) or self._plan(self._place.today, dry_run=False)
            if order is not None:
                return Swept(plan, self._run(plan, order, confirmed=confirmed), settled=settled)
            given = len(self._approvals(plan.number).given)
            self._let_go_of_superseded(plan)
            note = self._note(plan.number).name
            put(self._place.places.outbox, NOTES, {note: words(plan, given).encode()})
            return Swept(plan, approvals=given, settled=settled)

    def unfinished(self) -> tuple[str, ...]:
        """Plans whose runs were interrupted."""
        return tuple(number for number, log in self._logs() if log.unfinished)

    # ------------------------------------------------------------------------------------------------------

    def _let_go_of_superseded(self, plan: Plan) -> None:
        """The notes of older plans that nobody has approved: this one names what is due now."""
        for number in self.plans.numbers():
            with suppress(RefusedError):  # an old plan that was altered stops no sweep
                if number != plan.number and not self._approvals(number).given:
                    self._note(number).unlink(missing_ok=True)

    def _waiting(self, plan: Plan) -> Plan | None:
        """The newest plan that nobody has run and that names the same recordings, counted the same."""
        for number in reversed(self.plans.numbers()):
            if self._log(number).start is None:
                try:
                    waiting = self.book.in_force(number)
                except RefusedError:
                    continue
                if waiting.destroy == plan.destroy:
                    return waiting
        return None

    def _settle(self, order: StandingOrder | None, *, confirmed: bool) -> tuple[str, ...]:
        """Goes on with runs that were killed, on the mandate they were begun on.

        Where the plan is no longer what it was, the standing order is withdrawn or the clock is in doubt,
        only what has lost its key is ended.
        """
        unfinished = self.unfinished()
        for number in unfinished:
            log = self._log(number)
            self._index_anew(log)
            in_doubt = self._clock.trouble(confirmed=confirmed) is not None
            plan = None if in_doubt else self._as_begun(log, order)
            if plan is None or log.start is None:
                settle(log, self._hands(number))
            else:
                run(plan, log.start.mandate, log, self._hands(number))
            for act in log.acts.values():
                self._show(act)
            self._note(number).unlink(missing_ok=True)
        return unfinished

    def _as_begun(self, log: RunLog, order: StandingOrder | None) -> Plan | None:
        """The plan of a run, if it is there, is what it was when the run began, and its mandate stands."""
        if log.start is None:
            return None
        try:
            plan = self.book.in_force(log.start.plan)
            words = self._mandate(plan, order)
        except (ConfigError, NotFoundError, RefusedError):
            return None
        return plan if (plan.sha256, words) == (log.start.sha256, log.start.mandate) else None

    def _index_anew(self, log: RunLog) -> None:
        """A kill may have come between an object and its entry in the index."""
        if not log.unfinished:
            return
        self._place.root.recover()
        for item in log.intents.values():
            object_id = self._place.index.object_of(Ref(Kind.CASE, item.case))
            if object_id is not None:
                index_object(self._place, object_id)

    def _hands(self, number: str) -> Hands:
        place, under_way = self._place, self._under_way(but=number)
        from pipeline.flow.retention.destruction import file_act  # it makes papers

        return Hands(
            store=place.vault,
            look=lambda item: self._look(item, under_way),
            tell=lambda start, item: self._tell(start.plan, item),
            told=lambda item: self._told(number, item),
            copies=lambda item: destroy_copies(
                (place.places.work, place.places.outbox, place.places.inbox),
                item.sha256,
                item.size,
                item.recording,
                spared=lambda name: self._is_anothers(name, item),
            ),
            file_act=lambda start, act, gone: file_act(place, start, act, gone, agent=self._agent),
            clock=place.clock,
        )

    def _look(self, item: Item, under_way: frozenset[str]) -> Item:
        """Judged anew from the archive itself: every register that names it, and their cases' records."""
        place = self._place
        objects = {*place.index.objects_of_recording(item.recording)}
        mine = place.index.object_of(Ref(Kind.CASE, item.case))
        if mine is None or self._case(item.case) is None:
            return replace(item, reason=Reason.NOT_REGISTERED)
        stored = place.vault.get(item.recording)
        situation = Situation(
            registers=tuple(self._register_now(object_id) for object_id in sorted(objects | {mine})),
            store=dict([self._in_store(stored)] if stored is not None else []),
            under_way=under_way,
            years=place.readings.recording_retention_years,
        )
        now = still_due(item, situation, place.today)
        if now.reason is Reason.TERM_OVER and place.vault.key_state(item.recording) is not KeyState.SOUND:
            return replace(now, reason=Reason.KEY_MISSING)
        return now

    def _register_now(self, object_id: str) -> Register:
        """A personal file's register, with the appeals that its cases' records name as open."""
        register = registered(self._place.root.get(object_id))
        cases = {case: self._case(case) for case in {e.case for e in register.entries}}
        appealed = {case for case, record in cases.items() if record is not None and appeal_open(record)}
        entries = (replace(e, appeal_open=e.appeal_open or e.case in appealed) for e in register.entries)
        return replace(register, entries=tuple(entries))

    def _case(self, case_id: str) -> Case | None:
        record = record_in_force(self._place.root, self._place.index, Ref(Kind.CASE, case_id))
        return record if isinstance(record, Case) else None

    def _is_anothers(self, name: str, item: Item) -> bool:
        """Whether a file of these bytes bears the name of another recording that is kept or still to come."""
        return any(
            entry.destroyed is None and (entry.stored is None or entry.stored.id != item.recording)
            for register in self._place.index.registers().values()
            for entry in register.entries
            if fold_file(entry.file) == fold_file(name)
        )

    def _tell(self, plan: str, item: Item) -> None:
        object_id = self._place.index.object_of(Ref(Kind.CASE, item.case))
        self._place.audit.append(
            AuditEvent.DESTRUCTION,
            agent=self._agent,
            at=self._place.clock(),
            objects=[object_id] if object_id is not None else [],
            detail={"plan": plan, "recording": item.recording, "sha256": item.sha256},
        )

    def _told(self, plan: str, item: Item) -> bool:
        return any(
            e.detail.get("plan") == plan and e.detail.get("recording") == item.recording
            for e in self._place.audit.entries()
            if e.event == AuditEvent.DESTRUCTION
        )

    def _show(self, act: ActFiled) -> None:
        """The act lies in outbox/ too, in its case's folder."""
        filed = self._place.root.get(act.object_id)
        if filed is not None and act.path in filed.state:
            put(self._place.places.outbox, act.case, {Path(act.path).name: filed.read(act.path)})

    def _note(self, number: str) -> Path:
        return self._place.places.outbox / folder_name(NOTES) / f"жою-жоспары-{number}.txt"

    def _log(self, number: str) -> RunLog:
        return RunLog(self._place.places.retention / RUNS / f"{number}.jsonl")

    def _logs(self) -> Iterator[tuple[str, RunLog]]:
        return run_logs(self._place.places.retention)
