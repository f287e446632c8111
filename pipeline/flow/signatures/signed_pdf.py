"""A PDF that came back with electronic signatures in it: which document is it, and what are they worth?

which document? ─ by whom, unaltered? ─ file ─ answer
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.archive.index.locations import FiledDocument
from pipeline.confined.limits import Budget
from pipeline.flow.outcomes.results import DropAnswer, Note
from pipeline.flow.signatures.evidence import known
from pipeline.flow.signatures.signed_electronically import given_back, settle, uncheckable
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.journal import Journal
from pipeline.signatures.paper import Evidence
from pipeline.signatures.pdf_revisions import prefix_digests
from pipeline.signatures.signature_checking import Signatures, UncheckableError


def original_of(place: Workplace, pdf: bytes) -> tuple[FiledDocument, int] | None:
    """The document whose sealed PDF the file begins with, and where that ends.

    Whoever signs adds to the file; so the original stands in it byte for byte, and its SHA-512 tells which it
    is, with its seal unbroken.
    """
    return begins_with(place, prefix_digests(pdf))


def begins_with(place: Workplace, revisions: Iterable[tuple[int, str]]) -> tuple[FiledDocument, int] | None:
    """As above, by end and SHA-512 of each revision that a signature of the file covers."""
    for end, sha512 in revisions:
        filed = place.index.document_by_sha512(sha512)
        if filed is not None:
            return filed, end
    return None


def work_off_signed_pdf(
    place: Workplace, journal: Journal, claimed: Claimed, budget: Budget, *, last_word: bool
) -> DropAnswer | None:
    """Takes a PDF with signatures beyond our own seal all the way; it has passed the gate for papers.

    None where it is no document we know, unless `last_word`.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    pdf = claimed.read()
    found = original_of(place, pdf)
    if found is None:
        if not last_word:
            return None
        return given_back(place, journal, claimed, [Note("signed_unknown")])
    filed, end = found
    stands = known(place, filed)
    evidence = Evidence(pdf, end, stands.beside)
    with Signatures(place.trust, budget) as signatures:
        try:
            return settle(place, journal, claimed, signatures, stands, evidence)
        except UncheckableError as error:
            return uncheckable(place, journal, claimed, error)
