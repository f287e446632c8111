"""`jeke audit`: who filed, viewed, took out, changed or destroyed what, and whether the chain holds."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import click

from pipeline.archive.audit.log import AuditEntry, AuditHead
from pipeline.archive.index.locations import Index
from pipeline.cli.commands.verify import problem_line
from pipeline.cli.context import CliContext
from pipeline.cli.options import Day, as_json, common
from pipeline.domain.errors import ExitCode
from pipeline.flow.maintenance.audit_trail import TrailReport, trail, verify_trail
from pipeline.flow.site.seal_roots import known_authorities
from pipeline.messages.audit_words import break_line, detail_words, whose

FORMAT = "jeke/audit/1"


class Head(click.ParamType[AuditHead]):
    """A head as it is printed on acts and exports: number, colon, SHA-256."""

    name = "head"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> AuditHead:
        """As click asks for it."""
        if isinstance(value, AuditHead):
            return value
        try:
            return AuditHead.parse(str(value))
        except ValueError:
            raise click.BadParameter(f"{value!r}: 17:ab12…", ctx=ctx, param=param) from None


@click.command("audit")
@click.option("--person", metavar="WORDS")
@click.option("--since", type=Day(), metavar="DATE")
@click.option("--verify", "verifying", is_flag=True)
@click.option("--head", "heads", type=Head(), multiple=True, metavar="NUMBER:SHA256")
@as_json
@common
@click.pass_obj
def audit(
    cli: CliContext,
    *,
    person: str | None,
    since: date | None,
    verifying: bool,
    heads: tuple[AuditHead, ...],
    as_json: bool,
) -> int:
    """Exit status: 1 where the chain does not hold; 3 where the words name nobody."""
    if verifying or heads:
        return _verify(cli, heads, as_json=as_json)
    with cli.archive() as (_, index):
        entries = trail(cli.actor, index, person.split() if person else (), since)
        lines = [] if as_json else [_line(cli, index, entry) for entry in entries]
    if as_json:
        cli.put_json({"format": FORMAT, "entries": [_entry(entry) for entry in entries]})
    for line in lines:
        cli.put(line)
    if not entries:
        cli.tell(cli.say.text("cli.audit.none"))
    return ExitCode.DONE


def _line(cli: CliContext, index: Index, entry: AuditEntry) -> str:
    return cli.say.text(
        "cli.audit.line",
        number=entry.number,
        at=f"{entry.at:%d.%m.%Y %H:%M:%S}",
        event=entry.event,
        agent=entry.agent,
        objects=", ".join(whose(index, o, cli.say) for o in entry.objects) or "—",
        detail=", ".join(detail_words(entry.detail, cli.say)) or "—",
    )


def _entry(entry: AuditEntry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "event": entry.event,
        "agent": entry.agent,
        "objects": list(entry.objects),
        "detail": dict(entry.detail),
        "previous": entry.previous,
        "sha256": entry.sha256,
    }


def _verify(cli: CliContext, heads: tuple[AuditHead, ...], *, as_json: bool) -> int:
    with cli.archive() as (root, _):
        found = verify_trail(
            cli.places, root, cli.audit, known_authorities(cli.places.seal, cli.own_seal), heads
        )
    chain = found.chain
    if as_json:
        cli.put_json(_report(found))
    else:
        for broken in chain.breaks:
            cli.put(break_line(broken, found.where(broken), cli.say))
        for object_id in found.witnesses.strangers:
            cli.put(cli.say.text("cli.audit.stranger", object=object_id))
        for problem in found.problems:
            cli.put(problem_line(cli, problem))
        cli.put(cli.say.text("cli.audit.head", number=chain.head.number, sha256=chain.head.sha256))
    if chain.unfinished:
        cli.tell(cli.say.text("cli.audit.unfinished"))
    if not found.sound:
        cli.tell(cli.say.text("cli.audit.broken"))
        cli.tell(cli.say.text("cli.audit.broken.remedy"))
        return ExitCode.FINDINGS
    cli.tell(cli.say.text("cli.audit.sound", entries=chain.entries))
    return ExitCode.DONE


def _report(found: TrailReport) -> dict[str, object]:
    chain = found.chain
    return {
        "format": FORMAT,
        "sound": found.sound,
        "head": {"number": chain.head.number, "sha256": chain.head.sha256},
        "entries": chain.entries,
        "unfinished": chain.unfinished,
        "breaks": [
            {"kind": b.kind.value, "number": b.number, "file": b.file or None, "line": b.line or None}
            for b in chain.breaks
        ],
        "strangers": list(found.witnesses.strangers),
        "problems": [asdict(problem) for problem in found.problems],
    }


COMMANDS = (audit,)
