"""`jeke run`: watches inbox/ and files what arrives, or works off what is there and ends."""

from __future__ import annotations

import signal

import click

from pipeline.cli.desk import Desk
from pipeline.cli.options import common
from pipeline.config import WatchMode
from pipeline.domain.errors import ExitCode
from pipeline.domain.iin import mask_iin
from pipeline.flow.results import DropAnswer, Result
from pipeline.flow.workplace import lay_out
from pipeline.watch import Notice, Watch
from pipeline.working import Work, at_work


@click.command("run")
@click.option("--once", is_flag=True)
@common
@click.pass_obj
def run(desk: Desk, *, once: bool) -> int:
    """Exit status: that of the worst drop of `--once`; 0 or 130 (Ctrl-C) for the watch.

    What became of a drop is told beside it and in the journal.
    """
    lay_out(desk.places)
    with desk.workplace() as place, at_work(place) as work:
        if not once:
            return _watch(desk, work)
        statuses = {ExitCode.DONE}

        def report(drop: DropAnswer) -> None:
            statuses.add(_status(drop))
            _tell(desk, drop)

        work.work_off_all(report)
        return max(statuses)


def _status(drop: DropAnswer) -> ExitCode:
    if drop.result in (Result.RETRY, Result.FAILED):
        return ExitCode.MACHINE
    if drop.errors:
        return ExitCode.UNREADABLE
    return ExitCode.FINDINGS if drop.result is Result.REFUSED else ExitCode.DONE


def _watch(desk: Desk, work: Work) -> int:
    def scan() -> int:
        return work.scan(lambda drop: _tell(desk, drop))

    def notice(what: Notice) -> None:
        desk.tell(desk.say.text(f"cli.run.{what}", inbox=str(desk.places.inbox)))

    def stopping() -> None:
        work.stopping = True

    watch = Watch(
        desk.places.inbox,
        scan,
        scan_seconds=desk.config.intake.scan_seconds,
        events=desk.config.watch is WatchMode.EVENTS,
        notice=notice,
        stopping=stopping,
    )
    desk.tell(desk.say.text("cli.run.watching", inbox=str(desk.places.inbox)))
    ended_by = watch.run()
    desk.tell(desk.say.text("cli.run.ended"))
    return ExitCode.INTERRUPTED if ended_by is signal.SIGINT else ExitCode.DONE


def _tell(desk: Desk, drop: DropAnswer) -> None:
    """One line a drop: its name and what became of it, no word of what it holds. Services log this."""
    desk.tell(desk.say.text("cli.run.drop", name=mask_iin(drop.name), result=drop.result.value))
    if drop.error is not None:
        desk.tell("  " + mask_iin(desk.say.error(drop.error)))
        if remedy := desk.say.error_remedy(drop.error):
            desk.tell("  " + remedy)
    if drop.test_seal:
        desk.tell("  " + desk.say.text("cli.test_seal"))


COMMANDS = (run,)
