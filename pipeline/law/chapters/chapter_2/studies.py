"""¶8: the stages in their order, and who may begin with the interview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.domain.records import Case, Kind, Study
from pipeline.domain.terms import add_years
from pipeline.law.chapters.chapter_2.admission import published_on
from pipeline.law.engine import Bench, RuleOutcome, block, info, pending, rule, undetermined, warn
from pipeline.law.history import studies
from pipeline.law.numbers import STUDY_YEARS
from pipeline.law.readings import StudiesReading
from pipeline.law.stage import admitted_on


@dataclass(frozen=True, slots=True)
class StudyStanding:
    """How one study stands: done for this campaign, and of the last three years on the day of admission."""

    name: str
    study: Study | None
    done_on: date | None
    for_campaign: bool = False
    exempt: bool = False
    repeated: bool = False
    frame_unknown: bool = False
    lapses_before_sitting: bool = False

    @property
    def counts(self) -> bool:
        """Either way the stage is behind the candidate."""
        return self.for_campaign or self.exempt


def standing(case: Case, bench: Bench, sitting_on: date) -> tuple[StudyStanding, StudyStanding]:
    """Both studies, judged on the day of admission (the sitting's where that is unknown)."""
    known = studies(case, bench, sitting_on)
    judged_on = min(admitted_on(case) or sitting_on, sitting_on)
    begins = campaign_begins(case, bench) or judged_on
    return (
        _standing("psychological", known.psychological, begins, judged_on, sitting_on),
        _standing("polygraph", known.polygraph, begins, judged_on, sitting_on),
    )


def _standing(
    name: str, study: Study | None, begins: date, judged_on: date, sitting_on: date
) -> StudyStanding:
    done_on = study.done_on if study else None
    if study is None or done_on is None or done_on > sitting_on:
        return StudyStanding(name, study, done_on)
    polygraph = name == "polygraph"
    within_investigation = polygraph and study.internal_investigation is True
    for_campaign = done_on >= begins and not within_investigation
    fresh = done_on <= judged_on <= add_years(done_on, STUDY_YEARS) and not within_investigation
    return StudyStanding(
        name,
        study,
        done_on,
        for_campaign=for_campaign,
        exempt=fresh,
        repeated=for_campaign and done_on > judged_on,
        frame_unknown=fresh and not for_campaign and polygraph and study.internal_investigation is None,
        lapses_before_sitting=fresh and add_years(done_on, STUDY_YEARS) < sitting_on,
    )


def campaign_begins(case: Case, bench: Bench) -> date | None:
    """Studies from this day on were done for the campaign."""
    filed = case.report.filed_on if case.report else None
    days = [d for d in (published_on(case, bench), filed, admitted_on(case)) if d is not None]
    return min(days, default=None)


def exempt_from_studies(case: Case, bench: Bench, on: date) -> bool:
    """¶8 part 2: both studies of the last three years, so the employee begins with the interview."""
    return all(s.exempt for s in standing(case, bench, on))


@rule("8", on=Kind.CASE, block="interview_without_studies", undetermined="study_frame_unknown")
def studies_before_the_interview(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶8: psychological study, polygraph study, interview; or both studies within the last three years."""
    hearing = bench.concluded(case)
    held_on = bench.held_on(case)
    if hearing is None or held_on is None:
        yield pending("studies")
        return
    if not hearing.came:
        return
    both = standing(case, bench, held_on)
    wanting = _wanting(both, bench.readings.studies)
    for study in wanting:
        yield block(
            f"studies.{study.name}.done_on",
            study=study.name,
            done_on=study.done_on or "—",
            sitting_on=held_on,
        )
    if not wanting and any(s.frame_unknown for s in both):
        yield undetermined("studies.polygraph.internal_investigation", "study_frame_unknown")


def _wanting(both: tuple[StudyStanding, StudyStanding], reading: StudiesReading) -> tuple[StudyStanding, ...]:
    """The studies still owed. Read literally, one exemption alone is none: both are done for the campaign.

    A study repeated after admission may have been fresh then: repeating it takes nothing from the other.
    """
    if reading is StudiesReading.PER_STUDY or all(s.exempt or s.repeated for s in both):
        return tuple(s for s in both if not s.counts)
    return tuple(s for s in both if not s.for_campaign)


@rule("8", on=Kind.CASE, info="study_repeated_alone")
def one_study_repeated(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶8 part 2: one repeated, the other exempt: lawful where both were fresh on the day of admission."""
    held_on = bench.held_on(case)
    if held_on is None or bench.readings.studies is StudiesReading.PER_STUDY:
        return
    both = standing(case, bench, held_on)
    alone = [s for s in both if s.repeated]
    if len(alone) == 1 and any(s.exempt and not s.for_campaign for s in both):
        yield info(f"studies.{alone[0].name}.done_on", study=alone[0].name, done_on=alone[0].done_on or "—")


@rule("8", on=Kind.CASE, warn="study_order")
def psychological_study_first(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶8 sub-items 2 and 3: the psychological study comes before the polygraph."""
    held_on = bench.held_on(case) or bench.on
    psychological, polygraph = standing(case, bench, held_on)
    if psychological.done_on is None or polygraph.done_on is None:
        yield pending("studies")
    elif psychological.for_campaign and polygraph.for_campaign and polygraph.done_on < psychological.done_on:
        yield warn(
            "studies.polygraph.done_on",
            psychological_on=psychological.done_on,
            polygraph_on=polygraph.done_on,
        )


@rule("8", on=Kind.CASE, warn="exemption_lapsed")
def exemption_lasts_to_the_sitting(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶8 part 2: an exemption that stood on the day of admission and ran out before the sitting."""
    held_on = bench.held_on(case)
    if held_on is None:
        yield pending("studies")
        return
    for study in standing(case, bench, held_on):
        if study.lapses_before_sitting and study.done_on is not None:
            yield warn(
                f"studies.{study.name}.done_on",
                study=study.name,
                done_on=study.done_on,
                valid_until=add_years(study.done_on, STUDY_YEARS),
                sitting_on=held_on,
            )


@rule("8", on=Kind.CASE, info="begins_with_interview")
def begins_with_the_interview(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶8 part 2: both studies are younger than three years: the first stages fall away."""
    on = admitted_on(case)
    if on is None:
        yield pending("admission.decided_on")
    elif exempt_from_studies(case, bench, on):
        yield info("studies")
