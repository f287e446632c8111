"""A paper with its electronic signatures, judged: in the PDF itself, in files beside it, or in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.signatures.cms import CmsFile, SignatureFile
from pipeline.signatures.expected import Signer, Tally, tally
from pipeline.signatures.pades import SignedPdf, Tampered, Tampering, read_signed_pdf
from pipeline.signatures.pdf_revisions import covered_ends
from pipeline.signatures.signature import Checked, Checker
from pipeline.signatures.verdict import (
    FORMAT_FAILURE,
    HASH_FAILURE,
    PASSED,
    SIG_CONSTRAINTS,
    Indication,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What came back of one document.

    The first `original_end` bytes of the PDF are as it was made; `beside` are signatures in their own files.
    """

    pdf: bytes
    original_end: int
    beside: tuple[SignatureFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """Every signature, what was done to the paper beside signing, and who of the expected signed.

    `expected` is None where the order does not name who signs. `verdict` is the worst of it all; a paper that
    waits for signatures is no worse for it.
    """

    signatures: tuple[Checked, ...]
    tampered: tuple[Tampered, ...]
    expected: tuple[Signer, ...] | None
    tally: Tally
    verdict: Verdict

    @property
    def preliminary(self) -> bool:
        """Whether any of it hangs on our own arithmetic over a national algorithm."""
        return any(s.preliminary for s in self.signatures)


def look(evidence: Evidence, checker: Checker) -> SignedPdf:
    """Every signature, in the PDF and beside it, as of the checker's moment, and what was done to the paper.

    Never raises for what came back. It parses a stranger's bytes: only in a confined process.
    """
    inside = SignedPdf()
    if len(evidence.pdf) > evidence.original_end:
        inside = read_signed_pdf(evidence.pdf, evidence.original_end, checker)
    return SignedPdf((*inside.signatures, *_beside(evidence, checker)), inside.tampered)


def judged(found: SignedPdf, expected: Sequence[Signer] | None) -> Judged:
    """What was found, held beside those who are to sign."""
    told = tally(expected or (), found.signatures)
    return Judged(
        found.signatures,
        found.tampered,
        None if expected is None else tuple(expected),
        told,
        _worst(found.signatures, found.tampered, told, named=expected is not None),
    )


def _beside(evidence: Evidence, checker: Checker) -> tuple[Checked, ...]:
    """Each over the revision it was made of: the paper as made, as signed, or a revision between."""
    ends = (evidence.original_end, *covered_ends(evidence.pdf), len(evidence.pdf))
    checked: list[Checked] = []
    for file in evidence.beside:
        if not isinstance(file, CmsFile):
            checked.append(Checked(file.name, FORMAT_FAILURE))
            continue
        knowing = checker.with_certificates(file.certificates)
        revision = next((e for e in dict.fromkeys(ends) if file.fits(evidence.pdf[:e])), None)
        for signer in file.signers:
            if revision is None:
                checked.append(Checked(file.name, HASH_FAILURE))
            else:
                checked.append(knowing.check(signer, evidence.pdf[:revision], file.name))
    return tuple(checked)


def _worst(
    signatures: Sequence[Checked], tampered: Sequence[Tampered], found: Tally, *, named: bool
) -> Verdict:
    if any(done.what is not Tampering.NOT_COMPARED for done in tampered):
        return HASH_FAILURE
    order = list(Indication)
    worst = max((s.verdict for s in signatures), key=lambda v: order.index(v.indication), default=PASSED)
    if worst.passed and (tampered or found.unsure or (named and found.foreign)):
        return SIG_CONSTRAINTS
    return worst
