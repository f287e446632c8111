"""Recordings that records name and nobody has handed in (¶29): whose term is over, whose name is near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import PurePath
from typing import Final

from pipeline.archive.index.locations import Index
from pipeline.domain.kazakh.alphabet import search_key
from pipeline.domain.recordings import Entry
from pipeline.retention.plan import keep_until

_NEAR: Final = 0.8
_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Awaited:
    """One recording that is awaited; `keep_until` is its last day of keeping, None where it is not known."""

    entry: Entry
    keep_until: date | None

    def over(self, on: date) -> bool:
        """Its term passed before anybody handed it in."""
        return self.keep_until is not None and self.keep_until < on


def awaited(index: Index, years: int) -> tuple[Awaited, ...]:
    """All of them; `years` is how long recordings are kept now."""
    return tuple(Awaited(entry, keep_until(entry, years)[0]) for entry in index.awaited())


def named_nearly(index: Index, name: str) -> tuple[Entry, ...]:
    """The awaited recordings whose file's name looks like this one, the nearest first.

    Letters that look alike, signs between words and the ending do not count: whose a recording is, a person
    says, never a resemblance.
    """
    keys: dict[str, list[Entry]] = {}
    for entry in index.awaited():
        keys.setdefault(_key(entry.file or ""), []).append(entry)
    near = get_close_matches(_key(name), keys, n=_MOST, cutoff=_NEAR)
    return tuple(entry for key in near for entry in keys[key])[:_MOST]


def _key(name: str) -> str:
    return "".join(c for c in search_key(PurePath(name).stem) if c.isalnum())
