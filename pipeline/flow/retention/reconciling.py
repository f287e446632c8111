"""The archive's registers against the store of recordings (`jeke retention reconcile`, `jeke verify`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.archive.audit.log import AuditLog
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.flow.retention.elsewhere import elsewhere
from pipeline.flow.site.places import Places
from pipeline.flow.site.write_lock import write_lock
from pipeline.retention.reconcile import Discrepancy, Known, Mismatch, digests_that_differ, reconcile
from pipeline.retention.run_log import interrupted
from pipeline.retention.vault import Vault


def check_recordings(
    places: Places, root: StorageRoot, index: Index, audit: AuditLog, *, full: bool
) -> Iterator[Mismatch]:
    """Everything that does not agree; `full` also reads every recording whole, as it lies there encrypted.

    Raises:
        MachineError: `recordings_unusable`, `turn_busy`; the index cannot be read.
        CorruptError: `run_log_unreadable`; an imported file does not verify.
    """
    vault = Vault.open(places.recordings, places.recording_keys)
    with write_lock(places.state):
        registers = tuple(index.registers().values())
        known = Known(interrupted(places.retention), elsewhere(root, audit))
        found = tuple(reconcile(registers, vault, known))
    yield from found
    if full:
        told = {mismatch.recording for mismatch in found if mismatch.code in _TELLS_OF_THE_FILE}
        yield from (m for m in digests_that_differ(registers, vault) if m.recording not in told)


_TELLS_OF_THE_FILE: Final = (Discrepancy.DIFFERS, Discrepancy.UNDER_WAY, Discrepancy.ELSEWHERE)
"""A key that opens nothing may be a damaged file's: then both are told."""
