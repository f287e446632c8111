"""Days of one case that cannot all be true: a fact still to come, or a later step before the earlier one.

No paragraph names them; a mistyped day moves a term, or hides what stands against somebody (¶7).
Days that HR itself sets ahead (a list, a notice, an invitation) are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from pipeline.domain.records import Case, Kind
from pipeline.law.engine import Bench, Outcome, rule, warn

NEVER_AHEAD: Final = (
    "report.filed_on",
    "withdrawn_on",
    "own_security.received_on",
    "own_security.answered_on",
    "admission.unit_received_on",
    "admission.notice_received_on",
    "studies.psychological.done_on",
    "studies.polygraph.done_on",
    "characteristic.sent_to_hr_on",
    "disagreement.filed_on",
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
def facts_have_happened(case: Case, bench: Bench) -> Iterator[Outcome]:
    """A fact dated after the day of judging has not happened, or its day is mistyped."""
    for path in (*NEVER_AHEAD, *_opening_days(case)):
        day = _day(case, path)
        if day is not None and day > bench.on:
            yield warn(path, field=path, day=day)


@rule("", on=Kind.CASE, warn="facts_out_of_order")
def steps_in_their_order(case: Case, _bench: Bench) -> Iterator[Outcome]:
    """What follows from a step is not dated before it."""
    for earlier, later in (*IN_ORDER, *_openings_and_ends(case)):
        first, second = _day(case, earlier), _day(case, later)
        if first is not None and second is not None and second < first:
            yield warn(later, earlier=earlier, earlier_on=first, later=later, later_on=second)


def _opening_days(case: Case) -> Iterator[str]:
    yield from (earlier for earlier, _ in _openings_and_ends(case))
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
