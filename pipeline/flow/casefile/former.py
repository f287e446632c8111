"""Which revision is filed of records that are dropped anew: what they were about before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.person.content import RECORD, WITHDRAWN, case_folder
from pipeline.archive.person.corrections import Correction, read_withdrawn
from pipeline.domain.records import Kind, Record, Ref
from pipeline.flow.site.opening import counted_record, filed_record


def former_revisions(
    root: StorageRoot,
    index: Index,
    refs: Iterable[Ref],
    *,
    touched: Iterable[str] = (),
    message: str | None = None,
) -> dict[Ref, Record | None]:
    """The filed revision of each, or None where there is none.

    What a drop wrote before it was interrupted is not what stood there before it: versions with its `message`
    are passed over, and the objects it `touched` are looked at, since a case may have been on its way from
    one to another.
    """
    touched = tuple(touched)
    return {ref: _former(root, index, ref, touched, message) for ref in refs}


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
    root: StorageRoot, index: Index, ref: Ref, touched: tuple[str, ...], message: str | None
) -> Record | None:
    location = index.record(ref)
    places = dict.fromkeys((*((location.object_id,) if location else ()), *touched))
    path = f"{case_folder(ref.id)}{RECORD}" if ref.kind is Kind.CASE else RECORD
    for object_id in places:
        filed = root.get(object_id)
        for record in _revisions(filed, path, message) if filed is not None else ():
            if record.ref == ref:
                return counted_record(index, record)
    return None


def _revisions(filed: OcflObject, path: str, message: str | None) -> Iterator[Record]:
    """The record at that path in the newest version that the drop did not write itself."""
    for version in reversed(filed.versions()):
        if message is None or version.message != message:
            if path in filed.state_at(version.version):
                yield filed_record(filed.read(path, version.version).decode())
            return
