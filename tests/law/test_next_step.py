"""The stage of ¶8, what the next one waits for, and the earliest lawful sitting."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.domain.records import Case
from pipeline.law.docket import Docket
from pipeline.law.engine import Bench
from pipeline.law.next_step import Stage, earliest_sitting, stage_of, wanting
from pipeline.law.readings import Readings

from .examples import CALENDAR, stream

LATER = ("own_security", "qualification", "admission", "studies", "characteristic", "materials", "sheet")


def case_and_bench(
    without: tuple[str, ...] = (),
    change: dict[str, Any] | None = None,
    on: date = date(2025, 9, 18),
    readings: Readings | None = None,
) -> tuple[Case, Bench]:
    """The lawful base without some of the case's parts, and without its sitting unless a later part is there."""
    changes: dict[str, Any] = {f"case.{part}": "null" for part in without} | (change or {})
    records = stream(changes)
    if without:
        records = tuple(r for r in records if r.ref.kind != "sitting")
    (case,) = [r for r in records if isinstance(r, Case)]
    return case, Bench(Docket(records), CALENDAR, readings or Readings(), on)


@pytest.mark.parametrize(
    ("without", "stage", "waits_for"),
    [
        (
            LATER,
            Stage.PREPARATION,
            ("case.own_security.answered_on", "case.qualification.meets", "case.admission.admitted"),
        ),
        (LATER[3:], Stage.STUDIES, ("case.studies.psychological.done_on", "case.studies.polygraph.done_on")),
        (
            LATER[4:],
            Stage.INTERVIEW,
            (
                "case.characteristic.sent_to_hr_on",
                "case.characteristic.acquainted_on",
                "case.materials.sent_on",
                "case.materials.notified_on",
                "sitting.held_on",
            ),
        ),
        (LATER[6:], Stage.INTERVIEW, ("sitting.held_on",)),
        ((), Stage.FINISHED, ()),
    ],
)
def test_each_stage_says_what_it_waits_for(
    without: tuple[str, ...], stage: Stage, waits_for: tuple[str, ...]
) -> None:
    case, bench = case_and_bench(without, on=date(2025, 10, 14))
    assert (stage_of(case, bench), wanting(case, bench)) == (stage, waits_for)


@pytest.mark.parametrize(
    ("without", "change", "stage", "waits_for"),
    [
        (LATER, {"case.withdrawn_on": "2025-09-18"}, Stage.WITHDRAWN, ()),
        (
            LATER[3:],
            {"case.admission.admitted": "false"},
            Stage.REFUSED,
            ("case.admission.notice_sent_on",),
        ),
        (
            LATER[3:],
            {"case.admission.admitted": "false", "case.admission.notice_sent_on": "2025-09-29"},
            Stage.REFUSED,
            (),
        ),
        (
            LATER[4:],
            {"case.studies.polygraph": "null"},
            Stage.STUDIES,
            ("case.studies.polygraph.done_on",),
        ),
        (LATER[2:], {}, Stage.PREPARATION, ("case.admission.admitted",)),
        (
            LATER[2:],
            {"case.report": "null", "case.own_security.answered_on": "null"},
            Stage.PREPARATION,
            ("case.report.filed_on", "case.own_security.answered_on", "case.admission.admitted"),
        ),
        (
            LATER[6:],
            {"case.characteristic.sent_to_hr_on": "null", "case.materials.notified_on": "null"},
            Stage.INTERVIEW,
            ("case.characteristic.sent_to_hr_on", "case.materials.notified_on", "sitting.held_on"),
        ),
        (
            LATER[6:],
            {"case.characteristic.acquainted_on": "null"},
            Stage.INTERVIEW,
            ("case.characteristic.acquainted_on", "sitting.held_on"),
        ),
        (
            LATER[6:],
            {
                "case.characteristic.acquainted_on": "null",
                "case.characteristic.refusal_act": {"number": "1", "date": "2025-10-03"},
            },
            Stage.INTERVIEW,
            ("sitting.held_on",),
        ),
    ],
)
def test_each_end_and_each_gap(
    without: tuple[str, ...], change: dict[str, Any], stage: Stage, waits_for: tuple[str, ...]
) -> None:
    case, bench = case_and_bench(without, change, on=date(2025, 10, 14))
    assert (stage_of(case, bench), wanting(case, bench)) == (stage, waits_for)


def test_a_sitting_without_a_lawful_decision_waits_for_it() -> None:
    case, bench = case_and_bench(change={"sitting.present": ["m1", "m2"], "case.sheet": "null"})
    assert stage_of(case, bench) is Stage.DECISION
    assert wanting(case, bench) == ("sitting.candidates.votes", "sitting.candidates.decision")


def test_an_attestation_held_today_counts_for_the_next() -> None:
    today = {"type": "scheduled", "held_on": "2025-09-18", "recommended": "false"}
    case, bench = case_and_bench(LATER, {"case.history.attestations": [today]})
    assert earliest_sitting(case, bench) == date(2026, 3, 19)


def test_an_attestation_dated_ahead_counts_for_nothing_yet() -> None:
    ahead = {"type": "scheduled", "held_on": "2025-09-19", "recommended": "false"}
    case, bench = case_and_bench(LATER, {"case.history.attestations": [ahead]})
    assert earliest_sitting(case, bench) == date(2025, 9, 23)


def test_a_decided_case_waits_for_protocol_and_acquaintance() -> None:
    case, bench = case_and_bench(change={"case.sheet": "null", "sitting.protocol": "null"})
    assert stage_of(case, bench) is Stage.ACQUAINTANCE
    assert wanting(case, bench) == (
        "sitting.protocol.drawn_up_on",
        "case.sheet.filled_on",
        "case.sheet.acquainted_on",
    )


def test_paragraph_17_three_working_days_from_today_at_the_soonest() -> None:
    case, bench = case_and_bench(LATER, on=date(2025, 12, 29))
    assert earliest_sitting(case, bench) == date(2026, 1, 5)  # 1 and 2 January are off


def test_paragraph_17_from_the_day_they_went() -> None:
    case, bench = case_and_bench(LATER[6:], on=date(2025, 10, 10))
    assert earliest_sitting(case, bench) == date(2025, 10, 15)
    strict, strict_bench = case_and_bench(
        LATER[6:], on=date(2025, 10, 10), readings=Readings(strict_full_days=True)
    )
    assert earliest_sitting(strict, strict_bench) == date(2025, 10, 16)


def test_paragraph_4_the_day_after_the_term() -> None:
    history = {
        "case.history.attestations": [{"type": "scheduled", "held_on": "2025-06-20", "recommended": "false"}]
    }
    case, bench = case_and_bench(LATER, history)
    assert earliest_sitting(case, bench) == date(2025, 12, 21)
    waiver = history | {
        "case.minister_waiver": {"number": "1", "date": "2025-09-01", "reason": "қызмет мүддесі"}
    }
    case, bench = case_and_bench(LATER, waiver)
    assert earliest_sitting(case, bench) == date(2025, 9, 23)


@pytest.mark.parametrize(
    "change", [{"case.withdrawn_on": "2025-09-18"}, {"case.admission.admitted": "false"}]
)
def test_no_sitting_for_those_who_do_not_go_on(change: dict[str, Any]) -> None:
    case, bench = case_and_bench(LATER[3:], change)
    assert earliest_sitting(case, bench) is None


def test_no_sitting_after_the_decision() -> None:
    case, bench = case_and_bench()
    assert earliest_sitting(case, bench) is None


PUT_OFF = {
    "sitting.candidates.0": {"case": "K1", "attendance": "absent_valid", "reason": "науқас"},
    "case.sheet": "null",
}


def test_a_case_put_off_waits_for_the_next_sitting_and_is_told_of_anew() -> None:
    case, bench = case_and_bench(change=PUT_OFF, on=date(2025, 10, 20))
    assert stage_of(case, bench) is Stage.INTERVIEW
    assert wanting(case, bench) == (
        "sitting.candidates.materials_sent_on",
        "sitting.candidates.notified_on",
        "sitting.held_on",
    )
    assert earliest_sitting(case, bench) == date(2025, 10, 23)


def test_an_ended_case_waits_for_nothing() -> None:
    ended = {"case.ended": {"on": "2025-10-20", "why": "басқа органға ауысты"}, "case.sheet": "null"}
    case, bench = case_and_bench(change=ended)
    assert stage_of(case, bench) is Stage.ENDED
    assert wanting(case, bench) == ()
    assert earliest_sitting(case, bench) is None


def test_a_case_finished_before_its_person_left_stays_finished() -> None:
    case, bench = case_and_bench(change={"case.ended": {"on": "2025-11-20", "why": "шығарылды"}})
    assert stage_of(case, bench) is Stage.FINISHED


@pytest.mark.parametrize(
    ("appeal", "stage"),
    [
        ({"filed_on": "2025-11-03"}, Stage.APPEAL),
        ({"filed_on": "2025-11-03", "decided_on": "2025-11-20"}, Stage.FINISHED),
        ({"to": "департамент бастығына"}, Stage.FINISHED),
    ],
)
def test_an_appeal_is_a_stage_from_its_filing_to_its_decision(appeal: dict[str, str], stage: Stage):
    assert stage_of(*case_and_bench(change={"case.appeal": appeal}, on=date(2025, 12, 1))) is stage


def test_an_open_appeal_waits_for_its_decision_and_for_what_the_case_lacks_still():
    appeal = {"case.appeal": {"filed_on": "2025-11-03"}}
    assert wanting(*case_and_bench(change=appeal, on=date(2025, 12, 1))) == ("case.appeal.decided_on",)
    unsigned = appeal | {"case.sheet": "null"}
    assert wanting(*case_and_bench(change=unsigned, on=date(2025, 12, 1))) == (
        "case.sheet.filled_on",
        "case.sheet.acquainted_on",
        "case.appeal.decided_on",
    )


def test_an_ended_case_is_ended_unless_an_appeal_is_open_or_all_is_done():
    ended = {"case.ended": {"on": "2025-10-20", "why": "transferred"}, "case.sheet": "null"}
    assert stage_of(*case_and_bench(change=ended, on=date(2025, 12, 1))) is Stage.ENDED
    appealed = {**ended, "case.appeal": {"filed_on": "2025-11-03"}}
    assert stage_of(*case_and_bench(change=appealed, on=date(2025, 12, 1))) is Stage.APPEAL
