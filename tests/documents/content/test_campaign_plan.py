"""When each paper of a campaign is there, and who stands on it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.content.campaign_plan import documents_of_campaign
from pipeline.documents.content.plan import DocumentKind, Wanted, documents_of_case
from pipeline.domain.records import (
    Admission,
    Announcement,
    Appeal,
    Case,
    OwnSecurity,
    Report,
    Sheet,
    Studies,
    Study,
)
from pipeline.law.docket import Docket
from pipeline.law.readings import Readings, StudiesReading
from tests.documents.invented import ANNOUNCED, CAMPAIGN, CASE, COMMISSION, EMPLOYEE, SITTING, WEEKENDS, named

DAY = dt.date
ADMITTED = Admission(decided_on=DAY(2025, 9, 29), admitted=True, list_number="3")


def case(number: int, surname: str = "Әбілқасов", **changes: Any) -> Case:
    person = replace(EMPLOYEE, iin=f"{number:012}", surname=surname)
    plain = Case(f"C-{number}", "K-1", person, report=Report(DAY(2025, 9, 17), str(number)))
    return replace(plain, **changes)


def papers(*records: Any, readings: Readings | None = None) -> dict[str, Wanted]:
    campaign = next((r for r in records if r.id == "K-1"), ANNOUNCED)
    docket = Docket([campaign, COMMISSION, *records])
    return named(documents_of_campaign(docket, campaign, WEEKENDS, readings or Readings()))


def column(wanted: Wanted, field: str) -> list[str]:
    listed = wanted.context["rows"]
    assert isinstance(listed, list)
    return [row[field] for row in listed]


# --- the announcement -----------------------------------------------------------------------------------


def test_announcement_waits_for_the_decision_and_its_own_data() -> None:
    assert list(papers(ANNOUNCED)) == ["announcement"]
    assert papers(CAMPAIGN) == {}
    assert papers(replace(ANNOUNCED, announcement=Announcement())) == {}
    assert ANNOUNCED.decision is not None
    assert papers(replace(ANNOUNCED, decision=replace(ANNOUNCED.decision, number=None))) == {}


def test_announcement_names_the_last_day_for_reports() -> None:
    context = papers(ANNOUNCED)["announcement"].context
    assert context["date"] == '2025 жылғы "15" қыркүйек'
    assert context["report_due"] == "2025 жылғы 22 қыркүйек (қоса алғанда)"
    assert context["basis"] == "2025 жылғы 12 қыркүйектегі №\u00a0112 шешім"


def test_before_publication_the_days_are_blank() -> None:
    planned = replace(ANNOUNCED, announcement=Announcement(place="214-каб."))
    context = papers(planned)["announcement"].context
    assert (context["report_due"], context["planned_on"], context["place"]) == (
        "__________",
        "__________",
        "214-каб.",
    )
    assert context["date"] == '20__ жылғы "____" __________'


# --- reports --------------------------------------------------------------------------------------------


def test_register_of_reports_keeps_the_order_of_coming() -> None:
    same_day = [case(n, report=Report(DAY(2025, 9, 17), str(n))) for n in (214, 99, 100)]
    earlier = case(7, report=Report(DAY(2025, 9, 16), "215"))
    register = papers(*same_day, earlier)["register-of-reports"]
    assert column(register, "registered") == ["215", "99", "100", "214"]
    assert column(register, "number") == ["1", "2", "3", "4"]
    assert not register.to_sign


@pytest.mark.parametrize(
    ("filed_on", "in_time", "note"),
    [
        (DAY(2025, 9, 22), "иә", ""),
        (DAY(2025, 9, 23), "жоқ", ""),
        (DAY(2025, 9, 14), "иә", "хабарландыру жарияланғанға дейін берілген"),
    ],
)
def test_register_says_which_reports_came_in_time(filed_on: DAY, in_time: str, note: str) -> None:
    register = papers(case(1, report=Report(filed_on)))["register-of-reports"]
    assert (column(register, "in_time"), column(register, "note")) == ([in_time], [note])


def test_nobody_is_late_while_the_publication_is_unknown() -> None:
    unpublished = replace(ANNOUNCED, announcement=Announcement(place="214-каб."))
    assert column(papers(unpublished, case(1))["register-of-reports"], "in_time") == [""]


def test_withdrawn_report_stays_in_the_register_and_leaves_the_list() -> None:
    made = papers(case(1, withdrawn_on=DAY(2025, 9, 19)))
    assert column(made["register-of-reports"], "note") == ["қайтарып алынған күні: 19.09.2025"]
    assert "list-to-own-security" not in made


# --- the list to own security ---------------------------------------------------------------------------


def test_list_to_own_security_in_the_kazakh_order_with_iins() -> None:
    listed = [case(n, s) for n, s in enumerate(("Ұзақ", "Уәли", "Ғабит", "Гали", "Әлі", "Яхья"))]
    made = papers(*listed)["list-to-own-security"]
    assert [name.split()[0] for name in column(made, "name")] == [
        "Әлі",
        "Гали",
        "Ғабит",
        "Уәли",
        "Ұзақ",
        "Яхья",
    ]
    assert column(made, "iin")[0] == "000000000004"
    assert made.to_sign


def test_a_list_that_went_stays_as_it_went() -> None:
    sent = OwnSecurity(list_sent_on=DAY(2025, 9, 23))
    gone = case(1, own_security=sent, withdrawn_on=DAY(2025, 9, 25))
    refused = case(2, "Өмірзақов", own_security=sent, admission=Admission(admitted=False))
    never_sent = case(3, "Ли", admission=Admission(admitted=False, grounds=("11",)))
    made = papers(gone, refused, never_sent)["list-to-own-security"]
    assert column(made, "iin") == ["000000000001", "000000000002"]
    assert made.context["date"] == '2025 жылғы "23" қыркүйек'


def test_lists_sent_on_different_days_leave_the_day_blank() -> None:
    days = [OwnSecurity(list_sent_on=DAY(2025, 9, 23)), OwnSecurity(list_sent_on=DAY(2025, 9, 24))]
    made = papers(*(case(n, own_security=sent) for n, sent in enumerate(days)))
    assert made["list-to-own-security"].context["date"] == '20__ жылғы "____" __________'


def test_case_without_a_report_is_on_no_list() -> None:
    assert list(papers(case(1, report=None))) == ["announcement"]


# --- the lists of admitted ------------------------------------------------------------------------------


def test_a_list_for_each_number_the_earliest_first() -> None:
    later = replace(ADMITTED, decided_on=DAY(2025, 10, 2), list_number="1")
    unnumbered = replace(ADMITTED, list_number=None, decided_on=DAY(2025, 9, 1))
    cases = (case(1, admission=later), case(2, admission=ADMITTED), case(3, admission=unnumbered))
    made = [w for w in papers(*cases).values() if w.kind is DocumentKind.ADMITTED]
    assert [(w.name, w.title) for w in made] == [
        ("list-of-admitted-01", "Жіберілген қызметкерлердің тізімі № 3"),
        ("list-of-admitted-02", "Жіберілген қызметкерлердің тізімі № 1"),
        ("list-of-admitted-03", "Жіберілген қызметкерлердің тізімі"),
    ]


def test_refused_and_undecided_are_on_no_list_of_admitted() -> None:
    made = papers(case(1, admission=Admission(admitted=False)), case(2))
    assert "list-of-admitted-01" not in made


@pytest.mark.parametrize(("withdrawn_on", "listed"), [(DAY(2025, 9, 28), False), (DAY(2025, 9, 29), True)])
def test_who_withdrew_after_the_admission_was_on_the_list(withdrawn_on: DAY, listed: bool) -> None:  # noqa: FBT001 - a parameter
    made = papers(case(1, admission=ADMITTED, withdrawn_on=withdrawn_on))
    assert ("list-of-admitted-01" in made) is listed


BOTH = "психологиялық-әлеуметтанушылық және полиграфологиялық"


@pytest.mark.parametrize(
    ("psychological", "polygraph", "reading", "ahead"),
    [
        (None, None, StudiesReading.BOTH_REQUIRED, BOTH),
        (DAY(2023, 1, 1), DAY(2023, 1, 1), StudiesReading.BOTH_REQUIRED, "өтпейді"),
        (DAY(2022, 1, 1), DAY(2023, 1, 1), StudiesReading.BOTH_REQUIRED, BOTH),
        (DAY(2022, 1, 1), DAY(2023, 1, 1), StudiesReading.PER_STUDY, "психологиялық-әлеуметтанушылық"),
        # done for this campaign, after the admission: on that day they were still ahead
        (DAY(2025, 10, 1), DAY(2025, 10, 2), StudiesReading.BOTH_REQUIRED, BOTH),
    ],
)
def test_who_begins_with_the_interview(
    psychological: DAY | None, polygraph: DAY | None, reading: StudiesReading, ahead: str
) -> None:
    done = Studies(Study(psychological), Study(polygraph, internal_investigation=False))
    made = papers(case(1, admission=ADMITTED, studies=done), readings=Readings(studies=reading))
    (said,) = column(made["list-of-admitted-01"], "studies")
    assert said.startswith(ahead)
    assert (said == ahead) is (ahead != "өтпейді")


def test_nothing_is_said_of_studies_while_the_day_of_admission_is_unknown() -> None:
    made = papers(case(1, admission=Admission(admitted=True)))
    assert column(made["list-of-admitted-01"], "studies") == [""]


def test_units_acknowledge_the_list_once_each() -> None:
    listed = [case(n, admission=ADMITTED) for n in range(3)]
    assert papers(*listed)["list-of-admitted-01"].context["units"] == ["Абай АПБ"]


# --- the schedule of studies ----------------------------------------------------------------------------


def test_schedule_by_day_and_hour() -> None:
    first = Studies(
        Study(planned_on=DAY(2025, 10, 2), planned_at=dt.time(9)), Study(planned_on=DAY(2025, 10, 3))
    )
    second = Studies(Study(planned_on=DAY(2025, 10, 2), planned_at=dt.time(8, 30), place="112-каб."))
    made = papers(
        case(1, admission=ADMITTED, studies=first), case(2, "Яхья", admission=ADMITTED, studies=second)
    )
    schedule = made["schedule-of-studies"]
    assert column(schedule, "planned_on") == ["02.10.2025", "02.10.2025", "03.10.2025"]
    assert column(schedule, "planned_at") == ["08:30", "09:00", ""]
    assert column(schedule, "study")[-1] == "полиграфологиялық"


def test_schedule_waits_for_a_planned_day_and_the_admission() -> None:
    planned = Studies(Study(planned_on=DAY(2025, 10, 2)))
    assert "schedule-of-studies" not in papers(case(1, studies=planned))
    assert "schedule-of-studies" not in papers(
        case(1, admission=ADMITTED, studies=Studies(Study(place="112")))
    )


# --- appeals --------------------------------------------------------------------------------------------


def test_register_of_appeals_with_the_last_day() -> None:
    acquainted = Sheet(acquainted_on=DAY(2025, 10, 21))
    appealed = replace(CASE, appeal=Appeal(filed_on=DAY(2025, 11, 5), court=True), sheet=acquainted)
    register = papers(appealed, SITTING)["register-of-appeals"]
    assert column(register, "last_day") == ["21.11.2025"]
    assert column(register, "to") == ["сот"]
    assert column(register, "decision") == ["2025 жылғы 16 қазан, №\u00a03 отырыс: өсіруге ұсынылады"]


def test_without_acquaintance_no_last_day() -> None:
    register = papers(replace(CASE, appeal=Appeal(to="бастық")))["register-of-appeals"]
    assert (column(register, "last_day"), column(register, "decision")) == ([""], [""])


def test_an_empty_appeal_is_none() -> None:
    assert "register-of-appeals" not in papers(replace(CASE, appeal=Appeal()))


# --- all together ---------------------------------------------------------------------------------------

FULL = [
    case(
        n,
        surname,
        admission=ADMITTED,
        studies=Studies(Study(planned_on=DAY(2025, 10, 2))),
        appeal=Appeal(filed_on=DAY(2025, 11, 5)),
    )
    for n, surname in enumerate(("Ұзақ", "Уәли", "Уәли", "Ғабит"))
]


@given(st.permutations(FULL))
def test_the_order_of_records_changes_nothing(cases: list[Case]) -> None:
    assert {n: w.context for n, w in papers(*cases).items()} == {
        n: w.context for n, w in papers(*FULL).items()
    }


def test_lists_lie_with_the_campaign_and_no_case_shows_another() -> None:
    made = papers(*FULL)
    assert list(made) == [
        "announcement",
        "register-of-reports",
        "list-to-own-security",
        "list-of-admitted-01",
        "schedule-of-studies",
        "register-of-appeals",
    ]
    assert {str(w.owner) for w in made.values()} == {"campaign:K-1"}
    own = documents_of_case(Docket([ANNOUNCED, *FULL]), FULL[0])
    assert "Ғабит" not in json.dumps([dict(w.context) for w in own], ensure_ascii=False)


def test_the_day_each_paper_bears() -> None:
    sent = [replace(c, own_security=OwnSecurity(list_sent_on=DAY(2025, 9, 23))) for c in FULL]
    days = {name: wanted.day for name, wanted in papers(*sent).items()}
    assert days["announcement"] == DAY(2025, 9, 15)
    assert days["list-to-own-security"] == DAY(2025, 9, 23)
    assert days["list-of-admitted-01"] == DAY(2025, 9, 29)
    assert days["register-of-reports"] is None
