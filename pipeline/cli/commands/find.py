"""`jeke find`: the archive asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import chain
from typing import Final

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.find import PAGE, CaseHit, Hit, find_or_guess
from pipeline.archive.index.locations import Index, Withdrawn
from pipeline.archive.index.typed.guesses import ReadAs, to_be_told
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.corrections import Person
from pipeline.cli.context import CliContext
from pipeline.cli.options import as_json, common
from pipeline.cli.withdrawn import withdrawn_line, withdrawn_too
from pipeline.domain.errors import ExitCode
from pipeline.domain.names import full_name
from pipeline.domain.records import Kind
from pipeline.flow.lookup.withdrawn import find_withdrawn

MOST: Final = 1000
"""Persons on one page."""


@click.command("find")
@click.argument("words", nargs=-1, metavar="WORDS...")
@click.option("--unsigned", is_flag=True)
@click.option("--limit", type=click.IntRange(1, MOST), default=PAGE, metavar="N")
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N")
@withdrawn_too
@as_json
@common
@click.pass_obj
def find_files(
    cli: CliContext,
    words: tuple[str, ...],
    *,
    unsigned: bool,
    limit: int,
    offset: int,
    withdrawn: bool,
    as_json: bool,
) -> int:
    """Exit status: 3 where nothing matches."""
    if not words and not unsigned:
        raise click.MissingParameter(param_type="argument", param_hint="WORDS...")
    if withdrawn:
        return _find_withdrawn(cli, words, as_json=as_json)
    typed = tuple(chain.from_iterable(word.split() for word in words))
    with _unsigned_known(cli) if unsigned else cli.archive() as (_, index):
        found = find_or_guess(index, typed, unsigned=unsigned, limit=limit + 1, offset=offset)
    hits, more = found.hits[:limit], len(found.hits) > limit
    if hits:
        cli.account(AuditEvent.VIEW, (hit.object_id for hit in hits), of="find")
    if as_json:
        entries = [_hit_entry(hit) for hit in hits]
        read_as = _read_as_entries(found.read_as)
        cli.put_json(
            {"format": "jeke/find/1", "offset": offset, "more": more, "hits": entries, "read_as": read_as}
        )
    _tell_guess(cli, found.read_as)
    for hit in () if as_json else hits:
        cli.put(cli.say.text("cli.find.person", name=full_name(hit.person), iin=hit.person.iin))
        if hit.former:
            names = ", ".join(full_name(person) for person in hit.former)
            cli.put("  " + cli.say.text("cli.find.former", names=names))
        for case in hit.cases:
            cli.put("  " + _case_line(cli, case))
    if more:
        cli.tell(cli.say.text("cli.find.more", offset=offset + limit))
    if not hits:
        cli.tell(cli.say.text("error.nothing_found"))
    return ExitCode.DONE if hits else ExitCode.NOT_FOUND


@contextmanager
def _unsigned_known(cli: CliContext) -> Iterator[tuple[StorageRoot, Index]]:
    """The archive and its index, with who is still to sign what as it is now."""
    from pipeline.cli.summary import unread_lines
    from pipeline.flow.standing.asked import standings  # it judges what is stale

    with cli.workplace() as place:
        for line in unread_lines(standings(place).unread, cli.say):
            cli.tell(line)
        yield place.root, place.index


def _find_withdrawn(cli: CliContext, words: tuple[str, ...], *, as_json: bool) -> int:
    with cli.archive() as (_, index):
        found, read_as = find_withdrawn(index, words)
    if found:
        cli.account(AuditEvent.VIEW, (case.object_id for case, _ in found), of="find")
    if as_json:
        entries = [_withdrawn_entry(withdrawn, person) for withdrawn, person in found]
        cli.put_json({"format": "jeke/find/1", "withdrawn": entries, "read_as": _read_as_entries(read_as)})
    _tell_guess(cli, read_as)
    for case, person in () if as_json else found:
        if person is not None:
            cli.put(cli.say.text("cli.find.person", name=full_name(person), iin=person.iin))
        cli.put(f"  {withdrawn_line(cli, case)}")
    if not found:
        cli.tell(cli.say.text("error.nothing_found"))
    return ExitCode.DONE if found else ExitCode.NOT_FOUND


def _tell_guess(cli: CliContext, read_as: ReadAs) -> None:
    """That nothing fits what was typed as it stands, and what it was taken for."""
    told = to_be_told(read_as)
    words = [cli.say.text("cli.find.read_word", typed=typed, read=read) for typed, read in told]
    if words:
        cli.tell(cli.say.text("cli.find.read_as", words=", ".join(words)))


def _read_as_entries(read_as: ReadAs) -> list[dict[str, object]]:
    return [{"typed": typed, "as": list(meant)} for typed, meant in read_as.items()]


def _withdrawn_entry(withdrawn: Withdrawn, person: Person | None) -> dict[str, object]:
    why = asdict(withdrawn.correction) | {"at": withdrawn.correction.at.isoformat()}
    return {
        "case": withdrawn.record.id if withdrawn.record.kind is Kind.CASE else None,
        "kind": str(withdrawn.record.kind),
        "id": withdrawn.record.id,
        "object_id": withdrawn.object_id,
        "folder": withdrawn.folder,
        "correction": why,
        "person": person and asdict(person),
    }


def _case_line(cli: CliContext, case: CaseHit) -> str:
    votes = [cli.say.word("vote", decision.result.value) for decision in case.decisions]
    return cli.say.text(
        "cli.find.case",
        case=case.id,
        post=case.post or "—",
        unit=case.unit or "—",
        sought=case.target_post or "—",
        reported_on=case.reported_on or "—",
        decision=", ".join(votes) or "—",
    )


def _hit_entry(hit: Hit) -> dict[str, object]:
    return {
        "object": hit.object_id,
        "person": asdict(hit.person),
        "former_names": [
            {"surname": p.surname, "given_name": p.given_name, "patronymic": p.patronymic} for p in hit.former
        ],
        "cases": [
            {
                "id": case.id,
                "campaign": case.campaign,
                "unit": case.unit,
                "post": case.post,
                "target_unit": case.target_unit,
                "target_post": case.target_post,
                "reported_on": case.reported_on.isoformat() if case.reported_on else None,
                "decisions": [{"sitting": d.sitting, "result": d.result.value} for d in case.decisions],
            }
            for case in hit.cases
        ],
    }


COMMANDS = (find_files,)
