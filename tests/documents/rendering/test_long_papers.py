"""Every paper with names, posts and lists of any length: nothing stands alone on its last page."""

from __future__ import annotations

import io
import random
import zipfile
from functools import partial
from typing import Final

import pypdfium2
import pytest
from lxml import etree

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.templates.fill import Templates
from pipeline.documents.templates.signed_page import laid_out, squeezed
from tests.documents.invented import TEMPLATES
from tests.documents.samples import CONTEXTS

SYLLABLES: Final = ("бас", "те", "қыз", "мет", "лі", "ғы", "кер", "ші", "өң", "рау", "дың", "ма")
CLOSING: Final = frozenset(
    {"Note", "Caption", "Tight", "SignHead", "SignTitle", "SignTableHead", "SignTableText", "SignRole"}
    | {"SignName", "Seal", "End", "Value", "ValueRule", "Field"}
)
"""What people sign below the text, footnotes, and the lines of forms that are filled in by hand."""
SIGNERS: Final = frozenset({"signers", "witnesses", "units", "present"})
"""As many as sign; their papers stay on one sheet, so they are not multiplied."""
LEAST_LINES: Final = 2
A_NAME: Final = 25
"""Letters more in the name and role of a signer: signatures of all members stay on a page."""
SHORT: Final = 4
"""Numbers and marks stay as they are."""
POINTS_A_MM: Final = 72 / 25.4
FOOT: Final = 25 * POINTS_A_MM
"""Below it stands the running foot alone."""


def invented(letters: int, key: str) -> str:
    """Words nobody else has, of such length as Kazakh posts have."""
    chance = random.Random(key)
    text = ""
    while len(text) < letters:
        text += " " + "".join(chance.choices(SYLLABLES, k=chance.randint(2, 5)))
    return text[:letters].rstrip()


def longer(value: object, letters: int, key: str = "") -> object:
    """The value with so many letters more in every text, other words in each field."""
    if isinstance(value, str):
        return value + invented(letters, key) if len(value) > SHORT else value
    if isinstance(value, list):
        return [longer(item, letters, f"{key}{number}") for number, item in enumerate(value)]
    if isinstance(value, dict):
        return {name: longer(item, letters, f"{key}{name}") for name, item in value.items()}
    return value


def many(context: dict[str, object], times: int) -> dict[str, object]:
    """The context with its lists so many times as long."""
    return {
        name: value * times if isinstance(value, list) and name not in SIGNERS else value
        for name, value in context.items()
    }


def bodies(pdf: bytes) -> list[list[str]]:
    """The lines of each page above its foot."""
    with pypdfium2.PdfDocument(pdf) as opened:
        pages = [page.get_textpage().get_text_bounded(bottom=FOOT) for page in opened]
    return [[line for line in page.splitlines() if squeezed(line)] for page in pages]


def signed_text(docx: bytes) -> str:
    """What is signed: all but the styles of signatures, rules and footnotes; without white space and hyphens."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    word = f"{{{root.nsmap['w']}}}"
    return sounds(
        "".join(
            text.text or ""
            for paragraph in root.iter(f"{word}p")
            if not {style.get(f"{word}val") for style in paragraph.iter(f"{word}pStyle")} & CLOSING
            for text in paragraph.iter(f"{word}t")
        )
    )


def sounds(text: str) -> str:
    return "".join(letter for letter in squeezed(text) if letter.isalnum())


@pytest.mark.parametrize("letters", [0, 40, 90])
@pytest.mark.parametrize("times", [1, 3, 8])
@pytest.mark.parametrize("kind", list(DocumentKind))
def test_no_page_is_empty_or_holds_signatures_alone(kind: DocumentKind, times: int, letters: int) -> None:
    """Field case layout: nor a footnote alone."""
    longest = {
        name: longer(value, min(letters, A_NAME) if name in SIGNERS else letters, name)
        for name, value in CONTEXTS[kind].items()
    }
    docx = Templates(TEMPLATES).fill(kind, many(longest, times))
    pages = bodies(laid_out(docx, partial(RdocxRenderer().render, title=kind)))
    assert all(pages), "a page without a word"
    if len(pages) > 1:
        said = signed_text(docx)
        assert sum(sounds(line) in said for line in pages[-1]) >= LEAST_LINES, pages[-1]


MANY_SIGN: Final = {
    DocumentKind.PROTOCOL: "signers",
    DocumentKind.REFUSAL_ACT: "witnesses",
    DocumentKind.ADMITTED: "units",
    DocumentKind.AGENDA: "rows",
}
"""Papers that as many sign as there are."""


@pytest.mark.parametrize("letters", [0, 25, 60])
@pytest.mark.parametrize("count", [3, 9, 14, 19, 24, 28, 33, 41, 64])
@pytest.mark.parametrize("kind", list(MANY_SIGN))
def test_however_many_sign_each_page_says_what_is_signed(
    kind: DocumentKind, count: int, letters: int
) -> None:
    field = MANY_SIGN[kind]
    listed = CONTEXTS[kind][field]
    assert isinstance(listed, list)
    signers = [longer(listed[n % len(listed)], letters, f"{field}{n}") for n in range(count)]
    docx = Templates(TEMPLATES).fill(kind, {**CONTEXTS[kind], field: signers})
    said = signed_text(docx)
    for page in bodies(laid_out(docx, partial(RdocxRenderer().render, title=kind))):
        assert sum(sounds(line) in said for line in page) >= LEAST_LINES, page


def test_signatures_on_one_page_have_no_head_of_their_own() -> None:
    text = " ".join(line for page in printed(DocumentKind.PROTOCOL) for line in page)
    assert "Хаттамаға қол қоюшылар" not in text


LONG_POST: Final = (
    "Ұлытау облысы Полиция департаментінің Жедел-криминалистикалық басқармасының Дактилоскопиялық, трасологиялық"
    " және баллистикалық зерттеулер бөлімі бастығының орынбасары – криминалистикалық есепке алу бөлімшесінің"
    " бастығы (Ұлытау облысы Полиция департаментінің Ішкі қауіпсіздікті қамтамасыз ету басқармасы)"
)


def printed(kind: DocumentKind, **fields: object) -> list[list[str]]:
    docx = Templates(TEMPLATES).fill(kind, {**CONTEXTS[kind], **fields})
    return bodies(laid_out(docx, partial(RdocxRenderer().render, title=kind)))


def test_a_long_post_beside_its_caption_fills_two_thirds_of_the_line() -> None:
    (first, *_) = printed(DocumentKind.ANNEX_4, employee_post=LONG_POST)
    said = sounds(LONG_POST)
    lines = [line for line in first if sounds(line) in said]
    assert len(lines) <= 9
    assert "2. Аттестаттау кезінде" in "\n".join(first)


@pytest.mark.parametrize(
    "kind", [DocumentKind.REPORTS, DocumentKind.SECURITY_LIST, DocumentKind.ADMITTED, DocumentKind.STUDIES]
)
def test_the_head_of_a_list_never_stands_alone(kind: DocumentKind) -> None:
    rows = CONTEXTS[kind]["rows"]
    assert isinstance(rows, list)
    long = {"position": LONG_POST, "target": LONG_POST, "unit": LONG_POST[:150], "person": "Ли Виктор"}
    first, *_ = printed(kind, rows=[{**rows[0], **{k: v for k, v in long.items() if k in rows[0]}}] * 4)
    assert any("Ұлытау облысы" in line for line in first)


@pytest.mark.parametrize("lines", range(8, 24))
def test_the_head_of_the_attendance_sheet_never_stands_alone(lines: int) -> None:
    rows = CONTEXTS[DocumentKind.AGENDA]["rows"]
    assert isinstance(rows, list)
    long = [{**row, "member": invented(350, f"m{number}")} for number, row in enumerate(rows)]
    pages = printed(DocumentKind.AGENDA, candidates=["қызметкер"] * lines, rows=long)
    headed = [page for page in pages if any("Қатыспауы" in line for line in page)]
    assert headed
    starts = [sounds(invented(350, f"m{number}"))[:12] for number in range(len(rows))]
    assert all(any(start in sounds("".join(page)) for start in starts) for page in headed)
    (titled,) = [page for page in pages if any("ҚАТЫСУ ПАРАҒЫ" in line for line in page)]
    assert titled in headed
