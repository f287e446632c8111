"""The inventory files of one object, each judged alone with its sidecar (OCFL 1.1, 3.5, 3.7)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.archive.ocfl.inventory import (
    INVENTORY,
    Inventory,
    InventoryError,
    decode,
    sidecar,
    sidecar_digest,
)
from pipeline.archive.ocfl.inventory_rules import DIGEST, can_be_read, content_directory, faults
from pipeline.system.files import read_file

_ALGORITHM = re.compile(r"[a-z0-9-]{1,20}")


class Trouble(NamedTuple):
    """A code of the specification, the path within the object, and what of the path, if not all of it."""

    code: str
    path: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One `inventory.json`: its bytes, the inventory where it is sound, and what is wrong with it.

    `sidecar` is the name of the file that states its digest, `directory` that of its versions' content.
    """

    data: bytes | None
    inventory: Inventory | None
    troubles: tuple[Trouble, ...]
    sidecar: str
    directory: str | None = None


@dataclass(frozen=True, slots=True)
class _Raw:
    """What stands in the file, or why it is no inventory at all."""

    data: bytes | None
    raw: Any = None
    fault: str = ""

    @property
    def algorithm(self) -> str:
        """What the sidecar is named by: also one that no inventory may use, so that a fault is told once."""
        stated = self.raw.get("digestAlgorithm") if isinstance(self.raw, dict) else None
        return stated if isinstance(stated, str) and _ALGORITHM.fullmatch(stated) else DIGEST

    @property
    def directory(self) -> str | None:
        return content_directory(self.raw) if isinstance(self.raw, dict) else None


def inventories(folder: Path, present: Iterable[str]) -> tuple[Found, dict[str, Found]]:
    """The root's inventory, and that of each version directory.

    Raises:
        OSError: a file cannot be read.
    """
    top = _decoded(folder / INVENTORY)
    raws = {name: _decoded(folder / name / INVENTORY) for name in present}
    directories = frozenset(raw.directory for raw in (top, *raws.values()) if raw.directory is not None)
    root = _judged(folder, "", top, directories, absent="E063")
    return root, {
        name: _judged(folder, f"{name}/", raw, directories, absent="W010", same=root)
        for name, raw in raws.items()
    }


def _decoded(path: Path) -> _Raw:
    data = _bytes(path)
    if data is None:
        return _Raw(None)
    try:
        return _Raw(data, decode(data))
    except InventoryError as error:
        return _Raw(data, fault=error.code)


def _judged(
    folder: Path,
    prefix: str,
    raw: _Raw,
    directories: frozenset[str],
    *,
    absent: str,
    same: Found | None = None,
) -> Found:
    """`same` is the root's: the newest version's own is its copy, and need not be judged twice."""
    path, name = f"{prefix}{INVENTORY}", f"{INVENTORY}.{raw.algorithm}"
    if raw.data is None:
        return Found(None, None, (Trouble(absent, path),), name)
    about_sidecar = tuple(_sidecar(folder, f"{prefix}{name}", raw.data, raw.algorithm))
    if same is not None and same.inventory is not None and same.data == raw.data:
        return Found(raw.data, same.inventory, about_sidecar, name, raw.directory)
    if raw.fault:
        return Found(raw.data, None, (*about_sidecar, Trouble(raw.fault, path)), name)
    about = tuple(Trouble(code, path, place) for code, place in faults(raw.raw, directories))
    sound = can_be_read((trouble.code, trouble.detail) for trouble in about)
    inventory = Inventory(raw.raw) if sound else None
    return Found(raw.data, inventory, (*about_sidecar, *about), name, raw.directory)


def _sidecar(folder: Path, path: str, data: bytes, algorithm: str) -> Iterator[Trouble]:
    file = _bytes(folder / path)
    if file is None:
        yield Trouble("E058", path)
        return
    stated = sidecar_digest(file, algorithm)
    if stated is None:
        yield Trouble("E061", path)
    elif algorithm in hashlib.algorithms_guaranteed and stated != digest_by(algorithm, data):
        yield Trouble("E060", path)
    elif file != sidecar(data, algorithm):
        yield Trouble("profile", path)


def content_digests(inventory: Inventory) -> Mapping[str, str]:
    """Content path → digest by the inventory's algorithm."""
    manifest: Mapping[str, list[str]] = inventory.raw["manifest"]
    return {path: digest.lower() for digest, paths in manifest.items() for path in paths}


def digest_by(algorithm: str, data: bytes) -> str:
    """In lower-case hex."""
    return hashlib.new(algorithm, data).hexdigest()


def _bytes(path: Path) -> bytes | None:
    try:
        return read_file(path)
    except (FileNotFoundError, IsADirectoryError):
        return None
