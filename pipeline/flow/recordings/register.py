"""A stored recording entered in the register of its personal file (¶29)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.archive.person.content import RECORDINGS
from pipeline.archive.person.recordings_register import register_yaml
from pipeline.domain.errors import CorruptError
from pipeline.domain.recordings import Entry, Register, Storing
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.versions import Act, file_version
from pipeline.flow.site.workplace import Workplace
from pipeline.retention.vault import Stored


def enter(place: Workplace, object_id: str, stored: Stored, touch: Callable[[str], None]) -> Entry:
    """Files that the recording is stored, as a new version of the personal file; once more changes nothing.

    Raises:
        CorruptError: `recording_not_named`, the register does not know of it; or it does not read.
        MachineError: the machine is at fault.
    """
    register = registered(place.root.get(object_id))
    before = next((e for e in register.entries if e.key == stored.key), None)
    if before is None:
        raise CorruptError("recording_not_named", id=stored.id)
    entry = replace(before, stored=_storing(stored))
    if entry != before:
        entries = tuple(entry if e is before else e for e in register.entries)
        touch(object_id)
        act = Act("recording stored", detail={"recording": stored.id})
        data = register_yaml(Register(entries, register.holds))
        file_version(place, object_id, {RECORDINGS: data}, act)
    return entry


def _storing(stored: Stored) -> Storing:
    return Storing(
        id=stored.id,
        sha256=stored.sha256,
        size=stored.size,
        sealed_sha256=stored.sealed_sha256,
        sealed_size=stored.sealed_size,
        seconds=stored.seconds,
        stored_at=stored.stored_at,
    )
