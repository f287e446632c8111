"""Invitation, act of refusal, disagreement and inner list: when they are there and what they say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from pipeline.documents.content.plan import Wanted, documents_of_case
from pipeline.domain.records import (
    Admission,
    Attendance,
    Candidate,
    Case,
    Disagreement,
    Materials,
    RefusalAct,
    Sheet,
    Sitting,
)
from pipeline.law.docket import Docket
from tests.documents.invented import (
    CAMPAIGN,
    CASE,
    CHARACTERISTIC,
    COMMISSION,
    EMPLOYEE,
    SITTING,
    docket,
    named,
)

DAY = dt.date
PLANNED = Sitting(
    id="S-1",
    commission="A-1",
    held_on=DAY(2025, 10, 16),
    started_at=dt.time(10),
    city="Қарағанды",
    place="214-каб.",
    candidates=(Candidate(case="C-1"),),
)
ACT = RefusalAct("12", DAY(2025, 10, 3), ("Ибраев Нұрлан Сәкенұлы", "Ли Виктор"))
UNSIGNED = replace(CASE, characteristic=replace(CHARACTERISTIC, refusal_act=ACT))


def made(case: Case, *others: Any) -> dict[str, Wanted]:
    return named(documents_of_case(docket(case, *others), case))


# --- the invitation -------------------------------------------------------------------------------------


def test_invitation_names_day_hour_place_and_commission() -> None:
    context = made(CASE, PLANNED)["invitation-01"].context
    assert context["held_on"] == "2025 жылғы 16 қазан"
    assert context["started_at"] == "10:00"
    assert context["place"] == "Қарағанды қаласы, 214-каб."
    assert context["commission_name"] == COMMISSION.name
    assert context["addressee_name"] == "Әбілқасов Дархан Маратұлына"
    assert context["date"] == '20__ жылғы "____" __________'


@pytest.mark.parametrize(
    ("case", "sitting"),
    [
        (CASE, replace(PLANNED, held_on=None)),
        (CASE, replace(PLANNED, place=None)),
        (replace(CASE, admission=None), PLANNED),
        (replace(CASE, admission=Admission(admitted=False)), PLANNED),
        (replace(CASE, withdrawn_on=DAY(2025, 10, 15)), PLANNED),
    ],
    ids=["no day", "no place", "not admitted yet", "refused", "withdrawn"],
)
def test_nobody_is_invited_before_the_facts_are_there(case: Case, sitting: Sitting) -> None:
    assert "invitation-01" not in made(case, sitting)


def test_invitation_waits_for_campaign_and_commission() -> None:
    without: list[list[Any]] = [[COMMISSION, CASE, PLANNED], [CAMPAIGN, CASE, PLANNED]]
    for records in without:
        assert "invitation-01" not in named(documents_of_case(Docket(records), CASE))


def test_who_was_told_and_then_withdrew_keeps_the_invitation() -> None:
    told = replace(CASE, materials=Materials(notified_on=DAY(2025, 10, 10)), withdrawn_on=DAY(2025, 10, 15))
    assert made(told, PLANNED)["invitation-01"].day == DAY(2025, 10, 10)


def test_a_second_sitting_has_its_own_invitation() -> None:
    absent = Candidate("C-1", Attendance.ABSENT_VALID)
    first = replace(PLANNED, id="S-0", held_on=DAY(2025, 9, 30), candidates=(absent,))
    told = replace(CASE, materials=Materials(notified_on=DAY(2025, 10, 10)))
    invitations = {n: w for n, w in made(told, first, PLANNED).items() if n.startswith("invitation")}
    assert [w.context["held_on"] for w in invitations.values()] == [
        "2025 жылғы 30 қыркүйек",
        "2025 жылғы 16 қазан",
    ]
    # the day of telling is that of the latest sitting; of the first it is not known any more
    assert [w.day for w in invitations.values()] == [None, DAY(2025, 10, 10)]


# --- the acts of refusal --------------------------------------------------------------------------------


def test_act_for_the_characteristic() -> None:
    act = made(UNSIGNED)["act-of-refusal-01"]
    assert act.title == "Танысудан бас тарту туралы акт (қызметтік мінездеме)"
    assert act.context["paragraph"] == "14"
    assert act.context["paper"] == "қызметтік мінездеме (2-қосымша)"
    assert act.context["paper_day"] == "2025 жылғы 3 қазан"
    assert act.context["witnesses"] == ["Ибраев Нұрлан Сәкенұлы", "Ли Виктор"]


def test_act_for_the_sheet_waits_for_the_decision_and_leaves_lines_for_witnesses() -> None:
    unsigned = replace(
        CASE, sheet=Sheet(filled_on=DAY(2025, 10, 20), refusal_act=RefusalAct(date=DAY(2025, 10, 21)))
    )
    assert "act-of-refusal-02" not in made(unsigned, PLANNED)
    act = made(unsigned, SITTING)["act-of-refusal-02"]
    assert (act.context["paragraph"], act.context["paper"]) == ("35", "аттестаттау парағы (4-қосымша)")
    assert act.context["witnesses"] == ["", ""]
    assert act.context["number"] == ""


def test_an_empty_act_is_none() -> None:
    empty = replace(CASE, characteristic=replace(CHARACTERISTIC, refusal_act=RefusalAct()))
    assert "act-of-refusal-01" not in made(empty)


# --- the disagreement -----------------------------------------------------------------------------------


def test_disagreement_in_the_employees_words_to_the_chair() -> None:
    said = Disagreement(DAY(2025, 10, 6), (3, 2, 3), "Негізсіз.\n\nДәлел жоқ.", 2)
    context = made(replace(CASE, disagreement=said), PLANNED)["disagreement"].context
    assert context["chair"] == "А.Б.\u00a0Қасымовқа"
    assert context["items"] == "2, 3"
    assert context["text"] == ["Негізсіз.", "Дәлел жоқ."]
    assert context["attachments"] == "2"


def test_before_a_sitting_is_known_the_chair_is_a_line() -> None:
    context = made(replace(CASE, disagreement=Disagreement(items=(1,))))["disagreement"].context
    assert (context["chair"], context["commission_name"], context["attachments"]) == ("", "", "")


def test_no_statement_without_its_content_or_after_a_withdrawal() -> None:
    said = Disagreement(DAY(2025, 10, 6), (1,))
    assert "disagreement" not in made(replace(CASE, disagreement=Disagreement(filed_on=DAY(2025, 10, 6))))
    assert "disagreement" not in made(replace(CASE, disagreement=said, withdrawn_on=DAY(2025, 10, 5)))
    assert "disagreement" in made(replace(CASE, disagreement=said, withdrawn_on=DAY(2025, 10, 6)))


# --- the inner list -------------------------------------------------------------------------------------

CLOSED = replace(CASE, sheet=Sheet(filled_on=DAY(2025, 10, 20), acquainted_on=DAY(2025, 10, 21)))


def test_inner_list_closes_the_case_and_counts_the_ballots_as_one_line() -> None:
    papers = made(CLOSED, SITTING)
    assert list(papers)[-1] == "inner-list"
    listed: Any = papers["inner-list"].context["rows"]
    assert [(r["number"], r["title"], r["day"], r["count"]) for r in listed] == [
        ("1", "Баянат (1-қосымша)", "17.09.2025", "1"),
        ("2", "Қызметтік мінездеме (2-қосымша)", "03.10.2025", "1"),
        ("3", "Аттестаттау күні мен орны туралы хабарлама", "", "1"),
        ("4", "Дауыс беру парағы (3-қосымша)", "16.10.2025", "6"),
        ("5", "Аттестаттау парағы (4-қосымша)", "20.10.2025", "1"),
    ]


def test_inner_list_waits_for_the_acquaintance_and_the_decision() -> None:
    assert "inner-list" not in made(CASE, SITTING)
    assert "inner-list" not in made(CLOSED)


def test_act_of_refusal_stands_for_the_acquaintance() -> None:
    refused = replace(CASE, sheet=Sheet(refusal_act=RefusalAct("3", DAY(2025, 10, 21))))
    assert made(refused, SITTING)["inner-list"].day == DAY(2025, 10, 21)


def test_unknown_values_are_empty() -> None:
    bare = Case("C-1", "K-1", replace(EMPLOYEE, rank=None, position=None), admission=Admission(admitted=True))
    said = replace(bare, disagreement=Disagreement(items=(1,)))
    assert all("None" not in str(w.context) for w in made(said, PLANNED).values())
