"""What a personal file must hold (¶36), for the stage its case has reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain.records import Case
from pipeline.law.chapters.chapter_4 import acquainted_on
from pipeline.law.engine import Bench
from pipeline.law.next_step import Stage, stage_of

REPORT = "annex-1"
CHARACTERISTIC = "annex-2"
BALLOT = "annex-3"
SHEET = "annex-4"
DISAGREEMENT = "disagreement"
NOTICE = "notice-of-non-admission"
INNER_LIST = "inner-list"

_HEARD = (Stage.DECISION, Stage.ACQUAINTANCE, Stage.APPEAL, Stage.FINISHED)


@dataclass(frozen=True, slots=True)
class Required:
    """A kind of paper, how many of it, and whether people must have signed it by now."""

    paragraph: str
    document: str
    signed: bool = True
    count: int = 1


def required(case: Case, bench: Bench) -> tuple[Required, ...]:
    """The papers that the stage asks for, in the order of the procedure.

    The ballots of a personal file are excerpts with one row; their signed sheets stay with the sitting, so
    they are not asked for signed. The day of judging changes nothing in it.
    """
    return tuple(_required(case, stage_of(case, bench), bench))


def _required(case: Case, stage: Stage, bench: Bench) -> Iterator[Required]:
    if stage is not Stage.PREPARATION or (case.report is not None and case.report.filed_on is not None):
        yield Required("36", REPORT)
    if stage is Stage.REFUSED:
        yield Required("12", NOTICE)
    if stage in _HEARD:
        yield Required("36", CHARACTERISTIC)
    said = case.disagreement
    if said is not None and said.filed_on is not None and (said.items or said.text):
        yield Required("15", DISAGREEMENT)
    if stage in (Stage.ACQUAINTANCE, Stage.APPEAL, Stage.FINISHED):
        yield from _after_decision(case, bench, closed=_acquainted(case, stage))


def _acquainted(case: Case, stage: Stage) -> bool:
    """Whether the sheet came back from the employee; an appeal that is open follows it (¶34)."""
    return stage is Stage.FINISHED or (stage is Stage.APPEAL and acquainted_on(case) is not None)


def _after_decision(case: Case, bench: Bench, *, closed: bool) -> Iterator[Required]:
    """The ballots, the sheet, signed once the employee is acquainted, and the list that closes the file."""
    hearing = bench.concluded(case)
    decision = bench.decision(hearing) if hearing is not None else None
    if decision is not None and (votes := decision.votes_for + decision.votes_against):
        yield Required("30", BALLOT, signed=False, count=votes)
    yield Required("36", SHEET, signed=closed)
    if closed:
        yield Required("36", INNER_LIST, signed=False)
