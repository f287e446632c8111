"""Handing in: a plain form of files, and the same in pieces for the script of the page."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.domain.errors import RefusedError
from pipeline.intake.kinds import DropKind, endings_of
from pipeline.intake.uploads import LIMITS, MIB, OtherOffsetError
from pipeline.web.access import account_of, screen
from pipeline.web.accounts.models import Ticket, Upload
from pipeline.web.accounts.roles import Act
from pipeline.web.files import handing_in
from pipeline.web.files.uploads import FORM_LIMIT, IntoInbox
from pipeline.web.pages.words import messages_for

PIECE: Final = 8 * MIB
"""What the script sends at once."""
_MOST_AT_ONCE: Final = 2 * PIECE
_READ: Final = 64 * 2**10


@screen(Act.HAND_IN)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The form. The token is proven inside: the files of a forged form come hidden and go again."""
    if request.method != "POST":
        return _form(request)
    into_inbox = IntoInbox(request)
    request.upload_handlers = [into_inbox]
    try:
        return _uploaded(request, into_inbox)
    finally:
        into_inbox.forget()


@csrf_protect
def _uploaded(request: HttpRequest, into_inbox: IntoInbox) -> HttpResponse:
    handing_in.forget_abandoned()
    request.FILES  # noqa: B018  # reads what has not been read for the token
    tickets = [handing_in.handed_in(request, each) for each in into_inbox.arrived]
    if into_inbox.refused:
        return _form(request, tickets, into_inbox.refused)
    return HttpResponseRedirect("/drops") if tickets else _form(request, nothing=True)


def _form(
    request: HttpRequest,
    tickets: list[Ticket] | None = None,
    refused: list[RefusedError] | None = None,
    *,
    nothing: bool = False,
) -> HttpResponse:
    say = messages_for(request)
    shown = {
        "here": "drops",
        "tickets": tickets or [],
        "refused": [(say.error(error), say.error_remedy(error)) for error in refused or []],
        "nothing": nothing,
        **form_facts(request),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused or nothing else HTTPStatus.OK
    return render(request, "upload.html", shown, status=status)


def form_facts(request: HttpRequest) -> dict[str, object]:
    """What the form of files needs to know."""
    kinds = [kind for kind in DropKind if kind in LIMITS]
    return {
        "accept": ",".join(ending for kind in kinds for ending in endings_of(kind)),
        "kinds": [(kind, " ".join(endings_of(kind)), LIMITS[kind] // MIB) for kind in kinds],
        "form_mib": FORM_LIMIT // MIB,
        "piece": PIECE,
        "on_the_way": Upload.objects.filter(account=account_of(request)).order_by("at"),
    }


@screen(Act.HAND_IN)
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A file is about to come in pieces: where they go, and how much of it is there already."""
    handing_in.forget_abandoned()
    asked = request.POST
    size = asked.get("size", "")
    modified = asked.get("modified", "")[:20]
    if not (size.isascii() and size.isdigit() and len(size) <= len(str(2**63))):
        return JsonResponse({}, status=HTTPStatus.BAD_REQUEST)
    try:
        begun = handing_in.begun(account_of(request), asked.get("name", ""), int(size), modified)
    except RefusedError as error:
        return _refused(request, error)
    return _so_far(begun, HTTPStatus.CREATED)


@screen(Act.HAND_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def piece(request: HttpRequest, key: UUID) -> HttpResponse:
    """GET: how much has come. POST: what comes at `offset`; with its last byte the file is handed in."""
    coming = handing_in.on_its_way(account_of(request), key)
    if coming is None:
        return _ticketed(_ticket(request, key))
    if request.method != "POST":
        return _so_far(coming)
    offset, length = request.GET.get("offset", ""), int(request.META.get("CONTENT_LENGTH") or 0)
    if not (offset.isascii() and offset.isdigit()) or length > _MOST_AT_ONCE:
        return _so_far(coming, HTTPStatus.BAD_REQUEST)
    try:
        size = handing_in.arriving(key).append(int(offset), _pieces(request), coming.size)
        Upload.objects.filter(pk=coming.pk).update(at=timezone.now())
        return _so_far(coming) if size < coming.size else _ticketed(handing_in.handed_in(request, coming))
    except OtherOffsetError:
        return _so_far(coming, HTTPStatus.CONFLICT)
    except RefusedError as error:
        return _refused(request, error)


@screen(Act.HAND_IN)
@require_POST
def end(request: HttpRequest, key: UUID) -> HttpResponse:
    """The account gives a file up that has not come whole."""
    coming = handing_in.on_its_way(account_of(request), key)
    if coming is None:
        raise Http404
    handing_in.given_up(coming)
    return HttpResponseRedirect("/drops")


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while data := request.read(_READ):
        yield data


def _ticket(request: HttpRequest, key: UUID) -> Ticket:
    ticket: Ticket | None = Ticket.objects.filter(account=account_of(request), key=key).first()
    if ticket is None:
        raise Http404
    return ticket


def _so_far(coming: Upload, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    shown = {
        "at": f"/upload/{coming.key}",
        "offset": handing_in.arriving(coming.key).size,
        "size": coming.size,
    }
    return JsonResponse(shown, status=status)


def _ticketed(ticket: Ticket) -> HttpResponse:
    return JsonResponse({"ticket": f"/drops/{ticket.key}", "name": ticket.laid_as}, status=HTTPStatus.CREATED)


def _refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    say = messages_for(request)
    why = f"{say.error(error)} {say.error_remedy(error)}".strip()
    return JsonResponse({"why": why}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
