"""How far a case has come: admitted, refused, still going on (¶7, 12)."""

from __future__ import annotations

from datetime import date

from pipeline.domain.records import Case


def admitted(case: Case) -> bool | None:
    """HR's decision; None while there is none."""
    return case.admission.admitted if case.admission else None


def admitted_on(case: Case) -> date | None:
    """The day of that decision."""
    return case.admission.decided_on if case.admission else None


def refused(case: Case) -> bool:
    """Not admitted: the further stages are closed (¶12 part 3)."""
    return admitted(case) is False


def going_on(case: Case) -> bool:
    """Neither refused, withdrawn nor ended: further acts are owed."""
    return not refused(case) and case.withdrawn_on is None and case.ended is None
