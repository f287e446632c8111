"""Listening to a recording: who may, until when, and what is told of it (¶29)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.archive.audit.log import AuditEvent
from pipeline.domain.errors import MachineError, NotFoundError, RefusedError
from pipeline.domain.recordings import Entry, Register
from pipeline.flow.casefile.registered import registered
from pipeline.flow.site.workplace import Workplace
from pipeline.retention.plan import keep_until
from pipeline.retention.sealing import Nowhere
from pipeline.retention.vault import Stored
from pipeline.system.files import SECRET_MODE, new_file_once_whole


@dataclass(frozen=True, slots=True)
class Listener:
    """Who asks: the login they came by, the audit chain's agent, whether it is the service's user.

    The service's rights are not its identity: who took them on by sudo is asked for by their own name.
    """

    name: str
    agent: str
    is_service: bool


def take_out(place: Workplace, recording_id: str, out: Path | BinaryIO, listener: Listener) -> Stored:
    """Decrypts a recording for its listener; told to the audit chain, and so is a refusal.

    Into a file of its owner's alone, or into an open stream: that gets its first byte once all of the
    recording has been decrypted and compared.

    Raises:
        RefusedError: `not_a_listener`, `recording_expired`, `recording_destroyed`, `file_exists`.
        NotFoundError: `recording_unknown`.
        CorruptError: it does not verify; nothing was written.
        MachineError: `file_unwritable`; the machine is at fault.
    """
    object_id = place.index.object_of_recording(recording_id)
    if object_id is None:
        raise NotFoundError("recording_unknown", id=recording_id)

    def tell(event: str) -> None:
        place.audit.append(
            event,
            agent=listener.agent,
            at=place.clock(),
            objects=[object_id],
            detail={"recording": recording_id},
        )

    try:
        _may(place, listener)
        register = registered(place.root.get(object_id))
        entry = next(e for e in register.entries if e.stored is not None and e.stored.id == recording_id)
        _still(place, register, entry)
    except RefusedError:
        tell(AuditEvent.REFUSED)
        raise
    try:
        if not isinstance(out, Path):
            place.vault.read_into(recording_id, Nowhere())
            tell(AuditEvent.TAKE_OUT)
            return place.vault.read_into(recording_id, out)
        with new_file_once_whole(out, SECRET_MODE) as file:
            stored = place.vault.read_into(recording_id, file)
            tell(AuditEvent.TAKE_OUT)
    except FileExistsError as error:
        raise RefusedError("file_exists", file=str(out)) from error
    except OSError as error:
        name = str(out) if isinstance(out, Path) else "-"
        raise MachineError("file_unwritable", file=name, reason=error.strerror or "") from error
    return stored


def _may(place: Workplace, listener: Listener) -> None:
    listeners = place.recordings.listeners
    if not (listener.name in listeners if listeners else listener.is_service):
        raise RefusedError("not_a_listener", user=listener.name)


def _still(place: Workplace, register: Register, entry: Entry) -> None:
    """Past its term a recording is only kept to be destroyed, unless somebody holds it."""
    if entry.destroyed is not None:
        raise RefusedError("recording_destroyed", name=entry.file or "", act=entry.destroyed.act)
    until, _ = keep_until(entry, place.readings.recording_retention_years)
    held = entry.appeal_open or bool(register.bars(entry))
    if until is not None and place.today > until and not held:
        raise RefusedError("recording_expired", until=f"{until:%d.%m.%Y}")
