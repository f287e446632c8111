"""A recorded decision to go on: one paragraph, one record, and never what makes a decision one."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.findings import Finding, Severity
from pipeline.domain.records import Case, Employee, Override, Sitting
from pipeline.law.docket import Docket
from pipeline.law.engine import RULES
from pipeline.law.judging import judge
from pipeline.law.overrides import LIFTED, lift, may_be_lifted
from pipeline.law.readings import Readings

from .examples import CALENDAR, ON, examples, stream

PARAGRAPHS = sorted({r.paragraph for r in RULES if r.paragraph})
CASE = Case("K", "C", Employee("850314390019", "Қызметкер"))


def whole(paragraph: str) -> Override:
    return Override(paragraph, "себебі", "1", date(2025, 10, 1), "Сатпаев Е.Қ.")


def blocking(paragraph: str) -> Finding:
    return Finding(paragraph, "any", Severity.BLOCK, CASE.ref, "")


def lifted(named: str, broken: str) -> bool:
    record = replace(CASE, overrides=(whole(named),))
    return next(f for f in lift(record, [blocking(broken)], ON) if f.code == "any").overridden


def test_what_is_lifted():
    assert set(LIFTED) == {"10", "11", "12", "13", "14", "17", "29", "33"}


@given(st.sampled_from(PARAGRAPHS), st.sampled_from(PARAGRAPHS))
def test_an_override_lifts_its_paragraph_and_no_other(named: str, broken: str):
    record = replace(CASE, overrides=(whole(named),))
    finding = next(f for f in lift(record, [blocking(broken)], ON) if f.code == "any")
    may = named.split(".", maxsplit=1)[0] in {"10", "11", "12", "13", "14", "17", "29"}
    assert finding.overridden is (may and named == broken)
    assert finding.severity is (Severity.INFO if finding.overridden else Severity.BLOCK)


def test_the_whole_paragraph_covers_its_sub_items_and_not_the_other_way():
    assert lifted("10", "10.1")
    assert not lifted("10.1", "10.2")
    assert not lifted("10.1", "10")
    assert not lifted("1", "11")


def test_under_33_a_members_refusal_alone_is_lifted():
    assert may_be_lifted("33", "member_signature_missing")
    assert not may_be_lifted("33", "protocol_unsigned")
    assert not may_be_lifted("33", "sitting_undated")


@pytest.mark.parametrize("address", ["0", "39", "011", "11.", "11.1", "7.4", "жоқ", "-11", "¶11"])
def test_what_is_no_paragraph_lifts_nothing_and_is_told_of(address: str):
    found = list(lift(replace(CASE, overrides=(whole(address),)), [blocking("11")], ON))
    assert [(f.code, f.severity.value) for f in found] == [
        ("any", "block"),
        ("override_of_no_paragraph", "warn"),
    ]


def test_only_blocks_are_lifted():
    record = replace(CASE, overrides=(whole("11"),))
    warning = Finding("11", "any", Severity.WARN, CASE.ref, "")
    assert list(lift(record, [warning], ON)) == [warning]


def test_a_reason_is_needed():
    for without in (Override("11"), Override("11", ""), Override(None, "себебі")):
        found = list(lift(replace(CASE, overrides=(without,)), [blocking("11")], ON))
        assert [f.code for f in found] == ["any", "override_without_reason"]
        assert found[0].severity is Severity.BLOCK


def test_number_day_and_author_are_needed():
    for gap in ("number", "date", "by"):
        record = replace(CASE, overrides=(replace(whole("11"), **{gap: None}),))
        found = list(lift(record, [blocking("11")], ON))
        assert [(f.code, f.severity) for f in found] == [
            ("any", Severity.BLOCK),
            ("override_incomplete", Severity.WARN),
        ]


def test_each_override_is_told_of_where_it_stands():
    record = replace(CASE, overrides=(whole("11"), whole("24")))
    assert [(f.code, f.path, f.paragraph) for f in lift(record, [], ON)] == [
        ("override_without_effect", "overrides.1", "24")
    ]


def test_every_block_of_the_examples_is_lifted_exactly_where_it_may_be():
    seen = set()
    for example in examples():
        if example.lawful or example.document.get("readings") or example.document.get("on"):
            continue
        records = example.records
        before = judge(Docket(records), CALENDAR, Readings(), ON)
        refs = {f.record: f.paragraph for f in before.blocks}
        given_overrides = [
            replace(r, overrides=tuple(whole(f.paragraph) for f in before.blocks if f.record == r.ref))
            if r.ref in refs and isinstance(r, Case | Sitting)
            else r
            for r in records
        ]
        after = judge(Docket(given_overrides), CALENDAR, Readings(), ON)
        for finding in before.blocks:
            left = [
                f
                for f in after.findings
                if (f.record, f.code, f.path) == (finding.record, finding.code, finding.path)
            ]
            liftable = finding.record.kind in ("case", "sitting")
            may = liftable and may_be_lifted(finding.paragraph, finding.code)
            assert [f.overridden for f in left] == [may], (example.title, finding.code)
            seen.add(finding.paragraph)
    assert {"4", "8", "11", "12", "13", "14", "17", "22", "23", "24", "29", "31", "33", "35", "36"} <= seen


def test_an_override_in_the_sitting_does_not_lift_what_is_the_cases():
    records = [
        replace(r, overrides=(whole("17"),)) if isinstance(r, Sitting) else r
        for r in stream({"case.materials.sent_on": "2025-10-14"})
    ]
    assert [f.code for f in judge(Docket(records), CALENDAR, Readings(), ON).blocks] == ["materials_late"]


def test_absence_counts_for_nobody_uninvited_whatever_is_overridden():
    absent = {
        "sitting.candidates.0": {"case": "K1", "attendance": "absent_invalid", "decision": "not_recommended"},
        "case.materials.notified_on": "2025-10-14",
        "case.sheet": "null",
    }
    records = [
        replace(r, overrides=(whole("31"), whole("17"))) if isinstance(r, Sitting | Case) else r
        for r in stream(absent)
    ]
    judged = judge(Docket(records), CALENDAR, Readings(), ON)
    assert [f.code for f in judged.blocks] == ["absence_uninvited"]
    assert judged.decisions == ()
