"""One filed document: who signs it and who is still to, and what was found of its electronic signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from pipeline.archive.index.locations import FiledDocument, Index
from pipeline.archive.index.standing import case_entries
from pipeline.archive.person.filed_documents import How
from pipeline.domain.errors import CorruptError
from pipeline.domain.records import Commission, Kind, Ref, Sitting
from pipeline.flow.casefile.signers import still_to_sign
from pipeline.flow.lookup.papers import files_of, read
from pipeline.flow.outcomes.results import Awaited
from pipeline.flow.site.opening import record_in_force
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.standing.case import CaseStanding
from pipeline.flow.standing.kept import from_json


def document_named(index: Index, ref: Ref, name: str) -> FiledDocument | None:
    """The document of that record and that name."""
    return next((filed for filed in index.documents(ref) if filed.document.name == name), None)


def awaited_of(place: Workplace, filed: FiledDocument) -> Awaited | None:
    """Who is still to sign it, by when; None where nobody is. As the index knows how its record stands.

    Raises:
        CorruptError: the record of a sitting does not verify.
    """
    if filed.record.kind is Kind.SITTING:
        return _awaited_of_sitting(place, filed)
    entry = case_entries(place.index, [filed.record.id]).get(filed.record.id)
    papers = from_json(CaseStanding, entry).awaited if entry is not None else ()
    own = (paper for paper in papers if (paper.record, paper.name) == (filed.record, filed.document.name))
    return next(own, None)


def _awaited_of_sitting(place: Workplace, filed: FiledDocument) -> Awaited | None:
    sitting = record_in_force(place.root, place.index, filed.record)
    if not isinstance(sitting, Sitting):
        return None
    commission = record_in_force(place.root, place.index, Ref(Kind.COMMISSION, sitting.commission))
    if not isinstance(commission, Commission | None):
        return None
    doc = filed.document
    signers = still_to_sign(doc, sitting, commission, sitting)
    if not signers:
        return None
    entries = case_entries(place.index, [candidate.case for candidate in sitting.candidates])
    papers = (paper for entry in entries.values() for paper in from_json(CaseStanding, entry).awaited)
    due = next((p.due for p in papers if (p.record, p.name) == (filed.record, doc.name)), None)
    names = tuple(signer.name for signer in signers)
    return Awaited(filed.record, doc.document, doc.name, doc.title, names, due)


# --- what was found of the signatures ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """In the words of ETSI EN 319 102-1."""

    indication: str
    sub_indication: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom the certificate names."""

    name: str


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who is to sign."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Tampered:
    """What was changed."""

    what: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature; `again`: of somebody who had signed already."""

    verdict: Verdict
    signer: str | None = None
    holder: Holder | None = None
    again: bool = False
    preliminary: bool = False
    claimed_at: datetime | None = None
    proven_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What of a validation report (`signatures/validation_report.py`) is shown to people."""

    checked_at: datetime
    verdict: Verdict
    signatures: tuple[Signature, ...]
    expected: tuple[Expected, ...] | None = None
    tampered: tuple[Tampered, ...] = ()
    preliminary: str | None = None

    def name_of(self, signature: Signature) -> str | None:
        """Whose signature it is: by the record, else by the certificate."""
        known = {expected.key: expected.name for expected in self.expected or ()}
        by_certificate = signature.holder.name if signature.holder else None
        return known.get(signature.signer or "") or by_certificate


_REPORT: Final = TypeAdapter(Report)
_REPORT_ENDS: Final = "-validation.json"


def report_of(place: Workplace, filed: FiledDocument) -> Report | None:
    """The report filed beside a document that was signed electronically; None where there is none.

    Raises:
        CorruptError: it does not verify, or is no report (`filed_format`).
    """
    signed = filed.document.signed
    if signed is None or signed.how is How.SCAN:
        return None
    wanted = next((w for w in files_of(filed) if w.path.endswith(_REPORT_ENDS)), None)
    if wanted is None:
        return None
    try:
        return _REPORT.validate_json(read(place.root, wanted))
    except ValidationError as error:
        raise CorruptError("filed_format", file=wanted.name) from error
