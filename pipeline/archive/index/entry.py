"""What the index knows of one object, read out of the object's own files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.content import (
    CASES,
    DOCUMENTS,
    FINDINGS,
    PERSON,
    RECORD,
    RECORDINGS,
    WITHDRAWN,
    case_folder,
)
from pipeline.archive.person.corrections import Joined, PersonFile, counted, read_withdrawn
from pipeline.archive.person.filed_documents import Document, read_documents
from pipeline.archive.person.filed_findings import read_decisions
from pipeline.archive.person.inner_list import Person, WithdrawnRecord
from pipeline.archive.person.personal_file import former_names, standing_of
from pipeline.archive.person.recordings_register import read_register
from pipeline.domain.errors import CorruptError
from pipeline.domain.findings import Decision
from pipeline.domain.recordings import Register
from pipeline.domain.records import Kind, Record, Ref

ReadRecord = Callable[[str], Record]
"""Reads one record's text. Raises CorruptError where it does not read."""

OpenObject = Callable[[str], OcflObject | None]
"""Opens another object of the archive; None where there is none."""


class ObjectKind(StrEnum):
    """What an object of the archive is about."""

    PERSON = "person"
    SITTING = "sitting"
    COMMISSION = "commission"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class FiledRecord:
    """A record and where it lies in its object."""

    record: Record
    path: str
    sha512: str


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """One object at its newest version.

    `person` is there for a person's object alone, and not once its cases went into another; `joined` are the
    files that were joined to it, `former` the names that it and they bore before, `withdrawn` the records
    that are neither found nor judged, `departed` the folders of cases that went into another.
    """

    object_id: str
    head: str
    kind: ObjectKind
    person: Person | None = None
    records: tuple[FiledRecord, ...] = ()
    documents: tuple[tuple[Ref, Document], ...] = ()
    decisions: tuple[Decision, ...] = ()
    register: Register = field(default_factory=Register)
    joined: tuple[Joined, ...] = ()
    former: tuple[Person, ...] = ()
    withdrawn: tuple[WithdrawnRecord, ...] = ()
    departed: tuple[str, ...] = ()

    @property
    def all_documents(self) -> tuple[Document, ...]:
        """Those of withdrawn records among them."""
        return (*(d for _, d in self.documents), *(d for record in self.withdrawn for d in record.documents))


def entry_of(filed: OcflObject, read: ReadRecord, others: OpenObject) -> ObjectEntry:
    """The entry of an object as it is filed; files joined to it are looked at for the names they bore.

    Raises:
        CorruptError: something in the object does not verify or does not read.
    """
    if WITHDRAWN in filed.state:
        return _withdrawn(filed, read)
    standing = standing_of(filed, read) if PERSON in filed.state else None
    file = standing.file if standing else None
    folders = sorted(_case_folders(filed)) if file is not None else [""]
    records = tuple(_record(filed, folder, read, file) for folder in folders)
    return ObjectEntry(
        object_id=filed.id,
        head=filed.head,
        kind=ObjectKind.PERSON if file is not None else ObjectKind(records[0].record.ref.kind),
        person=file.person if file and file.gone is None else None,
        joined=file.joined if file else (),
        former=former_names(filed, others) if file and file.gone is None else (),
        withdrawn=standing.withdrawn if standing else (),
        departed=_departed(filed) if standing else (),
        records=records,
        documents=tuple(
            (filed_record.record.ref, document)
            for folder, filed_record in zip(folders, records, strict=True)
            if folder + DOCUMENTS in filed.state
            for document in read_documents(filed.read(folder + DOCUMENTS))
        ),
        decisions=tuple(d for folder in folders for d in read_decisions(filed.read(folder + FINDINGS))),
        register=read_register(filed.read(RECORDINGS)) if RECORDINGS in filed.state else Register(),
    )


def _withdrawn(filed: OcflObject, read: ReadRecord) -> ObjectEntry:
    """A sitting, commission or campaign that was filed by mistake."""
    ref = _record(filed, "", read, None).record.ref
    documents = read_documents(filed.read(DOCUMENTS)) if DOCUMENTS in filed.state else ()
    correction = read_withdrawn(filed.read(WITHDRAWN))
    withdrawn = WithdrawnRecord(ref.id, "", correction, documents, ref.kind)
    return ObjectEntry(filed.id, filed.head, ObjectKind(ref.kind), withdrawn=(withdrawn,))


def _case_folders(filed: OcflObject) -> Iterator[str]:
    """Those of the cases that are not withdrawn."""
    return (folder for folder in _folders_in(filed.state) if folder + WITHDRAWN not in filed.state)


def _departed(filed: OcflObject) -> tuple[str, ...]:
    """Folders of cases that an earlier version had and the newest has not, not even withdrawn."""
    earlier = (filed.state_at(version.version) for version in filed.versions())
    return tuple(sorted({f for state in earlier for f in _folders_in(state)} - _folders_in(filed.state)))


def _folders_in(state: Iterable[str]) -> set[str]:
    """Of cases, withdrawn ones among them."""
    return {p.removesuffix(RECORD) for p in state if p.startswith(CASES) and p.endswith(f"/{RECORD}")}


def _record(filed: OcflObject, folder: str, read: ReadRecord, file: PersonFile | None) -> FiledRecord:
    path = folder + RECORD
    if path not in filed.state:
        raise CorruptError("filed_missing", path=path)
    try:
        record = read(filed.read(path).decode())
    except UnicodeDecodeError as error:
        raise CorruptError("filed_format", file=RECORD) from error
    if (record.ref.kind is Kind.CASE) != bool(folder) or (folder and folder != case_folder(record.id)):
        raise CorruptError("filed_elsewhere", path=path)
    return FiledRecord(counted(record, file) if file else record, path, filed.state[path])
