"""What OCFL 1.1 §3.5 asks of an inventory, looked at alone, without the files it names.

Each fault carries the specification's code and the place in the inventory. `profile` marks what the
specification allows and this archive never writes: OCFL 1.0, another digest than sha512, zero-padded
versions, a content directory of another name, a fixity block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

DIGEST = "sha512"
TYPE = "https://ocfl.io/1.1/spec/#inventory"
TYPE_1_0 = "https://ocfl.io/1.0/spec/#inventory"
CONTENT = "content"
VERSION = re.compile(r"v0*[1-9][0-9]*")
"""Zero-padded too (OCFL 1.1, 3.1); which of both an object keeps to, `numbering` looks at."""
DIGITS = {DIGEST: 128, "sha256": 64}
"""What an inventory may be digested with, and how long a digest is in hex (OCFL 1.1, 3.4)."""
CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)

_HEX = re.compile(r"[0-9a-fA-F]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.")
_HEADER = ("id", "type", "digestAlgorithm", "head")
_KEYS = {*_HEADER, "contentDirectory", "manifest", "versions", "fixity"}
_VERSION_KEYS = {"created", "state", "message", "user"}


_TAKE_NOTHING = {
    *(("profile", key) for key in ("type", "fixity", "contentDirectory", "digestAlgorithm", "versions")),
    ("E010", "versions"),
}
"""What this archive never writes, or a gap that is told of: the rest can be read all the same."""
_NUMBERING = {"E011", "E012", "E013"}


class Fault(NamedTuple):
    """A code of the specification and the place in the inventory (`versions.v2.created`)."""

    code: str
    place: str


def faults(raw: object, directories: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Everything wrong with a parsed inventory; nothing where it is sound.

    `directories` are the content directories that other versions of the object name: that they differ is
    told elsewhere (E019), and no fault of each path.
    """
    if not isinstance(raw, dict):
        yield Fault("E033", "")
        return
    for key in raw.keys() - _KEYS:
        yield Fault("E102", str(key))
    yield from _header(raw)
    manifest, versions = raw.get("manifest"), raw.get("versions")
    directories |= {content_directory(raw)}
    yield from _profile(raw, directories)
    yield from _manifest(manifest, raw.get("digestAlgorithm", DIGEST), directories)
    yield from _versions(raw.get("head"), versions)
    if isinstance(manifest, dict) and isinstance(versions, dict):
        yield from _references(manifest, versions, directories)


def can_be_read(found: Iterable[tuple[str, str]]) -> bool:
    """Whether an inventory with these faults says where everything is all the same."""
    return all(
        code.startswith("W") or code in _NUMBERING or (code, place) in _TAKE_NOTHING for code, place in found
    )


def in_order(versions: Iterable[str]) -> list[str]:
    """Version names that are well formed, by number."""
    return sorted(filter(VERSION.fullmatch, versions), key=lambda name: (number(name), name))


def number(version: str) -> int:
    """Which version a well-formed name says."""
    return int(version[1:])


def numbering(names: Sequence[str]) -> Iterator[Fault]:
    """Names, in order, that do not keep to the way the first one is written (E011, E012, E013)."""
    if not names or not names[0].startswith("v0"):
        yield from (Fault("E012", name) for name in names if name.startswith("v0"))
        return
    for name in names:
        if not name.startswith("v0"):
            yield from (Fault(code, name) for code in ("E011", "E013"))
        elif len(name) != len(names[0]):
            yield Fault("E012", name)


@lru_cache(maxsize=8192)
def path_fault(path: str, *, edge: str, part: str) -> str | None:
    """`edge` for a path that begins or ends with a slash, `part` for one with an empty, `.` or `..` part."""
    if path != "/" and (path.startswith("/") or path.endswith("/")):
        return edge
    return part if any(element in {"", ".", ".."} for element in path.split("/")) else None


def conflicts(paths: Iterable[str]) -> set[str]:
    """Paths that stand twice, or that are the directory of another."""
    seen: set[str] = set()
    clashing: set[str] = set()
    directories: set[str] = set()
    for path in paths:
        (clashing if path in seen else seen).add(path)
        directory = path.rpartition("/")[0]
        while directory and directory not in directories:
            directories.add(directory)
            directory = directory.rpartition("/")[0]
    return clashing | (seen & directories)


def _header(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for key in _HEADER:
        if key not in raw:
            yield Fault("E036", key)
    for key in ("manifest", "versions"):
        if key not in raw:
            yield Fault("E041", key)
    if "id" in raw and (not isinstance(raw["id"], str) or not raw["id"]):
        yield Fault("E037", "id")
    elif "id" in raw and not _URI.match(raw["id"]):
        yield Fault("W005", "id")


def _profile(raw: Mapping[str, Any], directories: frozenset[str]) -> Iterator[Fault]:
    if raw.get("type", TYPE) != TYPE:
        yield Fault("profile" if raw["type"] == TYPE_1_0 else "E038", "type")
    algorithm = raw.get("digestAlgorithm", DIGEST)
    if algorithm != DIGEST:
        codes = ("W004", "profile") if isinstance(algorithm, str) and algorithm in DIGITS else ("E025",)
        yield from (Fault(code, "digestAlgorithm") for code in codes)
    if (directory := raw.get("contentDirectory", CONTENT)) != CONTENT:
        yield Fault(_directory_fault(directory), "contentDirectory")
    if "fixity" in raw:
        yield Fault("profile" if isinstance(raw["fixity"], dict) else "E111", "fixity")
        yield from _fixity(raw["fixity"], directories)


def content_directory(raw: Mapping[str, Any]) -> str:
    """How each version's directory of content is called (OCFL 1.1, 3.3.1)."""
    found = raw.get("contentDirectory", CONTENT)
    return found if _directory_fault(found) == "profile" else CONTENT


def _directory_fault(directory: object) -> str:
    if not isinstance(directory, str) or not directory or "/" in directory:
        return "E017"
    return "E018" if directory in {".", ".."} else "profile"


def _fixity(fixity: object, directories: frozenset[str]) -> Iterator[Fault]:
    """Digests by further algorithms, each block built as a manifest is (OCFL 1.1, 3.5.4)."""
    for algorithm, block in fixity.items() if isinstance(fixity, dict) else ():
        place = f"fixity.{algorithm}"
        if not isinstance(block, dict):
            yield Fault("E057", place)
            continue
        if len({digest.lower() for digest in block}) < len(block):
            yield Fault("E097", place)
        for paths in block.values():
            if not _is_strings(paths):
                yield Fault("E057", place)
        for path in _strings(block.values()):
            if (code := _content_fault(path, directories)) is not None:
                yield Fault(code, f"{place}.{path}")


def _manifest(manifest: object, algorithm: object, directories: frozenset[str]) -> Iterator[Fault]:
    if manifest is None:
        return
    if not isinstance(manifest, dict):
        yield Fault("E106", "manifest")
        return
    if len({digest.lower() for digest in manifest}) < len(manifest):
        yield Fault("E096", "manifest")
    every: list[str] = []
    digits = DIGITS.get(algorithm, 0) if isinstance(algorithm, str) else 0
    for digest, paths in manifest.items():
        place = f"manifest.{digest}"
        if digits and not (_HEX.fullmatch(digest) and len(digest) == digits):
            yield Fault("E025", place)
        if not _is_strings(paths) or not paths:
            yield Fault("E092", place)
            continue
        every.extend(paths)
    for path in every:
        if (code := _content_fault(path, directories)) is not None:
            yield Fault(code, f"manifest.{path}")
    for path in sorted(conflicts(every)):
        yield Fault("E101", f"manifest.{path}")


@lru_cache(maxsize=8192)
def _content_fault(path: str, directories: frozenset[str]) -> str | None:
    if path.startswith("/") or path.endswith("/"):
        return "E100"
    version, _, within = path.partition("/")
    directory, _, rest = within.partition("/")
    if not VERSION.fullmatch(version) or directory not in directories or not rest:
        return "E042"
    return path_fault(rest, edge="E099", part="E099")


def _versions(head: object, versions: object) -> Iterator[Fault]:
    if versions is None:
        return
    if not isinstance(versions, dict):
        yield Fault("E044", "versions")
        return
    names = in_order(versions)
    yield from _names(versions, names)
    if head is not None and names and head != names[-1]:
        yield Fault("E040", "head")
    known: set[str] = set()
    for name, block in versions.items():
        yield from (Fault(code, f"versions.{name}{place}") for code, place in _version(block, known))


def _names(versions: Mapping[str, Any], names: Sequence[str]) -> Iterator[Fault]:
    """`names` are those well formed, by number."""
    yield from (Fault("E104", f"versions.{name}") for name in versions if not VERSION.fullmatch(name))
    yield from (Fault(code, f"versions.{name}") for code, name in numbering(names))
    if names and names[0].startswith("v0"):
        yield from (Fault(code, "versions") for code in ("W001", "profile"))
    numbers = [number(name) for name in names]
    if not versions:
        yield Fault("E008", "versions")
    elif names and numbers[0] != 1:
        yield Fault("E009", "versions")
    elif numbers != list(range(1, len(numbers) + 1)):
        yield Fault("E010", "versions")


def _version(block: object, known: set[str]) -> Iterator[Fault]:
    if not isinstance(block, dict):
        yield Fault("E047", "")
        return
    for key in block.keys() - _VERSION_KEYS:
        yield Fault("E102", f".{key}")
    for key in ("created", "state"):
        if key not in block:
            yield Fault("E048", f".{key}")
    if "created" in block and not _is_created(block["created"]):
        yield Fault("E049", ".created")
    if "state" in block:
        yield from _state(block["state"], known)
    if "message" not in block:
        yield Fault("W007", ".message")
    elif not isinstance(block["message"], str):
        yield Fault("E094", ".message")
    yield from _user(block)


def _user(block: Mapping[str, Any]) -> Iterator[Fault]:
    if "user" not in block:
        yield Fault("W007", ".user")
        return
    user = block["user"]
    if not isinstance(user, dict) or not isinstance(user.get("name"), str):
        yield Fault("E054", ".user")
        return
    for key in user.keys() - {"name", "address"}:
        yield Fault("E102", f".user.{key}")
    if "address" not in user:
        yield Fault("W008", ".user")
    elif not isinstance(user["address"], str):
        yield Fault("E054", ".user.address")
    elif not _URI.match(user["address"]):
        yield Fault("W009", ".user.address")


def _state(state: object, known: set[str]) -> Iterator[Fault]:
    """`known` are the paths found sound in other versions: most stay from one to the next."""
    if not isinstance(state, dict):
        yield Fault("E050", ".state")
        return
    every: list[str] = []
    for digest, paths in state.items():
        if not _is_strings(paths):
            yield Fault("E051", f".state.{digest}")
            continue
        every.extend(paths)
    for path in every:
        if path in known:
            continue
        if (code := path_fault(path, edge="E053", part="E052")) is None:
            known.add(path)
        else:
            yield Fault(code, f".state.{path}")
    for path in sorted(conflicts(every)):
        yield Fault("E095", f".state.{path}")


def _references(
    manifest: Mapping[str, Any], versions: Mapping[str, Any], directories: frozenset[str]
) -> Iterator[Fault]:
    used: set[str] = set()
    whole = True
    for name, block in versions.items():
        state = block.get("state") if isinstance(block, dict) else None
        if not isinstance(state, dict):
            whole = False
            continue
        for digest in state.keys() - manifest.keys():
            yield Fault("E050", f"versions.{name}.state.{digest}")
        used |= {digest.lower() for digest in state}
    for digest in manifest if whole else ():
        if digest.lower() not in used:
            yield Fault("E107", f"manifest.{digest}")
    for path in _strings(manifest.values()):
        if _content_fault(path, directories) is None and path.partition("/")[0] not in versions:
            yield Fault("E042", f"manifest.{path}")


def _is_created(value: object) -> bool:
    if not isinstance(value, str) or not CREATED.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _strings(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, list):
            yield from (item for item in value if isinstance(item, str))
