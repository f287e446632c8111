"""`jeke withdraw`: a record filed by mistake is taken back, with reason, login and time."""

from __future__ import annotations

import click

from pipeline.cli.commands.person import alone, reason_given
from pipeline.cli.context import CliContext, login
from pipeline.cli.options import common
from pipeline.domain.records import Kind
from pipeline.flow.casefile.corrections import correction_of
from pipeline.flow.casefile.withdrawing import named
from pipeline.flow.casefile.withdrawing import withdraw as withdraw_record
from pipeline.flow.site.kept_journal import opened_journal


@click.command("withdraw")
@click.argument("record", metavar="ID")
@click.option("--kind", type=click.Choice([str(kind) for kind in Kind]), metavar="KIND")
@reason_given
@common
@click.pass_obj
def withdraw(cli: CliContext, record: str, *, kind: str | None, reason: str) -> None:
    """Exit status: 3 where there is no such record, 4 where another rests on it or people signed."""
    with alone(cli) as place, opened_journal(place.places, place.clock) as journal:
        ref = named(place, record, Kind(kind) if kind else None)
        done = withdraw_record(place, journal, ref, correction_of(place, reason, login()))
    say = cli.say
    cli.put(say.text("cli.withdraw.done", kind=ref.kind.value, id=ref.id, object=done.object_id))
    for paper in done.papers:
        state = "unsigned" if paper.signed is None else "signed"
        cli.put("  " + say.text(f"cli.withdraw.{state}", title=paper.title))
    if done.from_outbox:
        cli.tell(say.text("cli.withdraw.outbox", count=done.from_outbox))
    if done.recordings:
        cli.tell(say.text("cli.withdraw.recordings", count=done.recordings))
    if done.bans:
        cli.tell(say.text("cli.withdraw.bans", mandates=done.bans))


COMMANDS = (withdraw,)
