"""`jeke deadlines`: what is due, overdue first, then soonest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli.check_json import deadline_entry
from pipeline.cli.context import CliContext, today
from pipeline.cli.ics import calendar_of
from pipeline.cli.options import Day, OutPath, as_json, common
from pipeline.cli.summary import unread_lines
from pipeline.domain.errors import ExitCode, MachineError
from pipeline.domain.findings import Deadline
from pipeline.domain.names import full_name
from pipeline.flow.standing.ahead import what_is_ahead
from pipeline.flow.standing.case import CaseStanding
from pipeline.flow.standing.due import Due
from pipeline.messages.lines import appeal_line, due_line, recordings_awaited_line


@click.command("deadlines")
@click.option("--ics", type=OutPath(path_type=Path), metavar="FILE")
@click.option("--on", type=Day(), metavar="DATE")
@as_json
@common
@click.pass_obj
def deadlines(cli: CliContext, *, ics: Path | None, on: date | None, as_json: bool) -> int:
    """A right that has run out is no longer shown; of recordings, those whose keeping ends within 90 days.

    Exit status: 1 where something filed could not be read.
    """
    day = on or today()
    with cli.workplace(on) as place:
        ahead = what_is_ahead(place, on)
    due, appealed = ahead.due, ahead.appealed
    if due or appealed:
        cli.account(AuditEvent.VIEW, (), of="deadlines", scope="all")
    if ics is not None:
        _write_ics(cli, ics, (each.deadline for each in due))
    elif as_json:
        _put_json(cli, day, due, appealed)
    else:
        for case in appealed:
            cli.put(f"{appeal_line(case, cli.say)}  (case:{case.case}, {full_name(case.person)})")
        for each in due:
            cli.put(due_line(each, day, cli.say))
    if not due:
        cli.tell(cli.say.text("cli.deadlines.none"))
    for line in (recordings_awaited_line(ahead.awaited, day, cli.say), *unread_lines(ahead.unread, cli.say)):
        if line is not None:
            cli.tell(line)
    return ExitCode.FINDINGS if ahead.unread else ExitCode.DONE


def _put_json(cli: CliContext, on: date, due: Iterable[Due], appealed: Iterable[CaseStanding]) -> None:
    appeals = [
        {"case": case.case, "filed_on": case.appeal.filed_on.isoformat()} for case in appealed if case.appeal
    ]
    entries = [deadline_entry(each.deadline, on, cli.say) for each in due]
    told = {"on": on.isoformat(), "deadlines": entries, "open_appeals": appeals}
    cli.put_json({"format": "jeke/deadlines/1", **told})


def _write_ics(cli: CliContext, path: Path, due: Iterable[Deadline]) -> None:
    try:
        path.write_bytes(calendar_of(due, datetime.now(UTC), cli.say))
    except OSError as error:
        raise MachineError("file_unwritable", file=str(path), reason=error.strerror or "") from error
    cli.tell(cli.say.text("cli.deadlines.written", file=str(path)))


COMMANDS = (deadlines,)
