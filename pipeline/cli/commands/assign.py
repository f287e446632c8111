"""`jeke assign`: a page whose mark cannot be read is given to its document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pipeline.cli.context import CliContext, login
from pipeline.cli.options import common
from pipeline.flow.scans.deciding import Said, assign
from pipeline.flow.site.kept_journal import opened_journal
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.journal import Journal


@click.command("assign")
@click.argument("drop", metavar="DROP")
@click.argument("page", type=click.IntRange(1), metavar="PAGE")
@click.argument("document", metavar="DOCUMENT")
@click.option("--as", "own_page", type=click.IntRange(1), metavar="N")
@common
@click.pass_obj
def assign_page(cli: CliContext, drop: str, page: int, document: str, *, own_page: int | None) -> None:
    """A page without a readable mark is given to its document."""
    with at_scans(cli) as (place, journal):
        said = assign(place, journal, drop, page, document, own_page=own_page, by=login())
    cli.put(cli.say.text("cli.assign.done", page=page, document=said.document))
    tell_where(cli, said)


@contextmanager
def at_scans(cli: CliContext) -> Iterator[tuple[Workplace, Journal]]:
    """The place of work and its journal, opened."""
    with cli.workplace() as place, opened_journal(place.places, place.clock) as journal:
        yield place, journal


def tell_where(cli: CliContext, said: Said) -> None:
    """Where the scan is after what was said of it."""
    if said.again is not None:
        cli.tell(cli.say.text("cli.review.again", name=said.again.name))
    elif said.state.questions:
        cli.tell(cli.say.text("cli.review.more", count=len(said.state.questions)))
    elif any(d.accepted for d in said.state.decisions) or said.state.assigned:
        cli.tell(cli.say.text("cli.review.gone", name=said.state.name))


COMMANDS = (assign_page,)
