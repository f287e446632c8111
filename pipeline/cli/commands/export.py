"""`jeke export`: a personal file given out whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import OutPath, common
from pipeline.flow.maintenance.exporting import export, person_named
from pipeline.flow.site.seal_roots import known_authorities


@click.command("export")
@click.argument("words", nargs=-1, required=True, metavar="PERSON")
@click.option("--out", type=OutPath(path_type=Path), required=True, metavar="FILE")
@common
@click.pass_obj
def export_file(cli: CliContext, words: tuple[str, ...], *, out: Path) -> None:
    """One personal file, with its history and a page to read it by."""
    with cli.archive() as (root, index):
        roots, now = known_authorities(cli.places.seal, cli.own_seal), datetime.now().astimezone()
        written, head = export(root, person_named(index, words), out, cli.actor, roots=roots, at=now)
    say = cli.say.text
    cli.put(str(out))
    cli.tell(say("cli.export.done", files=written.files, kilobytes=max(1, written.size // 1000)))
    cli.tell(say("cli.export.sealed_by", sha512=written.sha512))
    cli.tell(say("cli.export.audit", head=str(head)))
    cli.tell(say("cli.export.secret"))


COMMANDS = (export_file,)
