"""What became of dropped files: those under way, those that ended lately, and each one's whole way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pipeline.domain.errors import NotFoundError
from pipeline.domain.iin import mask_iin
from pipeline.flow.site.places import Places
from pipeline.intake.inbox import Inbox, Look
from pipeline.intake.journal import Drop, Journal, Step, is_begun

LATELY: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Drops:
    """What is under way, what ended lately (newest first), and what lies in inbox/."""

    under_way: tuple[Drop, ...]
    ended: tuple[Drop, ...]
    look: Look


@dataclass(frozen=True, slots=True)
class Way:
    """One drop's whole way: its steps, the objects it changed, the drops that were taken out of it."""

    drop: Drop
    steps: tuple[Step, ...]
    objects: tuple[str, ...]
    parts: tuple[Drop, ...]


def drops_lately(places: Places, quiet_seconds: float, now: datetime) -> Drops:
    """Those of the last days. `quiet_seconds`: how long a file lies untouched until it is taken.

    Raises:
        JekeError: inbox/ or the journal cannot be read.
    """
    look = Inbox(places.inbox, quiet_seconds).look()
    with _journal(places) as journal:
        if journal is None:
            return Drops((), (), look)
        return Drops(journal.unfinished(), journal.ended_since(now - LATELY), look)


def ways_of(places: Places, words: str) -> tuple[Way, ...]:
    """The ways of the drops meant: by id, the beginning of one, or file name.

    Raises:
        NotFoundError: `drop_unknown`; `drop_ambiguous` where several ids begin so.
        JekeError: the journal cannot be read.
    """
    with _journal(places) as journal:
        found = journal.named(words) if journal else ()
        if journal is None or not found:
            raise NotFoundError("drop_unknown", drop=mask_iin(words))
        by_id = [drop for drop in found if drop.id.startswith(words)]
        if len(by_id) > 1:
            raise NotFoundError("drop_ambiguous", drop=words, count=len(by_id))
        return tuple(_way(journal, drop) for drop in found)


def way_of(places: Places, drop: Drop) -> Way:
    """One drop's whole way.

    Raises:
        JekeError: the journal cannot be read.
    """
    with Journal.open_to_read(places.journal) as journal:
        return _way(journal, drop)


def _way(journal: Journal, drop: Drop) -> Way:
    return Way(drop, journal.steps(drop.id), journal.touched(drop.id), journal.taken_out_of(drop.id))


@contextmanager
def _journal(places: Places) -> Iterator[Journal | None]:
    """The journal; None where nothing was ever dropped: it is not made by looking."""
    if not is_begun(places.journal):
        yield None
        return
    with Journal.open_to_read(places.journal) as journal:
        yield journal
