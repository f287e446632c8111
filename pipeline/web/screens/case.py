"""A case: where it stands, what is lacking, who signs what by when, findings, papers, revisions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index
from pipeline.archive.index.scope import Scope, seen_cases_of, sees
from pipeline.archive.person.content import CASES, RECORD, case_folder
from pipeline.archive.person.filed_findings import FiledFinding
from pipeline.domain.findings import Severity
from pipeline.domain.iin import mask_iin
from pipeline.domain.names import full_name
from pipeline.domain.records import Kind, Ref
from pipeline.flow.lookup.case_file import case_file
from pipeline.flow.lookup.revisions import Change, changes_between, revisions_of
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.standing.case import CaseStanding, earliest_sitting
from pipeline.messages.catalogue import Language, Messages
from pipeline.messages.frames import severity
from pipeline.messages.lines import ahead_lines, appeal_line, deadline_line, decision_line, lacking_lines
from pipeline.record_format.descriptions import caption, describe
from pipeline.web import site, telling
from pipeline.web.access import account_of, scope_of, screen
from pipeline.web.accounts.roles import Act
from pipeline.web.addresses import key_of, object_of
from pipeline.web.pages.words import messages_for

_ITEM: Final = re.compile(r"\[[^\]]*\]")
"""In a path: which one of a list."""


def case_at(index: Index, scope: Scope, object_id: str, folder: str) -> str:
    """The id of the case in that folder of a personal file, if the account may see it.

    Raises:
        Http404: there is none, or it may not.
    """
    wanted = f"{CASES}{folder}/"
    found = [each for each in seen_cases_of(index, scope, object_id) if case_folder(each) == wanted]
    if not found:
        raise Http404
    return found[0]


@screen(Act.SEE)
@require_safe
def case(request: HttpRequest, key: UUID, folder: str) -> HttpResponse:
    """Everything on one screen, the most pressing first."""
    account, say, object_id = account_of(request), messages_for(request), object_of(key)
    scope = scope_of(account)
    with site.opened() as place:
        case_id = case_at(place.index, scope, object_id, folder)
        file = case_file(place.root, place.index, case_id)
        filed = place.root.get(object_id)
        revisions = revisions_of(filed, case_folder(case_id) + RECORD) if filed else ()
        campaign = Ref(Kind.CAMPAIGN, file.case.campaign)
        shown = {
            "here": "find",
            "file": file,
            "key": key,
            "folder": folder,
            "address": f"/case/{key}/{folder}",
            "name": full_name(file.case.employee),
            "iin": mask_iin(file.case.employee.iin),
            "campaign": _address(place, scope, campaign),
            "standing": file.standing,
            "lines": tuple(_lines(file.standing, place, say)) if file.standing else (),
            "lacking": tuple(_lacking(file.standing, say)) if file.standing else (),
            "deadlines": _deadlines(file.standing, place.today, say) if file.standing else (),
            "findings": [_finding(each, say) for each in _gravest_first(file.findings)],
            "sittings": [(each.sitting, _address(place, scope, each.sitting.ref)) for each in file.sittings],
            "recordings": [(entry, file.register.state(entry)) for entry in file.register.entries],
            "holds": file.register.holds,
            "revisions": revisions[::-1],
            "several": sum(each.record for each in revisions) > 1,
        }
    telling.tell(request, AuditEvent.VIEW, [object_id], of="case")
    return render(request, "case.html", shown)


@screen(Act.SEE)
@require_safe
def changes(request: HttpRequest, key: UUID, folder: str) -> HttpResponse:
    """What one revision of the record says otherwise than another."""
    say, object_id = messages_for(request), object_of(key)
    with site.opened() as place:
        case_id = case_at(place.index, scope_of(account_of(request)), object_id, folder)
        filed = place.root.get(object_id)
        if filed is None:
            raise Http404
        path = case_folder(case_id) + RECORD
        kept = [each for each in revisions_of(filed, path) if each.record]
        versions = [each.version for each in kept]
        newer = request.GET.get("to", "") or versions[-1]
        older = request.GET.get("from", "") or versions[max(0, len(versions) - 2)]
        found = changes_between(filed, path, older, newer)
    telling.tell(request, AuditEvent.VIEW, [object_id], of="changes")
    shown = {
        "here": "find",
        "key": key,
        "folder": folder,
        "case_id": case_id,
        "revisions": kept,
        "older": older,
        "newer": newer,
        "changes": [(_field(each, say.language), each) for each in found],
    }
    return render(request, "changes.html", shown)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in the reader's language."""

    level: Severity
    weight: str
    paragraph: str
    code: str
    message: str
    remedy: str


def _finding(filed: FiledFinding, say: Messages) -> FindingRow:
    """In Kazakh as it was filed; in other languages by its code and values."""
    finding, kazakh = filed.finding, say.language is Language.KK
    return FindingRow(
        finding.severity,
        severity(finding, say),
        finding.paragraph,
        finding.code,
        filed.message if kazakh else mask_iin(say.finding(finding)),
        filed.remedy if kazakh else mask_iin(say.finding_remedy(finding)),
    )


def _gravest_first(findings: tuple[FiledFinding, ...]) -> list[FiledFinding]:
    return sorted(findings, key=lambda each: list(Severity).index(each.finding.severity))


def _lines(standing: CaseStanding, place: Workplace, say: Messages) -> Iterator[str]:
    """What was decided, what is appealed, what it waits for."""
    yield from (decision_line(decision, say) for decision in standing.decisions)
    if standing.appeal is not None:
        yield appeal_line(standing, say)
    yield from ahead_lines(standing, earliest_sitting(standing, place, place.today), say)


def _lacking(standing: CaseStanding, say: Messages) -> Iterator[str]:
    for path in standing.wanting:
        yield say.text("page.case.wanting", what=describe(path, say.language).heading)
    yield from lacking_lines(standing, say)


def _deadlines(standing: CaseStanding, on: date, say: Messages) -> list[tuple[bool, str]]:
    owed = (deadline for deadline in standing.deadlines if deadline.owed(on))
    return [(each.overdue(on), deadline_line(each, on, say)) for each in owed]


def _address(place: Workplace, scope: Scope, ref: Ref) -> str | None:
    """The screen of a record beside the case, if it is filed and the account may see it."""
    object_id = place.index.object_of(ref)
    return f"/record/{key_of(object_id)}" if object_id and sees(place.index, scope, ref) else None


def _field(change: Change, language: Language) -> str:
    """A field by its name for people."""
    return caption("case." + _ITEM.sub("", change.path), language) or change.path
