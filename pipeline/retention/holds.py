"""Holds: bans on destruction, each with its mandate, who set it and when. Any number may stand at once (¶34).

An open appeal is not among them: it follows from the case's record and holds by itself.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.recordings import Entry, Hold, Lifting, Register


def set_hold(register: Register, hold: Hold) -> Register:
    """The register with the hold; one of the same mandate that stands already stays as it is.

    Raises:
        RefusedError: `hold_without_mandate`; `hold_destroyed`, there is nothing left to hold.
    """
    if not _folded(hold.mandate):
        raise RefusedError("hold_without_mandate")
    if _standing(register, hold.case, hold.recording, hold.mandate):
        return register
    subject = [e for e in register.entries if e.case == hold.case and _meant(hold, e)]
    if subject and all(entry.destroyed is not None for entry in subject):
        raise RefusedError("hold_destroyed")
    return replace(register, holds=(*register.holds, hold))


def lift(register: Register, case: str, recording: str | None, mandate: str, lifting: Lifting) -> Register:
    """The register with the holds of that mandate lifted; what else holds stays.

    Raises:
        NotFoundError: `hold_unknown`, no such hold stands.
    """
    standing = _standing(register, case, recording, mandate)
    if not standing:
        raise NotFoundError("hold_unknown")
    return replace(
        register,
        holds=tuple(replace(h, lifted=lifting) if h in standing else h for h in register.holds),
    )


def _standing(register: Register, case: str, recording: str | None, mandate: str) -> tuple[Hold, ...]:
    return tuple(
        h
        for h in register.holds
        if h.lifted is None
        and (h.case, h.recording) == (case, recording)
        and _folded(h.mandate) == _folded(mandate)
    )


def _meant(hold: Hold, entry: Entry) -> bool:
    return hold.recording is None or (entry.stored is not None and hold.recording == entry.stored.id)


def _folded(mandate: str) -> str:
    return " ".join(mandate.split()).casefold()
