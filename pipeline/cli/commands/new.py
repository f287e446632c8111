"""Helps for those who write records: `jeke new`, `jeke schema`."""

from __future__ import annotations

import click

from pipeline.cli.desk import Desk
from pipeline.cli.options import common
from pipeline.domain.records import Kind
from pipeline.record_format.blank import blank_record
from pipeline.record_format.fixed_words import understood
from pipeline.record_format.schema import json_schema


class _KindWord(click.Choice[str]):
    """The kind of record, in English or as it is said in Kazakh or Russian."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """As click asks for it."""
        kind = understood(Kind, value)
        return super().convert(value if kind is None else kind.value, param, ctx)


_KIND = _KindWord([kind.value for kind in Kind])


@click.command("new")
@click.argument("kind", type=_KIND, metavar="KIND")
@common
@click.pass_obj
def new(desk: Desk, kind: str) -> None:
    """A commented record to fill in."""
    desk.put(blank_record(Kind(kind), desk.say.language).rstrip("\n"))


@click.command("schema")
@click.argument("kind", type=_KIND, required=False, metavar="[KIND]")
@common
@click.pass_obj
def schema(desk: Desk, kind: str | None) -> None:
    """JSON Schema for editors."""
    desk.put_json(json_schema(Kind(kind) if kind else None, desk.say.language))


COMMANDS = (new, schema)
