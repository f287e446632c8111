import json
from datetime import date

import pytest

from pipeline.archive.person.content import canonical_json
from pipeline.archive.person.filed_findings import decisions_of, findings_json, read_decisions
from pipeline.domain.errors import CorruptError
from pipeline.domain.findings import Deadline, Finding, Judgement, Severity, Verdict
from pipeline.domain.records import Kind, Ref, Vote
from pipeline.domain.terms import Reckoned, Unit
from tests.archive.filing_support import decided, no_words

CASE, OTHER, SITTING = Ref(Kind.CASE, "І-1"), Ref(Kind.CASE, "І-2"), Ref(Kind.SITTING, "О-1")


def finding(record: Ref, code: str = "early", *, overridden: bool = False) -> Finding:
    return Finding(
        "4",
        code,
        Severity.BLOCK,
        record,
        "report.filed_on",
        {"day": date(2025, 9, 17), "items": ("a", "b"), "n": 2},
        overridden=overridden,
    )


def deadline(record: Ref) -> Deadline:
    reckoned = Reckoned(date(2025, 9, 22), date(2025, 9, 15), 5, Unit.WORKING_DAYS)
    return Deadline("11", "report", record, date(2025, 9, 22), None, "hr", reckoned)


JUDGEMENT = Judgement(
    findings=(finding(OTHER), finding(CASE, overridden=True), finding(CASE, "late")),
    deadlines=(deadline(OTHER), deadline(CASE)),
    decisions=(decided("І-2"), decided("І-1", result=Vote.NOT_RECOMMENDED)),
)


def test_a_case_holds_what_concerns_it_alone() -> None:
    content = json.loads(findings_json(JUDGEMENT, [CASE], no_words))
    assert content["format"] == "jeke/check/1"
    assert content["records"] == [{"kind": "case", "id": "І-1"}]
    assert content["findings"] == [
        {
            "paragraph": "4",
            "code": "early",
            "severity": "block",
            "record": "case:І-1",
            "path": "report.filed_on",
            "params": {"day": "2025-09-17", "items": ["a", "b"], "n": 2},
            "verdict": str(Verdict.VIOLATED),
            "message": "хабарлама",
            "remedy": "түзету жолы",
            "overridden": True,
        },
        {
            "paragraph": "4",
            "code": "late",
            "severity": "block",
            "record": "case:І-1",
            "path": "report.filed_on",
            "params": {"day": "2025-09-17", "items": ["a", "b"], "n": 2},
            "verdict": str(Verdict.VIOLATED),
            "message": "хабарлама",
            "remedy": "түзету жолы",
        },
    ]
    assert [(d["record"], d["due"], d["done"]) for d in content["deadlines"]] == [
        ("case:І-1", "2025-09-22", None)
    ]
    assert [d["case"] for d in content["decisions"]] == ["І-1"]


def test_a_sitting_holds_all_its_decisions() -> None:
    content = json.loads(findings_json(JUDGEMENT, [SITTING], no_words))
    assert [d["case"] for d in content["decisions"]] == ["І-1", "І-2"]
    assert content["findings"] == []


def test_a_sitting_of_the_same_id_as_a_case_gives_it_no_decision() -> None:
    judgement = Judgement(decisions=(decided("О-1", "О-2"),))
    assert json.loads(findings_json(judgement, [SITTING], no_words))["decisions"] == []


def test_the_order_of_judging_leaves_no_trace() -> None:
    backwards = Judgement(JUDGEMENT.findings[::-1], JUDGEMENT.deadlines[::-1], JUDGEMENT.decisions[::-1])
    refs = [CASE, OTHER, SITTING]
    assert findings_json(backwards, refs[::-1], no_words) == findings_json(JUDGEMENT, refs, no_words)


def test_decisions_read_back() -> None:
    data = findings_json(JUDGEMENT, [CASE, OTHER], no_words)
    assert set(read_decisions(data)) == set(JUDGEMENT.decisions)
    assert decisions_of(data, "І-1") == (decided("І-1", result=Vote.NOT_RECOMMENDED),)
    assert decisions_of(data, "І-3") == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        canonical_json({"format": "jeke/check/2", "decisions": []}),
        canonical_json({"format": "jeke/check/1", "decisions": [{"case": "x"}]}),
        findings_json(JUDGEMENT, [CASE], no_words).replace(b'"not_recommended"', b'"perhaps"'),
    ],
)
def test_a_file_that_is_not_ours_is_said(data: bytes) -> None:
    with pytest.raises(CorruptError, match="filed_format"):
        read_decisions(data)
