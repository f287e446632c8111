"""The registers against the store of recordings, both ways. It looks and tells; it never mends.

What is registered must lie there whole and readable; what lies there must be registered; what an act declares
destroyed must be gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.recordings import Entry, Register
from pipeline.retention.vault import FACTS, Vault


class Discrepancy(StrEnum):
    """What does not agree."""

    FILE_MISSING = "file_missing"
    KEY_MISSING = "key_missing"
    FACTS_MISSING = "facts_missing"
    DIFFERS = "differs"
    """Size or SHA-256 of the encrypted file, or what the store says of the recording."""
    NOT_REGISTERED = "not_registered"
    REMAINS = "remains"
    """Something of a recording that an act declares destroyed."""
    STRANGER = "stranger"
    """A file in recordings/ that the store did not make."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that does not agree. `recording` is its name in the store, `where` a file or a case."""

    code: Discrepancy
    recording: str
    where: str


def reconcile(registers: Iterable[Register], vault: Vault) -> Iterator[Mismatch]:
    """Everything that can be told without reading the recordings themselves.

    One being stored at this moment is left out; whoever asks takes a turn, so that none is stored and not yet
    registered.

    Raises:
        MachineError: `recordings_unusable`.
    """
    entries = {e.stored.id: e for register in registers for e in register.entries if e.stored is not None}
    for recording, entry in sorted(entries.items()):
        yield from _registered(recording, entry, vault)
    under_way = vault.under_way()
    for recording in vault.ids():
        if recording not in entries and recording not in under_way:
            names = [path.name for path in vault.traces(recording)] or [recording]
            yield from (Mismatch(Discrepancy.NOT_REGISTERED, recording, name) for name in names)
    for path in vault.strangers():
        yield Mismatch(Discrepancy.STRANGER, "", path.name)


def digests_that_differ(registers: Iterable[Register], vault: Vault) -> Iterator[Mismatch]:
    """Every encrypted file read whole: those that are not as they were stored.

    Raises:
        MachineError: `recordings_unusable`.
    """
    for register in registers:
        for entry in register.entries:
            if entry.stored is None or entry.destroyed is not None:
                continue
            found = vault.sealed_sum(entry.stored.id)
            if found is not None and found.sha256 != entry.stored.sealed_sha256:
                yield Mismatch(Discrepancy.DIFFERS, entry.stored.id, entry.case)


def _registered(recording: str, entry: Entry, vault: Vault) -> Iterator[Mismatch]:
    stored = entry.stored
    assert stored is not None  # noqa: S101  # only such are asked about
    if entry.destroyed is not None:
        names = [path.name for path in vault.traces(recording)]
        names += [f"{recording}{FACTS}"] if vault.get(recording) else []
        yield from (Mismatch(Discrepancy.REMAINS, recording, name) for name in names)
        return
    facts = vault.get(recording)
    if facts is None:
        yield Mismatch(Discrepancy.FACTS_MISSING, recording, entry.case)
    elif (facts.sha256, facts.sealed_sha256) != (stored.sha256, stored.sealed_sha256):
        yield Mismatch(Discrepancy.DIFFERS, recording, entry.case)
    if not vault.has_key(recording):
        yield Mismatch(Discrepancy.KEY_MISSING, recording, entry.case)
    if not vault.has_file(recording):
        yield Mismatch(Discrepancy.FILE_MISSING, recording, entry.case)
    elif vault.sealed_size(recording) != stored.sealed_size:
        yield Mismatch(Discrepancy.DIFFERS, recording, entry.case)
