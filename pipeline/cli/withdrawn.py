"""Withdrawn records: shown and handed out only to who asks for them, by `--withdrawn` or by their id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index, Withdrawn
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.person.content import DOCUMENTS, RECORD
from pipeline.archive.person.corrections import Person
from pipeline.archive.person.filed_documents import Document, read_documents
from pipeline.cli.context import CliContext
from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.kazakh.alphabet import search_key
from pipeline.domain.names import full_name
from pipeline.domain.records import Kind, Ref

withdrawn_too = click.option("--withdrawn", is_flag=True)


def withdrawn_named(index: Index, words: Sequence[str]) -> tuple[Withdrawn, ...]:
    """The withdrawn records of that id that stand nowhere again."""
    named = " ".join(words)
    return tuple(w for w in index.withdrawn() if w.record.id == named and index.record(w.record) is None)


def refuse_withdrawn(cli: CliContext, index: Index, words: Sequence[str]) -> None:
    """A withdrawn record named by its id is not handed out unasked, and the audit chain tells of the asking.

    Raises:
        RefusedError: `case_withdrawn`, `record_withdrawn`.
    """
    named = " ".join(words)
    found = withdrawn_named(index, words)
    if found and not any(index.record(Ref(kind, named)) for kind in Kind):
        withdrawn = found[0]
        cli.account(AuditEvent.REFUSED, [withdrawn.object_id], of="get")
        reason = withdrawn.correction.reason
        if withdrawn.record.kind is Kind.CASE:
            raise RefusedError("case_withdrawn", reason=reason)
        raise RefusedError("record_withdrawn", kind=withdrawn.record.kind.value, reason=reason)


def find_withdrawn(index: Index, words: Sequence[str]) -> list[tuple[Withdrawn, Person | None]]:
    """Those that every word fits: the beginning of a name, of an IIN or of the record's id."""
    found = []
    for withdrawn in index.withdrawn():
        person = index.person(withdrawn.object_id)
        known = [search_key(withdrawn.record.id)]
        if person is not None:
            known += [person.iin, *search_key(full_name(person)).split()]
        if all(any(word.startswith(search_key(typed)) for word in known) for typed in words):
            found.append((withdrawn, person))
    return found


def withdrawn_line(cli: CliContext, withdrawn: Withdrawn) -> str:
    """Which record, why, by whom and when."""
    why, ref = withdrawn.correction, withdrawn.record
    told = {"reason": why.reason, "by": why.by, "at": f"{why.at:%d.%m.%Y %H:%M}"}
    return cli.say.text("cli.find.withdrawn_record", kind=ref.kind.value, id=ref.id, **told)


def withdrawn_papers(
    root: StorageRoot, index: Index, words: Sequence[str]
) -> Iterator[tuple[OcflObject, Document | None, str]]:
    """Object, document (None for the record) and path of everything of a withdrawn record.

    Raises:
        NotFoundError: `nothing_found`.
    """
    named = " ".join(words)
    records = [w for w in index.withdrawn() if w.record.id == named]
    if not records:
        raise NotFoundError("nothing_found")
    for withdrawn in records:
        filed = root.get(withdrawn.object_id)
        if filed is None:
            raise NotFoundError("nothing_found")
        listed = withdrawn.folder + DOCUMENTS
        for document in read_documents(filed.read(listed)) if listed in filed.state else ():
            yield filed, document, document.path
        yield filed, None, withdrawn.folder + RECORD
