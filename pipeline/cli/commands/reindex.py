"""`jeke reindex`: the index made anew from the archive."""

from __future__ import annotations

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.domain.errors import ExitCode
from pipeline.flow.maintenance.reindexing import make_index_anew


@click.command("reindex")
@common
@click.pass_obj
def reindex(cli: CliContext) -> int:
    """Exit status: 1 where an object does not verify and had to be left out."""
    rebuilt = make_index_anew(cli.places, cli.actor, cli.workplace)
    cli.tell(cli.say.text("cli.reindex.done", objects=rebuilt.objects))
    for object_id in rebuilt.damaged:
        cli.put(cli.say.text("cli.reindex.damaged", object=object_id))
    return ExitCode.FINDINGS if rebuilt.damaged else ExitCode.DONE


COMMANDS = (reindex,)
