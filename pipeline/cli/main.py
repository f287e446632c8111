"""The console script: the list of commands, and every way they can end turned into an exit status."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

import click

from pipeline.cli.command_table import Commands
from pipeline.cli.context import CliContext, ReaderGoneError
from pipeline.cli.logs import Level, LogForm, event_line, listening
from pipeline.cli.options import common, give_words
from pipeline.config import InvalidConfigError
from pipeline.domain.errors import ExitCode, JekeError
from pipeline.domain.iin import mask_iin
from pipeline.flow.site.rights import closed_umask
from pipeline.messages.catalogue import speak_click
from pipeline.messages.frames import input_error_text


@click.group(cls=Commands)
@common
@click.version_option(package_name="jeke-is", message="%(version)s")
def jeke() -> None:
    """The texts of all help stand in the catalogues."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and gives its exit status (`domain.errors.ExitCode`).

    click's usage errors (an unknown option, a missing argument) keep click's status 2, which is also that of
    input that cannot be read: what was typed is input too. A FILE that is not there is 3.
    """
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    _write_utf8()
    cli = CliContext.of(arguments)
    speak_click(cli.say.language)
    give_words(jeke, cli.say)
    try:
        with closed_umask(), listening(cli.log, cli.write, lambda: cli.say):
            status = _run(arguments, cli)
        sys.stdout.flush()
    except (ReaderGoneError, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    return status


def _run(arguments: Sequence[str], cli: CliContext) -> int:
    try:
        with jeke.make_context("jeke", list(arguments), obj=cli) as context:
            status = jeke.invoke(context)
            return ExitCode.DONE if status is None else int(status)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as wrong_usage:
        wrong_usage.show()
        return wrong_usage.exit_code
    except (KeyboardInterrupt, click.Abort):
        cli.tell(cli.say.text("cli.interrupted"))
        return ExitCode.INTERRUPTED
    except ReaderGoneError:
        raise
    except JekeError as error:
        _tell_error(error, cli)
        return error.exit_code
    except Exception as bug:  # noqa: BLE001  # the last line before the person at the terminal
        cli.tell(cli.say.text("cli.unexpected", kind=type(bug).__name__))
        cli.tell(cli.say.text("cli.unexpected.remedy"))
        if cli.debug:
            traceback.print_exc()
        return ExitCode.MACHINE


def _tell_error(error: JekeError, cli: CliContext) -> None:
    if cli.log is LogForm.JSON:
        text = mask_iin(f"{cli.say.error(error)} {cli.say.error_remedy(error)}".strip())
        cli.write(event_line(Level.ERROR, "error", code=error.code, status=error.exit_code, text=text))
        return
    cli.tell(cli.say.error(error))
    if isinstance(error, InvalidConfigError):
        for fault in error.errors:
            cli.tell(input_error_text(fault, cli.say))
    if remedy := cli.say.error_remedy(error):
        cli.tell(remedy)
    if cli.debug:
        traceback.print_exc()


def _write_utf8() -> None:
    """Kazakh and JSON leave as UTF-8 whatever the terminal's locale; no odd file name stops a report."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
