"""Links, pipes, devices and the like in inbox/: answered once, never touched, opened or followed."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from pipeline.domain.errors import MachineError
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import free_name
from pipeline.intake.files import UnfitError, move_file, share
from pipeline.intake.inbox import REFUSED, Unsupported
from pipeline.intake.journal import Drop, Journal
from pipeline.intake.own_folder import NotOursError, own_folder
from pipeline.system.files import write_file

CLOSED_AGAIN: Final = timedelta(minutes=1)
"""Between two looks at a drop that is closed."""


def answer_unsupported(
    place: Workplace, journal: Journal, odd: Sequence[tuple[Path, Unsupported]]
) -> list[tuple[Path, Unsupported]]:
    """Lays a note into inbox/refused/ for each that has none yet, and tells which those are.

    The journal remembers them for as long as they lie there as they are.

    Raises:
        MachineError: `inbox_not_writable`, `journal_unusable`.
    """
    answered = journal.odd_answered()
    stamps = {path: f"{unsupported} {_stamp(path)}" for path, unsupported in odd}
    journal.odd_gone(answered.keys() - {path.name for path in stamps})
    new = [(path, unsupported) for path, unsupported in odd if answered.get(path.name) != stamps[path]]
    for path, unsupported in new:
        _note(place, path, unsupported)
        journal.odd(path.name, stamps[path])
    return new


def answer_closed(place: Workplace, journal: Journal, drop: Drop, lies_in: Path) -> MachineError | None:
    """A drop that its owner has closed to the service is told of: once in inbox/refused/, and in the journal.

    Gives what to tell the administrator, where that is news.

    Raises:
        MachineError: `inbox_not_writable`, `journal_unusable`.
    """
    error = MachineError("drop_closed", folder=str(lies_in))
    news = drop.detail.get("error") != error.code
    if news:
        _lay(place, drop.name, place.speaker.closed(drop.name, str(lies_in), place.today))
    journal.retry(drop.id, place.clock() + CLOSED_AGAIN, {**error.params, "error": error.code})
    return error if news else None


def _note(place: Workplace, path: Path, unsupported: Unsupported) -> None:
    _lay(place, path.name, place.speaker.odd(path.name, unsupported, place.today))


def _lay(place: Workplace, name: str, words: str) -> None:
    refused = place.places.inbox / REFUSED
    try:
        with own_folder(refused) as folder:
            part = folder / f".{uuid.uuid4().hex}"
            write_file(part, words.encode())
            share(part, folder)
            move_file(part, free_name(folder, place.clock(), name, ending=".txt"))
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
