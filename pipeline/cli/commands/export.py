"""`jeke export`: a personal file given out whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.entry import ObjectKind
from pipeline.cli.context import CliContext
from pipeline.cli.options import OutPath, common
from pipeline.domain.errors import NotFoundError
from pipeline.flow.lookup.naming import objects_named
from pipeline.flow.maintenance.exporting import export, leaving
from pipeline.flow.site.seal_roots import known_authorities


@click.command("export")
@click.argument("words", nargs=-1, required=True, metavar="PERSON")
@click.option("--out", type=OutPath(path_type=Path), required=True, metavar="FILE")
@common
@click.pass_obj
def export_file(cli: CliContext, words: tuple[str, ...], *, out: Path) -> None:
    """The file is read and proven first, then told of in the audit chain, then given out."""
    with cli.archive() as (root, index):
        people = [o for o in objects_named(index, words) if o in index.object_ids(ObjectKind.PERSON)]
        if len(people) != 1:
            raise NotFoundError("several_people" if people else "export_person")
        file = leaving(root, people[0])
        told = cli.account(AuditEvent.EXPORT, [file.object_id], version=file.head)
        at = datetime.now().astimezone()
        written = export(file, out, told=told, roots=known_authorities(cli.places.seal, cli.own_seal), at=at)
    say = cli.say.text
    cli.put(str(out))
    cli.tell(say("cli.export.done", files=written.files, kilobytes=max(1, written.size // 1000)))
    cli.tell(say("cli.export.sealed_by", sha512=written.sha512))
    cli.tell(say("cli.export.audit", head=str(told.head)))
    cli.tell(say("cli.export.secret"))


COMMANDS = (export_file,)
