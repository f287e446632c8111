"""Checks of whom a record is about, that no paragraph names: nobody's file is written into another's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.domain.findings import Value
from pipeline.domain.iin import patronymic_agrees
from pipeline.domain.kinship import may_be_one, same_letters, same_parts, slip_of_a_digit, wholly_differ
from pipeline.domain.names import full_name, list_name
from pipeline.domain.records import Case, Commission, Employee, Kind, Member
from pipeline.law.engine import Bench, RuleOutcome, block, info, rule, undetermined, warn

SAID_ONCE: Final = frozenset({"person_corrected", "iin_changed", "name_changed", "member_replaced"})
"""Of the change itself and not of the record: told in the answer, and not filed with it."""


@rule("", on=Kind.CASE, undetermined="iin_patronymic")
def iin_agrees_with_the_patronymic(case: Case, _bench: Bench) -> Iterator[RuleOutcome]:
    """The IIN's seventh digit tells the sex, and so does the patronymic; one may be mistyped."""
    patronymic = case.employee.patronymic
    if patronymic is not None and patronymic_agrees(case.employee.iin, patronymic) is False:
        yield undetermined("employee.iin", patronymic=patronymic)


@rule("", on=Kind.CASE, block="person_changed", warn=("person_corrected", "iin_changed", "name_changed"))
def about_the_same_person(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """A revision is about whom the filed one was about, unless it says why not.

    Another IIN and another name is another person, whose decision and papers would pass over: either the id
    was forgotten, or `corrects_person` names the IIN filed so far. One of the two alone is a correction; the
    one after the other is not, so every person the case was filed of counts.
    """
    filed = bench.docket.revisions(case)
    if not filed:
        return
    was, now = filed[0].employee, case.employee
    if was.iin == now.iin and same_letters(was, now):
        return
    stranger = next(_strangers(case, filed), None)
    facts: dict[str, Value] = {"was": full_name(stranger or was), "now": full_name(now)}
    if stranger is None and was.iin == now.iin:
        yield warn("employee.surname", "name_changed", **facts)
    elif stranger is None:
        yield warn("employee.iin", "iin_changed", **facts)
    elif _said_why(case, was.iin) or _said_why(case, stranger.iin):
        yield warn("employee.iin", "person_corrected", **facts)
    else:
        yield block("employee.iin", **facts)


def _strangers(case: Case, filed: Sequence[Case]) -> Iterator[Employee]:
    """Whom the case was filed of who cannot be whom it names now, unless a filed revision said why."""
    now, newest = case.employee, filed[0].employee
    explained = {c.corrects_person.from_iin for c in filed if c.corrects_person and c.corrects_person.reason}
    for was in (revision.employee for revision in filed):
        if was.iin == now.iin or (was.iin in explained and was.iin != newest.iin):
            continue
        if wholly_differ(was, now) or (was.iin == newest.iin and not _one_person(was, now)):
            yield was


def _one_person(was: Employee, now: Employee) -> bool:
    """One name with another IIN; or, where digits slipped in it, a name that changed in part."""
    return may_be_one(was, now) or (slip_of_a_digit(was.iin, now.iin) and not wholly_differ(was, now))


def _said_why(case: Case, from_iin: str) -> bool:
    said = case.corrects_person
    return said is not None and said.from_iin == from_iin and bool(said.reason)


@rule("", on=Kind.CASE, block="iin_of_another", warn=("iin_of_another", "name_differs"), info="name_differs")
def iin_is_this_persons(case: Case, bench: Bench) -> Iterator[RuleOutcome]:
    """The IIN is filed under this name, or one that can be the same person's; else a file gets a stranger."""
    others = [c for c in bench.docket.cases_of_person(case.employee.iin) if c.id != case.id]
    if not others:
        return
    near = [c for c in others if not wholly_differ(c.employee, case.employee)]
    if not near:
        asks = bench.docket.newly_of(case) and not _said_why(case, case.employee.iin)
        yield (block if asks else warn)("employee.iin", "iin_of_another", **_both(case, others[0]))
        return
    if any(same_letters(c.employee, case.employee) and same_parts(c.employee, case.employee) for c in near):
        return
    said = info if any(same_letters(c.employee, case.employee) for c in near) else warn
    yield said("employee.surname", "name_differs", **_both(case, near[0]))


def _both(case: Case, other: Case) -> dict[str, Value]:
    return {"name": full_name(case.employee), "other": full_name(other.employee), "case": other.id}


@rule("", on=Kind.COMMISSION, warn="member_replaced")
def ids_keep_their_members(commission: Commission, bench: Bench) -> Iterator[RuleOutcome]:
    """Votes are recorded by the member's id: under an id taken by somebody else they become his."""
    former = bench.docket.former(commission.ref)
    if not isinstance(former, Commission):
        return
    for place, member in enumerate(commission.members):
        was = former.member(member.id)
        if was is not None and _somebody_else(was, member):
            yield warn(f"members.{place}", id=member.id, was=list_name(was), now=list_name(member))


def _somebody_else(was: Member, now: Member) -> bool:
    iins_differ = None not in (was.iin, now.iin) and was.iin != now.iin
    return iins_differ or not may_be_one(was, now)
