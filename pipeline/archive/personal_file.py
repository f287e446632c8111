"""What a person's object holds: every case of the person, as paths and bytes (¶36).

The sitting's record is not among it: nobody's personal file shows another's votes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.archive.content import (
    DOCUMENTS,
    FINDINGS,
    INNER_LIST,
    PERSON,
    RECORD,
    RECORDINGS,
    canonical_json,
    case_folder,
    record_yaml,
)
from pipeline.archive.filed_documents import Document, brought, documents_json, kept_paths, read_documents
from pipeline.archive.filed_findings import decisions_of
from pipeline.archive.inner_list import CaseEntry, Person, person_list
from pipeline.archive.recordings_register import Registered, recordings_yaml
from pipeline.domain.errors import CorruptError
from pipeline.domain.records import Campaign, Case, Sitting

PERSON_FORMAT = "jeke/person/1"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case as it is to stand in its person's object.

    `text` is the record as HR wrote it, `findings` a findings.json. `documents` are all the case has, `pdfs`
    the bytes, by path, of those made now; the others stay as filed. `campaign` and `sittings` are those the
    case names or comes before, as far as known.
    """

    case: Case
    text: str
    findings: bytes
    documents: tuple[Document, ...] = ()
    pdfs: Mapping[str, bytes] = field(default_factory=dict)
    campaign: Campaign | None = None
    sittings: tuple[Sitting, ...] = ()

    @property
    def folder(self) -> str:
        """The case's folder, with the slash."""
        return case_folder(self.case.id)


def filed_case(
    read: Callable[[str], bytes],
    case: Case,
    *,
    campaign: Campaign | None = None,
    sittings: tuple[Sitting, ...] = (),
) -> CaseFile:
    """A case as it stands in the object that `read` reads, with nothing made anew.

    Raises:
        CorruptError: `filed_format`; and what `read` raises.
    """
    folder = case_folder(case.id)
    return CaseFile(
        case,
        text=read(folder + RECORD).decode(),
        findings=read(folder + FINDINGS),
        documents=read_documents(read(folder + DOCUMENTS)),
        campaign=campaign,
        sittings=sittings,
    )


def person_content(
    files: Iterable[CaseFile], *, retention_years: int, person: Person | None = None
) -> dict[str, bytes]:
    """Path → bytes of a person's object that holds these cases and no others.

    Documents that stay as filed are not among them: name them to `changes` by `kept`. `person` names whose
    object it is where no case is left in it (the last one's IIN was corrected, and it moved).

    Raises:
        ValueError: neither a case nor a person, or cases of different people.
    """
    cases = sorted(files, key=lambda f: f.case.id)
    person = _person(cases) if cases or person is None else person
    entries = [_entry(f) for f in cases]
    content = {
        PERSON: person_json(person),
        INNER_LIST: person_list(person, entries),
        RECORDINGS: recordings_yaml(_recordings(cases), retention_years),
    }
    for f in cases:
        content |= {
            f.folder + RECORD: record_yaml(f.text),
            f.folder + DOCUMENTS: documents_json(f.documents),
            f.folder + FINDINGS: f.findings,
        }
        content |= brought(f.documents, f.pdfs)
    return content


def kept(files: Iterable[CaseFile]) -> frozenset[str]:
    """Paths of the documents that stay as they are filed."""
    return frozenset[str]().union(*(kept_paths(f.documents, f.pdfs) for f in files))


def person_json(person: Person) -> bytes:
    """person.json: whose object this is."""
    return canonical_json(
        {
            "format": PERSON_FORMAT,
            "iin": person.iin,
            "surname": person.surname,
            "given_name": person.given_name,
            "patronymic": person.patronymic,
        }
    )


def read_person(data: bytes) -> Person:
    """A person.json.

    Raises:
        CorruptError: `filed_format`, it is not one of ours.
    """
    try:
        content = json.loads(data)
        if content["format"] != PERSON_FORMAT:
            raise CorruptError("filed_format", file=PERSON)
        return Person(content["iin"], content["surname"], content["given_name"], content["patronymic"])
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptError("filed_format", file=PERSON) from error


def _person(files: Sequence[CaseFile]) -> Person:
    """As the latest case names them, whatever order the cases came in."""
    if not files:
        raise ValueError("a person's object holds a case at least")
    if len({f.case.employee.iin for f in files}) > 1:
        raise ValueError("cases of different people")
    employee = max(files, key=_reported).case.employee
    return Person(employee.iin, employee.surname, employee.given_name, employee.patronymic)


def _reported(file: CaseFile) -> tuple[date, str]:
    report = file.case.report
    return (report.filed_on if report else None) or date.min, file.case.id


def _entry(file: CaseFile) -> CaseEntry:
    decisions = decisions_of(file.findings, file.case.id)
    return CaseEntry(
        file.case, file.folder, file.campaign, _in_time(file.sittings), decisions, tuple(file.documents)
    )


def _recordings(files: Iterable[CaseFile]) -> tuple[Registered, ...]:
    return tuple(
        Registered(f.case.id, sitting.id, recording)
        for f in files
        for sitting in _in_time(f.sittings)
        for candidate in sitting.candidates
        if candidate.case == f.case.id
        for recording in candidate.recordings
    )


def _in_time(sittings: Iterable[Sitting]) -> tuple[Sitting, ...]:
    return tuple(sorted(sittings, key=lambda s: (s.held_on or date.max, s.id)))
