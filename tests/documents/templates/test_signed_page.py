"""Signatures never stand alone on the last page, however long the text above them is."""

from __future__ import annotations

from collections import Counter
from functools import partial

import pypdfium2
import pytest

from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.templates.signed_page import laid_out, squeezed
from tools.make_templates import used_styles
from tools.template_parts import HR_MM, signature_row
from tools.wordml import TEXT_MM, Element, cell, package, para, row, table, together

LINES = range(24, 44)
"""Lines of text above the signatures: from a page with room to one that has just begun."""
SIGNED = "Кадр қызметі"
render = partial(RdocxRenderer().render, title="x")


def word(parts: list[Element]) -> bytes:
    return package("x", parts, used_styles(parts), None)


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [page.get_textpage().get_text_range() for page in opened]


def signatures(*, loose: bool = False) -> list[Element]:
    """In one piece as the shipped templates have them, or `loose` as HR may leave them."""
    rows = [signature_row(SIGNED, "Нұрланова Әсем", HR_MM), signature_row("Куә", "Ли Виктор", HR_MM)]
    if loose:
        return [para("SignHead"), table(HR_MM, rows), para("Note", "* ескертпе"), para("End")]
    return [para("SignHead"), together(table(HR_MM, rows)), para("End")]


def text(
    count: int, last: str = "Соңғы абзацтың мәтіні осында аяқталады, бұл қол қойылатын сөздер"
) -> list[Element]:
    return [*(para("Body", f"{n}-жол") for n in range(count)), para("Body", last)]


def listing(count: int) -> Element:
    rows = [
        row(cell(40, para("TableText", f"№{n}")), cell(100, para("TableText", f"қызметкер {n:03}")))
        for n in range(count)
    ]
    head = row(cell(40, para("TableHead", "№")), cell(100, para("TableHead", "Т.А.Ж.")), header=True)
    return table((40, 100), [head, *rows], framed=True)


@pytest.mark.parametrize("loose", [False, True])
@pytest.mark.parametrize("count", LINES)
def test_the_end_of_a_text_goes_along(count: int, *, loose: bool) -> None:
    last = pages(laid_out(word([*text(count), *signatures(loose=loose)]), render))[-1]
    assert SIGNED in last
    assert squeezed("қол қойылатын сөздер") in squeezed(last)


@pytest.mark.parametrize("count", range(20, 50))
def test_the_last_rows_of_a_list_go_along(count: int) -> None:
    docx = word([para("FormTitle", "ТІЗІМ"), listing(count), *signatures()])
    last = pages(laid_out(docx, render))[-1]
    assert SIGNED in last
    assert f"қызметкер {count - 1:03}" in last
    assert f"қызметкер {count - 2:03}" in last


@pytest.mark.parametrize("count", range(20, 50))
def test_nothing_is_lost_or_doubled(count: int) -> None:
    docx = word([para("FormTitle", "ТІЗІМ"), listing(count), *signatures()])
    rows = [word for page in pages(laid_out(docx, render)) for word in page.split() if word.isdecimal()]
    assert Counter(rows) == Counter(f"{n:03}" for n in range(count))


def test_a_paragraph_longer_than_a_page() -> None:
    shown = pages(laid_out(word([*text(10, "мәтін " * 900), *signatures()]), render))
    assert SIGNED in shown[-1]
    assert "мәтін" in shown[-1]
    assert sum(page.count("мәтін") for page in shown) == 900


def test_a_list_of_one_row_keeps_its_head() -> None:
    shown = pages(laid_out(word([*text(40, "кіріспе"), listing(1), *signatures()]), render))
    (at,) = (page for page in shown if "қызметкер 000" in page)
    assert "Т.А.Ж." in at
    assert SIGNED in shown[-1]


@pytest.mark.parametrize(
    "parts",
    [
        [*text(3), *signatures()],
        [listing(60), para("End")],
        [para("Body", "сөз " * 2_000)],
    ],
    ids=["one page", "no signatures below the table", "text alone"],
)
def test_what_needs_no_mending_stays(parts: list[Element]) -> None:
    docx = word(parts)
    assert laid_out(docx, render) == render(docx)


def test_a_row_wider_than_the_page_is_no_reason_to_fail() -> None:
    tall = table((TEXT_MM,), [row(cell(TEXT_MM, para("TableText", "ұзын мәтін " * 600)))])
    assert SIGNED in pages(laid_out(word([tall, *signatures()]), render))[-1]


@pytest.mark.parametrize("count", range(12, 40))
def test_words_parted_by_a_hyphen_bring_no_empty_page(count: int) -> None:
    rows = [
        row(cell(20, para("TableText", f"№{n}")), cell(34, para("TableText", "жедел-криминалистикалық-кадр")))
        for n in range(count)
    ]
    docx = word([para("FormTitle", "ТІЗІМ"), table((20, 34), rows, framed=True), *signatures(loose=True)])
    shown = pages(laid_out(docx, render))
    assert all(page.strip() for page in shown)
    assert f"№{count - 1}" in shown[-1]


@pytest.mark.parametrize("signers", range(18, 26))
@pytest.mark.parametrize("count", [0, 12, 30])
def test_many_signatures_stand_closer_rather_than_alone(count: int, signers: int) -> None:
    """A list that fills a page by itself, in one piece as the protocol has it; a heading goes along too."""
    rows = [signature_row(SIGNED, f"Нұрланова {n:02}", HR_MM) for n in range(signers)]
    parts = [
        *(para("Body", f"{n}-жол") for n in range(count)),
        para("ItemKept", "ШЕШІМ:"),
        para("Body", "Соңғы абзацтың мәтіні осында аяқталады, бұл қол қойылатын сөздер. " * 2),
        para("SignHead"),
        together(table(HR_MM, rows)),
        para("End"),
    ]
    last = pages(laid_out(word(parts), render))[-1]
    assert last.count(SIGNED) == signers
    assert squeezed("ШЕШІМ:") in squeezed(last)
    assert squeezed("қол қойылатын сөздер") in squeezed(last)
