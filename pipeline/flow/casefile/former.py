"""Which revisions are filed of records that are dropped anew: what they were about before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.person.content import RECORD, WITHDRAWN, case_folder
from pipeline.archive.person.corrections import Correction, read_withdrawn
from pipeline.domain.records import Case, Kind, Record, Ref
from pipeline.flow.site.opening import counted_record, filed_record


def former_revisions(
    root: StorageRoot,
    index: Index,
    records: Iterable[Record],
    *,
    touched: Iterable[str] = (),
    message: str | None = None,
) -> dict[Ref, tuple[Record, ...]]:
    """The filed revisions of each, the newest first: of a case that comes under another IIN all of them.

    Of any other record the newest alone. None where it is not filed.

    What a drop wrote before it was interrupted is not what stood there before it: versions with its `message`
    are passed over, and the objects it `touched` are looked at, since a case may have been on its way from
    one to another.
    """
    touched = tuple(touched)
    return {record.ref: _former(root, index, record, touched, message) for record in records}


def withdrawn_before(filed: OcflObject, ref: Ref, message: str) -> Correction | None:
    """Why the record was withdrawn that the newest version, of that message, makes stand again."""
    path = (case_folder(ref.id) if ref.kind is Kind.CASE else "") + WITHDRAWN
    if filed.versions()[-1].message != message:
        return None
    before = next((v.version for v in reversed(filed.versions()) if v.message != message), None)
    if before is None or path not in filed.state_at(before):
        return None
    return read_withdrawn(filed.read(path, before))


def _former(
    root: StorageRoot, index: Index, record: Record, touched: tuple[str, ...], message: str | None
) -> tuple[Record, ...]:
    ref = record.ref
    location = index.record(ref)
    places = dict.fromkeys((*((location.object_id,) if location else ()), *touched))
    path = f"{case_folder(ref.id)}{RECORD}" if ref.kind is Kind.CASE else RECORD
    for object_id in places:
        filed = root.get(object_id)
        revisions = _revisions(filed, path, message) if filed is not None else iter(())
        newest = next(revisions, None)
        if newest is not None and newest.ref == ref:
            found = counted_record(index, newest)
            return (found, *(counted_record(index, older) for older in revisions if _moves(found, record)))
    return ()


def _moves(filed: Record, dropped: Record) -> bool:
    if not (isinstance(filed, Case) and isinstance(dropped, Case)):
        return False
    return filed.employee.iin != dropped.employee.iin


def _revisions(filed: OcflObject, path: str, message: str | None) -> Iterator[Record]:
    """The record at that path in each version that the drop did not write itself, from the newest on.

    Nothing where the newest of them does not have it.
    """
    read = None
    for version in reversed(filed.versions()):
        if message is not None and version.message == message:
            continue
        digest = filed.state_at(version.version).get(path)
        if digest is None:
            return
        if digest != read:
            read = digest
            yield filed_record(filed.read(path, version.version).decode())
