"""PDFs put together for the printer. The result is for paper, never for the archive: seals are lost."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from pipeline.domain.errors import CorruptError


def merge_for_print(pdfs: Iterable[bytes], *, duplex: bool = False) -> bytes:
    """All pages, in the order given; the same bytes for the same papers.

    With `duplex` each paper begins on a front side: a blank page of the same size follows an odd last page.

    Raises:
        CorruptError: `merge_unreadable` where one of them is no PDF.
    """
    writer = PdfWriter()
    try:
        for pdf in pdfs:
            pages = PdfReader(io.BytesIO(pdf)).pages
            for page in pages:
                page.pop("/Annots", None)
                writer.add_page(page)
            if duplex and len(pages) % 2:
                writer.add_blank_page()
        merged = io.BytesIO()
        writer.write(merged)
    except (PyPdfError, ValueError, KeyError, OSError) as error:
        raise CorruptError("merge_unreadable", why=type(error).__name__) from error
    return merged.getvalue()
