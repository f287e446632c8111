"""The way of a case through the stages (¶8): what is behind it, where it stands, and since when."""

from datetime import date

import pytest

from pipeline.domain.records import (
    Admission,
    Appeal,
    Case,
    Employee,
    Ended,
    Report,
    Sheet,
    Sitting,
    Studies,
    Study,
)
from pipeline.law.next_step import Stage
from pipeline.law.way import LINE, way_of


def case(**more: object) -> Case:
    return Case("C-1", "K-1", Employee(iin="850314390019", surname="Құрманғалиева"), **more)  # type: ignore[arg-type]


def day(number: int) -> date:
    return date(2025, 10, number)


WHOLE = case(
    report=Report(filed_on=day(1)),
    admission=Admission(decided_on=day(6), admitted=True),
    studies=Studies(psychological=Study(done_on=day(8)), polygraph=Study(done_on=day(9))),
    sheet=Sheet(filled_on=day(20), acquainted_on=day(21)),
)
SITTINGS = (
    Sitting("S-1", "A-1", held_on=day(15)),
    Sitting("S-2", "A-1"),
    Sitting("S-3", "A-1", held_on=day(17)),
)


def shown(what: Case, stage: Stage, sittings: tuple[Sitting, ...] = ()) -> list[tuple[str, int | None, str]]:
    return [
        (
            each.stage.value,
            each.on.day if each.on else None,
            "past" if each.past else "now" if each.now else "ahead",
        )
        for each in way_of(what, sittings, stage)
    ]


def test_a_finished_case_has_every_stage_behind_it_with_its_day():
    assert shown(WHOLE, Stage.FINISHED, SITTINGS) == [
        ("preparation", 1, "past"),
        ("studies", 6, "past"),
        ("interview", 9, "past"),
        ("decision", 17, "past"),
        ("acquaintance", 20, "past"),
        ("finished", 21, "now"),
    ]


@pytest.mark.parametrize("stage", LINE)
def test_one_stage_is_now_and_those_before_it_are_past(stage):
    way = way_of(WHOLE, SITTINGS, stage)
    assert [each.stage for each in way if each.now] == [stage]
    assert [each.stage for each in way if each.past] == list(LINE[: LINE.index(stage)])


def test_a_case_just_begun_has_all_ahead_and_no_days():
    assert shown(case(), Stage.PREPARATION) == [
        ("preparation", None, "now"),
        *((stage.value, None, "ahead") for stage in LINE[1:]),
    ]


def test_studies_of_an_earlier_year_do_not_date_the_interview_before_the_admission():
    early = case(
        admission=Admission(decided_on=day(6), admitted=True),
        studies=Studies(psychological=Study(done_on=date(2024, 2, 20)), polygraph=Study(done_on=None)),
    )
    assert shown(early, Stage.INTERVIEW)[2] == ("interview", 6, "now")


def test_without_studies_nobody_knows_when_the_interview_stage_began():
    assert shown(case(admission=Admission(decided_on=day(6), admitted=True)), Stage.STUDIES)[2] == (
        "interview",
        None,
        "ahead",
    )


def test_a_refused_case_ends_where_it_was_refused():
    refused = case(report=Report(filed_on=day(1)), admission=Admission(decided_on=day(7), admitted=False))
    assert shown(refused, Stage.REFUSED) == [
        ("preparation", 1, "past"),
        ("refused", 7, "now"),
    ]


def test_an_appeal_stands_behind_the_acquaintance():
    appealed = case(sheet=Sheet(filled_on=day(20), acquainted_on=day(21)), appeal=Appeal(filed_on=day(25)))
    assert shown(appealed, Stage.APPEAL, SITTINGS) == [
        ("decision", 17, "past"),
        ("acquaintance", 20, "past"),
        ("appeal", 25, "now"),
    ]


@pytest.mark.parametrize(
    ("what", "stage"),
    [
        (case(withdrawn_on=day(3)), Stage.WITHDRAWN),
        (case(ended=Ended(on=day(3))), Stage.ENDED),
    ],
)
def test_an_end_of_another_kind_has_its_own_day(what, stage):
    assert shown(what, stage) == [("preparation", None, "past"), (stage.value, 3, "now")]
