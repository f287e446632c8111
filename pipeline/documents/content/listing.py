"""What lists of people share: their order, their numbers, days in figures, who issues them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from pipeline.documents.content.context import RULE, Context
from pipeline.documents.content.printable import one_line
from pipeline.domain.kazakh.alphabet import collation_key
from pipeline.domain.names import full_name
from pipeline.domain.records import Campaign, Case, Employee, Responsible

T = TypeVar("T")
CollationKey = tuple[tuple[tuple[int, int], ...], str]


def person(employee: Employee) -> str:
    """Rank and full name."""
    return " ".join(filter(None, (one_line(employee.rank), full_name(employee))))


def by_name(cases: Iterable[Case]) -> list[Case]:
    """In the order of the Kazakh alphabet."""
    return sorted(cases, key=alphabetical)


def table_day(day: date | None) -> str:
    """The day in figures, as tables have it: "16.10.2025"."""
    return f"{day:%d.%m.%Y}" if day else ""


def counted(rows: Iterable[Context]) -> list[Context]:
    """The rows with their numbers."""
    return [{"number": str(number), **row} for number, row in enumerate(rows, 1)]


def shared(values: Iterable[T]) -> T | None:
    """The one value all have; None where they differ."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def alphabetical(case: Case) -> tuple[CollationKey, str]:
    """Sort key of a case by the name of its employee."""
    return collation_key(full_name(case.employee)), case.id


def issuer(campaign: Campaign | None) -> dict[str, str]:
    """The body whose paper it is, and who answers for it in HR (¶38)."""
    responsible = (campaign.responsible if campaign else None) or Responsible()
    return {"unit": (one_line(campaign.unit) if campaign else "") or RULE, "hr": one_line(responsible.hr)}
