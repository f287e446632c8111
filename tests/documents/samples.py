"""A context of every kind, from the invented records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.documents.plan import DocumentKind, documents_of_case, documents_of_sitting
from pipeline.domain.records import Admission

from .invented import CASE, SITTING, docket

_REFUSED = replace(CASE, admission=Admission(admitted=False, grounds=("7.2",)))
_RECORDS = docket(CASE, SITTING)
_WANTED = (
    *documents_of_case(_RECORDS, CASE),
    *documents_of_sitting(_RECORDS, SITTING),
    *documents_of_case(docket(_REFUSED), _REFUSED),
)

CONTEXTS: Mapping[DocumentKind, dict[str, object]] = {w.kind: dict(w.context) for w in _WANTED}
