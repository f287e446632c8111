"""On whose word recordings are destroyed: two different people for each plan, or a standing order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from pipeline.domain.errors import ConfigError, RefusedError
from pipeline.retention.same_person import may_be_one, words_of

NEEDED: Final = 2
_LEAST_WORDS: Final = 2


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's word for a plan, or another decision of two, as its SHA-256 names it.

    `by` is the name they gave, `user` the operating-system login they came by. It counts only with the entry
    of the audit chain that names its `digest`.
    """

    plan: str
    sha256: str
    by: str
    at: datetime
    user: str

    def data(self) -> bytes:
        """Its line in the file of approvals: JSON, keys sorted."""
        fields = asdict(self) | {"at": self.at.isoformat()}
        return json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of `data`: nothing of it can be rewritten without the chain."""
        return hashlib.sha256(self.data()).hexdigest()


def read_approval(line: bytes) -> Approval:
    """The reverse of `data`. Raises ValueError, KeyError or TypeError where it is none."""
    written = json.loads(line)
    return Approval(**{**written, "at": datetime.fromisoformat(written["at"])})


@dataclass(frozen=True, slots=True)
class StandingOrder:
    """The order by which the body's head lets recordings be destroyed without two approvals each time."""

    number: str
    date: date
    signed_by: str


Mandate = tuple[Approval, ...] | StandingOrder


def admit(by: str, user: str, given: Sequence[Approval]) -> None:
    """Whether this person may approve after those who have.

    Raises:
        RefusedError: `approval_name`, not a surname and a given name or initials; `approval_same_login`,
            `approval_same_person`; `approval_enough`.
    """
    if len(words_of(by)) < _LEAST_WORDS:
        raise RefusedError("approval_name")
    if any(user == approval.user for approval in given):
        raise RefusedError("approval_same_login", user=user)
    if any(may_be_one(by, approval.by) for approval in given):
        raise RefusedError("approval_same_person")
    if len(given) >= NEEDED:
        raise RefusedError("approval_enough")


def enough(given: Sequence[Approval]) -> bool:
    """Whether two people have approved: two logins, and two names that cannot be one person's."""
    if len(given) < NEEDED:
        return False
    first, second = given[:NEEDED]
    return first.user != second.user and not may_be_one(first.by, second.by)


def mandate(
    given: Sequence[Approval], sha256: str, order: StandingOrder | None, today: date, *, unbound: int = 0
) -> Mandate:
    """Two approvals of exactly this plan; else the standing order, from its own day on.

    `unbound` counts approvals that the audit chain does not know: they are none.

    Raises:
        RefusedError: `plan_altered`, somebody approved another content; `approval_unbound`,
            `approval_missing`.
        ConfigError: `order_ahead`, the standing order's day has not come.
    """
    for approval in given:
        if approval.sha256 != sha256:
            raise RefusedError("plan_altered", plan=approval.plan)
    if enough(given):
        return tuple(given[:NEEDED])
    if order is not None:
        in_force(order, today)
        return order
    if unbound:
        raise RefusedError("approval_unbound", given=len(given), needed=NEEDED, unbound=unbound)
    raise RefusedError("approval_missing", given=len(given), needed=NEEDED)


def in_force(order: StandingOrder, today: date) -> None:
    """Whether an order may be acted on: nobody can have signed one of a day to come.

    Raises:
        ConfigError: `order_ahead`.
    """
    if order.date > today:
        raise ConfigError("order_ahead", number=order.number, date=f"{order.date:%d.%m.%Y}")
