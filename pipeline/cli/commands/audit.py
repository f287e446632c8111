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
from pipeline.domain.names import full_name
from pipeline.flow.maintenance.audit_trail import TrailReport, trail, verify_trail
from pipeline.flow.site.seal_roots import known_authorities

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
        objects=", ".join(_shown(cli, index, o) for o in entry.objects) or "—",
        detail=", ".join(_detail(cli, key, value) for key, value in entry.detail.items()) or "—",
    )


def _shown(cli: CliContext, index: Index, object_id: str) -> str:
    """Whose file it is, else the record that lies in it, withdrawn too, else its id."""
    person = index.person(object_id)
    if person is not None:
        return full_name(person)
    refs = index.refs_of(object_id) or [withdrawn.record for withdrawn in index.withdrawn(object_id)]
    return f"{cli.say.word('kind', refs[0].kind.value)} {refs[0].id}" if refs else object_id


def _detail(cli: CliContext, key: str, value: str | int) -> str:
    return f"{cli.say.word('audit_detail', key)}: {cli.say.word('audit_value', str(value))}"


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
            where = found.where(broken) or "—"
            cli.put(
                cli.say.text("cli.audit.break", kind=broken.kind.value, number=broken.number, where=where)
            )
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
