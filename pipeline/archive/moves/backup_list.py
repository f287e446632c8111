"""What a place of work held at one time: the list of a backup, as it is written and read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pipeline.archive.ocfl.inventory import INVENTORY, logical_path
from pipeline.archive.ocfl.layout import object_id_at, object_path
from pipeline.domain.errors import CorruptError

FORMAT: Final = "jeke/backup/1"
ARCHIVE: Final = "archive/"
_LINE = re.compile(r"([0-9a-f]{128})  (.+)\n")


@dataclass(frozen=True, slots=True)
class Kept:
    """One file at the time of a backup; `mode` are its permissions, `mtime` is in nanoseconds."""

    sha512: str
    size: int
    mtime: int
    mode: int


@dataclass(frozen=True, slots=True)
class BackupList:
    """What the place held at one time. `objects` is object id → SHA-512 of its inventory then."""

    name: str
    at: datetime
    files: Mapping[str, Kept]
    objects: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    audit_head: str = ""
    number: int = 0


@dataclass(slots=True)
class Taken:
    """What a backup is gathering."""

    files: dict[str, Kept] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    copied: int = 0
    copied_size: int = 0
    versions: int = 0


def written(made: BackupList) -> tuple[bytes, bytes]:
    """The list in the form that `sha512sum -c` reads, and the facts about it in JSON."""
    lines = [f"{kept.sha512}  {path}\n" for path, kept in sorted(made.files.items())]
    lines += sorted(f"{digest}  {_line_path(object_id)}\n" for object_id, digest in made.objects.items())
    listed = "".join(lines).encode()
    about = {
        "format": FORMAT,
        "at": made.at.isoformat(timespec="seconds"),
        "objects": len(made.objects),
        "list_sha512": hashlib.sha512(listed).hexdigest(),
        "audit_head": made.audit_head,
        "number": made.number,
        "left_out": list(made.left_out),
        "damaged": list(made.damaged),
        "missing": list(made.missing),
        "files": {path: [k.size, k.mtime, k.mode] for path, k in sorted(made.files.items())},
    }
    return listed, (json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode()


def parsed(name: str, listed: bytes, facts: bytes) -> BackupList:
    """The reverse of `written`.

    Raises:
        CorruptError: `backup_list`, it is not as it was written, or a path in it leads out of the place.
    """
    try:
        about = json.loads(facts)
        if about["format"] != FORMAT or about["list_sha512"] != hashlib.sha512(listed).hexdigest():
            raise CorruptError("backup_list", name=name)
        digests = {logical_path(path): digest for digest, path in _LINE.findall(listed.decode())}
        files = {path: Kept(digests.pop(path), *seen) for path, seen in about["files"].items()}
        return BackupList(
            name=name,
            at=datetime.fromisoformat(about["at"]),
            files=files,
            objects={_object_of(path): digest for path, digest in digests.items()},
            left_out=tuple(about["left_out"]),
            damaged=tuple(about["damaged"]),
            missing=tuple(about.get("missing", ())),  # version 0.2.0 did not know
            audit_head=about["audit_head"],
            number=about.get("number", 0),  # nor did 0.3.0
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CorruptError("backup_list", name=name) from error


def _line_path(object_id: str) -> str:
    return f"{ARCHIVE}{object_path(object_id)}/{INVENTORY}"


def _object_of(path: str) -> str:
    found = object_id_at(path.removeprefix(ARCHIVE).removesuffix(f"/{INVENTORY}"))
    if found is None:
        raise ValueError(path)
    return found
