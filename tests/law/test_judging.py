"""The whole order over one docket: pending is never an error, order of records never matters."""

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.findings import Severity
from pipeline.domain.records import Kind, Ref
from pipeline.law.docket import Docket
from pipeline.law.judging import judge, waits_for
from pipeline.law.readings import Readings

from .examples import CALENDAR, ON, examples, stream
from .growing import lawful_days, steps

SLOW = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(lawful_days(), st.integers(0, 400))
def test_a_lawful_case_has_no_block_at_any_stage(days, later):
    for facts in steps(days):
        docket = Docket(stream(facts))
        for on in (days.filed, date.fromordinal(days.held.toordinal() + later)):
            assert judge(docket, CALENDAR, Readings(), on).blocks == ()


@SLOW
@given(lawful_days(), st.integers(0, 4_000))
def test_a_case_with_its_report_alone_has_no_finding_that_blocks(days, later):
    bare = next(steps(days))
    case = next(r for r in stream(bare) if r.ref.kind is Kind.CASE)
    on = date.fromordinal(days.filed.toordinal() + later)
    for records in ([case], stream(bare)):
        findings = judge(Docket(records), CALENDAR, Readings(), on).findings
        assert [f.code for f in findings if f.severity is Severity.BLOCK] == []


@SLOW
@given(st.sampled_from([e for e in examples() if not e.document.get("readings")]), st.randoms())
def test_records_in_any_order_give_the_same_judgement(example, chance):
    records = list(example.records)
    one = judge(Docket(records), CALENDAR, Readings(), ON)
    chance.shuffle(records)
    two = judge(Docket(records), CALENDAR, Readings(), ON)
    assert two.findings == one.findings
    assert two.deadlines == one.deadlines
    assert sorted(two.decisions, key=str) == sorted(one.decisions, key=str)
    assert two.verdicts == one.verdicts


def test_only_the_subjects_are_judged_but_all_is_looked_at():
    docket = Docket(stream({"case.materials.sent_on": "2025-10-14"}))
    case = judge(docket, CALENDAR, Readings(), ON, [Ref(Kind.CASE, "K1")])
    assert {f.record.kind for f in case.findings} == {Kind.CASE}
    assert [f.code for f in case.blocks] == ["materials_late"]
    assert judge(docket, CALENDAR, Readings(), ON, [Ref(Kind.CASE, "unknown")]).verdicts == {}


def test_findings_stand_in_a_stable_order():
    everything_wrong = {
        "campaign.decision": "null",
        "case.materials.sent_on": "2025-10-14",
        "case.report": "null",
        "sitting.present": ["m1"],
        "case.qualification": "null",
    }
    findings = judge(Docket(stream(everything_wrong)), CALENDAR, Readings(), ON).findings
    kinds = [f.record.kind for f in findings]
    assert kinds == sorted(kinds, key=list(Kind).index)
    numbers = [float(f.paragraph) for f in findings if f.record.kind is Kind.CASE]
    assert numbers == sorted(numbers)


def test_deadlines_come_soonest_first():
    due = [d.due for d in judge(Docket(stream()), CALENDAR, Readings(), ON).deadlines]
    assert due == sorted(due)


def test_what_a_record_waits_for():
    docket = Docket(r for r in stream() if r.ref.kind in (Kind.CASE, Kind.SITTING))
    case, sitting = docket.cases["K1"], docket.sittings["S1"]
    assert waits_for(docket, case) == (Ref(Kind.CAMPAIGN, "C1"),)
    assert waits_for(docket, sitting) == (Ref(Kind.COMMISSION, "AK"),)
    alone = Docket([sitting])
    assert waits_for(alone, sitting) == (Ref(Kind.COMMISSION, "AK"), Ref(Kind.CASE, "K1"))
    whole = Docket(stream())
    assert [waits_for(whole, record) for record in whole] == [(), (), (), ()]
