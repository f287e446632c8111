"""The page of an exported file: every file leads somewhere, the signed rendition first, words stay words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime

from pipeline.archive.ocfl.inventory import VersionInfo
from pipeline.archive.person.filed_documents import How, Signed, made_document
from pipeline.archive.person.index_page import CaseDocuments, Exported, index_page
from pipeline.archive.person.inner_list import Person
from tests.archive.filing_support import SEAL

AT = datetime(2026, 2, 1, 3, tzinfo=UTC)
MADE = made_document(
    "cases/00/",
    document="annex-1",
    name="annex-1",
    title="Баянат <b>",
    fingerprint="f",
    pdf=b"%PDF",
    seal=SEAL,
)
SIGNED = replace(
    MADE,
    signed=Signed(
        "cases/00/signed/annex-1.pdf",
        "a" * 128,
        How.CMS,
        date(2026, 1, 5),
        beside=("cases/00/signed/annex-1.cms",),
    ),
)


def page(*, signed: bool = True, person: str = "Қасымов") -> str:
    document = SIGNED if signed else MADE
    paths = (*document.paths, "inner-list.txt", "cases/00/record.yaml")
    told = Exported(
        "urn:uuid:x",
        Person("850314390019", person, "Арман", None),
        [CaseDocuments("К-1", (document,)), CaseDocuments("К-2", ())],
        [VersionInfo("v1", AT, "jeke", "drop 1 & 2")],
        {path: f"object/v1/content/{path}" for path in paths},
        {path: f"{number}" * 128 for number, path in enumerate(paths, start=1)},
        AT,
        "17:ab",
    )
    return index_page(told).decode()


def links(html: str) -> list[str]:
    return re.findall(r'href="object/v1/content/([^"]*)"', html)


def test_the_signed_rendition_comes_first_with_its_own_digest() -> None:
    html = page()
    assert links(html) == [
        "cases/00/signed/annex-1.pdf",
        "cases/00/annex-1.pdf",
        "cases/00/signed/annex-1.cms",
        "cases/00/record.yaml",
        "inner-list.txt",
    ]
    assert f"<code>SHA-512: {'2' * 128}</code>" in html
    assert "қол қойылған" in html
    assert "сынақ мөрі" in html


def test_a_paper_that_is_not_signed_is_said_to_be_so() -> None:
    html = page(signed=False)
    assert links(html)[0] == "cases/00/annex-1.pdf"
    assert f"<code>SHA-512: {'1' * 128}</code>" in html
    assert "қол қойылмаған" in html


def test_words_of_the_file_stay_words() -> None:
    html = page(person='<script>"x"')
    assert "<script" not in html
    assert "Баянат &lt;b&gt;" in html
    assert "drop 1 &amp; 2" in html
    assert "17:ab" in html
    assert "default-src 'none'" in html
