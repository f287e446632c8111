"""How far a case has come along the stages of ¶8, in one word."""

from __future__ import annotations

from enum import StrEnum

from pipeline.domain.records import Case
from pipeline.law.chapter_2.stage import admitted, refused
from pipeline.law.chapter_2.studies import standing
from pipeline.law.chapter_4 import acquainted_on
from pipeline.law.engine import Bench


class Stage(StrEnum):
    """What comes next; the two ends that are none of ¶8's, and the end of all."""

    PREPARATION = "preparation"
    STUDIES = "studies"
    INTERVIEW = "interview"
    DECISION = "decision"
    ACQUAINTANCE = "acquaintance"
    FINISHED = "finished"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def stage_of(case: Case, bench: Bench) -> Stage:
    """The stage the case is in on the day of judging."""
    if case.withdrawn_on is not None:
        return Stage.WITHDRAWN
    if refused(case):
        return Stage.REFUSED
    hearing = bench.concluded(case)
    if hearing is not None and bench.decision(hearing) is not None:
        return Stage.FINISHED if acquainted_on(case) is not None else Stage.ACQUAINTANCE
    if hearing is not None:
        return Stage.DECISION
    if not admitted(case):
        return Stage.PREPARATION
    both = standing(case, bench, bench.held_on(case) or bench.on)
    return Stage.INTERVIEW if all(study.counts for study in both) else Stage.STUDIES
