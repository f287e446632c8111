"""Days of a record that cannot all be true: a fact still to come, or a later step before the earlier one.

No paragraph names them; a mistyped day moves a term, or hides what stands against somebody (¶7).
Days that HR itself sets ahead (a list, a notice, an invitation) are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from pipeline.domain.records import Campaign, Case, Commission, Kind
from pipeline.law.engine import Bench, RuleOutcome, rule, warn

NEVER_AHEAD: Final = (
    "report.filed_on",
    "withdrawn_on",
    "own_security.received_on",
    "own_security.answered_on",
    "qualification.checked_on",
    "admission.unit_received_on",
    "admission.notice_received_on",
    "studies.psychological.done_on",
    "studies.polygraph.done_on",
    "characteristic.sent_to_hr_on",
    "disagreement.filed_on",
    "minister_waiver.date",
    "appeal.filed_on",
    "appeal.decided_on",
)
"""What others did or HR received: nobody writes it down before it has happened."""
IN_ORDER: Final = (
    ("report.filed_on", "withdrawn_on"),
    ("admission.decided_on", "admission.unit_received_on"),
    ("admission.decided_on", "admission.notice_sent_on"),
    ("admission.notice_sent_on", "admission.notice_received_on"),
    ("characteristic.signed_on", "characteristic.sent_to_hr_on"),
    ("characteristic.signed_on", "disagreement.filed_on"),
    ("sheet.filled_on", "sheet.acquainted_on"),
    ("appeal.filed_on", "appeal.decided_on"),
)
"""Earlier and later step; one day may hold both."""


@rule("", on=Kind.CASE, warn="fact_in_future")
def facts_have_happened(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """A fact dated after the day of judging has not happened, or its day is mistyped."""
    for path in (*NEVER_AHEAD, *_history_days(case)):
        day = _day(case, path)
        if day is not None and day > bench.on:
            yield warn(path, field=path, day=day)


@rule("", on=Kind.CASE, warn="facts_out_of_order")
def steps_in_their_order(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """What follows from a step is not dated before it."""
    for earlier, later in (*IN_ORDER, *_openings_and_ends(case)):
        first, second = _day(case, earlier), _day(case, later)
        if first is not None and second is not None and second < first:
            yield warn(later, earlier=earlier, earlier_on=first, later=later, later_on=second)


@rule("", on=Kind.CAMPAIGN, warn="decision_in_future")
def decision_has_been_taken(campaign: Campaign, bench: Bench) -> Iterator[RuleOutcome]:
    """A decision to attest that is dated after the day of judging has not been taken."""
    decided_on = campaign.decision.date if campaign.decision else None
    if decided_on is not None and decided_on > bench.on:
        yield warn("decision.date", day=decided_on)


@rule("", on=Kind.COMMISSION, warn="order_in_future")
def order_has_been_given(commission: Commission, bench: Bench) -> Iterator[RuleOutcome]:
    """An order that is dated after the day of judging has approved nobody; a sitting before it is ¶18's."""
    approved_on = commission.order.date if commission.order else None
    if approved_on is not None and approved_on > bench.on:
        yield warn("order.date", day=approved_on)


@rule("", on=Kind.COMMISSION, warn="dissolved_before_formed")
def formed_before_it_was_dissolved(commission: Commission, _bench: Bench) -> Iterator[RuleOutcome]:
    """A commission dissolved before its order never was; ahead of time its dissolution may well be known."""
    approved_on, gone = commission.order.date if commission.order else None, commission.dissolved_on
    if approved_on is not None and gone is not None and gone < approved_on:
        yield warn("dissolved_on", approved_on=approved_on, dissolved_on=gone)


def _history_days(case: Case) -> Iterator[str]:
    yield from (path for both in _openings_and_ends(case) for path in both)
    yield from (f"history.attestations.{i}.held_on" for i in range(len(case.history.attestations)))


def _openings_and_ends(case: Case) -> Iterator[tuple[str, str]]:
    """A sanction lifted before it was applied, or an investigation closed before it began, hides itself."""
    for i in range(len(case.history.sanctions)):
        yield f"history.sanctions.{i}.applied_on", f"history.sanctions.{i}.lifted_on"
    for i in range(len(case.history.investigations)):
        yield f"history.investigations.{i}.opened_on", f"history.investigations.{i}.closed_on"


def _day(case: Case, path: str) -> date | None:
    place: object = case
    for step in path.split("."):
        place = place[int(step)] if isinstance(place, tuple) else getattr(place, step, None)
    return place if isinstance(place, date) else None
