"""An object's inventory: read, extended by one version, written (OCFL 1.1 §3.5, §3.6)."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.archive.ocfl.inventory_rules import (
    CONTENT,
    CREATED,
    DIGEST,
    DIGITS,
    TYPE,
    conflicts,
    faults,
    in_order,
    path_fault,
)

INVENTORY = "inventory.json"
SIDECAR = f"{INVENTORY}.{DIGEST}"
LONGEST_PART = 255  # bytes in a file name, on every file system this may come to lie on

_SIDECAR_FORM = re.compile(rf"([0-9a-fA-F]+)[ \t]+{re.escape(INVENTORY)}\s*")


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version as its author described it."""

    version: str
    created: datetime
    message: str
    user: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who makes a version, when and why; `address` is a URI, `created` carries its zone."""

    message: str
    user: str
    address: str
    created: datetime


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version about to be written: its inventory and the new content, by content path."""

    inventory: Inventory
    content: Mapping[str, bytes]


class InventoryError(ValueError):
    """Not a sound inventory; `code` is the specification's, `place` the place in it."""

    def __init__(self, code: str, place: str) -> None:
        super().__init__(f"{code} {place}")
        self.code = code
        self.place = place


@dataclass(frozen=True, slots=True)
class Inventory:
    """A sound inventory. `raw` is its JSON as read, so that earlier versions are carried over unaltered."""

    raw: Mapping[str, Any]

    @classmethod
    def parse(cls, data: bytes) -> Inventory:
        """Reads an inventory file.

        Raises:
            InventoryError: not JSON, or against a MUST of the specification or this archive's profile.
        """
        raw = decode(data)
        for fault in faults(raw):
            if not fault.code.startswith("W"):
                raise InventoryError(fault.code, fault.place)
        return cls(raw)

    @property
    def id(self) -> str:
        """The object's id."""
        return str(self.raw["id"])

    @property
    def head(self) -> str:
        """Name of the newest version."""
        return str(self.raw["head"])

    def content_path(self, digest: str) -> str:
        """Where the bytes of that digest lie, relative to the object."""
        return str(self.raw["manifest"][digest][0])

    def state(self, version: str) -> dict[str, str]:
        """Logical path → digest, as the inventory writes the digest.

        Raises:
            KeyError: no such version.
        """
        blocks = self.raw["versions"][version]["state"]
        return {path: digest for digest, paths in blocks.items() for path in paths}

    def versions(self) -> tuple[VersionInfo, ...]:
        """All versions, oldest first; a message or user that another tool left out is empty."""
        blocks = self.raw["versions"]
        return tuple(
            VersionInfo(
                name,
                datetime.fromisoformat(blocks[name]["created"]),
                blocks[name].get("message", ""),
                blocks[name].get("user", {}).get("name", ""),
            )
            for name in in_order(blocks)
        )

    def to_bytes(self) -> bytes:
        """The file: one line per digest and per version, so that people and `diff` can read it."""
        blocks = ("manifest", "versions")
        lines = [f"  {_text(key)}: {_text(value)}" for key, value in self.raw.items() if key not in blocks]
        for block in blocks:
            entries = ",\n".join(
                f"    {_text(key)}: {_text(value)}" for key, value in self.raw[block].items()
            )
            lines.append(f"  {_text(block)}: {{\n{entries}\n  }}")
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def decode(data: bytes) -> Any:
    """JSON in UTF-8 in which no key stands twice.

    Raises:
        InventoryError: E033, it is not.
    """
    try:
        return json.loads(data.decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise InventoryError("E033", "") from error


def sidecar(inventory: bytes, algorithm: str = DIGEST) -> bytes:
    """Content of `inventory.json.sha512`, or of another algorithm's."""
    return f"{hashlib.new(algorithm, inventory).hexdigest()} {INVENTORY}\n".encode()


def sidecar_digest(data: bytes, algorithm: str = DIGEST) -> str | None:
    """The digest a sidecar states, or None where it is malformed (E061)."""
    found = _SIDECAR_FORM.fullmatch(data.decode("utf-8", errors="replace"))
    return found[1].lower() if found and len(found[1]) == DIGITS.get(algorithm, len(found[1])) else None


def sha512_of(data: bytes) -> str:
    """SHA-512 in lower-case hex."""
    return hashlib.sha512(data).hexdigest()


def logical_path(text: str) -> str:
    """The path in NFC, as it is filed.

    Raises:
        ValueError: against the specification's rules (E052, E053), or with control characters, half a
            surrogate pair, or a part over 255 bytes.
    """
    path = unicodedata.normalize("NFC", text)
    if path_fault(path, edge="E053", part="E052"):
        raise ValueError("logical path with an empty or dotted part")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in path):
        raise ValueError("logical path with control characters")
    if any(len(part.encode()) > LONGEST_PART for part in path.split("/")):
        raise ValueError("logical path with a part over 255 bytes")
    return path


def next_version(
    before: Inventory | None, object_id: str, changes: Mapping[str, bytes | None], author: Author
) -> NewVersion | None:
    """The version that the changes make of the object, or None where they change nothing.

    Content that any version of the object already holds is not stored again (forward delta).

    Raises:
        ValueError: a path against the rules, two paths that are one in NFC, a path that is also a directory,
            `created` without a zone.
    """
    named = {logical_path(path): data for path, data in changes.items()}
    if len(named) < len(changes):
        raise ValueError("two logical paths are one in NFC")
    old = before.state(before.head) if before else {}
    manifest: dict[str, list[str]] = dict(before.raw["manifest"]) if before else {}
    version = f"v{len(before.raw['versions']) + 1}" if before else "v1"
    known = {digest.lower(): digest for digest in manifest}
    new = {path: digest for path, digest in old.items() if path not in named}
    content: dict[str, bytes] = {}
    for path, data in sorted(named.items()):
        if data is None:
            continue
        digest = sha512_of(data)
        if digest not in known:
            known[digest] = digest
            stored = f"{version}/{CONTENT}/{path}"
            manifest[digest] = [stored]
            content[stored] = data
        new[path] = known[digest]
    if new == old:
        return None
    if conflicts(new):
        raise ValueError("a logical path is also the directory of another")
    versions = {**before.raw["versions"]} if before else {}
    versions[version] = _version_block(new, author)
    raw = {
        "id": object_id,
        "type": TYPE,
        "digestAlgorithm": DIGEST,
        "head": version,
        "manifest": manifest,
        "versions": versions,
    }
    return NewVersion(Inventory(raw), content)


def _version_block(state: Mapping[str, str], author: Author) -> dict[str, Any]:
    created = author.created.isoformat(timespec="seconds")
    if not CREATED.fullmatch(created):
        raise ValueError("created needs a zone of whole minutes")
    by_digest: dict[str, list[str]] = {}
    for path, digest in sorted(state.items()):
        by_digest.setdefault(digest, []).append(path)
    return {
        "created": created,
        "message": author.message,
        "user": {"name": author.user, "address": author.address},
        "state": by_digest,
    }


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
