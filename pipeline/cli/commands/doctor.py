"""`jeke doctor`: what is missing on this machine and the mend, or how the place of work fares now."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pipeline.cli.checks import tell_checks, worst
from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.domain.errors import ExitCode, JekeError
from pipeline.flow.health import health
from pipeline.flow.health.health import Check, State, caught, failed
from pipeline.flow.health.retention_check import recordings
from pipeline.flow.site.rights import open_to_others
from pipeline.office import now


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
    checks = list(_machine(cli))
    tell_checks(cli, checks, "jeke/doctor/1", as_json=as_json)
    return ExitCode.MACHINE if worst(checks) is ExitCode.MACHINE else ExitCode.DONE


def _machine(cli: CliContext) -> Iterator[Check]:
    """Every check; what hangs on the configuration only where that stands."""
    from pipeline.flow.health.machine import Installed, examine, versions  # it looks at every library

    yield versions()
    try:
        config = cli.config
    except JekeError as error:
        yield failed(error)
        return
    yield Check(State.GOOD, "config", {"file": str(cli.config_file)})
    yield from examine(
        Installed(
            places=cli.places,
            seal=cli.own_seal,
            quiet_seconds=config.intake.quiet_seconds,
            trust_folder=config.trust.folder,
            standing_order=config.retention.order,
            recording_years=config.readings.recording_retention_years,
            calendar=config.calendar,
            time_zone=config.time_zone,
            now=now(),
        )
    )


def fitness(cli: CliContext) -> Iterator[Check]:
    """How the place of work fares; what a monitor asks every few minutes, so no library is loaded in vain."""
    try:
        config = cli.config
    except JekeError as error:
        yield failed(error)
        return
    yield from health.examine(cli.places, now(), config.intake.quiet_seconds)
    yield from health.belongings(cli.places, own_seal=config.seal is not None)
    if cli.own_seal is not None:
        from pipeline.flow.health.machine import seal_in_force

        yield from caught(seal_in_force(cli.own_seal, now()))
    years = config.readings.recording_retention_years
    yield from caught(recordings(cli.places, config.retention.order, years, now(), thorough=False))
    yield from (Check(State.BAD, "rights_open", {"folder": str(f)}) for f in open_to_others(cli.places))


COMMANDS = (doctor,)
