"""What people do on the page, told to the audit log before it is answered."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from pipeline import office
from pipeline.archive.audit.actor import Actor
from pipeline.archive.audit.log import AuditLog
from pipeline.web import site
from pipeline.web.access import account_of


def tell(request: HttpRequest, event: str, objects: Iterable[str] = (), **detail: str | int) -> None:
    """By the account that asks.

    Raises:
        MachineError: `audit_unwritable`: it must not be done.
    """
    tell_of(account_of(request).agent, event, objects, **detail)


def tell_of(agent: str, event: str, objects: Iterable[str] = (), **detail: str | int) -> None:
    """By that agent: who tried to sign in, for one.

    Raises:
        MachineError: `audit_unwritable`.
    """
    Actor(agent, AuditLog.open(site.places().audit), office.now).tell(event, objects, **detail)
