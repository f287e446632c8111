"""The work list: what is due, overdue first, what is to be signed, and how the cases stand by stage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import Index
from pipeline.archive.index.worklist import Narrowed
from pipeline.domain.names import full_name
from pipeline.domain.records import Kind, Ref
from pipeline.flow.scans.stored import scans_waiting
from pipeline.flow.standing.worklist import Owed, Task, worklist
from pipeline.law.next_step import Stage
from pipeline.messages.catalogue import Messages
from pipeline.messages.lines import awaited_line
from pipeline.web import site, telling
from pipeline.web.access import account_of, scope_of, screen
from pipeline.web.accounts.roles import Act
from pipeline.web.addresses import key_of, object_of, record_address
from pipeline.web.pages.bars import bars
from pipeline.web.pages.paging import Paging, page_of
from pipeline.web.pages.words import messages_for

PAGE: Final = 50


@screen(Act.OWN)
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """The first screen after signing in; who sees no cases is shown what they may do instead."""
    account = account_of(request)
    if Act.SEE not in account.acts:
        return render(request, "welcome.html")
    say, number, asked = messages_for(request), page_of(request), request.GET
    task = _among(Task, asked.get("task", ""))
    stage = _among(Stage, asked.get("stage", ""))
    with site.opened() as place:
        campaign = _campaign(place.index, asked.get("campaign", ""))
        found = worklist(
            place.index,
            place.today,
            scope_of(account),
            task,
            Narrowed(campaign.id if campaign else None, stage),
            limit=PAGE,
            offset=number * PAGE,
        )
        shown = {
            "found": found,
            "task": found.task,
            "tasks": [(each, found.counts[each]) for each in Task],
            "stage": stage,
            "stages": tuple(Stage),
            "campaign": campaign.id if campaign else None,
            "campaigns": [(key_of(object_id), name) for object_id, name in found.campaigns],
            "bars": bars(found.stages),
            "rows": [_row(owed, found.on, say) for owed in found.page],
            "scans": scans_waiting(site.places()) if Act.HAND_IN in account.acts else 0,
            "paging": Paging.of(request, number, more=found.more),
        }
        objects = tuple(owed.row.object_id for owed in found.page if owed.row.object_id)
    telling.tell(request, AuditEvent.VIEW, dict.fromkeys(objects), of="work")
    return render(request, "work.html", shown)


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line: what is to be done, by when and whom, and of whose case."""

    due: date | None
    overdue: bool
    what: tuple[str, ...]
    who: str
    paragraph: str
    record: str
    name: str | None
    address: str | None


def _row(owed: Owed, on: date, say: Messages) -> WorkRow:
    row = owed.row
    address = record_address(row.object_id, row.path) if row.object_id and row.path else None
    if owed.due is not None:
        deadline = owed.due.deadline
        return WorkRow(
            due=deadline.due,
            overdue=deadline.overdue(on),
            what=(say.text(f"deadline.{deadline.code}"),),
            who=say.word("responsible", deadline.responsible),
            paragraph=deadline.paragraph,
            record=f"{say.word('kind', row.ref.kind.value)} {row.ref.id}",
            name=owed.due.name,
            address=address,
        )
    standing = owed.standing
    assert standing is not None  # noqa: S101  # one of the two is there
    days = [paper.due for paper in standing.awaited if paper.due is not None]
    due = min(days, default=None)
    return WorkRow(
        due=due,
        overdue=due is not None and due < on,
        what=tuple(awaited_line(paper, say) for paper in standing.awaited),
        who="",
        paragraph="",
        record=f"{say.word('kind', row.ref.kind.value)} {row.ref.id}",
        name=full_name(standing.person),
        address=address,
    )


E = TypeVar("E", bound=StrEnum)


def _among(words: type[E], asked: str) -> E | None:
    """The word asked for, if it is one of the closed set."""
    return words(asked) if asked in tuple(words) else None


def _campaign(index: Index, asked: str) -> Ref | None:
    """The campaign whose object's uuid was asked for."""
    try:
        refs = index.refs_of(object_of(UUID(asked)))
    except ValueError:
        return None
    return next((ref for ref in refs if ref.kind is Kind.CAMPAIGN), None)
