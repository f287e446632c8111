"""`jeke status --drops` and `jeke history`: what became of dropped files, and what still lies in inbox/."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.flow.drops.history import LATELY, Drops, Way, drops_lately, ways_of
from pipeline.flow.health.health import waits_for_another
from pipeline.intake.inbox import Look
from pipeline.intake.journal import Drop, Step
from pipeline.messages.drop_words import error_of, reason_of, shown

ID_SHOWN: Final = 8


def show_drops(cli: CliContext, now: datetime, *, as_json: bool) -> None:
    """`jeke status --drops`.

    Raises:
        JekeError: inbox/ or the journal cannot be read.
    """
    drops = drops_lately(cli.places, cli.config.intake.quiet_seconds, now)
    if as_json:
        cli.put_json(
            {
                "format": "jeke/drops/1",
                "at": now.isoformat(),
                "inbox": _inbox_entry(drops.look),
                "drops": [_entry(drop, cli) for drop in (*drops.under_way, *drops.ended)],
            }
        )
        return
    for line in _lines(drops, cli):
        cli.put(line)


def _lines(drops: Drops, cli: CliContext) -> Iterator[str]:
    say, look = cli.say, drops.look
    yield say.text(
        "cli.drops.inbox",
        ready=len(look.ready),
        settling=look.settling + len(look.unfinished),
        odd=len(look.odd),
    )
    for path in look.unfinished:
        yield "  " + say.text("cli.drops.unfinished", name=shown(path.name))
    for path, unsupported in look.odd:
        yield "  " + say.text("cli.drops.odd", name=shown(path.name), odd=unsupported.value)
    yield say.text("cli.drops.under_way", count=len(drops.under_way))
    for drop in drops.under_way:
        yield from _drop_lines(drop, cli)
    yield say.text("cli.drops.ended", count=len(drops.ended), days=LATELY.days)
    for drop in drops.ended:
        yield from _drop_lines(drop, cli)


def _drop_lines(drop: Drop, cli: CliContext) -> Iterator[str]:
    say = cli.say
    yield "  " + say.text(
        "cli.drops.drop",
        id=drop.id[:ID_SHOWN],
        at=_moment(drop.ended_at or drop.claimed_at),
        name=shown(drop.name),
        state=drop.state.value,
    )
    if reason := reason_of(drop.detail, cli.say):
        yield "    " + reason
    if (error := error_of(drop.detail)) is not None and (remedy := say.error_remedy(error)):
        yield "    " + remedy
    if drop.retry_at is not None and not waits_for_another(drop):
        yield "    " + say.text("cli.drops.again", at=_moment(drop.retry_at), times=drop.attempts)
    if drop.back_to is not None and drop.ended_at is not None:
        yield "    " + say.text("cli.drops.lies", folder=shown(f"inbox/{drop.back_to}/"))


@click.command("history")
@click.argument("drop", metavar="DROP")
@as_json
@common
@click.pass_obj
def history(cli: CliContext, drop: str, *, as_json: bool) -> None:
    """By id, the beginning of one, or file name; of a name, every drop that bore it."""
    ways = ways_of(cli.places, drop)
    if as_json:
        cli.put_json({"format": "jeke/history/1", "drops": [_way_entry(way, cli) for way in ways]})
        return
    for way in ways:
        for line in _way_lines(way, cli):
            cli.put(line)


def _way_lines(way: Way, cli: CliContext) -> Iterator[str]:
    say, drop = cli.say, way.drop
    yield say.text("cli.history.head", id=drop.id, name=shown(drop.name))
    if drop.sha256 is not None and drop.size is not None:
        yield "  " + say.text("cli.history.bytes", sha256=drop.sha256, size=drop.size)
    if drop.bundle is not None:
        yield "  " + say.text("cli.history.bundle", id=drop.bundle[:ID_SHOWN])
    for step in way.steps:
        yield "  " + _step_line(step, cli)
    if drop.back_to is not None and drop.ended_at is not None:
        yield "  " + say.text("cli.drops.lies", folder=shown(f"inbox/{drop.back_to}/"))
    for object_id in way.objects:
        yield "  " + say.text("cli.history.object", object_id=object_id)
    for part in way.parts:
        name, state = shown(part.name), part.state.value
        yield "  " + say.text("cli.history.part", id=part.id[:ID_SHOWN], name=name, state=state)


def _way_entry(way: Way, cli: CliContext) -> dict[str, object]:
    return _entry(way.drop, cli) | {
        "steps": [_step_entry(step, cli) for step in way.steps],
        "objects": list(way.objects),
        "parts": [part.id for part in way.parts],
    }


def _step_line(step: Step, cli: CliContext) -> str:
    say = cli.say
    at = f"{step.at.astimezone():%d.%m.%Y %H:%M:%S}"
    line = say.text("cli.history.step", at=at, step=step.step)
    if step.times > 1:
        line += " " + say.text("cli.history.repeated", times=step.times, last=_moment(step.last))
    reason = reason_of(step.detail, cli.say)
    return f"{line} {reason}" if reason else line


def _entry(drop: Drop, cli: CliContext) -> dict[str, object]:
    return {
        "id": drop.id,
        "name": shown(drop.name),
        "bundle": drop.bundle,
        "state": drop.state.value,
        "sha256": drop.sha256,
        "size": drop.size,
        "claimed_at": drop.claimed_at.isoformat(),
        "ended_at": drop.ended_at.isoformat() if drop.ended_at else None,
        "retry_at": drop.retry_at.isoformat() if drop.retry_at else None,
        "attempts": drop.attempts,
        "given_back_to": shown(f"inbox/{drop.back_to}") if drop.back_to and drop.ended_at else None,
        "detail": dict(drop.detail),
        "reason": reason_of(drop.detail, cli.say),
    }


def _step_entry(step: Step, cli: CliContext) -> dict[str, object]:
    return {
        "step": step.step,
        "at": step.at.isoformat(),
        "last": step.last.isoformat(),
        "times": step.times,
        "detail": dict(step.detail),
        "reason": reason_of(step.detail, cli.say),
    }


def _inbox_entry(look: Look) -> dict[str, object]:
    return {
        "ready": len(look.ready),
        "settling": look.settling,
        "unfinished": [shown(path.name) for path in look.unfinished],
        "odd": [{"name": shown(path.name), "why": unsupported.value} for path, unsupported in look.odd],
    }


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%d.%m.%Y %H:%M}"


COMMANDS = (history,)
