"""The archive's registers against the store of recordings (`jeke retention reconcile`, `jeke verify`)."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.archive.index import Index
from pipeline.flow.places import Places
from pipeline.flow.turn import turn
from pipeline.retention.reconcile import Mismatch, digests_that_differ, reconcile
from pipeline.retention.vault import Vault


def check_recordings(places: Places, index: Index, *, full: bool) -> Iterator[Mismatch]:
    """Everything that does not agree; `full` also reads every recording whole, as it lies there encrypted.

    Raises:
        MachineError: `recordings_unusable`, `turn_busy`; the index cannot be read.
    """
    vault = Vault.open(places.recordings, places.recording_keys)
    with turn(places.state):
        registers = tuple(index.registers().values())
        found = tuple(reconcile(registers, vault))
    yield from found
    if full:
        told = {mismatch.recording for mismatch in found}
        yield from (m for m in digests_that_differ(registers, vault) if m.recording not in told)
