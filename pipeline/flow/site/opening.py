"""The archive of a place of work with its index: laid out and opened; a missing index is made anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

from pipeline.archive.audit.log import SERVICE
from pipeline.archive.index.entry import ReadRecord
from pipeline.archive.index.locations import Index
from pipeline.archive.index.reindex import Rebuilt, rebuild
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import CorruptError, JekeError, MachineError
from pipeline.domain.records import Case, Record, Ref
from pipeline.flow.site import identity
from pipeline.flow.site.places import Places
from pipeline.intake.instance import lock
from pipeline.record_format.reader import read_stream


def counted_record(index: Index, record: Record) -> Record:
    """A case filed in a file that was joined to another counts under that one's IIN."""
    if not isinstance(record, Case):
        return record
    iin = index.counted_iin(record.id, record.employee.iin)
    return replace(record, employee=replace(record.employee, iin=iin))


def filed_record(text: str) -> Record:
    """A record out of the archive, read as it was when it was dropped.

    Raises:
        CorruptError: `filed_unreadable`.
    """
    result = read_stream(text.encode(), "record.yaml", filed=True)
    if result.errors or len(result.records) != 1:
        raise CorruptError("filed_unreadable")
    return result.records[0].record


def record_in_force(root: StorageRoot, index: Index, ref: Ref) -> Record | None:
    """The newest revision of a record; None where it is not filed, or is withdrawn.

    Raises:
        CorruptError: it does not verify or read.
    """
    location = index.record(ref)
    filed = root.get(location.object_id) if location else None
    if location is None or filed is None:
        return None
    return filed_record(filed.read(location.path).decode())


@contextmanager
def archive_of(places: Places, *, rebuild: bool = True) -> Iterator[tuple[StorageRoot, Index]]:
    """The archive with its index; an index that is missing, damaged or of another version is rebuilt.

    Damage that shows only while it is asked ends what is being done; whoever opens it next has it rebuilt.
    Without `rebuild` nothing is made or taken away: who only reads says that it is not to be had.

    Raises:
        JekeError: the archive is not there or cannot be used.
        MachineError: `index_awaited`, it is to be rebuilt, and not by who asks.
    """
    root = StorageRoot.open(places.archive)
    try:
        with _index(root, places) if rebuild else _index_as_it_is(places) as index:
            yield root, index
    except CorruptError as error:
        if error.code == "index_damaged" and rebuild:
            _take_away_index(places)
        raise


def _take_away_index(places: Places) -> None:
    """Nothing is lost by it; where somebody works with it now, it stays until they end."""
    with suppress(JekeError, OSError), lock(places.state):
        places.index.unlink()


def _index(root: StorageRoot, places: Places) -> Index:
    try:
        return Index.open(places.index)
    except CorruptError:
        reindex(root, places)
        return Index.open(places.index)


def _index_as_it_is(places: Places) -> Index:
    try:
        return Index.open(places.index)
    except CorruptError as error:
        raise MachineError("index_awaited") from error


def reindex(root: StorageRoot, places: Places, read: ReadRecord = filed_record) -> Rebuilt:
    """Builds the index anew from the archive alone."""
    return rebuild(root, places.index, read)


def lay_out(places: Places) -> None:
    """Makes the folders and the empty archive where they are missing, and gives an older place its identity.

    Raises:
        JekeError: a folder or the archive cannot be used, or is not the one that belongs here.
    """
    identity.require(places)
    places.prepare()
    StorageRoot.create(places.archive)
    identity.settle(places, agent=SERVICE, at=datetime.now(UTC).astimezone())
