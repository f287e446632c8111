"""All that judging says of each example, to its last value, beside what it says of the base stream.

python -m tests.law.golden     writes tests/law/records/golden.txt anew; read the difference before it is kept
"""

from __future__ import annotations

from pipeline.domain.findings import Deadline, Finding, Judgement, Value, Verdict

from .examples import HERE, Example, examples

FILE = HERE / "golden.txt"
BASE = Example("base", "заңды ағын", lawful=True, codes=(), document={})


def golden() -> str:
    """The file's text."""
    return "\n\n".join(chapter(e) for e in (BASE, *examples())) + "\n"


def chapter(example: Example) -> str:
    """One example's lines: what is said of it and not of the base, and what is said of the base alone."""
    known = set() if example is BASE else set(_lines(BASE.judgement))
    lines = _lines(example.judgement)
    told = [line for line in lines if line not in known]
    gone = [f"- {line}" for line in sorted(known - set(lines))]
    kind = "lawful" if example.lawful else "unlawful"
    return "\n".join([f"{example.paragraph} {kind}: {example.title}", *told, *gone])


def _lines(judgement: Judgement) -> list[str]:
    decisions = [
        f"  decision {d.case} {d.sitting} {d.result} {d.votes_for}:{d.votes_against} by {d.by}"
        for d in judgement.decisions
    ]
    open_rules = [
        f"  {verdict} {ref} ¶{paragraph} {code}"
        for (ref, paragraph, code), verdict in judgement.verdicts.items()
        if verdict is not Verdict.SATISFIED
    ]
    return [
        *(_finding(f) for f in judgement.findings),
        *(_deadline(d) for d in judgement.deadlines),
        *decisions,
        *sorted(open_rules),
    ]


def _finding(finding: Finding) -> str:
    facts = ", ".join(f"{name}={_value(value)}" for name, value in finding.params.items())
    return (
        f"  {finding.severity} ¶{finding.paragraph} {finding.code} {finding.record} {finding.path or '-'}"
        f" [{facts}] {finding.verdict}{' overridden' if finding.overridden else ''}"
    )


def _deadline(deadline: Deadline) -> str:
    reckoned = deadline.reckoned
    return (
        f"  due ¶{deadline.paragraph} {deadline.code} {deadline.record} {deadline.due} done {deadline.done}"
        f" {deadline.responsible} {deadline.nature}{' soft' if deadline.soft else ''}"
        f" from {reckoned.start} {reckoned.count} {reckoned.unit}"
        f" rolled {reckoned.rolled_from} unverified {reckoned.unverified_years}"
    )


def _value(value: Value) -> str:
    return "|".join(value) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    FILE.write_text(golden(), "utf-8")
