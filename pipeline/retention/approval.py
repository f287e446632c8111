"""On whose word recordings are destroyed: two different people for each plan, or a standing order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pipeline.domain.errors import RefusedError
from pipeline.domain.kazakh.alphabet import search_key

NEEDED: Final = 2
_LEAST_WORDS: Final = 2
_BETWEEN: Final = re.compile(r"[\W\d_]+")
_APART: Final = re.compile(r"\s+(?=(?:улы|кызы)\b)")
_SON_OR_DAUGHTER: Final = re.compile(r"(?<=\w{2})(?:улы|кызы|[ое]вич|[ое]вна)$")
"""Of a patronymic, Kazakh and Russian, in the letters of `search_key`."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's word that a plan, as its SHA-256 names it, may be run. `user` is who was logged in."""

    plan: str
    sha256: str
    by: str
    at: datetime
    user: str


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """The order by which the body's head lets recordings be destroyed without two approvals each time."""

    number: str
    date: date
    signed_by: str


Mandate = tuple[Approval, ...] | StandingOrder


def admit(by: str, given: Sequence[Approval]) -> None:
    """Whether this person may approve after those who have.

    Raises:
        RefusedError: `approval_name`, not a surname and a given name or initials; `approval_same_person`;
            `approval_enough`.
    """
    if len(_words(by)) < _LEAST_WORDS:
        raise RefusedError("approval_name")
    if any(may_be_one(by, approval.by) for approval in given):
        raise RefusedError("approval_same_person")
    if len(given) >= NEEDED:
        raise RefusedError("approval_enough")


def mandate(given: Iterable[Approval], sha256: str, order: StandingOrder | None) -> Mandate:
    """Two approvals of exactly this plan; else the standing order.

    Raises:
        RefusedError: `plan_altered`, somebody approved another content; `approval_missing`.
    """
    approvals = tuple(given)
    for approval in approvals:
        if approval.sha256 != sha256:
            raise RefusedError("plan_altered", plan=approval.plan)
    if len(approvals) >= NEEDED and not may_be_one(approvals[0].by, approvals[1].by):
        return approvals[:NEEDED]
    if order is not None:
        return order
    raise RefusedError("approval_missing", given=len(approvals), needed=NEEDED)


def may_be_one(one: str, other: str) -> bool:
    """Whether two written names can be the same person's: "Есімов Болат Серікұлы", "Б.С. Есімов".

    Every word of the shorter name stands in the longer one, whole or by its first letter. What one keyboard
    or language has for the other does not count: "ЕСИМОВ БОЛАТ", "Серикович". Where that leaves doubt the
    names count as one: full names tell the people apart.
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    return _fits(shorter, longer)


def _fits(words: Sequence[str], among: Sequence[str]) -> bool:
    if not words:
        return True
    first, rest = words[0], words[1:]
    return any(
        _is_one(first, word) and _fits(rest, [*among[:place], *among[place + 1 :]])
        for place, word in enumerate(among)
    )


def _is_one(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return shorter == longer or (len(shorter) == 1 and longer.startswith(shorter))


def _words(name: str) -> list[str]:
    """Folded; a patronymic by its father's name, and a mark that it is one."""
    joined = _APART.sub("", search_key(name))
    return [_SON_OR_DAUGHTER.sub("~", word) for word in _BETWEEN.split(joined) if word]
