"""Withdrawn records: shown and handed out only to who asks for them, by `--withdrawn` or by their id."""

from __future__ import annotations

from collections.abc import Sequence

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index, Withdrawn
from pipeline.cli.context import CliContext
from pipeline.flow.lookup.withdrawn import why_refused, withdrawn_alone

withdrawn_too = click.option("--withdrawn", is_flag=True)


def refuse_withdrawn(cli: CliContext, index: Index, words: Sequence[str]) -> None:
    """A withdrawn record named by its id is not handed out unasked, and the audit chain tells of the asking.

    Raises:
        RefusedError: `case_withdrawn`, `record_withdrawn`.
    """
    withdrawn = withdrawn_alone(index, words)
    if withdrawn is not None:
        cli.account(AuditEvent.REFUSED, [withdrawn.object_id], of="get")
        raise why_refused(withdrawn)


def withdrawn_line(cli: CliContext, withdrawn: Withdrawn) -> str:
    """Which record, why, by whom and when."""
    why, ref = withdrawn.correction, withdrawn.record
    told = {"reason": why.reason, "by": why.by, "at": f"{why.at:%d.%m.%Y %H:%M}"}
    return cli.say.text("cli.find.withdrawn_record", kind=ref.kind.value, id=ref.id, **told)
