"""A drop over which the program ended again and again: it goes back to HR, with words."""

from __future__ import annotations

from typing import Final

from pipeline.flow.casefile.filing import as_before
from pipeline.flow.ingest.endings import given_back
from pipeline.flow.outcomes.results import DropAnswer, Note
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import Journal

MOST: Final = 3
"""Times that work on a drop may be cut off; after them it is not begun again."""


def give_back_cut_off(place: Workplace, journal: Journal, claimed: Claimed, times: int) -> DropAnswer:
    """The file goes back whole to inbox/refused/: nothing else is ever tried with it.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed.
    """
    with write_lock(place.places.state):
        as_before(place, journal.touched(claimed.drop_id), f"drop {claimed.drop_id}")
    return given_back(place, journal, claimed, Note("cut_off", {"times": times}))
