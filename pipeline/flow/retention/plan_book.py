"""The plans of destruction there are, as the audit chain knows them, and how each stands (¶29).

A plan's file and the sum beside it could be written by hand: a plan counts with the chain's `retention-plan`
entry of its SHA-256, and is cancelled by its `plan-cancelled` entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.domain.errors import RefusedError
from pipeline.flow.retention.approvals import approvals_in
from pipeline.flow.site.workplace import Workplace
from pipeline.retention.approval import Approval, enough
from pipeline.retention.plan import Plan
from pipeline.retention.plans import Plans
from pipeline.retention.run_log import RUNS, RunLog


class Standing(StrEnum):
    """How a plan stands."""

    WAITING = "waiting"
    """For approvals, or a standing order."""
    APPROVED = "approved"
    INTERRUPTED = "interrupted"
    """Its run was begun and is not ended."""
    RUN = "run"
    CANCELLED = "cancelled"
    ALTERED = "altered"
    """Its file is not what the chain was told of: it is never run."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Who (a login) cancelled a plan, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One plan of the list; `plan` is None where its file was altered, `destroyed` counts recordings."""

    number: str
    standing: Standing
    plan: Plan | None = None
    approvals: tuple[Approval, ...] = ()
    destroyed: int = 0
    cancelled: Cancelled | None = None


class PlanBook:
    """The plans of one place of work."""

    def __init__(self, place: Workplace) -> None:
        """Nothing is read yet."""
        self._place = place
        self._folder = place.places.retention
        self.plans = Plans(self._folder / "plans")

    def in_force(self, number: str) -> Plan:
        """A plan that may still be approved and run.

        Raises:
            NotFoundError: `plan_unknown`.
            RefusedError: `plan_altered`, also where the chain does not know it; `plan_cancelled`.
        """
        told = _Told.of(self._place.audit)
        plan = _known(self.plans, number, told)
        if (number, plan.sha256) in told.cancelled:
            raise RefusedError("plan_cancelled", plan=number)
        return plan

    def cancel(self, number: str, reason: str, agent: str) -> None:
        """Nobody can approve or run it any more. One person may: it destroys nothing.

        The caller holds the write lock.

        Raises:
            NotFoundError: as `in_force`.
            RefusedError: as `in_force`; `plan_run`, its run was begun; `cancel_without_reason`.
            MachineError: `audit_unwritable`, `retention_unusable`.
        """
        words = " ".join(reason.split())
        if not words:
            raise RefusedError("cancel_without_reason")
        plan = self.in_force(number)
        if self._log(number).start is not None:
            raise RefusedError("plan_run", plan=number)
        self._place.audit.append(
            AuditEvent.PLAN_CANCELLED,
            agent=agent,
            at=self._place.clock(),
            detail={"plan": number, "sha256": plan.sha256, "reason": words},
        )
        self.plans.close(number)

    def listed(self) -> tuple[Listed, ...]:
        """All plans, the oldest first.

        Raises:
            CorruptError, MachineError: plans, runs or the chain cannot be read.
        """
        told = _Told.of(self._place.audit)
        return tuple(self._listed(number, told) for number in self.plans.numbers())

    def one(self, number: str) -> tuple[Plan, Listed]:
        """One plan as it was made, and how it stands.

        Raises:
            NotFoundError: `plan_unknown`.
            RefusedError: `plan_altered`.
        """
        listed = self._listed(number, _Told.of(self._place.audit))
        if listed.plan is None:
            raise RefusedError("plan_altered", plan=number)
        return listed.plan, listed

    def _listed(self, number: str, told: _Told) -> Listed:
        log = self._log(number)
        try:
            plan = _known(self.plans, number, told)
            if log.start is not None:
                standing = Standing.RUN if log.ended else Standing.INTERRUPTED
                return Listed(number, standing, plan, destroyed=len(log.gone))
            if (cancelled := told.cancelled.get((number, plan.sha256))) is not None:
                return Listed(number, Standing.CANCELLED, plan, cancelled=cancelled)
            given = approvals_in(self.plans.approvals(number), number, self._place.audit).given
        except RefusedError:
            return Listed(number, Standing.ALTERED)
        return Listed(number, Standing.APPROVED if enough(given) else Standing.WAITING, plan, given)

    def _log(self, number: str) -> RunLog:
        return RunLog(self._folder / RUNS / f"{number}.jsonl")


@dataclass(frozen=True, slots=True)
class _Told:
    """Number and SHA-256 of the plans the chain knows, and which of them were cancelled."""

    made: frozenset[tuple[str, str]]
    cancelled: Mapping[tuple[str, str], Cancelled]

    @classmethod
    def of(cls, audit: AuditLog) -> _Told:
        made: set[tuple[str, str]] = set()
        cancelled: dict[tuple[str, str], Cancelled] = {}
        for entry in audit.entries():
            named = str(entry.detail.get("plan")), str(entry.detail.get("sha256"))
            if entry.event == AuditEvent.RETENTION_PLAN:
                made.add(named)
            elif entry.event == AuditEvent.PLAN_CANCELLED:
                cancelled[named] = Cancelled(entry.agent, entry.at, str(entry.detail.get("reason", "")))
        return cls(frozenset(made), cancelled)


def _known(plans: Plans, number: str, told: _Told) -> Plan:
    plan = plans.get(number)
    if (number, plan.sha256) not in told.made:
        raise RefusedError("plan_altered", plan=number)
    return plan
