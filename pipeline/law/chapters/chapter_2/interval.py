"""¶4: how soon after the previous attestation; ¶5 and 6 leave nothing to check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.domain.findings import Severity, Value
from pipeline.domain.records import Case, Kind, Waiver
from pipeline.domain.terms import Reckoned, months, years
from pipeline.law.engine import (
    Bench,
    RuleOutcome,
    block,
    info,
    pending,
    rule,
    undetermined,
    warn,
    with_severity,
)
from pipeline.law.history import (
    attestations_told_otherwise,
    previous_attestation,
    promoted_on,
)
from pipeline.law.numbers import (
    MONTHS_AFTER_APPOINTMENT,
    MONTHS_BETWEEN_ATTESTATIONS,
    YEARS_AFTER_RECOMMENDATION,
)
from pipeline.law.stage import going_on


@dataclass(frozen=True, slots=True)
class Interval:
    """The term that must have run out before the sitting; `after` is the event it counts from."""

    after: str
    path: str
    reckoned: Reckoned
    filed_in: str | None = None

    @property
    def last_day(self) -> date:
        """The term runs out at the end of this day; the first free day is the next."""
        return self.reckoned.due

    @property
    def first_free_day(self) -> date:
        """The earliest day a sitting may be held with nothing to say against it."""
        return self.last_day + timedelta(days=1)


def interval(case: Case, bench: Bench, before: date) -> Interval | None:
    """¶4 parts 1 and 2: the term that binds a sitting on that day; None where nothing came before."""
    known = previous_attestation(case, bench, before)
    appointed_on = promoted_on(case, bench, before)
    if appointed_on is not None and (known is None or appointed_on >= known.held_on):
        reckoned = months(appointed_on, MONTHS_AFTER_APPOINTMENT)
        return Interval("appointment", "history.promoted_on", reckoned)
    if known is None:
        return None
    if known.recommended:
        reckoned = years(known.held_on, YEARS_AFTER_RECOMMENDATION)
        return Interval("recommendation", known.path, reckoned, known.filed_in)
    reckoned = months(known.held_on, MONTHS_BETWEEN_ATTESTATIONS)
    return Interval("attestation", known.path, reckoned, known.filed_in)


@rule(
    "4",
    on=Kind.CASE,
    block="interval",
    warn=("interval_last_day", "interval_planned"),
    undetermined="recommendation_unknown",
    info="interval_waived",
)
def long_enough_after_the_previous(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶4: six months after an attestation or an appointment, three years after a recommendation."""
    held_on, day = bench.held_on(case), expected_on(case, bench)
    if day is None:
        yield pending("history.attestations")
        return
    if held_on is None and not going_on(case):
        return
    waiver = case.minister_waiver
    for outcome in _too_soon(case, bench, day, planned=held_on is None):
        if waiver is not None and waived(waiver, day):
            yield with_severity(_told_of_waiver(outcome, waiver), Severity.INFO)
        else:
            yield outcome


def waived(waiver: Waiver, sitting_on: date) -> bool:
    """¶4 part 3: a complete decision of the Minister, not later than the sitting, lifts the interval only."""
    complete = waiver.number is not None and waiver.reason is not None
    return complete and waiver.date is not None and waiver.date <= sitting_on


def _told_of_waiver(outcome: RuleOutcome, waiver: Waiver) -> RuleOutcome:
    params = {**outcome.params, "waiver": waiver.number or ""}
    return RuleOutcome(outcome.verdict, outcome.severity, "minister_waiver", params, "interval_waived")


def _too_soon(case: Case, bench: Bench, day: date, *, planned: bool) -> Iterator[RuleOutcome]:
    term = interval(case, bench, day)
    if term is None:
        return
    facts: dict[str, Value] = {
        "after": term.after,
        "since": term.reckoned.start,
        "until": term.last_day,
        "earliest": term.first_free_day,
        "sitting_on": day,
    }
    if day > term.last_day:
        yield from _result_unknown(case, bench, day)
    elif planned:
        yield warn(term.path, "interval_planned", **facts)
    elif day == term.last_day:
        yield warn(term.path, "interval_last_day", **facts)
    else:
        yield block(term.path, **facts)


def _result_unknown(case: Case, bench: Bench, day: date) -> Iterator[RuleOutcome]:
    """An attestation with no result told may have been a recommendation, whose term is three years."""
    known = previous_attestation(case, bench, day)
    if known is None or known.recommended is not None:
        return
    until = years(known.held_on, YEARS_AFTER_RECOMMENDATION).due
    if day <= until and promoted_on(case, bench, day) is None:
        yield undetermined(known.path, "recommendation_unknown", held_on=known.held_on, until=until)


def expected_on(case: Case, bench: Bench) -> date | None:
    """The day of the sitting, else the day the announcement plans."""
    campaign = bench.docket.campaign_of(case)
    planned = campaign.announcement.planned_sitting_on if campaign and campaign.announcement else None
    return bench.held_on(case) or planned


@rule("4", on=Kind.CASE, warn="waiver_incomplete")
def waiver_is_whole(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶4 part 3: the Minister's decision has a number, a day not after the sitting, and a reason."""
    waiver = case.minister_waiver
    day = expected_on(case, bench)
    if waiver is None:
        return
    if day is None:
        yield pending("minister_waiver")
    elif not waived(waiver, day):
        yield warn("minister_waiver", sitting_on=day)


@rule("4", on=Kind.CASE, warn="appointed_in_future")
def appointments_have_happened(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶4 part 2: an appointment dated after the day of judging has not happened, or is mistyped."""
    held = case.employee.position.appointed_on if case.employee.position else None
    for path, day in (
        ("employee.position.appointed_on", held),
        ("history.promoted_on", case.history.promoted_on),
    ):
        if day is not None and day > bench.on:
            yield warn(path, day=day)


@rule("4", on=Kind.CASE, warn="history_differs")
def history_agrees_with_the_archive(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶4: a declared result that a filed decision of the same day contradicts."""
    for path, other in attestations_told_otherwise(case, bench):
        yield warn(path, filed_case=other)


@rule("4", on=Kind.CASE, undetermined="attestation_undated")
def attestations_are_dated(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶4: an attestation without its day starts no term that could be counted."""
    for i, attestation in enumerate(case.history.attestations):
        if attestation.held_on is None:
            yield undetermined(f"history.attestations.{i}")


@rule("4", on=Kind.CASE, info="recommendation_stands")
def recommendation_stands(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶4 part 1: somebody recommended less than three years ago already holds a recommendation."""
    day = bench.held_on(case) or bench.on
    known = previous_attestation(case, bench, day)
    if known is None or not known.recommended:
        return
    appointed = promoted_on(case, bench, day)
    until = years(known.held_on, YEARS_AFTER_RECOMMENDATION).due
    if day <= until and (appointed is None or appointed < known.held_on):
        yield info(known.path, held_on=known.held_on, until=until)
