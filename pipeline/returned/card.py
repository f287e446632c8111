"""The card of an electronic document (ddcard): a PDF that carries a paper and its signatures as attachments.

What eGov, SIGEX and the like give out for a paper signed with NCALayer. The card's own pages are pictures
that nobody signed; what counts is inside (https://github.com/kaarkz/ddcard).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

import pikepdf

from pipeline.domain.errors import CorruptError
from pipeline.returned.cms import CmsFile, read_cms

_PDF: Final = b"%PDF-"
_MOST: Final = 100
"""Attachments looked at; a card has the paper and a file a signer."""


@dataclass(frozen=True, slots=True)
class Card:
    """The papers it carries (one, by its rules), and the signatures, in the order of their names."""

    papers: tuple[bytes, ...]
    signatures: tuple[CmsFile, ...]


def read_card(pdf: bytes) -> Card | None:
    """What is told by the attachments' content, whatever their names; None where it is no card."""
    papers: list[bytes] = []
    signatures: list[CmsFile] = []
    for name, data in _attachments(pdf):
        if data.startswith(_PDF):
            papers.append(data)
            continue
        try:
            signatures.append(read_cms(name, data))
        except CorruptError:
            continue
    return Card(tuple(papers), tuple(signatures)) if papers and signatures else None


def _attachments(pdf: bytes) -> list[tuple[str, bytes]]:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            named = sorted(opened.attachments.items())[:_MOST]
            return [(name, held.get_file().read_bytes()) for name, held in named]
    except (pikepdf.PdfError, ValueError, TypeError, LookupError, AttributeError):
        return []
