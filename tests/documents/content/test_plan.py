from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from pipeline.documents.content.plan import DocumentKind, Wanted, documents_of_case, documents_of_sitting
from pipeline.domain.records import (
    Admission,
    Appeal,
    AppealOutcome,
    Attendance,
    Candidate,
    Case,
    Characteristic,
    Materials,
    Report,
    Vote,
)
from pipeline.law.docket import Docket
from tests.documents.invented import (
    AHEAD,
    CAMPAIGN,
    CANDIDATE,
    CASE,
    CHARACTERISTIC,
    COMMISSION,
    EMPLOYEE,
    SITTING,
    VOTES,
    YES,
    docket,
    named,
)

REFUSED = replace(
    CASE, admission=Admission(admitted=False, grounds=("7.2",), decided_on=dt.date(2025, 9, 29))
)


def of_case(case: Case, *others: object) -> dict[str, Wanted]:
    return named(documents_of_case(docket(case, *others), case))


def rows(wanted: Wanted) -> list[dict[str, str]]:
    found = wanted.context["rows"]
    assert isinstance(found, list)
    return found


# --- the case -------------------------------------------------------------------------------------------


def test_nothing_before_the_report_is_filed() -> None:
    case = Case(id="C-1", campaign="K-1", employee=EMPLOYEE, report=Report(registered="214"))
    assert of_case(case) == {}


def test_report_then_characteristic() -> None:
    assert list(of_case(replace(CASE, characteristic=None))) == ["annex-1"]
    assert list(of_case(replace(CASE, characteristic=Characteristic()))) == ["annex-1"]
    assert list(of_case(replace(CASE, characteristic=Characteristic(duties="Адал.")))) == [
        "annex-1",
        "annex-2",
    ]


def test_after_the_votes_ballots_and_sheet() -> None:
    made = of_case(CASE, SITTING)
    ballots = [f"annex-3-{n:02}" for n in range(1, 7)]
    assert list(made) == ["annex-1", "annex-2", "invitation-01", *ballots, "annex-4"]
    assert made["annex-4"].context["decision_text"] == "жоғары тұрған басшылық лауазымға өсіруге ұсынылады"
    assert made["annex-3-04"].title == "Дауыс беру парағы (3-қосымша) — Ли\u00a0В."


def test_ordinal_is_the_place_in_the_composition() -> None:
    without_third = replace(
        SITTING, present=("m1", "m2", "m4", "m5", "m6", "m7"), candidates=(voted({"m3": None, "m7": YES}),)
    )
    assert [n for n in of_case(CASE, without_third) if n.startswith("annex-3")] == [
        f"annex-3-{n:02}" for n in (1, 2, 4, 5, 6, 7)
    ]


def voted(changes: dict[str, Vote | None]) -> Candidate:
    votes = {k: v for k, v in {**VOTES, **changes}.items() if v is not None}
    return replace(CANDIDATE, votes=votes)


def test_ballot_of_a_case_shows_its_own_row_only() -> None:
    other = replace(CASE, id="C-2", employee=replace(EMPLOYEE, iin="900722490015", surname="Өмірзақов"))
    sitting = replace(SITTING, candidates=(CANDIDATE, replace(CANDIDATE, case="C-2")))
    for wanted in documents_of_case(docket(CASE, other, sitting), CASE):
        assert "Өмірзақов" not in json.dumps(dict(wanted.context), ensure_ascii=False)
        if wanted.kind is DocumentKind.ANNEX_3:
            assert len(rows(wanted)) == 1
            assert not wanted.to_sign


def test_marks_stand_in_the_right_boxes() -> None:
    made = of_case(CASE, SITTING)
    assert [(r["mark_yes"], r["mark_no"]) for r in rows(made["annex-3-01"])] == [("+", "")]
    assert [(r["mark_yes"], r["mark_no"]) for r in rows(made["annex-3-04"])] == [("", "+")]
    assert rows(made["annex-3-04"])[0]["member_signature"] == ""


def test_refused_case_gets_the_notice_and_no_annexes_2_to_4() -> None:
    assert list(of_case(REFUSED, SITTING)) == ["annex-1", "notice-of-non-admission"]


def test_notice_waits_for_the_campaign() -> None:
    alone = Docket([REFUSED])
    assert [w.name for w in documents_of_case(alone, REFUSED)] == ["annex-1"]


def test_sheet_waits_for_the_commission() -> None:
    alone = Docket([CAMPAIGN, CASE, SITTING])
    assert [w.name for w in documents_of_case(alone, CASE)] == ["annex-1", "annex-2"]


def test_absent_without_reason_is_decided_without_ballots() -> None:
    told = dt.date(2025, 9, 1)
    absent = Candidate(case="C-1", attendance=Attendance.ABSENT_INVALID, notified_on=told)
    made = of_case(CASE, replace(SITTING, candidates=(absent,)))
    assert list(made) == ["annex-1", "annex-2", "invitation-01", "annex-4"]
    assert made["annex-4"].context["decision_text"] == "жоғары тұрған басшылық лауазымға өсіруге ұсынылмайды"
    assert "31-тармағы" in str(made["annex-4"].context["other_info"])


def test_absent_with_reason_gets_no_sheet() -> None:
    absent = Candidate(case="C-1", attendance=Attendance.ABSENT_VALID, reason="ауруы")
    assert list(of_case(CASE, replace(SITTING, candidates=(absent,)))) == [
        "annex-1",
        "annex-2",
        "invitation-01",
    ]


def test_the_later_hearing_counts() -> None:
    first = replace(
        SITTING,
        id="S-0",
        held_on=dt.date(2025, 9, 1),
        candidates=(Candidate(case="C-1", attendance=Attendance.ABSENT_VALID),),
    )
    assert of_case(CASE, first, SITTING)["annex-4"].context["dd"] == "16"


@pytest.mark.parametrize(
    ("withdrawn_on", "expected"),
    [
        (dt.date(2025, 10, 1), ["annex-1"]),
        (dt.date(2025, 10, 10), ["annex-1", "annex-2"]),
        (dt.date(2025, 10, 16), ["annex-1", "annex-2"]),
        (
            dt.date(2025, 10, 17),
            ["annex-1", "annex-2", "invitation-01", *(f"annex-3-{n:02}" for n in range(1, 7)), "annex-4"],
        ),
    ],
)
def test_withdrawn_case_keeps_what_was_due_before(withdrawn_on: dt.date, expected: list[str]) -> None:
    assert list(of_case(replace(CASE, withdrawn_on=withdrawn_on), SITTING)) == expected


def test_names_of_files_come_from_no_record() -> None:
    wanted = (
        *documents_of_case(docket(CASE, SITTING), CASE),
        *documents_of_sitting(docket(CASE, SITTING), SITTING),
    )
    assert all(w.name.isascii() for w in wanted)
    assert all(w.name.rstrip("0123456789").rstrip("-") in {*DocumentKind, "annex"} for w in wanted)


def test_context_is_plain_data() -> None:
    wanted = (
        *documents_of_case(docket(CASE, SITTING), CASE),
        *documents_of_sitting(docket(CASE, SITTING), SITTING),
    )
    for document in wanted:
        plain(dict(document.context))


def plain(value: object) -> None:
    assert type(value) in (str, list, dict)
    if isinstance(value, dict):
        assert all(type(k) is str for k in value)
        for item in value.values():
            plain(item)
    if isinstance(value, list):
        for item in value:
            plain(item)


# --- the sitting ----------------------------------------------------------------------------------------


def test_before_the_sitting_blank_ballots_for_every_voting_member() -> None:
    other = replace(CASE, id="C-2", employee=replace(EMPLOYEE, iin="900722490015", surname="Өмірзақов"))
    ahead = replace(AHEAD, candidates=(Candidate(case="C-1"), Candidate(case="C-2")))
    made = named(documents_of_sitting(docket(CASE, other, ahead), ahead))
    assert list(made) == [f"annex-3-{n:02}" for n in range(1, 8)]
    for wanted in made.values():
        assert wanted.to_sign
        assert [r["number"] for r in rows(wanted)] == ["1", "2"]
        assert not any(r["mark_yes"] or r["mark_no"] for r in rows(wanted))


def test_after_the_votes_ballots_of_those_present_and_the_protocol() -> None:
    made = named(documents_of_sitting(docket(CASE, SITTING), SITTING))
    ballots = [f"annex-3-{n:02}" for n in range(1, 7)]
    assert list(made) == ["agenda", *ballots, "register-of-recordings", "protocol"]
    assert made["protocol"].title == "Отырыс хаттамасы № 3"
    assert made["protocol"].owner == SITTING.ref


def test_ballots_wait_for_every_case_and_for_the_commission() -> None:
    ahead = replace(AHEAD, candidates=(Candidate(case="C-1"), Candidate(case="unknown")))
    assert documents_of_sitting(docket(CASE, ahead), ahead) == ()
    assert documents_of_sitting(Docket([CASE, AHEAD]), AHEAD) == ()


def test_member_of_a_lower_post_has_no_row() -> None:
    lower = replace(COMMISSION.members[3], rank_ceiling="полиция капитаны")
    commission = replace(COMMISSION, members=(*COMMISSION.members[:3], lower, *COMMISSION.members[4:]))
    records = Docket([CAMPAIGN, commission, CASE, AHEAD])
    assert "annex-3-04" not in named(documents_of_sitting(records, AHEAD))


def test_attested_member_has_no_row() -> None:
    itself = replace(
        EMPLOYEE, iin="900722490015", surname="Тілеубаев", given_name="Қайрат", patronymic="Мұратұлы"
    )
    other = replace(CASE, id="C-2", employee=itself)
    assert "annex-3-05" not in named(documents_of_sitting(docket(CASE, other, AHEAD), AHEAD))


def test_absent_candidates_have_no_row() -> None:
    absent = replace(CASE, id="C-2", employee=replace(EMPLOYEE, iin="900722490015", surname="Өмірзақов"))
    sitting = replace(
        SITTING, candidates=(Candidate(case="C-2", attendance=Attendance.ABSENT_INVALID), CANDIDATE)
    )
    made = named(documents_of_sitting(docket(CASE, absent, sitting), sitting))
    assert [r["number"] for r in rows(made["annex-3-01"])] == ["1"]
    assert "Әбілқасов" in rows(made["annex-3-01"])[0]["person"]
    assert "protocol" in made


def test_refused_candidate_has_no_row_and_no_paragraph() -> None:
    other = replace(REFUSED, id="C-2", employee=replace(EMPLOYEE, iin="900722490015", surname="Өмірзақов"))
    sitting = replace(SITTING, candidates=(CANDIDATE, Candidate(case="C-2")))
    made = named(documents_of_sitting(docket(CASE, other, sitting), sitting))
    assert len(rows(made["annex-3-01"])) == 1
    assert "Өмірзақов" not in str(made["protocol"].context)


def test_protocol_waits_until_every_turn_is_over() -> None:
    other = replace(CASE, id="C-2", employee=replace(EMPLOYEE, iin="900722490015"))
    sitting = replace(SITTING, candidates=(CANDIDATE, Candidate(case="C-2")))
    assert "protocol" not in named(documents_of_sitting(docket(CASE, other, sitting), sitting))


def test_no_protocol_without_a_quorum() -> None:
    few = replace(SITTING, present=("m1", "m2", "m3", "m4"))
    assert "protocol" not in named(documents_of_sitting(docket(CASE, few), few))


def test_characteristic_is_signed_by_the_units_head_else_by_the_direct_one() -> None:
    assert of_case(CASE)["annex-2"].context["chief_name_and_signature"] == "Омаров Талғат Бекұлы"
    direct = replace(CASE, characteristic=replace(CHARACTERISTIC, unit_head=None))
    assert of_case(direct)["annex-2"].context["chief_name_and_signature"] == "Ибраев Нұрлан Сәкенұлы"


def test_each_invitation_bears_its_own_day() -> None:
    told, again = dt.date(2025, 8, 20), dt.date(2025, 9, 30)
    first = replace(
        SITTING,
        id="S-0",
        held_on=dt.date(2025, 9, 1),
        candidates=(Candidate(case="C-1", attendance=Attendance.ABSENT_VALID),),
    )
    second = replace(SITTING, candidates=(Candidate(case="C-1", notified_on=again),))
    case = replace(CASE, materials=Materials(sent_on=told, notified_on=told))
    made = of_case(case, first, second)
    assert [made[f"invitation-0{n}"].day for n in (1, 2)] == [told, again]
    silent = replace(second, candidates=(Candidate(case="C-1"),))
    assert of_case(case, first, silent)["invitation-02"].day is None


@pytest.mark.parametrize("grounds", [(), ("6",), ("7",), ("7.2", "12")], ids=range(4))
def test_no_notice_without_a_ground_of_the_rules(grounds: tuple[str, ...]) -> None:
    admission = Admission(dt.date(2025, 9, 29), admitted=False, grounds=grounds)
    assert "notice-of-non-admission" not in of_case(replace(CASE, admission=admission))


def test_no_sheet_for_one_who_took_the_report_back_by_the_day_of_the_sitting() -> None:
    held_on = SITTING.held_on
    assert held_on is not None
    assert "annex-4" not in of_case(replace(CASE, withdrawn_on=held_on), SITTING)
    assert "annex-4" in of_case(replace(CASE, withdrawn_on=held_on + dt.timedelta(days=1)), SITTING)


def test_no_paper_with_blanks_where_a_fact_belongs() -> None:
    nameless = replace(CASE, employee=replace(CASE.employee, rank=None))
    assert of_case(nameless) == {}
    assert CASE.report is not None
    unaddressed = replace(CASE, report=replace(CASE.report, addressee=None))
    assert "annex-1" not in of_case(unaddressed)
    assert "annex-2" in of_case(unaddressed)


def test_the_sheet_says_that_the_decision_was_annulled() -> None:
    annulled = Appeal(dt.date(2025, 11, 3), decided_on=dt.date(2025, 12, 1), outcome=AppealOutcome.ANNULLED)
    told = of_case(replace(CASE, appeal=annulled), SITTING)["annex-4"].context["other_info"]
    assert "шағым бойынша 2025 жылғы 1 желтоқсандағы шешіммен жойылды" in str(told)
