"""`jeke check`: records read and judged without filing anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli import check_json
from pipeline.cli.context import CliContext, today
from pipeline.cli.options import Day, as_json, common
from pipeline.cli.reading import Files, read_files
from pipeline.domain.errors import ExitCode
from pipeline.domain.findings import Deadline, Decision, Finding, Judgement, Severity
from pipeline.flow.casefile.checking import judged_alone, judged_with_archive
from pipeline.intake.workdays import load_calendar
from pipeline.law.readings import Readings
from pipeline.messages.frames import Where, finding_text, input_error_text
from pipeline.messages.lines import deadline_line, decision_line


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--on", type=Day(), metavar="DATE")
@click.option("--alone", is_flag=True)
@as_json
@common
@click.pass_obj
def check(cli: CliContext, files: tuple[Path, ...], *, on: date | None, alone: bool, as_json: bool) -> int:
    """Exit status: 2 where a file cannot be read, 1 where a finding blocks, else 0."""
    read = read_files(files)
    if read.errors:
        _put_errors(cli, read, as_json=as_json)
        return ExitCode.UNREADABLE
    on = on or today()
    judgement = _judged_alone(cli, read, on) if alone else _judged_with_archive(cli, read, on)
    if as_json:
        cli.put_json(_as_object(cli, read, judgement, on))
    else:
        _put_judgement(cli, read, judgement, on)
    return ExitCode.FINDINGS if judgement.blocks else ExitCode.DONE


def _judged_alone(cli: CliContext, read: Files, on: date) -> Judgement:
    config = cli.config_if_any
    calendar = load_calendar(config.calendar if config else None)
    readings = config.readings.readings if config else Readings()
    return judged_alone([r.record for r in read.records], calendar, readings, on)


def _judged_with_archive(cli: CliContext, read: Files, on: date) -> Judgement:
    with cli.workplace(on) as place:
        checked = judged_with_archive(place, [r.record for r in read.records], on)
    if checked.files:  # what is filed of these people shows in the findings
        cli.account(AuditEvent.VIEW, checked.files, of="check")
    return checked.judgement


def _findings(read: Files, judgement: Judgement) -> tuple[Finding, ...]:
    """What the reader repaired, then what judging found."""
    return (*(repair for record in read.records for repair in record.repairs), *judgement.findings)


def _as_object(cli: CliContext, read: Files, judgement: Judgement, on: date) -> dict[str, object]:
    return check_json.checked(
        read.sources,
        _findings(read, judgement),
        judgement.deadlines,
        judgement.decisions,
        on=on,
        say=cli.say,
    )


def _put_errors(cli: CliContext, read: Files, *, as_json: bool) -> None:
    if as_json:
        cli.put_json(check_json.unreadable(read.errors, cli.say))
        return
    for error in read.errors:
        cli.put(input_error_text(error, cli.say) + "\n")
    files = len({error.file for error in read.errors})
    cli.put(cli.say.text("cli.check.unreadable", errors=len(read.errors), files=files))


def _put_judgement(cli: CliContext, read: Files, judgement: Judgement, on: date) -> None:
    findings = _findings(read, judgement)
    sources = read.sources
    for finding in findings:
        source = sources.get(finding.record)
        where = Where.of(source, finding.path) if source else None
        cli.put(finding_text(finding, where, cli.say) + "\n")
    _put_deadlines(cli, judgement.deadlines, on)
    _put_decisions(cli, judgement.decisions)
    counts = {str(level): sum(f.severity is level for f in findings) for level in Severity}
    cli.put(cli.say.text("cli.check.summary", records=len(read.records), **counts))


def _put_deadlines(cli: CliContext, deadlines: Iterable[Deadline], on: date) -> None:
    due = tuple(d for d in deadlines if d.owed(on))
    if due:
        cli.put(cli.say.text("cli.check.deadlines"))
        for deadline in due:
            cli.put(f"  {deadline_line(deadline, on, cli.say)}  ({deadline.record})")
        cli.put("")


def _put_decisions(cli: CliContext, decisions: Sequence[Decision]) -> None:
    for decision in decisions:
        cli.put(decision_line(decision, cli.say))
    if decisions:
        cli.put("")


COMMANDS = (check,)
