"""Accounts for the administrator: made, given roles, disabled. No personal file is seen from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from pipeline.archive.audit.log import AuditEvent
from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.web import telling
from pipeline.web.access import account_of, screen
from pipeline.web.accounts import managing
from pipeline.web.accounts.models import Account
from pipeline.web.accounts.roles import Act, Role
from pipeline.web.pages.words import messages_for

_CHANGES: Final[dict[str, Callable[[Account], None]]] = {
    "disabled": managing.disable,
    "enabled": managing.enable,
    "second-factor": managing.forget_second_factor,
}


@screen(Act.ACCOUNTS)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """The list, and the form for a new one."""
    refused: RefusedError | None = None
    if request.method == "POST":
        try:
            _add(request)
        except RefusedError as error:
            refused = error
        else:
            return HttpResponseRedirect("/accounts")
    shown = {
        **_why(request, refused),
        "accounts": Account.objects.order_by("name"),
        "roles": tuple(Role),
        "typed": request.POST,
        "chosen": request.POST.getlist("roles"),
    }
    return render(request, "accounts.html", shown, status=400 if refused else 200)


@screen(Act.ACCOUNTS)
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, account: str) -> HttpResponse:
    """One account, and what may be changed of it; nobody changes their own here."""
    which, refused = managing.named(account), None
    if request.method == "POST":
        try:
            _change(request, which)
        except RefusedError as error:
            refused = error
        else:
            return HttpResponseRedirect("/accounts")
    shown = {
        **_why(request, refused),
        "which": which,
        "own": which == account_of(request),
        "roles": tuple(Role),
    }
    return render(request, "account.html", shown, status=400 if refused else 200)


def _why(request: HttpRequest, refused: RefusedError | None) -> dict[str, object]:
    """Why it was not done; empty where nothing was refused."""
    say = messages_for(request)
    return {
        "here": "accounts",
        "wrong": say.error(refused) if refused else "",
        "remedy": say.error_remedy(refused) if refused else "",
    }


def _add(request: HttpRequest) -> None:
    asked = request.POST
    with managing.whole():
        made = managing.add(
            asked.get("name", "").strip().lower(),
            " ".join(asked.get("full_name", "").split())[:200],
            asked.get("password", ""),
            _roles(request),
            iin=asked.get("iin", "").strip(),
            commissions=asked.get("commissions", "").split(),
            campaigns=asked.get("campaigns", "").split(),
        )
        _tell(request, "added", made)


def _change(request: HttpRequest, which: Account) -> None:
    """One thing at a time, named by the button.

    Raises:
        RefusedError: as `managing`; `account_own`, the administrator's own account.
    """
    what = request.POST.get("what", "")
    if which == account_of(request):
        raise RefusedError("account_own")
    with managing.whole():
        if what == "roles":
            scope = [request.POST.get(name, "").split() for name in ("commissions", "campaigns")]
            managing.give_roles(which, _roles(request), *scope)
        elif what == "password":
            managing.set_password(which, request.POST.get("password", ""))
        elif what in _CHANGES:
            _CHANGES[what](which)
        else:
            raise NotFoundError("nothing_found")
        _tell(request, what, which)


def _roles(request: HttpRequest) -> list[Role]:
    return [Role(role) for role in request.POST.getlist("roles") if role in tuple(Role)]


def _tell(request: HttpRequest, what: str, which: Account) -> None:
    telling.tell(request, AuditEvent.RIGHTS, what=what, **which.rights)
