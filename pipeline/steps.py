"""The whole pipeline on one screen.

    inbox/ ─ claim ─ what is it? ─ bundle:     look inside ─ bring out ─ each is a drop of its own
                                   records:    read ─ judge ─ make documents ─ seal ─ file ─ answer
                                   recording:  whole? ─ hash ─ encrypt ─ read back ─ register ─ answer
                                   paper:      harmless? ─ marks ─ signed? ─ same text? ─ file ─ answer
                                   signature:  of which document? ─ by whom? ─ file ─ answer

The folder is the truth for what was dropped, the journal for what is under way, the archive for what
is filed. Each drop is worked off as if nothing had been done yet, and what is filed already stays as it
is: a kill at any moment costs nothing, the next start takes the drop up again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from pipeline.domain.errors import MachineError
from pipeline.domain.source import InputError
from pipeline.flow.casefile.records_drop import make_lists as make_lists_of
from pipeline.flow.casefile.records_drop import work_off_records
from pipeline.flow.casefile.withdrawing import refile_owed
from pipeline.flow.drops.bundle_drop import is_bundle, open_bundle
from pipeline.flow.drops.paper_drop import work_off_paper
from pipeline.flow.ingest.endings import fail, refuse, returned
from pipeline.flow.outcomes.results import DropAnswer, Result
from pipeline.flow.recordings.drop import work_off_recording
from pipeline.flow.signatures.drop import work_off_signature
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import OutdatedError, write_lock
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import Journal
from pipeline.intake.kinds import DropKind, kind_of
from pipeline.retention.sealing import unwatched

__all__ = ("fail", "is_bundle", "make_lists", "open_bundle", "refile", "returned", "work_off")

MOST_TIMES: Final = 3
"""So often a drop is judged where the archive changes meanwhile; then it waits."""


def work_off(
    place: Workplace,
    journal: Journal,
    claimed: Claimed,
    *,
    last_word: bool,
    alive: Callable[[], None] = unwatched,
) -> DropAnswer | None:
    """Takes one claimed drop all the way and tells what became of it; `alive` is told while it takes long.

    None where something is missing that another drop of the same look may bring, unless `last_word`.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    for _ in range(MOST_TIMES):
        with suppress(OutdatedError):
            return _work_off(place, journal, claimed, last_word=last_word, alive=alive)
    raise MachineError("judged_outdated")


def make_lists(place: Workplace, journal: Journal, campaign: str) -> None:
    """Makes anew the lists and registers of a campaign whose cases have changed.

    Raises:
        JekeError: the machine is at fault; the lists stay owed.
    """
    with write_lock(place.places.state):
        make_lists_of(place, journal, campaign)


def refile(place: Workplace, journal: Journal) -> None:
    """Files anew the cases whose sitting was withdrawn.

    Raises:
        JekeError: the machine is at fault; they stay owed.
    """
    with write_lock(place.places.state):
        refile_owed(place, journal)


def _work_off(
    place: Workplace, journal: Journal, claimed: Claimed, *, last_word: bool, alive: Callable[[], None]
) -> DropAnswer | None:
    match kind_of(claimed.name):
        case DropKind.RECORDS:
            return work_off_records(place, journal, claimed, last_word=last_word)
        case DropKind.RECORDING:
            return work_off_recording(place, journal, claimed, last_word=last_word, alive=alive)
        case DropKind.SIGNATURE:
            return work_off_signature(place, journal, claimed, last_word=last_word)
        case DropKind.PAPER:
            return work_off_paper(place, journal, claimed, last_word=last_word)
        case _:
            return _unknown(place, journal, claimed)


def _unknown(place: Workplace, journal: Journal, claimed: Claimed) -> DropAnswer:
    wrong = InputError("file_kind", claimed.name, 0, 0, {"name": claimed.name})
    drop = DropAnswer(claimed.name, claimed.sha256, claimed.size, Result.REFUSED, place.today)
    return refuse(place, journal, claimed, replace(drop, errors=(wrong,)))
