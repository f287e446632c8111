"""How a drop ends that is not filed: the file goes back whole, with words beside it."""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.errors import JekeError
from pipeline.flow.outbox import ANSWER
from pipeline.flow.results import DropAnswer, Result
from pipeline.flow.workplace import Workplace
from pipeline.intake.claim import Claimed, give_back
from pipeline.intake.inbox import DUPLICATES, REFUSED
from pipeline.intake.journal import DropState, Journal


def refuse(place: Workplace, journal: Journal, claimed: Claimed, drop: DropAnswer) -> DropAnswer:
    """The file goes back whole to inbox/refused/ with its report."""
    _give_back(place, journal, claimed, REFUSED, DropState.REFUSED, place.speaker.refused(drop))
    return drop


def unchanged(place: Workplace, journal: Journal, claimed: Claimed, drop: DropAnswer) -> DropAnswer:
    """Everything in it is filed already: it goes to inbox/duplicates/ with a note naming the first drop."""
    first = journal.filed_before(claimed.sha256, claimed.drop_id)
    drop = replace(
        drop, first_drop=None if first is None else f"{first.name} ({first.claimed_at:%d.%m.%Y %H:%M})"
    )
    _give_back(place, journal, claimed, DUPLICATES, DropState.DONE, place.speaker.unchanged(drop))
    return drop


def fail(place: Workplace, journal: Journal, claimed: Claimed, error: JekeError) -> DropAnswer:
    """The program itself is at fault: the file goes back whole, with words for the administrator."""
    drop = DropAnswer(claimed.name, claimed.sha256, claimed.size, Result.FAILED, place.today, error=error)
    _give_back(place, journal, claimed, REFUSED, DropState.FAILED, place.speaker.refused(drop))
    return drop


def _give_back(
    place: Workplace, journal: Journal, claimed: Claimed, folder: str, state: DropState, words: str
) -> None:
    give_back(
        claimed,
        place.places.inbox / folder,
        place.places.work,
        journal,
        state,
        now=place.clock(),
        detail={},
        beside={ANSWER: words.encode()},
    )
