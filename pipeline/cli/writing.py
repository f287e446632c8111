"""Helps for those who write records: `jeke new`, `jeke schema`."""

from __future__ import annotations

import click

from pipeline.cli.desk import Desk
from pipeline.cli.options import common
from pipeline.domain.records import Kind
from pipeline.intake.blank import blank_record
from pipeline.intake.schema import json_schema

_KIND = click.Choice([kind.value for kind in Kind])


@click.command("new")
@click.argument("kind", type=_KIND, metavar="KIND")
@common
@click.pass_obj
def new(desk: Desk, kind: str) -> None:
    """A commented record to fill in."""
    desk.put(blank_record(Kind(kind)).rstrip("\n"))


@click.command("schema")
@click.argument("kind", type=_KIND, required=False, metavar="[KIND]")
@common
@click.pass_obj
def schema(desk: Desk, kind: str | None) -> None:
    """JSON Schema for editors."""
    desk.put_json(json_schema(Kind(kind) if kind else None))


COMMANDS = (new, schema)
