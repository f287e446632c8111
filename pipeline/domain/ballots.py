"""Ballots on paper (Annex 3, ¶32): whose a form is, who stands on it, and what its rows say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pipeline.domain.records import Vote


class RowMark(StrEnum):
    """What a row of a ballot shows; `BOTH` and `UNCLEAR` are for people to look at."""

    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"
    NONE = "none"
    BOTH = "both"
    UNCLEAR = "unclear"


class Recorded(StrEnum):
    """What the sitting's record says of a member and a candidate; `OPEN`: votes are not recorded yet."""

    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"
    NO_VOTE = "no_vote"
    OPEN = "open"


VOTE_OF: Final[Mapping[RowMark, Vote]] = {
    RowMark.RECOMMENDED: Vote.RECOMMENDED,
    RowMark.NOT_RECOMMENDED: Vote.NOT_RECOMMENDED,
}
"""The two marks that say how the member votes."""


@dataclass(frozen=True, slots=True, order=True)
class BallotForm:
    """A ballot printed without votes: the member's id, and the cases of its rows from above."""

    member: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetRef:
    """The signed sheet that an extract is of: the sitting's id, its name there, the SHA-256 of its PDF."""

    sitting: str
    name: str
    sha256: str


def agrees(mark: RowMark, recorded: Recorded) -> bool:
    """Whether a row needs nobody's eye: one plain mark, not against the record; or rightly none."""
    match recorded:
        case Recorded.OPEN:
            return mark in VOTE_OF
        case Recorded.NO_VOTE:
            return mark is RowMark.NONE
        case _:
            return str(mark) == str(recorded)
