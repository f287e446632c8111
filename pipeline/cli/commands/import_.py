"""`jeke import`: a personal file out of another archive."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.flow.maintenance.importing import import_bag


@click.command("import")
@click.argument("bag", type=click.Path(path_type=Path), metavar="BAG")
@click.option("--trust-authorities", "trusting", is_flag=True)
@common
@click.pass_obj
def import_file(cli: CliContext, bag: Path, *, trusting: bool) -> None:
    """Nothing is written before all of the bag was validated; afterwards every file is compared."""
    places, say = cli.places, cli.say.text
    done = import_bag(places, bag, cli.archive, cli.actor, cli.own_seal, trusting=trusting)
    for authority in done.unknown:
        cli.tell(say("cli.import.authority", subject=authority.subject, sha256=authority.sha256))
    if done.new:
        cli.tell(say("cli.import.done", object=done.object_id, versions=len(done.new)))
    else:
        cli.tell(say("cli.import.same", object=done.object_id))
    cli.tell(say("cli.import.equal", files=done.files, kilobytes=max(1, done.size // 1000)))
    if done.recordings_elsewhere:
        cli.tell(say("cli.import.recordings", count=done.recordings_elsewhere))
    if done.unknown:
        cli.tell(say("cli.import.trusted" if trusting else "cli.import.untrusted", count=len(done.unknown)))


COMMANDS = (import_file,)
