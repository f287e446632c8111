"""What came before for one person: what the record declares, and what is filed of other campaigns.

¶4, 7 and 8 look at the person, not at the record: an earlier decision or sanction counts although
nobody wrote it down again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Generic, TypeVar

from pipeline.domain.records import (
    AppealOutcome,
    Attestation,
    AttestationType,
    Case,
    Investigation,
    Sanction,
    Studies,
    Study,
    Vote,
)
from pipeline.domain.terms import add_months
from pipeline.law.engine import Bench
from pipeline.law.numbers import SANCTION_MONTHS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A fact and where it stands: a path in this record, or the id of the other case that is filed."""

    fact: T
    path: str
    filed_in: str | None = None


def _other_cases(case: Case, bench: Bench) -> tuple[Case, ...]:
    return tuple(c for c in bench.docket.cases_of_person(case.employee.iin) if c.id != case.id)


def annulled(case: Case) -> bool:
    """¶34: the decision on the case was annulled on appeal; it is no attestation any more."""
    return case.appeal is not None and case.appeal.outcome is AppealOutcome.ANNULLED


def filed_attestations(case: Case, bench: Bench) -> Iterator[Known[Attestation]]:
    """Decisions of this product on the same IIN, in this case and in others, but those annulled (¶4, 34)."""
    for other in (case, *_other_cases(case, bench)):
        if annulled(other):
            continue
        for hearing in bench.docket.hearings(other.id):
            decision = bench.decision(hearing)
            if decision is not None and hearing.sitting.held_on is not None:
                recommended = decision.result is Vote.RECOMMENDED
                yield Known(
                    Attestation(AttestationType.UNSCHEDULED, hearing.sitting.held_on, recommended),
                    "history.attestations",
                    other.id,
                )


def attestations(case: Case, bench: Bench) -> list[Known[Attestation]]:
    """Declared here, filed by this product, and declared in the person's other cases; each day once.

    Of one day the result that is filed counts, whatever was declared; else the first that anybody declared.
    One declared of the day of an annulled decision is that decision.
    """
    void = {
        h.sitting.held_on
        for c in (case, *_other_cases(case, bench))
        if annulled(c)
        for h in bench.docket.hearings(c.id)
        if bench.decision(h) is not None
    }
    declared = [Known(a, f"history.attestations.{i}") for i, a in enumerate(case.history.attestations)]
    filed = list(filed_attestations(case, bench))
    elsewhere = [
        Known(a, "history.attestations", other.id)
        for other in _other_cases(case, bench)
        for a in other.history.attestations
    ]
    results: dict[date | None, bool] = {}
    for k in (*filed, *declared, *elsewhere):
        if k.fact.recommended is not None:
            results.setdefault(k.fact.held_on, k.fact.recommended)
    return [
        replace(k, fact=replace(k.fact, recommended=results.get(k.fact.held_on)))
        for k in _once([*declared, *filed, *elsewhere], lambda k: k.fact.held_on)
        if k in filed or k.fact.held_on not in void
    ]


@dataclass(frozen=True, slots=True)
class Previous:
    """The attestation that the terms of ¶4 count from; None where nobody told its result."""

    held_on: date
    recommended: bool | None
    path: str
    filed_in: str | None


def previous_attestation(case: Case, bench: Bench, before: date) -> Previous | None:
    """The latest attestation before that day (¶4)."""
    dated = [
        Previous(k.fact.held_on, k.fact.recommended, k.path, k.filed_in)
        for k in attestations(case, bench)
        if k.fact.held_on is not None and k.fact.held_on < before
    ]
    return max(dated, key=_day_held, default=None)


def _day_held(previous: Previous) -> date:
    return previous.held_on


def promoted_on(case: Case, bench: Bench, by: date) -> date | None:
    """The latest appointment on a recommendation, up to that day, that any case of the person knows (¶4)."""
    days = [c.history.promoted_on for c in (case, *_other_cases(case, bench))]
    return max((d for d in days if d is not None and d <= by), default=None)


def sanctions(case: Case, bench: Bench) -> list[Known[Sanction]]:
    """Declared here and in the person's other cases; each once, its lifting from wherever known."""
    others = _other_cases(case, bench)
    known = [Known(s, f"history.sanctions.{i}") for i, s in enumerate(case.history.sanctions)]
    known += [Known(s, "history.sanctions", o.id) for o in others for s in o.history.sanctions]
    lifted = {_sanction_key(k): k.fact.lifted_on for k in reversed(known) if k.fact.lifted_on is not None}
    return [
        replace(k, fact=replace(k.fact, lifted_on=lifted.get(_sanction_key(k))))
        for k in _once(known, _sanction_key)
    ]


def investigations(case: Case, bench: Bench) -> list[Known[Investigation]]:
    """Declared here and in the person's other cases; each once, its closing from wherever known."""
    others = _other_cases(case, bench)
    known = [Known(n, f"history.investigations.{i}") for i, n in enumerate(case.history.investigations)]
    known += [Known(n, "history.investigations", o.id) for o in others for n in o.history.investigations]
    closed = {
        _investigation_key(k): k.fact.closed_on for k in reversed(known) if k.fact.closed_on is not None
    }
    return [
        replace(k, fact=replace(k.fact, closed_on=closed.get(_investigation_key(k))))
        for k in _once(known, _investigation_key)
    ]


def days_in_force(sanctions: Sequence[Sanction]) -> list[tuple[date, date] | None]:
    """First and last day of each: six months, or to its lifting; a newer one within carries it to its end.

    Law, art. 57(17). The day of lifting is free. None where the day of application is not known.
    """
    in_force: dict[int, tuple[date, date]] = {}
    newest_first = sorted(
        ((s.applied_on, place) for place, s in enumerate(sanctions) if s.applied_on is not None), reverse=True
    )
    for applied_on, place in newest_first:
        own = add_months(applied_on, SANCTION_MONTHS)
        carried = max([own, *(last for first, last in in_force.values() if first <= own)])
        lifted = sanctions[place].lifted_on
        last = carried if lifted is None else min(carried, lifted - timedelta(days=1))
        in_force[place] = applied_on, last
    return [in_force.get(place) for place in range(len(sanctions))]


def in_force(sanctions: Sequence[Sanction], on: date) -> bool:
    """Some sanction stands on that day."""
    return any(days is not None and days[0] <= on <= days[1] for days in days_in_force(sanctions))


def under_way(investigation: Investigation, on: date) -> bool:
    """The investigation is open on that day; the day of closing is free."""
    opened, closed = investigation.opened_on, investigation.closed_on
    return opened is not None and opened <= on and (closed is None or closed > on)


def studies(case: Case, bench: Bench, by: date) -> Studies:
    """Each study of this record, else the latest up to that day of the person's other cases (¶8)."""
    own = case.studies or Studies()
    others = [c.studies for c in _other_cases(case, bench) if c.studies is not None]
    return Studies(
        psychological=_own_or_filed(own.psychological, (s.psychological for s in others), by),
        polygraph=_own_or_filed(own.polygraph, (s.polygraph for s in others), by),
    )


def _own_or_filed(own: Study | None, filed: Iterable[Study | None], by: date) -> Study | None:
    if own is not None and own.done_on is not None:
        return own
    dated = [s for s in filed if s is not None and s.done_on is not None and s.done_on <= by]
    return max(dated, key=lambda s: s.done_on or date.min, default=own)


def attestations_told_otherwise(case: Case, bench: Bench) -> Iterator[tuple[str, str]]:
    """Declared attestations whose result a filed decision of the same day contradicts: path, other case."""
    filed = {k.fact.held_on: k for k in filed_attestations(case, bench)}
    for i, declared in enumerate(case.history.attestations):
        known = filed.get(declared.held_on)
        if known is not None and declared.recommended not in (None, known.fact.recommended):
            yield f"history.attestations.{i}.recommended", known.filed_in or ""


def sanctions_told_otherwise(case: Case, bench: Bench) -> Iterator[tuple[str, str]]:
    """Declared sanctions that another case lifts on another day: path, other case."""
    for other in _other_cases(case, bench):
        theirs = {_key(s): s.lifted_on for s in other.history.sanctions}
        for i, sanction in enumerate(case.history.sanctions):
            lifted_on = theirs.get(_key(sanction))
            if lifted_on is not None and sanction.lifted_on not in (None, lifted_on):
                yield f"history.sanctions.{i}.lifted_on", other.id


def _key(sanction: Sanction) -> tuple[date | None, str]:
    return sanction.applied_on, (sanction.type or "").casefold()


def _sanction_key(known: Known[Sanction]) -> tuple[date | None, str]:
    return _key(known.fact)


def _investigation_key(known: Known[Investigation]) -> tuple[object, date | None]:
    return known.fact.type, known.fact.opened_on


def _once(known: list[Known[T]], key: Callable[[Known[T]], Hashable]) -> list[Known[T]]:
    first: dict[Hashable, Known[T]] = {}
    for fact in known:
        first.setdefault(key(fact), fact)
    return list(first.values())
