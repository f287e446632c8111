"""The blank forms say what the order says, word for word and in its order; lines and spaces do not count."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from pipeline.documents.content.plan import DocumentKind
from tests.documents.blank_forms import BLANK, FIXED_WORDS
from tests.documents.invented import rendered


def words_of(pdf: bytes) -> str:
    """All letters on the pages in reading order, without the running foot of later pages."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    kept = [text.removesuffix(f"{n}") if n > 1 else text for n, text in enumerate(pages, 1)]
    return squeezed("".join(kept))


def squeezed(text: str) -> str:
    return "".join(text.replace("_", "").split())


@pytest.mark.parametrize("kind", list(FIXED_WORDS))
def test_blank_form_has_the_orders_words(kind: DocumentKind) -> None:
    assert words_of(rendered(kind, BLANK[kind])) == squeezed(FIXED_WORDS[kind])


def test_blank_day_keeps_the_orders_lines() -> None:
    text = (
        PdfReader(io.BytesIO(rendered(DocumentKind.ANNEX_4, BLANK[DocumentKind.ANNEX_4])))
        .pages[0]
        .extract_text()
    )
    assert 'Аттестаттау өткізілген күн 20__ж. "__"' in text


def test_without_instructions_only_the_brackets_go() -> None:
    bare = {**BLANK[DocumentKind.ANNEX_2], "print_instructions": ""}
    text = words_of(rendered(DocumentKind.ANNEX_2, bare))
    assert "1.Лауазымдықміндеттерінорындауы.2.Ішкіістер" in text
    assert "т.б." not in text


def test_title_of_a_document() -> None:
    text = words_of(rendered(DocumentKind.ANNEX_2, {**BLANK[DocumentKind.ANNEX_2], "title_exact": ""}))
    assert "берілетінҚЫЗМЕТТІКМІНЕЗДЕМЕ" in text
    assert "ҮЛГІЛІК" not in text
