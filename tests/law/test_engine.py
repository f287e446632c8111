"""Deadlines as the engine tells them, the years nobody confirmed, and paragraphs in their order."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.findings import Deadline, Nature
from pipeline.domain.records import Campaign, Commission, Kind, Member
from pipeline.law.docket import Docket
from pipeline.law.engine import TERMS, paragraph_key, term
from pipeline.law.judging import judge
from pipeline.law.numbers import RECORDING_YEARS
from pipeline.law.readings import Readings

from .examples import CALENDAR, ON, stream


def deadlines(change=None, readings=None, on=ON) -> dict[str, Deadline]:
    judgement = judge(Docket(stream(change)), CALENDAR, readings or Readings(), on)
    return {d.code: d for d in judgement.deadlines}


def test_paragraphs_are_numbers():
    said = ["11", "7.2", "", "7", "10.2", "10.1", "2"]
    assert sorted(said, key=paragraph_key) == ["", "2", "7", "7.2", "10.1", "10.2", "11"]


@pytest.mark.parametrize(("years", "kept"), [(1, date(2026, 10, 16)), (3, date(2028, 10, 16))])
def test_a_recording_is_kept_as_long_as_the_setting_says(years, kept):
    recording = deadlines(readings=Readings(recording_retention_years=years))["recording"]
    assert (recording.due, recording.nature) == (kept, Nature.KEEP)
    assert not recording.overdue(date(2040, 1, 1))


def test_strict_full_days_move_the_term_one_working_day_back():
    assert deadlines()["materials"].due == date(2025, 10, 13)
    assert deadlines(readings=Readings(strict_full_days=True))["materials"].due == date(2025, 10, 10)


AHEAD = {"sitting.candidates": [], "case.sheet": "null", "case.materials": "null"}


def test_terms_before_a_sitting_are_soft_while_it_is_only_planned():
    planned = deadlines({"campaign.announcement.planned_sitting_on": "2025-11-20", **AHEAD})
    assert (planned["materials"].due, planned["materials"].soft) == (date(2025, 11, 17), True)
    assert (planned["invitation"].due, planned["invitation"].soft) == (date(2025, 11, 17), True)
    assert not deadlines()["materials"].soft


@pytest.mark.parametrize(
    "ended",
    [
        {"case.withdrawn_on": "2025-09-24"},
        {"case.admission": {"decided_on": "2025-09-29", "admitted": "жоқ"}},
    ],
)
def test_a_case_that_has_ended_owes_no_further_acts(ended):
    bare = {
        **AHEAD,
        "case.characteristic": "null",
        "case.own_security": {"received_on": "2025-09-23"},
        **ended,
    }
    found = deadlines(bare)
    assert "materials" not in found
    assert "invitation" not in found
    assert "own_security" not in found
    assert "characteristic" not in found
    assert found["report"].done == date(2025, 9, 17)


def test_the_notice_is_advised_for_the_day_of_refusal_itself():
    refused = {"case.admission": {"decided_on": "2025-09-29", "admitted": "жоқ"}, **AHEAD}
    notice = deadlines(refused)["notice"]
    assert (notice.due, notice.done, notice.soft) == (date(2025, 9, 29), None, True)
    assert notice.overdue(date(2025, 9, 30))
    assert not notice.overdue(date(2025, 9, 29))


def test_a_protocol_is_owed_from_the_day_of_the_sitting_on():
    ahead = {**AHEAD, "sitting.ended_at": "null", "sitting.protocol": "null"}
    assert "protocol" not in deadlines(ahead, on=date(2025, 10, 15))
    assert deadlines(ahead, on=date(2025, 10, 16))["protocol"].due == date(2025, 10, 23)


def test_acquaintance_is_owed_once_there_is_a_decision():
    assert "acquaintance" in deadlines({"case.sheet": "null"})
    assert "acquaintance" not in deadlines({"case.sheet": "null", "sitting.candidates.0.votes": "null"})


def test_the_quarter_of_the_day_of_judging():
    quarter = deadlines(on=date(2026, 2, 10))["quarter"]
    assert (quarter.due, quarter.done) == (date(2026, 3, 31), None)
    assert deadlines(on=date(2025, 12, 1))["quarter"].done == date(2025, 10, 16)
    assert deadlines({"sitting.held_on": "2025-10-01"})["quarter"].done == date(2025, 10, 1)
    assert deadlines(on=date(2025, 10, 16))["quarter"].done == date(2025, 10, 16)
    assert deadlines(on=date(2025, 10, 15))["quarter"].done is None
    assert "quarter" not in deadlines(on=date(2025, 9, 30))
    assert deadlines(on=date(2025, 10, 1))["quarter"].done is None


def test_the_ministrys_analysis_is_said_with_its_latest_campaign_only():
    minister = {"campaign.decision.authority": "minister"}
    records = stream(minister)
    campaign = next(r for r in records if isinstance(r, Campaign))
    assert campaign.decision is not None
    later = replace(campaign, id="A0", decision=replace(campaign.decision, date=date(2026, 1, 10)))
    judgement = judge(Docket([*records, later]), CALENDAR, Readings(), ON)
    assert [d.record.id for d in judgement.deadlines if d.code == "analysis"] == ["A0"]
    assert deadlines(minister)["analysis"].due == date(2028, 3, 27)
    told = deadlines(minister, Readings(last_analysis_on=date(2026, 2, 2)))["analysis"]
    assert (told.due, told.reckoned.start) == (date(2029, 2, 2), date(2026, 2, 2))
    assert "analysis" not in deadlines()


def test_each_year_nobody_confirmed_is_told_once_a_record():
    unsure = WorkCalendar(lambda _year: {}, verified_years=frozenset({2024}), digest="")
    judgement = judge(Docket(stream()), unsure, Readings(), ON)
    told = [(str(f.record), f.params["year"]) for f in judgement.findings if f.code == "calendar_unverified"]
    assert told == [("commission:AK", "2025"), ("case:K1", "2025"), ("sitting:S1", "2025")]


def test_a_member_named_twice_by_id_is_told_of_though_the_reader_refuses_it():
    twice = Commission("AK", members=(Member("m1", surname="А"), Member("m1", surname="Ә")))
    findings = judge(Docket([twice]), CALENDAR, Readings(), ON).findings
    assert [(f.code, f.path) for f in findings if f.code == "member_twice"] == [("member_twice", "members.1")]


def test_a_term_stays_the_function_it_was_and_is_run():
    kept = list(TERMS)

    @term("99", "never", on=Kind.CASE, responsible="hr", soft=True)
    def never(_case, _bench):
        yield from ()

    try:
        added = TERMS[-1]
    finally:
        TERMS[:] = kept
    assert (added.paragraph, added.code, added.kind, added.soft) == ("99", "never", Kind.CASE, True)
    assert added.compute is never


def test_the_settings_left_alone_are_the_orders_own_numbers():
    assert Readings().recording_retention_years == RECORDING_YEARS == 1
