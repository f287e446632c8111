"""What stands before every screen: headers, the same origin, signing in, the session's end, failures."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from pipeline.domain.errors import ExitCode, JekeError
from pipeline.web import session
from pipeline.web.access import account_of, act_of, second_factor_lacking
from pipeline.web.screens import failures as screens

Answer = Callable[[HttpRequest], HttpResponseBase]
Guard = Callable[[HttpRequest], HttpResponseBase]

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
_FILES: Final = "/upload"
_READ: Final = 64 * 2**10
_TOLD_BY_DJANGO: Final = (Http404, PermissionDenied, BadRequest, SuspiciousOperation, MultiPartParserError)
_log = logging.getLogger(__name__)


def headers(answer: Answer) -> Guard:
    """Own files only, nothing kept in caches, nothing of the machine within reach of the page (ASVS 3.4)."""

    def guard(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return guard


class Failures:
    """What fails below the screens is told in their own words; the log has the code and no name."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """As Django calls it."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Django asks it for whatever a screen raises."""
        if isinstance(error, _TOLD_BY_DJANGO):
            return None
        if not isinstance(error, JekeError):
            number = secrets.token_hex(4)
            _log.error("web.fault", extra={"values": {"number": number, **where_it_failed(error)}})
            return screens.broken(request, number)
        if error.exit_code not in (ExitCode.NOT_FOUND, ExitCode.REFUSED):
            _log.warning("web.error", extra={"values": {"code": error.code}})
        return screens.told(request, error)


def where_it_failed(error: Exception) -> dict[str, str]:
    """Kind and place of a fault, without its words: they may hold what somebody typed, or a name."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    return {"error": type(error).__name__, "file": Path(at.filename).name, "line": str(at.lineno or 0)}


def same_origin(answer: Answer) -> Guard:
    """Whatever changes something is asked by our own pages: browsers say so in `Origin` (ASVS 3.5.1)."""

    def guard(request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            origin = urlsplit(request.headers.get("Origin", ""))
            if origin.netloc != request.get_host() or origin.scheme != request.scheme:
                return screens.foreign(request)
        return answer(request)

    return guard


def bodies(answer: Answer) -> Guard:
    """No body is longer than forms are, but for files handed in; and none is ever read as one long line.

    Django reads what lies behind a form's end line by line, whole into memory where no line ends.
    """

    def guard(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not request.path_info.startswith(_FILES) and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return screens.too_long(request)
        request.readline = partial(request.read, _READ)  # type: ignore[method-assign]
        return answer(request)

    return guard


def session_ends(answer: Answer) -> Guard:
    """A session lasts ten hours at most; idle ones end by the cookie's and the row's own age."""

    def guard(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and session.is_over(request):
            logout(request)
        return answer(request)

    return guard


def signed_in(answer: Answer) -> Guard:
    """Nobody sees a screen without signing in, and none that their roles do not open."""

    def guard(request: HttpRequest) -> HttpResponseBase:
        try:
            act = act_of(resolve(request.path_info).func)
        except Resolver404:
            act = None
            if request.user.is_authenticated:
                return screens.not_here(request)
        else:
            if act is None:
                return answer(request)
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if second_factor_lacking(request) and request.path_info != "/second-factor":
            return HttpResponseRedirect("/second-factor")
        if act not in account_of(request).acts:
            return screens.refused(request)
        return answer(request)

    return guard


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect("/login")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response if request.method in ("GET", "HEAD") else screens.signed_out(request)
