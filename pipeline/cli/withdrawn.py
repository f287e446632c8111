"""Withdrawn records: shown and handed out only to who asks for them, by `--withdrawn` or by their id."""

from __future__ import annotations

import click

from pipeline.archive.index.locations import Withdrawn
from pipeline.cli.context import CliContext

withdrawn_too = click.option("--withdrawn", is_flag=True)


def withdrawn_line(cli: CliContext, withdrawn: Withdrawn) -> str:
    """Which record, why, by whom and when."""
    why, ref = withdrawn.correction, withdrawn.record
    told = {"reason": why.reason, "by": why.by, "at": f"{why.at:%d.%m.%Y %H:%M}"}
    return cli.say.text("cli.find.withdrawn_record", kind=ref.kind.value, id=ref.id, **told)
