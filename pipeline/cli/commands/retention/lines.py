"""A plan of destruction in words: on the terminal, and in the note that waits in outbox/."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.cli.context import CliContext
from pipeline.messages.catalogue import Messages
from pipeline.retention.approval import NEEDED
from pipeline.retention.plan import LAW_YEARS, Item, Plan, Reason, item_fields


def plan_lines(plan: Plan, say: Messages, *, stored: bool = True, whole: bool = False) -> Iterator[str]:
    """What is destroyed, what is kept and why, the Law's warning, number and SHA-256.

    Those whose term only goes on are counted; `whole` names them too.
    """
    yield say.text("retention.plan.title", plan=plan.number, on=plan.on)
    yield say.text("retention.plan.destroy", count=len(plan.destroy))
    for item in plan.destroy:
        yield "  " + item_line(item, item.reason, say)
    yield say.text("retention.plan.keep", count=len(plan.keep))
    shown = [item for item in plan.keep if whole or item.reason is not Reason.TERM]
    for item in shown:
        yield "  " + item_line(item, item.reason, say)
    if running := len(plan.keep) - len(shown):
        command = f"show {plan.number} --all" if stored else "plan --dry-run --all"
        yield "  " + say.text("retention.plan.running", count=running, command=f"jeke retention {command}")
    if plan.unknown:
        yield say.text("retention.plan.unknown", count=len(plan.unknown), ids=plan.unknown)
    if plan.short_of_the_law:
        yield say.text("retention.plan.law", years=plan.years, law=LAW_YEARS)
    yield say.text("retention.plan.sha256", plan=plan.number, sha256=plan.sha256)


def plan_entry(made: Plan, *, stored: bool) -> dict[str, object]:
    """A plan as `jeke/retention/1`."""
    return {
        "format": "jeke/retention/1",
        "plan": made.number,
        "sha256": made.sha256,
        "stored": stored,
        "on": made.on.isoformat(),
        "retention_years": made.years,
        "short_of_the_law": made.short_of_the_law,
        "destroy": [item_fields(item) for item in made.destroy],
        "keep": [item_fields(item) for item in made.keep],
        "not_registered": list(made.unknown),
    }


def item_line(item: Item, reason: Reason, say: Messages) -> str:
    """One recording: whose, when recorded, kept through which day, and why it is kept or not."""
    line = say.text(
        "retention.item",
        case=item.case,
        file=item.file,
        recorded_on=item.recorded_on or "—",
        keep_until=item.keep_until or "—",
        reason=str(reason),
        id=item.recording,
    )
    if reason is Reason.HELD and item.mandates:
        line = f"{line} {say.text('retention.item.mandates', mandates=item.mandates)}"
    return line


def tell_unplanned(cli: CliContext, unplanned: Sequence[Item]) -> None:
    """That a new plan is needed, if one is; under a standing order the next sweep makes it."""
    if unplanned and cli.config.retention.order is None:
        cli.tell(cli.say.text("cli.retention.plan.needed", count=len(unplanned)))


def waiting_note(plan: Plan, given: int, say: Messages) -> str:
    """The note beside which a plan waits for its approvals."""
    left = max(NEEDED - given, 0)
    head = [say.text("retention.note.title"), say.text("retention.note.left", given=given, left=left), ""]
    tail = ["", say.text("retention.note.how", plan=plan.number)]
    return "\n".join([*head, *plan_lines(plan, say), *tail]) + "\n"
