"""`jeke retention reconcile`: whether all that is to be kept is there."""

from __future__ import annotations

from dataclasses import asdict

import click

from pipeline.cli.context import CliContext, today
from pipeline.cli.options import as_json, common
from pipeline.cli.remedies import remedies_of
from pipeline.domain.errors import ExitCode
from pipeline.flow.recordings.awaited import awaited
from pipeline.flow.retention.reconciling import check_recordings
from pipeline.messages.catalogue import Messages
from pipeline.messages.lines import recordings_awaited_line
from pipeline.retention.reconcile import Discrepancy, Mismatch


@click.command("reconcile")
@click.option("--full", is_flag=True)
@as_json
@common
@click.pass_obj
def reconcile(cli: CliContext, *, full: bool, as_json: bool) -> int:
    """Exit status: 1 where something does not agree."""
    with cli.archive() as (root, index):
        found = tuple(check_recordings(cli.places, root, index, cli.audit, full=full))
        missing = awaited(index, cli.config.readings.readings.recording_retention_years)
    faults = tuple(mismatch for mismatch in found if mismatch.code.fault)
    if as_json:
        entries = [asdict(mismatch) for mismatch in found]
        cli.put_json(
            {"format": "jeke/reconcile/1", "full": full, "mismatches": entries, "awaited": len(missing)}
        )
    for mismatch in () if as_json else found:
        cli.put(mismatch_line(cli.say, mismatch))
    cli.tell(cli.say.text("cli.retention.reconcile.broken" if faults else "cli.retention.reconcile.sound"))
    if plans := sorted({m.where for m in found if m.code is Discrepancy.UNDER_WAY}):
        cli.tell(cli.say.text("cli.retention.reconcile.resume", plan=plans[0], plans=tuple(plans)))
    if others := [mismatch for mismatch in faults if mismatch.code is not Discrepancy.UNDER_WAY]:
        cli.tell(cli.say.text("cli.retention.reconcile.broken.remedy"))
        for key in remedies_of(f"recording-{mismatch.code}" for mismatch in others):
            cli.tell(cli.say.text(key))
    if line := recordings_awaited_line(missing, today(), cli.say):
        cli.tell(line)
    return ExitCode.FINDINGS if faults else ExitCode.DONE


def mismatch_line(say: Messages, mismatch: Mismatch) -> str:
    """One thing that does not agree; of an interrupted run its plan."""
    key = "under_way" if mismatch.code is Discrepancy.UNDER_WAY else "mismatch"
    return say.text(
        f"cli.retention.reconcile.{key}",
        what=say.word("discrepancy", mismatch.code),
        recording=mismatch.recording or "—",
        where=mismatch.where,
    )


COMMANDS = (reconcile,)
