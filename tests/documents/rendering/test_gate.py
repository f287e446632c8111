"""The gate's choice over real renderings; LibreOffice itself takes part where it is installed."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf
import pytest

from pipeline.documents.content.plan import TITLES, DocumentKind
from pipeline.documents.rendering.gate import Choice, Gate, GateCode, compare, read_record, shipped_records
from pipeline.documents.rendering.libreoffice import LibreOfficeRenderer, find_office
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.rendering.same_pages import Differences, differences
from pipeline.documents.sealing.marks import stamp
from pipeline.documents.templates.fill import Templates
from pipeline.documents.templates.forms import form, shipped
from pipeline.documents.templates.word_template import WordTemplate
from pipeline.domain.errors import MachineError
from tests.documents.invented import TEMPLATES, rendered
from tests.documents.samples import CONTEXTS
from tests.documents.templates.test_template_check import changed

SHEET = DocumentKind.ANNEX_4
DIGEST = "0" * 64
RDOCX = RdocxRenderer()


@dataclass
class Office:
    """Stands for LibreOffice: rdocx with something done to its pages; counts what it rendered."""

    change: bytes | None = None
    name: str = "libreoffice"
    version: str = "0"
    asked: list[str] = field(default_factory=list)

    def render(self, docx: bytes, *, title: str, language: str = "kk") -> bytes:
        self.asked.append(title)
        return self.change or RDOCX.render(docx, title=title, language=language)


def sample() -> bytes:
    return Templates(TEMPLATES).fill(SHEET, CONTEXTS[SHEET])


def sheet(**fields: str) -> bytes:
    return rendered(SHEET, {**CONTEXTS[SHEET], **fields})


# --- comparing ------------------------------------------------------------------------------------------


def test_the_same_pages_do_not_differ() -> None:
    assert differences(sheet(), sheet()) == Differences()


def test_a_word_more_is_a_loss_on_one_side() -> None:
    found = differences(sheet(), sheet(other_info=f"{CONTEXTS[SHEET]['other_info']} соңы"))
    assert (found.words, found.loss, found.none) == (1, True, False)


def test_words_that_moved_are_no_loss() -> None:
    one, two = sheet(employee_name="Ли Виктор"), sheet(employee_name="Виктор Ли")
    found = differences(one, two)
    assert found.moved >= 1
    assert not found.loss
    assert not found.none


def test_another_page_more() -> None:
    with pikepdf.open(io.BytesIO(sheet())) as pdf:
        pdf.add_blank_page()
        longer = io.BytesIO()
        pdf.save(longer)
    assert differences(longer.getvalue(), sheet()) == Differences(pages=1)
    assert differences(sheet(), longer.getvalue()) == Differences(pages=-1)


def test_a_picture_lost_is_seen() -> None:
    marked = stamp(sheet(), document=1, annex=4, revision=0, key=bytes(32))
    found = differences(sheet(), marked)
    assert found.pictures == 2
    assert found.loss


# --- choosing -------------------------------------------------------------------------------------------


def gate(office: Office | None, keep: Path | None = None) -> Gate:
    return Gate(RDOCX, office, keep)


def test_a_shipped_template_needs_no_comparison() -> None:
    office = Office()
    for kind in DocumentKind:
        assert gate(office).choose(kind, form(kind).sha256, sample) == Choice(RDOCX)
    assert not office.asked


def test_without_libreoffice_a_changed_template_is_used_with_a_warning() -> None:
    assert gate(None).choose(SHEET, DIGEST, sample) == Choice(RDOCX, GateCode.UNPROVED)


def test_a_changed_template_is_compared_once(tmp_path: Path) -> None:
    office = Office()
    for _ in range(2):
        assert gate(office, tmp_path).choose(SHEET, DIGEST, sample) == Choice(RDOCX)
    assert office.asked == [TITLES[SHEET]]
    assert [p.name for p in (tmp_path / SHEET).iterdir()] == [f"{DIGEST}.gate.json"]
    assert gate(None, tmp_path).choose(SHEET, DIGEST, sample) == Choice(RDOCX)


def test_one_that_differs_goes_to_libreoffice(tmp_path: Path) -> None:
    office = Office(sheet(employee_name="Виктор Дархан Әбілқасов"))
    assert gate(office, tmp_path).choose(SHEET, DIGEST, sample) == Choice(office)
    other = Office()
    assert gate(other, tmp_path).choose(SHEET, DIGEST, sample) == Choice(other)
    assert not other.asked


def test_one_that_only_moved_is_used_with_a_warning_when_libreoffice_is_gone(tmp_path: Path) -> None:
    name = " ".join(reversed(str(CONTEXTS[SHEET]["employee_name"]).split()))
    gate(Office(sheet(employee_name=name)), tmp_path).choose(SHEET, DIGEST, sample)
    assert gate(None, tmp_path).choose(SHEET, DIGEST, sample) == Choice(RDOCX, GateCode.DIFFERS)


def test_one_that_loses_words_is_not_used_when_libreoffice_is_gone(tmp_path: Path) -> None:
    gate(Office(sheet(employee_name="Басқа Адам")), tmp_path).choose(SHEET, DIGEST, sample)
    with pytest.raises(MachineError) as caught:
        gate(None, tmp_path).choose(SHEET, DIGEST, sample)
    assert (caught.value.code, caught.value.params) == ("gate_office", {"document": SHEET})


def test_what_rdocx_cannot_render_goes_to_libreoffice(tmp_path: Path) -> None:
    office = Office(sheet())
    assert gate(office, tmp_path).choose(SHEET, DIGEST, lambda: b"not a document") == Choice(office)


def test_what_libreoffice_cannot_render_is_laid_out_by_rdocx(tmp_path: Path) -> None:
    """A template that it crashes on stopped every record of that kind."""

    class Crashing(Office):
        def render(self, docx: bytes, *, title: str, language: str = "kk") -> bytes:
            raise MachineError("render_failed", document=title, why="WorkerDiedError")

    choice = gate(Crashing(), tmp_path).choose(SHEET, DIGEST, sample)
    assert choice == Choice(RDOCX, GateCode.UNPROVED)
    assert not list(tmp_path.rglob("*.gate.json")), "it is compared again"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"sha256": 1}'])
def test_a_verdict_that_cannot_be_read_is_found_anew(tmp_path: Path, content: str) -> None:
    (tmp_path / SHEET).mkdir()
    (tmp_path / SHEET / f"{DIGEST}.gate.json").write_text(content)
    office = Office()
    assert gate(office, tmp_path).choose(SHEET, DIGEST, sample) == Choice(RDOCX)
    assert office.asked
    kept = json.loads((tmp_path / SHEET / f"{DIGEST}.gate.json").read_text())
    assert read_record(kept).alike


def test_a_verdict_on_another_rdocx_does_not_count(tmp_path: Path) -> None:
    gate(Office(), tmp_path).choose(SHEET, DIGEST, sample)
    newer = RdocxRenderer()
    newer.version = "0.17.0"
    assert Gate(newer, None, tmp_path).choose(SHEET, DIGEST, sample).warning is GateCode.UNPROVED


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert gate(Office(), tmp_path / "file").choose(SHEET, DIGEST, sample) == Choice(RDOCX)


# --- the shipped verdicts -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_shipped_template_was_found_alike(kind: DocumentKind) -> None:
    """After a change of a template run tools/make_forms.py, then tools/make_gate_records.py."""
    record = shipped_records()[kind]
    assert record.sha256 == form(kind).sha256
    assert record.rdocx == RDOCX.version
    assert record.alike


@pytest.fixture(scope="module")
def real() -> LibreOfficeRenderer:
    found = find_office()
    if found is None:
        pytest.skip("LibreOffice with python3-uno is not installed")
    return LibreOfficeRenderer(found)


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_libreoffice_agrees_still(real: LibreOfficeRenderer, kind: DocumentKind) -> None:
    source = shipped(kind)
    assert source is not None
    filled = WordTemplate.of(kind, source).fill(form(kind).sample)
    assert compare(form(kind).sha256, filled, TITLES[kind], RDOCX, real).alike


def test_space_above_the_first_line_is_where_the_two_part(real: LibreOfficeRenderer) -> None:
    """rdocx drops it at the head of a page, LibreOffice and Word do not: such a template goes to LibreOffice."""
    source = changed("<w:body><w:p><w:pPr>", '<w:body><w:p><w:pPr><w:spacing w:before="600"/>')
    docx = WordTemplate.of(SHEET, source).fill(CONTEXTS[SHEET])
    found = compare(DIGEST, docx, "x", RDOCX, real).differences
    assert found.moved > 10
    assert found.down > 20
