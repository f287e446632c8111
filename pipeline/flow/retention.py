"""The cleanup joined: plans of registers and store, approvals, runs and their acts, the daily sweep (¶29)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from pipeline.archive.audit import AuditEvent
from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.recordings import Register, appeal_open, fold_file
from pipeline.domain.records import Case, Kind, Ref
from pipeline.flow.destruction import file_act, mandate_words
from pipeline.flow.opening import filed_record
from pipeline.flow.outbox import folder_name, put
from pipeline.flow.registered import registered
from pipeline.flow.turn import turn
from pipeline.flow.versions import index_object
from pipeline.flow.workplace import Workplace
from pipeline.intake.journal import Journal
from pipeline.retention import clock
from pipeline.retention.approval import Approval, StandingOrder, admit, mandate
from pipeline.retention.copies import destroy_copies
from pipeline.retention.plan import InStore, Item, Plan, Reason, Situation, make_plan, still_due
from pipeline.retention.plans import Plans
from pipeline.retention.run import Hands, Outcome, outcome, run, settle
from pipeline.retention.run_log import ActFiled, RunLog
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
    outcome: Outcome | None = None
    approvals: int = 0
    settled: tuple[str, ...] = ()


class Cleanup:
    """The cleanup of one place of work. `agent` is who acts: a login, or "jeke" for the service."""

    def __init__(self, place: Workplace, agent: str) -> None:
        """Nothing is read yet."""
        self._place = place
        self._agent = agent
        self.plans = Plans(place.places.retention / "plans")
        self._believed = clock.Believed(place.places.retention / "clock.json")

    # --- plans --------------------------------------------------------------------------------------------

    def plan(self, on: date | None = None, *, dry_run: bool = False) -> Plan:
        """A new plan as of that day, stored and frozen unless it is a dry run."""
        on = on or self._place.today
        if dry_run:
            return self._plan(on, dry_run=True)
        with turn(self._place.places.state):
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
        return Situation(
            registers=tuple(
                replace(r, entries=tuple(replace(e, named=e.named and e.case in filed) for e in r.entries))
                for r in registers
            ),
            store=dict(map(self._in_store, self._place.vault.all())),
            under_way=self._under_way(),
            years=self._place.readings.recording_retention_years,
        )

    def _in_store(self, stored: Stored) -> tuple[str, InStore]:
        vault = self._place.vault
        return stored.id, InStore(stored.sha256, vault.has_key(stored.id), vault.has_file(stored.id))

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
        """One person's approval of a plan; gives all there are now.

        Raises:
            NotFoundError: `plan_unknown`.
            RefusedError: `plan_altered`, `plan_run` (it was run already), or as `admit`.
        """
        with turn(self._place.places.state):
            plan = self.plans.get(number)
            if self._log(number).start is not None:
                raise RefusedError("plan_run", plan=number)
            given = self.plans.approvals(number)
            admit(by, given)
            now = self._place.clock()
            approval = Approval(number, plan.sha256, " ".join(by.split()), now, self._agent)
            self._place.audit.append(
                AuditEvent.APPROVAL, agent=self._agent, at=now, detail={"plan": number, "sha256": plan.sha256}
            )
            self.plans.approve(approval)
            return plan, (*given, approval)

    # --- runs ---------------------------------------------------------------------------------------------

    def run(self, number: str, order: StandingOrder | None, *, confirmed: bool) -> Outcome:
        """Destroys what an approved plan names, each looked at again; what a kill interrupted is ended first.

        `confirmed`: a person has looked at the machine's clock.

        Raises:
            NotFoundError: `plan_unknown`.
            RefusedError: `plan_altered`, `approval_missing`, `clock_back`, `clock_leap`: nothing was begun.
            MachineError: the machine is at fault; running the plan again goes on.
        """
        with turn(self._place.places.state):
            self._settle(order, confirmed=confirmed)
            return self._run(self.plans.get(number), order, confirmed=confirmed)

    def _run(self, plan: Plan, order: StandingOrder | None, *, confirmed: bool) -> Outcome:
        log = self._log(plan.number)
        if log.ended:
            return outcome(plan, log)
        words = self._mandate(plan, order)
        self._believe_clock(plan.made_at, confirmed=confirmed)
        done = run(plan, words, log, self._hands(plan.number))
        for act in done.acts:
            self._show(act)
        self._note(plan.number).unlink(missing_ok=True)
        return done

    def _mandate(self, plan: Plan, order: StandingOrder | None) -> str:
        return mandate_words(mandate(self.plans.approvals(plan.number), plan.sha256, order))

    def preview(self, number: str) -> tuple[tuple[Item, Reason], ...]:
        """What a run of the plan would come to now: each recording with the reason; nothing is changed.

        Raises:
            NotFoundError: `plan_unknown`.
            RefusedError: `plan_altered`.
        """
        with turn(self._place.places.state):
            plan = self.plans.get(number)
            look = self._hands(number).look
            return tuple((now, now.reason) for now in map(look, plan.destroy))

    def sweep(
        self, order: StandingOrder | None, words: Words, *, confirmed: bool, dry_run: bool = False
    ) -> Swept:
        """What the timer does: ends interrupted runs, plans, and runs the plan under a standing order.

        Without one the plan waits for two approvals and a note in outbox/ says so; a plan of the same
        recordings that waits already is not made anew.

        Raises:
            RefusedError: `clock_back`, `clock_leap`.
            MachineError: the machine is at fault; the next sweep goes on.
        """
        with turn(self._place.places.state):
            if dry_run:
                plan = self._plan(self._place.today, dry_run=True)
                return Swept(plan if plan.destroy else None)
            settled = self._settle(order, confirmed=confirmed)
            self._believe_clock(None, confirmed=confirmed)
            plan = self._plan(self._place.today, dry_run=True)
            if not plan.destroy:
                return Swept(settled=settled)
            plan = self._waiting(plan) or self._plan(self._place.today, dry_run=False)
            if order is not None:
                return Swept(plan, self._run(plan, order, confirmed=confirmed), settled=settled)
            given = len(self.plans.approvals(plan.number))
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
                if number != plan.number and not self.plans.approvals(number):
                    self._note(number).unlink(missing_ok=True)

    def _waiting(self, plan: Plan) -> Plan | None:
        """The newest plan that nobody has run and that names the same recordings, counted the same."""
        for number in reversed(self.plans.numbers()):
            if self._log(number).start is None:
                try:
                    waiting = self.plans.get(number)
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
            plan = self._as_begun(log, order) if self._clock_goes_right(confirmed=confirmed) else None
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
            plan = self.plans.get(log.start.plan)
            words = self._mandate(plan, order)
        except (NotFoundError, RefusedError):
            return None
        return plan if (plan.sha256, words) == (log.start.sha256, log.start.mandate) else None

    def _clock_goes_right(self, *, confirmed: bool) -> bool:
        try:
            self._check_clock(None, confirmed=confirmed)
        except RefusedError:
            return False
        return True

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
        return Hands(
            store=place.vault,
            look=lambda item: self._look(item, under_way),
            tell=lambda start, item: self._tell(start.plan, item),
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
        """Judged anew from the archive itself: the register and the case's record as they are filed now."""
        object_id = self._place.index.object_of(Ref(Kind.CASE, item.case))
        filed = self._place.root.get(object_id) if object_id is not None else None
        case = self._case(item.case)
        if filed is None or case is None:
            return replace(item, reason=Reason.NOT_REGISTERED)
        register = registered(filed)
        now_open = appeal_open(case)
        entries = (replace(e, appeal_open=now_open) if e.case == case.id else e for e in register.entries)
        stored = self._place.vault.get(item.recording)
        situation = Situation(
            registers=(Register(tuple(entries), register.holds),),
            store=dict([self._in_store(stored)] if stored is not None else []),
            under_way=under_way,
            years=self._place.readings.recording_retention_years,
        )
        return still_due(item, situation, self._place.today)

    def _case(self, case_id: str) -> Case | None:
        location = self._place.index.record(Ref(Kind.CASE, case_id))
        filed = self._place.root.get(location.object_id) if location is not None else None
        if location is None or filed is None:
            return None
        record = filed_record(filed.read(location.path).decode())
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

    def _show(self, act: ActFiled) -> None:
        """The act lies in outbox/ too, in its case's folder."""
        filed = self._place.root.get(act.object_id)
        if filed is not None and act.path in filed.state:
            put(self._place.places.outbox, act.case, {Path(act.path).name: filed.read(act.path)})

    def _note(self, number: str) -> Path:
        return self._place.places.outbox / folder_name(NOTES) / f"жою-жоспары-{number}.txt"

    def _log(self, number: str) -> RunLog:
        return RunLog(self._place.places.retention / "runs" / f"{number}.jsonl")

    def _logs(self) -> Iterator[tuple[str, RunLog]]:
        for path in sorted((self._place.places.retention / "runs").glob("*.jsonl")):
            yield path.stem, RunLog(path)

    # --- the clock ----------------------------------------------------------------------------------------

    def _believe_clock(self, made_at: datetime | None, *, confirmed: bool) -> None:
        self._check_clock(made_at, confirmed=confirmed)
        self._believed.believe(self._place.clock())

    def _check_clock(self, made_at: datetime | None, *, confirmed: bool) -> None:
        """Against everything written down with its moment: the audit chain, the journal, plans and runs."""
        latest = self._place.audit.latest()
        starts = (log.start.at for _, log in self._logs() if log.start is not None)
        gone = (g.at for _, log in self._logs() for g in log.gone.values())
        seen = (latest.at if latest else None, self._last_drop(), made_at, *starts, *gone)
        clock.check(self._place.clock(), seen, self._believed.last(), confirmed=confirmed)

    def _last_drop(self) -> datetime | None:
        path = self._place.places.journal
        if not path.is_file():
            return None
        with Journal.open(path, self._place.clock) as journal:
            drops = journal.drops(limit=1)
        return drops[0].claimed_at if drops else None
