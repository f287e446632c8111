"""`jeke retention hold` and `release`: bans on destruction set and lifted."""

from __future__ import annotations

import click

from pipeline.cli.commands.retention.lines import tell_unplanned
from pipeline.cli.commands.retention.two_people import release_appeal
from pipeline.cli.context import CliContext, login
from pipeline.cli.options import common
from pipeline.flow.retention.holding import Subject, release, set_hold
from pipeline.flow.retention.sweep import Cleanup

_subject = click.argument("subject", metavar="CASE|RECORDING")
_mandate = click.option("--mandate", required=True, metavar="TEXT")
_by = click.option("--by", metavar="NAME")
_dry_run = click.option("--dry-run", is_flag=True)


@click.command("hold")
@_subject
@_mandate
@_by
@_dry_run
@common
@click.pass_obj
def hold(cli: CliContext, subject: str, *, mandate: str, by: str | None, dry_run: bool) -> None:
    """`--by` is who decided it, the person at the terminal where nobody is named."""
    with cli.workplace() as place:
        held = set_hold(place, subject, mandate, by or login(), agent=login(), dry_run=dry_run)
    _say(cli, "cli.retention.held", held, mandate, dry_run=dry_run)


@click.command("release")
@_subject
@_mandate
@click.option("--reason", default="", metavar="TEXT")
@click.option("--appeal", is_flag=True)
@_by
@_dry_run
@common
@click.pass_obj
def lift(
    cli: CliContext, subject: str, *, mandate: str, reason: str, appeal: bool, by: str | None, dry_run: bool
) -> None:
    """The mandate names the hold that is lifted; with `--appeal` it is on what an appeal's ban is lifted."""
    if appeal and dry_run:
        raise click.UsageError(cli.say.text("cli.retention.release.appeal_dry_run"))
    if appeal:
        release_appeal(cli, subject, mandate, by or "")
        return
    with cli.workplace() as place:
        freed = release(place, subject, mandate, reason, by or login(), agent=login(), dry_run=dry_run)
        unplanned = Cleanup(place, login()).unplanned()
    _say(cli, "cli.retention.released", freed, mandate, dry_run=dry_run)
    tell_unplanned(cli, unplanned)


def _say(cli: CliContext, key: str, subject: Subject, mandate: str, *, dry_run: bool) -> None:
    what = subject.recording or cli.say.text("cli.retention.whole_case")
    cli.put(cli.say.text(key, case=subject.case, recording=what, mandate=" ".join(mandate.split())))
    if dry_run:
        cli.tell(cli.say.text("cli.retention.dry_run"))


COMMANDS = (hold, lift)
