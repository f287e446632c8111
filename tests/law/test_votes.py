"""¶22-25, 31: counting, for every composition of five to twenty-five, against a slow second counting."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.findings import DecidedBy, Severity
from pipeline.domain.records import (
    Attendance,
    Candidate,
    Case,
    Commission,
    CommissionType,
    Employee,
    Member,
    Order,
    Position,
    Role,
    Sitting,
    Vote,
)
from pipeline.law.docket import Docket
from pipeline.law.judging import judge
from pipeline.law.readings import Readings
from pipeline.law.votes import Tally, carried_over, decide, entitled, quorum_reached, tally

from .examples import CALENDAR

YES, NO = Vote.RECOMMENDED, Vote.NOT_RECOMMENDED
HELD = date(2025, 10, 16)


def member(number: int, ceiling: str) -> Member:
    role = Role.CHAIR if number == 0 else Role.MEMBER
    return Member(id=f"m{number}", role=role, surname=f"Мүше{number}", rank_ceiling=ceiling)


def docket(
    size: int, present: list[int], votes: dict[str, Vote], *, lower: frozenset[int] = frozenset(), **candidate
) -> Docket:
    members = tuple(
        member(n, "полиция капитаны" if n in lower else "полиция полковнигі") for n in range(size)
    )
    secretary = Member(id="s", role=Role.SECRETARY, surname="Хатшы")
    return Docket(
        [
            Commission(
                "AK",
                CommissionType.REGIONAL,
                order=Order("1", date(2025, 1, 1)),
                members=(*members, secretary),
            ),
            Case(
                "K",
                "C",
                Employee("850314390019", "Қызметкер", position=Position(rank_ceiling="полиция майоры")),
            ),
            Sitting(
                "S",
                "AK",
                held_on=HELD,
                present=tuple(f"m{n}" for n in present),
                secretary="s",
                candidates=(Candidate("K", votes=votes, **candidate),),
            ),
        ]
    )


def first(records: Docket):
    return records.hearings_of(records.sittings["S"])[0]


@pytest.mark.parametrize(
    ("composition", "needed"),
    [(5, 4), (6, 4), (7, 5), (8, 6), (9, 6), (10, 7), (11, 8), (12, 8), (25, 17)],
)
def test_quorum_of_the_approved_composition(composition: int, needed: int):
    assert quorum_reached(needed, composition)
    assert not quorum_reached(needed - 1, composition)


def test_no_composition_has_no_quorum():
    assert not quorum_reached(0, 0)
    assert quorum_reached(1, 1)


@pytest.mark.parametrize("size", range(5, 26))
def test_quorum_is_blocked_for_every_number_present(size: int):
    needed = next(n for n in range(size + 1) if n / size >= 2 / 3 - 1e-9)
    for came in range(1, size + 1):
        present = list(range(came))
        records = docket(size, present, {f"m{n}": YES for n in present})
        codes = {f.code for f in judge(records, CALENDAR, Readings(), HELD).blocks}
        assert ("quorum" in codes) is (came < needed)
        assert (decide(records, first(records)) is None) is (came < needed)


@st.composite
def votings(draw: st.DrawFn):
    size = draw(st.integers(5, 25))
    present = draw(st.lists(st.integers(0, size - 1), unique=True, min_size=1, max_size=size))
    lower = draw(st.frozensets(st.integers(0, size - 1), max_size=3))
    silent = draw(st.frozensets(st.integers(0, size - 1), max_size=1))
    votes = {n: draw(st.sampled_from([YES, NO])) for n in range(size) if n not in silent}
    return size, present, lower, votes


@given(votings())
def test_the_decision_agrees_with_a_slow_second_counting(voting):
    size, present, lower, votes = voting
    records = docket(size, present, {f"m{n}": v for n, v in votes.items()}, lower=lower)
    decision = decide(records, first(records))

    entitled_now = [n for n in range(size) if n in present and n not in lower]
    yes = [n for n in entitled_now if votes.get(n) is YES]
    no = [n for n in entitled_now if votes.get(n) is NO]
    expected: tuple[Vote, DecidedBy] | None = None
    if len(present) * 3 >= size * 2:
        if len(yes) > len(entitled_now) - len(yes):
            expected = YES, DecidedBy.MAJORITY
        elif len(no) > len(entitled_now) - len(no):
            expected = NO, DecidedBy.MAJORITY
        elif len(yes) == len(no) and len(yes) + len(no) == len(entitled_now) > 0 and 0 in entitled_now:
            expected = votes[0], DecidedBy.CHAIR
    assert (decision and (decision.result, decision.by)) == expected
    if decision is not None:
        assert (decision.votes_for, decision.votes_against) == (len(yes), len(no))


@given(votings(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_and_of_people_present_does_not_matter(voting, chance):
    size, present, lower, votes = voting
    ballots = [(f"m{n}", v) for n, v in votes.items()]
    shuffled, came = list(ballots), list(present)
    chance.shuffle(shuffled)
    chance.shuffle(came)
    one = docket(size, present, dict(ballots), lower=lower)
    two = docket(size, came, dict(shuffled), lower=lower)
    assert decide(one, first(one)) == decide(two, first(two))


def test_a_tie_the_chair_decides():
    votes = {"m0": NO, "m1": YES, "m2": YES, "m3": NO}
    records = docket(5, [0, 1, 2, 3], votes)
    decision = decide(records, first(records))
    assert decision is not None
    assert (decision.result, decision.by, decision.votes_for, decision.votes_against) == (
        NO,
        DecidedBy.CHAIR,
        2,
        2,
    )


def test_a_tie_without_the_chair_decides_nothing():
    records = docket(5, [1, 2, 3, 4], {"m1": YES, "m2": YES, "m3": NO, "m4": NO})
    assert decide(records, first(records)) is None
    assert carried_over(records, first(records))
    found = {f.code: f.severity for f in judge(records, CALENDAR, Readings(), HELD).findings}
    assert found["tie_carried_over"] is Severity.WARN


def test_a_tie_without_the_chair_written_down_as_decided_is_blocked():
    records = docket(5, [1, 2, 3, 4], {"m1": YES, "m2": YES, "m3": NO, "m4": NO}, decision=YES)
    assert not carried_over(records, first(records))
    codes = {f.code for f in judge(records, CALENDAR, Readings(), HELD).blocks}
    assert "tie_without_chair" in codes


def test_half_with_a_blank_ballot_is_no_majority_and_no_tie():
    records = docket(5, [0, 1, 2, 3], {"m0": YES, "m1": YES, "m2": NO})
    assert decide(records, first(records)) is None


def test_ballots_of_absent_strangers_and_secretary_are_not_counted():
    votes = {"m0": YES, "m1": YES, "m2": YES, "m3": NO, "m4": NO, "s": NO, "x": NO}
    records = docket(5, [0, 1, 2, 3], votes)
    decision = decide(records, first(records))
    assert decision is not None
    assert (decision.result, decision.votes_for, decision.votes_against) == (YES, 3, 1)


def test_the_secretary_of_the_sitting_has_no_vote_even_as_a_member():
    records = docket(6, [0, 1, 2, 3, 4], {f"m{n}": YES for n in range(5)})
    sitting = records.sittings["S"]
    minuted_by_m4 = Docket([*(r for r in records if r is not sitting), _with(sitting, secretary="m4")])
    hearing = minuted_by_m4.hearings_of(minuted_by_m4.sittings["S"])[0]
    assert [m.id for m in entitled(minuted_by_m4, hearing)] == ["m0", "m1", "m2", "m3"]
    assert tally(minuted_by_m4, hearing).votes_for == 4


def _with(sitting: Sitting, *, secretary: str) -> Sitting:
    return Sitting(
        sitting.id,
        sitting.commission,
        held_on=sitting.held_on,
        present=sitting.present,
        secretary=secretary,
        candidates=sitting.candidates,
    )


def test_absent_without_a_valid_reason_is_decided_without_ballots():
    told = date(2025, 10, 10)
    absent = Attendance.ABSENT_INVALID
    records = docket(5, [0, 1, 2, 3], {}, attendance=absent, decision=NO, notified_on=told)
    decision = decide(records, first(records))
    assert decision is not None
    assert (decision.result, decision.by, decision.votes_for) == (NO, DecidedBy.ABSENCE, 0)


def test_absence_decides_nothing_where_the_sitting_is_not_competent():
    told = date(2025, 10, 10)
    records = docket(5, [0, 1, 2], {}, attendance=Attendance.ABSENT_INVALID, decision=NO, notified_on=told)
    assert decide(records, first(records)) is None


def test_absence_decides_nothing_on_somebody_nobody_told():
    records = docket(5, [0, 1, 2, 3], {}, attendance=Attendance.ABSENT_INVALID, decision=NO)
    assert decide(records, first(records)) is None


def test_absent_with_a_valid_reason_is_not_decided_on():
    votes = {f"m{n}": YES for n in range(4)}
    records = docket(5, [0, 1, 2, 3], votes, attendance=Attendance.ABSENT_VALID)
    assert decide(records, first(records)) is None


def test_an_unknown_commission_decides_nothing():
    records = docket(5, [0, 1, 2, 3], {f"m{n}": YES for n in range(4)})
    alone = Docket(r for r in records if not isinstance(r, Commission))
    assert decide(alone, alone.hearings_of(alone.sittings["S"])[0]) is None


def test_a_present_member_twice_is_one():
    records = docket(6, [0, 1, 2, 2, 2], {"m0": YES, "m1": YES, "m2": YES})
    codes = {f.code for f in judge(records, CALENDAR, Readings(), HELD).blocks}
    assert "quorum" in codes
    assert {
        f.severity for f in judge(records, CALENDAR, Readings(), HELD).findings if f.code == "quorum"
    } == {Severity.BLOCK}


@pytest.mark.parametrize(("halves", "tie"), [(0, False), (1, True), (3, True)])
def test_equal_halves_are_a_tie_and_nobody_is_none(halves, tie):
    assert Tally(halves, halves, 2 * halves, None).tie is tie
    assert not Tally(halves, halves, 2 * halves + 1, None).tie
    assert not Tally(halves + 1, halves, 2 * halves + 1, None).tie
