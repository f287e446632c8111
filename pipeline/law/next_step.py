"""What a case still lacks for its next stage (¶8), and the earliest day a sitting may lawfully hear it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.records import Case
from pipeline.domain.terms import working_days
from pipeline.law.chapters.chapter_2.characteristic import materials_sent_on
from pipeline.law.chapters.chapter_2.interval import interval, waived
from pipeline.law.chapters.chapter_2.materials import notified_on
from pipeline.law.chapters.chapter_2.studies import standing
from pipeline.law.chapters.chapter_4 import acquainted_on
from pipeline.law.engine import Bench
from pipeline.law.numbers import MATERIALS_WORKING_DAYS
from pipeline.law.readings import Readings
from pipeline.law.stage import admitted, going_on, refused


class Stage(StrEnum):
    """The stages of ¶8, what follows the decision, and the ends that are none of them."""

    PREPARATION = "preparation"
    STUDIES = "studies"
    INTERVIEW = "interview"
    DECISION = "decision"
    ACQUAINTANCE = "acquaintance"
    APPEAL = "appeal"
    FINISHED = "finished"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


def stage_of(case: Case, bench: Bench) -> Stage:
    """The stage the case is in on the day of judging."""
    if case.withdrawn_on is not None:
        return Stage.WITHDRAWN
    if refused(case):
        return Stage.REFUSED
    reached = _reached(case, bench)
    open_or_over = reached in (Stage.APPEAL, Stage.FINISHED)
    return Stage.ENDED if case.ended is not None and not open_or_over else reached


def _reached(case: Case, bench: Bench) -> Stage:
    hearing = bench.concluded(case)
    if hearing is None:
        return _before_the_sitting(case, bench)
    if bench.decision(hearing) is None:
        return Stage.DECISION
    if appeal_open(case):
        return Stage.APPEAL
    return Stage.ACQUAINTANCE if any(_after_decision(case, bench)) else Stage.FINISHED


def appeal_open(case: Case) -> bool:
    """¶34: an appeal was filed and is not decided yet."""
    return case.appeal is not None and case.appeal.filed_on is not None and case.appeal.decided_on is None


def _before_the_sitting(case: Case, bench: Bench) -> Stage:
    if not admitted(case):
        return Stage.PREPARATION
    both = standing(case, bench, bench.held_on(case) or bench.on)
    return Stage.INTERVIEW if all(study.counts for study in both) else Stage.STUDIES


def wanting(case: Case, bench: Bench) -> tuple[str, ...]:
    """Fields, by kind and path (`case.report.filed_on`), that the next stage still waits for."""
    return tuple(_WANTED[stage_of(case, bench)](case, bench))


def _for_admission(case: Case, _bench: Bench) -> Iterator[str]:
    """¶11, 12: report, own security's answer, HR's check, HR's decision."""
    if case.report is None or case.report.filed_on is None:
        yield "case.report.filed_on"
    if case.own_security is None or case.own_security.answered_on is None:
        yield "case.own_security.answered_on"
    if case.qualification is None or case.qualification.meets is None:
        yield "case.qualification.meets"
    yield "case.admission.admitted"


def _for_the_interview(case: Case, bench: Bench) -> Iterator[str]:
    """¶8: the studies that neither exempt nor were done for the campaign."""
    both = standing(case, bench, bench.held_on(case) or bench.on)
    return (f"case.studies.{s.name}.done_on" for s in both if not s.counts)


def _for_the_sitting(case: Case, bench: Bench) -> Iterator[str]:
    """¶13, 14, 17: characteristic, acquaintance, materials, invitation, and the sitting itself."""
    characteristic = case.characteristic
    if characteristic is None or characteristic.sent_to_hr_on is None:
        yield "case.characteristic.sent_to_hr_on"
    if characteristic is None or (
        characteristic.acquainted_on is None and characteristic.refusal_act is None
    ):
        yield "case.characteristic.acquainted_on"
    sent_on, told_on = _told(case, bench)
    again = _to_be_heard_again(case, bench)
    if sent_on is None:
        yield "sitting.candidates.materials_sent_on" if again else "case.materials.sent_on"
    if told_on is None:
        yield "sitting.candidates.notified_on" if again else "case.materials.notified_on"
    if bench.held_on(case) is None:
        yield "sitting.held_on"


def _after_decision(case: Case, bench: Bench) -> Iterator[str]:
    """¶33, 35: the protocol, the sheet filled, the employee acquainted with it."""
    hearing = bench.concluded(case)
    protocol = hearing.sitting.protocol if hearing is not None else None
    if protocol is None or protocol.drawn_up_on is None:
        yield "sitting.protocol.drawn_up_on"
    if case.sheet is None or case.sheet.filled_on is None:
        yield "case.sheet.filled_on"
    if acquainted_on(case) is None:
        yield "case.sheet.acquainted_on"


def _for_the_appeal(case: Case, bench: Bench) -> Iterator[str]:
    """¶34: what became of the appeal; and whatever the decision itself still lacks."""
    yield from _after_decision(case, bench)
    yield "case.appeal.decided_on"


def _for_the_decision(_case: Case, _bench: Bench) -> Iterator[str]:
    """¶25, 30: the ballots and what was decided."""
    yield from ("sitting.candidates.votes", "sitting.candidates.decision")


def _for_the_refused(case: Case, _bench: Bench) -> Iterator[str]:
    """¶12 part 3: the notice."""
    if case.admission is None or case.admission.notice_sent_on is None:
        yield "case.admission.notice_sent_on"


def _nothing(_case: Case, _bench: Bench) -> Iterator[str]:
    return iter(())


_WANTED: Mapping[Stage, Callable[[Case, Bench], Iterator[str]]] = {
    Stage.PREPARATION: _for_admission,
    Stage.STUDIES: _for_the_interview,
    Stage.INTERVIEW: _for_the_sitting,
    Stage.DECISION: _for_the_decision,
    Stage.ACQUAINTANCE: _after_decision,
    Stage.APPEAL: _for_the_appeal,
    Stage.REFUSED: _for_the_refused,
    Stage.FINISHED: _nothing,
    Stage.WITHDRAWN: _nothing,
    Stage.ENDED: _nothing,
}


@dataclass(frozen=True, slots=True)
class SittingTerms:
    """What ¶4 and ¶17 make a sitting ahead wait for: days that the day of judging does not move.

    `free_from`: the first day the interval leaves free; None where nothing came before, or it is waived.
    `materials_on`, `invited_on`: the days they went; None of one that has not gone.
    """

    free_from: date | None
    materials_on: date | None
    invited_on: date | None

    def earliest(self, on: date, calendar: WorkCalendar, readings: Readings) -> date:
        """The first day on which a sitting may lawfully hear the case, as seen on a day.

        Materials and invitation that have not gone can go that day at the soonest; from each it is three
        working days.
        """
        days = MATERIALS_WORKING_DAYS + (1 if readings.strict_full_days else 0)
        gone = (self.materials_on or on, self.invited_on or on)
        return max(self.free_from or on, on, *(working_days(calendar, day, days).due for day in gone))


def sitting_terms(case: Case, bench: Bench) -> SittingTerms | None:
    """What binds the sitting that is to hear the case; None where none is ahead any more."""
    if not going_on(case) or bench.concluded(case) is not None:
        return None
    return SittingTerms(_free_from(case, bench), *_told(case, bench))


def earliest_sitting(case: Case, bench: Bench) -> date | None:
    """The first day on which ¶4 and ¶17 allow a sitting; None where none is ahead any more."""
    terms = sitting_terms(case, bench)
    return None if terms is None else terms.earliest(bench.on, bench.calendar, bench.readings)


def _free_from(case: Case, bench: Bench) -> date | None:
    """¶4: the day after the term since the previous attestation, unless the Minister waived it."""
    tomorrow = bench.on + timedelta(days=1)
    term = interval(case, bench, tomorrow)
    if term is None or (case.minister_waiver is not None and waived(case.minister_waiver, tomorrow)):
        return None
    return term.first_free_day


def _told(case: Case, bench: Bench) -> tuple[date | None, date | None]:
    """Materials and invitation for the sitting ahead; those of one that put the case off are spent."""
    hearing = bench.hearing(case)
    if hearing is not None and bench.carried_over(hearing):
        return None, None
    return materials_sent_on(case, bench), notified_on(case, bench)


def _to_be_heard_again(case: Case, bench: Bench) -> bool:
    return any(bench.carried_over(hearing) for hearing in bench.docket.hearings(case.id))
