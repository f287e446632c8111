"""What all commands share: the options every command takes, days as arguments, where help texts come from."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline.cli.logs import LogForm
from pipeline.domain.errors import ConfigError, MachineError, RefusedError
from pipeline.flow.site.rights import kept
from pipeline.messages.catalogue import Language, Messages

if TYPE_CHECKING:
    from pipeline.cli.context import CliContext

F = TypeVar("F", bound=Callable[..., Any])

_DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y")


def common(command: F) -> F:
    """`--config`, `--lang`, `--log`, `--debug`: read ahead by `CliContext.of`, checked, listed by click."""
    for option in (
        click.option("--debug", is_flag=True, expose_value=False),
        click.option("--log", type=click.Choice([str(form) for form in LogForm]), expose_value=False),
        click.option(
            "--lang", type=click.Choice([str(language) for language in Language]), expose_value=False
        ),
        click.option("--config", type=click.Path(path_type=Path), metavar="FILE", expose_value=False),
    ):
        command = option(command)
    return command


as_json = click.option("--json", "as_json", is_flag=True)


class OutPath(click.Path):
    """Where a command writes what it hands out: never into archive/, state/ or recordings/.

    Archivists run commands with the service's rights: a list written over the audit chain would be theirs.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """As click asks for it.

        Raises:
            RefusedError: `output_inside`.
        """
        path = super().convert(value, param, ctx)
        if ctx is not None:
            _refuse_kept(Path(os.fsdecode(path)), ctx.obj)
        return path


def _refuse_kept(path: Path, cli: CliContext) -> None:
    try:
        folders = kept(cli.places)
    except ConfigError:  # the command itself says so, where it needs one
        return
    resolved = path.resolve()
    for folder in folders:
        if resolved.is_relative_to(folder.resolve()):
            raise RefusedError("output_inside", path=str(path), folder=str(folder))


def write_new(path: Path, data: bytes) -> None:
    """Writes what a command hands out; a file that is there with the same bytes already will do.

    Raises:
        RefusedError: `file_exists`, there is another one of that name: it stays.
        MachineError: `file_unwritable`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        if not path.is_file() or path.read_bytes() != data:
            raise RefusedError("file_exists", file=str(path)) from None
    except OSError as error:
        raise MachineError("file_unwritable", file=str(path), reason=error.strerror or "") from error


class Day(click.ParamType[date]):
    """A date as records write it: 2025-10-16 or 16.10.2025."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """As click asks for it; anything but a real date is a usage error."""
        if isinstance(value, date):
            return value
        for form in _DATE_FORMS:
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007  # a day has no time zone
            except ValueError:
                continue
        raise click.BadParameter(f"{value!r}: 2025-10-16, 16.10.2025", ctx=ctx, param=param)


def give_words(command: click.Command, say: Messages, key: str = "cli") -> None:
    """Sets every help text from the catalogue.

    `cli.help` is the program's, `cli.<command>.help` a command's (its first line stands in the list),
    `cli.<command>.<parameter>` a parameter's; one that several commands share is `cli.option.<parameter>`,
    the only text there is for the options of `common`. A group's commands are named behind it:
    `cli.templates.check.help`.
    """
    command.help = say.text(f"{key}.help")
    command.short_help = command.help.partition("\n")[0]
    for param in command.params:
        own, shared = f"{key}.{param.name}", f"cli.option.{param.name}"
        param.help = say.text(own if param.expose_value and say.has(own) else shared)
    _word_help_option(command)
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            give_words(inner, say, f"{key}.{name}")


def _word_help_option(command: click.Command) -> None:
    """Click keeps the text of `--help` from its first use, in the language of that moment."""
    option = command.get_help_option(click.Context(command))
    if option is not None:
        option.help = gettext("Show this message and exit.")
