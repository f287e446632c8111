"""The way of a case through the stages (¶8) with the day on which each was reached, as its records say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.domain.records import Case, Sitting
from pipeline.law.next_step import Stage

LINE: Final = (
    Stage.PREPARATION,
    Stage.STUDIES,
    Stage.INTERVIEW,
    Stage.DECISION,
    Stage.ACQUAINTANCE,
    Stage.FINISHED,
)
"""The stages in their order; a case that ends otherwise has its end instead of those that never came."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A stage, the day it began if the records tell, and whether it is behind the case or where it stands."""

    stage: Stage
    on: date | None
    past: bool
    now: bool


def way_of(case: Case, sittings: tuple[Sitting, ...], stage: Stage) -> tuple[Reached, ...]:
    """The whole line, with what is ahead; `sittings` are those that heard or are to hear the case."""
    days = _days(case, sittings)
    line = list(LINE)
    if stage not in line:
        line = [each for each in LINE if days.get(each) is not None] or [Stage.PREPARATION]
        line = [each for each in line if each is not Stage.FINISHED] + [stage]
    at = line.index(stage)
    return tuple(
        Reached(each, days.get(each), past=number < at, now=number == at) for number, each in enumerate(line)
    )


def _days(case: Case, sittings: tuple[Sitting, ...]) -> dict[Stage, date | None]:
    """The first day of each stage."""
    admission, sheet, appeal = case.admission, case.sheet, case.appeal
    decided_on = admission.decided_on if admission else None
    admitted_on = decided_on if admission and admission.admitted else None
    held = max((s.held_on for s in sittings if s.held_on is not None), default=None)
    studies = (case.studies.psychological, case.studies.polygraph) if case.studies else ()
    done = [study.done_on for study in studies if study is not None and study.done_on is not None]
    interview_on = max((*done, admitted_on)) if done and admitted_on else None
    return {
        Stage.PREPARATION: case.report.filed_on if case.report else None,
        Stage.STUDIES: admitted_on,
        Stage.INTERVIEW: interview_on,
        Stage.DECISION: held,
        Stage.ACQUAINTANCE: sheet.filled_on if sheet else None,
        Stage.FINISHED: sheet.acquainted_on if sheet else None,
        Stage.APPEAL: appeal.filed_on if appeal else None,
        Stage.REFUSED: decided_on,
        Stage.WITHDRAWN: case.withdrawn_on,
        Stage.ENDED: case.ended.on if case.ended else None,
    }
