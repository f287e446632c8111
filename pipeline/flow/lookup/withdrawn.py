"""Withdrawn records: named by their id, found among themselves, and the papers in their folders."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import chain

from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index, Withdrawn
from pipeline.archive.index.typed.guesses import ReadAs, guesses, read_as
from pipeline.archive.index.typed.query import asked
from pipeline.archive.index.typed.search_words import withdrawn_words
from pipeline.archive.index.typed.typed_words import Asked, Range, beginning_so
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.person.content import DOCUMENTS, RECORD
from pipeline.archive.person.corrections import Person
from pipeline.archive.person.filed_documents import Document, read_documents
from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.records import Kind, Ref
from pipeline.flow.lookup.naming import cases_named


def withdrawn_named(index: Index, words: Sequence[str]) -> tuple[Withdrawn, ...]:
    """The withdrawn records of that id that stand nowhere again."""
    named = " ".join(words)
    return tuple(w for w in index.withdrawn() if w.record.id == named and index.record(w.record) is None)


def cases_or_withdrawn(index: Index, words: Sequence[str]) -> tuple[tuple[Ref, ...], tuple[Withdrawn, ...]]:
    """The cases meant, and the withdrawn records of that id; where there are such, no other case is meant.

    Raises:
        NotFoundError: as `cases_named`.
    """
    case, withdrawn = Ref(Kind.CASE, " ".join(words)), withdrawn_named(index, words)
    if withdrawn:
        return ((case,) if index.record(case) is not None else ()), withdrawn
    return cases_named(index, words), ()


def withdrawn_alone(index: Index, words: Sequence[str]) -> Withdrawn | None:
    """The withdrawn record of that id, where nothing else bears it: it is not handed out unasked."""
    found = withdrawn_named(index, words)
    named = " ".join(words)
    return found[0] if found and not any(index.record(Ref(kind, named)) for kind in Kind) else None


def refuse_withdrawn(index: Index, words: Sequence[str], actor: Actor) -> None:
    """A withdrawn record named by its id is not handed out unasked, and the audit chain tells of the asking.

    Raises:
        RefusedError: `case_withdrawn`, `record_withdrawn`.
    """
    withdrawn = withdrawn_alone(index, words)
    if withdrawn is not None:
        actor.tell(AuditEvent.REFUSED, [withdrawn.object_id], of="get")
        raise why_refused(withdrawn)


def why_refused(withdrawn: Withdrawn) -> RefusedError:
    """`case_withdrawn` or `record_withdrawn`, with the reason."""
    reason = withdrawn.correction.reason
    if withdrawn.record.kind is Kind.CASE:
        return RefusedError("case_withdrawn", reason=reason)
    return RefusedError("record_withdrawn", kind=withdrawn.record.kind.value, reason=reason)


def find_withdrawn(
    index: Index, words: Sequence[str]
) -> tuple[list[tuple[Withdrawn, Person | None]], ReadAs]:
    """Those that all of what was typed fits: the beginning of a name, of an IIN or of the record's id.

    Where nothing does, by the first other reading that finds one, and how each changed word was read.
    """
    all_of_them = [(withdrawn, index.person(withdrawn.object_id)) for withdrawn in index.withdrawn()]
    stored = [frozenset(withdrawn_words(gone.record.id, person)) for gone, person in all_of_them]
    every = frozenset(chain.from_iterable(stored))

    def fitting(query: Sequence[Asked]) -> list[int]:
        return [n for n, known in enumerate(stored) if all(_in(known, one.term) for one in query)]

    def begins(marks: Sequence[str], text: str) -> bool:
        return _in(every, [beginning_so(mark, text) for mark in marks])

    if found := fitting(asked(words)):
        return [all_of_them[n] for n in found], {}
    for guess in guesses(words, partial(_in, every), begins):
        if guess.asked and (found := fitting(guess.asked)):
            return [all_of_them[n] for n in found], read_as(
                guess, frozenset().union(*(stored[n] for n in found))
            )
    return [], {}


def _in(words: Collection[str], term: Sequence[Range]) -> bool:
    return any(low <= word <= high for word in words for low, high in term)


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
