"""Signing in and out: a password, where the role wants it a one-time code, and what is told of both."""

from __future__ import annotations

from typing import Any, cast

import django_otp
from axes.decorators import axes_dispatch
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from pipeline.archive.audit.log import AuditEvent
from pipeline.messages.catalogue import Language
from pipeline.web import session, telling
from pipeline.web.access import account_of, screen, second_factor_lacking
from pipeline.web.accounts.managing import counted_as
from pipeline.web.accounts.models import Account
from pipeline.web.accounts.roles import Act
from pipeline.web.pages.words import LANGUAGE
from pipeline.web.second_factor import picture_of, words_of

_SCREEN = "sign_in.html"


@screen(None)
@sensitive_post_parameters("password")
@axes_dispatch  # type: ignore[untyped-decorator]  # the library has no types
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first screen."""
    if request.user.is_authenticated:
        return HttpResponseRedirect("/")
    if request.method == "GET":
        return render(request, _SCREEN)
    name = _name(request)
    account = authenticate(request, username=name, password=request.POST.get("password", ""))
    if account is None:
        telling.tell_of(_known(name), AuditEvent.LOGIN_FAILED)
        return render(request, _SCREEN, {"wrong": True, "name": name}, status=403)
    _begin(request, cast("Account", account))
    return HttpResponseRedirect("/")


def _begin(request: HttpRequest, account: Account) -> None:
    """A session of its own, told of before it is given."""
    telling.tell_of(account.agent, AuditEvent.LOGIN)
    login(request, account)
    session.begin(request)


def _known(name: str) -> str:
    """The agent of an attempt: what was typed instead of a name may be a password, and is not kept."""
    account = Account.objects.filter(name=name).first()
    return "web" if account is None else account.agent


def _name(request: HttpRequest) -> str:
    """The account that is meant."""
    return request.POST.get("name", "").strip().lower()


def name_tried(request: HttpRequest, _credentials: Any = None) -> str:
    """By which wrong tries are counted: not what was typed, which may be a password."""
    return counted_as(_name(request))


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """Too many wrong passwords: nothing is tried for a quarter of an hour."""
    telling.tell_of(_known(_name(request)), AuditEvent.LOGIN_FAILED, why="locked")
    return render(request, _SCREEN, {"locked": True}, status=429)


@screen(None)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session, and takes what the browser kept."""
    if request.user.is_authenticated:
        telling.tell(request, AuditEvent.LOGOUT)
        logout(request)
    response = HttpResponseRedirect("/login")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@screen(None)
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """The page's language: the account's from now on, or this session's before signing in."""
    chosen = request.POST.get("language", "")
    if chosen in tuple(Language):
        if request.user.is_authenticated:
            account = account_of(request)
            account.language = chosen
            account.save(update_fields=["language"])
        else:
            request.session[LANGUAGE] = chosen
    return HttpResponseRedirect("/" if request.user.is_authenticated else "/login")


@screen(Act.OWN)
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """A one-time code of six digits; the first time, the key for the telephone is shown."""
    account = account_of(request)
    if not second_factor_lacking(request):
        return HttpResponseRedirect("/")
    device, _ = TOTPDevice.objects.get_or_create(user=account, defaults={"name": "page", "confirmed": False})
    if request.method == "POST":
        allowed, _ = device.verify_is_allowed()
        if allowed and device.verify_token(request.POST.get("code", "").strip()):
            if not device.confirmed:
                device.confirmed = True
                device.save()
                telling.tell(request, AuditEvent.RIGHTS, what="second-factor")
            django_otp.login(request, device)
            return HttpResponseRedirect("/")
        telling.tell(request, AuditEvent.LOGIN_FAILED, why="code")
    shown: dict[str, object] = {"wrong": request.method == "POST"}
    if not device.confirmed:
        shown |= {"picture": picture_of(device.config_url), "key": words_of(device.key)}
    return render(request, "second_factor.html", shown, status=403 if shown["wrong"] else 200)
