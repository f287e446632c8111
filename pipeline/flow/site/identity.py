"""A place of work knows itself: the same file lies in archive/, in state/ and in recordings/.

A folder without it is not mounted, emptied, or another's. Then nothing is read or written: what would be
filed into an empty mount point is out of sight as soon as the disk is there again, and keys or an audit chain
made anew beside an archive would silently replace the real ones.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.archive.ocfl.layout import IDENTITY_FILE
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.errors import MachineError
from pipeline.flow.site.places import Places
from pipeline.retention.vault import PLACE_FILE
from pipeline.system.files import atomic_write, make_folder, read_file, rename, sync_folder

FORMAT: Final = "jeke/place/1"
_INTENT: Final = f"{PLACE_FILE}.new"
_WORDS: Final = "Бұл файлды өшірмеңіз. Не удаляйте этот файл. Do not delete this file."


def require(places: Places) -> None:
    """Makes sure that archive/, state/ and recordings/ are there and belong together.

    A place of version 0.2.0 has no identity yet: there archive/ and state/ must both be filled, or neither.

    Raises:
        MachineError: `place_archive_lost`, `place_state_lost`, `place_recordings_lost`: that folder is empty
            or not mounted; `place_mismatch`: it is another place's, or its identity is damaged.
    """
    of_archive, of_state, of_recordings = map(_read, _files(places))
    if of_archive is None and of_state is None:
        _require_both_or_neither(places)
    elif of_state is None:
        if of_archive != _read(places.state / _INTENT):
            raise MachineError("place_state_lost", folder=str(places.state))
    elif of_archive is None:
        raise MachineError("place_archive_lost", folder=str(places.archive))
    elif of_archive != of_state or identity_of(of_state) is None:
        raise MachineError("place_mismatch", folder=str(places.archive), other=str(places.state))
    elif of_recordings is None:
        raise MachineError("place_recordings_lost", folder=str(places.recordings))
    elif of_recordings != of_state:
        raise MachineError("place_mismatch", folder=str(places.recordings), other=str(places.state))


def settle(places: Places, *, agent: str, at: datetime) -> bool:
    """Gives the place its identity where it has none yet, and says whether it did; `require` comes first.

    A kill leaves the intent in state/, and the next call goes on with it.

    Raises:
        MachineError: `audit_unwritable`, `place_unusable`.
    """
    if known(places) is not None:
        return False
    intent = _read(places.state / _INTENT)
    identity = intent if intent and identity_of(intent) else new()
    give(places, identity, agent=agent, at=at)
    return True


def give(places: Places, identity: bytes, *, agent: str, at: datetime) -> None:
    """Lays the identity down in all three folders; the one in state/ last.

    Raises:
        MachineError: `audit_unwritable`, `place_unusable`.
    """
    of_archive, of_state, of_recordings = _files(places)
    try:
        atomic_write(places.state / _INTENT, identity)
        AuditLog.open(places.audit).append(
            AuditEvent.PLACE,
            agent=agent,
            at=at,
            objects=tuple(objects_of(places)),
            detail={"place": identity_of(identity) or ""},
        )
        make_folder(of_archive.parent)
        sync_folder(of_archive.parent.parent)
        atomic_write(of_archive, identity)
        atomic_write(of_recordings, identity)
        rename(places.state / _INTENT, of_state)
        sync_folder(places.state)
    except OSError as error:
        raise MachineError("place_unusable", folder=str(places.state), reason=error.strerror or "") from error


def new() -> bytes:
    """The file of a place that has none yet."""
    return _content(str(uuid.uuid4()))


def known(places: Places) -> str | None:
    """The id of the place of work; None where it has none yet."""
    identity = _read(places.state / PLACE_FILE)
    return None if identity is None else identity_of(identity)


def identity_of(content: bytes) -> str | None:
    """The id that such a file names; None where the file is not as it was written."""
    try:
        found = str(json.loads(content)["place"])
    except (ValueError, KeyError, TypeError):
        return None
    return found if content == _content(found) else None


def objects_of(places: Places) -> Iterator[str]:
    """The ids of all that is filed in archive/; nothing where there is no such folder.

    Raises:
        MachineError: `archive-read`.
    """
    try:
        yield from StorageRoot(places.archive).object_ids()
    except FileNotFoundError:
        return
    except OSError as error:
        raise MachineError("archive-read", reason=error.strerror or "") from error


def _require_both_or_neither(places: Places) -> None:
    filed = next(objects_of(places), None) is not None
    events = {entry.event for entry in AuditLog.open(places.audit).entries()}
    if AuditEvent.PLACE in events and _read(places.state / _INTENT) is None:
        # It had one: somebody has removed it from all three folders.
        raise MachineError("place_mismatch", folder=str(places.archive), other=str(places.state))
    told = AuditEvent.FILING in events
    if filed and not told:
        raise MachineError("place_state_lost", folder=str(places.state))
    if told and not filed:
        raise MachineError("place_archive_lost", folder=str(places.archive))
    if any(_in(places.recording_keys)) and not any(_in(places.recordings)):
        raise MachineError("place_recordings_lost", folder=str(places.recordings))


def _files(places: Places) -> tuple[Path, Path, Path]:
    return places.archive / IDENTITY_FILE, places.state / PLACE_FILE, places.recordings / PLACE_FILE


def _in(folder: Path) -> tuple[Path, ...]:
    return tuple(folder.iterdir()) if folder.is_dir() else ()


def _read(path: Path) -> bytes | None:
    try:
        return read_file(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise MachineError("archive-read", reason=error.strerror or "") from error


def _content(place: str) -> bytes:
    return (
        json.dumps({"about": _WORDS, "format": FORMAT, "place": place}, ensure_ascii=False) + "\n"
    ).encode()
