"""Recordings that cannot be stored yet: each has a note in outbox/ that says what it waits for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pipeline.flow.ingest.outbox import folder_name, put
from pipeline.flow.outcomes.results import DropAnswer, Note, Result
from pipeline.flow.recordings.awaited import named_nearly
from pipeline.flow.recordings.match import WaitReason
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import Drop, DropState, Journal

FOLDER = "kutudegi-zhazbalar"
"""Күтудегі жазбалар, in outbox/."""
LOOK_AGAIN = timedelta(minutes=1)
_ID_SHOWN = 8


def hold(place: Workplace, journal: Journal, claimed: Claimed, reason: WaitReason) -> DropAnswer:
    """The recording stays claimed, to be tried again; HR are told why, once for each reason.

    Raises:
        JekeError: the journal or outbox/ cannot be written.
    """
    known = journal.drop(claimed.drop_id)
    drop = DropAnswer(
        claimed.name, claimed.sha256, claimed.size, Result.WAITING, place.today, held_for=str(reason)
    )
    drop = replace(drop, notes=tuple(_told(place, known, reason)))
    put(place.places.outbox, FOLDER, {_name(known): place.speaker.noted(drop).encode()})
    if wait_reason_of(known) is not reason:
        journal.retry(claimed.drop_id, place.clock() + LOOK_AGAIN, {"reason": str(reason)})
    sweep(place, journal)
    return drop


def sweep(place: Workplace, journal: Journal) -> None:
    """Takes away the notes of recordings that wait no more."""
    wanted = {_name(drop) for drop in journal.drops(DropState.RETRY) if wait_reason_of(drop) is not None}
    for note in _notes(place.places.outbox / FOLDER):
        if note.name not in wanted:
            with suppress(OSError):
                note.unlink()


def wait_reason_of(drop: Drop) -> WaitReason | None:
    """What the drop waits for, as the journal knows it."""
    with suppress(ValueError):
        return WaitReason(str(drop.detail.get("reason")))
    return None


def _told(place: Workplace, drop: Drop, reason: WaitReason) -> Iterator[Note]:
    yield _note(place, drop, reason)
    if reason is WaitReason.UNMATCHED:
        for entry in named_nearly(place.index, drop.name):
            named = {"name": entry.file or "—", "case": entry.case, "sitting": entry.sitting}
            yield Note("recording_named_nearly", {**named})


def _note(place: Workplace, drop: Drop, reason: WaitReason) -> Note:
    given_back = drop.claimed_at.date() + timedelta(days=place.recordings.wait_days)
    return Note(
        f"recording_{reason}",
        {"name": drop.name, "since": drop.claimed_at.date(), "given_back": given_back},
    )


def _name(drop: Drop) -> str:
    return f"{folder_name(drop.name)}-{drop.id[:_ID_SHOWN]}.txt"


def _notes(folder: Path) -> Iterator[Path]:
    return folder.glob("*.txt")
