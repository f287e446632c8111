"""Chapter 3. The commission (¶18-25)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain.names import fold_name, full_name, list_name, names_agree
from pipeline.domain.records import (
    Commission,
    CommissionType,
    Kind,
    Member,
    Nomenclature,
    Represents,
    Role,
    Sitting,
)
from pipeline.domain.terms import working_days
from pipeline.law.docket import Hearing, attendees, sitting_held
from pipeline.law.engine import Bench, RuleOutcome, block, pending, rule, undetermined, warn
from pipeline.law.numbers import MEMBERS_AT_LEAST, NEW_ORDER_WORKING_DAYS
from pipeline.law.votes import (
    attested_member,
    decision_taken_at,
    entitled,
    lower_in_post,
    majority,
    meeting_failed,
    present_members,
    quorum_reached,
    tally,
    voters_present,
)

# --- ¶18 ------------------------------------------------------------------------------------------------


@rule("18", on=Kind.COMMISSION, block="members_too_few", warn="members_besides_chair_few")
def five_members(commission: Commission, bench: Bench) -> Iterator[RuleOutcome]:
    """¶18: at least five in the composition: the chair and the members, the secretary not counted."""
    if not commission.members and not _has_sat(commission, bench):
        yield pending("members")
        return
    voting = len(commission.voting)
    besides_chair = sum(m.role is not Role.CHAIR for m in commission.voting)
    if voting < MEMBERS_AT_LEAST:
        yield block("members", members=voting, at_least=MEMBERS_AT_LEAST)
    elif besides_chair < MEMBERS_AT_LEAST:
        yield warn("members", "members_besides_chair_few", members=besides_chair, at_least=MEMBERS_AT_LEAST)


@rule("18", on=Kind.COMMISSION, block="member_twice")
def each_member_once(commission: Commission, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶18: the same person or the same id counted twice makes the composition smaller than it looks."""
    for key in (_by_id, _by_iin, _by_name):
        seen: set[str | None] = set()
        for place, member in enumerate(commission.members):
            value = key(member)
            if value is not None and value in seen:
                yield block(f"members.{place}", member=list_name(member))
            seen.add(value)


def _by_id(member: Member) -> str | None:
    return member.id


def _by_iin(member: Member) -> str | None:
    return member.iin


def _by_name(member: Member) -> str | None:
    whole = member.surname and member.given_name and member.patronymic
    return fold_name(full_name(member)) if whole and member.iin is None else None


@rule("18", on=Kind.COMMISSION, block="chairs_many", warn="chair_missing")
def one_chair(commission: Commission, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶18-20: somebody leads the commission, and only one."""
    if not commission.members:
        yield pending("members")
        return
    chairs = sum(m.role is Role.CHAIR for m in commission.members)
    if chairs == 0:
        yield warn("members", "chair_missing")
    elif chairs > 1:
        yield block("members", chairs=chairs)


@rule("18", on=Kind.COMMISSION, block="order_missing")
def approved_by_order(commission: Commission, bench: Bench) -> Iterator[RuleOutcome]:
    """¶18: the composition is approved; a sitting held without a dated order had no commission."""
    order = commission.order
    if order is not None and order.number is not None and order.date is not None:
        return
    if _has_sat(commission, bench):
        yield block("order")
    else:
        yield pending("order")


def _has_sat(commission: Commission, bench: Bench) -> bool:
    return any(sitting_held(s) for s in bench.docket.sittings_of(commission.id))


@rule("18", on=Kind.SITTING, block="order_after_sitting", warn="order_near_sitting")
def approved_before_the_sitting(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶18: approved before it sits; a composition re-formed at the last moment looks like a substitution."""
    commission = bench.docket.commission_of(sitting)
    approved_on = commission.order.date if commission and commission.order else None
    if approved_on is None or sitting.held_on is None:
        yield pending("held_on")
        return
    facts = {"approved_on": approved_on, "sitting_on": sitting.held_on}
    if approved_on > sitting.held_on:
        yield block("held_on", **facts)
    elif approved_on >= working_days(bench.calendar, sitting.held_on, -NEW_ORDER_WORKING_DAYS).due:
        yield warn("held_on", "order_near_sitting", **facts)


@rule("18", on=Kind.SITTING, block="stranger_present")
def nobody_substitutes(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶18: absent members may not be replaced: only those of the approved composition sit and vote."""
    commission = bench.docket.commission_of(sitting)
    if commission is None or not commission.members:
        yield pending("present")
        return
    known = {m.id for m in commission.members}
    lists = [("present", sitting.present)]
    lists += [(f"candidates.{i}.present", c.present) for i, c in enumerate(sitting.candidates)]
    for path, present in lists:
        for place, member in enumerate(present):
            if member not in known:
                yield block(f"{path}.{place}", member=member)
    for hearing in bench.docket.hearings_of(sitting):
        for member in hearing.candidate.votes:
            if member not in known and member not in hearing.present:
                yield block(f"{hearing.path}.votes.{member}", member=member)


@rule("18", on=Kind.SITTING, warn="commission_dissolved")
def commission_still_there(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶18: a commission that was dissolved before the sitting has no approved composition."""
    commission = bench.docket.commission_of(sitting)
    gone = commission.dissolved_on if commission else None
    if gone is not None and sitting.held_on is not None and gone < sitting.held_on:
        yield warn("held_on", dissolved_on=gone, sitting_on=sitting.held_on)


# --- ¶19, 20 --------------------------------------------------------------------------------------------


@rule("19", on=Kind.SITTING, block="central_required")
def ministry_posts_before_the_central(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶19: posts of the Minister's and the ministry's nomenclature belong before the central commission."""
    yield from _wrong_commission(
        sitting,
        bench,
        CommissionType.CENTRAL,
        frozenset({Nomenclature.MINISTER, Nomenclature.MINISTRY_CONTROL}),
    )


@rule("20", on=Kind.SITTING, block="regional_required")
def territorial_posts_before_the_regional(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶20: posts that heads of territorial units appoint to belong before a regional commission."""
    yield from _wrong_commission(
        sitting, bench, CommissionType.REGIONAL, frozenset({Nomenclature.TERRITORIAL})
    )


def _wrong_commission(
    sitting: Sitting, bench: Bench, lawful: CommissionType, nomenclatures: frozenset[Nomenclature]
) -> Iterator[RuleOutcome]:
    for hearing in bench.docket.hearings_of(sitting):
        case = bench.docket.cases.get(hearing.candidate.case)
        target = case.employee.target_position if case else None
        kind = hearing.commission.type if hearing.commission else None
        if case is None or target is None or target.nomenclature is None or kind is None:
            yield pending(hearing.path)
        elif target.nomenclature in nomenclatures and kind is not lawful:
            yield block(f"{hearing.path}.case", case=case.id, nomenclature=target.nomenclature.value)


@rule("19", on=Kind.COMMISSION, warn="central_chair")
def deputy_minister_leads(commission: Commission, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶19: the supervising Deputy Minister leads the central commission, or whoever acts for him."""
    yield from _led_by(commission, CommissionType.CENTRAL)


@rule("20", on=Kind.COMMISSION, warn="regional_chair")
def deputy_head_leads(commission: Commission, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶20: the head's deputy leads a regional commission, or whoever acts for him; not the head."""
    yield from _led_by(commission, CommissionType.REGIONAL)


def _led_by(commission: Commission, kind: CommissionType) -> Iterator[RuleOutcome]:
    if commission.type is not kind:
        return
    chair = commission.chair
    if chair is None or chair.represents is None:
        yield pending("members")
    elif chair.represents not in (Represents.DEPUTY_HEAD, Represents.ACTING):
        place = commission.members.index(chair)
        yield warn(f"members.{place}.represents", chair=list_name(chair), represents=chair.represents.value)


@rule("19", on=Kind.COMMISSION, warn="central_members")
def heads_of_ministry_units(commission: Commission, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶19: among the central commission's members are heads of the ministry's structural units.

    Not they alone: ¶23 wants representatives of HR beside them.
    """
    members = [m for m in commission.members if m.role is Role.MEMBER]
    if commission.type is not CommissionType.CENTRAL:
        return
    if not members or any(m.represents is None for m in members):
        yield pending("members")
    elif not any(m.represents is Represents.UNIT_HEAD for m in members):
        yield warn("members")


@rule("20", on=Kind.SITTING, warn="chair_not_present")
def somebody_led_it(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶19, 20: the chair of the approved composition leads, and absent members are not replaced (¶18)."""
    commission = bench.docket.commission_of(sitting)
    chair = commission.chair if commission else None
    if chair is None or not attendees(sitting):
        yield pending("present")
    elif chair.id not in attendees(sitting):
        yield warn("present", chair=list_name(chair))


# --- ¶21 ------------------------------------------------------------------------------------------------


@rule("21", on=Kind.SITTING, block="secretary_votes")
def secretary_has_no_vote(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶21: the secretary takes no part in the vote."""
    commission = bench.docket.commission_of(sitting)
    secretaries = {m.id for m in commission.members if m.role is Role.SECRETARY} if commission else set()
    if sitting.secretary is not None:
        secretaries.add(sitting.secretary)
    for hearing in bench.docket.hearings_of(sitting):
        for member in hearing.candidate.votes:
            if member in secretaries:
                yield block(f"{hearing.path}.votes.{member}", member=member)


@rule("21", on=Kind.SITTING, warn="secretary_absent")
def secretary_was_there(sitting: Sitting, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶21: whoever kept the work of the sitting in order is not among those who stayed away."""
    for place, absence in enumerate(sitting.absent):
        if absence.member == sitting.secretary:
            yield warn(f"absent.{place}", member=absence.member)


@rule("21", on=Kind.SITTING, warn=("secretary_missing", "secretary_unknown", "secretary_not_hr"))
def secretary_from_hr(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶21: the secretary represents HR and keeps the commission's work in order."""
    commission = bench.docket.commission_of(sitting)
    if sitting.secretary is None:
        if sitting_held(sitting):
            yield warn("secretary")
        else:
            yield pending("secretary")
        return
    if commission is None or not commission.members:
        yield pending("secretary")
        return
    person = commission.member(sitting.secretary)
    if person is None:
        yield warn("secretary", "secretary_unknown", member=sitting.secretary)
    elif person.represents not in (None, Represents.HR):
        yield warn(
            "secretary", "secretary_not_hr", member=list_name(person), represents=person.represents.value
        )


@rule("21", on=Kind.SITTING, warn="secretary_attested")
def secretary_is_no_candidate(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶21, 23: whoever keeps the ballots and the protocol is not being attested at the same sitting."""
    commission = bench.docket.commission_of(sitting)
    person = commission.member(sitting.secretary) if commission and sitting.secretary else None
    if person is None:
        yield pending("secretary")
        return
    for hearing in bench.docket.hearings_of(sitting):
        case = attested_member(bench.docket, hearing, person)
        if case is not None:
            yield warn("secretary", member=list_name(person), case=case.id)
            return


# --- ¶22, 23 --------------------------------------------------------------------------------------------


@rule(
    "22",
    on=Kind.SITTING,
    block=("member_lower", "too_few_equal"),
    warn="lower_member_in_composition",
    undetermined="posts_unknown",
)
def members_equal_or_higher(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶22: chair and members hold the same or a higher post than the attested person holds now."""
    for hearing in bench.docket.hearings_of(sitting):
        case = bench.docket.cases.get(hearing.candidate.case)
        commission = hearing.commission
        if case is None or commission is None or case.employee.position is None:
            yield pending(hearing.path)
            continue
        order = {m.id: lower_in_post(m, case) for m in commission.voting}
        lower = [m for m in commission.voting if order[m.id]]
        for member in lower:
            facts = {
                "member": list_name(member),
                "member_ceiling": member.rank_ceiling or "—",
                "case": case.id,
                "ceiling": case.employee.position.rank_ceiling or "—",
            }
            if member.id in hearing.candidate.votes:
                yield block(f"{hearing.path}.votes.{member.id}", **facts)
            else:
                yield warn(hearing.path, "lower_member_in_composition", **facts)
        remaining = len(commission.voting) - len(lower)
        if lower and remaining < MEMBERS_AT_LEAST:
            yield block(
                hearing.path, "too_few_equal", case=case.id, members=remaining, at_least=MEMBERS_AT_LEAST
            )
        unknown = [m for m in commission.voting if order[m.id] is None and m.id in hearing.present]
        if unknown:
            yield undetermined(
                hearing.path,
                "posts_unknown",
                case=case.id,
                members=tuple(list_name(m) for m in unknown),
            )


@rule("23", on=Kind.SITTING, block="member_attested")
def nobody_judges_himself(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶23: those being attested in the same campaign or sitting are not in the composition."""
    commission = bench.docket.commission_of(sitting)
    if commission is None:
        yield pending("commission")
        return
    told: set[str] = set()
    for hearing in bench.docket.hearings_of(sitting):
        for member in commission.voting:
            case = attested_member(bench.docket, hearing, member)
            if case is not None and member.id not in told:
                told.add(member.id)
                yield block(_where(hearing, member), member=list_name(member), case=case.id)


def _where(hearing: Hearing, member: Member) -> str:
    if member.id in hearing.candidate.votes:
        return f"{hearing.path}.votes.{member.id}"
    present = hearing.sitting.present
    return f"present.{present.index(member.id)}" if member.id in present else "commission"


@rule("23", on=Kind.COMMISSION, warn="hr_member_missing")
def hr_among_the_members(commission: Commission, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶23: representatives of HR, or those HR reports to, are among the members."""
    if not commission.members or any(m.represents is None for m in commission.voting):
        yield pending("members")
    elif not any(m.represents is Represents.HR for m in commission.voting):
        yield warn("members")


@rule("23", on=Kind.SITTING, warn="chief_on_commission")
def own_chief_among_the_members(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶23 does not speak of the candidate's own chief on the commission; HR should know."""
    for hearing in bench.docket.hearings_of(sitting):
        case = bench.docket.cases.get(hearing.candidate.case)
        characteristic = case.characteristic if case else None
        if case is None or characteristic is None:
            continue
        chiefs = {p.name for p in (characteristic.prepared_by, characteristic.unit_head) if p and p.name}
        for member in present_members(hearing):
            if any(names_agree(name, member) for name in chiefs):
                yield warn(hearing.path, member=list_name(member), case=case.id)


# --- ¶24, 25 --------------------------------------------------------------------------------------------


@rule("24", on=Kind.SITTING, block="quorum", warn=("quorum_for_candidate", "meeting_failed"))
def two_thirds_present(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶24: a sitting is competent with at least two thirds of the approved composition.

    A meeting that stayed below and decided nothing is a fact to be kept; votes or decisions are not lawful.
    """
    commission = bench.docket.commission_of(sitting)
    if commission is None or not commission.members:
        yield pending("present")
        return
    if not attendees(sitting) and not sitting_held(sitting):
        yield pending("present")
        return
    whole = len(commission.voting)
    present = len(voters_present(commission, sitting))
    if meeting_failed(commission, sitting):
        yield warn("present", "meeting_failed", present=present, composition=whole)
        return
    if not quorum_reached(present, whole):
        yield block("present", present=present, composition=whole)
        return
    for hearing in bench.docket.hearings_of(sitting):
        there, voting = len(present_members(hearing)), len(entitled(bench.docket, hearing))
        if not quorum_reached(there, whole):
            said = block if decision_taken_at(hearing) else warn
            code = "quorum" if decision_taken_at(hearing) else "meeting_failed"
            yield said(f"{hearing.path}.present", code, present=there, composition=whole)
        elif not quorum_reached(voting, whole):
            yield warn(
                hearing.path,
                "quorum_for_candidate",
                case=hearing.candidate.case,
                present=voting,
                composition=whole,
            )


@rule("25", on=Kind.SITTING, block=("ballots_missing", "ballot_of_absent"))
def one_ballot_of_each_present(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶25, 32: each present member votes, and nobody else; a blank ballot has no place on the form."""
    for hearing in bench.docket.hearings_of(sitting):
        commission, candidate = hearing.commission, hearing.candidate
        if commission is None or not commission.members:
            yield pending(f"{hearing.path}.votes")
            continue
        if not candidate.votes and not (hearing.came and candidate.decision is not None):
            if hearing.came:
                yield pending(f"{hearing.path}.votes")
            continue
        missing = [m for m in entitled(bench.docket, hearing) if m.id not in candidate.votes]
        if missing and hearing.came:
            yield block(
                f"{hearing.path}.votes",
                case=candidate.case,
                members=tuple(list_name(m) for m in missing),
            )
        for member in commission.voting:
            if member.id in candidate.votes and member.id not in hearing.present:
                yield block(
                    f"{hearing.path}.votes.{member.id}",
                    "ballot_of_absent",
                    case=candidate.case,
                    member=list_name(member),
                )


@rule("24", on=Kind.SITTING, warn=("present_and_absent", "member_unaccounted", "absent_unknown"))
def there_or_not(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶24: the quorum hangs on who came; nobody is there and away at once, nor left out of both lists."""
    commission, there = bench.docket.commission_of(sitting), attendees(sitting)
    if commission is None or not there:
        yield pending("present")
        return
    away = [a.member for a in sitting.absent]
    for place, member in enumerate(away):
        if member in there:
            yield warn(f"absent.{place}", member=_named(commission, member))
        elif commission.members and commission.member(member) is None and member != sitting.secretary:
            yield warn(f"absent.{place}", "absent_unknown", member=member)
    if away:
        left_out = [m for m in commission.voting if m.id not in (*there, *away)]
        for person in left_out:
            yield warn("absent", "member_unaccounted", member=list_name(person))


def _named(commission: Commission, member: str) -> str:
    person = commission.member(member)
    return list_name(person) if person is not None else member


@rule("24", on=Kind.SITTING, warn="day_off")
def held_on_a_working_day(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶9, 24: a sitting on a day off is rather a mistyped day."""
    if sitting.held_on is None:
        yield pending("held_on")
    elif not bench.calendar.is_working(sitting.held_on):
        yield warn("held_on", sitting_on=sitting.held_on, title=bench.calendar.title(sitting.held_on))


@rule("25", on=Kind.SITTING, block="tie_without_chair", warn="tie_carried_over")
def chair_breaks_a_tie(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶25: at equal votes the decision the chair voted for is adopted; without the chair nobody breaks it.

    Left undecided the case is carried over to a sitting with its chair; a decision written down is none.
    """
    for hearing in bench.docket.hearings_of(sitting):
        count = tally(bench.docket, hearing)
        if not count.tie or count.chair is not None:
            continue
        said, code = (
            (warn, "tie_carried_over") if bench.carried_over(hearing) else (block, "tie_without_chair")
        )
        yield said(
            f"{hearing.path}.votes",
            code,
            case=hearing.candidate.case,
            votes_for=count.votes_for,
            votes_against=count.votes_against,
        )


@rule("25", on=Kind.SITTING, block="decision_differs")
def decision_is_the_count(sitting: Sitting, bench: Bench) -> Iterator[RuleOutcome]:
    """¶25: the decision written down is the one the ballots give."""
    for hearing in bench.docket.hearings_of(sitting):
        candidate = hearing.candidate
        if not hearing.came or hearing.commission is None:
            continue
        count = tally(bench.docket, hearing)
        counted = majority(count)
        if candidate.decision is None or counted is None:
            yield pending(f"{hearing.path}.decision")
        elif candidate.decision is not counted[0]:
            yield block(
                f"{hearing.path}.decision",
                case=candidate.case,
                written=candidate.decision.value,
                counted=counted[0].value,
                votes_for=count.votes_for,
                votes_against=count.votes_against,
            )
