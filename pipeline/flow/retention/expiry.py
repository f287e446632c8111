"""Which recordings' keeping ends soon, as deadlines; the held and the doubtful have no such day (¶29)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from pipeline.domain.findings import Deadline, Nature
from pipeline.domain.records import Kind, Ref
from pipeline.domain.terms import years
from pipeline.flow.casefile.versions import USER
from pipeline.flow.retention.sweep import Cleanup
from pipeline.flow.site.workplace import Workplace
from pipeline.retention.plan import Item, Reason

AHEAD: Final = timedelta(days=90)


def expiries(place: Workplace, on: date) -> tuple[Deadline, ...]:
    """The last days of keeping that have passed with the recording still there, or come within 90 days.

    Raises:
        JekeError: the store or the index cannot be read.
    """
    plan = Cleanup(place, USER).plan(on, dry_run=True)
    going = (*plan.destroy, *(item for item in plan.keep if item.reason is Reason.TERM))
    found = (_deadline(item) for item in going)
    return tuple(dict.fromkeys(d for d in found if d is not None and d.due <= on + AHEAD))


def _deadline(item: Item) -> Deadline | None:
    if item.recorded_on is None:
        return None
    reckoned = years(item.recorded_on, item.years)
    return Deadline(
        paragraph="29",
        code="recording",
        record=Ref(Kind.SITTING, item.sitting),
        due=reckoned.due,
        done=None,
        responsible="hr",
        reckoned=reckoned,
        nature=Nature.KEEP,
    )
