"""`jeke schema`: the record format for editors."""

from __future__ import annotations

import click

from pipeline.cli.commands.new import KIND
from pipeline.cli.context import CliContext
from pipeline.cli.options import common
from pipeline.domain.records import Kind
from pipeline.record_format.schema import json_schema


@click.command("schema")
@click.argument("kind", type=KIND, required=False, metavar="[KIND]")
@common
@click.pass_obj
def schema(cli: CliContext, kind: str | None) -> None:
    """JSON Schema for editors."""
    cli.put_json(json_schema(Kind(kind) if kind else None, cli.say.language))


COMMANDS = (schema,)
