"""The linked records: the latest revision, hearings in time, and when a sitting counts as held."""

from dataclasses import replace
from datetime import date, time

import pytest

from pipeline.domain.records import (
    Attendance,
    Candidate,
    Case,
    Commission,
    Employee,
    Kind,
    Member,
    Protocol,
    Ref,
    Sitting,
    Vote,
)
from pipeline.law.docket import Docket, Former, Hearing, sitting_held

CASE = Case("K", "C", Employee("850314390019", "Ли", "Виктор", "Николаевич"))
SITTING = Sitting("S", "AK", candidates=(Candidate("K"),))


def hearing(candidate: Candidate, **sitting) -> Hearing:
    return Hearing(replace(SITTING, candidates=(candidate,), **sitting), candidate, 0, None)


def test_the_later_of_two_revisions_counts():
    docket = Docket([CASE, replace(CASE, withdrawn_on=date(2025, 9, 1))])
    assert docket.cases["K"].withdrawn_on == date(2025, 9, 1)
    assert len(list(docket)) == 1


def test_records_stand_by_kind_and_id():
    docket = Docket([SITTING, replace(CASE, id="B"), replace(CASE, id="A"), Commission("AK")])
    assert [str(r.ref) for r in docket] == ["commission:AK", "case:A", "case:B", "sitting:S"]
    assert docket.get(Ref(Kind.CASE, "A")) == replace(CASE, id="A")
    assert docket.get(Ref(Kind.CAMPAIGN, "A")) is None


def test_hearings_come_in_time_and_one_without_a_day_comes_last():
    days = {"S1": None, "S2": date(2025, 10, 16), "S3": date(2025, 9, 16)}
    docket = Docket([CASE, *(replace(SITTING, id=name, held_on=day) for name, day in days.items())])
    assert [h.sitting.id for h in docket.hearings("K")] == ["S3", "S2", "S1"]
    latest = docket.hearing("K")
    assert latest is not None
    assert latest.sitting.id == "S1"
    assert docket.hearing("unknown") is None
    assert docket.hearings("unknown") == ()


def test_sittings_of_a_commission_come_in_time():
    docket = Docket(
        replace(SITTING, id=name, held_on=day)
        for name, day in (("A", date(2025, 10, 16)), ("B", date(2025, 9, 16)))
    )
    assert [s.id for s in docket.sittings_of("AK")] == ["B", "A"]
    assert docket.sittings_of("other") == ()


@pytest.mark.parametrize(
    ("change", "held"),
    [
        ({}, False),
        ({"present": ("m1",), "held_on": date(2025, 10, 16), "started_at": time(10)}, False),
        ({"protocol": Protocol(number="3")}, False),
        ({"protocol": Protocol(drawn_up_on=date(2025, 10, 20))}, True),
        ({"ended_at": time(0, 0)}, True),
        ({"candidates": (Candidate("K", votes={"m1": Vote.RECOMMENDED}),)}, True),
        ({"candidates": (Candidate("K"), Candidate("L", decision=Vote.NOT_RECOMMENDED))}, True),
        ({"candidates": (Candidate("K", attendance=Attendance.ABSENT_VALID),)}, False),
    ],
)
def test_a_sitting_is_held_once_something_of_it_is_told(change, held):
    assert sitting_held(replace(SITTING, **change)) is held


@pytest.mark.parametrize(
    ("candidate", "concluded", "came", "postponed"),
    [
        (Candidate("K"), False, True, False),
        (Candidate("K", attendance=Attendance.PRESENT), False, True, False),
        (Candidate("K", attendance=Attendance.ABSENT_VALID), True, False, True),
        (Candidate("K", attendance=Attendance.ABSENT_INVALID), True, False, False),
        (Candidate("K", votes={"m1": Vote.RECOMMENDED}), True, True, False),
        (Candidate("K", decision=Vote.RECOMMENDED), True, True, False),
    ],
)
def test_a_candidates_turn(candidate, concluded, came, postponed):
    one = hearing(candidate)
    assert (one.concluded, one.came, one.postponed) == (concluded, came, postponed)


def test_a_turn_is_over_with_the_sitting():
    assert hearing(Candidate("K"), ended_at=time(12)).concluded


def test_namesakes_are_found_by_number_or_by_name():
    same_name = replace(CASE, id="N", employee=replace(CASE.employee, iin="880712450005"))
    docket = Docket([CASE, same_name, SITTING])
    by_name = Member("m", surname="ЛИ", given_name="виктор")
    by_number = Member("m", surname="Басқа", iin="880712450005")
    assert {c.id for c in docket.namesakes_in_campaign("C", by_name)} == {"K", "N"}
    assert {c.id for c in docket.namesakes_in_campaign("C", by_number)} == {"N"}
    assert {c.id for c in docket.namesakes_in_sitting(SITTING, by_name)} == {"K"}
    assert docket.namesakes_in_sitting(SITTING, by_number) == ()
    assert docket.namesakes_in_campaign("other", by_name) == ()
    assert docket.namesakes_in_campaign("C", replace(by_name, surname="Бөтенов")) == ()
    assert docket.namesakes_in_campaign("C", replace(by_name, given_name="Бөтен")) == ()


def test_a_case_is_new_to_its_person_when_it_is_new_or_had_another_iin():
    other = replace(CASE, employee=replace(CASE.employee, iin="790101300011"))
    assert Docket([CASE]).newly_of(CASE)
    assert Docket([CASE], {CASE.ref: Former()}).newly_of(CASE)
    assert Docket([CASE], {CASE.ref: Former(other)}).newly_of(CASE)
    assert not Docket([CASE], {CASE.ref: Former(CASE)}).newly_of(CASE)
    assert not Docket([CASE], {}).newly_of(CASE)
