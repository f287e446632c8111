"""Appeals as holds on the recordings of their case (¶34): set by its record, and not undone by silence.

A record that names an open appeal sets a hold. It ends when a record says how *that* appeal was decided; a
revision that leaves the appeal out, names an older one or takes the court back changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Final

from pipeline.domain.recordings import Appealed, Hold, Lifting, Register
from pipeline.domain.records import Appeal

_BY: Final = "іс жазбасы"
"""The case's record: who set the hold, in the register's language."""


def with_appeals(filed: Register, appeals: Mapping[str, Appeal | None], today: date) -> tuple[Hold, ...]:
    """The holds of a register once these cases say this of their appeals; `today` is the day of filing."""
    holds = list(filed.holds)
    for case, appeal in appeals.items():
        before = filed.appeal(case) or _of_an_earlier_register(filed, case, today)
        after = _after(case, before, appeal if appeal != Appeal() else None, today)
        if before in holds:
            holds.remove(before)
        if after is not None:
            holds.append(after)
    return tuple(holds)


def _of_an_earlier_register(filed: Register, case: str, today: date) -> Hold | None:
    """Registers of the second format knew that an appeal was open, and neither its day nor its court."""
    if any(e.appeal_open for e in filed.entries if e.case == case and e.destroyed is None):
        return _hold(case, Appealed(None, court=False), today)
    return None


def _after(case: str, before: Hold | None, said: Appeal | None, today: date) -> Hold | None:
    if said is None:
        return before
    known = before.appeal if before is not None else None
    if said.decided_on is None:
        given = (said.filed_on, known.filed_on if known is not None else None)
        days = [day for day in given if day is not None]
        appeal = Appealed(max(days, default=None), bool(said.court) or (known is not None and known.court))
        return _hold(case, appeal, today) if known != appeal else before
    if before is None or known is None or not _decides(said, said.decided_on, known, today):
        return before
    at = datetime.combine(said.decided_on, time(), UTC)
    return replace(before, lifted=Lifting(f"шешілген күні: {said.decided_on:%d.%m.%Y}", _BY, at))


def _decides(said: Appeal, decided_on: date, known: Appealed, today: date) -> bool:
    """Whether it is that appeal, or a later one, and was decided after its filing and before tomorrow."""
    if decided_on > today or (known.court and not said.court):
        return False
    filed_on = said.filed_on
    if known.filed_on is not None and (filed_on is None or filed_on < known.filed_on):
        return False
    return filed_on is None or decided_on >= filed_on


def _hold(case: str, appeal: Appealed, today: date) -> Hold:
    """Its moment is the day of filing, so that the same records give the same register whenever they come."""
    day = "" if appeal.filed_on is None else f", {appeal.filed_on:%d.%m.%Y}"
    mandate = f"34-тармақ бойынша шағым{day}{', сотқа' if appeal.court else ''}"
    at = datetime.combine(appeal.filed_on or today, time(), UTC)
    return Hold(case, None, mandate, _BY, at, appeal=appeal)
