"""`jeke person merge`: two files of one person joined, with reason, login and time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pipeline.cli.context import CliContext, login
from pipeline.cli.options import common
from pipeline.flow.casefile.corrections import correction_of, join
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock

reason_given = click.option("--reason", required=True, metavar="TEXT")


@click.group("person")
@common
def person() -> None:
    """Its help stands in the catalogues."""


@person.command("merge")
@click.argument("from_iin", metavar="FROM_IIN")
@click.argument("into_iin", metavar="INTO_IIN")
@reason_given
@click.option("--renamed", is_flag=True)
@common
@click.pass_obj
def merge(cli: CliContext, from_iin: str, into_iin: str, *, reason: str, renamed: bool) -> None:
    """Exit status: 3 where an IIN has no file, 4 where the files cannot be joined."""
    with alone(cli) as place:
        stays, goes = join(place, from_iin, into_iin, correction_of(place, reason, login()), renamed=renamed)
    cli.put(cli.say.text("cli.person.merged", stays=stays, goes=goes))


@contextmanager
def alone(cli: CliContext) -> Iterator[Workplace]:
    """The place of work, with nobody else changing the archive meanwhile."""
    with cli.workplace() as place, write_lock(place.places.state):
        place.root.recover()
        yield place


COMMANDS = (person,)
