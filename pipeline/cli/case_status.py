"""One case in words and as JSON: whole, and in a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date

from pipeline.cli.check_json import deadline_entry, decision_entry
from pipeline.cli.sitting_status import awaited_entry
from pipeline.domain.names import full_name
from pipeline.flow.standing.case import CaseStanding
from pipeline.messages.catalogue import Messages
from pipeline.messages.lines import (
    ahead_lines,
    appeal_line,
    awaited_line,
    deadline_line,
    decision_line,
    lacking_lines,
)
from pipeline.record_format.descriptions import describe


def case_line(standing: CaseStanding, on: date, say: Messages) -> str:
    """Whose case, in which stage, and what stands in its way, in one line."""
    overdue = [d.due for d in standing.deadlines if d.overdue(on)]
    marks = (
        ("cli.status.mark_blocks", standing.blocks, standing.blocks),
        ("cli.status.mark_to_sign", len(standing.awaited), len(standing.awaited)),
        ("cli.status.mark_overdue", bool(overdue), min(overdue, default="")),
        ("cli.status.mark_closed", standing.closed, ""),
    )
    name = full_name(standing.person)
    line = say.text("cli.status.case", case=standing.case, name=name, stage=standing.stage.value)
    return line + "".join(f" [{say.text(key, what=what)}]" for key, holds, what in marks if holds)


def case_lines(standing: CaseStanding, on: date, earliest: date | None, say: Messages) -> Iterator[str]:
    """All that is known of how it stands."""
    name = full_name(standing.person)
    yield say.text("cli.status.case", case=standing.case, name=name, stage=standing.stage.value)
    for decision in standing.decisions:
        yield "  " + decision_line(decision, say)
    if standing.appeal is not None:
        yield "  " + appeal_line(standing, say)
    for path in standing.wanting:
        yield "  " + say.text("cli.status.wanting", what=_field(path, say))
    yield from (f"  {awaited_line(paper, say)}" for paper in standing.awaited)
    yield from (f"  {line}" for line in lacking_lines(standing, say))
    yield from (f"  {line}" for line in ahead_lines(standing, earliest, say))
    if standing.blocks:
        yield "  " + say.text("cli.status.blocks", count=standing.blocks)
    for deadline in (d for d in standing.deadlines if d.owed(on)):
        yield "  " + deadline_line(deadline, on, say)
    if standing.closed:
        yield "  " + say.text("cli.status.closed")


def case_entry(standing: CaseStanding, on: date, earliest: date | None, say: Messages) -> dict[str, object]:
    """The same as JSON."""
    return {
        "case": standing.case,
        "campaign": standing.campaign,
        "person": asdict(standing.person),
        "stage": standing.stage.value,
        "wanting": list(standing.wanting),
        "lacking": [{**asdict(lack), "title": say.word("title", lack.title)} for lack in standing.lacking],
        "to_sign": [awaited_entry(paper, say) for paper in standing.awaited],
        "closed": standing.closed,
        "earliest_sitting": earliest.isoformat() if earliest else None,
        "waits_for": [str(ref) for ref in standing.waits_for],
        "blocks": standing.blocks,
        "decisions": [decision_entry(decision) for decision in standing.decisions],
        "deadlines": [deadline_entry(d, on, say) for d in standing.deadlines if d.owed(on)],
        "recordings_elsewhere": standing.recordings_elsewhere,
        "ballots_to_compare": [dict(note.params) for note in standing.ballots],
    }


def _field(path: str, say: Messages) -> str:
    """A field by its name for people, and as it stands in the record."""
    return f"{describe(path, say.language).heading} [{path.partition('.')[2]}]"
