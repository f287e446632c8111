"""What is to be done, a page at a time, of the records somebody may see: acts due, papers to sign."""

# ruff: noqa: S608 - the statements are put together of constants and question marks only

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.archive.index.locations import Index
from pipeline.archive.index.scope import Scope, seen_cases
from pipeline.domain.records import Kind, Ref

_JOINED = (
    " LEFT JOIN cases AS c ON d.kind = 'case' AND c.id = d.id"
    " LEFT JOIN standing AS s ON s.kind = d.kind AND s.id = d.id"
    " LEFT JOIN records AS r ON r.kind = d.kind AND r.id = d.id"
    " LEFT JOIN objects AS o ON o.key = r.object"
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Of one campaign, of cases in one stage; None is all."""

    campaign: str | None = None
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A record, its entry in `due` or `standing`, and where it lies; nowhere, if it was only named so far."""

    ref: Ref
    entry: str
    object_id: str | None
    path: str | None


def due_rows(
    index: Index, on: date, scope: Scope, narrowed: Narrowed, *, overdue: bool, limit: int, offset: int
) -> tuple[Row, ...]:
    """Acts owed before that day (`overdue`), or acts and rights from that day on, the soonest first."""
    condition, values = _due(on, scope, narrowed, overdue=overdue)
    rows = index.rows(
        f"SELECT d.kind, d.id, d.entry, o.object_id, r.path FROM due AS d{_JOINED} WHERE {condition}"
        " ORDER BY d.due, d.responsible, d.kind, d.id, d.place LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    return tuple(_row(row) for row in rows)


def due_count(index: Index, on: date, scope: Scope, narrowed: Narrowed, *, overdue: bool) -> int:
    """How many there are."""
    condition, values = _due(on, scope, narrowed, overdue=overdue)
    found: int = index.value(f"SELECT count(*) FROM due AS d{_JOINED} WHERE {condition}", values)
    return found


def case_rows(
    index: Index, what: str, scope: Scope, narrowed: Narrowed, *, limit: int, offset: int
) -> tuple[Row, ...]:
    """Cases of which something is counted in that column of `standing` (`to_sign`, `blocks`, `appealed`)."""
    condition, values = _cases(what, scope, narrowed)
    rows = index.rows(
        "SELECT s.kind, s.id, s.entry, o.object_id, r.path FROM standing AS s"
        " JOIN cases AS c ON c.id = s.id LEFT JOIN records AS r ON r.kind = 'case' AND r.id = s.id"
        f" LEFT JOIN objects AS o ON o.key = r.object WHERE {condition} ORDER BY s.id LIMIT ? OFFSET ?",
        [*values, limit, offset],
    )
    return tuple(_row(row) for row in rows)


def case_count(index: Index, what: str, scope: Scope, narrowed: Narrowed) -> int:
    """How many there are."""
    condition, values = _cases(what, scope, narrowed)
    found: int = index.value(
        f"SELECT count(*) FROM standing AS s JOIN cases AS c ON c.id = s.id WHERE {condition}", values
    )
    return found


def stage_counts(index: Index, scope: Scope, campaign: str | None) -> dict[str, int]:
    """The cases that are not closed, by stage."""
    seen, values = seen_cases(scope)
    joined = " JOIN cases AS c ON c.id = s.id" if seen else ""
    if campaign is not None:
        seen += " AND s.campaign = ?"
        values = [*values, campaign]
    return dict(
        index.rows(
            f"SELECT s.stage, count(*) FROM standing AS s INDEXED BY standing_open{joined}"
            f" WHERE s.kind = 'case' AND NOT s.closed{seen} GROUP BY s.stage",
            values,
        )
    )


def open_campaigns(index: Index, scope: Scope) -> tuple[tuple[str, str], ...]:
    """Object and id of the campaigns with cases that are not closed and are seen, by id."""
    condition, values = seen_cases(scope)
    rows = index.rows(
        "SELECT DISTINCT o.object_id, s.campaign FROM standing AS s INDEXED BY standing_open"
        " JOIN records AS r ON r.kind = 'campaign' AND r.id = s.campaign"
        " JOIN objects AS o ON o.key = r.object"
        + (" JOIN cases AS c ON c.id = s.id" if condition else "")
        + f" WHERE s.kind = 'case' AND NOT s.closed{condition} ORDER BY s.campaign",
        values,
    )
    return tuple((object_id, campaign) for object_id, campaign in rows)


def _due(on: date, scope: Scope, narrowed: Narrowed, *, overdue: bool) -> tuple[str, list[str]]:
    condition = "d.due < ? AND d.nature = 'act'" if overdue else "d.due >= ?"
    values = [on.isoformat()]
    cases, of_cases = seen_cases(scope)
    if cases:
        whose = "1" if scope.everything else "0"
        condition += (
            f" AND CASE d.kind WHEN 'case' THEN (c.id IS NOT NULL{cases})"
            f" WHEN 'sitting' THEN {whose} OR (SELECT commission FROM sittings WHERE sittings.id = d.id)"
            " IN (SELECT value FROM json_each(?))"
            f" ELSE {whose} OR d.id IN (SELECT value FROM json_each(?)) END"
        )
        others = (*scope.campaigns, *scope.commissions)
        values += [*of_cases, json.dumps(scope.commissions), json.dumps(others)]
    if narrowed.campaign is not None:
        condition += " AND (s.campaign = ? OR (d.kind = 'campaign' AND d.id = ?))"
        values += [narrowed.campaign] * 2
    if narrowed.stage is not None:
        condition += " AND s.stage = ?"
        values.append(narrowed.stage)
    return condition, values


def _cases(what: str, scope: Scope, narrowed: Narrowed) -> tuple[str, list[str]]:
    if what not in ("to_sign", "blocks", "appealed"):
        raise ValueError(what)
    condition, values = seen_cases(scope)
    condition = f"s.kind = 'case' AND s.{what} > 0{condition}"
    for column, value in (("campaign", narrowed.campaign), ("stage", narrowed.stage)):
        if value is not None:
            condition += f" AND s.{column} = ?"
            values = [*values, value]
    return condition, values


def _row(row: Sequence[str]) -> Row:
    kind, record_id, entry, object_id, path = row
    return Row(Ref(Kind(kind), record_id), entry, object_id, path)
