"""What judging yields: findings, deadlines, decisions and the verdict on each paragraph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.domain.records import Ref, Vote
from pipeline.domain.terms import Reckoned

Value = str | int | date | tuple[str, ...]


class Severity(StrEnum):
    """`block` stops the step unless an override is recorded; `warn` and `info` never do."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


class Verdict(StrEnum):
    """What a rule says of one record. Undetermined is a verdict; a guess is not."""

    SATISFIED = "satisfied"
    VIOLATED = "violated"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing said of one record. `params` fill its message, which stands in the catalogues."""

    paragraph: str
    code: str
    severity: Severity
    record: Ref
    path: str
    params: Mapping[str, Value] = field(default_factory=dict)
    verdict: Verdict = Verdict.VIOLATED
    overridden: bool = False


class Nature(StrEnum):
    """An act somebody owes, a right that runs out, or a day something is kept through."""

    ACT = "act"
    RIGHT = "right"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term of the order: when an act is due, by whom, and when it was done.

    `soft` marks a term the order does not set and the product advises.
    """

    paragraph: str
    code: str
    record: Ref
    due: date
    done: date | None
    responsible: str
    reckoned: Reckoned
    soft: bool = False
    nature: Nature = Nature.ACT

    @property
    def undone(self) -> bool:
        """Whether somebody still has to do it, or may; what is only kept until a day is the retention's."""
        return self.done is None and self.nature is not Nature.KEEP

    def owed(self, on: date) -> bool:
        """Whether somebody still has to do it, or on that day still may."""
        return self.undone and (self.nature is Nature.ACT or self.due >= on)

    def overdue(self, on: date) -> bool:
        """Whether the day has passed with the act still owed."""
        return self.nature is Nature.ACT and self.done is None and on > self.due


class DecidedBy(StrEnum):
    """¶25 majority, ¶25 the chair at a tie, ¶31 part 2 absence."""

    MAJORITY = "majority"
    CHAIR = "chair"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True)
class Decision:
    """The commission's decision on a candidate, counted by the program and never copied (¶25, 30, 31)."""

    case: str
    sitting: str
    result: Vote
    votes_for: int
    votes_against: int
    by: DecidedBy


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything judging found, in a stable order."""

    findings: tuple[Finding, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    decisions: tuple[Decision, ...] = ()
    verdicts: Mapping[tuple[Ref, str, str], Verdict] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[Finding, ...]:
        """The findings that stop the step."""
        return tuple(f for f in self.findings if f.severity is Severity.BLOCK)
