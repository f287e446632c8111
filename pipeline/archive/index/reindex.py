"""Rebuilding the index from the archive alone (`jeke reindex`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.archive.index.entry import ObjectEntry, ReadRecord, entry_of
from pipeline.archive.index.locations import Index
from pipeline.archive.index.rows import replace
from pipeline.archive.index.stale import mark_all
from pipeline.archive.index.words import staged
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import CorruptError, MachineError
from pipeline.system.files import rename, sync_folder, sync_path

_LEFT_BEHIND = ("-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many objects the new index knows, and the ids of those that do not verify or read."""

    objects: int
    damaged: tuple[str, ...]


def rebuild(root: StorageRoot, path: Path, read: ReadRecord) -> Rebuilt:
    """Builds the index anew in a file beside `path` and puts it in its place whole.

    A damaged object is left out and named; it does not hide the others. Nobody may write the old index
    meanwhile.

    Raises:
        MachineError: `index_unusable`, the disk refused; the old index is as it was.
    """
    part = path.with_name(f"{path.name}.new")
    try:
        _clear(part)
        rebuilt = _build(root, part, read)
        sync_path(part)
        for suffix in _LEFT_BEHIND:  # a journal of the old file would be played back into the new one
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        rename(part, path)
        sync_folder(path.parent)
    except OSError as error:
        raise MachineError("index_unusable", reason=error.strerror or "") from error
    return rebuilt


def _build(root: StorageRoot, part: Path, read: ReadRecord) -> Rebuilt:
    objects: list[str] = []
    damaged: list[str] = []
    with Index.create(part) as index, index.bulk(), staged(index):
        for object_id in root.object_ids():
            try:
                _add(root, index, _entry(root, object_id, read), read)
            except CorruptError:
                damaged.append(object_id)
            else:
                objects.append(object_id)
        mark_all(index)
    return Rebuilt(len(objects), tuple(sorted(damaged)))


def _add(root: StorageRoot, index: Index, entry: ObjectEntry, read: ReadRecord) -> None:
    """Where two objects hold one record (a move that was cut short), the one filed last has it."""
    rivals = {index.object_of(filed.record.ref) for filed in entry.records} - {None}
    replace(index, entry)
    for rival in sorted(filter(None, rivals)):
        if _filed_at(root, rival) > _filed_at(root, entry.object_id):
            replace(index, _entry(root, rival, read))


def _filed_at(root: StorageRoot, object_id: str) -> datetime:
    filed = root.get(object_id)
    return filed.versions()[-1].created if filed else datetime.min.replace(tzinfo=UTC)


def _entry(root: StorageRoot, object_id: str, read: ReadRecord) -> ObjectEntry:
    filed = root.get(object_id)
    if filed is None:
        raise CorruptError("filed_missing", path="")
    return entry_of(filed, read, root.get)


def _clear(part: Path) -> None:
    for suffix in ("", *_LEFT_BEHIND):
        part.with_name(part.name + suffix).unlink(missing_ok=True)
