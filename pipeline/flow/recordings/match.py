"""Whose interview a dropped recording is of: by its file's name, never by a guess (¶29)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.recordings import Entry, fold_file
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.registered import registered
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed


class WaitReason(StrEnum):
    """Why a recording cannot be stored yet; it stays claimed."""

    UNMATCHED = "unmatched"
    """No sitting's record names a file of that name."""
    AMBIGUOUS = "ambiguous"
    """Several interviews wait for a file of that name, and no SHA-256 tells which."""
    NO_CASE = "no_case"
    """The sitting's record names it, and the case it is of has not been dropped yet."""


@dataclass(frozen=True, slots=True)
class Interview:
    """One recording of an interview as a register names it, and the object that register stands in."""

    object_id: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Matching:
    """The interviews whose records name such a file: those that wait for it, and those that have theirs.

    `homeless` counts those whose case is not filed.
    """

    waiting: tuple[Interview, ...]
    settled: tuple[Interview, ...]
    homeless: int

    def of(self, claimed: Claimed) -> Interview | WaitReason | None:
        """The one interview the file is of, or why there is none yet; None where every one has its recording.

        Two that wait for the same name are told apart by the SHA-256 that a record declares, or not at all.
        """
        declared = tuple(p for p in self.waiting if p.entry.declared_sha256 == claimed.sha256)
        fitting = declared or self.waiting
        if len(fitting) == 1 and (declared or not self.homeless):
            return fitting[0]
        if fitting:
            return WaitReason.AMBIGUOUS
        if self.homeless:
            return WaitReason.NO_CASE
        return None if self.settled else WaitReason.UNMATCHED


def matching(place: Workplace, name: str) -> Matching:
    """What the filed records say of a file of that name.

    Raises:
        JekeError: the archive cannot be read.
    """
    waiting: list[Interview] = []
    settled: list[Interview] = []
    homeless = 0
    for sitting, case_id in place.index.interviews(name):
        object_id = place.index.object_of(Ref(Kind.CASE, case_id))
        if object_id is None:
            homeless += 1
            continue
        key = case_id, sitting, fold_file(name)
        entry = next((e for e in registered(place.root.get(object_id)).entries if e.key == key), None)
        if entry is None:
            homeless += 1
        elif entry.stored is None and entry.destroyed is None:
            waiting.append(Interview(object_id, entry))
        else:
            settled.append(Interview(object_id, entry))
    return Matching(tuple(waiting), tuple(settled), homeless)
