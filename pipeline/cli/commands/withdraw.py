"""`jeke withdraw`: a record filed by mistake is taken back, with reason, login and time."""

from __future__ import annotations

import click

from pipeline.cli.commands.person import alone, correction, reason_given
from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.withdrawing import named
from pipeline.flow.casefile.withdrawing import withdraw as withdraw_record
from pipeline.flow.site.kept_journal import opened_journal
from pipeline.flow.site.workplace import Workplace


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
        done = withdraw_record(place, journal, ref, correction(place, reason))
        holds = registered(place.root.get(done.object_id)).holds
        left = _recordings_of(place, ref)
    say = cli.say
    cli.put(say.text("cli.withdraw.done", kind=ref.kind.value, id=ref.id, object=done.object_id))
    for paper in done.papers:
        state = "unsigned" if paper.signed is None else "signed"
        cli.put("  " + say.text(f"cli.withdraw.{state}", title=paper.title))
    if done.from_outbox:
        cli.tell(say.text("cli.withdraw.outbox", count=done.from_outbox))
    if left:
        cli.tell(say.text("cli.withdraw.recordings", count=left))
    bans = tuple(h.mandate for h in holds if ref == Ref(Kind.CASE, h.case) and h.lifted is None)
    if bans:
        cli.tell(say.text("cli.withdraw.bans", mandates=bans))


def _recordings_of(place: Workplace, ref: Ref) -> int:
    """How many stored recordings of a sitting stay in the registers of its cases."""
    entries = (entry for register in place.index.registers().values() for entry in register.entries)
    kept = (e for e in entries if e.stored is not None and e.destroyed is None)
    return sum(ref == Ref(Kind.SITTING, entry.sitting) for entry in kept)


COMMANDS = (withdraw,)
