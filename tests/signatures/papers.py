"""A paper to be signed, laid out by the program's own renderer."""

from __future__ import annotations

from functools import cache

import rdocx


@cache
def protocol_pdf() -> bytes:
    """A page of Kazakh text with room for signatures below."""
    document = rdocx.Document()
    for text in (
        "ХАТТАМА № 3",
        "ШЕШІМ: жоғары тұрған басшылық лауазымға өсіруге ұсынылады.",
        "Комиссия төрағасы",
    ):
        run = document.add_paragraph(text).runs[0]
        run.font.name = "Times New Roman"
    pdf: bytes = document.to_pdfa_deterministic("pdfa-2b")
    return pdf
