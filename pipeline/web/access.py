"""What an account may open: by its roles (acts), and by its scope (records)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from django.http import HttpRequest

from pipeline.archive.index.scope import Scope
from pipeline.flow.retention.planned import cases_of_open_plans
from pipeline.web import site
from pipeline.web.accounts.roles import SECOND_FACTOR, Act, Role

if TYPE_CHECKING:
    from pipeline.web.accounts.models import Account

V = TypeVar("V", bound=Callable[..., object])


class _Screen(Protocol):
    act: Act | None


class _Verified(Protocol):
    """What django-otp adds to whoever signed in."""

    def is_verified(self) -> bool: ...


def screen(act: Act | None) -> Callable[[V], V]:
    """Says of a view which act opens it; None: everybody, signed in or not."""

    def mark(view: V) -> V:
        cast("_Screen", view).act = act
        return view

    return mark


def act_of(view: object) -> Act | None:
    """The act that opens a view; one that says nothing opens for nobody who is not signed in.

    Raises:
        LookupError: the view was never marked: it must not be reachable.
    """
    try:
        return cast("_Screen", view).act
    except AttributeError:
        raise LookupError(f"a screen without its act: {view!r}") from None


def account_of(request: HttpRequest) -> Account:
    """Who asks. Only for screens that ask for an act."""
    return cast("Account", request.user)


def second_factor_lacking(request: HttpRequest) -> bool:
    """Whether the account's roles want a one-time code that this session has not given."""
    account = account_of(request)
    verified = cast("_Verified", request.user).is_verified()
    return bool(account.its_roles & SECOND_FACTOR) and not verified


def scope_of(account: Account) -> Scope:
    """Which records the account sees.

    Raises:
        RefusedError: an approver's: `plan_altered`.
    """
    roles = account.its_roles
    return Scope(
        everything=bool(roles & {Role.HR, Role.ARCHIVIST}),
        commissions=tuple(account.commissions) if Role.SECRETARY in roles else (),
        campaigns=tuple(account.campaigns) if Role.HEAD in roles else (),
        cases=cases_of_open_plans(site.places().retention) if Role.APPROVER in roles else (),
        but_iin=account.iin,
    )
