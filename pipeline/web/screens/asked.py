"""The record that an address means, if whoever asks may see it; all else is not found, whyever."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import FiledDocument, Index
from pipeline.archive.index.scope import Scope
from pipeline.archive.person.content import CASES
from pipeline.domain.records import Kind, Ref
from pipeline.flow.lookup.document import document_named
from pipeline.flow.lookup.withdrawn import why_refused
from pipeline.web import telling
from pipeline.web.access import account_of, scope_of
from pipeline.web.addresses import object_of
from pipeline.web.screens.case import case_at
from pipeline.web.screens.record import ref_at


def record_asked(request: HttpRequest, index: Index, key: UUID, folder: str = "") -> Ref:
    """The case in that folder of an object; without a folder, the sitting, campaign or commission it is.

    Raises:
        Http404: there is none, or none that the account sees.
        RefusedError: `case_withdrawn`, `record_withdrawn`: refused as by `jeke get`, and told of.
    """
    scope, object_id = scope_of(account_of(request)), object_of(key)
    try:
        if folder:
            return Ref(Kind.CASE, case_at(index, scope, object_id, folder))
        return ref_at(index, scope, object_id)
    except Http404:
        _refuse_withdrawn(request, index, scope, object_id, f"{CASES}{folder}/" if folder else "")
        raise


def document_asked(request: HttpRequest, index: Index, key: UUID, folder: str, name: str) -> FiledDocument:
    """The document of that name in the record that is meant.

    Raises:
        Http404, RefusedError: as `record_asked`.
    """
    found = document_named(index, record_asked(request, index, key, folder), name)
    if found is None:
        raise Http404
    return found


def _refuse_withdrawn(request: HttpRequest, index: Index, scope: Scope, object_id: str, folder: str) -> None:
    """Only who sees everything learns of it, and of no file of their own."""
    own = scope.but_iin and object_id in index.objects_known_as(scope.but_iin)
    if own or not scope.everything:
        return
    for withdrawn in index.withdrawn(object_id):
        if withdrawn.folder == folder and index.record(withdrawn.record) is None:
            telling.tell(request, AuditEvent.REFUSED, [object_id], of="get")
            raise why_refused(withdrawn)
