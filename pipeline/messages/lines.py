"""Deadlines, decisions and paragraphs in one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipeline.archive.person.completeness import LackKind
from pipeline.domain.findings import Deadline, DecidedBy, Decision
from pipeline.flow.outcomes.results import Awaited
from pipeline.messages.catalogue import Messages

if TYPE_CHECKING:
    from pipeline.flow.recordings.awaited import Awaited as AwaitedRecording
    from pipeline.flow.standing.case import CaseStanding
    from pipeline.flow.standing.due import Due


def deadline_line(deadline: Deadline, on: date, say: Messages) -> str:
    """When, what, whose, by which paragraph; marked where overdue, only advised, or not to be relied on."""
    marks = (
        ("cli.deadline.overdue", deadline.overdue(on)),
        ("cli.deadline.soft", deadline.soft),
        ("cli.deadline.unverified", bool(deadline.reckoned.unverified_years)),
    )
    line = say.text(
        "answer.deadline",
        due=deadline.due,
        what=say.text(f"deadline.{deadline.code}"),
        responsible=deadline.responsible,
        paragraph=paragraph_words(deadline.paragraph, say),
    )
    return line + "".join(f" [{say.text(key)}]" for key, holds in marks if holds)


def due_line(due: Due, on: date, say: Messages) -> str:
    """A deadline, the record it is of, and whose case that is."""
    record = str(due.deadline.record)
    return (
        f"{deadline_line(due.deadline, on, say)}  ({record if due.name is None else f'{record}, {due.name}'})"
    )


def appeal_line(standing: CaseStanding, say: Messages) -> str:
    """An appeal nobody has decided yet (¶34)."""
    appeal = standing.appeal
    to = None if appeal is None else appeal.to or (say.text("cli.status.court") if appeal.court else None)
    return say.text("cli.status.appeal", filed_on=appeal.filed_on if appeal else "—", to=to or "—")


def lacking_lines(standing: CaseStanding, say: Messages) -> Iterator[str]:
    """What the file lacks beside the papers that are awaited from somebody (`awaited_line`)."""
    named = {paper.document for paper in standing.awaited}
    for lack in standing.lacking:
        if lack.what is LackKind.MISSING or lack.document not in named:
            count = f" ({lack.count})" if lack.count > 1 else ""
            key = f"cli.status.lacking_{lack.what}"
            yield say.text(key, title=lack.title, count=count, paragraph=lack.paragraph)


def ahead_lines(standing: CaseStanding, earliest: date | None, say: Messages) -> Iterator[str]:
    """Ballots to compare, the earliest lawful sitting, recordings left elsewhere, what it waits for."""
    yield from (say.text(f"answer.note.{note.code}", **note.params) for note in standing.ballots)
    if earliest is not None:
        yield say.text("cli.status.earliest_sitting", day=earliest)
    if standing.recordings_elsewhere:
        yield say.text("cli.status.recordings_elsewhere", count=standing.recordings_elsewhere)
    for ref in standing.waits_for:
        yield say.text("cli.status.waits", kind=ref.kind.value, id=ref.id)


def awaited_line(paper: Awaited, say: Messages) -> str:
    """Which paper, who is still to sign it, and by when where a day is set."""
    line = say.text("answer.awaited", title=paper.title, signers=paper.signers)
    return line if paper.due is None else f"{line} {say.text('answer.awaited.due', due=paper.due)}"


def decision_line(decision: Decision, say: Messages) -> str:
    """The decision as the program counted it."""
    return say.text(
        "answer.decision_without_votes" if decision.by is DecidedBy.ABSENCE else "answer.decision",
        case=decision.case,
        sitting=decision.sitting,
        result=decision.result.value,
        votes_for=decision.votes_for,
        votes_against=decision.votes_against,
        by=decision.by.value,
    )


def paragraph_words(paragraph: str, say: Messages) -> str:
    """A paragraph's number as people say it, "7.2" as its sub-item; nothing where there is no paragraph."""
    number, _, item = paragraph.partition(".")
    if item:
        return say.text("answer.subparagraph", paragraph=number, item=item)
    return say.text("answer.paragraph", paragraph=number) if number else ""


def recordings_awaited_line(recordings: Sequence[AwaitedRecording], on: date, say: Messages) -> str | None:
    """How many recordings nobody has handed in, and how many of them past their term of keeping."""
    if not recordings:
        return None
    over = sum(each.over(on) for each in recordings)
    return say.text("cli.summary.awaited", count=len(recordings), over=over)
