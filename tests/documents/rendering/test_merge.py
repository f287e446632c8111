from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.merge import merge_for_print
from pipeline.documents.sealing.seal import Sealer
from pipeline.domain.errors import CorruptError
from tests.documents.invented import rendered, text_of
from tests.documents.samples import CONTEXTS


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


def test_same_bytes_twice() -> None:
    pdf = rendered(DocumentKind.ANNEX_1, CONTEXTS[DocumentKind.ANNEX_1])
    assert merge_for_print([pdf, pdf]) == merge_for_print([pdf, pdf])


def test_duplex_begins_each_paper_on_a_front_side() -> None:
    one, two = (rendered(k, CONTEXTS[k]) for k in (DocumentKind.ANNEX_1, DocumentKind.ANNEX_2))
    assert [len(PdfReader(io.BytesIO(pdf)).pages) for pdf in (one, two)] == [1, 2]
    merged = PdfReader(io.BytesIO(merge_for_print([one, two, one], duplex=True))).pages
    assert [bool(page.extract_text()) for page in merged] == [True, False, True, True, True, False]
    assert {tuple(map(round, page.mediabox)) for page in merged} == {(0, 0, 595, 842)}
    assert len(PdfReader(io.BytesIO(merge_for_print([one, two, one]))).pages) == 4
