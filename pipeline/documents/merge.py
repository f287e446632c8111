"""PDFs put together for the printer. The result is for paper, never for the archive: seals are lost."""

from __future__ import annotations

import io
from collections.abc import Iterable

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from pipeline.domain.errors import CorruptError


def merge_for_print(pdfs: Iterable[bytes]) -> bytes:
    """All pages, in the order given.

    Raises:
        CorruptError: `merge_unreadable` where one of them is no PDF.
    """
    writer = PdfWriter()
    try:
        for pdf in pdfs:
            for page in PdfReader(io.BytesIO(pdf)).pages:
                page.pop("/Annots", None)
                writer.add_page(page)
        merged = io.BytesIO()
        writer.write(merged)
    except (PyPdfError, ValueError, KeyError, OSError) as error:
        raise CorruptError("merge_unreadable", why=type(error).__name__) from error
    return merged.getvalue()
