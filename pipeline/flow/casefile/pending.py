"""The version that is being filed: noted before the audit chain is told of it, until it is on the disk.

The chain's entry comes before the version. So where an object is not as new as the chain says, this note
tells a kill in between from a loss. Whoever files next writes down in the chain what was not done.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.archive.audit.log import SERVICE, AuditEvent, AuditLog
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import CorruptError, MachineError
from pipeline.system.files import read_file, write_over

PENDING: Final = "filing"


@dataclass(frozen=True, slots=True)
class Pending:
    """An object and the number of the version that is to be its newest."""

    object_id: str
    version: int


@contextmanager
def filing(state: Path, object_id: str, version: str) -> Iterator[None]:
    """Around the entry in the chain and the version itself; the note stays where the block fails.

    Raises:
        MachineError: `state_unusable`.
    """
    _note(state, f"{object_id} {version}\n")
    yield
    _note(state, "")


def settle(state: Path, root: StorageRoot, log: AuditLog, at: datetime) -> None:
    """Tells the chain of what was announced and not done, if a kill or a fault left such a note.

    Raises:
        MachineError: `audit_unwritable`, `audit_unreadable`, `state_unusable`.
    """
    left = pending(state)
    if left is None:
        return
    if _is_lacking(root, left) and _announced(log, left):
        log.append(
            AuditEvent.NOT_DONE,
            agent=SERVICE,
            at=at,
            objects=[left.object_id],
            detail={"version": f"v{left.version}"},
        )
    _note(state, "")


def pending(state: Path) -> Pending | None:
    """What is being filed, or was when a kill came. A note cut short says nothing: nor does the chain yet.

    Raises:
        MachineError: `state_unusable`.
    """
    try:
        words = read_file(state / PENDING).decode().partition("\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MachineError("state_unusable", reason=error.strerror or "") from error
    object_id, _, version = words[0].rpartition(" v")
    return Pending(object_id, int(version)) if words[1] and version.isdecimal() else None


def _is_lacking(root: StorageRoot, left: Pending) -> bool:
    """An object that does not verify is left to `jeke verify`, which names it."""
    try:
        filed = root.get(left.object_id)
    except CorruptError:
        return False
    return filed is None or int(filed.head[1:]) < left.version


def _announced(log: AuditLog, left: Pending) -> bool:
    """Whether the last the chain says of the object is that this version is coming."""
    said = [e for e in log.entries(objects=[left.object_id]) if e.detail.get("version") == f"v{left.version}"]
    return bool(said) and said[-1].event != AuditEvent.NOT_DONE


def _note(state: Path, text: str) -> None:
    try:
        # An empty one needs no sync: an old one left by a power cut does no harm, the version is there.
        write_over(state / PENDING, text.encode(), sync=bool(text))
    except OSError as error:
        raise MachineError("state_unusable", reason=error.strerror or "") from error
