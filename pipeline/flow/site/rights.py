"""Who may touch what in a place of work: what is kept is closed to all but the service and its group."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError
from pipeline.flow.site.places import Places
from pipeline.intake.own_folder import is_own_folder

OTHERS: Final = 0o007
ANYBODY_ELSE: Final = 0o077
UMASK: Final = 0o027
"""Files 0640, folders 0750; keys are made 0600 where they are made."""
_KEYS: Final = ("*.key", "*.p12", "*.pem", "*.age")


@contextmanager
def closed_umask() -> Iterator[None]:
    """Whatever is made within is closed to others."""
    before = os.umask(UMASK)
    try:
        yield
    finally:
        os.umask(before)


def kept(places: Places) -> tuple[Path, ...]:
    """The folders whose content is nobody else's business."""
    return places.archive, places.state, places.recordings


def open_to_others(places: Places) -> tuple[Path, ...]:
    """Those of the kept folders that any user of this machine may read, change or enter."""
    return tuple(folder for folder in kept(places) if folder.is_dir() and _mode(folder) & OTHERS)


def require_closed(places: Places) -> None:
    """Stops whoever is about to write.

    Raises:
        MachineError: `place_open`, with the mend.
    """
    if exposed := open_to_others(places):
        raise MachineError("place_open", folders=" ".join(f"'{folder}'" for folder in exposed))


def close(places: Places) -> tuple[Path, ...]:
    """Closes the kept folders that were open to others, and tells which.

    Raises:
        OSError: a folder is another owner's.
    """
    exposed = open_to_others(places)
    for folder in exposed:
        folder.chmod(_mode(folder) & ~OTHERS)
    return exposed


def open_keys(places: Places, *more: Path) -> tuple[Path, ...]:
    """Keys in state/, and those named, that anybody but their owner may read."""
    found = (path for pattern in _KEYS for path in places.state.rglob(pattern))
    there = sorted({path for path in (*found, *more) if path.is_file()})
    return tuple(path for path in there if _mode(path) & ANYBODY_ELSE)


def foreign(places: Places) -> tuple[Path, ...]:
    """Kept folders that belong to another user than the one at work; root may work anywhere."""
    us = os.geteuid()
    return tuple(folder for folder in kept(places) if us and folder.is_dir() and folder.stat().st_uid != us)


def squatted(places: Places) -> tuple[Path, ...]:
    """Folders to give back into that a stranger has made, or into which others may write."""
    return tuple(
        folder for folder in places.returned if os.path.lexists(folder) and not is_own_folder(folder)
    )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
