"""`jeke get`: documents out of the archive, each verified as it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.cli.context import CliContext
from pipeline.cli.options import OutPath, as_json, common, write_new
from pipeline.cli.withdrawn import refuse_withdrawn, withdrawn_too
from pipeline.domain.errors import NotFoundError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.ingest.outbox import folder_name
from pipeline.flow.lookup.papers import (
    DOCUMENTS,
    Wanted,
    everything_of,
    holder_of,
    kind_of,
    papers_of,
    read,
    registers_of,
    subjects_of,
    told_of,
    wanted_of,
    withdrawn_of,
)
from pipeline.flow.site.workplace import Workplace
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
            refuse_withdrawn(cli, place.index, words)
        found = list(_found(place, words, document, out, paper, everything=everything, withdrawn=withdrawn))
        files = [(path, w, read(place.root, w)) for path, w in found]
        if not files:
            raise _nothing(place, words, document, withdrawn=withdrawn)
        _account(cli, [w for _, w, _ in files], printing=paper is not None)
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


def _nothing(
    place: Workplace, words: Sequence[str], document: str | None, *, withdrawn: bool
) -> NotFoundError:
    """Why there is no such paper: it may be one of the sitting's or the campaign's."""
    for ref in () if withdrawn or document is None else subjects_of(place.index, words):
        holder = holder_of(place, ref, document or "") if ref.kind is Kind.CASE else None
        if holder is not None:
            return NotFoundError("document_elsewhere", record=holder.id, document=document or "")
    return NotFoundError("no_such_document")


def _account(cli: CliContext, wanted: Sequence[Wanted], *, printing: bool) -> None:
    """Told to the audit chain before the first file is written."""
    event = AuditEvent.PRINT if printing else AuditEvent.TAKE_OUT
    cli.account(event, (w.object_id for w in wanted), **told_of(wanted))


def _found(
    place: Workplace,
    words: Sequence[str],
    document: str | None,
    out: Path,
    paper: Path | None,
    *,
    everything: bool,
    withdrawn: bool,
) -> Iterator[tuple[Path, Wanted]]:
    """Where each file goes: a folder, or all into one PDF."""
    if withdrawn:
        wanted = withdrawn_of(place.root, place.index, words, document)
        yield from ((paper or out / w.name, w) for w in wanted if paper is None or w.document)
        return
    subjects = subjects_of(place.index, words)
    for ref in subjects:
        if paper is not None:
            yield from ((paper, w) for w in papers_of(place.index, ref, document))
            continue
        files = (
            everything_of(place.root, place.index, ref)
            if everything
            else wanted_of(place.index, ref, document)
        )
        running = () if everything else registers_of(place, ref, document)
        folder = out if everything else _folder(out, ref, subjects)
        yield from ((folder / w.name, w) for w in (*files, *running))


def _folder(out: Path, ref: Ref, subjects: Sequence[Ref]) -> Path:
    """A folder of its own for each record where there are several."""
    return out if len(subjects) == 1 else out / folder_name(ref.id)


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
