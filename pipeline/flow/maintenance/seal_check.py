"""What a seal in the archive must be: there, whole, the last thing in its file, of a known authority.

No PDF is parsed here. Papers that people signed are looked at in a child of their object alone, so that none
can speak for another person's; those made by the program share one child of the process.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from pipeline.documents.sealing.papers import Papers, UnreadablePaperError

_kept: dict[int, Papers] = {}
"""By process id: a fork must not share its parent's child."""


@dataclass(frozen=True, slots=True)
class SealCheck:
    """Judges PDFs by these authorities (DER); `papers` looks at what people signed."""

    roots: tuple[bytes, ...]
    papers: Papers

    def __call__(self, pdf: bytes, subject: str | None) -> str | None:
        """What is wrong with the seal of that subject; None where nothing is.

        Without a subject, the file came back signed by people: any signature in it that can be computed must
        fit. Codes: `seal-unreadable`, `seal-missing`, `seal-broken`, `seal-partial` (something was added
        after it), `seal-untrusted`.

        Raises:
            MachineError: `papers_unusable`, there is no child.
        """
        looking = self.papers if subject is None else _kept.setdefault(os.getpid(), Papers())
        try:
            found = looking.seals(pdf, self.roots)
        except UnreadablePaperError:
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
