"""Which records somebody may see: part of the query, so that nothing else is ever read for them."""

# ruff: noqa: S608 - the statements are put together of constants and question marks only

from __future__ import annotations

import json
from dataclasses import dataclass

from pipeline.archive.index.locations import Index
from pipeline.domain.records import Kind, Ref


@dataclass(frozen=True, slots=True)
class Scope:
    """What an account sees.

    `everything`, or the cases heard in sittings of these commissions, those of these campaigns, and these
    cases; never the file kept under `but_iin`, the account's own.
    """

    everything: bool = False
    commissions: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    but_iin: str = ""


def seen_cases(scope: Scope | None) -> tuple[str, list[str]]:
    """The condition that the row `c` of `cases` is within the scope, and its values; None is everything."""
    if scope is None:
        return "", []
    condition, values = "", []
    if not scope.everything:
        condition = (
            " AND (c.campaign IN (SELECT value FROM json_each(?))"
            " OR c.id IN (SELECT case_id FROM candidates JOIN sittings ON sittings.id = candidates.sitting"
            " WHERE sittings.commission IN (SELECT value FROM json_each(?)))"
            " OR c.id IN (SELECT value FROM json_each(?)))"
        )
        values = [json.dumps(each) for each in (scope.campaigns, scope.commissions, scope.cases)]
    if scope.but_iin:
        condition += (
            " AND c.iin IS NOT ? AND (c.object IS NULL OR c.object NOT IN"
            " (SELECT object FROM persons WHERE iin = ? UNION SELECT object FROM joined WHERE iin = ?))"
        )
        values += [scope.but_iin] * 3
    return condition, values


def sees_case(index: Index, scope: Scope, case_id: str) -> bool:
    """Whether that case is within the scope."""
    condition, values = seen_cases(scope)
    return bool(index.value(f"SELECT 1 FROM cases AS c WHERE c.id = ?{condition}", [case_id, *values]))


def seen_cases_of(index: Index, scope: Scope, object_id: str) -> tuple[str, ...]:
    """The cases of a personal file that are within the scope, by id."""
    condition, values = seen_cases(scope)
    return index.texts(
        "SELECT c.id FROM cases AS c JOIN objects ON objects.key = c.object"
        f" WHERE object_id = ?{condition} ORDER BY c.id",  # constants and question marks
        [object_id, *values],
    )


def sees(index: Index, scope: Scope, ref: Ref) -> bool:
    """Whether that record is within the scope: a sitting by its commission, what is no case by its own id."""
    match ref.kind:
        case Kind.CASE:
            return sees_case(index, scope, ref.id)
        case Kind.SITTING:
            commission = index.value("SELECT commission FROM sittings WHERE id = ?", (ref.id,))
            return (scope.everything or commission in scope.commissions) and not _heard_there(
                index, scope, ref
            )
        case Kind.CAMPAIGN:
            return scope.everything or ref.id in scope.campaigns
        case Kind.COMMISSION:
            return scope.everything or ref.id in scope.commissions


def _heard_there(index: Index, scope: Scope, sitting: Ref) -> bool:
    """Whether the account's own case came before that sitting: its papers say who voted how on it (¶32)."""
    return bool(scope.but_iin) and bool(
        index.value(
            "SELECT 1 FROM candidates AS n JOIN cases AS c ON c.id = n.case_id WHERE n.sitting = ?"
            " AND (c.iin = ? OR c.object IN"
            " (SELECT object FROM persons WHERE iin = ? UNION SELECT object FROM joined WHERE iin = ?))",
            (sitting.id, *[scope.but_iin] * 3),
        )
    )
