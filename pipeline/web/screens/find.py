"""Search by name, IIN, case, protocol, unit, decision, period; by POST: nothing typed is in a URL."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.find import CaseHit, Hit, find_or_guess
from pipeline.archive.index.locations import Index
from pipeline.archive.index.standing import case_entries
from pipeline.archive.index.typed.guesses import to_be_told
from pipeline.archive.person.content import case_folder
from pipeline.domain.iin import mask_iin
from pipeline.domain.names import full_name
from pipeline.flow.lookup.withdrawn import find_withdrawn
from pipeline.flow.standing.case import CaseStanding
from pipeline.flow.standing.kept import from_json
from pipeline.web import site, telling
from pipeline.web.access import account_of, scope_of, screen
from pipeline.web.accounts.roles import Act
from pipeline.web.addresses import key_of, record_address
from pipeline.web.pages.paging import page_of

PAGE: Final = 20
_LONGEST: Final = 300
_MOST_WORDS: Final = 20


@screen(Act.SEE)
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """The form, and behind it who was found."""
    if request.method == "GET":
        return render(request, "find.html", {"here": "find"})
    account, number = account_of(request), page_of(request)
    typed = request.POST.get("words", "")[:_LONGEST]
    words = typed.split()[:_MOST_WORDS]
    unsigned = "unsigned" in request.POST
    with site.opened() as place:
        scope = scope_of(account)
        found = find_or_guess(
            place.index, words, unsigned=unsigned, limit=PAGE + 1, offset=number * PAGE, within=scope
        )
        hits = found.hits[:PAGE]
        rows = [_row(place.index, hit) for hit in hits]
        withdrawn = []
        if words and scope.everything and not number:
            taken_back, _ = find_withdrawn(place.index, words)
            withdrawn = [
                (gone, full_name(person) if person else "")
                for gone, person in islice(taken_back, PAGE)
                if person is None or not account.iin or person.iin != account.iin
            ]
    objects = (*(hit.object_id for hit in hits), *(gone.object_id for gone, _ in withdrawn))
    telling.tell(request, AuditEvent.VIEW, dict.fromkeys(objects), of="find")
    return render(
        request,
        "found.html" if "part" in request.POST else "find.html",
        {
            "here": "find",
            "asked": bool(words or unsigned),
            "words": typed,
            "unsigned": unsigned,
            "rows": rows,
            "withdrawn": withdrawn,
            "read_as": to_be_told(found.read_as),
            "number": number,
            "before": number - 1 if number else None,
            "behind": number + 1 if len(found.hits) > PAGE else None,
        },
    )


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case that was found."""

    hit: CaseHit
    address: str
    stage: str | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person who was found."""

    name: str
    iin: str
    former: str
    address: str
    cases: tuple[CaseRow, ...]


def _row(index: Index, hit: Hit) -> PersonRow:
    entries = case_entries(index, [case.id for case in hit.cases])
    return PersonRow(
        name=full_name(hit.person),
        iin=mask_iin(hit.person.iin),
        former=", ".join(full_name(person) for person in hit.former),
        address=f"/person/{key_of(hit.object_id)}",
        cases=tuple(
            CaseRow(
                case,
                record_address(hit.object_id, case_folder(case.id)),
                from_json(CaseStanding, entries[case.id]).stage.value if case.id in entries else None,
            )
            for case in hit.cases
        ),
    )
