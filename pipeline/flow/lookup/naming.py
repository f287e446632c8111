"""What people name on the command line: a case by its id, a person by IIN or by name."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.find import find
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import NotFoundError
from pipeline.domain.records import Case, Kind, Ref
from pipeline.flow.site.opening import record_in_force


def cases_named(index: Index, words: Sequence[str]) -> tuple[Ref, ...]:
    """The cases meant: that of an id, else all of a person named by IIN, name or another word of `jeke find`.

    Raises:
        NotFoundError: `nothing_found`; `several_people` where the words fit more than one person.
    """
    named = " ".join(words)
    case = Ref(Kind.CASE, named)
    if index.record(case) is not None:
        return (case,)
    ids = index.cases_of_person(named)
    if not ids:
        hits = find(index, named.split(), limit=2)
        if len(hits) > 1:
            raise NotFoundError("several_people")
        ids = index.cases_of_person(hits[0].person.iin) if hits else ()
    if not ids:
        raise NotFoundError("nothing_found")
    return tuple(Ref(Kind.CASE, case_id) for case_id in ids)


def objects_named(index: Index, words: Sequence[str]) -> tuple[str, ...]:
    """The personal files meant, by IIN, name or case, and a record's object by its id, withdrawn too.

    Raises:
        NotFoundError: as `cases_named`.
    """
    named = " ".join(words)
    own = [index.object_of(Ref(kind, named)) for kind in Kind] + [index.object_of_person(named)]
    gone = (index.withdrawn_of(Ref(kind, named)) for kind in Kind if kind is not Kind.CASE)
    own += [withdrawn.object_id for withdrawn in gone if withdrawn is not None]
    found = [object_id for object_id in own if object_id is not None]
    if not found:
        found = [o for ref in cases_named(index, words) if (o := index.object_of(ref)) is not None]
    return tuple(dict.fromkeys(found))


def case_to_report(root: StorageRoot, index: Index, case_id: str, actor: Actor) -> Case:
    """A filed case whose report is written (Annex 1), told to the audit chain as viewed.

    Raises:
        NotFoundError: `nothing_found`.
        CorruptError: it does not verify or read.
        MachineError: `audit_unwritable`.
    """
    ref = Ref(Kind.CASE, case_id)
    case = record_in_force(root, index, ref)
    if not isinstance(case, Case):
        raise NotFoundError("nothing_found")
    actor.tell(AuditEvent.VIEW, filter(None, [index.object_of(ref)]), of="report")
    return case
