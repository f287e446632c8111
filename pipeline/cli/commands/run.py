"""`jeke run`: watches inbox/ and files what arrives, or works off what is there and ends."""

from __future__ import annotations

import signal
from contextlib import nullcontext
from pathlib import Path
from typing import Final

import click

from pipeline.cli.context import CliContext
from pipeline.cli.logs import Level, LogForm, event_line, masked_name
from pipeline.cli.notify import alive, tell_manager
from pipeline.cli.options import common
from pipeline.cli.progress import progress
from pipeline.config import WatchMode
from pipeline.domain.errors import ExitCode
from pipeline.domain.iin import mask_iin
from pipeline.flow.outcomes.results import DropAnswer, Result
from pipeline.flow.site import keys
from pipeline.flow.site.opening import lay_out
from pipeline.flow.site.stop import leave_mark
from pipeline.intake.inbox import Unsupported
from pipeline.watch import Ending, Notice, Watch, ending
from pipeline.working import Ended, Work, at_work

MANY: Final = 20
"""Drops from which on it is shown how far they are worked off."""


@click.command("run")
@click.option("--once", is_flag=True)
@common
@click.pass_obj
def run(cli: CliContext, *, once: bool) -> int:
    """Exit status: that of the worst drop of `--once`, or 130 where a signal ended it; the watch's 0 or 130.

    What became of a drop is told beside it and in the journal.
    """

    def odd(path: Path, why: Unsupported) -> None:
        cli.event(Level.WARNING, "odd", "cli.run.odd", name=_named(cli, path.name), odd=why)

    def asked() -> None:
        leave_mark(cli.places.state)
        tell_manager("STOPPING=1")

    with ending(asked) as end:
        lay_out(cli.places)
        with cli.workplace() as place:
            keys.require(place.places, place.index, own_seal=place.seal_key is not None)
            with at_work(place, alive, stopping=end.asked, odd=odd) as work:
                return _once(cli, work, end) if once else _watch(cli, work, end)


def _once(cli: CliContext, work: Work, end: Ending) -> int:
    """Works off what is there.

    Raises:
        MachineError: a file could not even be claimed; it still lies in inbox/.
    """
    statuses = {ExitCode.DONE}
    awaiting = work.awaiting
    shown = progress(cli, awaiting, cli.say.text("cli.run.progress")) if awaiting >= MANY else nullcontext()
    with shown as step:

        def report(ended: Ended) -> None:
            statuses.add(_status(ended.answer))
            _tell(cli, ended)
            if step is not None:
                step(1)

        work.work_off_all(report)
    for path in work.unfinished:
        cli.event(Level.INFO, "unfinished", "cli.run.unfinished", name=_named(cli, path.name))
    if end.asked():
        return ExitCode.INTERRUPTED
    if work.unclaimed is not None:
        raise work.unclaimed
    return max(statuses)


def _status(drop: DropAnswer) -> ExitCode:
    if drop.result in (Result.RETRY, Result.FAILED):
        return ExitCode.MACHINE
    if drop.errors:
        return ExitCode.UNREADABLE
    return ExitCode.FINDINGS if drop.result is Result.REFUSED else ExitCode.DONE


def _watch(cli: CliContext, work: Work, end: Ending) -> int:
    def scan() -> int:
        return work.scan(lambda ended: _tell(cli, ended))

    def notice(what: Notice) -> None:
        level = Level.INFO if what is Notice.INBOX_BACK else Level.WARNING
        cli.event(level, what, f"cli.run.{what}", inbox=str(cli.places.inbox))

    watch = Watch(
        cli.places.inbox,
        scan,
        scan_seconds=cli.config.intake.scan_seconds,
        events=cli.config.watch is WatchMode.EVENTS,
        notice=notice,
        missing=work.miss_inbox,
    )
    cli.event(Level.INFO, "watching", "cli.run.watching", inbox=str(cli.places.inbox))
    tell_manager("READY=1")
    watch.run(end)
    cli.event(Level.INFO, "ended", "cli.run.ended")
    return ExitCode.INTERRUPTED if end.by is signal.SIGINT else ExitCode.DONE


def _named(cli: CliContext, name: str) -> str:
    return masked_name(name) if cli.log is LogForm.JSON else mask_iin(name)


def _tell(cli: CliContext, ended: Ended) -> None:
    """One line a drop: what became of it, no word of what it holds."""
    drop = ended.answer
    if cli.log is LogForm.JSON:
        cli.write(_event(ended))
        return
    if drop.held_for is not None:
        cli.tell(cli.say.text("cli.run.held", name=mask_iin(drop.name), why=drop.held_for))
        return
    key = "cli.run.quarantined" if drop.quarantined else "cli.run.partly" if drop.partly else "cli.run.drop"
    cli.tell(cli.say.text(key, name=mask_iin(drop.name), result=drop.result.value))
    if drop.error is not None:
        cli.tell("  " + mask_iin(cli.say.error(drop.error)))
        if remedy := cli.say.error_remedy(drop.error):
            cli.tell("  " + remedy)
    if drop.test_seal and not cli.test_seal_told:
        cli.test_seal_told = True
        cli.tell("  " + cli.say.text("cli.test_seal"))


def _event(ended: Ended) -> str:
    drop = ended.answer
    at_fault = drop.result in (Result.RETRY, Result.FAILED)
    return event_line(
        Level.ERROR if at_fault else Level.INFO,
        "drop",
        drop=ended.drop_id,
        name=masked_name(drop.name),
        result=drop.result,
        seconds=round(ended.seconds, 3),
        **({} if drop.error is None else {"error": drop.error.code}),
        **({} if drop.held_for is None else {"held_for": drop.held_for}),
    )


COMMANDS = (run,)
