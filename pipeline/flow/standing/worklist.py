"""The work list of one who signed in: counts over all they may see, and one page of what is to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.archive.index.locations import Index
from pipeline.archive.index.scope import Scope
from pipeline.archive.index.worklist import (
    Narrowed,
    Row,
    case_count,
    case_rows,
    due_count,
    due_rows,
    open_campaigns,
    stage_counts,
)
from pipeline.flow.standing.case import CaseStanding
from pipeline.flow.standing.due import Due
from pipeline.flow.standing.kept import from_json


class Task(StrEnum):
    """The kinds of task."""

    OVERDUE = "overdue"
    DUE = "due"
    TO_SIGN = "to-sign"
    BLOCKED = "blocked"
    APPEAL = "appeal"


_COLUMN = {Task.TO_SIGN: "to_sign", Task.BLOCKED: "blocks", Task.APPEAL: "appealed"}


@dataclass(frozen=True, slots=True)
class Owed:
    """A deadline, or a case with its standing, and the object and path of its record."""

    row: Row
    due: Due | None = None
    standing: CaseStanding | None = None


@dataclass(frozen=True, slots=True)
class WorkList:
    """Counts by kind of task and by stage, the campaigns with open cases (object, id), one page of a kind."""

    on: date
    task: Task
    counts: Mapping[Task, int]
    stages: Mapping[str, int]
    campaigns: tuple[tuple[str, str], ...]
    page: tuple[Owed, ...]
    more: bool


def worklist(
    index: Index, on: date, scope: Scope, task: Task | None, narrowed: Narrowed, *, limit: int, offset: int
) -> WorkList:
    """What the `standing` and `due` tables say on that day; nothing is judged.

    Without a `task`, the first kind of which there is any.
    """
    counts = {each: _count(index, on, scope, each, narrowed) for each in Task}
    task = task or next((each for each in Task if counts[each]), Task.OVERDUE)
    found = _page(index, on, scope, task, narrowed, limit + 1, offset)
    return WorkList(
        on=on,
        task=task,
        counts=counts,
        stages=stage_counts(index, scope, narrowed.campaign),
        campaigns=open_campaigns(index, scope),
        page=found[:limit],
        more=len(found) > limit,
    )


def _count(index: Index, on: date, scope: Scope, task: Task, narrowed: Narrowed) -> int:
    if task in _COLUMN:
        return case_count(index, _COLUMN[task], scope, narrowed)
    return due_count(index, on, scope, narrowed, overdue=task is Task.OVERDUE)


def _page(
    index: Index, on: date, scope: Scope, task: Task, narrowed: Narrowed, limit: int, offset: int
) -> tuple[Owed, ...]:
    if task in _COLUMN:
        rows = case_rows(index, _COLUMN[task], scope, narrowed, limit=limit, offset=offset)
        return tuple(Owed(row, standing=from_json(CaseStanding, row.entry)) for row in rows)
    overdue = task is Task.OVERDUE
    rows = due_rows(index, on, scope, narrowed, overdue=overdue, limit=limit, offset=offset)
    return tuple(Owed(row, due=from_json(Due, row.entry)) for row in rows)
