"""What a seal in the archive must be: there, whole, the last thing in its file, of a known authority."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.documents.seal import seals
from pipeline.domain.errors import CorruptError


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Judges PDFs by these authorities (DER). Travels to worker processes."""

    roots: tuple[bytes, ...]

    def __call__(self, pdf: bytes, subject: str | None) -> str | None:
        """What is wrong with the seal of that subject; None where nothing is.

        Without a subject, the file came back signed by people: any signature in it that can be computed must
        fit. Codes: `seal-unreadable`, `seal-missing`, `seal-broken`, `seal-partial` (something was added
        after it), `seal-untrusted`.
        """
        try:
            found = seals(pdf, self.roots)
        except CorruptError:
            return "seal-unreadable"
        if subject is None:
            return "seal-broken" if any(not (s.intact or s.problem) for s in found) else None
        own = [seal for seal in found if seal.subject == subject]
        if not own:
            return "seal-broken" if any(seal.problem for seal in found) else "seal-missing"
        seal = own[-1]
        if not seal.intact:
            return "seal-broken"
        if not seal.whole_file:
            return "seal-partial"
        return None if seal.trusted else "seal-untrusted"
