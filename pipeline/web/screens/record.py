"""A sitting, a campaign or a commission: papers, who is awaited, what is due, the cases of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index
from pipeline.archive.index.scope import Scope, sees, sees_case
from pipeline.archive.index.worklist import stage_counts
from pipeline.archive.person.content import case_folder
from pipeline.domain.names import full_name
from pipeline.domain.records import Kind, Ref
from pipeline.flow.site.opening import record_in_force
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.standing.sitting import sitting_standing
from pipeline.messages.catalogue import Messages
from pipeline.messages.lines import deadline_line
from pipeline.web import site, telling
from pipeline.web.access import account_of, scope_of, screen
from pipeline.web.accounts.roles import Act
from pipeline.web.addresses import object_of, record_address
from pipeline.web.pages.bars import bars
from pipeline.web.pages.words import messages_for


def ref_at(index: Index, scope: Scope, object_id: str) -> Ref:
    """The sitting, campaign or commission of that object, if the account may see it.

    Raises:
        Http404: there is none, or it may not.
    """
    for ref in index.refs_of(object_id):
        if ref.kind is not Kind.CASE and sees(index, scope, ref):
            return ref
    raise Http404


@screen(Act.SEE)
@require_safe
def record(request: HttpRequest, key: UUID) -> HttpResponse:
    """What lies in its object, and how it stands."""
    say, scope, object_id = messages_for(request), scope_of(account_of(request)), object_of(key)
    with site.opened() as place:
        ref = ref_at(place.index, scope, object_id)
        shown = {
            "key": key,
            "address": f"/record/{key}",
            "ref": ref,
            "record": record_in_force(place.root, place.index, ref),
            "documents": place.index.documents(ref),
            **_more(place, scope, ref, say),
        }
    telling.tell(request, AuditEvent.VIEW, [object_id], of=ref.kind.value)
    return render(request, "record.html", shown)


def _more(place: Workplace, scope: Scope, ref: Ref, say: Messages) -> dict[str, object]:
    """What only one kind of record has."""
    if ref.kind is Kind.CAMPAIGN:
        return {"bars": bars(stage_counts(place.index, scope, ref.id))}
    standing = sitting_standing(place, ref.id, place.today) if ref.kind is Kind.SITTING else None
    if standing is None:
        return {}
    return {
        "awaited": standing.awaited,
        "deadlines": [
            (each.overdue(place.today), deadline_line(each, place.today, say)) for each in standing.deadlines
        ],
        "candidates": [
            _candidate(place.index, scope, candidate.case) for candidate in standing.sitting.candidates
        ],
    }


def _candidate(index: Index, scope: Scope, case_id: str) -> tuple[str, str, str | None]:
    """Case, name and screen of a candidate; of one whose case is not seen, its id alone."""
    object_id = index.object_of(Ref(Kind.CASE, case_id))
    if object_id is None or not sees_case(index, scope, case_id):
        return case_id, "", None
    person = index.person(object_id)
    return case_id, full_name(person) if person else "", record_address(object_id, case_folder(case_id))
