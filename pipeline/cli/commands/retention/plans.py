"""`jeke retention plans`, `show`, `cancel`: the plans there are, one of them, one not to be run."""

from __future__ import annotations

import click

from pipeline.cli.commands.retention.lines import plan_entry, plan_lines
from pipeline.cli.context import CliContext, login
from pipeline.cli.options import as_json, common
from pipeline.flow.retention.plan_book import Listed, PlanBook
from pipeline.flow.retention.sweep import Cleanup
from pipeline.messages.catalogue import Messages


@click.command("plans")
@as_json
@common
@click.pass_obj
def plans(cli: CliContext, *, as_json: bool) -> None:
    """A line a plan, the oldest first."""
    with cli.workplace() as place:
        listed = PlanBook(place).listed()
    if as_json:
        cli.put_json({"format": "jeke/retention-plans/1", "plans": [_entry(one) for one in listed]})
        return
    for one in listed:
        for line in _lines(one, cli.say):
            cli.put(line)
    if not listed:
        cli.tell(cli.say.text("cli.retention.plans.none"))


@click.command("show")
@click.argument("plan_number", metavar="PLAN")
@click.option("--all", "whole", is_flag=True)
@as_json
@common
@click.pass_obj
def show(cli: CliContext, plan_number: str, *, whole: bool, as_json: bool) -> None:
    """A stored plan as it was made, and how it stands."""
    with cli.workplace() as place:
        made, one = PlanBook(place).one(plan_number)
    if as_json:
        cli.put_json({**plan_entry(made, stored=True), **_standing(one)})
        return
    for line in (*plan_lines(made, cli.say, whole=whole), *_lines(one, cli.say)):
        cli.put(line)


@click.command("cancel")
@click.argument("plan_number", metavar="PLAN")
@click.option("--reason", required=True, metavar="TEXT")
@common
@click.pass_obj
def cancel(cli: CliContext, plan_number: str, *, reason: str) -> None:
    """Exit status: 3 where there is no such plan, 4 where it was run or cancelled already."""
    with cli.workplace() as place:
        Cleanup(place, login()).cancel(plan_number, reason)
    cli.put(cli.say.text("cli.retention.cancelled", plan=plan_number))
    cli.tell(cli.say.text("cli.retention.cancelled.due"))


def _lines(one: Listed, say: Messages) -> list[str]:
    made = one.plan
    lines = [
        say.text(
            "cli.retention.plans.line",
            plan=one.number,
            on=made.on if made else "—",
            count=len(made.destroy) if made else "—",
            standing=str(one.standing),
        )
    ]
    lines.extend(
        "  " + say.text("cli.retention.two.approval", by=given.by, user=given.user) for given in one.approvals
    )
    if one.cancelled is not None:
        gone = one.cancelled
        lines.append(
            "  "
            + say.text("cli.retention.plans.cancelled", by=gone.by, on=gone.at.date(), reason=gone.reason)
        )
    return lines


def _standing(one: Listed) -> dict[str, object]:
    gone = one.cancelled
    return {
        "standing": str(one.standing),
        "approvals": [{"by": a.by, "user": a.user, "at": a.at.isoformat()} for a in one.approvals],
        "destroyed": one.destroyed,
        "cancelled": None
        if gone is None
        else {"by": gone.by, "at": gone.at.isoformat(), "reason": gone.reason},
    }


def _entry(one: Listed) -> dict[str, object]:
    made = one.plan
    return {
        "plan": one.number,
        "sha256": made.sha256 if made else None,
        "on": made.on.isoformat() if made else None,
        "destroy": len(made.destroy) if made else None,
        **_standing(one),
    }


COMMANDS = (plans, show, cancel)
