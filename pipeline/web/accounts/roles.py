"""The roles, what each may do, and which exclude each other.

The table is that of docs/page.md; `tests/web/test_rights.py` walks every address as every role by it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is to the page."""

    HR = "hr"
    SECRETARY = "secretary"
    ARCHIVIST = "archivist"
    APPROVER = "approver"
    HEAD = "head"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Act(StrEnum):
    """What may be done on the page."""

    OWN = "own"
    """One's own account: everybody who signed in."""
    SEE = "see"
    """Cases and their documents, within the account's scope."""
    TAKE_OUT = "take-out"
    HAND_IN = "hand-in"
    AUDIT = "audit"
    ACCOUNTS = "accounts"


GRANTED: Final[Mapping[Role, frozenset[Act]]] = {
    Role.HR: frozenset({Act.SEE, Act.TAKE_OUT, Act.HAND_IN}),
    Role.SECRETARY: frozenset({Act.SEE, Act.TAKE_OUT, Act.HAND_IN}),
    Role.ARCHIVIST: frozenset({Act.SEE, Act.TAKE_OUT}),
    Role.APPROVER: frozenset({Act.SEE}),
    Role.HEAD: frozenset({Act.SEE}),
    Role.AUDITOR: frozenset({Act.AUDIT}),
    Role.ADMIN: frozenset({Act.ACCOUNTS}),
}

ALONE: Final = (Role.ADMIN, Role.APPROVER, Role.AUDITOR)
"""Of these an account bears one at most: who gives rights neither destroys nor watches over it."""

SECOND_FACTOR: Final = frozenset(ALONE)
"""Roles that sign in with a one-time code beside the password."""


def acts_of(roles: Collection[Role]) -> frozenset[Act]:
    """All that an account of these roles may do."""
    return frozenset({Act.OWN}).union(*(GRANTED[role] for role in roles))


def excluding(roles: Collection[Role]) -> tuple[Role, ...]:
    """Those of the roles that no account may bear together; none where they may."""
    found = tuple(role for role in ALONE if role in roles)
    return found if len(found) > 1 else ()
