"""Cards of electronic documents (ddcard), as the services make them; for tests alone."""

from __future__ import annotations

import io

import pikepdf


def card_of(paper: bytes | None, *signatures: bytes) -> bytes:
    """Pages of its own, the paper and a file a signer attached."""
    out = io.BytesIO()
    with pikepdf.new() as card:
        card.add_blank_page(page_size=(595, 842))
        if paper is not None:
            card.attachments["document.pdf"] = pikepdf.AttachedFileSpec(card, paper, filename="document.pdf")
        for number, data in enumerate(signatures, 1):
            name = f"signature-{number}.cms"
            card.attachments[name] = pikepdf.AttachedFileSpec(card, data, filename=name)
        card.save(out)
    return out.getvalue()
