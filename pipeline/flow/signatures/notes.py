"""What HR are told of a paper with electronic signatures: whose stand, whose fail, who is still to sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.flow.outcomes.results import Note
from pipeline.signatures.expected import Signer
from pipeline.signatures.pades import Tampered, Tampering
from pipeline.signatures.paper import Judged
from pipeline.signatures.signature import Checked, Revocation


def against(judged: Judged) -> tuple[Note, ...]:
    """Why a paper cannot be filed; nothing where it can, be it not signed by all yet."""
    return tuple(_against(judged))


def _against(judged: Judged) -> Iterator[Note]:
    for what, where in _places(judged.tampered).items():
        if what is Tampering.NOT_COMPARED:
            yield Note("paper_not_compared", {"where": where})
        else:
            yield Note("paper_tampered", {"what": str(what), "where": where or ("PDF",)})
    for signature in judged.signatures:
        if not signature.verdict.passed:
            verdict = signature.verdict
            yield Note(
                "signature_fails",
                {"name": _name(signature), "verdict": str(verdict.indication), "why": verdict.sub},
            )
    if judged.expected is not None:
        for place in judged.tally.foreign:
            yield Note("signature_foreign", {"name": _name(judged.signatures[place])})
    if not judged.signatures and not judged.tampered:
        yield Note("signature_none")


def _places(tampered: Iterable[Tampered]) -> dict[Tampering, tuple[str, ...]]:
    """Each thing done once, with its fields; a change comes after each signature: the last is told."""
    found: dict[Tampering, tuple[str, ...]] = {}
    for done in tampered:
        before = () if done.what is Tampering.CHANGED and done.where else found.get(done.what, ())
        found[done.what] = (*before, done.where) if done.where else before
    return found


def about(title: str, judged: Judged) -> tuple[Note, ...]:
    """What is told of a paper that is filed."""
    return tuple(_about(title, judged))


def _about(title: str, judged: Judged) -> Iterator[Note]:
    found = judged.tally
    yield Note("signatures_filed", {"title": title, "count": len(judged.signatures)})
    if found.signed:
        yield Note("signers_signed", {"signers": _names(found.signed)})
    if found.missing:
        yield Note("signers_missing", {"signers": _names(found.missing)})
    if found.unsure:
        yield Note("signers_unsure", {"signers": _names(found.unsure)})
    if judged.expected is None:
        yield Note("signers_unlisted", {"signers": tuple(_name(s) for s in judged.signatures)})
    if named := tuple(s for s in found.signed if s.iin is None):
        yield Note("signers_by_name", {"signers": _names(named)})
    if found.again:
        again = (found.whose[place] for place in found.again)
        yield Note("signers_again", {"signers": _names(dict.fromkeys(again))})
    if judged.preliminary:
        yield Note("signatures_preliminary")
    if any(s.revocation is Revocation.UNKNOWN for s in judged.signatures):
        yield Note("revocation_unknown")


def _names(signers: Iterable[Signer]) -> tuple[str, ...]:
    return tuple(signer.name or signer.key for signer in signers)


def _name(signature: Checked) -> str:
    return signature.holder.full_name if signature.holder else signature.where
