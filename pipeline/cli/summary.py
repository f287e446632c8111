"""All cases on one screen: how many are in which stage, what is overdue, what is to be done next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Final

from pipeline.archive.index.standing import StageCount
from pipeline.cli.check_json import deadline_entry
from pipeline.domain.records import Ref
from pipeline.flow.standing.asked import Summary
from pipeline.law.next_step import Stage
from pipeline.messages.catalogue import Messages
from pipeline.messages.lines import due_line, recordings_awaited_line

_MOST_CAMPAIGNS: Final = 8


def summary_lines(summary: Summary, scans: int, say: Messages) -> Iterator[str]:
    """`scans`: how many a person is to look at."""
    totals = summary.totals
    yield say.text("cli.summary.cases", on=summary.on, cases=totals.cases, closed=totals.closed)
    if summary.stages:
        yield say.text("cli.summary.stages")
    yield from (f"  {line}" for line in stage_lines(summary.stages, say))
    yield from _campaigns(summary.stages, say)
    if summary.overdue:
        yield say.text("cli.summary.overdue", count=summary.overdue_count)
        yield from (f"  {due_line(due, summary.on, say)}" for due in summary.overdue)
        if (more := summary.overdue_count - len(summary.overdue)) > 0:
            yield "  " + say.text("cli.summary.more_overdue", count=more)
    if summary.next is not None:
        yield say.text("cli.summary.next", due=due_line(summary.next, summary.on, say))
    todo = tuple(_to_do(summary, scans, say))
    if todo:
        yield say.text("cli.summary.to_do")
        yield from (f"  {line}" for line in todo)


def stage_lines(stages: Iterable[StageCount], say: Messages) -> Iterator[str]:
    """The cases that are not closed, by stage in the order of the procedure."""
    counts: Counter[str] = Counter()
    for each in stages:
        counts[each.stage] += each.cases
    for stage in Stage:
        if counts[stage.value]:
            yield say.text("cli.summary.stage", stage=stage.value, count=counts[stage.value])


def _campaigns(stages: Iterable[StageCount], say: Messages) -> Iterator[str]:
    """Campaigns with cases that are not closed, those with the most first."""
    still_open: Counter[str] = Counter()
    for each in stages:
        still_open[each.campaign] += each.cases
    if not still_open:
        return
    yield say.text("cli.summary.campaigns")
    for campaign, count in still_open.most_common(_MOST_CAMPAIGNS):
        yield "  " + say.text("cli.summary.campaign", campaign=campaign, count=count)
    if (more := len(still_open) - _MOST_CAMPAIGNS) > 0:
        yield "  " + say.text("cli.summary.more_campaigns", count=more)


def _to_do(summary: Summary, scans: int, say: Messages) -> Iterator[str]:
    totals = summary.totals
    if totals.blocked:
        yield say.text("cli.summary.blocked", count=totals.blocked)
    if totals.to_sign:
        yield say.text("cli.summary.to_sign", count=totals.to_sign, cases=totals.to_sign_cases)
    if totals.appealed:
        yield say.text("cli.summary.appealed", count=totals.appealed)
    if scans:
        yield say.text("cli.status.scans", count=scans)
    if recordings := recordings_awaited_line(summary.awaited, summary.on, say):
        yield recordings
    yield from unread_lines(summary.unread, say)


def unread_lines(unread: Iterable[Ref], say: Messages) -> Iterator[str]:
    """Records that do not verify or read, so that nothing can be said of how they stand."""
    return (say.text("cli.summary.unread", kind=ref.kind.value, id=ref.id) for ref in unread)


def summary_entry(summary: Summary, scans: int, say: Messages) -> dict[str, object]:
    """The same as JSON; of what is overdue all counts and the first few."""
    return {
        "cases": summary.totals.cases,
        "closed": summary.totals.closed,
        "open": [asdict(count) for count in summary.stages],
        "blocked": summary.totals.blocked,
        "to_sign": {"papers": summary.totals.to_sign, "cases": summary.totals.to_sign_cases},
        "open_appeals": summary.totals.appealed,
        "scans_waiting": scans,
        "recordings_awaited": {
            "count": len(summary.awaited),
            "term_over": sum(each.over(summary.on) for each in summary.awaited),
        },
        "overdue": summary.overdue_count,
        "first_overdue": [deadline_entry(due.deadline, summary.on, say) for due in summary.overdue],
        "next": summary.next and deadline_entry(summary.next.deadline, summary.on, say),
        "unread": [str(ref) for ref in summary.unread],
    }
