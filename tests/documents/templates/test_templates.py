"""The shipped Word files: real styles, nothing unused, what holds tables and signatures together."""

from __future__ import annotations

import zipfile
from typing import Any

import pytest
import rdocx
from lxml import etree

from pipeline.documents.content.plan import DocumentKind
from tests.documents.invented import TEMPLATES

W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
KINDS = list(DocumentKind)


def parts(kind: DocumentKind) -> dict[str, bytes]:
    with zipfile.ZipFile(TEMPLATES / f"{kind}.docx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def query(xml: bytes, path: str) -> Any:
    return etree.fromstring(xml).xpath(path, namespaces=W)


@pytest.mark.parametrize("kind", KINDS)
def test_word_can_open_it(kind: DocumentKind) -> None:
    report = rdocx.validate_bytes((TEMPLATES / f"{kind}.docx").read_bytes())
    assert report.is_valid
    assert [f.message for f in report.findings if f.severity != "warning"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_slim(kind: DocumentKind) -> None:
    assert (TEMPLATES / f"{kind}.docx").stat().st_size < 10_000
    assert not {"docProps/thumbnail.jpeg", "word/theme/theme1.xml"} & set(parts(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_paragraph_has_a_style_and_every_style_its_use(kind: DocumentKind) -> None:
    content = parts(kind)
    used = {
        s for n in ("word/document.xml", "word/footer1.xml") for s in query(content[n], "//w:pStyle/@w:val")
    }
    defined = set(query(content["word/styles.xml"], "//w:style[@w:type='paragraph']/@w:styleId")) - {"Normal"}
    assert used == defined
    assert query(content["word/document.xml"], "//w:p[not(w:pPr/w:pStyle)]") == []
    assert query(content["word/document.xml"], "//w:pPr/w:jc | //w:pPr/w:ind | //w:rPr/w:sz") == []


@pytest.mark.parametrize("kind", KINDS)
def test_page_of_a_kazakh_office(kind: DocumentKind) -> None:
    (margins,) = query(parts(kind)["word/document.xml"], "//w:pgMar")
    mm = {
        side: round(int(margins.get(f"{{{W['w']}}}{side}")) * 25.4 / 1440)
        for side in ("left", "right", "top", "bottom")
    }
    assert mm == {"left": 30, "right": 15, "top": 20, "bottom": 27}
    assert query(parts(kind)["word/styles.xml"], "//w:docDefaults//w:sz/@w:val") == ["28"]
    assert query(parts(kind)["word/styles.xml"], "//w:docDefaults//w:lang/@w:val") == ["kk-KZ"]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_do_not_split(kind: DocumentKind) -> None:
    splitting = query(parts(kind)["word/document.xml"], "//w:tr[not(w:trPr/w:cantSplit)]")
    assert all("{%tr" in "".join(r.itertext()) for r in splitting)


def test_ballot_head_is_merged_and_repeated() -> None:
    xml = parts(DocumentKind.ANNEX_3)["word/document.xml"]
    assert len(query(xml, "//w:tr[w:trPr/w:tblHeader]")) == 2
    assert len(query(xml, "//w:tr[1]/w:tc[w:tcPr/w:vMerge[@w:val='restart']]")) == 3
    assert query(xml, "//w:tr[1]/w:tc[3]/w:tcPr/w:gridSpan/@w:val") == ["2"]
    widths = [round(int(w) * 25.4 / 1440) for w in query(xml, "//w:gridCol/@w:w")]
    assert (len(widths), sum(widths)) == (5, 165)
