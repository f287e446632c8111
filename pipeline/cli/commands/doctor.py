"""`jeke doctor`: what is missing on this machine and the mend, or how the place of work fares now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from pipeline.cli.checks import caught, tell_checks, worst
from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.domain.errors import ExitCode, JekeError
from pipeline.flow.health import health
from pipeline.flow.health.health import Check, State, failed
from pipeline.flow.health.retention_check import recordings
from pipeline.flow.site.rights import open_to_others


@click.command("doctor")
@click.option("--health", "of_health", is_flag=True)
@as_json
@common
@click.pass_obj
def doctor(cli: CliContext, *, of_health: bool, as_json: bool) -> int:
    """Exit status: 5 where something must be mended; `--health` gives 1 where something is to be minded."""
    if of_health:
        checks = list(fitness(cli))
        tell_checks(cli, checks, "jeke/health/1", as_json=as_json)
        return worst(checks)
    from pipeline.cli.commands.machine import examine

    checks = list(examine(cli))
    tell_checks(cli, checks, "jeke/doctor/1", as_json=as_json)
    return ExitCode.MACHINE if worst(checks) is ExitCode.MACHINE else ExitCode.DONE


def fitness(cli: CliContext) -> Iterator[Check]:
    """How the place of work fares; what a monitor asks every few minutes, so no library is loaded in vain."""
    try:
        config = cli.config
    except JekeError as error:
        yield failed(error)
        return
    yield from health.examine(cli.places, datetime.now(UTC), config.intake.quiet_seconds)
    yield from health.belongings(cli.places, own_seal=config.seal is not None)
    if config.seal is not None:
        from pipeline.cli.commands.machine import seal_in_force

        yield from caught(seal_in_force(config.seal))
    now, years = datetime.now(UTC).astimezone(), config.readings.readings.recording_retention_years
    yield from caught(recordings(cli.places, config.retention.order, years, now, thorough=False))
    yield from (Check(State.BAD, "rights_open", {"folder": str(f)}) for f in open_to_others(cli.places))


COMMANDS = (doctor,)
