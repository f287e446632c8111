"""`jeke restore`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from pipeline.cli.commands.backup import named_files
from pipeline.cli.commands.init import places_of, shipped
from pipeline.cli.commands.verify import problem_line, told
from pipeline.cli.context import CONFIG_NAME, CliContext, login
from pipeline.cli.options import common
from pipeline.cli.progress import progress
from pipeline.domain.errors import ExitCode, JekeError
from pipeline.flow.maintenance.restoring import backups_in, bring_back, prove, total
from pipeline.flow.maintenance.verify import Asked
from pipeline.flow.site.laying_out import lay_out_place


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="NEWDIR")
@click.option("--backup", "name", metavar="NAME")
@common
@click.pass_obj
def restore(cli: CliContext, folder: Path, *, target: Path | None, name: str | None) -> int:
    """Without `--to` the backups are listed. The restored place is verified; exit status as `verify`."""
    if target is None:
        return _list(cli, folder)
    say, now = cli.say.text, datetime.now().astimezone()

    def lay_out(part: Path) -> None:
        list(lay_out_place(part, shipped(), places_of, agent=login(), at=now))

    with progress(cli, total(folder, name), say("cli.restore.label")) as step:
        came = bring_back(folder, target, name, places_of, lay_out, step)
    if came.config_aside is not None:
        cli.tell(say("cli.restore.config_saved", file=came.config_aside.name))
    at = f"{came.listed.at:%d.%m.%Y %H:%M}"
    restored = came.restored
    cli.tell(say("cli.restore.done", objects=restored.objects, files=restored.files, at=at))
    for place in restored.damaged:
        cli.put(say("cli.restore.damaged", place=place))
    new = replace(cli, config_file=target / CONFIG_NAME, config_named=True)
    asked = Asked.of(new.places, new.own_seal, now, quick=False, fresh=True)
    with progress(cli, restored.objects, say("cli.verify.label")) as step:
        outcome = prove(came.listed, asked, new.actor, lambda p: cli.put(problem_line(cli, p)), step)
    status = told(cli, outcome, quick=False)
    files = named_files(new, target.absolute())
    for kept, outside in files.to_put_back(target).items():
        cli.tell(say("cli.restore.outside", kept=kept, place=str(outside)))
    for lacking in files.lacking(came.listed):
        cli.tell(say("cli.restore.missing", place=lacking))
    cli.put(str(target))
    return ExitCode.FINDINGS if restored.damaged else status


def _list(cli: CliContext, folder: Path) -> int:
    status = ExitCode.DONE
    for name, listed in backups_in(folder):
        if isinstance(listed, JekeError):
            cli.tell(cli.say.error(listed))
            status = ExitCode.FINDINGS
        else:
            at, objects = f"{listed.at:%d.%m.%Y %H:%M}", len(listed.objects)
            cli.put(cli.say.text("cli.restore.listed", name=name, at=at, objects=objects))
    return status


COMMANDS = (restore,)
