"""The archive: an OCFL 1.1 storage root, one writer at a time, readable without this software."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.archive.ocfl.inventory import (
    INVENTORY,
    SIDECAR,
    Author,
    Inventory,
    InventoryError,
    VersionInfo,
    next_version,
    sha512_of,
    sidecar_digest,
)
from pipeline.archive.ocfl.layout import (
    EXTENSIONS,
    LAYOUT_CONFIG,
    LAYOUT_FILE,
    ROOT_DECLARATION,
    TUPLES,
    declaration,
    is_config,
    is_layout,
    object_id_at,
    object_path,
    root_files,
)
from pipeline.archive.ocfl.lock import undisturbed, writing
from pipeline.archive.ocfl.snapshot import Snapshot
from pipeline.archive.ocfl.staging import Recovery, Staging
from pipeline.domain.errors import CorruptError, MachineError, NotFoundError, RefusedError
from pipeline.system.files import atomic_write, make_folder, opened, read_file, sync_folder

_PIECE_BYTES: Final = 1 << 20


class OcflObject:
    """One object as it was when it was opened; a version written later does not show."""

    def __init__(self, root: Path, inventory: Inventory) -> None:
        self.root = root
        self.id = inventory.id
        self.head = inventory.head
        self._inventory = inventory

    @property
    def inventory(self) -> Inventory:
        """The inventory it was opened with."""
        return self._inventory

    @property
    def state(self) -> Mapping[str, str]:
        """Logical path → SHA-512 of the newest version."""
        return self.state_at(self.head)

    def state_at(self, version: str) -> Mapping[str, str]:
        """Logical path → SHA-512 of one version.

        Raises:
            NotFoundError: `archive-version`, there is no such version.
        """
        try:
            return self._inventory.state(version)
        except KeyError:
            raise NotFoundError("archive-version", object=self.id, version=version) from None

    def versions(self) -> tuple[VersionInfo, ...]:
        """All versions, oldest first."""
        return self._inventory.versions()

    def read(self, logical_path: str, version: str | None = None) -> bytes:
        """The file's bytes, after their SHA-512 was found to be the filed one.

        Raises:
            NotFoundError: `archive-version`, `archive-path`.
            CorruptError: `archive-content`, the file is gone or altered.
            MachineError: `archive-read`.
        """
        file, digest, corrupt = self._filed(logical_path, version)
        try:
            data = read_file(file)
        except FileNotFoundError:
            raise corrupt from None
        except OSError as error:
            raise MachineError("archive-read", reason=error.strerror or "") from error
        if sha512_of(data) != digest:
            raise corrupt
        return data

    def pieces(self, logical_path: str, version: str | None = None) -> Iterator[bytes]:
        """The same, piece by piece; where this raises, at the end too, what came before counts for nothing.

        Raises:
            NotFoundError, CorruptError, MachineError: as `read`.
        """
        file, digest, corrupt = self._filed(logical_path, version)
        seen = hashlib.sha512()
        try:
            with opened(file) as content:
                while piece := content.read(_PIECE_BYTES):
                    seen.update(piece)
                    yield piece
        except FileNotFoundError:
            raise corrupt from None
        except OSError as error:
            raise MachineError("archive-read", reason=error.strerror or "") from error
        if seen.hexdigest() != digest:
            raise corrupt

    def _filed(self, logical_path: str, version: str | None) -> tuple[Path, str, CorruptError]:
        """The content file, the SHA-512 it must have, and the error where it has not."""
        version = version or self.head
        digest = self.state_at(version).get(logical_path)
        if digest is None:
            raise NotFoundError("archive-path", object=self.id, version=version, path=logical_path)
        corrupt = CorruptError("archive-content", object=self.id, version=version, path=logical_path)
        return self.root / self._inventory.content_path(digest), digest.lower(), corrupt


class StorageRoot:
    """An OCFL storage root of this archive's layout."""

    def __init__(self, path: Path) -> None:
        """Use `create` or `open`."""
        self.path = path

    @classmethod
    def create(cls, path: Path) -> StorageRoot:
        """Makes the storage root, or what is missing of it; one that is there is opened.

        Raises:
            MachineError: `archive-not-empty`, a directory with other directories in it; `archive-write`.
            CorruptError: as `open`.
        """
        try:
            if not (path / ROOT_DECLARATION).exists():
                _lay_out(path)
        except OSError as error:
            raise MachineError("archive-write", reason=error.strerror or "") from error
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> StorageRoot:
        """Opens a storage root for reading and writing.

        Raises:
            MachineError: `archive-missing`, there is none; `archive-read`, the disk refused.
            CorruptError: `archive-declaration`, `archive-layout`, it is not as this archive makes it.
        """
        try:
            declared = read_file(path / ROOT_DECLARATION)
            layout, config = (_json(path / name) for name in (LAYOUT_FILE, LAYOUT_CONFIG))
        except FileNotFoundError as error:
            raise MachineError("archive-missing", path=str(path)) from error
        except OSError as error:
            raise MachineError("archive-read", reason=error.strerror or "") from error
        if declared != declaration(ROOT_DECLARATION):
            raise CorruptError("archive-declaration", path=str(path))
        if not (is_layout(layout) and is_config(config)):
            raise CorruptError("archive-layout", path=str(path))
        return cls(path)

    def object_ids(self) -> Iterator[str]:
        """Ids of all objects, read off the paths, so that one damaged object does not hide the others.

        A directory that does not stand where the layout puts it is no object; `verify` reports it.
        """
        for path in _directories(self.path, TUPLES + 1):
            object_id = object_id_at(path)
            if object_id is not None:
                yield object_id

    def get(self, object_id: str) -> OcflObject | None:
        """The object with its newest whole version, or None where there is no such object.

        Raises:
            CorruptError: `archive-inventory`, `archive-sidecar`.
            MachineError: `archive-read`.
        """
        path = self.path / object_path(object_id)
        if not path.is_dir():
            return None
        try:
            inventory = self._read(path, object_id)
        except CorruptError:
            # A version may be on its way in, its inventory before its sidecar: look again when none is.
            with undisturbed(self.path):
                inventory = self._read(path, object_id)
        return OcflObject(path, inventory)

    def stated_inventory(self, object_id: str) -> str | None:
        """The SHA-512 that the object's sidecar states, unproven, or None where it states none."""
        try:
            return sidecar_digest(read_file(self.path / object_path(object_id) / SIDECAR))
        except OSError:
            return None

    def write_version(
        self,
        object_id: str,
        changes: Mapping[str, bytes | None],
        *,
        message: str,
        user: str,
        address: str,
        created: datetime,
    ) -> str | None:
        """Files one new version and returns its name; None where the changes change nothing.

        A path with bytes is put, one with None is taken out of the new state (earlier versions keep it), all
        others stay. When this returns, the version is on the disk. `address` is a URI, `created` has a zone.

        Raises:
            MachineError: `archive-busy`; `archive-write`, the disk refused: the object is as before, or will
                be as before or with the version once `recover` has run.
            CorruptError: the object, or an interrupted version, does not verify; nothing was written.
            ValueError: an object id, a path or a date that cannot be filed.
        """
        author = Author(message, user, address, created)
        path = self.path / object_path(object_id)
        with writing(self.path):
            self._settle()
            before = self._read(path, object_id) if path.is_dir() else None
            new = next_version(before, object_id, changes, author)
            if new is None:
                return None
            version = new.inventory.head
            if (path / version).exists():
                raise CorruptError("archive-inventory", object=object_id, fault="E046", place=version)
            try:
                Staging(self.path).write(new)
            except OSError as error:
                if not self._filed_after_all(path, new.inventory):
                    raise MachineError("archive-write", reason=error.strerror or "") from error
            return version

    def adopt(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Files an object as another archive holds it, with its history; gives the versions new here.

        An object that is here already must be the beginning of the one that comes. When this returns, all of
        it is on the disk; every file was proven as it was read.

        Raises:
            RefusedError: `archive-diverges`, the object here is another, or further than the one that comes.
            MachineError: as `write_version`.
            CorruptError: what comes, the object here, or an interrupted version does not verify; nothing was
                written.
            ValueError: an object id that cannot be filed.
        """
        path = self.path / object_path(snapshot.id)
        with writing(self.path):
            self._settle()
            here = self._read(path, snapshot.id).head if path.is_dir() else None
            if here is not None and not _begins(snapshot, here, read_file(path / INVENTORY)):
                raise RefusedError("archive-diverges", object=snapshot.id)
            new = snapshot.versions[int(here[1:]) if here else 0 :]
            if new:
                self._stage(snapshot, new)
            return new

    def _stage(self, snapshot: Snapshot, new: tuple[str, ...]) -> None:
        try:
            Staging(self.path).adopt(snapshot.id, new, snapshot)
        except CorruptError:
            self._settle()
            raise
        except OSError as error:
            self._settle()
            raise MachineError("archive-write", reason=error.strerror or "") from error

    def recover(self) -> tuple[Recovery, ...]:
        """At start: finishes or clears away the version that was interrupted, if one was.

        Raises:
            CorruptError: `archive-interrupted`, it can be neither; a person must look.
            MachineError: `archive-write`, `archive-busy`.
        """
        with writing(self.path):
            found = self._settle()
        return (found,) if found else ()

    def _settle(self) -> Recovery | None:
        try:
            return Staging(self.path).recover()
        except OSError as error:
            raise MachineError("archive-write", reason=error.strerror or "") from error

    def _filed_after_all(self, path: Path, inventory: Inventory) -> bool:
        """Whether a version that failed half way could be finished; else it is cleared away."""
        with suppress(MachineError, CorruptError):
            self._settle()
            return self._read(path, inventory.id) == inventory
        return False

    def _read(self, path: Path, object_id: str) -> Inventory:
        try:
            data, stated = read_file(path / INVENTORY), read_file(path / SIDECAR)
        except FileNotFoundError as error:
            raise CorruptError("archive-inventory", object=object_id, fault="E063", place="") from error
        except OSError as error:
            raise MachineError("archive-read", reason=error.strerror or "") from error
        if sidecar_digest(stated) != sha512_of(data):
            raise CorruptError("archive-sidecar", object=object_id)
        try:
            inventory = Inventory.parse(data)
        except InventoryError as error:
            raise CorruptError(
                "archive-inventory", object=object_id, fault=error.code, place=error.place
            ) from error
        if inventory.id != object_id:
            raise CorruptError("archive-inventory", object=object_id, fault="E083", place="id")
        return inventory


def _begins(snapshot: Snapshot, head: str, inventory: bytes) -> bool:
    return head in snapshot.versions and snapshot[f"{head}/{INVENTORY}"] == inventory


def _lay_out(path: Path) -> None:
    """Every file is put whole, the declaration last: cut short anywhere, doing it again completes it."""
    path.mkdir(parents=True, exist_ok=True)
    if any(entry.is_dir() and entry.name != EXTENSIONS for entry in path.iterdir()):
        raise MachineError("archive-not-empty", path=str(path))
    make_folder(path / EXTENSIONS)
    make_folder((path / LAYOUT_CONFIG).parent)
    for name, data in root_files().items():
        atomic_write(path / name, data)
    sync_folder(path / EXTENSIONS)
    sync_folder(path.parent)


def _directories(folder: Path, depth: int, prefix: str = "") -> Iterator[str]:
    """Relative paths of the directories exactly `depth` levels down, in order; `extensions` is left out."""
    for name in sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)):
        if not prefix and name == EXTENSIONS:
            continue
        if depth == 1:
            yield f"{prefix}{name}"
        else:
            yield from _directories(folder / name, depth - 1, f"{prefix}{name}/")


def _json(path: Path) -> object:
    try:
        return json.loads(read_file(path))
    except ValueError:
        return None
