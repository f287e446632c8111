"""`jeke backup`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.cli.progress import progress
from pipeline.domain.errors import ExitCode
from pipeline.flow.maintenance.backup import Whole, back_up, damaged_in
from pipeline.flow.maintenance.named_files import NamedFiles


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--with-recording-keys", "recording_keys", is_flag=True)
@click.option("--check", "checking", is_flag=True)
@common
@click.pass_obj
def backup(cli: CliContext, folder: Path, *, recording_keys: bool, checking: bool) -> int:
    """Exit status: 1 where an object does not verify or is gone; an earlier backup's copy of it stays."""
    if checking:
        return _check(cli, folder)
    say, places = cli.say.text, cli.places
    if recording_keys:
        cli.tell(say("cli.backup.with_keys"))
    config_file = cli.config_file.absolute()
    files = named_files(cli, config_file.parent)
    named, apart = files.kept()
    with cli.archive() as (_, index):
        indexed = index.object_ids()
    now = datetime.now().astimezone()
    whole = Whole(places, config_file, named, apart, recording_keys, now, indexed)
    with progress(cli, len(indexed), say("cli.backup.label")) as step:
        made, taken = back_up(whole, folder, cli.actor, step)
    cli.put(made.name)
    cli.tell(say("cli.backup.done", objects=len(made.objects), files=len(made.files)))
    megabytes = round(taken.copied_size / 1e6, 1)
    cli.tell(say("cli.backup.new", versions=taken.versions, files=taken.copied, megabytes=f"{megabytes:g}"))
    cli.tell(say("cli.backup.audit", head=made.audit_head))
    for outside in sorted(set(files.outside().values())):
        cli.tell(say("cli.backup.outside", path=str(outside)))
    for path in made.left_out:
        cli.tell(say("cli.backup.left_out", path=path))
    for object_id in made.damaged:
        cli.put(say("cli.backup.damaged", object=object_id))
    for object_id in made.missing:
        cli.put(say("cli.backup.missing", object=object_id))
    return ExitCode.FINDINGS if made.damaged or made.missing else ExitCode.DONE


def _check(cli: CliContext, folder: Path) -> int:
    """The backup itself, read whole."""
    damaged = damaged_in(folder)
    for place in damaged:
        cli.put(cli.say.text("cli.backup.check_damaged", place=place))
    cli.tell(cli.say.text("cli.backup.check_broken" if damaged else "cli.backup.check_sound"))
    return ExitCode.FINDINGS if damaged else ExitCode.DONE


def named_files(cli: CliContext, place: Path) -> NamedFiles:
    """The files that the configuration names; it lies in that folder."""
    return NamedFiles(place, cli.config.calendar, cli.own_seal, cli.config.trust.folder)


COMMANDS = (backup,)
