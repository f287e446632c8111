"""Chapter 5. Final provisions (¶37, 38)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipeline.domain.records import Campaign, Kind
from pipeline.domain.terms import Reckoned, rolled, years
from pipeline.law.chapters.chapter_1 import begun
from pipeline.law.engine import Bench, Due, RuleOutcome, pending, rule, term, warn
from pipeline.law.numbers import ANALYSIS_WARN_DAYS, ANALYSIS_YEARS, IN_FORCE_FROM


def analysis_due(bench: Bench) -> Reckoned:
    """¶37: three years from the last analysis, or from the order's day while there was none."""
    last = bench.readings.last_analysis_on or IN_FORCE_FROM
    return rolled(bench.calendar, years(last, ANALYSIS_YEARS))


@rule("37", on=Kind.CAMPAIGN, warn="analysis_soon")
def analysed_every_three_years(campaign: Campaign, bench: Bench) -> Iterator[RuleOutcome]:
    """¶37: the ministry's HR analyses the work at least once in three years and reports to the Minister."""
    if campaign is not bench.latest_of_the_minister:
        return
    due = analysis_due(bench).due
    if bench.on >= due - timedelta(days=ANALYSIS_WARN_DAYS):
        yield warn("decision.authority", due=due)


@term("37", "analysis", on=Kind.CAMPAIGN, responsible="ministry_hr")
def analysis_by(campaign: Campaign, bench: Bench) -> Iterator[Due]:
    """¶37: the analysis reported to the Minister."""
    if campaign is bench.latest_of_the_minister:
        yield Due(analysis_due(bench), None)


@rule("38", on=Kind.CAMPAIGN, warn="responsible_missing")
def somebody_answers_for_it(campaign: Campaign, bench: Bench) -> Iterator[RuleOutcome]:
    """¶38: the head of the body and the HR unit answer for the attestation; they are named."""
    responsible = campaign.responsible
    named = (("head", responsible and responsible.head), ("hr", responsible and responsible.hr))
    wanting = tuple(name for name, value in named if not value)
    if not wanting:
        return
    if begun(campaign, bench):
        yield warn("responsible", wanting=wanting)
    else:
        yield pending("responsible")
