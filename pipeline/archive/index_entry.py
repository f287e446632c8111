"""What the index knows of one object, read out of the object's own files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.archive.content import CASES, DOCUMENTS, FINDINGS, PERSON, RECORD, case_folder
from pipeline.archive.filed_documents import Document, read_documents
from pipeline.archive.filed_findings import read_decisions
from pipeline.archive.inner_list import Person
from pipeline.archive.ocfl import OcflObject
from pipeline.archive.personal_file import read_person
from pipeline.domain.errors import CorruptError
from pipeline.domain.findings import Decision
from pipeline.domain.records import Kind, Record, Ref

ReadRecord = Callable[[str], Record]
"""Reads one record's text. Raises CorruptError where it does not read."""


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
    """One object at its newest version. `person` is there for a person's object alone."""

    object_id: str
    head: str
    kind: ObjectKind
    person: Person | None = None
    records: tuple[FiledRecord, ...] = ()
    documents: tuple[tuple[Ref, Document], ...] = ()
    decisions: tuple[Decision, ...] = ()


def entry_of(filed: OcflObject, read: ReadRecord) -> ObjectEntry:
    """The entry of an object as it is filed.

    Raises:
        CorruptError: something in the object does not verify or does not read.
    """
    person = read_person(filed.read(PERSON)) if PERSON in filed.state else None
    folders = sorted(_case_folders(filed)) if person is not None else [""]
    records = tuple(_record(filed, folder, read) for folder in folders)
    return ObjectEntry(
        object_id=filed.id,
        head=filed.head,
        kind=ObjectKind.PERSON if person is not None else ObjectKind(records[0].record.ref.kind),
        person=person,
        records=records,
        documents=tuple(
            (filed_record.record.ref, document)
            for folder, filed_record in zip(folders, records, strict=True)
            if folder + DOCUMENTS in filed.state
            for document in read_documents(filed.read(folder + DOCUMENTS))
        ),
        decisions=tuple(d for folder in folders for d in read_decisions(filed.read(folder + FINDINGS))),
    )


def _case_folders(filed: OcflObject) -> Iterator[str]:
    for path in filed.state:
        if path.startswith(CASES) and path.endswith(f"/{RECORD}"):
            yield path.removesuffix(RECORD)


def _record(filed: OcflObject, folder: str, read: ReadRecord) -> FiledRecord:
    path = folder + RECORD
    if path not in filed.state:
        raise CorruptError("filed_missing", path=path)
    try:
        record = read(filed.read(path).decode())
    except UnicodeDecodeError as error:
        raise CorruptError("filed_format", file=RECORD) from error
    if (record.ref.kind is Kind.CASE) != bool(folder) or (folder and folder != case_folder(record.id)):
        raise CorruptError("filed_elsewhere", path=path)
    return FiledRecord(record, path, filed.state[path])
