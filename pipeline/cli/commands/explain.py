"""`jeke explain`: a paragraph of the order or a finding's code, told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from textwrap import indent

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.domain.errors import NotFoundError
from pipeline.law.explaining.explain import Explanation
from pipeline.law.explaining.explain import explain as explanation_of
from pipeline.law.explaining.languages import in_language
from pipeline.messages.catalogue import Messages


@click.command("explain")
@click.argument("what", nargs=-1, required=True, metavar="PARAGRAPH|CODE")
@as_json
@common
@click.pass_obj
def explain(cli: CliContext, what: tuple[str, ...], *, as_json: bool) -> None:
    """The order's own words are Kazakh, as it is printed; all else is told in the language asked for."""
    query = " ".join(what)
    told = explanation_of(query)
    if told is None:
        raise NotFoundError("unknown_topic", what=query)
    told = in_language(told, cli.say.language, lambda code: cli.say.text(f"deadline.{code}"))
    if as_json:
        cli.put_json({"format": "jeke/explain/1", **asdict(told)})
    else:
        cli.put("\n\n".join(_sections(told, cli.say)))


def _sections(told: Explanation, say: Messages) -> Iterator[str]:
    yield told.title
    if told.text:
        yield indent(told.text, "  ")
    yield from _under(say, reading=told.reading, not_judged=told.not_judged)
    if told.checks:
        yield "\n".join((say.text("cli.explain.checks"), *_checks(told, say)))
    if told.deadlines:
        yield "\n".join((say.text("cli.explain.deadlines"), *_deadlines(told, say)))
    if told.lifted is not None:
        yield say.text("cli.explain.lifted" if told.lifted else "cli.explain.not_lifted")
    yield from _under(say, lawful=told.lawful, unlawful=told.unlawful)
    if told.settings:
        yield say.text("cli.explain.settings", settings=told.settings)
    if told.see:
        yield say.text("cli.explain.see", see=told.see)


def _under(say: Messages, **texts: str) -> Iterator[str]:
    """Each text that is there, indented under its heading."""
    for key, text in texts.items():
        if text:
            yield f"{say.text(f'cli.explain.{key}')}\n{indent(text.strip(), '  ')}"


def _checks(told: Explanation, say: Messages) -> Iterator[str]:
    for check in told.checks:
        yield say.text(
            "cli.explain.check", code=check.code, severities=check.severities, summary=check.summary
        )


def _deadlines(told: Explanation, say: Messages) -> Iterator[str]:
    for deadline in told.deadlines:
        line = say.text(
            "cli.explain.deadline",
            code=deadline.code,
            summary=deadline.summary,
            responsible=deadline.responsible,
        )
        yield f"{line} [{say.text('cli.deadline.soft')}]" if deadline.soft else line


COMMANDS = (explain,)
