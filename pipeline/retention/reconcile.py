"""The registers against the store of recordings, both ways. It looks and tells; it never mends.

What is registered must lie there whole and readable; what lies there must be registered; what an act declares
destroyed must be gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from pipeline.domain.recordings import Entry, Register
from pipeline.retention.keys import KeyState
from pipeline.retention.vault import FACTS, Vault


class Discrepancy(StrEnum):
    """What does not agree."""

    FILE_MISSING = "file_missing"
    KEY_MISSING = "key_missing"
    KEY_DAMAGED = "key_damaged"
    KEY_FOREIGN = "key_foreign"
    FACTS_MISSING = "facts_missing"
    DIFFERS = "differs"
    """Size or SHA-256 of the encrypted file, or what the store says of the recording."""
    NOT_REGISTERED = "not_registered"
    REMAINS = "remains"
    """Something of a recording that an act declares destroyed."""
    STRANGER = "stranger"
    """A file in recordings/ that the store did not make."""
    UNDER_WAY = "under_way"
    """Its destruction was begun and is not ended: the run is to be resumed. `where` is the plan."""
    ELSEWHERE = "elsewhere"
    """It came registered in another archive's personal file, and stayed with the sender."""

    @property
    def fault(self) -> bool:
        """Whether something is wrong; a recording that stayed with its sender is as it should be."""
        return self is not Discrepancy.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that does not agree. `recording` is its name in the store, `where` a file or a case."""

    code: Discrepancy
    recording: str
    where: str


@dataclass(frozen=True, slots=True)
class Known:
    """What else is known of recordings: the plan of an interrupted run by recording, and what is elsewhere.

    `elsewhere`: case and recording of what came with another archive's personal file.
    """

    under_way: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[tuple[str, str]] = frozenset()


def reconcile(registers: Iterable[Register], vault: Vault, known: Known) -> Iterator[Mismatch]:
    """Everything that can be told without reading the recordings themselves.

    One being stored at this moment is left out; whoever asks holds the write lock, so that none is stored and
    not yet registered.

    Raises:
        MachineError: `recordings_unusable`.
    """
    named: dict[str, list[Entry]] = {}
    for entry in (e for register in registers for e in register.entries):
        if entry.stored is not None:
            named.setdefault(entry.stored.id, []).append(entry)
    for recording, entries in sorted(named.items()):
        yield from _named(recording, entries, vault, known)
    under_way = vault.under_way()
    for recording in vault.ids():
        if recording not in named and recording not in under_way:
            names = [path.name for path in vault.traces(recording)] or [recording]
            yield from (Mismatch(Discrepancy.NOT_REGISTERED, recording, name) for name in names)
    for path in vault.strangers():
        yield Mismatch(Discrepancy.STRANGER, "", path.name)


def _named(recording: str, entries: Iterable[Entry], vault: Vault, known: Known) -> Iterator[Mismatch]:
    """A recording under way of destruction is neither lost nor a remainder, however much of it is gone."""
    plan = known.under_way.get(recording)
    if plan is not None:
        yield Mismatch(Discrepancy.UNDER_WAY, recording, plan)
        return
    facts = vault.get(recording)
    for entry in entries:
        came_along = (entry.case, recording) in known.elsewhere
        if came_along and (facts is None or facts.key != entry.key):
            yield Mismatch(Discrepancy.ELSEWHERE, recording, entry.case)
        else:
            yield from _registered(recording, entry, vault)


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
    facts = vault.get(recording)
    if facts is not None and facts.key != entry.key:
        yield Mismatch(Discrepancy.DIFFERS, recording, entry.case)
        return
    if entry.destroyed is not None:
        names = [path.name for path in vault.traces(recording)]
        names += [f"{recording}{FACTS}"] if facts else []
        yield from (Mismatch(Discrepancy.REMAINS, recording, name) for name in names)
        return
    if facts is None:
        yield Mismatch(Discrepancy.FACTS_MISSING, recording, entry.case)
    elif (facts.sha256, facts.sealed_sha256) != (stored.sha256, stored.sealed_sha256):
        yield Mismatch(Discrepancy.DIFFERS, recording, entry.case)
    if (fault := _KEY_FAULTS.get(vault.key_state(recording))) is not None:
        yield Mismatch(fault, recording, entry.case)
    if not vault.has_file(recording):
        yield Mismatch(Discrepancy.FILE_MISSING, recording, entry.case)
    elif vault.sealed_size(recording) != stored.sealed_size:
        yield Mismatch(Discrepancy.DIFFERS, recording, entry.case)


_KEY_FAULTS: Final = {
    KeyState.MISSING: Discrepancy.KEY_MISSING,
    KeyState.DAMAGED: Discrepancy.KEY_DAMAGED,
    KeyState.FOREIGN: Discrepancy.KEY_FOREIGN,
}
