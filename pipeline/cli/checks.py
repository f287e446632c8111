"""How the checks of `jeke doctor` are told: one after the other, or as JSON, and by the exit status."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.cli.context import CliContext
from pipeline.domain.errors import ExitCode
from pipeline.domain.findings import Value
from pipeline.flow.health.health import Check, State
from pipeline.messages.drop_words import shown

_STATUS = {State.GOOD: ExitCode.DONE, State.MIND: ExitCode.FINDINGS, State.BAD: ExitCode.MACHINE}


def worst(checks: Sequence[Check]) -> ExitCode:
    """0 all is good, 1 something to mind, 5 something is bad."""
    return max((_STATUS[check.state] for check in checks), default=ExitCode.DONE)


def tell_checks(cli: CliContext, checks: Sequence[Check], form: str, *, as_json: bool) -> None:
    """Each check on a line, its mend below; or one object of that format."""
    if as_json:
        entries = [_entry(cli, check) for check in checks]
        cli.put_json({"format": form, "status": worst(checks), "checks": entries})
        return
    for check in checks:
        cli.put(f"[{cli.say.text(f'cli.doctor.state.{check.state}')}] {_message(cli, check)}")
        if remedy := _remedy(cli, check):
            cli.put(f"    = {remedy}")


def _message(cli: CliContext, check: Check) -> str:
    if check.error is not None:
        return cli.say.error(check.error)
    return cli.say.text(f"cli.doctor.{check.code}", **_shown(check))


def _shown(check: Check) -> dict[str, Value]:
    """What fills its message; of a file that somebody named, the name as it may be shown."""
    name = check.params.get("name")
    return check.params | ({"name": shown(name)} if isinstance(name, str) else {})


def _remedy(cli: CliContext, check: Check) -> str:
    if check.error is not None:
        return cli.say.error_remedy(check.error)
    key = f"cli.doctor.{check.code}.remedy"
    return cli.say.text(key, **_shown(check)) if cli.say.has(key) else ""


def _entry(cli: CliContext, check: Check) -> dict[str, object]:
    return {
        "state": check.state.value,
        "code": check.error.code if check.error else check.code,
        "message": _message(cli, check),
        "remedy": _remedy(cli, check),
    }
