"""The ballots signed blank at a sitting, as the extracts in personal files name them (¶32)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.filed_documents import Document, How
from pipeline.domain.ballots import SheetRef
from pipeline.domain.errors import CorruptError
from pipeline.domain.records import Kind, Ref, Sitting
from pipeline.flow.casefile.ballots import blank_form, blank_forms
from pipeline.flow.site.workplace import Workplace
from pipeline.law.docket import Docket

_ByRow = Mapping[tuple[str, str], SheetRef]
"""By the member's id and the case's."""


class Sheets:
    """Those filed, and those of a filing under way."""

    def __init__(self, place: Workplace, docket: Docket) -> None:
        self._place = place
        self._docket = docket
        self._known: dict[str, _ByRow] = {}

    def learn(self, sitting: Sitting, object_id: str, documents: Iterable[Document]) -> None:
        """The papers of a sitting as they are about to be filed, instead of those filed now.

        Raises:
            CorruptError: a sheet filed by an earlier version does not verify.
        """
        self._known[sitting.id] = dict(self._rows(sitting, object_id, documents))

    def of(self, sitting: Sitting, member: str, case: str) -> SheetRef | None:
        """The sheet that the member signed, if the case has a row on it.

        Raises:
            CorruptError: a sheet filed by an earlier version does not verify.
        """
        if sitting.id not in self._known:
            filed = self._place.index.documents(sitting.ref)
            object_id = filed[0].object_id if filed else ""
            self.learn(sitting, object_id, (of.document for of in filed))
        return self._known[sitting.id].get((member, case))

    def _rows(
        self, sitting: Sitting, object_id: str, documents: Iterable[Document]
    ) -> Iterator[tuple[tuple[str, str], SheetRef]]:
        scans = [d for d in documents if d.signed is not None and d.signed.how is How.SCAN]
        forms = blank_forms(self._docket, sitting, scans)
        for document in scans:
            form, signed = forms.get(document.name), document.signed
            if form is not None and signed is not None:
                sha256 = signed.sha256 or self._sha256(object_id, signed.path)
                sheet = SheetRef(sitting.id, document.name, sha256)
                yield from (((form.member, case), sheet) for case in form.cases)

    def _sha256(self, object_id: str, path: str) -> str:
        """Of a sheet filed by a version that did not note it."""
        lying = self._place.root.get(object_id)
        if lying is None:
            raise CorruptError("filed_missing", path=path)
        return hashlib.sha256(lying.read(path)).hexdigest()


def voted_on(docket: Docket, sheets: Iterable[FiledDocument]) -> tuple[Ref, ...]:
    """The cases on these ballots that the member's vote is recorded on: their files hold an extract."""
    found: dict[Ref, None] = {}
    for filed in sheets:
        sitting = docket.get(filed.record)
        form = blank_form(docket, sitting, filed.document) if isinstance(sitting, Sitting) else None
        if form is None or not isinstance(sitting, Sitting):
            continue
        voted = {candidate.case for candidate in sitting.candidates if form.member in candidate.votes}
        found |= {Ref(Kind.CASE, case): None for case in form.cases if case in voted and case in docket.cases}
    return tuple(found)
