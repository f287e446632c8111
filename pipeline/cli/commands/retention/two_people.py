"""`jeke retention shorten`, `release --appeal`, `clock`: what two people say, each for themselves."""

from __future__ import annotations

import click

from pipeline.cli.context import CliContext, today
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
def shorten(cli: CliContext, recording: str, *, mandate: str, by: str) -> None:
    """The term is counted by what the sitting's record says now."""
    with cli.workplace() as place:
        decided = shorten_term(place, recording, Asking(by, approver(), mandate))
    tell(cli, decided, "cli.retention.shortened", recording=recording)


@click.command("clock")
@_mandate
@_by
@common
@click.pass_obj
def clock(cli: CliContext, *, mandate: str, by: str) -> None:
    """The way out where something was written down under a wrong clock."""
    cli.tell(cli.say.text("cli.retention.clock.now", day=today()))
    with cli.workplace() as place:
        decided = accept_clock(place, Asking(by, approver(), mandate))
    tell(cli, decided, "cli.retention.clock.accepted")


def release_appeal(cli: CliContext, case: str, mandate: str, by: str) -> None:
    """What `release --appeal` does."""
    with cli.workplace() as place:
        decided = lift_appeal(place, case, Asking(by, approver(), mandate))
    tell(cli, decided, "cli.retention.appeal_lifted", case=case)


def tell(cli: CliContext, decided: Decided, key: str, **values: str) -> None:
    """Who has approved, and what was done or is lacking."""
    for approval in decided.approvals:
        cli.put(cli.say.text("cli.retention.two.approval", by=approval.by, user=approval.user))
    if decided.done:
        cli.put(cli.say.text(key, **values))
    else:
        left = NEEDED - len(decided.approvals)
        cli.tell(cli.say.text("cli.retention.two.more", left=left))


COMMANDS = (shorten, clock)
