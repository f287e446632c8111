"""Signing a filed document here: by a person's own key, on the newest rendition, after who signed before."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from pyhanko.sign import Signer as KeyHolder

from pipeline.archive.index.locations import FiledDocument
from pipeline.documents.sealing.papers import Papers, UnreadablePaperError
from pipeline.documents.sealing.signing import Place, ProvenTime, sign
from pipeline.documents.sealing.timestamping import HttpTimeStamper
from pipeline.domain.errors import MachineError, NotFoundError, RefusedError
from pipeline.domain.names import signature_name
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.ballots import paper_of
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.casefile.signers import expected_signers
from pipeline.flow.signatures.evidence import Known, known
from pipeline.flow.signatures.signed_pdf import original_of
from pipeline.flow.site.budgets import budget_of_paper
from pipeline.flow.site.workplace import Workplace
from pipeline.scans.pages import CostlyScanError, Pages, UnreadablePageError
from pipeline.signatures.expected import Signer, signer_of
from pipeline.signatures.holder import Holder, holder_of
from pipeline.signatures.trust import Asked


@dataclass(frozen=True, slots=True)
class SignedHere:
    """The paper with one more signature, whose it is, and of which document."""

    pdf: bytes
    signer: Holder
    filed: FiledDocument


def document_named(place: Workplace, named: str) -> FiledDocument:
    """By its PDF, or by record and name: "QRG-PD-AK-2025-S3/protocol".

    Raises:
        NotFoundError: `sign_no_document`.
    """
    path = Path(named)
    if path.is_file():
        found = original_of(place, path.read_bytes())
        if found is None:
            raise NotFoundError("sign_no_document")
        return found[0]
    record, _, name = named.rpartition("/")
    for kind in Kind:
        for filed in place.index.documents(Ref(kind, record)):
            if filed.document.name == name.removesuffix(".pdf"):
                return filed
    raise NotFoundError("sign_no_document")


def sign_filed(place: Workplace, filed: FiledDocument, key: KeyHolder) -> SignedHere:
    """The newest rendition with the signature appended; nothing is filed by it.

    Raises:
        RefusedError: `sign_stranger`, the certificate is of nobody who is to sign this document;
            `sign_again`, that person has signed it; `sign_on_paper`, it was signed on paper;
            `sign_blank_ballot`, it is a ballot printed without votes.
        MachineError: the key, the timestamping authority or the trust folder is at fault.
    """
    stands = known(place, filed)
    if stands.on_paper:
        raise RefusedError("sign_on_paper")
    if paper_of(place, filed) is not None:
        raise RefusedError("sign_blank_ballot")
    holder = holder_of(key.signing_cert)
    signer = _expected(place, filed, holder)
    if signer is not None and signer.key in stands.signers:
        raise RefusedError("sign_again")
    name = signer.name if signer is not None and "." not in signer.name else holder.full_name
    with Papers() as papers:
        signed = sign(
            stands.pdf,
            key,
            name=name,
            iin=holder.iin,
            reason=filed.document.title,
            when=place.clock(),
            place=_free_place(papers, stands, signer),
            time=_time(place),
            room=papers.room,
            time_room=papers.time_room,
        )
    return SignedHere(signed, holder, filed)


def _expected(place: Workplace, filed: FiledDocument, holder: Holder) -> Signer | None:
    docket = RelatedRecords(place.root, place.index).around([filed.record]).docket
    expected = expected_signers(docket, filed)
    if expected is None:
        return None
    found = signer_of(expected, holder)
    if found is None:
        raise RefusedError("sign_stranger")
    return found


def _free_place(papers: Papers, stands: Known, signer: Signer | None) -> Place | None:
    """The rendition holds what others added: it is looked at in a child."""
    try:
        return papers.free_place(stands.pdf, _places(stands, signer))
    except UnreadablePaperError as error:
        raise MachineError("sign_failed", why=error.why) from error


def _places(stands: Known, signer: Signer | None) -> tuple[Place, ...]:
    """The lines beside which the signer's name is printed; of an imported file the paper is the sender's."""
    if signer is None:
        return ()
    printed = [signature_name(signer.person)] if signer.person is not None else []
    try:
        with tempfile.TemporaryFile() as paper:
            paper.write(stands.made)
            paper.flush()
            with Pages(paper, budget_of_paper()) as pages:
                found = pages.lines_to_sign(stands.filed.document.document, [signer.name, *printed])
    except (UnreadablePageError, CostlyScanError) as error:
        raise MachineError("sign_failed", why=type(error).__name__) from error
    except OSError as error:
        raise MachineError("sign_failed", why=error.strerror or "") from error
    return tuple(Place(page, box) for page, box in found)


def _time(place: Workplace) -> ProvenTime | None:
    url = place.trusting.timestamp_url
    if not url:
        return None
    trust = place.trust
    context = trust.context(place.clock(), Asked.IF_NAMED) if trust.knows_revocations else None
    return ProvenTime(HttpTimeStamper(url), context)
