"""One OCFL object against the specification (OCFL 1.1 §3): every file is looked at, none is changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.archive.ocfl.inventory import INVENTORY, Inventory, sha512_of
from pipeline.archive.ocfl.inventory_rules import (
    CONTENT,
    TYPE,
    VERSION,
    content_directory,
    in_order,
    number,
    numbering,
)
from pipeline.archive.ocfl.layout import EXTENSIONS, OBJECT_DECLARATION, declaration
from pipeline.archive.ocfl.verify_inventory import Found, Trouble, content_digests, digest_by, inventories
from pipeline.system.files import open_regular, read_file

LOGS = "logs"
OBJECT_DECLARATION_1_0 = "0=ocfl_object_1.0"
_FIXITY = {"md5", "sha1", "sha256", "sha512", "blake2b-512", "sha512/256"}
"""Algorithms of a fixity block that are looked at (OCFL 1.1, 3.4; its extension 0001)."""
_CHUNK = 1 << 20


@dataclass(slots=True)
class Listing:
    """A directory's entries by kind; links and special files are neither, and reported."""

    files: set[str] = field(default_factory=set)
    directories: set[str] = field(default_factory=set)
    strange: list[Trouble] = field(default_factory=list)


@dataclass(slots=True)
class Examined:
    """What was seen of an object: the SHA-512 of its inventory, and how much content was looked at.

    `files` and `size` count content only; a quick look does not read it, and takes the sizes from the disk.
    """

    troubles: list[Trouble] = field(default_factory=list)
    inventory: str = ""
    files: int = 0
    size: int = 0


def examine(folder: Path, object_id: str | None, *, quick: bool) -> Examined:
    """The object at `folder`, which should bear `object_id`, with everything wrong with it.

    Quick leaves content unhashed, and finds files that are missing, extra, or empty where they should not be.

    Raises:
        OSError: a directory of it cannot be read.
    """
    seen = Examined()
    seen.troubles.extend(_troubles(folder, object_id, seen, quick=quick))
    return seen


def _troubles(folder: Path, object_id: str | None, seen: Examined, *, quick: bool) -> Iterator[Trouble]:
    root = list_directory(folder, "")
    present = in_order(root.directories)
    top, versions = inventories(folder, present)
    yield from (*root.strange, *_declarations(folder, root.files), *_unexpected(folder, root, top))
    for found in (top, *versions.values()):
        yield from found.troubles
    if top.data is not None:
        seen.inventory = sha512_of(top.data)
    if present and top.data is not None and versions[present[-1]].data not in {None, top.data}:
        yield Trouble("E064", INVENTORY, present[-1])
    yield from (Trouble(code, name) for code, name in numbering(present))
    yield from _without_gap(present)
    sound = [found.inventory for found in (*versions.values(), top) if found.inventory is not None]
    held = {name: list(_version(folder, name, found, top)) for name, found in versions.items()}
    yield from (entry for entries in held.values() for entry in entries if isinstance(entry, Trouble))
    if not sound:
        return
    current = sound[-1]
    yield from _specification(root, current, versions)
    if object_id is not None and current.id != object_id:
        yield Trouble("E083", INVENTORY, "id")
    for name in sorted(set(current.raw["versions"]) ^ set(present)):
        yield Trouble("E046", name)
    for name, found in versions.items():
        if found.inventory is not None and name in current.raw["versions"]:
            yield from _agreement(current, found.inventory, name)
    content = {name: {e for e in entries if isinstance(e, str)} for name, entries in held.items()}
    yield from _files(folder, current, versions, content, seen, quick=quick)


def _without_gap(present: Sequence[str]) -> Iterator[Trouble]:
    if [number(name) for name in present] != list(range(1, len(present) + 1)):
        yield Trouble("E010", present[-1])


def _files(
    folder: Path,
    current: Inventory,
    versions: Mapping[str, Found],
    held: Mapping[str, set[str]],
    seen: Examined,
    *,
    quick: bool,
) -> Iterator[Trouble]:
    digests = content_digests(current)
    yield from _unlisted(digests, versions, held)
    algorithm = current.raw["digestAlgorithm"]
    for path in sorted(digests):
        yield from _content(folder, path, (algorithm, digests[path]), seen, quick=quick)
    if not quick:
        yield from _fixity(folder, current)
        yield from _other_algorithms(folder, current, versions)


def _unlisted(
    digests: Mapping[str, str], versions: Mapping[str, Found], held: Mapping[str, set[str]]
) -> Iterator[Trouble]:
    """Each manifest names all content of its version and of those before it (OCFL 1.1, E023)."""
    before: set[str] = set()
    for name, found in versions.items():
        before |= held[name]
        yield from (Trouble("E023", path) for path in sorted(held[name] - digests.keys()))
        if found.inventory is not None and found.inventory.head == name:
            known = content_digests(found.inventory).keys()
            missing = sorted((before & digests.keys()) - known)
            yield from (Trouble("E023", path, f"{name}/{INVENTORY}") for path in missing)


def _fixity(folder: Path, current: Inventory) -> Iterator[Trouble]:
    blocks: Mapping[str, Mapping[str, list[str]]] = current.raw.get("fixity", {})
    for algorithm in sorted(blocks.keys() & _FIXITY):
        for digest, paths in blocks[algorithm].items():
            for path in paths:
                if not _has_digest(folder / path, algorithm, digest):
                    yield Trouble("E093", path, algorithm)


def _other_algorithms(folder: Path, current: Inventory, versions: Mapping[str, Found]) -> Iterator[Trouble]:
    """Digests that an earlier manifest states by another algorithm than the current one."""
    for name, found in versions.items():
        if found.inventory is None or _algorithm(found.inventory) == _algorithm(current):
            continue
        for path, digest in content_digests(found.inventory).items():
            if not _has_digest(folder / path, _algorithm(found.inventory), digest):
                yield Trouble("E092", path, f"{name}/{INVENTORY}")


def _has_digest(path: Path, algorithm: str, digest: str) -> bool:
    """True also where the file cannot be read: that is told of the manifest."""
    try:
        with os.fdopen(open_regular(path, os.O_RDONLY), "rb") as file:
            name = {"blake2b-512": "blake2b", "sha512/256": "sha512_256"}.get(algorithm, algorithm)
            return hashlib.file_digest(file, name).hexdigest() == digest.lower()
    except OSError:
        return True


def list_directory(folder: Path, prefix: str) -> Listing:
    """What lies in a directory; `prefix` stands before the names of what is reported."""
    listing = Listing()
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_symlink():
                listing.strange.append(Trouble("E090", f"{prefix}{entry.name}"))
            elif entry.is_file():
                listing.files.add(entry.name)
            elif entry.is_dir():
                listing.directories.add(entry.name)
            else:
                listing.strange.append(Trouble("E089", f"{prefix}{entry.name}"))
    return listing


def _declarations(folder: Path, files: set[str]) -> Iterator[Trouble]:
    declared = sorted(name for name in files if name.startswith("0="))
    if len(declared) != 1:
        yield Trouble("E003", OBJECT_DECLARATION, " ".join(declared))
    for name in declared:
        if name == OBJECT_DECLARATION_1_0:
            yield Trouble("profile", name)
        elif name != OBJECT_DECLARATION:
            yield Trouble("E006", name)
        if name in {OBJECT_DECLARATION, OBJECT_DECLARATION_1_0} and read_file(folder / name) != declaration(
            name
        ):
            yield Trouble("E007", name)


def _specification(root: Listing, current: Inventory, versions: Mapping[str, Found]) -> Iterator[Trouble]:
    """The inventory is of what the object declares (E038), and no version of an older one (E103)."""
    declared = {OBJECT_DECLARATION, OBJECT_DECLARATION_1_0} & root.files
    if declared and (OBJECT_DECLARATION in declared) != (current.raw["type"] == TYPE):
        yield Trouble("E038", INVENTORY, "type")
    newest = False
    for name, found in versions.items():
        if found.inventory is not None:
            newer = found.inventory.raw["type"] == TYPE
            if newest and not newer:
                yield Trouble("E103", f"{name}/{INVENTORY}")
            newest = newest or newer


def _unexpected(folder: Path, root: Listing, top: Found) -> Iterator[Trouble]:
    for name in sorted(root.files - {INVENTORY, top.sidecar}):
        if not name.startswith("0="):
            yield Trouble("E001", name)
    for name in sorted(root.directories):
        if name == EXTENSIONS:
            inner = list_directory(folder / name, f"{name}/")
            yield from inner.strange
            yield from (Trouble("E067", f"{name}/{entry}") for entry in sorted(inner.files))
            yield from (Trouble("W013", f"{name}/{entry}") for entry in sorted(inner.directories))
        elif name != LOGS and not VERSION.fullmatch(name):
            yield Trouble("E001", name)


def _agreement(current: Inventory, earlier: Inventory, name: str) -> Iterator[Trouble]:
    """The inventory a version was filed with against the current one: what was said of the past stands."""
    path = f"{name}/{INVENTORY}"
    if earlier.id != current.id:
        yield from (Trouble(code, path) for code in ("E037", "E110"))
    if content_directory(earlier.raw) != content_directory(current.raw):
        yield Trouble("E019", path)
    if earlier.head != name:
        yield Trouble("E040", path)
    for version in earlier.raw["versions"]:
        yield from (Trouble(code, path, version) for code in _change(earlier, current, version))
    digests, alike = content_digests(current), _algorithm(earlier) == _algorithm(current)
    for content, digest in content_digests(earlier).items():
        if content not in digests:
            yield Trouble("E023", content, path)
        elif alike and digests[content] != digest:
            yield Trouble("E092", content, path)


def _change(earlier: Inventory, current: Inventory, version: str) -> Iterator[str]:
    was, stands = earlier.raw["versions"][version], current.raw["versions"].get(version)
    if was == stands:
        return
    if stands is None or not _same_state(earlier, current, version):
        yield "E066"
    elif any(was.get(key) != stands.get(key) for key in ("created", "message", "user")):
        yield "W011"


def _same_state(earlier: Inventory, current: Inventory, version: str) -> bool:
    """Every logical path is of the same bytes: of one digest, or by another algorithm of one content file."""
    was, stands = _folded(earlier.state(version)), _folded(current.state(version))
    if _algorithm(earlier) == _algorithm(current):
        return was == stands
    before, now = _stored(earlier), _stored(current)
    return was.keys() == stands.keys() and all(before[was[p]] & now[stands[p]] for p in was)


def _stored(inventory: Inventory) -> dict[str, set[str]]:
    return {digest.lower(): set(paths) for digest, paths in inventory.raw["manifest"].items()}


def _algorithm(inventory: Inventory) -> str:
    return str(inventory.raw["digestAlgorithm"])


def _version(folder: Path, name: str, own: Found, top: Found) -> Iterator[str | Trouble]:
    """The content that a version directory holds, and what else lies in it."""
    directory = own.directory or top.directory or CONTENT
    listing = list_directory(folder / name, f"{name}/")
    yield from listing.strange
    yield from (
        Trouble("E015", f"{name}/{entry}") for entry in sorted(listing.files - {INVENTORY, own.sidecar})
    )
    yield from (Trouble("W002", f"{name}/{entry}") for entry in sorted(listing.directories - {directory}))
    if directory not in listing.directories:
        return
    content = f"{name}/{directory}"
    if not any((folder / content).iterdir()):
        yield Trouble("W003", content)
        return
    yield from _walk(folder, content)


def _walk(folder: Path, directory: str) -> Iterator[str | Trouble]:
    listing = list_directory(folder / directory, f"{directory}/")
    yield from listing.strange
    yield from (f"{directory}/{name}" for name in sorted(listing.files))
    for name in sorted(listing.directories):
        yield from _walk(folder, f"{directory}/{name}")
    if not (listing.files or listing.directories or listing.strange):
        yield Trouble("E024", directory)


def _content(
    folder: Path, path: str, stated: tuple[str, str], seen: Examined, *, quick: bool
) -> Iterator[Trouble]:
    algorithm, digest = stated
    try:
        size, found = _size_of(f"{folder}/{path}") if quick else _read_through(f"{folder}/{path}", algorithm)
    except FileNotFoundError:
        yield Trouble("E092", path, "missing")
    except OSError as error:
        yield Trouble("unreadable", path, error.strerror or "")
    else:
        seen.files += 1
        seen.size += size
        if (size == 0) != (digest == digest_by(algorithm, b"")) if quick else found != digest:
            yield Trouble("E092", path, "" if size else "empty")


def _size_of(path: str) -> tuple[int, str]:
    return os.stat(path).st_size, ""  # noqa: PTH116 - thousands of files an object; Path costs as much as hashing


def _read_through(path: str, algorithm: str) -> tuple[int, str]:
    """Size and digest of the bytes that are really there."""
    size, digest = 0, hashlib.new(algorithm)
    descriptor = open_regular(path, os.O_RDONLY)
    try:
        while chunk := os.read(descriptor, _CHUNK):
            size += len(chunk)
            digest.update(chunk)
    finally:
        os.close(descriptor)
    return size, digest.hexdigest()


def _folded(state: Mapping[str, str]) -> dict[str, str]:
    return {path: digest.lower() for path, digest in state.items()}
