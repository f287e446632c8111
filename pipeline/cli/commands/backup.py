"""`jeke backup`, `jeke restore`."""

from __future__ import annotations

from dataclasses import astuple, replace
from datetime import datetime
from pathlib import Path

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.moves.backup import Backup
from pipeline.archive.moves.backup_list import BackupList
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.cli.commands.init import lay_out
from pipeline.cli.commands.verify import problem_line, told
from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.cli.progress import progress
from pipeline.config import load_config
from pipeline.domain.errors import CorruptError, ExitCode
from pipeline.flow.maintenance.backup import (
    CONFIG,
    Whole,
    back_up,
    bring_back,
    total,
)
from pipeline.flow.maintenance.named_files import NamedFiles
from pipeline.flow.maintenance.verify import Asked, check
from pipeline.flow.site.identity import require
from pipeline.flow.site.opening import reindex
from pipeline.flow.site.parallel import cores
from pipeline.flow.site.seal_roots import known_authorities


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
    files = _named(cli, config_file.parent)
    named, apart = files.kept()
    whole = Whole(places, config_file, named, apart, recording_keys, _now())
    require(places)
    cli.account(AuditEvent.BACKUP, (), recording_keys=int(recording_keys))
    with cli.archive() as (_, index):
        whole = replace(whole, indexed=index.object_ids())
    with progress(cli, len(whole.indexed), say("cli.backup.label")) as step:
        made, taken = back_up(whole, folder, step)
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
    opened = Backup.open(folder)
    with opened.alone():
        damaged = list(opened.check())
    for place in damaged:
        cli.put(cli.say.text("cli.backup.check_damaged", place=place))
    cli.tell(cli.say.text("cli.backup.check_broken" if damaged else "cli.backup.check_sound"))
    return ExitCode.FINDINGS if damaged else ExitCode.DONE


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="NEWDIR")
@click.option("--backup", "name", metavar="NAME")
@common
@click.pass_obj
def restore(cli: CliContext, folder: Path, *, target: Path | None, name: str | None) -> int:
    """Without `--to` the backups are listed. The restored place is verified; exit status as `verify`."""
    say = cli.say.text
    if target is None:
        return _list(cli, folder)
    with progress(cli, total(folder, name), say("cli.restore.label")) as step:
        listed, restored = bring_back(folder, target, name, lambda part: _complete(cli, part), step)
    at = f"{listed.at:%d.%m.%Y %H:%M}"
    cli.tell(say("cli.restore.done", objects=restored.objects, files=restored.files, at=at))
    for place in restored.damaged:
        cli.put(say("cli.restore.damaged", place=place))
    new = replace(cli, config_file=target / CONFIG, config_named=True)
    status = _prove(new, listed, restored.objects)
    files = _named(new, target.absolute())
    for kept, outside in files.outside().items():
        if (target / kept).exists() and not outside.exists():
            cli.tell(say("cli.restore.outside", kept=kept, place=str(outside)))
    for place in files.lacking(listed):
        cli.tell(say("cli.restore.missing", place=place))
    cli.put(str(target))
    return ExitCode.FINDINGS if restored.damaged else status


def _complete(cli: CliContext, part: Path) -> None:
    """The folders that no backup holds; a configuration that still leads elsewhere is laid aside."""
    config = part / CONFIG
    if config.is_file() and any(
        path.parent != part.absolute() for path in astuple(load_config(config).paths)
    ):
        config.rename(config.with_suffix(".saved"))
        cli.tell(cli.say.text("cli.restore.config_saved", file=config.with_suffix(".saved").name))
    list(lay_out(part))


def _prove(cli: CliContext, listed: BackupList, objects: int) -> int:
    """The index made anew, then everything verified; the audit chain is told first, and of which head."""
    places = cli.places
    number, _, sha256 = listed.audit_head.partition(":")
    cli.account(AuditEvent.RESTORE, (), former_number=int(number or 0), former_sha256=sha256)
    reindex(StorageRoot.open(places.archive), places)
    asked = Asked(
        places,
        quick=False,
        roots=known_authorities(cli.places.seal, cli.own_seal),
        now=_now(),
        fresh=True,
        workers=cores(),
        own_seal=cli.own_seal is not None,
    )
    with progress(cli, objects, cli.say.text("cli.verify.label")) as step:
        outcome = check(asked, lambda problem: cli.put(problem_line(cli, problem)), step)
    return told(cli, outcome, quick=False)


def _list(cli: CliContext, folder: Path) -> int:
    opened, status = Backup.open(folder), ExitCode.DONE
    for name in opened.names():
        try:
            listed = opened.read(name)
        except CorruptError as error:
            cli.tell(cli.say.error(error))
            status = ExitCode.FINDINGS
            continue
        cli.put(
            cli.say.text(
                "cli.restore.listed", name=name, at=f"{listed.at:%d.%m.%Y %H:%M}", objects=len(listed.objects)
            )
        )
    return status


def _named(cli: CliContext, place: Path) -> NamedFiles:
    return NamedFiles(place, cli.config.calendar, cli.own_seal, cli.config.trust.folder)


def _now() -> datetime:
    return datetime.now().astimezone()


COMMANDS = (backup, restore)
