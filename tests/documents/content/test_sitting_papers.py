"""Covering list, agenda with attendance sheet, register of recordings: when they are there and what they say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from pipeline.documents.content.context import RULE
from pipeline.documents.content.plan import Wanted, documents_of_sitting
from pipeline.documents.content.sitting_papers import agenda, covering_list
from pipeline.domain.records import (
    Absence,
    Admission,
    Attendance,
    Candidate,
    Case,
    Disagreement,
    Materials,
    OwnSecurity,
    Recording,
    RecordingType,
    Sitting,
    Studies,
    Study,
)
from pipeline.law.docket import Docket
from tests.documents.invented import (
    CAMPAIGN,
    CANDIDATE,
    CASE,
    CHARACTERISTIC,
    COMMISSION,
    EMPLOYEE,
    SITTING,
    docket,
    named,
)

DAY = dt.date
GATHERED = replace(CASE, characteristic=replace(CHARACTERISTIC, sent_to_hr_on=DAY(2025, 10, 3)))
OTHER = replace(GATHERED, id="C-2", employee=replace(EMPLOYEE, iin="900722490015", surname="Өмірзақов"))
AHEAD = replace(
    SITTING, present=(), candidates=(Candidate("C-1"), Candidate("C-2")), ended_at=None, protocol=None
)


def made(sitting: Sitting, *cases: Case, **given: int) -> dict[str, Wanted]:
    return named(documents_of_sitting(docket(*cases, sitting), sitting, **given))


def listed(wanted: Wanted) -> Any:
    return wanted.context["rows"]


# --- the covering list ----------------------------------------------------------------------------------


def test_covering_list_waits_for_the_materials_of_every_candidate() -> None:
    late = replace(OTHER, characteristic=CHARACTERISTIC)
    assert "covering-list" not in made(AHEAD, GATHERED, late)
    gone = replace(late, materials=Materials(sent_on=DAY(2025, 10, 10)))
    assert [r["person"] for r in listed(made(AHEAD, GATHERED, gone)["covering-list"])] == [
        "полиция майоры Әбілқасов Дархан Маратұлы",
        "полиция майоры Өмірзақов Дархан Маратұлы",
    ]


@pytest.mark.parametrize(
    "gone", [replace(CASE, admission=Admission(admitted=False)), replace(CASE, withdrawn_on=DAY(2025, 10, 1))]
)
def test_nothing_is_sent_of_who_is_not_heard(gone: Case) -> None:
    papers = made(AHEAD, gone, OTHER)
    assert len(listed(papers["covering-list"])) == 1
    assert "Әбілқасов" not in str(papers["agenda"].context)


def test_materials_with_their_days() -> None:
    full = replace(
        GATHERED,
        studies=Studies(Study(DAY(2025, 10, 1)), Study(planned_on=DAY(2025, 10, 2))),
        own_security=OwnSecurity(answered_on=DAY(2025, 9, 25)),
        disagreement=Disagreement(DAY(2025, 10, 6), (1,)),
    )
    (row,) = listed(made(replace(AHEAD, candidates=(Candidate("C-1"),)), full)["covering-list"])
    assert row["papers"] == [
        "баянат (17.09.2025)",
        "қызметтік мінездеме (03.10.2025)",
        "психологиялық-әлеуметтанушылық зерттеудің қорытындысы (01.10.2025)",
        "өзіндік қауіпсіздік қызметінің хабарламасы (25.09.2025)",
        "келіспеу туралы өтініш (06.10.2025)",
    ]


@pytest.mark.parametrize(("filed_on", "sent"), [(DAY(2025, 10, 10), True), (DAY(2025, 10, 13), False)])
def test_what_came_after_the_materials_went_was_not_among_them(filed_on: DAY, sent: bool) -> None:  # noqa: FBT001 - a parameter
    gone = replace(
        GATHERED,
        materials=Materials(sent_on=DAY(2025, 10, 10)),
        disagreement=Disagreement(filed_on, (1,)),
    )
    wanted = made(replace(AHEAD, candidates=(Candidate("C-1"),)), gone)["covering-list"]
    assert ("келіспеу" in str(listed(wanted))) is sent
    assert wanted.context["date"] == '2025 жылғы "10" қазан'
    assert wanted.day == DAY(2025, 10, 10)


def test_candidates_of_two_campaigns_leave_the_sender_blank() -> None:
    elsewhere = replace(OTHER, campaign="K-2")
    context = made(AHEAD, GATHERED, elsewhere)["covering-list"].context
    assert (context["unit"], context["hr"]) == ("__________", "")
    assert made(AHEAD, GATHERED, OTHER)["covering-list"].context["hr"] == "Жақсыбекова Гүлнәр Әлімқызы"


# --- agenda and attendance ------------------------------------------------------------------------------


def test_agenda_waits_for_the_day() -> None:
    assert "agenda" not in made(replace(AHEAD, held_on=None), GATHERED, OTHER)
    assert "agenda" not in made(replace(AHEAD, candidates=()))


def test_agenda_names_the_candidates_and_the_posts_they_seek() -> None:
    assert made(replace(AHEAD, candidates=(Candidate("C-1"),)), CASE)["agenda"].context["candidates"] == [
        (
            "полиция майоры Әбілқасов Дархан Маратұлы, криминалдық полиция бөлімінің аға жедел уәкілі (Абай АПБ) –"
            " криминалдық полиция бөлімінің бастығы (Абай АПБ) лауазымына"
        )
    ]


def test_attendance_sheet_has_a_line_for_each_member_and_the_secretary() -> None:
    wanted = made(AHEAD, GATHERED, OTHER)["agenda"]
    assert [r["role"] for r in listed(wanted)] == ["төраға", *["мүше"] * 6, "хатшы"]
    assert listed(wanted)[0]["member"] == "басқарма бастығы, полиция полковнигі, Қасымов Арман Бекетұлы"
    assert {r["absence"] for r in listed(wanted)} == {""}
    assert wanted.context["quorum"] == "5"
    assert wanted.context["composition"] == (
        "Комиссияның бекітілген құрамы – 7 мүше (2025 жылғы 20 қаңтардағы №\u00a040 бұйрық)"
    )


def test_who_is_reported_absent_is_named_with_the_reason() -> None:
    told = replace(AHEAD, absent=(Absence("m7", "іссапар"), Absence("m4")))
    absences = {r["number"]: r["absence"] for r in listed(made(told, GATHERED, OTHER)["agenda"])}
    assert absences["7"] == "қатыспайды: іссапар"
    assert absences["4"] == "қатыспайды"
    assert absences["1"] == absences["8"] == ""


def test_after_the_sitting_who_did_not_come_is_marked_and_the_secretary_is_not() -> None:
    absences = [r["absence"] for r in listed(made(SITTING, CASE)["agenda"])]
    assert absences == ["", "", "", "", "", "", "қатыспайды", ""]


# --- recordings -----------------------------------------------------------------------------------------


def test_recordings_with_the_last_day_of_keeping() -> None:
    digest = "ab12" * 16
    recordings = (
        Recording("В-118.mp4", RecordingType.VIDEO, DAY(2024, 2, 29), digest),
        Recording("В-119.ogg", RecordingType.AUDIO),
    )
    held = replace(SITTING, candidates=(replace(CANDIDATE, recordings=recordings),))
    first, second = listed(made(held, CASE)["register-of-recordings"])
    assert (first["keep_until"], first["type"], first["sha256"]) == ("28.02.2025", "бейнежазба", digest)
    assert (second["keep_until"], second["type"], second["recorded_on"]) == ("", "аудиожазба", "")
    three = listed(made(held, CASE, recording_years=3)["register-of-recordings"])
    assert three[0]["keep_until"] == "28.02.2027"


def test_without_recordings_no_register() -> None:
    silent = replace(SITTING, candidates=(replace(CANDIDATE, recordings=()),))
    assert "register-of-recordings" not in made(silent, CASE)


# --- all together ---------------------------------------------------------------------------------------


def test_papers_wait_for_the_commission_and_every_case() -> None:
    assert documents_of_sitting(Docket([CAMPAIGN, GATHERED, OTHER, AHEAD]), AHEAD) == ()
    assert documents_of_sitting(Docket([CAMPAIGN, COMMISSION, GATHERED, AHEAD]), AHEAD) == ()


def test_the_day_each_paper_bears() -> None:
    days = {name: wanted.day for name, wanted in made(SITTING, GATHERED).items()}
    assert days["protocol"] == DAY(2025, 10, 20)
    assert days["agenda"] == days["annex-3-01"] == days["register-of-recordings"] == DAY(2025, 10, 16)
    assert days["covering-list"] is None


def test_absent_candidate_was_on_the_agenda_and_among_the_materials() -> None:
    absent = replace(AHEAD, candidates=(Candidate("C-1", Attendance.ABSENT_VALID, "науқас"),))
    papers = made(absent, GATHERED)
    assert "Әбілқасов" in str(papers["agenda"].context)
    assert "Әбілқасов" in str(papers["covering-list"].context)


@pytest.mark.parametrize(
    ("name", "to", "whose"),
    [
        (
            "Қарағанды облысы Полиция департаментінің аттестаттау комиссиясы",
            "Қарағанды облысы Полиция департаментінің аттестаттау комиссиясына",
            "Қарағанды облысы Полиция департаментінің аттестаттау комиссиясының",
        ),
        ("ПД АК", "Аттестаттау комиссиясына (ПД АК)", "ПД АК"),
        (None, "Аттестаттау комиссиясына", RULE),
    ],
)
def test_a_commission_is_named_in_the_case_its_place_asks_for(name: str | None, to: str, whose: str) -> None:
    commission = replace(COMMISSION, name=name)
    letter = covering_list(docket(CASE), SITTING, commission, [], None)
    assert letter["commission_to"] == to
    assert agenda(SITTING, commission, [])["commission_whose"] == whose
