"""Three verdicts: satisfied, violated, undetermined; a guess is none."""

import pytest

from pipeline.domain.findings import Severity, Verdict
from pipeline.domain.records import Kind, Ref
from pipeline.law.docket import Docket
from pipeline.law.engine import RULES as IN_FORCE
from pipeline.law.engine import Bench, block, judge_with, rule
from pipeline.law.judging import judge
from pipeline.law.readings import Readings

from .examples import CALENDAR, ON, stream

CASE, SITTING, COMMISSION = Ref(Kind.CASE, "K1"), Ref(Kind.SITTING, "S1"), Ref(Kind.COMMISSION, "AK")
AHEAD = {
    "sitting.candidates.0.votes": "null",
    "sitting.candidates.0.decision": "null",
    "sitting.present": "null",
    "sitting.ended_at": "null",
    "sitting.protocol": "null",
    "case.sheet": "null",
}


def verdict(ref: Ref, paragraph: str, code: str, change=None) -> Verdict:
    return judge(Docket(stream(change)), CALENDAR, Readings(), ON).verdicts[ref, paragraph, code]


@pytest.mark.parametrize(
    ("ref", "paragraph", "code", "violated", "undetermined"),
    [
        (
            CASE,
            "4",
            "interval",
            {"case.history.attestations": [{"held_on": "2025-06-01", "recommended": "жоқ"}]},
            {"case.history.attestations": [{"held_on": "2024-03-20"}]},
        ),
        (
            CASE,
            "7.2",
            "sanction_in_force",
            {"case.history.sanctions": [{"applied_on": "2025-09-01"}]},
            {"case.history.sanctions": [{"type": "сөгіс"}]},
        ),
        (CASE, "11", "report_late", {"case.report.filed_on": "2025-09-23"}, {"campaign": None}),
        (
            CASE,
            "17",
            "materials_late",
            {"case.materials.sent_on": "2025-10-14"},
            AHEAD | {"case.materials": "null"},
        ),
        (SITTING, "24", "quorum", {"sitting.present": ["m1"]}, AHEAD),
        (SITTING, "25", "decision_differs", {"sitting.candidates.0.decision": "not_recommended"}, AHEAD),
        (
            COMMISSION,
            "18",
            "members_too_few",
            {"commission.members": "null"},
            AHEAD | {"commission.members": "null"},
        ),
    ],
)
def test_each_state(ref, paragraph, code, violated, undetermined):
    assert verdict(ref, paragraph, code) is Verdict.SATISFIED
    assert verdict(ref, paragraph, code, violated) is Verdict.VIOLATED
    if undetermined == {"campaign": None}:
        docket = Docket(r for r in stream() if r.ref.kind is not Kind.CAMPAIGN)
        found = judge(docket, CALENDAR, Readings(), ON).verdicts[ref, paragraph, code]
        assert found is Verdict.UNDETERMINED
    else:
        assert verdict(ref, paragraph, code, undetermined) is Verdict.UNDETERMINED


def test_the_gravest_of_several_outcomes_is_the_verdict():
    both = {"case.history.sanctions": [{"type": "а"}, {"type": "ә", "applied_on": "2025-09-01"}]}
    assert verdict(CASE, "7.2", "sanction_in_force", both) is Verdict.VIOLATED
    turned = {"case.history.sanctions": [{"type": "ә", "applied_on": "2025-09-01"}, {"type": "а"}]}
    assert verdict(CASE, "7.2", "sanction_in_force", turned) is Verdict.VIOLATED


def test_a_waiver_satisfies_and_an_override_does_not():
    early = {"case.history.attestations": [{"held_on": "2025-06-01", "recommended": "жоқ"}]}
    waiver = {"case.minister_waiver": {"number": "1", "date": "2025-10-01", "reason": "мүдде"}}
    assert verdict(CASE, "4", "interval", early | waiver) is Verdict.SATISFIED
    override = {"case.overrides": [{"paragraph": "4", "reason": "мүдде"}]}
    assert verdict(CASE, "4", "interval", early | override) is Verdict.VIOLATED


def test_every_rule_says_one_verdict_of_every_record_of_its_kind():
    verdicts = judge(Docket(stream()), CALENDAR, Readings(), ON).verdicts
    assert len(verdicts) == len(IN_FORCE)
    assert {(ref.kind, p, c) for ref, p, c in verdicts} == {(r.kind, r.paragraph, r.code) for r in IN_FORCE}


def test_a_rule_that_says_what_its_header_does_not_is_a_bug():
    kept = list(IN_FORCE)

    @rule("99", on=Kind.CASE, warn="soft")
    def lies(case, _bench):
        yield block("")

    try:
        lie = IN_FORCE[-1]
    finally:
        IN_FORCE[:] = kept
    bench = Bench(Docket(stream()), CALENDAR, Readings(), ON)
    assert lies is lie.check  # still the function it was
    with pytest.raises(ValueError, match="soft"):
        judge_with([lie], [], bench)
    assert lie.severities("soft") == (Severity.WARN,)


def test_a_header_names_severities_the_gravest_first():
    late = next(r for r in IN_FORCE if r.code == "report_late")
    assert late.codes == ("report_late", "report_early")
    assert late.severities("report_late") == (Severity.BLOCK, Severity.INFO)
