"""The commands and where each stands: a module loads when its command is called, not before.

`jeke find` and `jeke doctor --health` answer sooner without the libraries for sealing, scans and recordings.
`jeke run` loads all it may need at its start: a new version installed beside a running service must not come
in by halves.
"""

from __future__ import annotations

from gettext import gettext
from importlib import import_module
from typing import Final

import click
from click.exceptions import NoSuchCommand

from pipeline.cli.context import CliContext
from pipeline.cli.options import give_words

MODULES: Final = {
    "init": "commands.init",
    "run": "commands.run",
    "check": "commands.check",
    "explain": "commands.explain",
    "new": "commands.new",
    "schema": "commands.schema",
    "sitting": "commands.sitting",
    "status": "commands.status",
    "deadlines": "commands.deadlines",
    "assign": "commands.assign",
    "review": "commands.review",
    "find": "commands.find",
    "reindex": "commands.reindex",
    "verify": "commands.verify",
    "export": "commands.export",
    "import": "commands.import_",
    "backup": "commands.backup",
    "restore": "commands.restore",
    "audit": "commands.audit",
    "person": "commands.person",
    "withdraw": "commands.withdraw",
    "get": "commands.get",
    "recording": "commands.recording",
    "sign": "commands.sign",
    "templates": "commands.templates",
    "retention": "commands.retention.group",
    "doctor": "commands.doctor",
    "history": "commands.history",
    "serve": "commands.serve",
    "account": "commands.account",
    "give-back": "commands.give_back",
}
"""Command → module of `pipeline.cli`; its `COMMANDS` hold it."""


class Commands(click.Group):
    """All commands, each given its words as it is loaded. Click's context holds ours."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Their names."""
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None where there is none."""
        if cmd_name in MODULES and cmd_name not in self.commands:
            for command in import_module(f"pipeline.cli.{MODULES[cmd_name]}").COMMANDS:
                give_words(command, _cli(ctx).say, f"cli.{command.name}")
                self.add_command(command)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but what a wrong name may have meant is looked for among those not loaded too."""
        if args[0] not in MODULES and not args[0].startswith("-"):
            raise NoSuchCommand(args[0], possibilities=MODULES, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list below the program's help, out of the catalogue alone."""
        say = _cli(ctx).say
        helps = {name: say.text(f"cli.{name}.help") for name in self.list_commands(ctx)}
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(name, text.partition("\n")[0]) for name, text in helps.items()])


def _cli(ctx: click.Context) -> CliContext:
    cli = ctx.find_object(CliContext)
    assert cli is not None  # noqa: S101  # main() gives it to every context
    return cli
