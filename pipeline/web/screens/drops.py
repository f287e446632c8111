"""What was handed in: each file's state, its whole way, its answer; a refused file of records put right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index
from pipeline.archive.index.scope import Scope, sees
from pipeline.domain.errors import RefusedError
from pipeline.flow.drops.answers import Became, HandedIn, answers_to, became, refused_text
from pipeline.flow.drops.history import Way, way_of
from pipeline.flow.scans.stored import scans_waiting
from pipeline.intake.journal import Drop, DropState
from pipeline.intake.uploads import require_size
from pipeline.messages.answer_page import AnswerPage, answer_page
from pipeline.messages.catalogue import Language, Messages
from pipeline.messages.drop_words import error_of, reason_of, shown
from pipeline.web import site, telling
from pipeline.web.access import account_of, scope_of, screen
from pipeline.web.accounts.models import Account, Ticket
from pipeline.web.accounts.roles import Act, Role
from pipeline.web.addresses import record_address
from pipeline.web.files import handing_in
from pipeline.web.pages.paging import Paging, page_of
from pipeline.web.pages.words import messages_for
from pipeline.web.screens.upload import form_facts

PAGE: Final = 50
_BEING_TAKEN: Final = timedelta(minutes=10)
"""Between inbox/ and the journal's knowing the bytes; longer only where somebody took the file away."""
_GOOD: Final = frozenset({"done", "waiting", "unchanged"})
_BAD: Final = frozenset({"refused", "quarantined", "failed", "gone"})


@screen(Act.HAND_IN)
@require_safe
def drops(request: HttpRequest) -> HttpResponse:
    """One's own tickets, of HR everybody's; newest first."""
    handing_in.forget_abandoned()
    say, number = messages_for(request), page_of(request)
    seen = _seen_by(account_of(request)).select_related("account")
    page = list(seen[number * PAGE : (number + 1) * PAGE + 1])
    ends = became(site.places(), (_handed_in(ticket) for ticket in page[:PAGE]))
    telling.tell(request, AuditEvent.VIEW, of="drops")
    context = {
        "here": "drops",
        "rows": [_row(ticket, end, say) for ticket, end in zip(page, ends, strict=False)],
        "everybody": _sees_all(account_of(request)),
        "scans": scans_waiting(site.places()),
        "paging": Paging.of(request, number, more=len(page) > PAGE),
        **form_facts(request),
    }
    return render(request, "drops.html", context)


@screen(Act.HAND_IN)
@require_safe
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """A file's whole way, and its answer."""
    account, say = account_of(request), messages_for(request)
    ticket = _ticket(account, key)
    places = site.places()
    (end,) = became(places, (_handed_in(ticket),))
    context: dict[str, object] = {"here": "drops", "row": _row(ticket, end, say), "ticket": ticket}
    objects: tuple[str, ...] = ()
    if end.drop is not None:
        way = way_of(places, end.drop)
        with site.opened() as place:
            own = Scope(everything=True, but_iin=account.iin)
            told = tuple(_answered(place.index, own, way, say))
            objects = tuple(dict.fromkeys(o for each in told for o in each.way.objects))
            context |= {
                "told": told,
                "records": _records(place.index, scope_of(account), objects, say),
                "can_mend": refused_text(places, end.drop) is not None,
                "language": site.config().lang,
            }
    telling.tell(request, AuditEvent.VIEW, objects, of="drop")
    return render(request, "drop.html", context)


@screen(Act.HAND_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, key: UUID) -> HttpResponse:
    """A refused file of records as text, to be put right and handed in again under the same name.

    Of two who do so at once the later is told, with the text kept.
    """
    ticket = _ticket(account_of(request), key)
    (end,) = became(site.places(), (_handed_in(ticket),))
    text = refused_text(site.places(), end.drop) if end.drop is not None else None
    if text is None:
        raise Http404
    if request.method == "POST":
        return _handed_in_again(request, ticket)
    telling.tell(request, AuditEvent.VIEW, of="drop")
    context = {"here": "drops", "ticket": ticket, "name": shown(ticket.name), "text": text}
    return render(request, "drop-again.html", {**context, "newest": _newest(ticket).key})


def _handed_in_again(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    text = request.POST.get("text", "")
    with transaction.atomic():
        newest = _newest(ticket)
        if request.POST.get("newest") == str(newest.key):
            try:
                made = _laid(request, ticket.name, text.replace("\r\n", "\n").encode())
            except RefusedError as error:
                return _told_again(request, ticket, text, refused=error)
            return HttpResponseRedirect(f"/drops/{made.key}")
    return _told_again(request, ticket, text, newest=newest)


def _laid(request: HttpRequest, name: str, data: bytes) -> Ticket:
    require_size(name, len(data))
    upload = handing_in.reserved(account_of(request), uuid4(), name, len(data))
    try:
        coming = handing_in.arriving(upload.key)
        coming.begin()
        coming.append(0, (data,), len(data))
        return handing_in.handed_in(request, upload)
    except BaseException:
        if upload.pk is not None:
            handing_in.given_up(upload)
        raise


def _told_again(
    request: HttpRequest,
    ticket: Ticket,
    text: str,
    *,
    newest: Ticket | None = None,
    refused: RefusedError | None = None,
) -> HttpResponse:
    """The form with the text as it was sent, and why it was not handed in."""
    account, say = account_of(request), messages_for(request)
    may_open = newest is not None and (_sees_all(account) or newest.account == account)
    context = {
        "here": "drops",
        "ticket": ticket,
        "name": shown(ticket.name),
        "text": text,
        "meanwhile": newest,
        "may_open": may_open,
        "newest": (newest or _newest(ticket)).key,
        "refused": (say.error(refused), say.error_remedy(refused)) if refused else None,
    }
    return render(request, "drop-again.html", context, status=HTTPStatus.CONFLICT)


def _newest(ticket: Ticket) -> Ticket:
    """The last that was handed in under that name, by whomever, since that ticket."""
    found: Ticket | None = Ticket.objects.filter(name=ticket.name, at__gt=ticket.at).order_by("-at").first()
    return found or ticket


@dataclass(frozen=True, slots=True)
class DropRow:
    """A ticket as it is shown."""

    ticket: Ticket
    name: str
    by: str
    state: str
    weight: str
    reason: str
    next_try: str


@dataclass(frozen=True, slots=True)
class Told:
    """A drop's way, of what came out of a zip each one's, with its answers."""

    name: str
    way: Way
    state: str
    steps: tuple[tuple[str, str, str, int], ...]
    answers: tuple[AnswerPage, ...]


def _row(ticket: Ticket, end: Became, say: Messages) -> DropRow:
    state = _state(ticket, end)
    weight = "good" if state in _GOOD else "bad" if state in _BAD else "mind"
    drop = end.drop
    error = error_of(drop.detail) if drop else None
    return DropRow(
        ticket=ticket,
        name=shown(ticket.name),
        by=ticket.account.full_name,
        state=say.text(f"page.drops.state.{state}"),
        weight=weight,
        reason=reason_of(drop.detail, say, codes=False) if drop else "",
        next_try=say.error_remedy(error) if error else "",
    )


def _state(ticket: Ticket, end: Became) -> str:
    if end.drop is not None:
        return _state_of(end.drop)
    if end.lies:
        return "lies"
    return "claiming" if timezone.now() - ticket.at < _BEING_TAKEN else "gone"


def _state_of(drop: Drop) -> str:
    why = drop.detail.get("why")
    if drop.state is DropState.DONE and why == "unchanged":
        return "unchanged"
    if drop.state is DropState.REFUSED and why == "quarantined":
        return "quarantined"
    return drop.state.value


def _answered(index: Index, scope: Scope, way: Way, say: Messages) -> Iterator[Told]:
    """The drop itself, then what was taken out of it."""
    places, language = site.places(), Language(site.config().lang)
    for each in (way, *(way_of(places, part) for part in way.parts)):
        texts = answers_to(places, index, scope, each.drop, each.objects)
        steps = tuple(
            (
                f"{step.at.astimezone():%d.%m.%Y %H:%M:%S}",
                say.word("drop_state", step.step),
                reason_of(step.detail, say, codes=False),
                step.times,
            )
            for step in each.steps
        )
        yield Told(
            shown(each.drop.name),
            each,
            say.text(f"page.drops.state.{_state_of(each.drop)}"),
            steps,
            tuple(answer_page(text, language) for text in texts),
        )


def _records(
    index: Index, scope: Scope, objects: tuple[str, ...], say: Messages
) -> tuple[tuple[str, str], ...]:
    """Where the records are that it changed, of those that the account sees."""
    found = []
    for object_id in objects:
        for ref in index.refs_of(object_id):
            location = index.record(ref)
            if location is not None and sees(index, scope, ref):
                address = record_address(object_id, location.path)
                found.append((address, f"{say.word('kind', ref.kind.value)} {ref.id}"))
    return tuple(found[:PAGE])


def _seen_by(account: Account) -> QuerySet[Ticket]:
    tickets = Ticket.objects.order_by("-at", "-pk")
    return tickets if _sees_all(account) else tickets.filter(account=account)


def _sees_all(account: Account) -> bool:
    return Role.HR in account.its_roles


def _ticket(account: Account, key: UUID) -> Ticket:
    ticket = _seen_by(account).filter(key=key).first()
    if ticket is None:
        raise Http404
    return ticket


def _handed_in(ticket: Ticket) -> HandedIn:
    return HandedIn(ticket.laid_as, ticket.sha256, ticket.at)
