"""`jeke retention`: the plan of destruction, its approvals, its run, and the sweep that the timer calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import click

from pipeline.archive.audit.log import AuditHead
from pipeline.cli.commands.retention import holding, plans, reconcile, two_people
from pipeline.cli.commands.retention import register as registering
from pipeline.cli.commands.retention.lines import (
    item_line,
    plan_entry,
    plan_lines,
    tell_unplanned,
    waiting_note,
)
from pipeline.cli.context import CliContext, login
from pipeline.cli.identity import approver
from pipeline.cli.options import Day, as_json, common
from pipeline.domain.errors import ExitCode
from pipeline.flow.retention.sweep import Cleanup, Swept
from pipeline.messages.catalogue import Messages
from pipeline.retention.approval import NEEDED
from pipeline.retention.plan import Item, Reason, item_fields
from pipeline.retention.run import RunOutcome

_SERVICE = "jeke"

dry_run_option = click.option("--dry-run", is_flag=True)
clock_option = click.option("--clock-checked", is_flag=True)
"""A person has looked at the machine's clock after a long pause."""


@click.group("retention")
@common
def retention() -> None:
    """The texts of all help stand in the catalogues."""


@retention.command("plan")
@click.option("--on", type=Day(), metavar="DATE")
@dry_run_option
@click.option("--all", "whole", is_flag=True)
@as_json
@common
@click.pass_obj
def plan(cli: CliContext, *, on: date | None, dry_run: bool, whole: bool, as_json: bool) -> None:
    """Recordings to be destroyed and kept as of a day; the plan is stored under its number."""
    with cli.workplace() as place:
        made = Cleanup(place, login()).plan(on, dry_run=dry_run)
    if as_json:
        cli.put_json(plan_entry(made, stored=not dry_run))
        return
    for line in plan_lines(made, cli.say, stored=not dry_run, whole=whole):
        cli.put(line)
    if dry_run:
        cli.tell(cli.say.text("cli.retention.dry_run"))
    elif made.destroy:
        cli.tell(cli.say.text("cli.retention.plan.next", plan=made.number, needed=NEEDED))


@retention.command("approve")
@click.argument("plan_number", metavar="PLAN")
@click.option("--by", required=True, metavar="NAME")
@common
@click.pass_obj
def approve(cli: CliContext, plan_number: str, *, by: str) -> None:
    """One person's approval."""
    with cli.workplace() as place:
        cleanup = Cleanup(place, approver())
        approved, given = cleanup.approve(plan_number, by)
        unplanned = cleanup.unplanned()
    said = {"plan": plan_number, "sha256": approved.sha256, "by": given[-1].by, "user": given[-1].user}
    cli.put(cli.say.text("cli.retention.approved", **said))
    left = NEEDED - len(given)
    key = "cli.retention.approved.more" if left else "cli.retention.approved.enough"
    cli.tell(cli.say.text(key, left=left, plan=plan_number))
    tell_unplanned(cli, unplanned)


@retention.command("run")
@click.argument("plan_number", metavar="PLAN")
@dry_run_option
@clock_option
@as_json
@common
@click.pass_obj
def run(cli: CliContext, plan_number: str, *, dry_run: bool, clock_checked: bool, as_json: bool) -> int:
    """Exit status: 4 where a recording that the plan names is kept after all."""
    with cli.workplace() as place:
        cleanup = Cleanup(place, login())
        if dry_run:
            return _preview(cli, plan_number, cleanup.preview(plan_number), as_json=as_json)
        outcome = cleanup.run(plan_number, cli.config.retention.order, confirmed=clock_checked)
        head, unplanned = place.audit.head(), cleanup.unplanned()
    _show(cli, plan_number, outcome, head, as_json=as_json)
    if outcome.kept and not unplanned:
        cli.tell(cli.say.text("cli.retention.kept.over"))
    tell_unplanned(cli, unplanned)
    return _status(outcome.kept)


@retention.command("sweep")
@dry_run_option
@clock_option
@as_json
@common
@click.pass_obj
def sweep(cli: CliContext, *, dry_run: bool, clock_checked: bool, as_json: bool) -> int:
    """What the timer calls; silent where nothing is due. Exit status as that of `run`."""
    words = Messages(cli.config.lang)
    with cli.workplace() as place:
        swept = Cleanup(place, _SERVICE).sweep(
            cli.config.retention.order,
            lambda made, given: waiting_note(made, given, words),
            confirmed=clock_checked,
            dry_run=dry_run,
        )
        head = place.audit.head()
    if as_json:
        cli.put_json(_swept_entry(swept, head, dry_run=dry_run))
        return _status(swept.outcome.kept if swept.outcome is not None else ())
    for number in swept.settled:
        cli.tell(cli.say.text("cli.retention.settled", plan=number))
    if swept.plan is None:
        return ExitCode.DONE
    if swept.outcome is not None:
        _show(cli, swept.plan.number, swept.outcome, head, as_json=False)
        return _status(swept.outcome.kept)
    for line in plan_lines(swept.plan, cli.say, stored=not dry_run):
        cli.put(line)
    if dry_run:
        cli.tell(cli.say.text("cli.retention.dry_run"))
    else:
        ready = swept.approvals >= NEEDED
        key = "cli.retention.approved.enough" if ready else "cli.retention.plan.next"
        cli.tell(cli.say.text(key, plan=swept.plan.number, needed=NEEDED))
    return ExitCode.DONE


def _preview(cli: CliContext, number: str, looked: Iterable[tuple[Item, Reason]], *, as_json: bool) -> int:
    looked = tuple(looked)
    kept = tuple((item, why) for item, why in looked if why is not Reason.TERM_OVER)
    gone = tuple(item for item, why in looked if why is Reason.TERM_OVER)
    if as_json:
        cli.put_json({**_entries(number, gone, kept), "dry_run": True})
        return _status(kept)
    cli.put(cli.say.text("cli.retention.would", count=len(gone)))
    for item in gone:
        cli.put("  " + item_line(item, Reason.TERM_OVER, cli.say))
    _show_kept(cli, kept)
    cli.tell(cli.say.text("cli.retention.dry_run"))
    return _status(kept)


def _show(cli: CliContext, number: str, outcome: RunOutcome, head: AuditHead, *, as_json: bool) -> None:
    if as_json:
        cli.put_json(_run_entry(number, outcome, head))
        return
    numbers = {act.case: act.number for act in outcome.acts}
    cli.put(cli.say.text("cli.retention.destroyed", plan=number, count=len(outcome.destroyed)))
    for item in outcome.destroyed:
        act = numbers.get(item.case, "—")
        cli.put("  " + cli.say.text("cli.retention.destroyed.item", case=item.case, file=item.file, act=act))
    _show_kept(cli, outcome.kept)
    cli.put(cli.say.text("cli.retention.head", number=head.number, sha256=head.sha256))


def _run_entry(number: str, outcome: RunOutcome, head: AuditHead) -> dict[str, object]:
    acts = [
        {"act": a.number, "case": a.case, "object": a.object_id, "path": a.path, "sha512": a.sha512}
        for a in outcome.acts
    ]
    entries = _entries(number, outcome.destroyed, outcome.kept)
    return {**entries, "acts": acts, "audit": {"number": head.number, "sha256": head.sha256}}


def _swept_entry(swept: Swept, head: AuditHead, *, dry_run: bool) -> dict[str, object]:
    plan, outcome = swept.plan, swept.outcome
    return {
        "format": "jeke/retention-sweep/1",
        "dry_run": dry_run,
        "settled": list(swept.settled),
        "plan": None if plan is None else plan_entry(plan, stored=not dry_run),
        "approvals": swept.approvals,
        "run": None if plan is None or outcome is None else _run_entry(plan.number, outcome, head),
    }


def _show_kept(cli: CliContext, kept: Iterable[tuple[Item, Reason]]) -> None:
    for line in _kept_lines(tuple(kept), cli.say):
        cli.put(line)


def _kept_lines(kept: tuple[tuple[Item, Reason], ...], say: Messages) -> Iterator[str]:
    if kept:
        yield say.text("cli.retention.kept", count=len(kept))
    for item, reason in kept:
        yield "  " + item_line(item, reason, say)


def _entries(number: str, gone: Iterable[Item], kept: Iterable[tuple[Item, Reason]]) -> dict[str, object]:
    return {
        "format": "jeke/retention-run/1",
        "plan": number,
        "destroyed": [item_fields(item) for item in gone],
        "kept": [{**item_fields(item), "reason": str(reason)} for item, reason in kept],
    }


def _status(kept: Iterable[tuple[Item, Reason]]) -> ExitCode:
    return ExitCode.REFUSED if tuple(kept) else ExitCode.DONE


for _command in (
    *plans.COMMANDS,
    *holding.COMMANDS,
    *registering.COMMANDS,
    *two_people.COMMANDS,
    *reconcile.COMMANDS,
):
    retention.add_command(_command)

COMMANDS = (retention,)
