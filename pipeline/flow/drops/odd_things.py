"""Links, pipes, devices and the like in inbox/: answered once, never touched, opened or followed."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from pathlib import Path

from pipeline.domain.errors import MachineError
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import free_name
from pipeline.intake.files import UnfitError, move_file, share
from pipeline.intake.inbox import REFUSED, Oddity
from pipeline.intake.journal import Journal
from pipeline.intake.own_folder import NotOursError, own_folder
from pipeline.system.files import write_file


def answer_odd(
    place: Workplace, journal: Journal, odd: Sequence[tuple[Path, Oddity]]
) -> list[tuple[Path, Oddity]]:
    """Lays a note into inbox/refused/ for each that has none yet, and tells which those are.

    The journal remembers them for as long as they lie there as they are.

    Raises:
        MachineError: `inbox_not_writable`, `journal_unusable`.
    """
    answered = journal.odd_answered()
    stamps = {path: f"{oddity} {_stamp(path)}" for path, oddity in odd}
    journal.odd_gone(answered.keys() - {path.name for path in stamps})
    new = [(path, oddity) for path, oddity in odd if answered.get(path.name) != stamps[path]]
    for path, oddity in new:
        _note(place, path, oddity)
        journal.odd(path.name, stamps[path])
    return new


def _note(place: Workplace, path: Path, oddity: Oddity) -> None:
    words = place.speaker.odd(path.name, oddity, place.today)
    refused = place.places.inbox / REFUSED
    try:
        with own_folder(refused) as folder:
            part = folder / f".{uuid.uuid4().hex}"
            write_file(part, words.encode())
            share(part, folder)
            move_file(part, free_name(folder, place.clock(), path.name, ending=".txt"))
    except (NotOursError, UnfitError) as error:
        raise MachineError("folder_squatted", folder=str(refused)) from error
    except OSError as error:
        raise MachineError("inbox_not_writable", reason=error.strerror or "") from error


def _stamp(path: Path) -> str:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return "gone"
    return f"{found.st_ino} {found.st_ctime_ns}"
