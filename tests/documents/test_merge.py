from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.documents.merge import merge_for_print
from pipeline.documents.plan import DocumentKind
from pipeline.documents.seal import Sealer
from pipeline.domain.errors import CorruptError

from .invented import rendered, text_of
from .samples import CONTEXTS


def test_pages_in_the_order_given(tmp_path: Path) -> None:
    sealer = Sealer.test_authority(tmp_path)
    kinds = (DocumentKind.ANNEX_2, DocumentKind.ANNEX_1)
    when = dt.datetime(2025, 10, 21, tzinfo=dt.UTC)
    pdfs = [sealer.seal(rendered(k, CONTEXTS[k]), reason="x", when=when) for k in kinds]
    merged = merge_for_print(pdfs)
    assert len(PdfReader(io.BytesIO(merged)).pages) == sum(len(PdfReader(io.BytesIO(p)).pages) for p in pdfs)
    text = text_of(merged)
    assert text.index("2-ҚОСЫМША") < text.index("1-ҚОСЫМША")
    assert b"/ByteRange" not in merged


def test_what_is_no_pdf() -> None:
    with pytest.raises(CorruptError, match="merge_unreadable"):
        merge_for_print([b"not a pdf"])
