"""findings.json: what one filing found, as `jeke check --json` prints it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.archive.person.content import FINDINGS, canonical_json, read_as_ours
from pipeline.domain.errors import CorruptError
from pipeline.domain.findings import (
    Deadline,
    DecidedBy,
    Decision,
    Finding,
    Judgement,
    Severity,
    Value,
    Verdict,
)
from pipeline.domain.records import Kind, Ref, Vote

FINDINGS_FORMAT = "jeke/check/1"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Wording = Callable[[Finding], tuple[str, str]]
"""Message and remedy of a finding, in Kazakh: the archive is read without this software's catalogues."""


def findings_json(judgement: Judgement, refs: Collection[Ref], wording: Wording) -> bytes:
    """findings.json: what was found on these records, as `jeke check --json` prints it.

    Left out is what filing does not know or what is not of the matter: file, line, the hour.
    """
    findings = [_finding_entry(f, wording) for f in judgement.findings if f.record in refs]
    deadlines = [_deadline_entry(d) for d in judgement.deadlines if d.record in refs]
    decisions = [_decision_entry(d) for d in judgement.decisions if _concerns(d, refs)]
    return canonical_json(
        {
            "format": FINDINGS_FORMAT,
            "records": [{"kind": str(ref.kind), "id": ref.id} for ref in sorted(refs, key=str)],
            "findings": sorted(findings, key=canonical_json),
            "deadlines": sorted(deadlines, key=canonical_json),
            "decisions": sorted(decisions, key=canonical_json),
        }
    )


@dataclass(frozen=True, slots=True)
class FiledFinding:
    """A finding as it was filed, with the Kazakh words it was filed in."""

    finding: Finding
    message: str
    remedy: str


def read_findings(findings: bytes) -> tuple[FiledFinding, ...]:
    """The findings in a findings.json.

    Raises:
        CorruptError: `filed_format`, it is not one of ours.
    """
    with read_as_ours(FINDINGS):
        return tuple(_read_finding(entry) for entry in _ours(findings)["findings"])


def _ours(findings: bytes) -> Mapping[str, Any]:
    content: Mapping[str, Any] = json.loads(findings)
    if content["format"] != FINDINGS_FORMAT:
        raise CorruptError("filed_format", file=FINDINGS)
    return content


def _read_finding(entry: Mapping[str, Any]) -> FiledFinding:
    kind, _, record_id = entry["record"].partition(":")
    finding = Finding(
        paragraph=entry["paragraph"],
        code=entry["code"],
        severity=Severity(entry["severity"]),
        record=Ref(Kind(kind), record_id),
        path=entry["path"],
        params={name: _value(value) for name, value in entry["params"].items()},
        verdict=Verdict(entry["verdict"]),
        overridden=bool(entry.get("overridden")),
    )
    return FiledFinding(finding, entry["message"], entry["remedy"])


def _value(value: Any) -> Value:
    """The reverse of `_plain`: a text in ISO form is a day."""
    if isinstance(value, list):
        return tuple(map(str, value))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    if not isinstance(value, str | int):
        raise TypeError("a value of a finding is text, a number, a day or a list")
    return value


def read_decisions(findings: bytes) -> tuple[Decision, ...]:
    """The decisions in a findings.json.

    Raises:
        CorruptError: `filed_format`, it is not one of ours.
    """
    with read_as_ours(FINDINGS):
        return tuple(
            Decision(
                case=d["case"],
                sitting=d["sitting"],
                result=Vote(d["result"]),
                votes_for=int(d["votes_for"]),
                votes_against=int(d["votes_against"]),
                by=DecidedBy(d["by"]),
            )
            for d in _ours(findings)["decisions"]
        )


def decisions_of(findings: bytes, case_id: str) -> tuple[Decision, ...]:
    """One case's decisions out of a findings.json, by sitting."""
    decisions = (d for d in read_decisions(findings) if d.case == case_id)
    return tuple(sorted(decisions, key=lambda d: d.sitting))


def _concerns(decision: Decision, refs: Collection[Ref]) -> bool:
    return Ref(Kind.CASE, decision.case) in refs or Ref(Kind.SITTING, decision.sitting) in refs


def _plain(value: Value | None) -> object:
    """A finding's value as JSON holds it; a day in ISO form."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _finding_entry(finding: Finding, wording: Wording) -> dict[str, object]:
    message, remedy = wording(finding)
    entry: dict[str, object] = {
        "paragraph": finding.paragraph,
        "code": finding.code,
        "severity": str(finding.severity),
        "record": str(finding.record),
        "path": finding.path,
        "params": {key: _plain(value) for key, value in finding.params.items()},
        "verdict": str(finding.verdict),
        "message": message,
        "remedy": remedy,
    }
    return entry | ({"overridden": True} if finding.overridden else {})


def _deadline_entry(deadline: Deadline) -> dict[str, object]:
    return {
        "paragraph": deadline.paragraph,
        "code": deadline.code,
        "record": str(deadline.record),
        "due": deadline.due.isoformat(),
        "done": _plain(deadline.done),
        "responsible": deadline.responsible,
        "soft": deadline.soft,
    }


def _decision_entry(decision: Decision) -> dict[str, object]:
    return {
        "case": decision.case,
        "sitting": decision.sitting,
        "result": str(decision.result),
        "votes_for": decision.votes_for,
        "votes_against": decision.votes_against,
        "by": str(decision.by),
    }
