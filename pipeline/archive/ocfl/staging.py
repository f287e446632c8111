"""A version is made aside and moved into its object by renames that a later start can finish.

The work folder is `extensions/jeke-staging` of the storage root: on the objects' file system wherever the
root is mounted, and a place the specification leaves to local extensions (OCFL 1.1 §4.4, §4.5), so that at no
moment does a validator find anything in the storage hierarchy that does not belong there. It goes away after
each version.

1. All files are written and synced in the work folder; `begun.json` says for which object.
2. `begun.json` is renamed to `intent.json`, synced: **before this the version goes back,
   from here on forward.**
3. The renames listed in it are done. A new object takes one; a version of an old one takes three: its
   directory, the inventory, the sidecar. Only between the first and the last of these is it not valid.
4. `intent.json` is removed, synced, then the rest.

A rename is done or not, and doing the list again does only what is left: so a start after a crash, or after a
power cut that kept some renames and lost others, ends with the whole version.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.archive.ocfl.inventory import INVENTORY, SIDECAR, NewVersion, sha512_of, sidecar
from pipeline.archive.ocfl.layout import (
    EXTENSIONS,
    OBJECT_DECLARATION,
    STAGING,
    declaration,
    object_path,
)
from pipeline.domain.errors import CorruptError
from pipeline.system.files import make_folder, read_file, rename, sync_folder, write_file, write_tree

BEGUN = "begun.json"
INTENT = "intent.json"
_TREE = "tree"


class StagingOutcome(StrEnum):
    """What became of an interrupted version."""

    FORWARD = "forward"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Recovery:
    """An interrupted version and what became of it."""

    object_id: str
    version: str
    outcome: StagingOutcome


@dataclass(frozen=True, slots=True)
class Intent:
    """What a prepared version still needs: `moves` from the work folder into the storage root, in order.

    `inventory` is the SHA-512 of the object's inventory once they are done.
    """

    object_id: str
    version: str
    inventory: str
    moves: tuple[tuple[str, str], ...]


def interrupted_object(root: Path) -> str | None:
    """The object whose version lies unfinished in the work folder; None where it does not say."""
    folder = root / EXTENSIONS / STAGING
    intent = _read(folder / INTENT) or _read(folder / BEGUN)
    return intent.object_id if intent else None


class Staging:
    """The work folder of one storage root. Its user holds the root's write lock."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / EXTENSIONS / STAGING

    def write(self, new: NewVersion) -> None:
        """Writes the version into its object.

        Raises:
            OSError: the disk refused; `recover` settles what is there.
        """
        inventory = new.inventory.to_bytes()
        if new.inventory.head == "v1":
            files, moves = self._new_object(new, inventory)
        else:
            files, moves = _new_version(new, inventory)
        intent = Intent(new.inventory.id, new.inventory.head, sha512_of(inventory), moves)
        self._prepare(intent, files)
        self._finish(intent)

    def adopt(self, object_id: str, new: Sequence[str], files: Mapping[str, bytes]) -> None:
        """Writes the versions `new`, oldest first, of an object whose files up to the last one are given.

        `files` are all of the object's, by path within it; those of other versions are not asked for.

        Raises:
            OSError: as `write`; and what reading `files` raises.
        """
        path, whole = object_path(object_id), "v1" in new
        folders = tuple(f"{version}/" for version in new)
        names = [name for name in files if whole or name in {INVENTORY, SIDECAR} or name.startswith(folders)]
        moves = self._moves_of_new_object(path) if whole else _moves(path, new)
        prefix = f"{path}/" if whole else ""
        intent = Intent(object_id, new[-1], sha512_of(files[INVENTORY]), moves)
        self._prepare(intent, _Renamed(files, {f"{prefix}{name}": name for name in names}))
        self._finish(intent)

    def recover(self) -> Recovery | None:
        """Finishes a version that was prepared whole, clears away one that was not.

        Raises:
            CorruptError: `archive-interrupted`, a part of a prepared version is gone. Nothing is cleared.
            OSError: the disk refused.
        """
        if not self._folder.is_dir():
            return None
        prepared, begun = _read(self._folder / INTENT), _read(self._folder / BEGUN)
        if prepared:
            self._finish(prepared)
            return Recovery(prepared.object_id, prepared.version, StagingOutcome.FORWARD)
        self._clear()
        return Recovery(begun.object_id, begun.version, StagingOutcome.BACK) if begun else None

    def _prepare(self, intent: Intent, files: Mapping[str, bytes]) -> None:
        make_folder(self._folder)
        write_file(self._folder / BEGUN, json.dumps(asdict(intent)).encode())
        write_tree(self._folder / _TREE, files)
        sync_folder(self._folder)
        sync_folder(self._folder.parent)
        rename(self._folder / BEGUN, self._folder / INTENT)
        sync_folder(self._folder)

    def _finish(self, intent: Intent) -> None:
        for staged, filed in intent.moves:
            source, target = self._folder / _TREE / staged, self._root / filed
            if source.exists():
                rename(source, target)
        for parent in sorted({(self._root / filed).parent for _, filed in intent.moves}):
            sync_folder(parent)
        self._confirm(intent)
        self._clear()

    def _confirm(self, intent: Intent) -> None:
        path = self._root / object_path(intent.object_id) / INVENTORY
        whole = all((self._root / filed).exists() for _, filed in intent.moves)
        if not whole or sha512_of(read_file(path)) != intent.inventory:
            raise CorruptError("archive-interrupted", object=intent.object_id, version=intent.version)

    def _clear(self) -> None:
        """The intent goes first and for good, lest a power cut bring it back beside the next version."""
        (self._folder / INTENT).unlink(missing_ok=True)
        sync_folder(self._folder)
        shutil.rmtree(self._folder, ignore_errors=True)  # what stays is void, and in the next version's way

    def _new_object(
        self, new: NewVersion, inventory: bytes
    ) -> tuple[dict[str, bytes], tuple[tuple[str, str], ...]]:
        """The whole object with those of its parent directories that are not there yet, moved in one step."""
        path = object_path(new.inventory.id)
        files = {
            OBJECT_DECLARATION: declaration(OBJECT_DECLARATION),
            **_inventory_files("", inventory),
            **_inventory_files("v1/", inventory),
            **new.content,
        }
        return {f"{path}/{name}": data for name, data in files.items()}, self._moves_of_new_object(path)

    def _moves_of_new_object(self, path: str) -> tuple[tuple[str, str], ...]:
        missing = path
        while "/" in missing and not (self._root / missing).parent.is_dir():
            missing = missing.rpartition("/")[0]
        return ((missing, missing),)


class _Renamed(Mapping[str, bytes]):
    """The same files under other names, each read only when it is written."""

    def __init__(self, files: Mapping[str, bytes], names: Mapping[str, str]) -> None:
        self._files = files
        self._names = names

    def __getitem__(self, name: str) -> bytes:
        return self._files[self._names[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _moves(path: str, versions: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """An old object takes its new version directories, then the inventory, then the sidecar."""
    return tuple((name, f"{path}/{name}") for name in (*versions, INVENTORY, SIDECAR))


def _new_version(new: NewVersion, inventory: bytes) -> tuple[dict[str, bytes], tuple[tuple[str, str], ...]]:
    path, version = object_path(new.inventory.id), new.inventory.head
    files = {
        **_inventory_files("", inventory),
        **_inventory_files(f"{version}/", inventory),
        **new.content,
    }
    return files, _moves(path, (version,))


def _inventory_files(folder: str, inventory: bytes) -> dict[str, bytes]:
    return {f"{folder}{INVENTORY}": inventory, f"{folder}{SIDECAR}": sidecar(inventory)}


def _read(path: Path) -> Intent | None:
    """The intent; None where it is not there, or was cut short before it was synced."""
    try:
        raw = json.loads(read_file(path))
    except (FileNotFoundError, ValueError):
        return None
    moves = tuple((staged, filed) for staged, filed in raw["moves"])
    return Intent(raw["object_id"], raw["version"], raw["inventory"], moves)
