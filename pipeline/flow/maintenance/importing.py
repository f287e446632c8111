"""`jeke import`: a personal file out of another archive, with its history, proven equal."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.entry import ObjectEntry, ObjectKind, entry_of
from pipeline.archive.index.locations import Index
from pipeline.archive.index.verify_content import read_through
from pipeline.archive.moves.bag import DATA
from pipeline.archive.moves.bag_reading import unfit, unpack, validate
from pipeline.archive.ocfl.inventory import INVENTORY, Inventory, InventoryError
from pipeline.archive.ocfl.layout import object_path
from pipeline.archive.ocfl.snapshot import Snapshot
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.ocfl.verify_object import examine
from pipeline.archive.person.events import witnessed
from pipeline.archive.person.filed_documents import Document
from pipeline.documents.sealing.papers import Papers, UnreadablePaperError
from pipeline.domain.errors import CorruptError, MachineError, RefusedError
from pipeline.flow.casefile.pending import filing, settle
from pipeline.flow.maintenance.exporting import AUTHORITIES, OBJECT
from pipeline.flow.site.opening import filed_record
from pipeline.flow.site.places import Places, SealKey
from pipeline.flow.site.seal_roots import FOLDER as ROOTS
from pipeline.flow.site.seal_roots import known_authorities
from pipeline.flow.site.write_lock import write_lock
from pipeline.system.files import atomic_write_shared, read_file
from pipeline.system.time_limit import TimeLimitError, time_limit

IMPORTING = "import"
"""The folder in state/ where a bag is laid out and validated; what a kill leaves there is cleared later."""
IMPORT_LOCK = "import-turn"
"""The file in state/ that one import at a time holds."""
LONGEST_SECONDS = 600.0
"""For looking a bag through. The largest one there may be takes two minutes on a slow disk."""
_MOST_AUTHORITIES = 16
_LARGEST_CERTIFICATE = 16_384
_MOST_SEALS = 8
_PAPERS_OF_A_SEAL = 3


@dataclass(frozen=True, slots=True)
class Arriving:
    """A personal file in a validated bag; `authorities` are the certificates that came along, in DER."""

    snapshot: Snapshot
    filed: OcflObject
    entry: ObjectEntry
    authorities: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of it: versions new here (none where all was here already), files compared, their size."""

    object_id: str
    new: tuple[str, ...]
    files: int
    size: int
    unknown: tuple[Authority, ...] = ()
    recordings_elsewhere: int = 0
    """Stored with the sender still; they are handed in by themselves."""


def import_bag(
    places: Places,
    bag: Path,
    opened: Callable[[], AbstractContextManager[tuple[StorageRoot, Index]]],
    actor: Actor,
    seal: SealKey | None,
    *,
    trusting: bool,
) -> Imported:
    """Nothing is written before all of the bag was validated; afterwards every file is compared.

    `opened` opens the archive. `unknown` are the authorities that its seals rest on and that were not known
    here; with `trusting` they are from now on.

    Raises:
        NotFoundError, CorruptError, MachineError: as `arriving`.
        RefusedError, CorruptError, MachineError: as `take_in`.
    """
    with arriving(places, bag) as file, write_lock(places.state), opened() as (root, index):
        root.recover()

        def tell() -> None:
            came = file.snapshot
            actor.tell(AuditEvent.IMPORT, [came.id], version=came.head, **former(file))

        settle(places.state, root, actor.log, actor.clock())
        done = take_in(file, places.state, root, index, tell)
        unknown = authorities_used(file, known_authorities(places.seal, seal))
        if trusting:
            for authority in unknown:
                actor.tell(AuditEvent.IMPORT, [done.object_id], authority=authority.sha256)
            trust(tuple(authority.certificate for authority in unknown), places)
        stayed = sum(e.stored is not None and e.destroyed is None for e in file.entry.register.entries)
    return replace(done, unknown=unknown, recordings_elsewhere=stayed)


@contextmanager
def arriving(places: Places, bag: Path) -> Iterator[Arriving]:
    """The bag laid out, validated and read, as long as the block lasts; nobody waits for it meanwhile.

    Raises:
        NotFoundError: `no_such_bag`.
        CorruptError: `bag_unfit`, also where it takes too long.
        MachineError: `bag_unreadable`, the disk refused; `turn_busy`, as `write_lock`.
    """
    folder = places.state / IMPORTING
    with write_lock(places.state, IMPORT_LOCK):
        _clear(folder)
        try:
            folder.mkdir(mode=0o750)
        except OSError as error:
            raise MachineError("bag_unreadable", reason=error.strerror or "") from error
        try:
            yield _looked_through(bag, folder)
        finally:
            _clear(folder)


def _looked_through(bag: Path, folder: Path) -> Arriving:
    try:
        with time_limit(LONGEST_SECONDS):
            opened = unpack(bag, folder)
            validate(opened)
            return _read(opened)
    except TimeLimitError:
        raise unfit("time") from None


def former(file: Arriving) -> dict[str, str | int]:
    """The newest entry of the sender's audit chain that the file names: what the `import` entry carries.

    It excuses versions told of by another chain up to that one, and no other.
    """
    told = witnessed(file.filed)
    if not told:
        return {}
    head = told[-1].head
    return {"former_chain": told[-1].chain, "former_number": head.number, "former_sha256": head.sha256}


def take_in(
    file: Arriving, state: Path, root: StorageRoot, index: Index, tell: Callable[[], object]
) -> Imported:
    """Files it and compares every file with what came; `tell` is called before a version is written.

    Raises:
        RefusedError: `import_other`, an object of that id is here with other content; `import_person`, the
            person has a file here already; `import_record`, a record of that id is here.
        CorruptError: `import_differs`, what was written is not what came.
        MachineError: the disk refused.
    """
    snapshot = file.snapshot
    here = root.get(snapshot.id)
    if here is not None and here.inventory.to_bytes() != file.snapshot[INVENTORY]:
        raise RefusedError("import_other", object=snapshot.id)
    _no_rival(file, index)
    with filing(state, snapshot.id, snapshot.head) if here is None else nullcontext():
        if here is None:
            tell()
        new = root.adopt(snapshot)
    filed = root.get(snapshot.id)
    if filed is None:
        raise CorruptError("import_differs", object=snapshot.id)
    index.put(entry_of(filed, filed_record, root.get))
    return Imported(snapshot.id, new, *_compared(snapshot, root))


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate that came along, in DER, and whom it names."""

    certificate: bytes
    subject: str

    @property
    def sha256(self) -> str:
        """By which people compare it with what the sender told them another way."""
        return hashlib.sha256(self.certificate).hexdigest()


def authorities_used(file: Arriving, known: Iterable[bytes]) -> tuple[Authority, ...]:
    """The authorities of the bag that are not known here and that a seal in its file rests on.

    Others that came along are of no use to this file: nobody comes to trust them by it.

    Certificates and papers are a sender's: they are parsed in a confined child.

    Raises:
        CorruptError: a paper does not verify.
        MachineError: `papers_unusable`, there is no child.
    """
    known = set(known)
    sealed = [file.filed.read(path) for path in _sealed(file.entry.all_documents)]
    with Papers() as papers:
        return tuple(
            Authority(certificate, papers.authority_name(certificate))
            for certificate in file.authorities
            if certificate not in known and any(_rests_on(papers, pdf, certificate) for pdf in sealed)
        )


def _sealed(documents: Iterable[Document]) -> Iterator[str]:
    """A few papers of each seal: the same key sealed the others."""
    paths: dict[str, list[str]] = {}
    for document in documents:
        if document.seal is not None:
            paths.setdefault(document.seal.subject, []).append(document.path)
    for of_one in list(paths.values())[:_MOST_SEALS]:
        yield from of_one[:_PAPERS_OF_A_SEAL]


def _rests_on(papers: Papers, pdf: bytes, certificate: bytes) -> bool:
    try:
        return any(seal.intact and seal.trusted for seal in papers.seals(pdf, (certificate,)))
    except UnreadablePaperError:
        return False


def trust(authorities: tuple[bytes, ...], places: Places) -> None:
    """From now on seals of these authorities are trusted in this archive.

    Raises:
        MachineError: `seal_folder`.
    """
    for certificate in authorities:
        try:
            atomic_write_shared(
                places.seal / ROOTS / f"{hashlib.sha256(certificate).hexdigest()}.der", certificate
            )
        except OSError as error:
            raise MachineError("seal_folder", why=type(error).__name__) from error


def _no_rival(file: Arriving, index: Index) -> None:
    person = file.entry.person
    other = index.object_of_person(person.iin) if person is not None else None
    if other not in {None, file.snapshot.id}:
        raise RefusedError("import_person", object=str(other))
    for filed in file.entry.records:
        rival = index.object_of(filed.record.ref)
        if rival not in {None, file.snapshot.id}:
            raise RefusedError("import_record", record=str(filed.record.ref), object=str(rival))


def _compared(came: Snapshot, root: StorageRoot) -> tuple[int, int]:
    filed = root.get(came.id)
    if filed is None or filed.head != came.head:
        raise CorruptError("import_differs", object=came.id)
    stored = Snapshot(filed.root, filed.inventory)
    size = 0
    for name in came:
        data = came[name]
        size += len(data)
        if data != read_file(filed.root / name):
            raise CorruptError("import_differs", object=came.id)
    if set(stored) != set(came) or _broken(filed.root, came.id, quick=True):
        raise CorruptError("import_differs", object=came.id)
    return len(came), size


def _read(bag: Path) -> Arriving:
    """The object in a validated bag.

    Raises:
        CorruptError: `bag_unfit`: it is no valid OCFL object, or no personal file as this archive holds it.
    """
    folder = bag / DATA / OBJECT
    try:
        if not folder.is_dir() or _broken(folder, None, quick=False):
            raise unfit("object")
        inventory = Inventory.parse(read_file(folder / INVENTORY))
        object_path(inventory.id)
        filed = OcflObject(folder, inventory)
        entry, troubles = read_through(filed, filed_record, lambda _: None)
    except (InventoryError, ValueError, RecursionError) as error:
        raise unfit("object") from error
    if entry is None or troubles:
        raise unfit("content")
    if entry.kind is not ObjectKind.PERSON:
        raise unfit("person")
    return Arriving(Snapshot(folder, inventory), filed, entry, tuple(_authorities(bag)))


def _broken(folder: Path, object_id: str | None, *, quick: bool) -> bool:
    """Warnings of the specification break nothing: what others filed stays as they filed it."""
    return any(not t.code.startswith("W") for t in examine(folder, object_id, quick=quick).troubles)


def _authorities(bag: Path) -> Iterator[bytes]:
    for path in sorted((bag / AUTHORITIES).glob("*.der"))[:_MOST_AUTHORITIES]:
        data = read_file(path)
        if len(data) <= _LARGEST_CERTIFICATE and hashlib.sha256(data).hexdigest() == path.stem:
            yield data


def _clear(folder: Path) -> None:
    try:
        if folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder)
        else:
            folder.unlink(missing_ok=True)
    except OSError as error:
        raise MachineError("bag_unreadable", reason=error.strerror or "") from error
