from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.content.registers import COLUMNS
from pipeline.documents.rendering.render import RdocxRenderer, RdocxWorker
from pipeline.documents.templates.fill import Templates
from pipeline.domain.errors import MachineError
from tests.documents.blank_forms import BLANK
from tests.documents.invented import TEMPLATES, rendered, text_of
from tests.documents.samples import CONTEXTS

KINDS = list(DocumentKind)
UPRIGHT, WIDE = (595, 842), (842, 595)
LETTERS = "ӘәҒғҚқҢңӨөҰұҮүҺһІі"


@pytest.mark.parametrize("kind", KINDS)
def test_pdfa_2b_with_title_language_and_embedded_fonts(kind: DocumentKind) -> None:
    with pikepdf.open(io.BytesIO(rendered(kind, CONTEXTS[kind], "Құжат & <атауы>"))) as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
            assert metadata["dc:title"] == "Құжат & <атауы>"
        assert str(pdf.docinfo["/Title"]) == "Құжат & <атауы>"
        assert str(pdf.Root.Lang) == "kk"
        assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFA1"
        for page in pdf.pages:
            assert [round(float(x)) for x in page.mediabox] == [0, 0, *(WIDE if kind in COLUMNS else UPRIGHT)]
            for font in page.resources.Font.values():
                assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
                assert "Liberation" in str(font.BaseFont)


def test_every_file_has_its_own_identifier() -> None:
    found = set()
    for kind in KINDS:
        with pikepdf.open(io.BytesIO(rendered(kind, CONTEXTS[kind]))) as pdf:
            first, second = (bytes(part) for part in pdf.trailer.ID)
            assert first == second
            found.add(first)
    assert len(found) == len(KINDS)


@pytest.mark.parametrize("language", ["kk", "rus", "kk-KZ"])
def test_the_language_is_set_however_long_its_name(language: str) -> None:
    docx = Templates(TEMPLATES).fill(DocumentKind.ANNEX_1, CONTEXTS[DocumentKind.ANNEX_1])
    with pikepdf.open(io.BytesIO(RdocxRenderer().render(docx, title="x", language=language))) as pdf:
        assert str(pdf.Root.Lang) == language
        assert not pdf.check_pdf_syntax()


def test_the_file_ends_with_a_line_end_for_the_seal_that_follows() -> None:
    assert rendered(DocumentKind.ANNEX_1, CONTEXTS[DocumentKind.ANNEX_1]).endswith(b"%%EOF\n")


@pytest.mark.parametrize("kind", KINDS)
def test_same_bytes_twice(kind: DocumentKind) -> None:
    assert rendered(kind, CONTEXTS[kind]) == rendered(kind, CONTEXTS[kind])


def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    docx = Templates(TEMPLATES).fill(DocumentKind.PROTOCOL, CONTEXTS[DocumentKind.PROTOCOL])
    (tmp_path / "p.docx").write_bytes(docx)
    program = (
        "import sys, hashlib; from pathlib import Path; from pipeline.documents.rendering.render import RdocxRenderer;"
        "print(hashlib.sha256(RdocxRenderer().render(Path(sys.argv[1]).read_bytes(), title='x')).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "p.docx")],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(TEMPLATES.parent), "TZ": "Asia/Almaty"},
    )
    assert other.stdout.strip() == hashlib.sha256(RdocxRenderer().render(docx, title="x")).hexdigest()


def test_kazakh_letters_read_back() -> None:
    filled = {**BLANK[DocumentKind.ANNEX_4], "employee_name": LETTERS}
    assert LETTERS in text_of(rendered(DocumentKind.ANNEX_4, filled))


def test_filled_sheet_reads_back_word_for_word() -> None:
    words = " ".join(text_of(rendered(DocumentKind.ANNEX_4, CONTEXTS[DocumentKind.ANNEX_4])).split())
    for expected in (
        "1. Т.А.Ж. Әбілқасов Дархан Маратұлы",
        "жоғары тұрған басшылық лауазымға өсіруге ұсынылады",
        'Аттестаттау өткізілген күн 2025ж. "16" қазан',
    ):
        assert expected in words


@pytest.mark.parametrize(("text", "name"), [("😀", "U+1F600"), ("中", "U+4E2D"), ("✅", "U+2705")])
def test_missing_glyph_is_an_error_naming_character_and_document(text: str, name: str) -> None:
    with pytest.raises(MachineError) as caught:
        rendered(DocumentKind.ANNEX_3, {"member_name": text, "rows": []}, "Дауыс беру парағы — Қасымов А.Б.")
    assert caught.value.code == "render_glyph"
    assert caught.value.params["document"] == "Дауыс беру парағы"
    assert str(caught.value.params["character"]).startswith(name)


@pytest.mark.parametrize("docx", [b"", b"PK\x03\x04", b"not a document"])
def test_what_is_no_document_is_an_error(docx: bytes) -> None:
    with pytest.raises(MachineError, match="render_failed"):
        RdocxRenderer().render(docx, title="Құжат")


def test_a_panic_inside_the_library_is_an_error_with_the_document_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class PanicException(BaseException):  # what pyo3 raises; no document is known that makes rdocx panic
        pass

    class Panicking:
        @staticmethod
        def from_bytes(_: bytes) -> None:
            raise PanicException

    monkeypatch.setattr("rdocx.Document", Panicking)
    with pytest.raises(MachineError) as caught:
        rendered(DocumentKind.ANNEX_3, BLANK[DocumentKind.ANNEX_3], "Дауыс беру парағы")
    assert caught.value.params == {"document": "Дауыс беру парағы", "why": "PanicException"}


def test_renderer_says_what_it_is() -> None:
    renderer = RdocxRenderer()
    assert (renderer.name, renderer.version) == ("rdocx", "0.16.3")


# --- long data ------------------------------------------------------------------------------------------


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def inside_the_margins(pdf: bytes) -> bool:
    """Whether every piece of text begins between the left and the right margin (30 and 15 mm)."""
    found: list[float] = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        page.extract_text(
            visitor_text=lambda text, _cm, tm, _f, _s: found.append(tm[4]) if text.strip() else None
        )
    return all(84 <= x <= 553 for x in found)


def test_forty_candidates_repeat_the_head_and_split_no_row() -> None:
    person = (
        "полиция подполковнигі Құрманғалиева Айгерім Ержанқызы, " + "бөлімінің аға жедел уәкілі " * 4 + "соңы"
    )
    rows = [
        {"number": str(n), "person": person, "mark_yes": "+", "mark_no": "", "member_signature": ""}
        for n in range(1, 41)
    ]
    sheets = pages(rendered(DocumentKind.ANNEX_3, {"member_name": "Қасымов Арман", "rows": rows}))
    assert len(sheets) > 3
    for number, sheet in enumerate(sheets, 1):
        assert sheet.count("Қолы") == 1
        assert sheet.count("Құрманғалиева") == sheet.count("соңы")
        assert number == 1 or sheet.rstrip().endswith(f"Қасымов Арман – {number}")
    assert sum(sheet.count("соңы") for sheet in sheets) == 40


def test_three_thousand_words_keep_their_signatures_together() -> None:
    long = [" ".join(["қылмыстық-процестік заңнаманы біледі"] * 50)] * 20
    context = {**CONTEXTS[DocumentKind.ANNEX_2], "item1_duties": long}
    pdf = rendered(DocumentKind.ANNEX_2, context)
    sheets = pages(pdf)
    assert len(sheets) > 5
    last = next(s for s in sheets if "Басшының Т.А.Ж." in s)
    for words in ("Лауазымы (сыныптық шені)", "Күні 2025", "Таныстым:", "аттестатталушының Т.А.Ж."):
        assert words in last
    assert inside_the_margins(pdf)


@pytest.mark.parametrize("kind", [DocumentKind.ANNEX_1, DocumentKind.ANNEX_4])
def test_a_very_long_word_stays_inside_the_margins(kind: DocumentKind) -> None:
    filled = {k: "ж" * 200 if v == "" else v for k, v in BLANK[kind].items()}
    filled.update(registration="", yy="", dd="", month="") if kind is DocumentKind.ANNEX_1 else None
    pdf = rendered(kind, filled)
    assert inside_the_margins(pdf)
    assert text_of(pdf).count("ж") >= 200


# --- rdocx in a process of its own ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def worker() -> Iterator[RdocxWorker]:
    worker = RdocxWorker()
    yield worker
    worker.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_worker_makes_the_same_bytes(worker: RdocxWorker, kind: DocumentKind) -> None:
    docx = Templates(TEMPLATES).fill(kind, CONTEXTS[kind])
    assert worker.render(docx, title="Құжат") == RdocxRenderer().render(docx, title="Құжат")


def test_the_worker_goes_on_after_a_broken_document(worker: RdocxWorker) -> None:
    docx = Templates(TEMPLATES).fill(DocumentKind.ANNEX_4, CONTEXTS[DocumentKind.ANNEX_4])
    broken = changed_body(docx)
    with pytest.raises(MachineError) as caught:
        worker.render(broken, title="Құжат — Әбілқасов")
    assert (caught.value.code, caught.value.params["document"]) == ("render_failed", "Құжат")
    assert worker.render(docx, title="x")


def test_a_worker_that_hangs_is_an_error_with_the_document_named(
    worker: RdocxWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    docx = Templates(TEMPLATES).fill(DocumentKind.ANNEX_4, CONTEXTS[DocumentKind.ANNEX_4])
    worker.render(docx, title="x")
    monkeypatch.setattr("pipeline.documents.rendering.render.RENDER_SECONDS", 0.0)
    with pytest.raises(MachineError) as caught:
        worker.render(docx, title="Құжат")
    assert caught.value.params == {"document": "Құжат", "why": "TimeoutError"}


def changed_body(docx: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as before, zipfile.ZipFile(buffer, "w") as after:
        for name in before.namelist():
            after.writestr(name, b"<w:x" if name == "word/document.xml" else before.read(name))
    return buffer.getvalue()
