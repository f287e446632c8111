"""One's own account: roles, password, and who looked into one's own file."""

from __future__ import annotations

from typing import Final

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.audit.lookup import Asked, look
from pipeline.domain.errors import RefusedError
from pipeline.web import session, site, telling
from pipeline.web.access import account_of, screen
from pipeline.web.accounts import managing
from pipeline.web.accounts.models import Account
from pipeline.web.accounts.roles import Act
from pipeline.web.pages.paging import Paging, page_of
from pipeline.web.pages.words import messages_for
from pipeline.web.screens.audit import INDEX

PAGE: Final = 50


@screen(Act.OWN)
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """By POST a new password: the old one is asked for, and all other sessions end."""
    account, wrong = account_of(request), ""
    if request.method == "POST":
        wrong = _new_password(request, account)
    shown = {
        "here": "me",
        "wrong": wrong,
        "done": request.method == "POST" and not wrong,
        "remedy": messages_for(request).text("error.account_password.remedy"),
    }
    return render(request, "me.html", shown, status=400 if wrong else 200)


def _new_password(request: HttpRequest, account: Account) -> str:
    """Why it was not taken; empty where it was."""
    new = request.POST.get("new", "")
    if not account.check_password(request.POST.get("old", "")):
        telling.tell(request, AuditEvent.LOGIN_FAILED, why="password")
        return "old"
    if new != request.POST.get("again", ""):
        return "differs"
    try:
        with managing.whole():
            managing.set_password(account, new)
            telling.tell(request, AuditEvent.RIGHTS, what="password", account=account.name)
    except RefusedError as refused:
        return str(refused.params["why"])
    update_session_auth_hash(request, account)
    session.begin(request)
    return ""


@screen(Act.OWN)
@require_safe
def looked(request: HttpRequest) -> HttpResponse:
    """Who looked into the file of the person behind the account, and what was done with it."""
    account, number = account_of(request), page_of(request)
    with site.opened() as place:
        objects = place.index.objects_known_as(account.iin) if account.iin else ()
    audit, index = site.places().audit, site.web_folder() / INDEX
    found = look(audit, index, Asked(objects), limit=PAGE + 1, offset=number * PAGE) if objects else ()
    telling.tell(request, AuditEvent.VIEW, objects, of="audit")
    shown = {
        "here": "me",
        "rows": found[:PAGE],
        "known": bool(account.iin),
        "paging": Paging.of(request, number, more=len(found) > PAGE),
    }
    return render(request, "looked.html", shown)
