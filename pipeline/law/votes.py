"""Counting: who may vote on a candidate, and what the ballots give (¶22-25, 30, 31)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.domain.findings import DecidedBy, Decision
from pipeline.domain.names import same_person_name
from pipeline.domain.ranks import compare_posts
from pipeline.domain.records import Attendance, Case, Commission, Member, Role, Sitting, Vote
from pipeline.law.docket import Docket, Hearing, attendees, sitting_held
from pipeline.law.numbers import QUORUM
from pipeline.law.stage import admitted_on, going_on, refused


def quorum_reached(present: int, composition: int) -> bool:
    """¶24: at least two thirds of the approved composition, in whole numbers."""
    return composition > 0 and present * QUORUM.denominator >= composition * QUORUM.numerator


def voters_present(commission: Commission, sitting: Sitting) -> tuple[Member, ...]:
    """Voting members of the composition who came: no stranger, nor who serves as secretary (¶18, 21)."""
    return _voters(commission, attendees(sitting), sitting)


def present_members(hearing: Hearing) -> tuple[Member, ...]:
    """Those who were there for this candidate; none while the commission is not known."""
    commission = hearing.commission
    return _voters(commission, hearing.present, hearing.sitting) if commission is not None else ()


def _voters(commission: Commission, present: Iterable[str], sitting: Sitting) -> tuple[Member, ...]:
    there = set(present) - {sitting.secretary}
    return tuple(m for m in commission.voting if m.id in there)


def meeting_failed(commission: Commission | None, sitting: Sitting) -> bool:
    """¶24: they met, were fewer than two thirds, and neither voted nor decided: no sitting took place."""
    if commission is None or not commission.members or not (attendees(sitting) or sitting_held(sitting)):
        return False
    if any(c.votes or c.decision is not None for c in sitting.candidates):
        return False
    return not quorum_reached(len(voters_present(commission, sitting)), len(commission.voting))


def lower_in_post(member: Member, case: Case) -> bool | None:
    """¶22: the member's post is lower than the post the candidate holds now; None where it cannot be told."""
    post = case.employee.position
    if post is None:
        return None
    order = compare_posts(member.rank_ceiling, member.category, post.rank_ceiling, post.category)
    return None if order is None else order < 0


def is_the_person(member: Member, case: Case) -> bool:
    """¶23: the member is the candidate, by IIN where both have one, else by full name."""
    if member.iin is not None:
        return member.iin == case.employee.iin
    return same_person_name(member, case.employee)


def attested_member(docket: Docket, hearing: Hearing, member: Member) -> Case | None:
    """¶23: the case of the same campaign or sitting in which this member is being attested himself, if any.

    Who by the day of the sitting was not admitted or took the report back is no longer being attested.
    """
    case = docket.cases.get(hearing.candidate.case)
    campaign = docket.namesakes_in_campaign(case.campaign, member) if case is not None else ()
    beside = (*campaign, *docket.namesakes_in_sitting(hearing.sitting, member))
    held_on = hearing.sitting.held_on
    return next((c for c in beside if _attested_then(c, held_on) and is_the_person(member, c)), None)


def _attested_then(case: Case, held_on: date | None) -> bool:
    if held_on is None:
        return going_on(case)
    refused_by_then = refused(case) and (admitted_on(case) or held_on) <= held_on
    return not refused_by_then and not off_by_then(case, held_on)


def entitled(docket: Docket, hearing: Hearing) -> tuple[Member, ...]:
    """The present members who may vote on this candidate: neither lower in post (¶22) nor attested (¶23)."""
    case = docket.cases.get(hearing.candidate.case)
    if case is None:
        return present_members(hearing)
    return tuple(
        m
        for m in present_members(hearing)
        if not lower_in_post(m, case) and attested_member(docket, hearing, m) is None
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """Ballots of those entitled, against their number; ballots of others are void and not counted."""

    votes_for: int
    votes_against: int
    entitled: int
    chair: Vote | None

    @property
    def complete(self) -> bool:
        """One ballot from each."""
        return self.votes_for + self.votes_against == self.entitled

    @property
    def tie(self) -> bool:
        """Equal halves of those who attended."""
        return self.complete and 0 < self.votes_for == self.votes_against


def tally(docket: Docket, hearing: Hearing) -> Tally:
    """Counts the candidate's ballots."""
    members = entitled(docket, hearing)
    votes = hearing.candidate.votes
    cast = [votes[m.id] for m in members if m.id in votes]
    chairs = [votes[m.id] for m in members if m.role is Role.CHAIR and m.id in votes]
    return Tally(
        votes_for=cast.count(Vote.RECOMMENDED),
        votes_against=cast.count(Vote.NOT_RECOMMENDED),
        entitled=len(members),
        chair=chairs[0] if len(chairs) == 1 else None,
    )


def majority(count: Tally) -> tuple[Vote, DecidedBy] | None:
    """¶25: more than half of those who attended; at a tie the chair's vote; else nothing was decided."""
    if count.votes_for * 2 > count.entitled:
        return Vote.RECOMMENDED, DecidedBy.MAJORITY
    if count.votes_against * 2 > count.entitled:
        return Vote.NOT_RECOMMENDED, DecidedBy.MAJORITY
    if count.tie and count.chair is not None:
        return count.chair, DecidedBy.CHAIR
    return None


def carried_over(docket: Docket, hearing: Hearing) -> bool:
    """Nothing was decided, and the case waits for the next sitting.

    A valid reason to be absent (¶31 part 2), a meeting below two thirds (¶24), or a tie that no chair broke
    and that was left undecided (¶25).
    """
    if hearing.postponed or meeting_failed(hearing.commission, hearing.sitting):
        return True
    if not hearing.came or hearing.candidate.decision is not None:
        return False
    if _met_without_quorum(hearing):
        return True
    count = tally(docket, hearing)
    return count.tie and count.chair is None


def _met_without_quorum(hearing: Hearing) -> bool:
    """Too few were there for this one candidate, and nobody voted (¶24)."""
    commission, candidate = hearing.commission, hearing.candidate
    if commission is None or not candidate.present or candidate.votes:
        return False
    return not quorum_reached(len(present_members(hearing)), len(commission.voting))


def decision_taken_at(hearing: Hearing) -> bool:
    """A decision was taken, lawfully or not, by ballots or in writing."""
    return bool(hearing.candidate.votes) or hearing.candidate.decision is not None


def settled_at(docket: Docket, hearing: Hearing) -> bool:
    """The case ended there: a decision in writing, or by ballots or an absence that put nothing off."""
    candidate = hearing.candidate
    if candidate.decision is not None:
        return True
    counted = bool(candidate.votes) or candidate.attendance is Attendance.ABSENT_INVALID
    return counted and not carried_over(docket, hearing)


def heard_or_blamed(hearing: Hearing) -> bool:
    """The candidate was heard, voted on, decided on, or marked absent without a valid reason."""
    candidate = hearing.candidate
    talked = hearing.came and bool(candidate.questions or candidate.recordings)
    return talked or decision_taken_at(hearing) or candidate.attendance is Attendance.ABSENT_INVALID


def off_by_then(case: Case, held_on: date | None) -> bool:
    """On the day of the sitting the report had been taken back (¶11), or the case had ended."""
    return taken_back_by(case, held_on) or ended_before(case, held_on)


def left_on_the_agenda(docket: Docket, hearing: Hearing) -> bool:
    """The case was off by then and nobody was heard: its name stayed on the agenda, and that is all."""
    case = docket.cases.get(hearing.candidate.case)
    return case is not None and off_by_then(case, hearing.sitting.held_on) and not heard_or_blamed(hearing)


def taken_back_by(case: Case, held_on: date | None) -> bool:
    """The report was taken back on that day or before (¶11)."""
    return held_on is not None and case.withdrawn_on is not None and case.withdrawn_on <= held_on


def ended_before(case: Case, held_on: date | None) -> bool:
    """The candidate had died, been dismissed or transferred before that day."""
    ended_on = case.ended.on if case.ended else None
    return held_on is not None and ended_on is not None and ended_on < held_on


def decide(docket: Docket, hearing: Hearing) -> Decision | None:
    """The decision on a candidate; None while it is not determined or the sitting is not competent (¶24).

    Nothing is decided on somebody whose report had been taken back (¶11), nor on the absence of somebody
    whom nobody told of the sitting (¶17, 31).
    """
    candidate, commission = hearing.candidate, hearing.commission
    case = docket.cases.get(candidate.case)
    if commission is None or candidate.attendance is Attendance.ABSENT_VALID:
        return None
    if case is not None and off_by_then(case, hearing.sitting.held_on):
        return None
    if not quorum_reached(len(present_members(hearing)), len(commission.voting)):
        return None
    if candidate.attendance is Attendance.ABSENT_INVALID:
        if meeting_failed(commission, hearing.sitting) or docket.notified_on(hearing) is None:
            return None
        return _decision(hearing, Vote.NOT_RECOMMENDED, DecidedBy.ABSENCE, 0, 0)
    count = tally(docket, hearing)
    outcome = majority(count)
    votes = count.votes_for, count.votes_against
    return None if outcome is None else _decision(hearing, *outcome, *votes)


def _decision(hearing: Hearing, result: Vote, by: DecidedBy, votes_for: int, votes_against: int) -> Decision:
    return Decision(hearing.candidate.case, hearing.sitting.id, result, votes_for, votes_against, by)
