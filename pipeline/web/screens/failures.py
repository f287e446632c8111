"""What cannot be shown or done, in plain words, and what to do about it."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pipeline.archive.audit.log import AuditEvent
from pipeline.domain.errors import ExitCode, JekeError
from pipeline.domain.iin import mask_iin
from pipeline.messages.catalogue import Language, Messages
from pipeline.web import telling
from pipeline.web.access import account_of
from pipeline.web.pages.words import messages_for

_STATUS = {ExitCode.NOT_FOUND: 404, ExitCode.REFUSED: 403, ExitCode.FINDINGS: 409}
_log = logging.getLogger(__name__)


def _told(request: HttpRequest, key: str, status: int, remedy: str = "", what: str = "") -> HttpResponse:
    shown = {"key": key, "what": what, "remedy": remedy}
    return render(request, "failure.html", shown, status=status)


def told(request: HttpRequest, error: JekeError) -> HttpResponse:
    """An error of the machinery: its own words and remedy."""
    say = messages_for(request)
    return _told(
        request,
        "page.failure.told",
        _STATUS.get(error.exit_code, 503),
        remedy=mask_iin(say.error_remedy(error)),
        what=mask_iin(say.error(error)),
    )


def not_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """An address that leads nowhere, or to what this account may not know of: the two look alike."""
    return _told(request, "page.failure.not_here", 404)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """The account's roles do not open this; told to the audit log."""
    telling.tell(request, AuditEvent.REFUSED, of="page")
    return _told(request, "page.failure.refused", 403)


def wrong(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """What was sent cannot be understood."""
    return _told(request, "page.failure.wrong", 400)


def too_long(request: HttpRequest) -> HttpResponse:
    """More was sent than any form holds; nothing of it was read."""
    return _told(request, "page.failure.wrong", 413)


def broken(request: HttpRequest, number: str = "") -> HttpResponse:
    """A fault of the program: the log has it under that number, without names.

    Plain where even this screen cannot be made: accounts and sessions may be what failed.
    """
    try:
        return render(request, "failure.html", {"key": "page.failure.broken", "number": number}, status=500)
    except Exception:  # noqa: BLE001  # whatever failed before may fail again
        texts = (Messages(language).text("page.failure.broken") for language in Language)
        plain = "\n\n".join((*texts, number))
        return HttpResponse(plain, status=500, content_type="text/plain; charset=utf-8")


def foreign(request: HttpRequest) -> HttpResponse:
    """Asked from another site's page."""
    _log.warning("web.foreign_origin")
    return _told(request, "page.failure.foreign", 403)


def signed_out(request: HttpRequest) -> HttpResponse:
    """The session ended while a form was open: nothing was done."""
    return _told(request, "page.failure.signed_out", 401)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django's signature
    """The form is of another session: nothing was done."""
    return _told(
        request,
        "page.failure.signed_out" if not account_of(request).is_authenticated else "page.failure.old_form",
        403,
    )
