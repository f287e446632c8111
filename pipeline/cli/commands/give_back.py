"""`jeke give-back`: a dropped file that comes to no end is given back to inbox/refused/."""

from __future__ import annotations

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.domain.iin import mask_iin
from pipeline.flow.drops.hopeless import ask_back


@click.command("give-back")
@click.argument("drop", metavar="DROP")
@common
@click.pass_obj
def give_back(cli: CliContext, drop: str) -> None:
    """The running service does it at its next look, else the next run: two would work on one file."""
    asked = ask_back(cli.places, drop)
    cli.put(cli.say.text("cli.give-back.asked", id=asked.id, name=mask_iin(asked.name)))


COMMANDS = (give_back,)
