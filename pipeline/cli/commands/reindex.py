"""`jeke reindex`: the index made anew from the archive."""

from __future__ import annotations

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.domain.errors import ExitCode
from pipeline.flow.site.identity import require
from pipeline.flow.site.opening import reindex as rebuild_index
from pipeline.flow.site.rights import require_closed
from pipeline.flow.standing.asked import standings
from pipeline.intake.instance import lock


@click.command("reindex")
@common
@click.pass_obj
def reindex(cli: CliContext) -> int:
    """Exit status: 1 where an object does not verify and had to be left out."""
    places = cli.places
    require(places)
    require_closed(places)
    root = StorageRoot.open(places.archive)
    with lock(places.state):
        cli.account(AuditEvent.REINDEX, ())
        rebuilt = rebuild_index(root, places)
        with cli.workplace() as place:
            standings(place)
    cli.tell(cli.say.text("cli.reindex.done", objects=rebuilt.objects))
    for object_id in rebuilt.damaged:
        cli.put(cli.say.text("cli.reindex.damaged", object=object_id))
    return ExitCode.FINDINGS if rebuilt.damaged else ExitCode.DONE


COMMANDS = (reindex,)
