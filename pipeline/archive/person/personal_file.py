"""What a person's object holds: every case of the person, as paths and bytes (¶36).

The sitting's record is not among it: nobody's personal file shows another's votes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.completeness import Lack
from pipeline.archive.person.content import (
    DOCUMENTS,
    FINDINGS,
    INNER_LIST,
    PERSON,
    RECORD,
    RECORDINGS,
    WITHDRAWN,
    case_folder,
    record_yaml,
)
from pipeline.archive.person.corrections import PersonFile, person_json, read_person_file, read_withdrawn
from pipeline.archive.person.filed_documents import (
    Document,
    brought,
    documents_json,
    kept_paths,
    read_documents,
)
from pipeline.archive.person.filed_findings import decisions_of
from pipeline.archive.person.inner_list import CaseEntry, Person, WithdrawnRecord, person_list
from pipeline.archive.person.recordings_register import Registered, merged, register_yaml
from pipeline.domain.errors import CorruptError
from pipeline.domain.names import full_name
from pipeline.domain.recordings import Register
from pipeline.domain.records import Campaign, Case, Record, Sitting


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case as it is to stand in its person's object.

    `text` is the record as HR wrote it, `findings` a findings.json. `documents` are all the case has, `pdfs`
    the bytes, by path, of those made now; the others stay as filed. `campaign` and `sittings` are those the
    case names or comes before, as far as known. `lacking` are the papers that it should have by now (¶36).
    """

    case: Case
    text: str
    findings: bytes
    documents: tuple[Document, ...] = ()
    pdfs: Mapping[str, bytes] = field(default_factory=dict)
    campaign: Campaign | None = None
    sittings: tuple[Sitting, ...] = ()
    lacking: tuple[Lack, ...] = ()

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
    lacking: Callable[[tuple[Document, ...]], tuple[Lack, ...]] = lambda _: (),
) -> CaseFile:
    """A case as it stands in the object that `read` reads, with nothing made anew.

    `lacking` tells what of its papers is not among the documents filed.

    Raises:
        CorruptError: `filed_format`; and what `read` raises.
    """
    folder = case_folder(case.id)
    documents = read_documents(read(folder + DOCUMENTS))
    return CaseFile(
        case,
        text=read(folder + RECORD).decode(),
        findings=read(folder + FINDINGS),
        documents=documents,
        campaign=campaign,
        sittings=sittings,
        lacking=lacking(documents),
    )


@dataclass(frozen=True, slots=True)
class FileStanding:
    """What no filing of a case takes from a personal file: what was joined to it, the withdrawn cases."""

    file: PersonFile
    withdrawn: tuple[WithdrawnRecord, ...] = ()


def standing_of(filed: OcflObject, read: Callable[[str], Record]) -> FileStanding:
    """That of an object as it is filed; `read` reads one record's text.

    Raises:
        CorruptError: something in it does not verify or does not read.
    """
    folders = sorted(p.removesuffix(WITHDRAWN) for p in filed.state if p.endswith(f"/{WITHDRAWN}"))
    return FileStanding(
        read_person_file(filed.read(PERSON)),
        tuple(
            WithdrawnRecord(
                read(filed.read(folder + RECORD).decode()).id,
                folder,
                read_withdrawn(filed.read(folder + WITHDRAWN)),
                read_documents(filed.read(folder + DOCUMENTS)),
            )
            for folder in folders
        ),
    )


def former_names(filed: OcflObject, others: Callable[[str], OcflObject | None]) -> tuple[Person, ...]:
    """The names that the file, and those joined to it, bore before, oldest first, each once.

    `others` opens another object; where it is not here any more, what was noted as it was joined counts. What
    is damaged of the past is passed over: `verify` names it, and the file is found by the rest.

    Raises:
        CorruptError: the newest person.json does not verify or read.
    """
    file = read_person_file(filed.read(PERSON))
    joined: list[OcflObject] = []
    for entry in file.joined:
        with suppress(CorruptError):
            joined += filter(None, [others(entry.object_id)])
    now = full_name(file.person)
    noted = (person for entry in file.joined for person in entry.names)
    borne = {full_name(person): person for which in (*joined, filed) for person in _persons(which)}
    borne = {full_name(person): person for person in noted} | borne
    return tuple(person for name, person in borne.items() if name != now)


def _persons(filed: OcflObject) -> Iterator[Person]:
    """Each person.json there ever was, once."""
    seen: set[str] = set()
    for info in filed.versions():
        digest = filed.state_at(info.version).get(PERSON)
        if digest is not None and digest not in seen:
            seen.add(digest)
            with suppress(CorruptError):
                yield read_person(filed.read(PERSON, info.version))


def person_content(
    files: Iterable[CaseFile],
    *,
    retention_years: int,
    today: date,
    person: Person | None = None,
    register: Register | None = None,
    standing: FileStanding | None = None,
) -> dict[str, bytes]:
    """Path → bytes of a person's object that holds these cases and no others.

    `register` is what is filed of these cases' recordings: storing, holds and destruction stay in it. `today`
    is the day of filing.
    `standing` is what else the object holds already; a withdrawn case among these is withdrawn no longer.

    Documents that stay as filed are not among them: name them to `changes` by `kept`. `person` names whose
    object it is where no case is left in it (the last one's IIN was corrected, and it moved).

    Raises:
        ValueError: neither a case nor a person, or cases of different people.
    """
    cases = sorted(files, key=lambda f: f.case.id)
    filed = standing.file if standing else None
    person = _person(cases) if cases else person or (filed.person if filed else _person(()))
    again = {f.case.id for f in cases}
    withdrawn = [w for w in (standing.withdrawn if standing else ()) if w.id not in again]
    file = replace(filed, person=person) if filed else PersonFile(person)
    content = {
        PERSON: person_json(file),
        INNER_LIST: person_list(file, [_entry(f) for f in cases], withdrawn),
        RECORDINGS: register_yaml(
            _register(cases, withdrawn, register or Register(), retention_years, today)
        ),
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


def read_person(data: bytes) -> Person:
    """Whose object it is, out of its person.json.

    Raises:
        CorruptError: `filed_format`, it is not one of ours.
    """
    return read_person_file(data).person


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
        file.case,
        file.folder,
        file.campaign,
        _in_time(file.sittings),
        decisions,
        tuple(file.documents),
        file.lacking,
    )


def _register(
    files: Sequence[CaseFile],
    withdrawn: Sequence[WithdrawnRecord],
    filed: Register,
    retention_years: int,
    today: date,
) -> Register:
    filed = filed.of_cases([*(f.case.id for f in files), *(w.id for w in withdrawn)])
    appeals = {f.case.id: f.case.appeal for f in files}
    return merged(_recordings(files), filed, retention_years, appeals, today)


def _recordings(files: Iterable[CaseFile]) -> tuple[Registered, ...]:
    return tuple(
        Registered(f.case.id, sitting.id, recording, sitting.held_on)
        for f in files
        for sitting in _in_time(f.sittings)
        for candidate in sitting.candidates
        if candidate.case == f.case.id
        for recording in candidate.recordings
    )


def _in_time(sittings: Iterable[Sitting]) -> tuple[Sitting, ...]:
    return tuple(sorted(sittings, key=lambda s: (s.held_on or date.max, s.id)))
