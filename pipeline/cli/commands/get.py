"""`jeke get`: documents out of the archive, each verified as it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli.context import CliContext
from pipeline.cli.options import OutPath, as_json, common, write_new
from pipeline.cli.withdrawn import withdrawn_too
from pipeline.flow.lookup.papers import DOCUMENTS, Wanted, kind_of, read, told_of
from pipeline.flow.lookup.taking_out import files_meant, why_nothing
from pipeline.flow.lookup.withdrawn import refuse_withdrawn
from pipeline.messages.catalogue import Messages


@click.command("get")
@click.argument("words", nargs=-1, required=True, metavar="PERSON|CASE|SITTING|CAMPAIGN")
@click.option("--document", type=click.Choice(DOCUMENTS), metavar="DOCUMENT")
@click.option("--all", "everything", is_flag=True)
@click.option("--out", type=OutPath(path_type=Path), default=Path(), metavar="DIR")
@click.option("--print", "paper", type=OutPath(path_type=Path), metavar="FILE")
@click.option("--duplex", is_flag=True)
@withdrawn_too
@as_json
@common
@click.pass_obj
def get(  # noqa: PLR0913  # a parameter for each option
    cli: CliContext,
    words: tuple[str, ...],
    *,
    document: str | None,
    everything: bool,
    out: Path,
    paper: Path | None,
    duplex: bool,
    withdrawn: bool,
    as_json: bool,
) -> None:
    """Every file is read and verified before the first is written; a different file of that name stays."""
    if everything and (document or paper or withdrawn):
        raise click.UsageError(cli.say.text("cli.get.all_alone"))
    with cli.workplace() as place:
        if not withdrawn:
            refuse_withdrawn(place.index, words, cli.actor)
        printing = paper is not None
        found = list(
            files_meant(place, words, document, everything=everything, withdrawn=withdrawn, printing=printing)
        )
        files = [(paper or out / folder / w.name, w, read(place.root, w)) for folder, w in found]
        if not files:
            raise why_nothing(place, words, document, withdrawn=withdrawn)
        _account(cli, [w for _, w, _ in files], printing=printing)
        if paper is not None:
            from pipeline.flow.casefile.papers.printing import merged  # it makes papers

            papers = [(w.record, w.document, data) for _, w, data in files]
            write_new(paper, merged(place, papers, whole=document is None, duplex=duplex))
    for path, _, data in files if paper is None else ():
        write_new(path, data)
    if as_json:
        entries = [_entry(path, w, data, cli.say) for path, w, data in files]
        cli.put_json({"format": "jeke/get/1", "files": entries})
    else:
        for path in dict.fromkeys(path for path, _, _ in files):
            cli.put(str(path))
    if any(w.document and w.document.seal and w.document.seal.test for _, w, _ in files):
        cli.tell(cli.say.text("cli.test_seal"))


def _account(cli: CliContext, wanted: Sequence[Wanted], *, printing: bool) -> None:
    """Told to the audit chain before the first file is written."""
    event = AuditEvent.PRINT if printing else AuditEvent.TAKE_OUT
    cli.account(event, (w.object_id for w in wanted), **told_of(wanted))


def _entry(path: Path, wanted: Wanted, data: bytes, say: Messages) -> dict[str, object]:
    document = wanted.document
    return {
        "file": str(path),
        "title": say.word("title", wanted.title),
        "object": wanted.object_id,
        "path": wanted.path,
        "document": kind_of(wanted),
        "rendition": wanted.rendition,
        "sha512": hashlib.sha512(data).hexdigest(),
        "seal": {"subject": document.seal.subject, "test": document.seal.test}
        if document and document.seal
        else None,
    }


COMMANDS = (get,)
