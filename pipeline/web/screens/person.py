"""A person: the cases that the account may see, former names, the IIN where it is asked for."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.scope import seen_cases_of
from pipeline.archive.index.standing import case_entries
from pipeline.archive.person.content import case_folder
from pipeline.archive.person.personal_file import former_names
from pipeline.domain.iin import mask_iin
from pipeline.domain.names import full_name
from pipeline.flow.standing.case import CaseStanding
from pipeline.flow.standing.kept import from_json
from pipeline.web import site, telling
from pipeline.web.access import account_of, scope_of, screen
from pipeline.web.accounts.roles import Act
from pipeline.web.addresses import object_of, record_address


@screen(Act.SEE)
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """By POST the IIN is shown whole, and that it was asked for is told."""
    object_id = object_of(key)
    with site.opened() as place:
        index = place.index
        ids = seen_cases_of(index, scope_of(account_of(request)), object_id)
        who, filed = index.person(object_id), place.root.get(object_id)
        if not ids or who is None or filed is None:
            raise Http404
        entries = case_entries(index, ids)
        former = former_names(filed, place.root.get)
        cases = [
            (
                case_id,
                record_address(object_id, case_folder(case_id)),
                from_json(CaseStanding, entries[case_id]) if case_id in entries else None,
            )
            for case_id in ids
        ]
    whole = request.method == "POST"
    telling.tell(request, AuditEvent.VIEW, [object_id], of="iin" if whole else "person")
    shown = {
        "here": "find",
        "name": full_name(who),
        "iin": who.iin if whole else mask_iin(who.iin),
        "whole": whole,
        "former": [full_name(each) for each in former],
        "cases": cases,
    }
    return render(request, "person.html", shown)
