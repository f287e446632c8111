"""Holds: bans on destruction, each with its mandate, who set it and when. Any number may stand at once (¶34).

An open appeal is a hold that the case's record sets; two people lift it, nobody alone.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.recordings import Entry, Hold, Lifting, Register
from pipeline.domain.terms import add_years


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


def lift_appeal(register: Register, case: str, lifting: Lifting) -> Register:
    """The register without the ban of an appeal that no record has said the end of.

    Raises:
        NotFoundError: `appeal_unknown`, none stands.
    """
    hold = register.appeal(case)
    stood = tuple(e for e in register.entries if e.case == case and e.appeal_open)
    if hold is None and not stood:
        raise NotFoundError("appeal_unknown", case=case)
    return Register(
        tuple(replace(e, appeal_open=False) if e in stood else e for e in register.entries),
        tuple(replace(h, lifted=lifting) if h is hold else h for h in register.holds),
    )


def shorten(register: Register, recording: str) -> Register:
    """The register with a recording's term counted by what the sitting's record says now.

    Raises:
        NotFoundError: `recording_named`.
        RefusedError: `term_not_longer`, the record gives no day, or no earlier term than the register's.
    """
    entry = next((e for e in register.entries if e.stored is not None and e.stored.id == recording), None)
    if entry is None or entry.destroyed is not None:
        raise NotFoundError("recording_named", name=recording)
    term = None if entry.recorded_on is None else add_years(entry.recorded_on, entry.years)
    if term is None or entry.keep_until is None or term >= entry.keep_until:
        raise RefusedError("term_not_longer")
    shorter = replace(entry, counted_from=entry.recorded_on, keep_until=term)
    return replace(register, entries=tuple(shorter if e is entry else e for e in register.entries))


def _standing(register: Register, case: str, recording: str | None, mandate: str) -> tuple[Hold, ...]:
    return tuple(
        h
        for h in register.holds
        if h.lifted is None
        and h.appeal is None
        and (h.case, h.recording) == (case, recording)
        and _folded(h.mandate) == _folded(mandate)
    )


def _meant(hold: Hold, entry: Entry) -> bool:
    return hold.recording is None or (entry.stored is not None and hold.recording == entry.stored.id)


def _folded(mandate: str) -> str:
    return " ".join(mandate.split()).casefold()
