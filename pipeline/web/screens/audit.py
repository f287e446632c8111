"""The auditor's screen: who did what to whose file and when; whether the chain holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from pipeline.archive.audit.log import AuditEntry, AuditEvent, AuditLog
from pipeline.archive.audit.lookup import Asked, look
from pipeline.archive.index.locations import Index
from pipeline.domain.errors import NotFoundError
from pipeline.flow.lookup.naming import objects_named
from pipeline.messages.audit_words import break_line, detail_words, whose
from pipeline.messages.catalogue import Messages
from pipeline.web import site, telling
from pipeline.web.access import screen
from pipeline.web.accounts.roles import Act
from pipeline.web.pages.days import day_typed
from pipeline.web.pages.paging import page_of
from pipeline.web.pages.words import messages_for

PAGE: Final = 50
INDEX: Final = "audit.sqlite"
_FIELDS: Final = ("person", "agent", "event", "since", "until")


@screen(Act.AUDIT)
@require_http_methods(["GET", "POST"])
def audit(request: HttpRequest) -> HttpResponse:
    """By POST: whom was asked about stands in no address."""
    say, number = messages_for(request), page_of(request)
    asked = {name: request.POST.get(name, "").strip()[:200] for name in _FIELDS}
    since, until = (day_typed(asked[name]) for name in ("since", "until"))
    wrong = [name for name, day in (("since", since), ("until", until)) if asked[name] and day is None]
    with site.opened() as place:
        objects, unknown = _objects(place.index, asked["person"])
        found: tuple[AuditEntry, ...] = ()
        if not wrong and not unknown:
            found = look(
                site.places().audit,
                site.web_folder() / INDEX,
                Asked(
                    objects,
                    asked["agent"],
                    asked["event"],
                    datetime.combine(since, time()).astimezone() if since else None,
                    datetime.combine(until + timedelta(days=1), time()).astimezone() if until else None,
                ),
                limit=PAGE + 1,
                offset=number * PAGE,
            )
        rows = [_row(entry, place.index, say) for entry in found[:PAGE]]
    telling.tell(request, AuditEvent.VIEW, objects, of="audit")
    return render(
        request,
        "audit.html",
        {
            "here": "audit",
            "asked": asked,
            "events": sorted(
                ((each.value, say.word("audit_event", each.value)) for each in AuditEvent), key=_by_word
            ),
            "wrong": wrong,
            "unknown": unknown,
            "rows": rows,
            "before": number - 1 if number else None,
            "behind": number + 1 if len(found) > PAGE else None,
        },
    )


@screen(Act.AUDIT)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Every entry looked at, and the heads that were stated and seen."""
    telling.tell(request, AuditEvent.VERIFICATION, of="audit")
    report = AuditLog.open(site.places().audit).verify()
    say = messages_for(request)
    breaks = [break_line(each, each.where, say) for each in report.breaks]
    return render(request, "audit_verified.html", {"here": "audit", "report": report, "breaks": breaks})


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry in words."""

    number: int
    at: datetime
    event: str
    agent: str
    objects: tuple[str, ...]
    detail: str


def _row(entry: AuditEntry, index: Index, say: Messages) -> AuditRow:
    return AuditRow(
        entry.number,
        entry.at,
        say.word("audit_event", entry.event),
        entry.agent,
        tuple(whose(index, each, say) for each in entry.objects),
        "; ".join(detail_words(entry.detail, say)),
    )


def _objects(index: Index, person: str) -> tuple[tuple[str, ...], bool]:
    """The files meant, and whether somebody was named whom nobody knows, or who may be several."""
    if not person:
        return (), False
    try:
        return objects_named(index, person.split()), False
    except NotFoundError:
        return (), True


def _by_word(pair: Sequence[str]) -> str:
    return pair[1]
