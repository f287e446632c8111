"""¶7, 11 and 12: who is let in, who checked it, and what those not let in are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from pipeline.domain.records import Addressee, Case, CheckResult, Employee, Kind, Report
from pipeline.domain.terms import Reckoned, Unit, working_days
from pipeline.law.chapters.chapter_1 import decision_taken
from pipeline.law.chapters.chapter_2.interval import expected_on, interval, waived
from pipeline.law.engine import Bench, Due, RuleOutcome, block, info, pending, rule, term, undetermined, warn
from pipeline.law.history import (
    annulled,
    days_in_force,
    in_force,
    investigations,
    sanctions,
    sanctions_told_otherwise,
    under_way,
)
from pipeline.law.numbers import (
    ADMITTED_LIST_SOFT_DAYS,
    LIST_TO_OWN_SECURITY_SOFT_DAYS,
    OWN_SECURITY_WORKING_DAYS,
    REPORT_WORKING_DAYS,
)
from pipeline.law.stage import admitted, admitted_on, going_on, refused
from pipeline.law.votes import heard_or_blamed, taken_back_by


def published_on(case: Case, bench: Bench) -> date | None:
    """The day the announcement of the case's campaign was published (¶10)."""
    campaign = bench.docket.campaign_of(case)
    return campaign.announcement.published_on if campaign and campaign.announcement else None


def days_judged(case: Case, bench: Bench) -> tuple[date, ...]:
    """¶7 holds on the day of admission and again on the day of the sitting."""
    if refused(case):
        return ()
    days = (admitted_on(case) if admitted(case) else None, bench.held_on(case))
    return tuple(d for d in days if d is not None)


# --- ¶7 -------------------------------------------------------------------------------------------------


@rule("7.1", on=Kind.CASE, block="qualification")
def meets_the_requirements(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶7 sub-item 1: nobody below the minimum qualification requirements is admitted."""
    if admitted(case) is None:
        yield pending("admission.admitted")
    elif admitted(case) and case.qualification is not None and case.qualification.meets is False:
        yield block("qualification.meets")


@rule("7.2", on=Kind.CASE, block="sanction_in_force", undetermined="sanction_undated")
def no_sanction_in_force(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶7 sub-item 2: no disciplinary sanction stands on the day of admission, nor on that of the sitting."""
    days = days_judged(case, bench)
    if not days and not refused(case):
        yield pending("admission.decided_on")
    known = sanctions(case, bench)
    for place, in_force_from_to in enumerate(days_in_force([k.fact for k in known])):
        path, sanction = known[place].path, known[place].fact
        if in_force_from_to is None:
            lifted = sanction.lifted_on
            if any(lifted is None or day < lifted for day in days):
                yield undetermined(path, "sanction_undated", sanction=sanction.type or "")
            continue
        first, last = in_force_from_to
        standing = [day for day in days if first <= day <= last]
        if standing:
            yield block(path, sanction=sanction.type or "", applied_on=first, until=last, on=standing[0])


@rule("7.3", on=Kind.CASE, block="investigation_open", undetermined="investigation_undated")
def no_investigation_under_way(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶7 sub-item 3: no internal or pre-trial investigation is open on those days."""
    days = days_judged(case, bench)
    if not days and not refused(case):
        yield pending("admission.decided_on")
    for k in investigations(case, bench):
        kind = k.fact.type.value if k.fact.type else ""
        closed = k.fact.closed_on
        if k.fact.opened_on is None and any(closed is None or day < closed for day in days):
            yield undetermined(k.path, "investigation_undated", investigation=kind)
        standing = [day for day in days if under_way(k.fact, day)]
        if standing:
            yield block(k.path, investigation=kind, opened_on=k.fact.opened_on or "", on=standing[0])


@rule("7.2", on=Kind.CASE, warn="sanction_differs")
def sanctions_agree_with_the_archive(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶7 sub-item 2: a lifting that another case of the same person dates otherwise."""
    for path, other in sanctions_told_otherwise(case, bench):
        yield warn(path, filed_case=other)


# --- ¶11 ------------------------------------------------------------------------------------------------


@rule("11", on=Kind.CASE, block="report_missing")
def report_before_further_steps(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶11 part 1: the employee's own report comes first; once a decision is there, ¶36 says so."""
    filed, decided = case.report.filed_on if case.report else None, admitted_on(case)
    if filed is not None:
        if admitted(case) and decided is not None and decided < filed:
            yield block("report.filed_on")
    elif decision_taken(case, bench):
        return
    elif admitted(case) or _list_received(case) is not None:
        yield block("report")
    else:
        yield pending("report.filed_on")


@rule("11", on=Kind.CASE, block="report_late", warn="report_early", info="report_late")
def report_in_time(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶11 part 1: five working days from publication, the day of publication not counted."""
    published = published_on(case, bench)
    filed = case.report.filed_on if case.report else None
    if published is None or filed is None:
        yield pending("report.filed_on")
        return
    due = working_days(bench.calendar, published, REPORT_WORKING_DAYS).due
    if filed < published:
        yield warn("report.filed_on", "report_early", filed_on=filed, published_on=published)
    elif filed > due and not refused(case):
        yield block("report.filed_on", filed_on=filed, published_on=published, due=due)
    elif filed > due:
        yield info("report.filed_on", filed_on=filed, published_on=published, due=due)


@rule("11", on=Kind.CASE, warn="report_unregistered")
def report_registered(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶11 part 1: the form has no date, so HR's registration is the only proof of the five days."""
    if case.report is None or case.report.filed_on is None or case.report.registered is not None:
        return
    if admitted(case) is not None or _list_received(case) is not None:
        yield warn("report.registered", filed_on=case.report.filed_on)
    else:
        yield pending("report.registered")


@rule("11", on=Kind.CASE, block="own_security_unanswered", undetermined="own_security_result_missing")
def admitted_after_own_security(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶11 part 3: nobody is admitted before the own-security service has answered."""
    if not admitted(case):
        return
    answered = case.own_security.answered_on if case.own_security else None
    decided = admitted_on(case)
    if answered is None:
        yield block("own_security.answered_on", answered_on="—", decided_on=decided or "—")
    elif decided is not None and answered > decided:
        yield block("own_security.answered_on", answered_on=answered, decided_on=decided)
    elif case.own_security is not None and case.own_security.result is None:
        yield undetermined("own_security.result", "own_security_result_missing", answered_on=answered)


@rule("11", on=Kind.CASE, warn="own_security_late")
def own_security_in_time(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶11 part 3: three working days from receipt of the list."""
    start, answered = _list_received(case), case.own_security.answered_on if case.own_security else None
    if start is None or answered is None:
        yield pending("own_security.answered_on")
        return
    due = working_days(bench.calendar, start, OWN_SECURITY_WORKING_DAYS).due
    if answered > due:
        yield warn("own_security.answered_on", received_on=start, answered_on=answered, due=due)


@rule("11", on=Kind.CASE, warn="objection")
def objection_considered(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶11 part 3: an objection of the own-security service against somebody admitted."""
    objected = case.own_security is not None and case.own_security.result is CheckResult.OBJECTION
    if objected and admitted(case):
        yield warn("own_security.result", note=(case.own_security.note if case.own_security else "") or "—")


@rule("11", on=Kind.CASE, warn=("list_before_report", "answered_before_received"))
def checked_in_order(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶11: report, list, receipt, answer; own security cannot have checked a report that did not exist."""
    security, filed = case.own_security, case.report.filed_on if case.report else None
    if security is None:
        return
    for name in ("list_sent_on", "received_on"):
        day = getattr(security, name)
        if day is not None and filed is not None and day < filed:
            yield warn(f"own_security.{name}", "list_before_report", list_on=day, filed_on=filed)
            break
    order = [(n, d) for n in ("list_sent_on", "received_on", "answered_on") if (d := getattr(security, n))]
    for (_, earlier), (name, day) in pairwise(order):
        if day < earlier:
            yield warn(f"own_security.{name}", "answered_before_received", day=day, earlier=earlier)


@rule("11", on=Kind.CASE, block="heard_though_withdrawn")
def not_heard_once_withdrawn(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶11 part 1: those who asked for it are attested; who took the report back is not heard."""
    for hearing in bench.docket.hearings(case.id):
        if taken_back_by(case, hearing.sitting.held_on) and heard_or_blamed(hearing):
            yield block(
                "withdrawn_on",
                withdrawn_on=case.withdrawn_on or "—",
                sitting=hearing.sitting.id,
                sitting_on=hearing.sitting.held_on or "—",
            )


@rule(
    "11",
    on=Kind.CASE,
    warn=("person_twice", "person_in_two_campaigns"),
    undetermined="person_twice_mistyped",
)
def one_case_a_person(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶11, 30: one report and one decision a person.

    A case that was refused, withdrawn or ended is over, and so is one whose decision was annulled (¶34).
    """
    if not _open(case):
        return
    for other in bench.docket.mistyped_twins(case):
        beside = other.campaign == case.campaign
        if _open(other) and (beside or all(_asked_and_undecided(c, bench) for c in (case, other))):
            yield undetermined(
                "employee.iin",
                "person_twice_mistyped",
                other_case=other.id,
                other_campaign=other.campaign,
            )
    for other in bench.docket.cases_of_person(case.employee.iin):
        if other.id == case.id or not _open(other):
            continue
        if other.campaign == case.campaign:
            yield warn("id", other_case=other.id)
        elif all(_asked_and_undecided(c, bench) for c in (case, other)):
            yield warn(
                "campaign", "person_in_two_campaigns", other_case=other.id, other_campaign=other.campaign
            )


def _open(case: Case) -> bool:
    return going_on(case) and not annulled(case)


def _asked_and_undecided(case: Case, bench: Bench) -> bool:
    reported = case.report is not None and case.report.filed_on is not None
    return reported and all(bench.decision(h) is None for h in bench.docket.hearings(case.id))


IDENTITY: Final[Mapping[str, Callable[[Employee], str | None]]] = {
    "employee.given_name": lambda e: e.given_name,
    "employee.rank": lambda e: e.rank,
    "employee.position.title": lambda e: e.position.title if e.position else None,
}
"""What every paper of a case says of the person, by field."""


def identity_wanting(employee: Employee) -> tuple[str, ...]:
    """Fields without which a paper of the person would have blanks."""
    return tuple(path for path, value in IDENTITY.items() if not value(employee))


def addressee_wanting(report: Report | None) -> tuple[str, ...]:
    """Fields without which the report would be addressed to nobody (Annex 1)."""
    addressee = (report.addressee if report else None) or Addressee()
    post = addressee.position or addressee.dative
    return () if post else ("report.addressee.position",)


@rule("11", on=Kind.CASE, warn="report_blanks")
def report_has_no_blanks(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶11, Annex 1: who asks, of what rank and post, and whom; without them the report is not printed."""
    wanting = (*identity_wanting(case.employee), *addressee_wanting(case.report))
    if case.report is None or case.report.filed_on is None:
        yield pending("report.filed_on")
    elif wanting:
        yield warn("report", wanting=wanting)


@rule("11", on=Kind.CASE, info="withdrawn")
def report_withdrawn(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """The employee took the report back: not regulated, the case rests."""
    if case.withdrawn_on is not None:
        yield info("withdrawn_on", withdrawn_on=case.withdrawn_on)


@term("11", "report", on=Kind.CASE, responsible="employee")
def report_due(case: Case, bench: Bench) -> Iterator[Due]:
    """¶11 part 1: the report, five working days from publication."""
    published = published_on(case, bench)
    filed = case.report.filed_on if case.report else None
    if published is not None and (filed is not None or going_on(case)):
        yield Due(working_days(bench.calendar, published, REPORT_WORKING_DAYS), filed)


@term("11", "own_security_list", on=Kind.CASE, responsible="hr", soft=True)
def list_to_own_security_due(case: Case, bench: Bench) -> Iterator[Due]:
    """¶11 part 2: the list to the own-security service; advised the day after the reports are due."""
    published = published_on(case, bench)
    sent = case.own_security.list_sent_on if case.own_security else None
    if published is not None and (sent is not None or going_on(case)):
        reports = working_days(bench.calendar, published, REPORT_WORKING_DAYS).due
        yield Due(working_days(bench.calendar, reports, LIST_TO_OWN_SECURITY_SOFT_DAYS), sent)


@term("11", "own_security", on=Kind.CASE, responsible="own_security")
def own_security_due(case: Case, bench: Bench) -> Iterator[Due]:
    """¶11 part 3: check and answer within three working days."""
    start = _list_received(case)
    answered = case.own_security.answered_on if case.own_security else None
    if start is not None and (answered is not None or going_on(case)):
        yield Due(working_days(bench.calendar, start, OWN_SECURITY_WORKING_DAYS), answered)


def _list_received(case: Case) -> date | None:
    """The day the own-security service had the list; the day it was sent where no receipt is known."""
    security = case.own_security
    return (security.received_on or security.list_sent_on) if security else None


# --- ¶12 ------------------------------------------------------------------------------------------------


@rule("12", on=Kind.CASE, block="qualification_unchecked")
def qualification_checked_first(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶12 part 1: HR checks the minimum requirements before the list of admitted is made."""
    if not admitted(case):
        return
    check, decided = case.qualification, admitted_on(case)
    if check is None or check.meets is None or check.checked_on is None:
        yield block("qualification", checked_on="—", decided_on=decided or "—")
    elif decided is not None and check.checked_on > decided:
        yield block("qualification.checked_on", checked_on=check.checked_on, decided_on=decided)


@rule("12", on=Kind.CASE, block=("admission_missing", "heard_though_refused", "admitted_after_sitting"))
def admitted_before_heard(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶12 parts 2 and 3: only those on the list of admitted go on to the further stages."""
    hearing = bench.hearing(case)
    if hearing is None:
        if admitted(case) is None:
            yield pending("admission.admitted")
    elif refused(case):
        yield block("admission.admitted", "heard_though_refused", sitting=hearing.sitting.id)
    elif admitted(case) is None and hearing.concluded:
        yield block("admission", sitting=hearing.sitting.id)
    elif admitted(case) is None:
        yield pending("admission.admitted")
    elif _after(admitted_on(case), bench.held_on(case)):
        yield block(
            "admission.decided_on",
            "admitted_after_sitting",
            decided_on=admitted_on(case) or "—",
            sitting_on=bench.held_on(case) or "—",
        )


def _after(later: date | None, earlier: date | None) -> bool:
    return later is not None and earlier is not None and later > earlier


@rule("12", on=Kind.CASE, undetermined="admission_undated")
def admission_is_dated(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶12 with ¶7: without the day of admission nobody can tell what stood against it on that day."""
    if not admitted(case) or admitted_on(case) is not None:
        return
    if bench.concluded(case) is not None:
        yield undetermined("admission.decided_on")
    else:
        yield pending("admission.decided_on")


@rule("12", on=Kind.CASE, block="admitted_without_identity")
def list_says_who_is_admitted(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶12 part 2, ¶2: the list names people by rank and present post; the sought one must be higher."""
    wanting = tuple(p for p in identity_wanting(case.employee) if p != "employee.given_name")
    if admitted(case) and wanting:
        yield block(wanting[0], wanting=wanting)
    elif wanting:
        yield pending(wanting[0])


@rule("12", on=Kind.CASE, warn="unit_receipt_missing")
def receipt_by_the_unit(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶12 part 2: without the day the unit received the list the term of ¶13 has no start."""
    received = case.admission.unit_received_on if case.admission else None
    if received is not None or refused(case):
        return
    if case.characteristic is not None and case.characteristic.sent_to_hr_on is not None:
        yield warn("admission.unit_received_on")
    else:
        yield pending("admission.unit_received_on")


@rule("12", on=Kind.CASE, warn=("notice_missing", "notice_without_ground"))
def refused_are_told(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶12 part 3: those not admitted are told, with the ground; no term is set, so the day itself is free."""
    if not refused(case) or case.admission is None:
        return
    decided = case.admission.decided_on
    if case.admission.notice_sent_on is not None:
        pass
    elif decided is not None and bench.on < working_days(bench.calendar, decided, 1).due:
        yield pending("admission.notice_sent_on")
    else:
        yield warn("admission.notice_sent_on", decided_on=decided or "—")
    if not case.admission.grounds:
        yield warn("admission.grounds", "notice_without_ground")


@rule("12", on=Kind.CASE, block="ground_unknown", warn="admitted_with_ground")
def grounds_of_the_rules(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """¶6, 7, 12: nobody is kept out for anything but ¶4, 7 and 11; nor let in with a ground against it."""
    if case.admission is None:
        return
    for i, ground in enumerate(case.admission.grounds):
        if refused(case) and ground not in GROUNDS:
            yield block(f"admission.grounds.{i}", ground=ground)
        elif admitted(case):
            yield warn(f"admission.grounds.{i}", "admitted_with_ground", ground=ground)


@rule("12", on=Kind.CASE, warn="ground_unsupported")
def grounds_stand(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """¶12 part 3: a ground of refusal for which the record and the archive show no fact."""
    if not refused(case) or case.admission is None:
        return
    for i, ground in enumerate(case.admission.grounds):
        if _supported(ground, case, bench) is False:
            yield warn(f"admission.grounds.{i}", ground=ground)


def _supported(ground: str, case: Case, bench: Bench) -> bool | None:
    """Whether the facts show this ground; None where the facts do not reach so far."""
    facts = GROUNDS.get(ground)
    return facts(case, bench) if facts is not None else None


def _below_the_requirements(case: Case, _bench: Bench) -> bool | None:
    return None if case.qualification is None else case.qualification.meets is not True


def _under_sanction(case: Case, bench: Bench) -> bool | None:
    on, known = admitted_on(case), [k.fact for k in sanctions(case, bench)]
    return None if on is None else any(s.applied_on is None for s in known) or in_force(known, on)


def _under_investigation(case: Case, bench: Bench) -> bool | None:
    on, known = admitted_on(case), [k.fact for k in investigations(case, bench)]
    return None if on is None else any(i.opened_on is None or under_way(i, on) for i in known)


def _too_soon(case: Case, bench: Bench) -> bool | None:
    day, waiver = expected_on(case, bench), case.minister_waiver
    if day is None:
        return None
    if waiver is not None and waived(waiver, admitted_on(case) or day):
        return False
    binding = interval(case, bench, day)
    return binding is not None and day <= binding.last_day


def _reported_late(case: Case, bench: Bench) -> bool | None:
    published, filed = published_on(case, bench), case.report.filed_on if case.report else None
    if published is None:
        return None
    return filed is None or filed > working_days(bench.calendar, published, REPORT_WORKING_DAYS).due


GROUNDS: Final[Mapping[str, Callable[[Case, Bench], bool | None]]] = {
    "4": _too_soon,
    "7.1": _below_the_requirements,
    "7.2": _under_sanction,
    "7.3": _under_investigation,
    "11": _reported_late,
}
"""The grounds of refusal that the Rules know, and what in the facts shows each."""


@term("12", "admitted_list", on=Kind.CASE, responsible="hr", soft=True)
def admitted_list_due(case: Case, bench: Bench) -> Iterator[Due]:
    """¶12 part 2: the list of admitted to the unit; advised the day after the last answer."""
    answered = case.own_security.answered_on if case.own_security else None
    received = case.admission.unit_received_on if case.admission else None
    if answered is not None and (received is not None or going_on(case)):
        yield Due(working_days(bench.calendar, answered, ADMITTED_LIST_SOFT_DAYS), received)


@term("12", "notice", on=Kind.CASE, responsible="hr", soft=True)
def notice_due(case: Case, _bench: Bench) -> Iterator[Due]:
    """¶12 part 3: the notice of non-admission; advised on the day of the decision itself."""
    decided = admitted_on(case)
    if refused(case) and decided is not None and case.admission is not None:
        yield Due(Reckoned(decided, decided, 0, Unit.WORKING_DAYS), case.admission.notice_sent_on)
