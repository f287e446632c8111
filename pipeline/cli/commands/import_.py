"""`jeke import`: a personal file out of another archive."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.flow.casefile.pending import settle
from pipeline.flow.maintenance.importing import arriving, authorities_used, former, take_in, trust
from pipeline.flow.site.seal_roots import known_authorities
from pipeline.flow.site.write_lock import write_lock


@click.command("import")
@click.argument("bag", type=click.Path(path_type=Path), metavar="BAG")
@click.option("--trust-authorities", "trusting", is_flag=True)
@common
@click.pass_obj
def import_file(cli: CliContext, bag: Path, *, trusting: bool) -> None:
    """Nothing is written before all of the bag was validated; afterwards every file is compared."""
    places, say = cli.places, cli.say.text
    with arriving(places, bag) as file, write_lock(places.state), cli.archive() as (root, index):
        root.recover()

        def tell() -> None:
            came = file.snapshot
            cli.account(AuditEvent.IMPORT, [came.id], version=came.head, **former(file))

        settle(places.state, root, cli.audit, datetime.now().astimezone())
        done = take_in(file, places.state, root, index, tell)
        unknown = authorities_used(file, known_authorities(cli.places.seal, cli.own_seal))
        for authority in unknown:
            cli.tell(say("cli.import.authority", subject=authority.subject, sha256=authority.sha256))
        if trusting:
            for authority in unknown:
                cli.account(AuditEvent.IMPORT, [done.object_id], authority=authority.sha256)
            trust(tuple(authority.certificate for authority in unknown), places)
        stayed = sum(e.stored is not None and e.destroyed is None for e in file.entry.register.entries)
    if done.new:
        cli.tell(say("cli.import.done", object=done.object_id, versions=len(done.new)))
    else:
        cli.tell(say("cli.import.same", object=done.object_id))
    cli.tell(say("cli.import.equal", files=done.files, kilobytes=max(1, done.size // 1000)))
    if stayed:
        cli.tell(say("cli.import.recordings", count=stayed))
    if unknown:
        cli.tell(say("cli.import.trusted" if trusting else "cli.import.untrusted", count=len(unknown)))


COMMANDS = (import_file,)
