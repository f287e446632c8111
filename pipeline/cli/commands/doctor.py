"""`jeke doctor`: what is missing on this machine and the mend, or how the place of work fares now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import click

from pipeline.cli.checks import tell_checks, worst
from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.domain.errors import ExitCode, JekeError
from pipeline.flow.health.fitness import fitness
from pipeline.flow.health.health import Check, Installed, failed
from pipeline.office import now


@click.command("doctor")
@click.option("--health", "of_health", is_flag=True)
@as_json
@common
@click.pass_obj
def doctor(cli: CliContext, *, of_health: bool, as_json: bool) -> int:
    """Exit status: 5 where something must be mended; `--health` gives 1 where something is to be minded."""
    if of_health:
        checks = list(_looked_at(cli, fitness))
        tell_checks(cli, checks, "jeke/health/1", as_json=as_json)
        return worst(checks)
    from pipeline.flow.health.machine import examine, versions  # it looks at every library

    checks = [versions(), *_looked_at(cli, examine)]
    tell_checks(cli, checks, "jeke/doctor/1", as_json=as_json)
    return ExitCode.MACHINE if worst(checks) is ExitCode.MACHINE else ExitCode.DONE


def _looked_at(cli: CliContext, look: Callable[[Installed], Iterable[Check]]) -> Iterator[Check]:
    """The checks; where the configuration does not stand, that alone."""
    try:
        config = cli.config
    except JekeError as error:
        yield failed(error)
        return
    yield from look(
        Installed(
            config_file=cli.config_file,
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


COMMANDS = (doctor,)
