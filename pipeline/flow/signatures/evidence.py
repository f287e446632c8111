"""The electronic signatures of one document put together: what is filed of it, and what came now."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.content import canonical_json
from pipeline.archive.person.filed_documents import How
from pipeline.domain.errors import CorruptError
from pipeline.flow.casefile.papers.made import Returned
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.casefile.signers import expected_signers
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import OutdatedError
from pipeline.signatures.cms import SignatureFile
from pipeline.signatures.expected import Signer
from pipeline.signatures.paper import Evidence, Judged, judged
from pipeline.signatures.signature_checking import Signatures
from pipeline.signatures.validation_report import report

REPORT = "{name}-validation.json"
CARD = "{name}-card-{number}.pdf"
_IS_CARD = re.compile(r"-card-[0-9]+\.pdf")


@dataclass(frozen=True, slots=True)
class Known:
    """A document as it stands in the archive: as it was made, and what is filed of its signatures.

    `cards` are the cards (ddcard) that some of them came in.
    """

    filed: FiledDocument
    made: bytes
    pdf: bytes
    beside: tuple[SignatureFile, ...] = ()
    cards: tuple[bytes, ...] = ()

    @property
    def signers(self) -> tuple[str, ...]:
        """Whose electronic signatures are filed."""
        signed = self.filed.document.signed
        return () if signed is None or signed.how is How.SCAN else signed.signers

    @property
    def on_paper(self) -> bool:
        """Whether a scan of the signed paper is filed."""
        signed = self.filed.document.signed
        return signed is not None and signed.how is How.SCAN


def known(place: Workplace, filed: FiledDocument) -> Known:
    """The document's files, each verified as it is read.

    Raises:
        CorruptError: something of it is not there or does not verify.
    """
    lying = place.root.get(filed.object_id)
    if lying is None:
        raise CorruptError("filed_missing", path=filed.document.path)
    made = lying.read(filed.document.path)
    signed = filed.document.signed
    if signed is None or signed.how is How.SCAN:
        return Known(filed, made, made)
    names = (path for path in signed.beside if path.endswith(".cms"))
    beside = tuple(SignatureFile(path.rpartition("/")[2], lying.read(path)) for path in names)
    cards = tuple(lying.read(path) for path in signed.beside if _IS_CARD.search(path))
    return Known(filed, made, lying.read(signed.path), beside, cards)


@dataclass(frozen=True, slots=True)
class Verified:
    """What came back, judged, and the moment it was judged at; `cards` are filed as they came, unjudged."""

    evidence: Evidence
    judged: Judged
    moment: datetime
    cards: tuple[bytes, ...] = ()


def verify(
    place: Workplace,
    signatures: Signatures,
    filed: FiledDocument,
    evidence: Evidence,
    cards: tuple[bytes, ...] = (),
) -> Verified:
    """Checks the signatures as of now against those who are to sign.

    Raises:
        UncheckableError: they cannot be checked within the limits.
        JekeError: the archive or the machine is at fault.
    """
    moment = place.clock()
    expected = _expected(place, filed)
    return Verified(evidence, judged(signatures.look(evidence, moment), expected), moment, cards)


def require_current(place: Workplace, stands: Known, verified: Verified) -> None:
    """Under the write lock: the document, what is filed of it and who is to sign are as they were judged.

    Raises:
        OutdatedError: they are not.
    """
    now = place.index.document_by_sha512(stands.filed.document.sha512)
    if now != stands.filed or _expected(place, stands.filed) != verified.judged.expected:
        raise OutdatedError


def _expected(place: Workplace, filed: FiledDocument) -> tuple[Signer, ...] | None:
    docket = RelatedRecords(place.root, place.index).around([filed.record]).docket
    return expected_signers(docket, filed)


def as_returned(filed: FiledDocument, verified: Verified) -> Returned:
    """What is to be filed: the PDF as it came, the signatures beside it, and the report of their check."""
    name, evidence = filed.document.name, verified.evidence
    beside = {f"{name}-{number}.cms": f.data for number, f in enumerate(evidence.beside, 1)}
    beside |= {CARD.format(name=name, number=n): card for n, card in enumerate(verified.cards, 1)}
    files = {f"{name}.pdf": evidence.pdf, **beside}
    sums = {file: hashlib.sha512(data).hexdigest() for file, data in files.items()}
    text = canonical_json(report(verified.judged, verified.moment, sums))
    found = verified.judged.tally
    return Returned(
        evidence.pdf,
        How.CMS if evidence.beside else How.PADES,
        tuple(signer.key for signer in found.signed),
        {**beside, REPORT.format(name=name): text},
        names=tuple(signer.name for signer in found.signed),
        whole=not (found.missing or found.unsure),
    )
