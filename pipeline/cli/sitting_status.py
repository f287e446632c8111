"""How a sitting stands: its ballots member by member, which papers lack whose signature, what is due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Final

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli.check_json import deadline_entry
from pipeline.cli.context import CliContext
from pipeline.domain.findings import Value
from pipeline.domain.names import full_name
from pipeline.flow.ballots.standing import BallotStanding, BallotState
from pipeline.flow.outcomes.results import Awaited
from pipeline.flow.standing.sitting import SittingStanding, sitting_standing
from pipeline.messages.catalogue import Messages
from pipeline.messages.lines import awaited_line, deadline_line

STATUS: Final = "jeke/status/1"


def show_sitting(cli: CliContext, sitting_id: str, on: date, *, as_json: bool) -> bool:
    """Shows the sitting of that id; whether there is one.

    Raises:
        JekeError: the place of work or the archive cannot be used.
    """
    with cli.workplace(on) as place:
        standing = sitting_standing(place, sitting_id, on)
    if standing is None:
        return False
    cli.account(AuditEvent.VIEW, [standing.object_id], of="status", scope="named")
    if as_json:
        entry = _entry(standing, on, cli)
        cli.put_json({"format": STATUS, "on": on.isoformat(), "cases": [], "sittings": [entry]})
    else:
        cli.put("\n".join(_lines(standing, on, cli)))
    return True


def awaited_entry(paper: Awaited, say: Messages) -> dict[str, object]:
    """A paper that lacks signatures, as JSON holds it."""
    return {
        "record": str(paper.record),
        "document": paper.document,
        "name": paper.name,
        "title": say.word("title", paper.title),
        "signers": list(paper.signers),
        "due": paper.due.isoformat() if paper.due else None,
    }


def _lines(standing: SittingStanding, on: date, cli: CliContext) -> Iterator[str]:
    say, sitting = cli.say, standing.sitting
    yield say.text(
        "cli.status.sitting", sitting=sitting.id, number=sitting.number or "—", day=sitting.held_on or "—"
    )
    states = Counter(ballot.state for ballot in standing.ballots)
    counts = {str(state): states[state] for state in BallotState}
    yield "  " + say.text("cli.status.ballots", **counts)
    for ballot in standing.ballots:
        yield from (f"  {line}" for line in _ballot(ballot, sitting.id, cli))
    yield from (f"  {awaited_line(paper, say)}" for paper in standing.awaited)
    yield from (f"  {deadline_line(deadline, on, say)}" for deadline in standing.deadlines)


def _ballot(ballot: BallotStanding, sitting_id: str, cli: CliContext) -> Iterator[str]:
    say = cli.say
    told: dict[str, Value] = {"member": _member(ballot), "name": ballot.name, "state": ballot.state}
    if ballot.filed_on is None:
        yield say.text("cli.status.ballot", **told)
    else:
        yield say.text("cli.status.ballot_filed", **told, day=ballot.filed_on)
    if ballot.scan is not None:
        yield "  " + say.text("cli.status.ballot_scan", folder=str(ballot.scan))
    for row in ballot.rows:
        yield "  " + say.text(
            "cli.status.ballot_row",
            case=row.case,
            row=row.number,
            mark=str(row.mark),
            recorded=str(row.recorded),
        )
    if ballot.rows:
        yield "  " + say.text("cli.status.ballot_settle", document=f"{sitting_id}/{ballot.name}")


def _member(ballot: BallotStanding) -> str:
    return "—" if ballot.member is None else full_name(ballot.member)


def _entry(standing: SittingStanding, on: date, cli: CliContext) -> dict[str, object]:
    return {
        "sitting": standing.sitting.id,
        "held_on": standing.sitting.held_on.isoformat() if standing.sitting.held_on else None,
        "ballots": [
            {
                "name": ballot.name,
                "member": ballot.member.id if ballot.member else None,
                "state": ballot.state,
                "filed_on": ballot.filed_on.isoformat() if ballot.filed_on else None,
                "scan": str(ballot.scan) if ballot.scan else None,
                "rows": [
                    {"row": row.number, "case": row.case, "mark": row.mark, "recorded": row.recorded}
                    for row in ballot.rows
                ],
            }
            for ballot in standing.ballots
        ],
        "to_sign": [awaited_entry(paper, cli.say) for paper in standing.awaited],
        "deadlines": [deadline_entry(deadline, on, cli.say) for deadline in standing.deadlines],
    }
