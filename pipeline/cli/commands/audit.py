"""`jeke audit`: who filed, viewed, took out, changed or destroyed what, and whether the chain holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time

import click

from pipeline.archive.audit.log import AuditEntry, AuditEvent, AuditHead
from pipeline.archive.audit.verify import AuditBreak, AuditReport, BreakKind
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.verify import Problem
from pipeline.cli.commands.verify import known_authorities, problem_line
from pipeline.cli.context import CliContext
from pipeline.cli.options import Day, as_json, common
from pipeline.domain.errors import ExitCode
from pipeline.domain.names import full_name
from pipeline.flow.lookup.naming import objects_named
from pipeline.flow.maintenance.told_versions import lost_versions
from pipeline.flow.maintenance.witnesses import Witnesses, witnesses

FORMAT = "jeke/audit/1"
EVERYBODY = "all"
"""Scope of a view that showed all that is filed: it counts for every person."""


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
        objects = objects_named(index, person.split()) if person else None
        entries = _entries(cli, objects, since)
        lines = [] if as_json else [_line(cli, index, entry) for entry in entries]
    cli.account(AuditEvent.VIEW, objects or (), of="audit")
    if as_json:
        cli.put_json({"format": FORMAT, "entries": [_entry(entry) for entry in entries]})
    for line in lines:
        cli.put(line)
    if not entries:
        cli.tell(cli.say.text("cli.audit.none"))
    return ExitCode.DONE


def _entries(cli: CliContext, objects: Sequence[str] | None, since: date | None) -> list[AuditEntry]:
    start = datetime.combine(since, time()).astimezone() if since else None
    found = cli.audit.entries(since=start)
    if objects is None:
        return list(found)
    return [e for e in found if not set(objects).isdisjoint(e.objects) or e.detail.get("scope") == EVERYBODY]


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
    """Against the heads named, and against those that every version in the archive names."""
    with cli.archive() as (root, _):
        seen = witnesses(cli.places, cli.audit, known_authorities(cli))
        lost = tuple(lost_versions(root, cli.audit, cli.places.state))
    report = cli.audit.verify((*heads, *seen.heads))
    problems = (*seen.problems, *lost)
    sound = report.sound and not seen.strangers and not problems
    if as_json:
        cli.put_json(_report(report, seen, problems, sound=sound))
    else:
        for broken in report.breaks:
            cli.put(_break_line(cli, broken, seen, heads))
        for object_id in seen.strangers:
            cli.put(cli.say.text("cli.audit.stranger", object=object_id))
        for problem in problems:
            cli.put(problem_line(cli, problem))
        cli.put(cli.say.text("cli.audit.head", number=report.head.number, sha256=report.head.sha256))
    if report.unfinished:
        cli.tell(cli.say.text("cli.audit.unfinished"))
    if not sound:
        cli.tell(cli.say.text("cli.audit.broken"))
        cli.tell(cli.say.text("cli.audit.broken.remedy"))
        return ExitCode.FINDINGS
    cli.tell(cli.say.text("cli.audit.sound", entries=report.entries))
    return ExitCode.DONE


def _break_line(cli: CliContext, broken: AuditBreak, seen: Witnesses, named: Sequence[AuditHead]) -> str:
    where = f"{broken.file}:{broken.line}" if broken.file else "—"
    if broken.kind is BreakKind.ANCHOR and broken.number not in {head.number for head in named}:
        where = next(o for head, o in seen.heads.items() if head.number == broken.number)
    return cli.say.text("cli.audit.break", kind=broken.kind.value, number=broken.number, where=where)


def _report(
    report: AuditReport, seen: Witnesses, problems: Sequence[Problem], *, sound: bool
) -> dict[str, object]:
    return {
        "format": FORMAT,
        "sound": sound,
        "head": {"number": report.head.number, "sha256": report.head.sha256},
        "entries": report.entries,
        "unfinished": report.unfinished,
        "breaks": [
            {"kind": b.kind.value, "number": b.number, "file": b.file or None, "line": b.line or None}
            for b in report.breaks
        ],
        "strangers": list(seen.strangers),
        "problems": [asdict(problem) for problem in problems],
    }


COMMANDS = (audit,)
