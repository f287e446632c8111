"""Which revisions are filed of records that are dropped anew: what they were about before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.inventory import VersionInfo
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.person.content import RECORD, WITHDRAWN, folder_of
from pipeline.archive.person.corrections import Correction, read_withdrawn
from pipeline.domain.kinship import same_letters
from pipeline.domain.records import Case, Record, Ref
from pipeline.flow.site.opening import counted_record, filed_record
from pipeline.law.docket import Former


def former_revisions(
    root: StorageRoot,
    index: Index,
    records: Iterable[Record],
    *,
    touched: Iterable[str] = (),
    message: str | None = None,
) -> dict[Ref, Former]:
    """What is filed of each.

    What a drop wrote before it was interrupted is not what stood there before it: versions with its `message`
    are passed over, and the objects it `touched` are looked at, since a case may have been on its way from
    one to another.
    """
    filed = _Filed(root, index, tuple(touched), message)
    return {record.ref: filed.of(record) for record in records}


def withdrawn_before(filed: OcflObject, ref: Ref, message: str) -> Correction | None:
    """Why the record was withdrawn that the newest version, of that message, makes stand again."""
    path = folder_of(ref) + WITHDRAWN
    if filed.versions()[-1].message != message:
        return None
    before = next((v.version for v in reversed(filed.versions()) if v.message != message), None)
    if before is None or path not in filed.state_at(before):
        return None
    return read_withdrawn(filed.read(path, before))


@dataclass(frozen=True, slots=True)
class _Filed:
    root: StorageRoot
    index: Index
    touched: tuple[str, ...]
    message: str | None

    def of(self, record: Record) -> Former:
        location = self.index.record(record.ref)
        places = dict.fromkeys((*((location.object_id,) if location else ()), *self.touched))
        lies_in, replaced = next(self._in_force(record.ref, places), (None, None))
        if not isinstance(record, Case) or (isinstance(replaced, Case) and _names_the_same(replaced, record)):
            return Former(replaced)
        homes = dict.fromkeys((*self.index.homes_of(record.id), *self.touched))
        dated = [found for home in homes for found in self._revisions(record.ref, home)]
        dated.sort(key=lambda found: (found.object_id == lies_in, found.created), reverse=True)
        return Former(replaced, tuple(found.case for found in dated))

    def _in_force(self, ref: Ref, places: Iterable[str]) -> Iterator[tuple[str, Record]]:
        path = folder_of(ref) + RECORD
        for object_id in places:
            filed = self.root.get(object_id)
            newest = next(self._versions(filed), None) if filed is not None else None
            if filed is None or newest is None or path not in filed.state_at(newest.version):
                continue
            record = filed_record(filed.read(path, newest.version).decode())
            if record.ref == ref:
                yield object_id, counted_record(self.index, record)

    def _revisions(self, ref: Ref, object_id: str) -> Iterator[_Revision]:
        """What each version has that made the record another one, from the newest on."""
        filed, path, read = self.root.get(object_id), folder_of(ref) + RECORD, None
        if filed is None:
            return
        for version in self._versions(filed):
            digest = filed.state_at(version.version).get(path)
            if digest is None or digest == read:
                continue
            read = digest
            record = counted_record(self.index, filed_record(filed.read(path, version.version).decode()))
            if isinstance(record, Case):
                yield _Revision(object_id, version.created, record)

    def _versions(self, filed: OcflObject) -> Iterator[VersionInfo]:
        """Those the drop did not write itself, the newest first."""
        return (v for v in reversed(filed.versions()) if self.message is None or v.message != self.message)


@dataclass(frozen=True, slots=True)
class _Revision:
    object_id: str
    created: datetime
    case: Case


def _names_the_same(one: Case, other: Case) -> bool:
    return one.employee.iin == other.employee.iin and same_letters(one.employee, other.employee)
