"""A dropped recording: looked at, matched, encrypted and read back, entered in the register, answered.

    whose? ─ whole? ─ encrypt ─ read back ─ register ─ answer

Nothing is stored that no personal file names. Killed anywhere, it is worked off again from the start: what is
stored already is found by its bytes and stays, what was cut short in its storing is taken away at the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePath
from typing import Final

from pipeline.domain.errors import RefusedError
from pipeline.domain.recordings import Entry
from pipeline.domain.records import RecordingType
from pipeline.flow.casefile.versions import index_object
from pipeline.flow.ingest.endings import refuse, unchanged
from pipeline.flow.ingest.outbox import folder_name, put
from pipeline.flow.outcomes.results import DropAnswer, Note, Result
from pipeline.flow.recordings.match import Interview, Matching, WaitReason, matching
from pipeline.flow.recordings.register import enter
from pipeline.flow.recordings.waiting import hold, sweep, wait_reason_of
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import OutdatedError, write_lock
from pipeline.intake.claim import Claimed, finish
from pipeline.intake.journal import DropState, Journal
from pipeline.retention.media import Media, look_at
from pipeline.retention.plan import keep_until
from pipeline.retention.sealing import unwatched
from pipeline.retention.vault import About, Stored

ANSWER: Final = "жауап-жазба-{file}.txt"


def work_off_recording(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    *,
    last_word: bool,
    alive: Callable[[], None] = unwatched,
) -> DropAnswer | None:
    """Takes a claimed recording all the way and tells what became of it; a large one takes minutes.

    `alive` is told all the while. None where no interview is known for it and `last_word` is false: another
    drop of the same look may bring the sitting's record. With the last word it waits, and the drop stays
    claimed.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    begun = journal.touched(claimed.drop_id)
    with write_lock(place.places.state):
        for object_id in begun:
            index_object(place, object_id)
    try:
        found = _whose(place, claimed, begun=bool(begun))
        if isinstance(found, WaitReason):
            return _wait(place, journal, claimed, found, last_word=last_word, alive=alive)
        if found is None:
            drop = replace(_answer(place, claimed), result=Result.UNCHANGED)
            return _ended(place, journal, unchanged(place, journal, claimed, drop))
        return _store(place, journal, claimed, found, alive)
    except RefusedError as error:
        drop = replace(_answer(place, claimed), result=Result.REFUSED, error=error)
        return _ended(place, journal, refuse(place, journal, claimed, drop))


# --- whose it is ----------------------------------------------------------------------------------------


def _whose(place: Workplace, claimed: Claimed, *, begun: bool) -> Interview | WaitReason | None:
    """The interview, or why there is none yet; None where these very bytes are stored already.

    What this very drop has entered in the register, `begun` and then cut short, is taken up again.

    Raises:
        RefusedError: `recording_name`, no record can name such a file; `recording_other`,
            `recording_destroyed`, `recording_sha256`.
    """
    if not claimed.name.isprintable():
        raise RefusedError("recording_name")
    known = matching(place, claimed.name)
    found = known.of(claimed)
    if found is None:
        same = _expect_same(known, claimed)
        return same if begun else None
    if found is WaitReason.UNMATCHED and place.vault.find(claimed.sha256):
        return None
    if isinstance(found, Interview) and found.entry.declared_sha256 not in (None, claimed.sha256):
        raise RefusedError(
            "recording_sha256", name=claimed.name, case=found.entry.case, sitting=found.entry.sitting
        )
    return found


def _expect_same(known: Matching, claimed: Claimed) -> Interview:
    """Every interview of that name has its recording: the one of exactly these bytes.

    Raises:
        RefusedError: `recording_other`, `recording_destroyed`.
    """
    same = [p for p in known.settled if p.entry.stored and p.entry.stored.sha256 == claimed.sha256]
    for found in same:
        if found.entry.destroyed is None:
            return found
    for found in same:
        if found.entry.destroyed is not None:
            raise RefusedError("recording_destroyed", name=claimed.name, act=found.entry.destroyed.act)
    other = known.settled[0].entry
    raise RefusedError("recording_other", name=claimed.name, case=other.case, sitting=other.sitting)


def _wait(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    reason: WaitReason,
    *,
    last_word: bool,
    alive: Callable[[], None],
) -> DropAnswer | None:
    if not last_word:
        return None
    known = journal.drop(claimed.drop_id)
    if wait_reason_of(known) is None:
        _require_whole(claimed, look_at(claimed.path, alive))
    if place.clock() - known.claimed_at > timedelta(days=place.recordings.wait_days):
        raise RefusedError("recording_waited", name=claimed.name, days=place.recordings.wait_days)
    return hold(place, journal, claimed, reason)


# --- whether it is whole --------------------------------------------------------------------------------


def _require_whole(claimed: Claimed, media: Media | None) -> None:
    """What was claimed is a copy of our own: nobody completes it any more.

    Raises:
        RefusedError: `recording_unreadable`, `recording_cut_short`.
    """
    if media is None:
        raise RefusedError("recording_unreadable", name=claimed.name)
    if not media.whole:
        raise RefusedError("recording_cut_short", name=claimed.name)


# --- storing it -----------------------------------------------------------------------------------------


def _store(
    place: Workplace, journal: Journal, claimed: Claimed, found: Interview, alive: Callable[[], None]
) -> DropAnswer:
    """Whoever gives a recording's SHA-256 in the sitting's record means these bytes, whole or not."""
    media = look_at(claimed.path, alive)
    if found.entry.declared_sha256 != claimed.sha256:
        _require_whole(claimed, media)
    begun = bool(journal.touched(claimed.drop_id))
    with _encrypted(place, claimed, found, media, alive) as keep, write_lock(place.places.state):
        if _whose(place, claimed, begun=begun) != found:
            raise OutdatedError
        drop = _enter(place, journal, claimed, found, media, keep())
    return _ended(place, journal, drop)


def _encrypted(
    place: Workplace,
    claimed: Claimed,
    found: Interview,
    media: Media | None,
    alive: Callable[[], None],
) -> AbstractContextManager[Callable[[], Stored]]:
    """What stores the recording, once it is encrypted and read back."""
    already = _stored_already(place, claimed, found.entry)
    if already is not None:
        return nullcontext(lambda: already)
    about = _about(claimed, found.entry, media)
    return place.vault.encrypted(claimed.path, about, at=place.clock(), alive=alive)


def _enter(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    found: Interview,
    media: Media | None,
    stored: Stored,
) -> DropAnswer:
    entry = enter(place, found.object_id, stored, lambda object_id: journal.touch(claimed.drop_id, object_id))
    drop = replace(_answer(place, claimed), notes=tuple(_notes(place, stored, entry, media)))
    name = ANSWER.format(file=folder_name(claimed.name))
    put(place.places.outbox, stored.case, {name: place.speaker.noted(drop).encode()})
    detail = {"recording": stored.id}
    finish(claimed, place.places.work, journal, DropState.DONE, now=place.clock(), detail=detail)
    return drop


def _stored_already(place: Workplace, claimed: Claimed, entry: Entry) -> Stored | None:
    """What a try that was cut short behind the storing has left whole in the store."""
    same = (s for s in place.vault.find(claimed.sha256) if s.key == entry.key)
    return next(same, None)


def _about(claimed: Claimed, entry: Entry, media: Media | None) -> About:
    heard = RecordingType.VIDEO if media is not None and media.video else RecordingType.AUDIO
    return About(
        file=claimed.name,
        case=entry.case,
        sitting=entry.sitting,
        type=entry.type or str(heard),
        recorded_on=entry.recorded_on,
        seconds=None if media is None else media.seconds,
        size=claimed.size,
        sha256=claimed.sha256,
    )


# --- what HR are told -----------------------------------------------------------------------------------


def _answer(place: Workplace, claimed: Claimed) -> DropAnswer:
    return DropAnswer(claimed.name, claimed.sha256, claimed.size, Result.DONE, place.today)


def _notes(place: Workplace, stored: Stored, entry: Entry, media: Media | None) -> Iterator[Note]:
    until, years = keep_until(entry, place.readings.recording_retention_years)
    yield Note(
        "recording_stored",
        {
            "case": stored.case,
            "sitting": stored.sitting,
            "type": stored.type,
            "length": length_of(stored.seconds),
            "size": stored.size,
            "id": stored.id,
        },
    )
    if until is None:
        yield Note("recording_undated", {"years": years})
    elif entry.doubtful:
        days = {"recorded_on": entry.recorded_on or "—", "held_on": entry.held_on or "—"}
        yield Note("recording_doubtful", days)
    else:
        yield Note("recording_kept_until", {"until": until, "years": years})
    if media is None or not media.whole:
        yield Note("recording_vouched")
    elif stored.type == RecordingType.VIDEO and not media.video:
        yield Note("recording_without_picture")
    if media is not None and media.whole and not media.sure:
        yield Note("recording_end_unsure", {"length": length_of(media.seconds)})
    suffix = PurePath(stored.file).suffix
    if media is not None and suffix.casefold() not in media.suffixes:
        yield Note("recording_container", {"suffix": suffix, "right": media.suffixes})
    for other in place.vault.find(stored.sha256):
        if other.key != entry.key:
            yield Note("recording_stored_twice", {"case": other.case, "sitting": other.sitting})


def length_of(seconds: float | None) -> str:
    """Hours, minutes and seconds; a dash where the length is not known."""
    if seconds is None:
        return "—"
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _ended(place: Workplace, journal: Journal, drop: DropAnswer) -> DropAnswer:
    sweep(place, journal)
    return drop
