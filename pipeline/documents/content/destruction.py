"""Техникалық жазбаларды жою туралы акт (¶29): no form is prescribed. One act a case, in its personal file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pipeline.documents.content.context import Context, day_of_paper, post
from pipeline.documents.content.listing import counted, issuer, person, table_day
from pipeline.documents.content.plan import TITLES, DocumentKind, Wanted
from pipeline.documents.content.printable import one_line
from pipeline.documents.content.protocol import RECORDED
from pipeline.domain.kazakh.dates import clock
from pipeline.domain.records import Campaign, Case, RecordingType

GROUP: Final = 16
RULE: Final = "Қағидалардың 29-тармағы (№ 218 бұйрық, 26.03.2025)"


@dataclass(frozen=True, slots=True)
class Destroyed:
    """One recording of the act: what started its term, how long it was kept, when nothing of it was left."""

    file: str
    type: RecordingType | None
    recorded_on: date
    keep_until: date
    years: int
    sha256: str
    gone_at: datetime
    copies: int


@dataclass(frozen=True, slots=True)
class OfAct:
    """What an act says besides its recordings: number and day, the plan, on whose word, the audit chain."""

    number: str
    on: date
    plan: str
    plan_sha256: str
    mandate: tuple[str, ...]
    audit_number: int
    audit_sha256: str


def act_name(plan: str) -> str:
    """The file name stem of the act that a plan leads to in a case's folder."""
    return f"{DocumentKind.DESTRUCTION_ACT}-{plan}"


def act_of_destruction(
    case: Case, campaign: Campaign | None, act: OfAct, recordings: Sequence[Destroyed]
) -> Wanted:
    """The act on the recordings of one case."""
    title = f"{TITLES[DocumentKind.DESTRUCTION_ACT]} № {act.number}"
    context: Context = {
        **issuer(campaign),
        "number": one_line(act.number),
        "date": day_of_paper(act.on),
        "person": person(case.employee),
        "position": post(case.employee.position),
        "case": one_line(case.id),
        "rule": RULE,
        "plan": act.plan,
        "plan_sha256": _grouped(act.plan_sha256),
        "mandate": [one_line(line) for line in act.mandate],
        "audit_number": str(act.audit_number),
        "audit_sha256": _grouped(act.audit_sha256),
        "copies": str(sum(r.copies for r in recordings)),
        "rows": counted(_rows(recordings)),
    }
    name = act_name(act.plan)
    return Wanted(DocumentKind.DESTRUCTION_ACT, case.ref, name, title, context, to_sign=False, day=act.on)


def _rows(recordings: Iterable[Destroyed]) -> Iterable[Context]:
    for r in recordings:
        yield {
            "file": one_line(r.file),
            "type": RECORDED[r.type] if r.type else "",
            "recorded_on": table_day(r.recorded_on),
            "years": f"{r.years} жыл",
            "keep_until": table_day(r.keep_until),
            "sha256": _grouped(r.sha256),
            "gone_at": f"{table_day(r.gone_at.date())} {clock(r.gone_at.time())}",
        }


def _grouped(digest: str) -> str:
    """A sum in groups, to be compared by eye and broken at the end of a line."""
    return " ".join(digest[start : start + GROUP] for start in range(0, len(digest), GROUP))
