"""`jeke export`: a personal file as a BagIt bag, with its history and a page to read it by.

What belongs to the person is the person's own object: the sittings' objects hold other people's votes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.log import AuditEntry, AuditEvent, AuditHead
from pipeline.archive.index.entry import ObjectEntry, ObjectKind, entry_of
from pipeline.archive.index.locations import Index
from pipeline.archive.moves.bag import Written, write_bag
from pipeline.archive.ocfl.snapshot import Snapshot
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.person.filed_documents import Document
from pipeline.archive.person.index_page import CaseDocuments, Exported, index_page
from pipeline.domain.errors import CorruptError, NotFoundError
from pipeline.domain.records import Ref
from pipeline.flow.lookup.naming import objects_named
from pipeline.flow.site.opening import filed_record

OBJECT = "object/"
PAGE = "index.html"
AUTHORITIES = "authorities/"
AUDIT_HEAD = "Jeke-Audit-Head"
EXTERNAL_ID = "External-Identifier"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A personal file that was read and found sound, not yet given out."""

    object_id: str
    head: str
    entry: ObjectEntry
    filed: OcflObject


def leaving(root: StorageRoot, object_id: str) -> Leaving:
    """The personal file, read.

    Raises:
        NotFoundError: `nothing_found`, `export_person`: there is none, or it is another kind of object.
        CorruptError: something in it does not verify or read.
    """
    filed = root.get(object_id)
    if filed is None:
        raise NotFoundError("nothing_found")
    entry = entry_of(filed, filed_record, root.get)
    if entry.kind is not ObjectKind.PERSON:
        raise NotFoundError("export_person")
    return Leaving(object_id, filed.head, entry, filed)


def person_named(index: Index, words: Sequence[str]) -> str:
    """The personal file meant.

    Raises:
        NotFoundError: `export_person`, `several_people`; as `objects_named`.
    """
    files = index.object_ids(ObjectKind.PERSON)
    people = [object_id for object_id in objects_named(index, words) if object_id in files]
    if len(people) != 1:
        raise NotFoundError("several_people" if people else "export_person")
    return people[0]


def export(
    root: StorageRoot, object_id: str, target: Path, actor: Actor, *, roots: tuple[bytes, ...], at: datetime
) -> tuple[Written, AuditHead]:
    """The file read and proven, then told of in the audit chain, then given out; `roots` go along in DER.

    Gives the head of the chain that stands for it too.

    Raises:
        NotFoundError: as `leaving`.
        RefusedError: `file_exists`.
        CorruptError: a file of the object does not verify; nothing is left behind.
        MachineError: `bag_unwritable`, `audit_unwritable`.
    """
    file = leaving(root, object_id)
    told = actor.tell(AuditEvent.EXPORT, [file.object_id], version=file.head)
    return _written(file, target, told, roots, at), told.head


def _written(
    file: Leaving, target: Path, told: AuditEntry, roots: tuple[bytes, ...], at: datetime
) -> Written:
    snapshot = Snapshot(file.filed.root, file.filed.inventory)
    info = (
        ("Bag-Software-Agent", "jeke-is"),
        ("Bagging-Date", f"{at:%Y-%m-%d}"),
        (EXTERNAL_ID, file.object_id),
        ("Jeke-Object-Head", file.head),
        (AUDIT_HEAD, str(told.head)),
    )
    payload = _Payload(snapshot, index_page(_page(file, told, at)))
    tags = {f"{AUTHORITIES}{hashlib.sha256(root).hexdigest()}.der": root for root in roots}
    return write_bag(target, payload, info, tags=tags, at=at)


def _page(file: Leaving, told: AuditEntry, at: datetime) -> Exported:
    person = file.entry.person
    if person is None:
        raise CorruptError("filed_missing", path="person.json")
    state, inventory = file.filed.state, file.filed.inventory
    cases = sorted((record.record.ref for record in file.entry.records), key=str)
    return Exported(
        object_id=file.object_id,
        person=person,
        cases=[CaseDocuments(ref.id, _documents(file.entry, ref)) for ref in cases],
        versions=file.filed.versions(),
        stored={path: f"{OBJECT}{inventory.content_path(digest)}" for path, digest in state.items()},
        digests=dict(state),
        at=at,
        audit_head=str(told.head),
        former=file.entry.former,
    )


def _documents(entry: ObjectEntry, ref: Ref) -> tuple[Document, ...]:
    return tuple(document for of, document in entry.documents if of == ref)


class _Payload(Mapping[str, bytes]):
    """The object's files below object/, and the page beside it."""

    def __init__(self, snapshot: Snapshot, page: bytes) -> None:
        self._snapshot = snapshot
        self._page = page

    def __getitem__(self, name: str) -> bytes:
        return self._page if name == PAGE else self._snapshot[name.removeprefix(OBJECT)]

    def __iter__(self) -> Iterator[str]:
        yield PAGE
        yield from (f"{OBJECT}{name}" for name in self._snapshot)

    def __len__(self) -> int:
        return len(self._snapshot) + 1
