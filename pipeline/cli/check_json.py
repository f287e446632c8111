"""The object `jeke check --json` prints (format "jeke/check/1"); others script against it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from pipeline.domain.findings import Deadline, Decision, Finding
from pipeline.domain.records import Ref
from pipeline.domain.source import InputError, Source
from pipeline.messages.catalogue import Messages

FORMAT = "jeke/check/1"
_MOVED = re.compile(r"Демалыс күні \(([0-9]{2}\.[0-9]{2}\.[0-9]{4}) (?:бастап ауыстырылды|орнына)\)")
"""As a day off that was moved is called, by the library or in the calendar that ships with the program."""


def record_entry(ref: Ref, source: Source) -> dict[str, object]:
    """Where a record was read from."""
    return {"kind": ref.kind.value, "id": ref.id, "file": source.file, "line": source.start.line}


def error_entry(error: InputError, say: Messages) -> dict[str, object]:
    """Why a file cannot be read."""
    return {
        "file": error.file,
        "line": error.line,
        "column": error.column,
        "code": error.code,
        "message": say.input_error(error),
        "remedy": say.input_remedy(error),
    }


def finding_entry(finding: Finding, source: Source | None, say: Messages) -> dict[str, object]:
    """One finding; `file`, `line` and `column` are null for a record read from the archive."""
    place = source.place(finding.path) if source else None
    entry: dict[str, object] = {
        "paragraph": finding.paragraph,
        "code": finding.code,
        "severity": finding.severity.value,
        "record": str(finding.record),
        "path": finding.path,
        "file": source.file if source else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "message": say.finding(finding),
        "remedy": say.finding_remedy(finding),
    }
    return entry | ({"overridden": True} if finding.overridden else {})


def deadline_entry(deadline: Deadline, on: date, say: Messages) -> dict[str, object]:
    """One deadline and how its day came about."""
    reckoned = deadline.reckoned
    return {
        "paragraph": deadline.paragraph,
        "code": deadline.code,
        "record": str(deadline.record),
        "due": deadline.due.isoformat(),
        "done": deadline.done.isoformat() if deadline.done else None,
        "message": say.text(f"deadline.{deadline.code}"),
        "responsible": deadline.responsible,
        "nature": deadline.nature.value,
        "soft": deadline.soft,
        "overdue": deadline.overdue(on),
        "start": reckoned.start.isoformat(),
        "count": reckoned.count,
        "unit": reckoned.unit.value,
        "skipped": [
            {"date": day.isoformat(), "title": day_off(title, say)} for day, title in reckoned.skipped
        ],
        "rolled_from": reckoned.rolled_from.isoformat() if reckoned.rolled_from else None,
        "unverified_years": list(reckoned.unverified_years),
    }


def day_off(title: str, say: Messages) -> str:
    """Why a day is off, in the language spoken; words that HR put into its own calendar stay as they are."""
    moved = _MOVED.fullmatch(title)
    return say.word("day", title) if moved is None else say.text("cli.day_off.moved", day=moved[1])


def decision_entry(decision: Decision) -> dict[str, object]:
    """One decision as the program counted it."""
    return {
        "case": decision.case,
        "sitting": decision.sitting,
        "result": decision.result.value,
        "votes_for": decision.votes_for,
        "votes_against": decision.votes_against,
        "by": decision.by.value,
    }


def checked(
    records: Mapping[Ref, Source],
    findings: Iterable[Finding],
    deadlines: Iterable[Deadline],
    decisions: Iterable[Decision],
    *,
    on: date,
    say: Messages,
) -> dict[str, object]:
    """The object for files that could be read."""
    return {
        "format": FORMAT,
        "records": [record_entry(ref, source) for ref, source in records.items()],
        "findings": [finding_entry(f, records.get(f.record), say) for f in findings],
        "deadlines": [deadline_entry(d, on, say) for d in deadlines],
        "decisions": [decision_entry(d) for d in decisions],
    }


def unreadable(errors: Iterable[InputError], say: Messages) -> dict[str, object]:
    """The object where a file could not be read: nothing is judged."""
    return {
        "format": FORMAT,
        "records": [],
        "findings": [],
        "deadlines": [],
        "decisions": [],
        "errors": [error_entry(e, say) for e in errors],
    }
