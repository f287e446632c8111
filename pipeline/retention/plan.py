"""The plan of destruction, pure: which recordings' term is over, which are kept, each with reason and day.

A recording is destroyed only after its last day of keeping (¶29), with a known and believable day to count
from, no hold and no open appeal (¶34), and only where the store has it whole. Anything else keeps it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from pipeline.domain.errors import CorruptError
from pipeline.domain.recordings import Entry, Register
from pipeline.domain.terms import add_years

PLAN_FORMAT: Final = "jeke/retention-plan/1"
LAW_YEARS: Final = 3
"""The Law, art. 50(3-1): recordings of regular attestation; a body that keeps less is told of it."""


class Reason(StrEnum):
    """Why a recording is destroyed, or why it is kept; the first that holds is told."""

    TERM_OVER = "term_over"
    UNDER_WAY = "under_way"
    HELD = "held"
    APPEAL = "appeal"
    UNNAMED = "unnamed"
    UNDATED = "undated"
    DOUBTFUL = "doubtful"
    TERM = "term"
    ELSEWHERE = "elsewhere"
    FILE_MISSING = "file_missing"
    KEY_MISSING = "key_missing"
    DIFFERS = "differs"
    TRIGGER_CHANGED = "trigger_changed"
    NOT_REGISTERED = "not_registered"
    DESTROYED = "destroyed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class InStore:
    """What the store knows of one: its SHA-256, a usable key and its file there, and whose interview it is.

    `of` is the key of the register's entry that it was stored for: no other entry speaks for it.
    """

    sha256: str
    key: bool
    file: bool
    of: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Item:
    """One recording of the plan, its size in bytes.

    `keep_until` is the last day of keeping, None where it is not known; `years` is what it is counted by.
    """

    recording: str
    case: str
    sitting: str
    file: str
    sha256: str
    size: int
    recorded_on: date | None
    keep_until: date | None
    years: int
    reason: Reason
    mandates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be destroyed and what is kept as of a day; `unknown` is in the store and in no register."""

    number: str
    on: date
    made_at: datetime
    years: int
    destroy: tuple[Item, ...] = ()
    keep: tuple[Item, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def short_of_the_law(self) -> bool:
        """Whether recordings are kept for less than the Law's three years for regular attestation."""
        return self.years < LAW_YEARS

    def data(self) -> bytes:
        """Canonical JSON: keys sorted, one space of indent, UTF-8, a newline at the end."""
        written = {
            "format": PLAN_FORMAT,
            "number": self.number,
            "on": self.on.isoformat(),
            "made_at": self.made_at.isoformat(),
            "retention_years": self.years,
            "law_50_3_1_years": LAW_YEARS,
            "destroy": [item_fields(item) for item in self.destroy],
            "keep": [item_fields(item) for item in self.keep],
            "not_registered": list(self.unknown),
        }
        return f"{json.dumps(written, ensure_ascii=False, sort_keys=True, indent=1)}\n".encode()

    @property
    def sha256(self) -> str:
        """Of the canonical JSON; `sha256sum` of the plan's file gives the same."""
        return hashlib.sha256(self.data()).hexdigest()


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a plan is made from.

    `under_way`: recordings whose destruction has begun already. `elsewhere`: case and recording of what came
    with another archive's personal file and whose recording stayed there.
    """

    registers: tuple[Register, ...]
    store: Mapping[str, InStore] = field(default_factory=dict)
    under_way: frozenset[str] = frozenset()
    elsewhere: frozenset[tuple[str, str]] = frozenset()
    years: int = 1


def make_plan(situation: Situation, *, number: str, on: date, made_at: datetime) -> Plan:
    """The plan as of that day."""
    named: dict[str, list[_Named]] = {}
    for register in situation.registers:
        for entry in register.entries:
            if entry.stored is not None:
                named.setdefault(entry.stored.id, []).append((entry, register))
    alive = ([pair for pair in pairs if pair[0].destroyed is None] for pairs in named.values())
    items = [judged(pairs, situation, on) for pairs in alive if pairs]
    items.sort(key=lambda item: (item.case, item.sitting, item.file, item.recording))
    return Plan(
        number=number,
        on=on,
        made_at=made_at,
        years=situation.years,
        destroy=tuple(i for i in items if i.reason is Reason.TERM_OVER),
        keep=tuple(i for i in items if i.reason is not Reason.TERM_OVER),
        unknown=tuple(sorted(situation.store.keys() - named.keys())),
    )


_Named = tuple[Entry, Register]
"""A register's entry that names a recording."""


def judged(named: Sequence[_Named], situation: Situation, on: date) -> Item:
    """One stored recording, with the reason it is destroyed or kept.

    `named` are all entries that name it. The one it was stored for tells whose it is; where others name it
    too, the longest term and every ban count.
    """
    stored_for = [pair for pair in named if _speaks(pair[0], situation)]
    entry, _ = min(stored_for or named, key=lambda pair: pair[0].key)
    stored = entry.stored
    if stored is None:
        raise ValueError("a recording that never came has nothing to destroy")
    until, years = _longest(named, situation.years)
    reasons = [_ban(of, of_register, situation) for of, of_register in named]
    ban = next((reason for reason in _BANS if reason in reasons), None)
    mandates = (hold.mandate for of, of_register in named for hold in of_register.bars(of))
    return Item(
        recording=stored.id,
        case=entry.case,
        sitting=entry.sitting,
        file=entry.file or "",
        sha256=stored.sha256,
        size=stored.size,
        recorded_on=entry.trigger,
        keep_until=until,
        years=years,
        reason=ban or _reason(entry, situation, until, on, ours=bool(stored_for)),
        mandates=tuple(dict.fromkeys(mandates)),
    )


def _longest(named: Sequence[_Named], years: int) -> tuple[date | None, int]:
    """The longest of the terms; none where one of the entries has no day to count from."""
    terms = [keep_until(entry, years) for entry, _ in named]
    return (
        (None, years)
        if any(until is None for until, _ in terms)
        else max(terms, key=lambda term: term[0] or date.min)
    )


def _speaks(entry: Entry, situation: Situation) -> bool:
    """Whether the recording in the store was stored for this entry, and not for another."""
    assert entry.stored is not None  # noqa: S101  # only such are asked about
    there = situation.store.get(entry.stored.id)
    return there is not None and there.of == entry.key


def still_due(planned: Item, situation: Situation, on: date) -> Item:
    """A planned recording looked at again when it is to be destroyed: due still, or why it is kept.

    It bears the reason and the mandates of now. It must be the one that was planned, its year counted from
    the same day.
    """
    found = [
        (entry, register)
        for register in situation.registers
        for entry in register.entries
        if entry.stored is not None and entry.stored.id == planned.recording
    ]
    if not found:
        return replace(planned, reason=Reason.NOT_REGISTERED)
    if any(e.destroyed is not None and e.case == planned.case for e, _ in found):
        return replace(planned, reason=Reason.DESTROYED)
    alive = [pair for pair in found if pair[0].destroyed is None]
    if not alive:
        return replace(planned, reason=Reason.NOT_REGISTERED)
    now = judged(alive, situation, on)
    return replace(planned, reason=_as_planned(now, planned), mandates=now.mandates)


def _as_planned(now: Item, planned: Item) -> Reason:
    if now.reason is not Reason.TERM_OVER:
        return now.reason
    if now.sha256 != planned.sha256:
        return Reason.DIFFERS
    counted = now.case == planned.case and now.recorded_on == planned.recorded_on
    return Reason.TERM_OVER if counted and now.keep_until == planned.keep_until else Reason.TRIGGER_CHANGED


def keep_until(entry: Entry, years: int) -> tuple[date | None, int]:
    """The last day of keeping, and how many years it is counted by.

    The later of what the register promises and what the setting gives now: raised, it holds for what is
    stored already; lowered, it takes back no promise.
    """
    if entry.trigger is None:
        return None, years
    now = add_years(entry.trigger, years)
    if entry.keep_until is not None and entry.keep_until > now:
        return entry.keep_until, entry.years
    return now, years


_BANS: Final = (Reason.UNDER_WAY, Reason.HELD, Reason.APPEAL)
"""What any register may say against the destruction, whomever the recording was stored for."""


def _ban(entry: Entry, register: Register, situation: Situation) -> Reason | None:
    assert entry.stored is not None  # noqa: S101  # `judged` asks for nothing else
    if entry.stored.id in situation.under_way:
        return Reason.UNDER_WAY
    bars = register.bars(entry)
    if any(hold.appeal is None for hold in bars):
        return Reason.HELD
    return Reason.APPEAL if bars or entry.appeal_open else None


def _reason(entry: Entry, situation: Situation, until: date | None, on: date, *, ours: bool) -> Reason:
    """The first reason that holds."""
    assert entry.stored is not None  # noqa: S101  # `judged` asks for nothing else
    if not ours and (entry.case, entry.stored.id) in situation.elsewhere:
        return Reason.ELSEWHERE
    if not entry.named:
        return Reason.UNNAMED
    if until is None:
        return Reason.UNDATED
    if entry.doubtful:
        return Reason.DOUBTFUL
    if on <= until:
        return Reason.TERM
    there = situation.store.get(entry.stored.id)
    return Reason.DIFFERS if there is not None and not ours else _in_store(entry.stored.sha256, there)


def _in_store(sha256: str, found: InStore | None) -> Reason:
    """Only what lies in the store whole, and is what the register says, can be destroyed with proof."""
    if found is None or not found.file:
        return Reason.FILE_MISSING
    if not found.key:
        return Reason.KEY_MISSING
    return Reason.TERM_OVER if found.sha256 == sha256 else Reason.DIFFERS


def read_plan(data: bytes) -> Plan:
    """A plan's file; written again it gives the same bytes.

    Raises:
        CorruptError: `plan_unreadable`.
    """
    try:
        content = json.loads(data)
        if content["format"] != PLAN_FORMAT:
            raise CorruptError("plan_unreadable")
        plan = Plan(
            number=str(content["number"]),
            on=date.fromisoformat(content["on"]),
            made_at=datetime.fromisoformat(content["made_at"]),
            years=int(content["retention_years"]),
            destroy=tuple(read_item(item) for item in content["destroy"]),
            keep=tuple(read_item(item) for item in content["keep"]),
            unknown=tuple(content["not_registered"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptError("plan_unreadable") from error
    if plan.data() != data:
        raise CorruptError("plan_unreadable")
    return plan


def item_fields(item: Item) -> dict[str, object]:
    """An item as JSON holds it."""
    return {
        "recording": item.recording,
        "case": item.case,
        "sitting": item.sitting,
        "file": item.file,
        "sha256": item.sha256,
        "size": item.size,
        "recorded_on": item.recorded_on.isoformat() if item.recorded_on else None,
        "keep_until": item.keep_until.isoformat() if item.keep_until else None,
        "years": item.years,
        "reason": str(item.reason),
        "mandates": list(item.mandates),
    }


def read_item(item: Mapping[str, Any]) -> Item:
    """The reverse. Raises KeyError, TypeError or ValueError where it is none."""
    return Item(
        recording=item["recording"],
        case=item["case"],
        sitting=item["sitting"],
        file=item["file"],
        sha256=item["sha256"],
        size=int(item["size"]),
        recorded_on=date.fromisoformat(item["recorded_on"]) if item["recorded_on"] else None,
        keep_until=date.fromisoformat(item["keep_until"]) if item["keep_until"] else None,
        years=int(item["years"]),
        reason=Reason(item["reason"]),
        mandates=tuple(item["mandates"]),
    )
