"""Files in inbox/refused/ that are done with: their records were accepted since, out of mended files.

Each moves to `inbox/refused/<day>/`, the day on which the last of its records was accepted, and is deleted
after the days that `intake.mended_days` gives, by a clock that can be believed. What people changed, and what
nothing is known of, stays.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path, PurePath

from pipeline.archive.audit.log import SERVICE, AuditEvent
from pipeline.domain.errors import MachineError
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.files import UnfitError, fingerprint, make_folder, rename_new
from pipeline.intake.inbox import REFUSED
from pipeline.intake.journal import Journal, Mended
from pipeline.intake.not_ours import is_nobodys
from pipeline.intake.own_folder import NotOursError, own_folder
from pipeline.intake.sentinel import require_marked
from pipeline.system.files import sync_folder

log = logging.getLogger(__name__)


def age_mended(place: Workplace, journal: Journal, believed: Callable[[], bool]) -> None:
    """Moves what is done with, and deletes what has lain so for its days; killed anywhere, it goes on.

    `believed`: whether days can be counted by the clock; asked only where something is to be deleted.

    Raises:
        MachineError: `inbox_unmarked`, `inbox_not_writable`, `folder_squatted`; the journal or the chain
            cannot be written. The next start, or the next file that is accepted, goes on.
    """
    mended = journal.mended_drops()
    if not mended:
        return
    require_marked(place.places.inbox)
    folder = place.places.inbox / REFUSED
    try:
        with own_folder(folder, make=False) as refused:
            for drop in mended:
                _age(place, journal, refused, drop, believed)
    except FileNotFoundError:
        return
    except (NotOursError, UnfitError) as error:
        raise MachineError("folder_squatted", folder=str(folder)) from error
    except OSError as error:
        raise MachineError("inbox_not_writable", reason=error.strerror or "") from error


def _age(
    place: Workplace, journal: Journal, refused: Path, drop: Mended, believed: Callable[[], bool]
) -> None:
    day, name = drop.on.isoformat(), PurePath(drop.back_to).name
    first, last = refused / name, refused / day / name
    lying = next((path for path in (first, last) if os.path.lexists(path)), None)
    if lying is None or not _is_as_given_back(lying, drop):
        journal.let_be(drop.id)
        return
    if lying == first:
        journal.moves(drop.id, f"{REFUSED}/{day}/{name}")
        make_folder(last.parent)
        rename_new(first, last)
        sync_folder(last.parent)
        sync_folder(refused)
    if drop.on + timedelta(days=place.mended_days) < place.today and believed():
        _delete(place, journal, last, drop)


def _is_as_given_back(folder: Path, drop: Mended) -> bool:
    """Nothing lies there but what was given back, if not all of it any more: people may take files out."""
    try:
        lying = [path for path in folder.iterdir() if not is_nobodys(path.name)]
        return all(fingerprint(path)[0] == drop.files.get(path.name) for path in lying)
    except (UnfitError, NotADirectoryError, PermissionError):
        return False


def _delete(place: Workplace, journal: Journal, folder: Path, drop: Mended) -> None:
    detail = {"drop": drop.id, "sha256": drop.sha256, "accepted": drop.on.isoformat()}
    place.audit.append(AuditEvent.DISCARD, agent=SERVICE, at=place.clock(), objects=(), detail=detail)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    if not any(folder.parent.iterdir()):
        folder.parent.rmdir()
    sync_folder(folder.parent.parent)
    journal.discarded(drop.id)
    log.info("refused_deleted", extra={"values": {"drop": drop.id, "on": drop.on}})
