"""How a drop ends that is not filed: the file goes back whole, with words beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from pipeline.domain.errors import JekeError
from pipeline.flow.ingest.outbox import ANSWER
from pipeline.flow.outcomes.results import DropAnswer, Note, Result
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed, give_back, settle_return
from pipeline.intake.inbox import DUPLICATES, REFUSED
from pipeline.intake.journal import Detail, DropState, Journal
from pipeline.intake.sentinel import require_marked

SUPERSEDED = "superseded"
"""The note of a file that a later one was filed before; so its reason begins in the journal."""
_CODES_KEPT = 10
_RETURNED = {
    DropState.REFUSED: Result.REFUSED,
    DropState.DONE: Result.UNCHANGED,
    DropState.FAILED: Result.FAILED,
}


def refuse(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    drop: DropAnswer,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> DropAnswer:
    """The file goes back whole to inbox/refused/ with its report, and with pictures by name beside it."""
    drop = of_its_bundle(journal, claimed, drop)
    words = place.speaker.refused(drop)
    put_back(place, journal, claimed, REFUSED, DropState.REFUSED, words, why(drop), pictures)
    return drop


def of_its_bundle(journal: Journal, claimed: Claimed, drop: DropAnswer) -> DropAnswer:
    """The answer with the name of the folder or zip that the file came in, if it came in one."""
    bundle = journal.drop(claimed.drop_id).bundle
    return drop if bundle is None else replace(drop, bundle=journal.drop(bundle).name)


def why(drop: DropAnswer) -> Detail:
    """What the journal keeps of a refusal: codes, no word of the file."""
    faults = [error.code for error in drop.errors] or [finding.code for finding in drop.judgement.blocks]
    faults = faults or [note.code for note in drop.notes]
    kind = "unreadable" if drop.errors else "blocked"
    if any(note.code.startswith(SUPERSEDED) for note in drop.notes):
        kind = SUPERSEDED
    return {"why": kind, "count": len(faults), "codes": " ".join(sorted(set(faults))[:_CODES_KEPT])}


def unchanged(place: Workplace, journal: Journal, claimed: Claimed, drop: DropAnswer) -> DropAnswer:
    """Everything in it is filed already: it goes to inbox/duplicates/ with a note naming the first drop."""
    first = journal.filed_before(claimed.sha256, claimed.drop_id)
    drop = replace(of_its_bundle(journal, claimed, drop), first_drop=dropped_before(journal, claimed))
    detail: Detail = {"why": "unchanged"} if first is None else {"why": "unchanged", "first": first.id}
    put_back(place, journal, claimed, DUPLICATES, DropState.DONE, place.speaker.unchanged(drop), detail)
    return drop


def dropped_before(journal: Journal, claimed: Claimed) -> str | None:
    """Name and time of the drop that filed the very same bytes, if one did."""
    first = journal.filed_before(claimed.sha256, claimed.drop_id)
    return None if first is None else f"{first.name} ({first.claimed_at:%d.%m.%Y %H:%M})"


def fail(place: Workplace, journal: Journal, claimed: Claimed, error: JekeError) -> DropAnswer:
    """The program itself is at fault: the file goes back whole, with words for the administrator.

    What it had filed by then is looked up in the archive, and named.
    """
    drop = DropAnswer(claimed.name, claimed.sha256, claimed.size, Result.FAILED, place.today, error=error)
    drop, filed = _with_what_it_filed(place, journal, claimed, drop)
    drop = of_its_bundle(journal, claimed, drop)
    words = place.speaker.refused(drop)
    detail = {**error.params, "error": error.code, "filed": filed}
    put_back(place, journal, claimed, REFUSED, DropState.FAILED, words, detail)
    return drop


def given_back(place: Workplace, journal: Journal, claimed: Claimed, why_back: Note) -> DropAnswer:
    """The file goes back whole for a reason beside what is in it; what it had filed by then is named."""
    drop = DropAnswer(
        claimed.name, claimed.sha256, claimed.size, Result.REFUSED, place.today, notes=(why_back,)
    )
    drop, _ = _with_what_it_filed(place, journal, claimed, drop)
    return refuse(place, journal, claimed, drop)


def _with_what_it_filed(
    place: Workplace, journal: Journal, claimed: Claimed, drop: DropAnswer
) -> tuple[DropAnswer, int]:
    """The answer with the records named that the drop had filed by then, and how many they are."""
    filed = filed_by(place, journal, claimed.drop_id, claimed.sha256)
    if filed:
        told = Note("filed_before_fault", {"records": ", ".join(filed)})
        drop = replace(drop, notes=(*drop.notes, told), partly=True)
    return drop, len(filed)


def filed_by(place: Workplace, journal: Journal, drop_id: str, sha256: str) -> tuple[str, ...]:
    """The records in whose objects the drop, of those bytes, has filed something, by their ids.

    Raises:
        JekeError: the machine is at fault.
    """
    touched = journal.touched(drop_id)
    is_stored = bool(touched) and any(place.vault.find(sha256))
    found: dict[str, None] = {}
    for object_id in touched:
        stored = place.root.get(object_id)
        versions = stored.versions() if stored is not None else ()
        if is_stored or any(version.message == f"drop {drop_id}" for version in versions):
            found |= dict.fromkeys(ref.id for ref in place.index.refs_of(object_id))
    return tuple(found)


def returned(place: Workplace, journal: Journal, claimed: Claimed) -> DropAnswer | None:
    """How a drop has ended whose giving back was cut short behind its last move; None where it is still ours.

    Raises:
        MachineError: `work_unusable`, `journal_unusable`.
    """
    drop = journal.drop(claimed.drop_id)
    state = settle_return(drop, place.places.inbox, place.places.work, journal, now=place.clock())
    if state is None:
        return None
    return DropAnswer(claimed.name, claimed.sha256, claimed.size, _RETURNED[state], place.today)


def put_back(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    folder: str,
    state: DropState,
    words: str,
    detail: Detail,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """The file goes back whole into that folder of inbox/, unless that is not there.

    Raises:
        MachineError: `inbox_unmarked` and what `give_back` raises; the drop stays claimed.
    """
    require_marked(place.places.inbox)
    laid = {**pictures, ANSWER: words.encode()}
    if folder == REFUSED:
        sums = ((name, hashlib.sha256(data).hexdigest()) for name, data in laid.items())
        journal.lies_beside(claimed.drop_id, sums)
    give_back(
        claimed,
        place.places.inbox / folder,
        place.places.work,
        journal,
        state,
        now=place.clock(),
        detail=detail,
        beside=laid,
    )
