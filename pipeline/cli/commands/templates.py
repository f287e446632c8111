"""`jeke templates`: HR's Word templates looked through before they are used."""

from __future__ import annotations

import click

from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.documents.templates.check import Fault
from pipeline.documents.templates.folder import Checked, looked_through, unused
from pipeline.domain.errors import ExitCode


@click.group("templates")
@common
def templates() -> None:
    """The texts of all help stand in the catalogues."""


@templates.command("check")
@as_json
@common
@click.pass_obj
def check(cli: CliContext, *, as_json: bool) -> int:
    """Exit status: 1 where a template may not be used."""
    folder = cli.places.templates
    checked = tuple(looked_through(folder))
    if as_json:
        cli.put_json({"format": "jeke/templates/1", "templates": [_entry(cli, c) for c in checked]})
    for template in () if as_json else checked:
        _show(cli, template)
    for name in unused(folder):
        cli.tell(cli.say.text("cli.templates.unused", file=name))
    bad = sum(1 for template in checked if template.faults)
    cli.tell(cli.say.text("cli.templates.summary", count=len(checked), bad=bad))
    return ExitCode.FINDINGS if bad else ExitCode.DONE


def _show(cli: CliContext, template: Checked) -> None:
    verdict = "cli.templates.bad" if template.faults else "cli.templates.good"
    cli.put(cli.say.text(verdict, file=template.file.name))
    for fault in template.faults:
        cli.put(f"    {_message(cli, fault)}")
        if fault.where:
            cli.put(f"      {cli.say.text('cli.templates.where', where=fault.where)}")


def _message(cli: CliContext, fault: Fault) -> str:
    word = cli.say.word("template", fault.code)
    return f"{word}: {fault.value}" if fault.value else word


def _entry(cli: CliContext, template: Checked) -> dict[str, object]:
    return {
        "document": template.kind,
        "file": str(template.file),
        "sha256": template.sha256,
        "good": not template.faults,
        "faults": [
            {"code": f.code, "value": f.value, "paragraph": f.where, "message": _message(cli, f)}
            for f in template.faults
        ],
    }


COMMANDS = (templates,)
