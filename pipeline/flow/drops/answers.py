"""The answers to a drop, wherever they lie: beside what was given back, in outbox/ with its records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.archive.index.locations import Index
from pipeline.archive.index.scope import Scope, sees
from pipeline.flow.ingest.outbox import ANSWER, folder_name
from pipeline.flow.recordings.waiting import FOLDER
from pipeline.flow.site.places import Places
from pipeline.intake.files import UnfitError, opened
from pipeline.intake.inbox import REFUSED
from pipeline.intake.journal import Drop, DropState, Journal, is_begun
from pipeline.intake.kinds import DropKind, kind_of

MOST: Final = 50
"""Answers of one drop that are given: a file may hold some thousand records."""
_LARGEST: Final = 2**20
_LARGEST_TO_EDIT: Final = 2**20


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What was laid into inbox/: under which name, which bytes, and when."""

    laid_as: str
    sha256: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Became:
    """What became of it: the drop that it was claimed as, if it was; whether it lies in inbox/ still."""

    drop: Drop | None
    lies: bool


def became(places: Places, handed_in: Iterable[HandedIn]) -> tuple[Became, ...]:
    """Of each, in the same order.

    Raises:
        MachineError: the journal cannot be read.
    """
    if not is_begun(places.journal):
        return tuple(Became(None, _lies(places, each)) for each in handed_in)
    with Journal.open_to_read(places.journal) as journal:
        return tuple(_became(places, journal, each) for each in handed_in)


def answers_to(places: Places, index: Index, scope: Scope, drop: Drop, objects: Iterable[str]) -> list[str]:
    """The texts of the answers that tell of this very drop; an answer that a later drop replaced is gone.

    `objects` are those that the drop changed. Records outside the scope are left out.
    """
    found = []
    for path in _may_lie(places, index, scope, drop, objects):
        text = _text(path, _LARGEST)
        if text is not None and (drop.back_to or f"SHA-256: {drop.sha256}" in text.splitlines()):
            found.append(text)
            if len(found) == MOST:
                break
    return found


def refused_text(places: Places, drop: Drop) -> str | None:
    """The text of a refused file of records, to be put right by hand; None where it is none, or is gone."""
    refused = drop.state is DropState.REFUSED and (drop.back_to or "").startswith(f"{REFUSED}/")
    if not refused or kind_of(drop.name) is not DropKind.RECORDS:
        return None
    return _text(places.inbox / (drop.back_to or "") / drop.name, _LARGEST_TO_EDIT)


def _became(places: Places, journal: Journal, handed_in: HandedIn) -> Became:
    drop = journal.dropped_as(handed_in.laid_as, handed_in.sha256, handed_in.at)
    return Became(drop, drop is None and _lies(places, handed_in))


def _lies(places: Places, handed_in: HandedIn) -> bool:
    try:
        (places.inbox / handed_in.laid_as).lstat()
    except OSError:
        return False
    return True


def _may_lie(
    places: Places, index: Index, scope: Scope, drop: Drop, objects: Iterable[str]
) -> Iterator[Path]:
    if drop.back_to is not None:
        yield (
            places.inbox
            / drop.back_to
            / (f"_{ANSWER}" if drop.name.casefold() == ANSWER.casefold() else ANSWER)
        )
        return
    records = [ref for object_id in objects for ref in index.refs_of(object_id) if sees(index, scope, ref)]
    folders = [folder_name(ref.id) for ref in dict.fromkeys(records)]
    for folder in (*folders, FOLDER):
        with suppress(OSError):
            yield from sorted((places.outbox / folder).glob("*.txt"))


def _text(path: Path, largest: int) -> str | None:
    """Of a plain file of UTF-8; None where it is none, too large, or not there."""
    try:
        with opened(path) as file:
            data = file.read(largest + 1)
        return None if len(data) > largest or b"\0" in data else data.decode("utf-8-sig")
    except (OSError, UnfitError, UnicodeDecodeError):
        return None
