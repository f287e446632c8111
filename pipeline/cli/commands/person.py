"""`jeke person merge` and `jeke withdraw`: what was filed wrong put right, with reason, login and time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pipeline.archive.person.corrections import Correction
from pipeline.cli.context import CliContext, login
from pipeline.cli.options import common
from pipeline.domain.errors import RefusedError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.corrections import join
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.withdrawing import named
from pipeline.flow.casefile.withdrawing import withdraw as withdraw_record
from pipeline.flow.site.kept_journal import opened_journal
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
    with _alone(cli) as place:
        stays, goes = join(place, from_iin, into_iin, _correction(place, reason), renamed=renamed)
    cli.put(cli.say.text("cli.person.merged", stays=stays, goes=goes))


@click.command("withdraw")
@click.argument("record", metavar="ID")
@click.option("--kind", type=click.Choice([str(kind) for kind in Kind]), metavar="KIND")
@reason_given
@common
@click.pass_obj
def withdraw(cli: CliContext, record: str, *, kind: str | None, reason: str) -> None:
    """Exit status: 3 where there is no such record, 4 where another rests on it or people signed."""
    with _alone(cli) as place, opened_journal(place.places, place.clock) as journal:
        ref = named(place, record, Kind(kind) if kind else None)
        done = withdraw_record(place, journal, ref, _correction(place, reason))
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


@contextmanager
def _alone(cli: CliContext) -> Iterator[Workplace]:
    """The place of work, with nobody else changing the archive meanwhile."""
    with cli.workplace() as place, write_lock(place.places.state):
        place.root.recover()
        yield place


def _correction(place: Workplace, reason: str) -> Correction:
    """Raises RefusedError `reason_missing`."""
    said = " ".join(reason.split())
    if not said:
        raise RefusedError("reason_missing")
    return Correction(said, login(), place.clock())


COMMANDS = (person, withdraw)
