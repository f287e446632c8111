"""`jeke retention register` and `report`: every recording in one list, and how the keeping stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from pipeline.cli.commands.retention.lines import item_line, tell_unplanned
from pipeline.cli.context import CliContext, login, today
from pipeline.cli.options import Day, OutPath, as_json, common
from pipeline.domain.errors import MachineError
from pipeline.flow.recordings.awaited import Awaited
from pipeline.flow.retention.listing import as_csv, as_workbook, recordings
from pipeline.flow.retention.reporting import report as report_of
from pipeline.retention.plan import item_fields

_FILE = OutPath(path_type=Path, dir_okay=False)


@click.command("register")
@click.option("--xlsx", type=_FILE, metavar="FILE")
@click.option("--csv", type=_FILE, metavar="FILE")
@as_json
@common
@click.pass_obj
def register(cli: CliContext, *, xlsx: Path | None, csv: Path | None, as_json: bool) -> None:
    """Every recording there is or was, by case."""
    years = cli.config.readings.recording_retention_years
    with cli.archive() as (_, index):
        rows = recordings(index, cli.actor, years, taken_out=bool(xlsx or csv))
    if xlsx is not None:
        _write(xlsx, as_workbook(rows))
    if csv is not None:
        _write(csv, as_csv(rows))
    if as_json:
        cli.put_json({"format": "jeke/recordings-register/1", "recordings": rows})
    elif xlsx is None and csv is None:
        for row in rows:
            cli.put(cli.say.text("cli.retention.register.line", **{k: v or "—" for k, v in row.items()}))
    for file in filter(None, (xlsx, csv)):
        cli.tell(cli.say.text("cli.retention.register.written", file=str(file), count=len(rows)))
    if not rows:
        cli.tell(cli.say.text("cli.retention.register.none"))


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise MachineError("file_unwritable", file=str(path), reason=error.strerror or "") from error


# --- report ---------------------------------------------------------------------------------------------


@click.command("report")
@click.option("--days", type=click.IntRange(0, 3660), default=90, show_default=True, metavar="N")
@click.option("--on", type=Day(), metavar="DATE")
@as_json
@common
@click.pass_obj
def report(cli: CliContext, *, days: int, on: date | None, as_json: bool) -> None:
    """What is over, ends within the days, is held, needs a person, is destroyed, was never handed in."""
    on = on or today()
    with cli.workplace() as place:
        told = report_of(place, login(), on, days)
    parts, destroyed, missing = told.by_state, told.destroyed, told.awaited
    if as_json:
        entries = {name: [item_fields(item) for item in items] for name, items in parts.items()}
        gone = [
            {
                "case": e.case,
                "file": e.file,
                "act": d.act,
                "on": d.on.isoformat(),
                "path": d.path,
                "sha512": d.sha512,
            }
            for e, d in destroyed
        ]
        cli.put_json(
            {
                "format": "jeke/retention-report/1",
                "on": on.isoformat(),
                "days": days,
                **entries,
                "destroyed": gone,
                "awaited": [_awaited_entry(each, on) for each in missing],
            }
        )
        return
    for name, items in parts.items():
        cli.put(cli.say.text(f"retention.report.{name}", count=len(items), days=days))
        for item in items:
            cli.put("  " + item_line(item, item.reason, cli.say))
    cli.put(cli.say.text("retention.report.destroyed", count=len(destroyed)))
    for entry, act in destroyed:
        line = cli.say.text(
            "retention.report.act", case=entry.case, file=entry.file or "—", act=act.act, on=act.on
        )
        cli.put("  " + line)
    cli.put(cli.say.text("retention.report.awaited", count=len(missing)))
    for each in missing:
        line = cli.say.text(
            "retention.report.awaited.item",
            case=each.entry.case,
            file=each.entry.file or "—",
            recorded_on=each.entry.recorded_on or "—",
            keep_until=each.keep_until or "—",
        )
        cli.put("  " + line)
        if each.over(on):
            cli.put("    " + cli.say.text("retention.report.awaited.over"))
    tell_unplanned(cli, told.unplanned)


def _awaited_entry(each: Awaited, on: date) -> dict[str, object]:
    recorded = each.entry.recorded_on
    return {
        "case": each.entry.case,
        "sitting": each.entry.sitting,
        "file": each.entry.file,
        "recorded_on": recorded and recorded.isoformat(),
        "keep_until": each.keep_until and each.keep_until.isoformat(),
        "term_over": each.over(on),
    }


COMMANDS = (register, report)
