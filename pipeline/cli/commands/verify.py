"""`jeke verify`: what is sound, what is damaged, exactly where. Nothing is repaired."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.verify import Problem
from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.cli.progress import progress
from pipeline.cli.remedies import remedies_of
from pipeline.domain.errors import ExitCode, JekeError, MachineError
from pipeline.flow.maintenance.verify import Asked, VerifyOutcome, check
from pipeline.flow.site.identity import require


@click.command("verify")
@click.option("--quick", is_flag=True)
@click.option("--fresh", is_flag=True)
@click.option("--jobs", type=click.IntRange(1, 256), metavar="N")
@as_json
@common
@click.pass_obj
def verify(cli: CliContext, *, quick: bool, fresh: bool, jobs: int | None, as_json: bool) -> int:
    """Exit status: 1 where something does not verify; the specification's warnings alone are none.

    5 where a folder is not the one that belongs here: what is not mounted cannot be verified.
    """
    require(cli.places)
    now = datetime.now().astimezone()
    asked = Asked.of(cli.places, cli.own_seal, now, quick=quick, fresh=fresh)
    if jobs is not None:
        asked = replace(asked, workers=jobs)
    with progress(cli, _objects(cli), cli.say.text("cli.verify.label")) as step:
        outcome = check(asked, tell=lambda p: None if as_json else cli.put(problem_line(cli, p)), step=step)
    _account(cli, outcome)
    if as_json:
        cli.put_json(_entry(outcome, quick=quick))
    return told(cli, outcome, quick=quick)


def told(cli: CliContext, outcome: VerifyOutcome, *, quick: bool) -> int:
    """The summary for the person at the terminal, and the exit status."""
    say = cli.say.text
    cli.tell(say("cli.verify.objects", sound=outcome.sound, damaged=outcome.damaged, files=outcome.files))
    if outcome.resumed:
        begun = f"{outcome.begun:%d.%m.%Y %H:%M}"
        cli.tell(say("cli.verify.resumed", begun=begun, earlier=outcome.earlier))
    if not quick:
        cli.tell(say("cli.verify.bytes", megabytes=f"{outcome.size / 1e6:.1f}"))
        if outcome.read < outcome.sound:
            cli.tell(say("cli.verify.same_bytes", objects=outcome.sound - outcome.read))
    cli.tell(say("cli.verify.audit", entries=outcome.audit_entries, head=outcome.audit))
    if outcome.broken:
        cli.tell(say("cli.verify.broken", problems=outcome.broken))
        for key in remedies_of(p.code for p in outcome.problems if not p.warning):
            cli.tell(say(key))
        return ExitCode.FINDINGS
    cli.tell(say("cli.verify.quick_sound" if quick else "cli.verify.sound"))
    return ExitCode.DONE


def problem_line(cli: CliContext, problem: Problem) -> str:
    """What is wrong, in words, with the code, the object and the file."""
    line = cli.say.text(
        "cli.verify.warning" if problem.warning else "cli.verify.problem",
        words=cli.say.word("fault", problem.code),
        code=problem.code,
        object=problem.object_id or "—",
        path=problem.path or "—",
    )
    return f"{line} ({problem.detail})" if problem.detail else line


def _objects(cli: CliContext) -> int:
    """How many there are by the index, for the bar; none where it cannot be asked."""
    try:
        with Index.open(cli.places.index) as index:
            return len(index.object_ids())
    except JekeError:
        return 0


def _account(cli: CliContext, outcome: VerifyOutcome) -> None:
    """A verification is told of in the audit chain; who may only read verifies all the same."""
    try:
        cli.account(AuditEvent.VERIFICATION, (), sound=outcome.sound, damaged=outcome.damaged)
    except MachineError as error:
        cli.tell(cli.say.error(error))


def _entry(outcome: VerifyOutcome, *, quick: bool) -> dict[str, object]:
    return {
        "format": "jeke/verify/1",
        "quick": quick,
        "begun": outcome.begun.isoformat(timespec="seconds"),
        "resumed": outcome.resumed,
        "objects": {"sound": outcome.sound, "sound_earlier": outcome.earlier, "damaged": outcome.damaged},
        "files": outcome.files,
        "bytes": outcome.size,
        "read": outcome.read,
        "audit": {"entries": outcome.audit_entries, "head": outcome.audit},
        "problems": [asdict(problem) for problem in outcome.problems],
    }


COMMANDS = (verify,)
