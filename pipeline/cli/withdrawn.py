"""Withdrawn cases: shown and handed out only to who asks for them by `--withdrawn`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index, Withdrawn
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.person.content import DOCUMENTS, RECORD
from pipeline.archive.person.corrections import Person
from pipeline.archive.person.filed_documents import Document, read_documents
from pipeline.cli.desk import Desk
from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.kazakh.alphabet import search_key
from pipeline.domain.names import full_name
from pipeline.domain.records import Kind, Ref

withdrawn_too = click.option("--withdrawn", is_flag=True)


def refuse_withdrawn(desk: Desk, index: Index, words: Sequence[str]) -> None:
    """A withdrawn case named by its id is not handed out unasked, and the audit chain tells of the asking.

    Raises:
        RefusedError: `case_withdrawn`.
    """
    named = " ".join(words)
    case = index.withdrawn_of(Ref(Kind.CASE, named))
    if case is not None:
        desk.account(AuditEvent.REFUSED, [case.object_id], of="get")
        raise RefusedError("case_withdrawn", reason=case.correction.reason)


def find_withdrawn(index: Index, words: Sequence[str]) -> list[tuple[Withdrawn, Person | None]]:
    """Those that every word fits: the beginning of a name, of an IIN or of the case's id."""
    found = []
    for case in index.withdrawn():
        person = index.person(case.object_id)
        known = [search_key(case.record.id)]
        if person is not None:
            known += [person.iin, *search_key(full_name(person)).split()]
        if all(any(word.startswith(search_key(typed)) for word in known) for typed in words):
            found.append((case, person))
    return found


def withdrawn_papers(
    root: StorageRoot, index: Index, words: Sequence[str]
) -> Iterator[tuple[OcflObject, Document | None, str]]:
    """Object, document (None for the record) and path of everything of a withdrawn case.

    Raises:
        NotFoundError: `nothing_found`.
    """
    named = " ".join(words)
    cases = [w for w in index.withdrawn() if w.record == Ref(Kind.CASE, named)]
    if not cases:
        raise NotFoundError("nothing_found")
    for case in cases:
        filed = root.get(case.object_id)
        if filed is None:
            raise NotFoundError("nothing_found")
        for document in read_documents(filed.read(case.folder + DOCUMENTS)):
            yield filed, document, document.path
        yield filed, None, case.folder + RECORD
