"""A case as it lies in the archive: how it stands, its way, findings, papers, recordings, sittings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.archive.index.locations import FiledDocument, Index
from pipeline.archive.index.standing import case_entries
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.content import FINDINGS, RECORD, RECORDINGS, case_folder
from pipeline.archive.person.filed_findings import FiledFinding, read_findings
from pipeline.archive.person.recordings_register import read_register
from pipeline.domain.errors import NotFoundError
from pipeline.domain.recordings import Register
from pipeline.domain.records import Case, Kind, Ref, Sitting
from pipeline.flow.site.opening import filed_record, record_in_force
from pipeline.flow.standing.case import CaseStanding
from pipeline.flow.standing.kept import from_json
from pipeline.law.next_step import Stage
from pipeline.law.way import Reached, way_of


@dataclass(frozen=True, slots=True)
class SittingSeen:
    """A sitting that heard, or is to hear, the case, and the object it lies in."""

    sitting: Sitting
    object_id: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Everything a reader is shown of a case; `standing` is None until the watch has judged it."""

    case: Case
    object_id: str
    standing: CaseStanding | None
    way: tuple[Reached, ...]
    findings: tuple[FiledFinding, ...]
    documents: tuple[FiledDocument, ...]
    register: Register
    sittings: tuple[SittingSeen, ...]


def case_file(root: StorageRoot, index: Index, case_id: str) -> CaseFile:
    """The case of that id.

    Raises:
        NotFoundError: `nothing_found`.
        CorruptError: something filed of it does not verify or read.
    """
    ref = Ref(Kind.CASE, case_id)
    location = index.record(ref)
    filed = root.get(location.object_id) if location else None
    if location is None or filed is None:
        raise NotFoundError("nothing_found")
    folder = case_folder(case_id)
    record = filed_record(filed.read(folder + RECORD).decode())
    assert isinstance(record, Case)  # noqa: S101  # the index names it so
    sittings = tuple(_sittings(root, index, case_id))
    entry = case_entries(index, [case_id]).get(case_id)
    standing = from_json(CaseStanding, entry) if entry else None
    register = read_register(filed.read(RECORDINGS)) if RECORDINGS in filed.state else Register()
    return CaseFile(
        case=record,
        object_id=location.object_id,
        standing=standing,
        way=way_of(
            record, tuple(s.sitting for s in sittings), standing.stage if standing else Stage.PREPARATION
        ),
        findings=read_findings(filed.read(folder + FINDINGS)),
        documents=index.documents(ref),
        register=register.of_cases([case_id]),
        sittings=sittings,
    )


def _sittings(root: StorageRoot, index: Index, case_id: str) -> Iterator[SittingSeen]:
    for sitting_id in index.sittings_naming(case_id):
        ref = Ref(Kind.SITTING, sitting_id)
        record, object_id = record_in_force(root, index, ref), index.object_of(ref)
        if isinstance(record, Sitting) and object_id is not None:
            yield SittingSeen(record, object_id)
