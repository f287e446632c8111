"""Lists as workbooks and as plain text: whole, inert, the same bytes each time."""

from __future__ import annotations

import csv as reader
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.documents.content.plan import TITLES, DocumentKind, Wanted
from pipeline.documents.content.registers import COLUMNS, csv, rows, xlsx
from pipeline.domain.records import Kind, Ref
from tests.documents.samples import CONTEXTS
from tests.documents.templates.test_templates import parts, query

KINDS = list(COLUMNS)
S = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def listed(kind: DocumentKind, context: Any = None) -> Wanted:
    return Wanted(
        kind, Ref(Kind.CAMPAIGN, "K-1"), str(kind), TITLES[kind], context or CONTEXTS[kind], to_sign=False
    )


def of_texts(*texts: str) -> Wanted:
    fields = [c.field for c in COLUMNS[DocumentKind.SECURITY_LIST]]
    return listed(DocumentKind.SECURITY_LIST, {"rows": [dict.fromkeys(fields, text) for text in texts]})


def sheet(book: bytes) -> tuple[Any, list[list[str]]]:
    """The sheet's XML, and its cells as read back."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        xml = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        strings = etree.fromstring(archive.read("xl/sharedStrings.xml"))
    texts = ["".join(str(text) for text in si.itertext()) for si in strings.findall("s:si", S)]
    return xml, [
        [texts[int(cell.findtext("s:v", "", S))] for cell in row.findall("s:c", S)]
        for row in xml.findall("s:sheetData/s:row", S)
    ]


def table(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(reader.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("kind", KINDS)
def test_paper_workbook_and_text_have_the_same_head_and_rows(kind: DocumentKind) -> None:
    titles = [c.title for c in COLUMNS[kind]]
    words = query(parts(kind)["word/document.xml"], "//w:tr[w:trPr/w:tblHeader][1]//w:t")
    assert [w.text for w in words][: len(titles)] == titles
    whole = [list(row) for row in rows(listed(kind))]
    assert whole
    assert sheet(xlsx(listed(kind)))[1] == [[TITLES[kind]], titles, *whole]
    assert table(csv(listed(kind))) == [titles, *whole]


@pytest.mark.parametrize("kind", KINDS)
def test_columns_fill_the_page_between_its_margins(kind: DocumentKind) -> None:
    assert sum(c.width_mm for c in COLUMNS[kind]) == 297 - 30 - 15


def test_same_bytes_whatever_the_clock_says() -> None:
    book = xlsx(listed(DocumentKind.SECURITY_LIST))
    assert xlsx(listed(DocumentKind.SECURITY_LIST)) == book
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 1)}
        assert archive.read("docProps/core.xml").count(b"2025-03-26T00:00:00Z") == 2


def test_workbook_is_text_and_prints_lying_with_its_head_repeated() -> None:
    book = xlsx(of_texts("010203500107"))
    xml, cells = sheet(book)
    assert cells[2][3] == "010203500107"
    assert {cell.get("t") for cell in xml.iter(f"{{{S['s']}}}c")} == {"s"}
    assert not list(xml.iter(f"{{{S['s']}}}f"))
    setup = xml.find("s:pageSetup", S)
    assert (setup.get("orientation"), setup.get("paperSize"), setup.get("fitToHeight")) == (
        "landscape",
        "9",
        "0",
    )
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert "Тізім!$2:$2" in archive.read("xl/workbook.xml").decode()


@pytest.mark.parametrize("text", ["=1+1", "+7 701", "-2", "@SUM(A1)", "＝1", "=cmd|' /C calc'!A0"])
def test_nothing_runs(text: str) -> None:
    assert table(csv(of_texts(text)))[1][0] == f"'{text}"
    xml, cells = sheet(xlsx(of_texts(text)))
    assert cells[2][0] == text
    assert not list(xml.iter(f"{{{S['s']}}}f"))


def test_semicolons_quotes_and_kazakh_letters_read_back() -> None:
    text = 'Әбілқасов; "Д.М."'
    assert table(csv(of_texts(text)))[1] == [text] * 6


@given(st.text(max_size=40))
def test_every_text_makes_a_table_of_one_row(text: str) -> None:
    read = table(csv(of_texts(text)))
    assert len(read) == 2
    assert not read[1][0].startswith(tuple("=+-@\t\r\n"))
    xml, _ = sheet(xlsx(of_texts(text)))
    assert len(xml.findall("s:sheetData/s:row", S)) == 3


def test_long_sums_stay_whole_in_tables() -> None:
    assert table(csv(of_texts("ab12" * 16)))[1][0] == "ab12" * 16


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(KeyError):
        rows(listed(DocumentKind.ANNEX_1))
