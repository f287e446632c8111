"""Recordings that are registered in an imported personal file, and stayed with the archive it came from.

A bag brings the register and no recordings. What its register said when it arrived is the sender's: it
neither counts as lost here, nor does it speak for a recording that lies in this place's store.
"""

from __future__ import annotations

from pipeline.archive.audit.log import AuditEvent, AuditLog
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.content import RECORDINGS
from pipeline.archive.person.recordings_register import read_register
from pipeline.domain.errors import NotFoundError


def elsewhere(root: StorageRoot, audit: AuditLog) -> frozenset[tuple[str, str]]:
    """Case and recording of each; by the audit chain's `import` entries, which name object and version.

    Raises:
        CorruptError: something in an imported file does not verify or read.
        MachineError: `audit_unreadable`.
    """
    arrived = {
        (object_id, str(entry.detail["version"]))
        for entry in audit.entries()
        if entry.event == AuditEvent.IMPORT and "version" in entry.detail
        for object_id in entry.objects
    }
    return frozenset(
        pair for object_id, version in sorted(arrived) for pair in _named(root, object_id, version)
    )


def _named(root: StorageRoot, object_id: str, version: str) -> frozenset[tuple[str, str]]:
    filed = root.get(object_id)
    if filed is None:
        return frozenset()
    try:
        register = read_register(filed.read(RECORDINGS, version))
    except NotFoundError:  # the import was cut short, or the file has no register
        return frozenset()
    return frozenset((e.case, e.stored.id) for e in register.entries if e.stored is not None)
