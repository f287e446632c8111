"""Every recording that the registers name, as `jeke recording list` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.archive.index.locations import Index
from pipeline.domain.recordings import Entry, Register
from pipeline.retention.plan import keep_until


@dataclass(frozen=True, slots=True)
class Listed:
    """One recording, destroyed and expected ones too."""

    id: str
    case: str
    sitting: str
    file: str
    type: str
    seconds: float | None
    size: int | None
    keep_until: date | None
    state: str
    act: str


def listed(index: Index, years: int) -> list[Listed]:
    """All of them in the order of the cases; `years` is how long recordings are kept."""
    rows = (_listed(e, register, years) for register in index.registers().values() for e in register.entries)
    return sorted(rows, key=lambda row: (row.case, row.sitting, row.file))


def _listed(entry: Entry, register: Register, years: int) -> Listed:
    stored = entry.stored
    return Listed(
        id=stored.id if stored else "",
        case=entry.case,
        sitting=entry.sitting,
        file=entry.file or "",
        type=entry.type or "",
        seconds=stored.seconds if stored else None,
        size=stored.size if stored else None,
        keep_until=keep_until(entry, years)[0],
        state=register.state(entry),
        act=entry.destroyed.act if entry.destroyed else "",
    )
