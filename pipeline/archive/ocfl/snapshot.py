"""All files of one object up to one version, each proven as it is read.

What a version holds never changes after it was filed, and the root's inventory is a copy of the newest
version's own: so the object as it stood at any version can be copied while the next one is being written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.archive.ocfl.inventory import (
    INVENTORY,
    SIDECAR,
    Inventory,
    InventoryError,
    sha512_of,
    sidecar,
    sidecar_digest,
)
from pipeline.archive.ocfl.inventory_rules import in_order
from pipeline.archive.ocfl.layout import OBJECT_DECLARATION, declaration
from pipeline.domain.errors import CorruptError
from pipeline.system.files import read_file


class Snapshot(Mapping[str, bytes]):
    """Path within the object → bytes, read from the disk at each asking.

    Reading raises CorruptError `archive-content`, `archive-inventory` or `archive-sidecar` where the bytes
    are not those that were filed.
    """

    def __init__(self, folder: Path, inventory: Inventory) -> None:
        """The object in that folder, at the inventory's head."""
        self._folder = folder
        self._inventory = inventory
        self._content = {
            path: digest.lower() for digest, paths in inventory.raw["manifest"].items() for path in paths
        }
        self._names = (OBJECT_DECLARATION, INVENTORY, SIDECAR, *self._of_versions(), *sorted(self._content))

    @classmethod
    def at(cls, folder: Path, version: str, object_id: str) -> Snapshot:
        """The object as it stood at that version, by the inventory filed with it.

        Raises:
            CorruptError: `archive-inventory`.
        """
        try:
            inventory = Inventory.parse(read_file(folder / version / INVENTORY))
        except (OSError, InventoryError) as error:
            raise CorruptError("archive-inventory", object=object_id, fault="E063", place=version) from error
        return cls(folder, inventory)

    @property
    def id(self) -> str:
        """The object's id."""
        return self._inventory.id

    @property
    def head(self) -> str:
        """The version it stands at."""
        return self._inventory.head

    @property
    def versions(self) -> tuple[str, ...]:
        """Its versions, oldest first."""
        return tuple(in_order(self._inventory.raw["versions"]))

    def __getitem__(self, name: str) -> bytes:
        if name == OBJECT_DECLARATION:
            return declaration(name)
        if name in {INVENTORY, SIDECAR}:
            return self[f"{self.head}/{name}"]
        if name in self._content:
            return self._read(name, self._content[name])
        version, _, kind = name.partition("/")
        if version not in self.versions:
            raise KeyError(name)
        if kind == SIDECAR:
            return sidecar(self[f"{version}/{INVENTORY}"])
        if kind == INVENTORY:
            return self._inventory_of(version)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _of_versions(self) -> Iterator[str]:
        for version in self.versions:
            yield from (f"{version}/{name}" for name in (INVENTORY, SIDECAR))

    def _inventory_of(self, version: str) -> bytes:
        data, stated = self._bytes(f"{version}/{INVENTORY}"), self._bytes(f"{version}/{SIDECAR}")
        if sidecar_digest(stated) != sha512_of(data):
            raise CorruptError("archive-sidecar", object=self.id)
        return data

    def _read(self, name: str, digest: str) -> bytes:
        data = self._bytes(name)
        if sha512_of(data) != digest:
            raise CorruptError("archive-content", object=self.id, version=self.head, path=name)
        return data

    def _bytes(self, name: str) -> bytes:
        try:
            return read_file(self._folder / name)
        except FileNotFoundError as error:
            raise CorruptError("archive-content", object=self.id, version=self.head, path=name) from error
