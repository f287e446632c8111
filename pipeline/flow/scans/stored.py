"""The scans of which something is asked, where they lie, and how many they are; no paper is opened for it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pipeline.domain.errors import NotFoundError
from pipeline.flow.scans.state import ScanState, all_open
from pipeline.flow.site.places import Places
from pipeline.intake.inbox import REFUSED
from pipeline.intake.journal import Journal, is_begun


def open_scans(places: Places, journal: Journal) -> tuple[tuple[ScanState, Path], ...]:
    """The scans of which something is asked, and where each lies.

    One that people have taken out of inbox/refused/ is done with; dropped again, it is asked about again.

    Raises:
        MachineError: the machine is at fault.
    """
    lying = ((state, lies(places, journal, state)) for state in all_open(places.scans))
    return tuple((state, path) for state, path in lying if path is not None)


def scans_waiting(places: Places) -> int:
    """How many scans a person is to look at; nothing is made or changed.

    Raises:
        MachineError: the machine is at fault.
    """
    if not is_begun(places.journal):
        return 0
    with Journal.open_to_read(places.journal) as journal:
        return len(open_scans(places, journal))


def given_back_to(journal: Journal, state: ScanState) -> str:
    """The folder in inbox/ that the scan was given back into; empty where the journal knows of none."""
    with suppress(NotFoundError):
        return journal.drop(state.drop).back_to or ""
    return ""


def lies(places: Places, journal: Journal, state: ScanState) -> Path | None:
    """The scan in the folder it was given back into, if it is still there."""
    back_to = given_back_to(journal, state)
    path = places.inbox / back_to / state.name
    return path if back_to.startswith(f"{REFUSED}/") and path.is_file() else None
