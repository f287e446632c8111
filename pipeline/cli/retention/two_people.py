"""`jeke retention shorten`, `release --appeal`, `clock`: what two people say, each for themselves."""

from __future__ import annotations

import click

from pipeline.cli.desk import Desk, today
from pipeline.cli.identity import approver
from pipeline.cli.options import common
from pipeline.flow.retention.two_people import Asking, Decided, accept_clock, lift_appeal, shorten_term
from pipeline.retention.approval import NEEDED

_mandate = click.option("--mandate", required=True, metavar="TEXT")
_by = click.option("--by", required=True, metavar="NAME")


@click.command("shorten")
@click.argument("recording", metavar="RECORDING")
@_mandate
@_by
@common
@click.pass_obj
def shorten(desk: Desk, recording: str, *, mandate: str, by: str) -> None:
    """The term is counted by what the sitting's record says now."""
    with desk.workplace() as place:
        decided = shorten_term(place, recording, Asking(by, approver(), mandate))
    tell(desk, decided, "cli.retention.shortened", recording=recording)


@click.command("clock")
@_mandate
@_by
@common
@click.pass_obj
def clock(desk: Desk, *, mandate: str, by: str) -> None:
    """The way out where something was written down under a wrong clock."""
    desk.tell(desk.say.text("cli.retention.clock.now", day=today()))
    with desk.workplace() as place:
        decided = accept_clock(place, Asking(by, approver(), mandate))
    tell(desk, decided, "cli.retention.clock.accepted")


def release_appeal(desk: Desk, case: str, mandate: str, by: str) -> None:
    """What `release --appeal` does."""
    with desk.workplace() as place:
        decided = lift_appeal(place, case, Asking(by, approver(), mandate))
    tell(desk, decided, "cli.retention.appeal_lifted", case=case)


def tell(desk: Desk, decided: Decided, key: str, **values: str) -> None:
    """Who has approved, and what was done or is lacking."""
    for approval in decided.approvals:
        desk.put(desk.say.text("cli.retention.two.approval", by=approval.by, user=approval.user))
    if decided.done:
        desk.put(desk.say.text(key, **values))
    else:
        left = NEEDED - len(decided.approvals)
        desk.tell(desk.say.text("cli.retention.two.more", left=left))


COMMANDS = (shorten, clock)
