"""`jeke serve`: the page for HR, archivists and those who look after them."""

from __future__ import annotations

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.web.server import DEFAULT_BIND
from pipeline.web.server import serve as become_server


@click.command("serve")
@click.option("--bind", default=DEFAULT_BIND, metavar="HOST:PORT|unix:PATH")
@click.option("--workers", type=click.IntRange(1, 32), default=2, metavar="N")
@common
@click.pass_obj
def serve(cli: CliContext, *, bind: str, workers: int) -> None:
    """Becomes the server's process; a signal ends it."""
    places = cli.places
    cli.tell(cli.say.text("cli.serve.at", bind=bind, folder=str(places.archive.parent)))
    become_server(cli.config_file, bind, workers)


COMMANDS = (serve,)
