"""What is known of an interview's recording through its whole life (¶29): named, stored, held, destroyed.

The values stand in the register of each personal file, which outlives the recordings themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.domain.records import Appeal, Case


class RecordingState(StrEnum):
    """Where a recording stands, in the words of the register; whether its term is over is not among them."""

    EXPECTED = "күтілуде"
    STORED = "сақтаулы"
    UNDATED = "сақтаулы, жазылған күні белгісіз"
    DOUBTFUL = "сақтаулы, жазылған күні отырыстан бұрын не отырыс күні белгісіз"
    UNNAMED = "сақтаулы, отырыс жазбасында аталмаған"
    HELD = "сақтаулы, жоюға тыйым салынған"
    DESTROYED = "жойылған"


@dataclass(frozen=True, slots=True)
class Storing:
    """How a recording came into the store. `id` is its opaque name there; sizes in bytes.

    `sha256` and `size` are those of the recording itself, the sealed ones those of the encrypted file.
    """

    id: str
    sha256: str
    size: int
    sealed_sha256: str
    sealed_size: int
    seconds: float | None
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Destruction:
    """The act by which a recording was destroyed; `path` is its place in the personal file."""

    act: str
    on: date
    path: str
    sha512: str
    plan: str
    mandate: str


@dataclass(frozen=True, slots=True)
class Lifting:
    """How a hold ended."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Appealed:
    """What a record said of an appeal (¶34): the day it was filed, if it gave one, and whether to a court."""

    filed_on: date | None
    court: bool


@dataclass(frozen=True, slots=True)
class Hold:
    """A ban on destroying the recordings of a case, or one of them by its id, on somebody's mandate.

    `appeal` is there where a case's record set it by naming an open appeal: no later record takes it away but
    one that says how that appeal was decided, and no single person does.
    """

    case: str
    recording: str | None
    mandate: str
    by: str
    at: datetime
    lifted: Lifting | None = None
    appeal: Appealed | None = None

    def bars(self, entry: Entry) -> bool:
        """Whether it stands, and against the destruction of this recording."""
        mine = self.recording is None or (entry.stored is not None and self.recording == entry.stored.id)
        return self.lifted is None and self.case == entry.case and mine


@dataclass(frozen=True, slots=True)
class Entry:
    """One recording in the register.

    `recorded_on` and `held_on` (the day of the sitting) are what the sitting's record says now,
    `declared_sha256` too. `counted_from` is the latest day of recording that any record gave; `keep_until` is
    the last day of keeping, the longest ever promised, `years` what that was counted by. `named`: the record
    names it still. `appeal_open`: an appeal stands against its destruction.
    """

    case: str
    sitting: str
    file: str | None
    type: str | None = None
    recorded_on: date | None = None
    held_on: date | None = None
    keep_until: date | None = None
    counted_from: date | None = None
    years: int = 1
    declared_sha256: str | None = None
    named: bool = True
    appeal_open: bool = False
    stored: Storing | None = None
    destroyed: Destruction | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it apart in its register."""
        return self.case, self.sitting, fold_file(self.file)

    @property
    def trigger(self) -> date | None:
        """The day its years are counted from: no record moves it back. None while the record gives no day."""
        if self.recorded_on is None or self.counted_from is None:
            return self.recorded_on
        return max(self.recorded_on, self.counted_from)

    @property
    def doubtful(self) -> bool:
        """Nobody is recorded before the sitting: such a day would start the year too early.

        Without the sitting's day nothing speaks for the recording's.
        """
        return self.recorded_on is not None and (self.held_on is None or self.recorded_on < self.held_on)


@dataclass(frozen=True, slots=True)
class Register:
    """The recordings of one person, and every hold there ever was on them."""

    entries: tuple[Entry, ...] = ()
    holds: tuple[Hold, ...] = ()

    def bars(self, entry: Entry) -> tuple[Hold, ...]:
        """The holds that stand against its destruction, the oldest first."""
        return tuple(sorted((h for h in self.holds if h.bars(entry)), key=lambda h: (h.at, h.mandate)))

    def appeal(self, case: str) -> Hold | None:
        """The appeal that stands against destroying the recordings of this case."""
        return next((h for h in self.holds if h.case == case and h.appeal and h.lifted is None), None)

    def state(self, entry: Entry) -> RecordingState:
        """Where the recording stands, today or on any other day."""
        if entry.destroyed is not None:
            return RecordingState.DESTROYED
        if entry.stored is None:
            return RecordingState.EXPECTED
        if entry.appeal_open or self.bars(entry):
            return RecordingState.HELD
        if not entry.named:
            return RecordingState.UNNAMED
        if entry.recorded_on is None:
            return RecordingState.UNDATED
        return RecordingState.DOUBTFUL if entry.doubtful else RecordingState.STORED

    def of_cases(self, cases: Iterable[str]) -> Register:
        """What of it concerns these cases."""
        wanted = frozenset(cases)
        return Register(
            tuple(e for e in self.entries if e.case in wanted),
            tuple(h for h in self.holds if h.case in wanted),
        )

    def but_cases(self, cases: Collection[str]) -> Register:
        """What of it concerns other cases than these."""
        return Register(
            tuple(e for e in self.entries if e.case not in cases),
            tuple(h for h in self.holds if h.case not in cases),
        )

    def __add__(self, other: Register) -> Register:
        """Both registers' recordings and holds, what stands in both once."""
        return Register(
            tuple(dict.fromkeys((*self.entries, *other.entries))),
            tuple(dict.fromkeys((*self.holds, *other.holds))),
        )


def appeal_open(case: Case) -> bool:
    """¶34: an appeal that is filed and not decided yet holds the recordings of its case by itself."""
    return case.appeal not in (None, Appeal()) and case.appeal.decided_on is None


def fold_file(name: str | None) -> str:
    """A file's name as names are compared: one Unicode form, one case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name or "").casefold())
