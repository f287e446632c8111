"""`jeke person merge` and `jeke withdraw`: personal files put right, with the reason, by whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from pipeline.archive.person.corrections import Correction
from pipeline.cli.desk import Desk, login
from pipeline.cli.options import common
from pipeline.domain.errors import RefusedError
from pipeline.flow.casefile.corrections import join
from pipeline.flow.casefile.corrections import withdraw as withdraw_case
from pipeline.flow.casefile.registered import registered
from pipeline.flow.ingest.outbox import keep_current
from pipeline.flow.site.kept_journal import opened_journal
from pipeline.flow.site.turn import turn
from pipeline.flow.site.workplace import Workplace

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
def merge(desk: Desk, from_iin: str, into_iin: str, *, reason: str, renamed: bool) -> None:
    """Exit status: 3 where an IIN has no file, 4 where the files cannot be joined."""
    with _alone(desk) as place:
        stays, goes = join(place, from_iin, into_iin, _correction(place, reason), renamed=renamed)
    desk.put(desk.say.text("cli.person.merged", stays=stays, goes=goes))


@click.command("withdraw")
@click.argument("case", metavar="CASE")
@reason_given
@common
@click.pass_obj
def withdraw(desk: Desk, case: str, *, reason: str) -> None:
    """Exit status: 3 where there is no such case, 4 where a sitting's record names it."""
    with _alone(desk) as place, opened_journal(place.places, place.clock) as journal:
        object_id = withdraw_case(place, journal, case, _correction(place, reason))
        taken = keep_current(place, [object_id])
        holds = registered(place.root.get(object_id)).holds
    desk.put(desk.say.text("cli.withdraw.done", case=case, object=object_id))
    if taken:
        desk.tell(desk.say.text("cli.withdraw.outbox", count=taken))
    if bans := tuple(hold.mandate for hold in holds if hold.case == case and hold.lifted is None):
        desk.tell(desk.say.text("cli.withdraw.bans", mandates=bans))


@contextmanager
def _alone(desk: Desk) -> Iterator[Workplace]:
    """The place of work, with nobody else changing the archive meanwhile."""
    with desk.workplace() as place, turn(place.places.state):
        place.root.recover()
        yield place


def _correction(place: Workplace, reason: str) -> Correction:
    """Raises RefusedError `reason_missing`."""
    said = " ".join(reason.split())
    if not said:
        raise RefusedError("reason_missing")
    return Correction(said, login(), place.clock())


COMMANDS = (person, withdraw)
