"""The rule engine: a rule is a function under a header that names its paragraph and code.

Rules are pure: they look at the docket, the calendar, the readings and the date they are given, and say what
they found. They never format text, read files or ask the clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.findings import (
    Deadline,
    DecidedBy,
    Decision,
    Finding,
    Judgement,
    Nature,
    Severity,
    Value,
    Verdict,
)
from pipeline.domain.records import Authority, Campaign, Case, Commission, Kind, Record, Ref, Sitting
from pipeline.domain.terms import Reckoned
from pipeline.law.docket import Docket, Hearing
from pipeline.law.invitation import invited_in_time
from pipeline.law.item_keys import item_keys
from pipeline.law.overrides import lift
from pipeline.law.readings import Readings
from pipeline.law.votes import carried_over, decide, left_on_the_agenda

R = TypeVar("R", Campaign, Commission, Case, Sitting)


@dataclass(frozen=True)
class Bench:
    """What a rule judges from. `on` is the day of judging."""

    docket: Docket
    calendar: WorkCalendar
    readings: Readings
    on: date

    @cached_property
    def _decisions(self) -> dict[tuple[str, int], Decision | None]:
        return {}

    @cached_property
    def item_twins(self) -> Mapping[tuple[str, ...], list[Case]]:
        """Cases by what only a copy of an item shares (¶14, `item_keys`)."""
        found: dict[tuple[str, ...], list[Case]] = defaultdict(list)
        for case in self.docket.cases.values():
            for key in item_keys(case).values():
                found[key].append(case)
        return found

    @cached_property
    def latest_of_the_minister(self) -> Campaign | None:
        """The Minister's campaign decided on last: with it the ministry's own duties are said, once (¶37)."""
        mine = [c for c in self.docket.campaigns.values() if _by_the_minister(c)]
        return max(mine, key=_decided, default=None)

    def hearing(self, case: Case) -> Hearing | None:
        """The latest sitting the case came before; not one where its name was merely left on the agenda."""
        came_before = (h for h in reversed(self.docket.hearings(case.id)) if not self.left_on_the_agenda(h))
        return next(came_before, None)

    def left_on_the_agenda(self, hearing: Hearing) -> bool:
        """The report was taken back or the case ended by then, and nobody was heard (¶1, 11)."""
        return left_on_the_agenda(self.docket, hearing)

    def held_on(self, case: Case) -> date | None:
        """The day of that sitting, held or ahead; a sitting that put the case off binds to nothing."""
        hearing = self.hearing(case)
        return hearing.sitting.held_on if hearing is not None and not self.carried_over(hearing) else None

    def carried_over(self, hearing: Hearing) -> bool:
        """Nothing was decided there, and the case waits for the next sitting (¶24, 25, 31)."""
        return carried_over(self.docket, hearing)

    def concluded(self, case: Case) -> Hearing | None:
        """That sitting, where the candidate's turn is over and the case was not put off."""
        hearing = self.hearing(case)
        if hearing is None or not hearing.concluded or self.carried_over(hearing):
            return None
        return hearing

    def decision(self, hearing: Hearing) -> Decision | None:
        """The decision as the ballots give it (¶25, 30, 31)."""
        key = hearing.sitting.id, hearing.index
        if key not in self._decisions:
            decision = decide(self.docket, hearing)
            if decision is not None and decision.by is DecidedBy.ABSENCE and not self._may_be_held(hearing):
                decision = None
            self._decisions[key] = decision
        return self._decisions[key]

    def _may_be_held(self, hearing: Hearing) -> bool:
        """¶17, 31: absence counts against somebody invited to this sitting in time."""
        held_on, told_on = hearing.sitting.held_on, self.docket.notified_on(hearing)
        known = hearing.candidate.case in self.docket.cases
        return (
            known and held_on is not None and invited_in_time(told_on, held_on, self.calendar, self.readings)
        )


def _by_the_minister(campaign: Campaign) -> bool:
    return campaign.decision is not None and campaign.decision.authority is Authority.MINISTER


def _decided(campaign: Campaign) -> tuple[date, str]:
    decided = campaign.decision.date if campaign.decision else None
    return decided or date.min, campaign.id


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What a rule says at one place of its record; no severity means pending."""

    verdict: Verdict
    severity: Severity | None
    path: str
    params: dict[str, Value] = field(default_factory=dict)
    code: str | None = None


def block(path: str, code: str | None = None, /, **params: Value) -> RuleOutcome:
    """The paragraph is broken; the step may not be filed."""
    return RuleOutcome(Verdict.VIOLATED, Severity.BLOCK, path, params, code)


def warn(path: str, code: str | None = None, /, **params: Value) -> RuleOutcome:
    """The paragraph is broken or nearly so, and the paper must still be filed."""
    return RuleOutcome(Verdict.VIOLATED, Severity.WARN, path, params, code)


def info(path: str, code: str | None = None, /, **params: Value) -> RuleOutcome:
    """Nothing is broken; HR should know."""
    return RuleOutcome(Verdict.SATISFIED, Severity.INFO, path, params, code)


def undetermined(path: str, code: str | None = None, /, **params: Value) -> RuleOutcome:
    """The facts given do not say whether the paragraph is kept."""
    return RuleOutcome(Verdict.UNDETERMINED, Severity.WARN, path, params, code)


def pending(path: str) -> RuleOutcome:
    """A fact is not there yet, and no later fact shows that its step was skipped."""
    return RuleOutcome(Verdict.UNDETERMINED, None, path)


Weight = tuple[Severity, Verdict]
Codes = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked sentence of the order. `weights` hold every code it may yield, the first is its own."""

    paragraph: str
    kind: Kind
    weights: Mapping[str, frozenset[Weight]]
    check: Callable[[Any, Bench], Iterable[RuleOutcome]]

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code, the rule's own first."""
        return tuple(self.weights)

    def severities(self, code: str) -> tuple[Severity, ...]:
        """With what the code may be said, the gravest first."""
        said = {severity for severity, _ in self.weights[code]}
        return tuple(severity for severity in Severity if severity in said)

    @property
    def code(self) -> str:
        """The rule's own code."""
        return self.codes[0]


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline of the order."""

    paragraph: str
    code: str
    kind: Kind
    nature: Nature
    soft: bool
    responsible: str
    compute: Callable[[Any, Bench], Iterable[Due]]


@dataclass(frozen=True, slots=True)
class Due:
    """One term run on one record: how the day came about, and when the act was done."""

    reckoned: Reckoned
    done: date | None
    soft: bool = False


UNVERIFIED_CODE = "calendar_unverified"
"""A term touched a year nobody has confirmed in the calendar."""

RULES: list[Rule] = []
TERMS: list[Term] = []


def rule(
    paragraph: str,
    *,
    on: Kind,
    block: Codes = (),
    warn: Codes = (),
    undetermined: Codes = (),
    info: Codes = (),
) -> Callable[[Callable[[R, Bench], Iterator[RuleOutcome]]], Callable[[R, Bench], Iterator[RuleOutcome]]]:
    """Registers a check of one paragraph on one kind of record, with its codes by what they do.

    The first code is the rule's own. A rule that yields what its header does not say is a bug of the machine.
    """
    weights: dict[str, frozenset[Weight]] = {}
    for codes, weight in (
        (block, (Severity.BLOCK, Verdict.VIOLATED)),
        (warn, (Severity.WARN, Verdict.VIOLATED)),
        (undetermined, (Severity.WARN, Verdict.UNDETERMINED)),
        (info, (Severity.INFO, Verdict.SATISFIED)),
    ):
        for code in (codes,) if isinstance(codes, str) else codes:
            weights[code] = weights.get(code, frozenset()) | {weight}

    def register(
        check: Callable[[R, Bench], Iterator[RuleOutcome]],
    ) -> Callable[[R, Bench], Iterator[RuleOutcome]]:
        RULES.append(Rule(paragraph, on, weights, check))
        return check

    return register


def term(
    paragraph: str,
    code: str,
    *,
    on: Kind,
    responsible: str,
    nature: Nature = Nature.ACT,
    soft: bool = False,
) -> Callable[[Callable[[R, Bench], Iterator[Due]]], Callable[[R, Bench], Iterator[Due]]]:
    """Registers a deadline of one paragraph on one kind of record."""

    def register(compute: Callable[[R, Bench], Iterator[Due]]) -> Callable[[R, Bench], Iterator[Due]]:
        TERMS.append(Term(paragraph, code, on, nature, soft, responsible, compute))
        return compute

    return register


def judge_with(
    rules: Iterable[Rule], terms: Iterable[Term], bench: Bench, subjects: Iterable[Ref] | None = None
) -> Judgement:
    """Runs the rules and terms over the subjects (all records of the docket where none are named)."""
    rules, terms = tuple(rules), tuple(terms)
    records = _subjects(bench.docket, subjects)
    findings: list[Finding] = []
    verdicts: dict[tuple[Ref, str, str], Verdict] = {}
    deadlines: list[Deadline] = []
    decisions: dict[Decision, None] = {}
    for record in records:
        own: list[Finding] = []
        for law_rule in rules:
            if law_rule.kind is record.ref.kind:
                verdict = Verdict.SATISFIED
                for outcome in law_rule.check(record, bench):
                    verdict = _graver(verdict, outcome.verdict)
                    own.extend(_findings(law_rule, record.ref, outcome))
                verdicts[record.ref, law_rule.paragraph, law_rule.code] = verdict
        findings.extend(lift(record, own, bench.on))
        due = [
            _deadline(t, record.ref, d)
            for t in terms
            if t.kind is record.ref.kind
            for d in t.compute(record, bench)
        ]
        deadlines.extend(due)
        findings.extend(_unverified(record.ref, due))
        decisions.update(_decisions_on(record, bench))
    return Judgement(
        tuple(sorted(findings, key=_finding_order)),
        tuple(sorted(deadlines, key=lambda d: (d.due, _paragraph_order(d.paragraph), d.code, str(d.record)))),
        tuple(decisions),
        verdicts,
    )


def _decisions_on(record: Record, bench: Bench) -> dict[Decision, None]:
    """The decisions of a sitting, or those on a case."""
    hearings: tuple[Hearing, ...] = ()
    if isinstance(record, Sitting):
        hearings = bench.docket.hearings_of(record)
    elif isinstance(record, Case):
        hearings = bench.docket.hearings(record.id)
    return {d: None for h in hearings if (d := bench.decision(h)) is not None}


def paragraph_key(paragraph: str) -> tuple[int, ...]:
    """Sorts "7.2" after "7" and before "11"; the empty paragraph comes first."""
    return tuple(int(part) for part in paragraph.split(".") if part.isdigit())


def _subjects(docket: Docket, subjects: Iterable[Ref] | None) -> list[Record]:
    if subjects is None:
        return list(docket)
    found = (docket.get(ref) for ref in dict.fromkeys(subjects))
    return [record for record in found if record is not None]


def _graver(first: Verdict, second: Verdict) -> Verdict:
    order = (Verdict.SATISFIED, Verdict.UNDETERMINED, Verdict.VIOLATED)
    return max(first, second, key=order.index)


def _findings(law_rule: Rule, ref: Ref, outcome: RuleOutcome) -> Iterator[Finding]:
    """None of a pending outcome, one of any other."""
    if outcome.severity is None:
        return
    code = outcome.code or law_rule.code
    if (outcome.severity, outcome.verdict) not in law_rule.weights.get(code, ()):
        raise ValueError(
            f"¶{law_rule.paragraph} {law_rule.code}: its header declares no {outcome.severity} {code}"
        )
    yield Finding(
        law_rule.paragraph, code, outcome.severity, ref, outcome.path, outcome.params, outcome.verdict
    )


def _deadline(law_term: Term, ref: Ref, due: Due) -> Deadline:
    return Deadline(
        paragraph=law_term.paragraph,
        code=law_term.code,
        record=ref,
        due=due.reckoned.due,
        done=due.done,
        responsible=law_term.responsible,
        reckoned=due.reckoned,
        soft=law_term.soft or due.soft,
        nature=law_term.nature,
    )


def _unverified(ref: Ref, deadlines: Iterable[Deadline]) -> Iterator[Finding]:
    """A term that touches a year nobody has confirmed in the calendar: one warning a year and record."""
    seen: set[int] = set()
    for deadline in deadlines:
        for year in deadline.reckoned.unverified_years:
            if year not in seen:
                seen.add(year)
                yield Finding(
                    deadline.paragraph,
                    UNVERIFIED_CODE,
                    Severity.WARN,
                    ref,
                    "",
                    {"year": str(year), "due": deadline.due},
                    Verdict.UNDETERMINED,
                )


_KIND_ORDER = {kind: place for place, kind in enumerate(Kind)}


def _paragraph_order(paragraph: str) -> tuple[int, ...]:
    return paragraph_key(paragraph)


def _finding_order(finding: Finding) -> tuple[int, str, tuple[int, ...], str, str]:
    return (
        _KIND_ORDER[finding.record.kind],
        finding.record.id,
        paragraph_key(finding.paragraph),
        finding.path,
        finding.code,
    )


def with_severity(outcome: RuleOutcome, severity: Severity) -> RuleOutcome:
    """The same outcome, weighed otherwise (a waiver of ¶4 part 3 turns a block into information)."""
    verdict = Verdict.SATISFIED if severity is Severity.INFO else outcome.verdict
    return replace(outcome, severity=severity, verdict=verdict)
