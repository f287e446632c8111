"""¶17: materials to the commission and the invitation to the candidate, three working days before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipeline.domain.records import Case, Kind, Sitting, Studies
from pipeline.domain.terms import Reckoned
from pipeline.law.chapters.chapter_2.characteristic import materials_sent_on, sent_on
from pipeline.law.chapters.chapter_2.interval import expected_on
from pipeline.law.engine import Bench, Due, RuleOutcome, block, pending, rule, term, warn
from pipeline.law.invitation import last_day_before
from pipeline.law.stage import going_on, refused


def due_before(bench: Bench, sitting_on: date) -> Reckoned:
    """The last day for materials and invitation, as this body reads three working days."""
    return last_day_before(sitting_on, bench.calendar, bench.readings)


def notified_on(case: Case, bench: Bench) -> date | None:
    """The day of the invitation to the latest sitting; to the first where none is known yet."""
    hearing = bench.hearing(case)
    if hearing is not None:
        return bench.docket.notified_on(hearing)
    return case.materials.notified_on if case.materials else None


@rule("17", on=Kind.CASE, block=("materials_late", "materials_missing"), warn="materials_last_day")
def materials_in_time(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶17: HR sends the materials not later than three working days before the sitting."""
    held_on = bench.held_on(case)
    sent = materials_sent_on(case, bench)
    if held_on is None or refused(case):
        if not refused(case):
            yield pending("materials.sent_on")
        return
    due = due_before(bench, held_on).due
    if sent is None and bench.concluded(case) is not None:
        yield block("materials.sent_on", "materials_missing", sitting_on=held_on, due=due)
    elif sent is None:
        yield pending("materials.sent_on")
    elif sent > due:
        yield block("materials.sent_on", sent_on=sent, sitting_on=held_on, due=due)
    elif sent == due and not bench.readings.strict_full_days:
        yield warn("materials.sent_on", "materials_last_day", sent_on=sent, sitting_on=held_on)


@rule("17", on=Kind.CASE, block="characteristic_after_materials", warn="study_after_materials")
def materials_were_whole(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶13, 17: what was not there on the day the materials went was not sent with them."""
    sent, characteristic = materials_sent_on(case, bench), sent_on(case)
    if sent is None or refused(case):
        return
    if characteristic is not None and characteristic > sent:
        yield block("characteristic.sent_to_hr_on", received_on=characteristic, sent_on=sent)
    own = case.studies or Studies()
    for name, study in (("psychological", own.psychological), ("polygraph", own.polygraph)):
        done_on = study.done_on if study else None
        if done_on is not None and done_on > sent:
            path = f"studies.{name}.done_on"
            yield warn(path, "study_after_materials", study=name, done_on=done_on, sent_on=sent)


@rule("17", on=Kind.CASE, warn=("invitation_late", "invitation_missing"))
def candidate_invited_in_time(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶17 second sentence: the candidate is told of the day and place within the same term.

    For one who did not come the consequence of ¶31 part 2 is blocked instead, under that paragraph.
    """
    hearing, held_on = bench.hearing(case), bench.held_on(case)
    notified = notified_on(case, bench)
    if hearing is None or held_on is None or refused(case):
        if not refused(case):
            yield pending("materials.notified_on")
        return
    if not hearing.came:
        return
    due = due_before(bench, held_on).due
    if notified is None and hearing.concluded:
        yield warn("materials.notified_on", "invitation_missing", sitting_on=held_on, due=due)
    elif notified is None:
        yield pending("materials.notified_on")
    elif notified > due:
        yield warn("materials.notified_on", notified_on=notified, sitting_on=held_on, due=due)


@rule("17", on=Kind.SITTING, warn="day_of_an_earlier_sitting")
def days_are_of_this_sitting(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶17: told or sent before an earlier sitting of the case, it was of that one and does not count here."""
    for hearing in bench.docket.hearings_of(sitting):
        for name in ("notified_on", "materials_sent_on"):
            day = getattr(hearing.candidate, name)
            if day is not None and bench.docket.of_an_earlier(hearing, day):
                yield warn(f"{hearing.path}.{name}", case=hearing.candidate.case, day=day)


def _due(case: Case, bench: Bench, done: date | None) -> Iterator[Due]:
    """Counted from the sitting, else, as advice, from the day the announcement plans.

    After a sitting that put the case off materials and invitation are owed anew to the next one.
    """
    hearing, held_on = bench.hearing(case), bench.held_on(case)
    if hearing is not None and bench.carried_over(hearing):
        return
    sitting_on = expected_on(case, bench)
    if sitting_on is not None and (done is not None or going_on(case)):
        yield Due(due_before(bench, sitting_on), done, soft=held_on is None)


@term("17", "materials", on=Kind.CASE, responsible="hr")
def materials_due(case: Case, bench: Bench) -> Iterator[Due]:
    """¶17: materials to the commission; counted from the planned day while no sitting is known."""
    yield from _due(case, bench, materials_sent_on(case, bench))


@term("17", "invitation", on=Kind.CASE, responsible="hr")
def invitation_due(case: Case, bench: Bench) -> Iterator[Due]:
    """¶17 second sentence: the invitation; counted from the planned day while no sitting is known."""
    yield from _due(case, bench, notified_on(case, bench))
