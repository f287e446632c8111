"""What lies in outbox/ and in the campaign's folder after the main job."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from pipeline.documents.sealing.marks import read_code
from tests.e2e.place import Place, documents_of, sample

CAMPAIGN = "Аттестаттау туралы хабарландыру: QRG-PD-2025-3"
QR = zxingcpp.barcode_formats_from_str("QRCode")


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.with_sample(tmp_path_factory.mktemp("papers") / "place", "recommended")


def marks(pdf: Path) -> list[list[str]]:
    """The codes read off each page at 200 dpi."""
    pages = pypdfium2.PdfDocument(pdf)
    pictures = (page.render(scale=200 / 72).to_pil() for page in pages)
    return [[found.text for found in zxingcpp.read_barcodes(picture, formats=QR)] for picture in pictures]


def test_every_page_to_sign_bears_two_marks_of_its_document(filed: Place) -> None:
    key = (filed.folder / "state" / "marks.key").read_bytes()
    numbers = set()
    for pdf in (filed.folder / "outbox" / "QRG-PD-2025-014").glob("*.pdf"):
        read = [[read_code(text, key) for text in texts] for texts in marks(pdf)]
        assert [len(page) for page in read] == [2] * len(read), pdf.name
        found = [mark for page in read for mark in page if mark is not None]
        assert [m.page for m in found] == [n for n in range(1, len(read) + 1) for _ in range(2)]
        assert {m.pages for m in found} == {len(read)}
        (number,) = {m.document for m in found}
        numbers.add(number)
    assert len(numbers) == 5  # annexes 1, 2, 4, the invitation, the inner list


def test_lists_are_filed_and_journals_only_printed(filed: Place) -> None:
    campaign = filed.object_named(CAMPAIGN)
    papers = {p for p in campaign.state if p.endswith(".pdf")}
    assert papers == {"announcement.pdf", "list-of-admitted-01.pdf", "list-to-own-security.pdf"}
    printed = {p.name for p in (filed.folder / "outbox" / "QRG-PD-2025-3").iterdir()}
    assert printed == papers | {
        "register-of-reports.pdf",
        "жауап.txt",
        *(
            f"{name}.{ending}"
            for name in ("list-of-admitted-01", "list-to-own-security", "register-of-reports")
            for ending in ("xlsx", "csv")
        ),
    }


def test_another_case_of_the_campaign_makes_its_lists_anew(filed: Place, tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place")
    place.drop("recommended.yaml", sample("recommended"))
    place.run_once()
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    second = case.partition("admission:")[0].replace("QRG-PD-2025-014", "QRG-PD-2025-015")
    second = second.replace('"850314390019"', '"850314300400"').replace("Әбілқасов", "Ысқақов")
    place.drop("second.yaml", second)
    assert place.run_once().status == 0
    listed = (place.folder / "outbox" / "QRG-PD-2025-3" / "list-to-own-security.csv").read_text("utf-8-sig")
    assert [n for n in ("Әбілқасов", "Ысқақов") if n in listed] == ["Әбілқасов", "Ысқақов"]
    assert place.object_named(CAMPAIGN).head == "v2"
    alone = (filed.folder / "outbox" / "QRG-PD-2025-3" / "list-to-own-security.csv").read_text("utf-8-sig")
    assert "Ысқақов" not in alone


def no_word(_: bytes) -> bytes:
    return b"no longer a Word document"


def cut_short(template: bytes) -> bytes:
    return template[: len(template) // 2]


def without_title(template: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as archive, zipfile.ZipFile(buffer, "w") as made:
        for name in archive.namelist():
            made.writestr(name, archive.read(name).replace("БАЯНАТ".encode(), b""))
    return buffer.getvalue()


def of_old_word(_: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


@pytest.mark.parametrize("spoilt", [no_word, cut_short, without_title, of_old_word])
def test_a_broken_template_is_not_used_and_it_is_said(
    tmp_path: Path, spoilt: Callable[[bytes], bytes]
) -> None:
    place = Place.make(tmp_path / "place")
    template = place.folder / "templates" / "annex-1.docx"
    template.write_bytes(spoilt(template.read_bytes()))
    doctor = place.jeke("doctor")
    assert doctor.status == 0
    assert "соңғы жарамды үлгі күшінде: annex-1.docx" in doctor.out
    assert "Word үлгілері дұрыс" not in doctor.out
    place.drop("refused.yaml", sample("refused"))
    assert place.run_once().status == 0
    answer = (place.folder / "outbox" / "SHY-PD-2026-008" / "жауап.txt").read_text(encoding="utf-8")
    assert "Баянат (1-қосымша)" in answer.partition("Үлгі пайдаланылмады")[2].partition("\n")[0]
    assert (place.folder / "outbox" / "SHY-PD-2026-008" / "annex-1.pdf").stat().st_size > 10_000
