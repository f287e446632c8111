"""Chapter 4. Conduct of the attestation (¶26-36)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipeline.domain.findings import Nature
from pipeline.domain.records import Attendance, Case, Factor, Kind, Role, Sitting, Topic, Vote
from pipeline.domain.terms import Reckoned, months, rolled, working_days, years
from pipeline.law.chapters.chapter_2.characteristic import act_is_whole
from pipeline.law.docket import Hearing, attendees, sitting_held
from pipeline.law.engine import Bench, Due, RuleOutcome, block, pending, rule, term, undetermined, warn
from pipeline.law.history import annulled
from pipeline.law.invitation import invited_in_time
from pipeline.law.numbers import ACQUAINTANCE_WORKING_DAYS, APPEAL_MONTHS, PROTOCOL_WORKING_DAYS
from pipeline.law.stage import refused
from pipeline.law.votes import decision_taken_at, heard_or_blamed, settled_at

MUST_CONSIDER = (
    Factor.ANSWERS,
    Factor.CHARACTERISTIC,
    Factor.RESULTS,
    Factor.PSYCHOLOGICAL,
    Factor.POLYGRAPH,
)
"""¶31 part 1; other information only where there is any."""


def _heard(sitting: Sitting, bench: Bench) -> Iterator[Hearing]:
    """Candidates who came and whose turn is over."""
    return (h for h in bench.docket.hearings_of(sitting) if h.came and decision_taken_at(h))


def _taken(hearing: Hearing) -> bool:
    """A decision was taken, lawfully or not: by ballots, in writing, or by an absence."""
    return decision_taken_at(hearing) or hearing.candidate.attendance is Attendance.ABSENT_INVALID


def _drawn_up(sitting: Sitting) -> date | None:
    return sitting.protocol.drawn_up_on if sitting.protocol else None


# --- ¶26-29 ---------------------------------------------------------------------------------------------


@rule("26", on=Kind.SITTING, block="no_interview")
def decided_after_an_interview(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶26: the commission talks with the person; no questions and no recording, no talk."""
    for hearing in _heard(sitting, bench):
        if not hearing.candidate.questions and not hearing.candidate.recordings:
            yield block(f"{hearing.path}.questions", case=hearing.candidate.case)


@rule("27", on=Kind.SITTING, warn="topics_missing")
def questions_cover_the_topics(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶27: training, strategic and other governing documents, legal culture, work with people."""
    for hearing in _heard(sitting, bench):
        asked = {q.topic for q in hearing.candidate.questions}
        missing = tuple(topic.value for topic in Topic if topic not in asked)
        if missing and (hearing.candidate.questions or hearing.candidate.recordings):
            yield warn(f"{hearing.path}.questions", case=hearing.candidate.case, topics=missing)


@rule("29", on=Kind.SITTING, block="recording_missing", warn="recording_not_yet")
def every_interview_recorded(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶29: each interview is recorded, by sound or by picture, before the protocol is closed."""
    for hearing in _heard(sitting, bench):
        if any(r.file for r in hearing.candidate.recordings):
            continue
        if _drawn_up(sitting) is not None:
            yield block(f"{hearing.path}.recordings", case=hearing.candidate.case)
        else:
            yield warn(f"{hearing.path}.recordings", "recording_not_yet", case=hearing.candidate.case)


@rule("29", on=Kind.SITTING, warn="recorded_another_day")
def recorded_as_it_was_held(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶29: the interview is recorded as it is held; of another day it is no recording of it."""
    if sitting.held_on is None:
        yield pending("held_on")
        return
    lawful = {sitting.held_on}
    if sitting.started_at and sitting.ended_at and sitting.ended_at < sitting.started_at:  # past midnight
        lawful.add(sitting.held_on + timedelta(days=1))
    for hearing in bench.docket.hearings_of(sitting):
        for place, recording in enumerate(hearing.candidate.recordings):
            day = recording.recorded_on
            if day is not None and day not in lawful:
                path = f"{hearing.path}.recordings.{place}.recorded_on"
                yield warn(path, file=recording.file or "—", recorded_on=day, sitting_on=sitting.held_on)


@rule("29", on=Kind.SITTING, warn="recording_undated")
def recordings_are_dated(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶29: without the day of recording the year has no start, and the recording is never destroyed."""
    for hearing in bench.docket.hearings_of(sitting):
        for place, recording in enumerate(hearing.candidate.recordings):
            if recording.recorded_on is None:
                yield warn(f"{hearing.path}.recordings.{place}", file=recording.file or "—")


@term("29", "recording", on=Kind.SITTING, responsible="hr", nature=Nature.KEEP)
def recording_kept_until(sitting: Sitting, bench: Bench) -> Iterator[Due]:
    """¶29: kept through the same day one year on (or as the setting says); never rolled, never shortened."""
    for hearing in bench.docket.hearings_of(sitting):
        for recording in hearing.candidate.recordings:
            if recording.recorded_on is not None:
                kept = years(recording.recorded_on, bench.readings.recording_retention_years)
                yield Due(kept, None)


# --- ¶30, 31 --------------------------------------------------------------------------------------------


@rule("30", on=Kind.SITTING, block="decision_unwritten")
def one_of_the_two_decisions(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶30: the commission takes one of two decisions; a protocol without it decides nothing."""
    for hearing in bench.docket.hearings_of(sitting):
        if hearing.candidate.decision is not None or bench.carried_over(hearing):
            continue
        if bench.left_on_the_agenda(hearing):
            continue
        if _drawn_up(sitting) is not None:
            yield block(f"{hearing.path}.decision", case=hearing.candidate.case)
        else:
            yield pending(f"{hearing.path}.decision")


@rule("30", on=Kind.CASE, warn="decided_twice")
def decided_once(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶30: one campaign, one decision; a second sitting hears only those the first one put off.

    A decision that was annulled on appeal may be followed by another (¶34).
    """
    if annulled(case):
        return
    decided = [h.sitting.id for h in bench.docket.hearings(case.id) if bench.decision(h) is not None]
    if len(decided) > 1:
        yield warn("", sittings=tuple(decided))


@rule("31", on=Kind.SITTING, warn="factors_missing")
def everything_considered(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶31 part 1: answers, characteristic, results of work and both studies are taken into account."""
    for hearing in _heard(sitting, bench):
        missing = tuple(f.value for f in MUST_CONSIDER if f not in hearing.candidate.considered)
        if missing:
            yield warn(f"{hearing.path}.considered", case=hearing.candidate.case, factors=missing)


@rule("31", on=Kind.SITTING, warn="disagreement_not_considered")
def statement_was_read(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶15, 16, 31: a statement handed in before the sitting is other information to be considered."""
    for hearing in _heard(sitting, bench):
        case = bench.docket.cases.get(hearing.candidate.case)
        filed = case.disagreement.filed_on if case and case.disagreement else None
        in_time = filed is not None and (sitting.held_on is None or filed <= sitting.held_on)
        if filed is not None and in_time and Factor.OTHER not in hearing.candidate.considered:
            yield warn(f"{hearing.path}.considered", case=hearing.candidate.case, filed_on=filed)


@rule("31", on=Kind.SITTING, warn=("absent_yet_heard", "present_with_reason"))
def absent_or_heard(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶26, 31: who stayed away was not asked, not recorded and gave no answers; one of the two is untrue.

    Nor has somebody who came a reason for staying away; an excuse may be noted before the sitting.
    """
    for hearing in bench.docket.hearings_of(sitting):
        candidate = hearing.candidate
        heard = candidate.questions or candidate.recordings or Factor.ANSWERS in candidate.considered
        if not hearing.came and heard:
            yield warn(f"{hearing.path}.attendance", case=candidate.case)
        known = candidate.attendance is Attendance.PRESENT or heard_or_blamed(hearing)
        if hearing.came and known and candidate.reason:
            yield warn(
                f"{hearing.path}.reason", "present_with_reason", case=candidate.case, reason=candidate.reason
            )


@rule("31", on=Kind.SITTING, block="absence_decision")
def absence_decides(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶31 part 2: without a valid reason not recommended, with one nothing decided; no ballots."""
    for hearing in bench.docket.hearings_of(sitting):
        candidate = hearing.candidate
        facts = {
            "case": candidate.case,
            "attendance": candidate.attendance.value if candidate.attendance else "—",
        }
        if hearing.came:
            continue
        if candidate.votes:
            yield block(f"{hearing.path}.votes", **facts)
        elif _decision_against_absence(hearing):
            yield block(f"{hearing.path}.decision", **facts)


def _decision_against_absence(hearing: Hearing) -> bool:
    """A decision where none may be taken, or a recommendation of somebody who stayed away."""
    decision = hearing.candidate.decision
    return decision is not None if hearing.postponed else decision is Vote.RECOMMENDED


@rule("31", on=Kind.SITTING, block="absence_uninvited")
def absence_after_an_invitation(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶31 part 2 with ¶17: nobody bears the consequence who was not told of day and place in time."""
    for hearing in bench.docket.hearings_of(sitting):
        if hearing.candidate.attendance is not Attendance.ABSENT_INVALID or bench.carried_over(hearing):
            continue
        case = bench.docket.cases.get(hearing.candidate.case)
        if case is None or sitting.held_on is None:
            yield pending(f"{hearing.path}.attendance")
            continue
        told_on = bench.docket.notified_on(hearing)
        if not invited_in_time(told_on, sitting.held_on, bench.calendar, bench.readings):
            path = f"{hearing.path}.attendance"
            yield block(path, case=case.id, notified_on=told_on or "—", sitting_on=sitting.held_on)


@rule("31", on=Kind.SITTING, warn="absence_reason_missing")
def valid_reason_named(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶31 part 2: the commission notes the reason it holds valid."""
    for hearing in bench.docket.hearings_of(sitting):
        if hearing.postponed and not hearing.candidate.reason:
            yield warn(f"{hearing.path}.reason", case=hearing.candidate.case)


# --- ¶32 ------------------------------------------------------------------------------------------------


@rule("32", on=Kind.SITTING, warn="candidate_twice")
def each_candidate_once(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶32: a person has one row of the ballot; the same case, or another of the same person, is a second."""
    seen: dict[str, str] = {}
    for hearing in bench.docket.hearings_of(sitting):
        case = bench.docket.cases.get(hearing.candidate.case)
        person = case.employee.iin if case else hearing.candidate.case
        if person in seen:
            yield warn(f"{hearing.path}.case", case=hearing.candidate.case, other_case=seen[person])
        seen.setdefault(person, hearing.candidate.case)


# --- ¶33 ------------------------------------------------------------------------------------------------


@rule("33", on=Kind.SITTING, block="sitting_undated")
def sitting_is_dated(sitting: Sitting, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶33, 35: without the day of the decision no term of the order can be told to be kept."""
    if sitting.held_on is not None:
        return
    if sitting_held(sitting):
        yield block("held_on")
    else:
        yield pending("held_on")


def _told_of(hearing: Hearing) -> bool:
    """Something of the candidate's turn is recorded; questions may be drafted, an excuse may come ahead."""
    answered = any(q.answer for q in hearing.candidate.questions)
    return _taken(hearing) or answered or bool(hearing.candidate.recordings)


@rule("33", on=Kind.SITTING, warn="sitting_in_future")
def nothing_decided_ahead(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶33: votes, interviews, absences and protocols of a day that has not come bear a mistyped day."""
    drawn_up = _drawn_up(sitting)
    took_place = drawn_up is not None or any(_told_of(h) for h in bench.docket.hearings_of(sitting))
    if sitting.held_on is not None and sitting.held_on > bench.on and took_place:
        yield warn("held_on", day=sitting.held_on)
    elif drawn_up is not None and drawn_up > bench.on:
        yield warn("protocol.drawn_up_on", day=drawn_up)


@rule("33", on=Kind.SITTING, warn=("protocol_late", "protocol_before_sitting"))
def protocol_in_time(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶33: drawn up within five working days of the decision."""
    drawn_up = _drawn_up(sitting)
    if drawn_up is None or sitting.held_on is None:
        yield pending("protocol.drawn_up_on")
        return
    due = working_days(bench.calendar, sitting.held_on, PROTOCOL_WORKING_DAYS).due
    facts = {"drawn_up_on": drawn_up, "sitting_on": sitting.held_on}
    if drawn_up < sitting.held_on:
        yield warn("protocol.drawn_up_on", "protocol_before_sitting", **facts)
    elif drawn_up > due:
        yield warn("protocol.drawn_up_on", due=due, **facts)


@rule(
    "33",
    on=Kind.SITTING,
    block=("protocol_unsigned", "member_signature_missing"),
    warn="protocol_signed_by_others",
)
def signed_by_all_present(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶33: signed by every member who attended and by the secretary, and by nobody else.

    A member's refusal may be recorded as a note of dissent; chair and secretary must sign.
    """
    commission = bench.docket.commission_of(sitting)
    if _drawn_up(sitting) is None or sitting.protocol is None or commission is None:
        yield pending("protocol.signed_by")
        return
    signed = set(sitting.protocol.signed_by)
    if not signed and not _sheet_made(sitting, bench):
        yield pending("protocol.signed_by")
        return
    present = set(attendees(sitting))
    members = [m.id for m in commission.voting if m.id in present]
    owed = tuple(dict.fromkeys((*members, *((sitting.secretary,) if sitting.secretary else ()))))
    missing = tuple(m for m in owed if m not in signed)
    chairs = {m.id for m in commission.members if m.role is Role.CHAIR}
    must = tuple(m for m in missing if m in chairs or m == sitting.secretary)
    dissenting = tuple(m for m in missing if m not in must)
    if must:
        yield block("protocol.signed_by", members=must)
    if dissenting:
        yield block("protocol.signed_by", "member_signature_missing", members=dissenting)
    others = tuple(m for m in sitting.protocol.signed_by if m not in owed)
    if others:
        yield warn("protocol.signed_by", "protocol_signed_by_others", members=others)


def _sheet_made(sitting: Sitting, bench: Bench) -> bool:
    """A later fact: an attestation sheet was filled from this protocol."""
    cases = (bench.docket.cases.get(c.case) for c in sitting.candidates)
    return any(c is not None and c.sheet is not None and c.sheet.filled_on is not None for c in cases)


@term("33", "protocol", on=Kind.SITTING, responsible="secretary")
def protocol_due(sitting: Sitting, bench: Bench) -> Iterator[Due]:
    """¶33: the protocol, five working days from the day the decision was adopted."""
    if sitting.held_on is not None and (sitting.held_on <= bench.on or sitting_held(sitting)):
        reckoned = working_days(bench.calendar, sitting.held_on, PROTOCOL_WORKING_DAYS)
        yield Due(reckoned, _drawn_up(sitting))


# --- ¶34 ------------------------------------------------------------------------------------------------


def appeal_runs_out(case: Case, bench: Bench) -> Reckoned | None:
    """¶34: a month from acquaintance (¶35), rolled to a working day; None while no acquaintance is known."""
    start = acquainted_on(case)
    return None if start is None else rolled(bench.calendar, months(start, APPEAL_MONTHS))


def acquainted_on(case: Case) -> date | None:
    """The day of the signature on the sheet, or of the act of refusal to sign."""
    if case.sheet is None:
        return None
    act = case.sheet.refusal_act
    return case.sheet.acquainted_on or (act.date if act is not None else None)


@rule("34", on=Kind.CASE, warn="appeal_before_decision")
def appeal_after_the_decision(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶34: a decision is appealed; before there was one it is a wrong day or another complaint."""
    filed = case.appeal.filed_on if case.appeal else None
    if filed is None:
        return
    hearings = bench.docket.hearings(case.id)
    days = [h.sitting.held_on for h in hearings if bench.decision(h) is not None]
    held_on = min((d for d in days if d is not None), default=bench.held_on(case))
    if hearings and all(bench.carried_over(h) for h in hearings):
        yield warn("appeal.filed_on", filed_on=filed, sitting_on=hearings[-1].sitting.held_on or "—")
    elif held_on is None:
        yield pending("appeal.filed_on")
    elif filed < held_on:
        yield warn("appeal.filed_on", filed_on=filed, sitting_on=held_on)


@rule("34", on=Kind.CASE, undetermined="appeal_undated")
def annulment_is_dated(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶34: a decision annulled on an appeal whose day nobody wrote down; ¶4 hangs on it."""
    if annulled(case) and case.appeal is not None and case.appeal.filed_on is None:
        yield undetermined("appeal.filed_on")


@rule("34", on=Kind.CASE, warn="appeal_late")
def appeal_in_time(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶34: to the head within one month; the start is not named, and is read as the acquaintance of ¶35.

    To the court no term of the Rules runs.
    """
    if case.appeal is None or case.appeal.court:
        return
    runs_out = appeal_runs_out(case, bench)
    if runs_out is None or case.appeal.filed_on is None:
        yield pending("appeal.filed_on")
    elif case.appeal.filed_on > runs_out.due:
        yield warn(
            "appeal.filed_on",
            filed_on=case.appeal.filed_on,
            acquainted_on=runs_out.start,
            due=runs_out.due,
        )


@term("34", "appeal", on=Kind.CASE, responsible="employee", nature=Nature.RIGHT)
def appeal_until(case: Case, bench: Bench) -> Iterator[Due]:
    """¶34: the last day of the month for an appeal."""
    runs_out = appeal_runs_out(case, bench)
    if runs_out is not None:
        yield Due(runs_out, case.appeal.filed_on if case.appeal else None)


# --- ¶35, 36 --------------------------------------------------------------------------------------------


@rule("35", on=Kind.CASE, block="sheet_without_decision", warn="sheet_before_sitting_known")
def sheet_from_the_decision(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶35: HR enters the commission's decision into the sheet; no decision, no sheet."""
    if case.sheet is None or (case.sheet.filled_on is None and acquainted_on(case) is None):
        return
    hearing = bench.docket.hearing(case.id)
    if hearing is None:
        yield warn("sheet", "sheet_before_sitting_known")
    elif bench.carried_over(hearing) or not _taken(hearing) or _made_before(hearing, case):
        yield block("sheet", sitting=hearing.sitting.id)
    elif bench.decision(hearing) is None:  # why it is not lawful is said under the paragraph it breaks
        yield pending("sheet")


def _made_before(hearing: Hearing, case: Case) -> bool:
    """The sheet was filled, or shown, before the day of the sitting: there was no decision yet."""
    days = (case.sheet.filled_on if case.sheet else None, acquainted_on(case))
    held_on = hearing.sitting.held_on
    return held_on is not None and any(day is not None and day < held_on for day in days)


@rule("35", on=Kind.CASE, warn=("acquaintance_late", "acquaintance_last_day"))
def acquainted_in_time(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶35: acquainted against signature within five working days of the day the decision was adopted."""
    day, held_on = acquainted_on(case), bench.held_on(case)
    if day is None or held_on is None:
        yield pending("sheet.acquainted_on")
        return
    due = working_days(bench.calendar, held_on, ACQUAINTANCE_WORKING_DAYS).due
    if day > due:
        yield warn("sheet.acquainted_on", acquainted_on=day, sitting_on=held_on, due=due)
    elif day == due:
        yield warn("sheet.acquainted_on", "acquaintance_last_day", acquainted_on=day, sitting_on=held_on)


@rule("35", on=Kind.CASE, warn="sheet_before_protocol")
def sheet_after_the_protocol(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶35: the sheet is filled from the protocol, whose own five days run at the same time."""
    filled, hearing = case.sheet.filled_on if case.sheet else None, bench.hearing(case)
    if filled is None or hearing is None:
        yield pending("sheet.filled_on")
        return
    drawn_up = _drawn_up(hearing.sitting)
    if drawn_up is None or filled < drawn_up:
        yield warn("sheet.filled_on", filled_on=filled, drawn_up_on=drawn_up or "—")


@rule("35", on=Kind.CASE, warn="sheet_unsealed")
def sheet_bears_the_seal(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶35, Annex 4: the form has a place for the body's seal (МО)."""
    if case.sheet is None or acquainted_on(case) is None:
        yield pending("sheet.sealed")
    elif not case.sheet.sealed:
        yield warn("sheet.sealed")


@rule("35", on=Kind.CASE, warn=("sheet_acquainted_and_refused", "sheet_in_future"))
def acquaintance_with_the_sheet_is_one_fact(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶35: signed or refused, not both, and not on a day still to come."""
    if case.sheet is None:
        return
    if case.sheet.acquainted_on is not None and case.sheet.refusal_act is not None:
        yield warn("sheet.acquainted_on")
    for path, day in (("filled_on", case.sheet.filled_on), ("acquainted_on", acquainted_on(case))):
        if day is not None and day > bench.on:
            yield warn(f"sheet.{path}", "sheet_in_future", day=day)


@rule("35", on=Kind.CASE, warn="sheet_refusal_act_incomplete")
def sheet_refusal_act_is_whole(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶35: an act of refusal to sign has a day and two witnesses."""
    act = case.sheet.refusal_act if case.sheet else None
    if act is not None and not act_is_whole(act):
        yield warn("sheet.refusal_act", witnesses=len(act.witnesses))


@term("35", "acquaintance", on=Kind.CASE, responsible="hr")
def acquaintance_due(case: Case, bench: Bench) -> Iterator[Due]:
    """¶35: acquaintance with the decision, five working days from the day it was adopted."""
    hearing = bench.concluded(case)
    if hearing is None or hearing.sitting.held_on is None or refused(case) or case.ended is not None:
        return
    if bench.decision(hearing) is not None or acquainted_on(case) is not None:
        reckoned = working_days(bench.calendar, hearing.sitting.held_on, ACQUAINTANCE_WORKING_DAYS)
        yield Due(reckoned, acquainted_on(case))


@rule("36", on=Kind.CASE, block="file_without_report")
def file_holds_the_report(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶36: the file of somebody who went through holds sheet, report and characteristic."""
    if case.report is not None and case.report.filed_on is not None:
        return
    hearing = bench.hearing(case)
    if hearing is not None and settled_at(bench.docket, hearing):
        yield block("report", sitting=hearing.sitting.id)
    else:
        yield pending("report")
