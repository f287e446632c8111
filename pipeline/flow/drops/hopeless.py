"""Drops that come to no end by themselves: they go back to HR after a few tries, or when a person asks."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import takewhile
from typing import Final

from pipeline.domain.errors import JekeError, MachineError, NotFoundError, RefusedError
from pipeline.domain.iin import mask_iin
from pipeline.flow.casefile.filing import as_before
from pipeline.flow.drops.history import ways_of
from pipeline.flow.ingest.endings import fail, given_back
from pipeline.flow.outcomes.results import DropAnswer, Note
from pipeline.flow.site.places import Places
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import UNFINISHED, Drop, DropState, Journal
from pipeline.system.files import atomic_write_shared

MOST_ALIKE: Final = 5
"""Tries that may end in the same fault of a paper; they take some two and a half minutes."""
ASKED: Final = "give-back"
"""In state/: an empty file a drop, named by its id, that a person wants back."""
_OF_A_PAPER: Final = frozenset(
    (
        *("render_failed", "render_empty", "render_glyph", "mark_failed", "stamp_failed", "gate_office"),
        *("template_field", "template_broken", "template_unreadable", "template_refused"),
    )
)
"""What a record or a template does to its paper each time anew; disk, key and lock are the machine's."""


def in_vain(journal: Journal, drop_id: str, error: JekeError) -> bool:
    """Whether this fault of a paper is the last of a row of the same ones.

    Raises:
        MachineError: `journal_unusable`.
    """
    if error.code not in _OF_A_PAPER:
        return False
    tries = [step for step in journal.steps(drop_id) if step.step == DropState.RETRY]
    alike = takewhile(lambda step: step.detail.get("error") == error.code, reversed(tries))
    return sum(step.times for step in alike) + 1 >= MOST_ALIKE


def give_back_in_vain(place: Workplace, journal: Journal, claimed: Claimed, error: JekeError) -> DropAnswer:
    """The file goes back whole, with what its paper failed by.

    Raises:
        JekeError: it cannot be given back; the drop stays claimed.
    """
    _unfiled(place, journal, claimed)
    return fail(place, journal, claimed, error)


def ask_back(places: Places, words: str) -> Drop:
    """Asks for a drop under way, named by its id, the beginning of one, or its file name.

    Raises:
        NotFoundError: `drop_unknown`; `drop_ambiguous`.
        RefusedError: `drop_over`, it has ended.
        MachineError: `state_unusable`.
    """
    found = [way.drop for way in ways_of(places, words)]
    under_way = [drop for drop in found if drop.state in UNFINISHED]
    if not under_way:
        raise RefusedError("drop_over", drop=mask_iin(words))
    if len(under_way) > 1:
        raise NotFoundError("drop_ambiguous", drop=mask_iin(words), count=len(under_way))
    try:
        atomic_write_shared(places.state / ASKED / under_way[0].id, b"")
    except OSError as error:
        raise MachineError("state_unusable", reason=error.strerror or "") from error
    return under_way[0]


def is_asked_back(places: Places, claimed: Claimed) -> bool:
    """Whether a person wants it back."""
    return os.path.lexists(places.state / ASKED / claimed.drop_id)


def give_back_asked(place: Workplace, journal: Journal, claimed: Claimed) -> DropAnswer:
    """The file goes back whole, as asked.

    Raises:
        JekeError: it cannot be given back; the drop stays claimed, and asked for.
    """
    _unfiled(place, journal, claimed)
    drop = given_back(place, journal, claimed, Note("asked_back"))
    with suppress(OSError):
        (place.places.state / ASKED / claimed.drop_id).unlink(missing_ok=True)
    return drop


def _unfiled(place: Workplace, journal: Journal, claimed: Claimed) -> None:
    """What a try cut short has left half done is as before it."""
    with write_lock(place.places.state):
        as_before(place, journal.touched(claimed.drop_id), f"drop {claimed.drop_id}")
