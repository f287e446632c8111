"""The second renderer, where LibreOffice is installed; the pool's own ways are tested without it too."""

from __future__ import annotations

import io
import os
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering import libreoffice
from pipeline.documents.rendering.libreoffice import LibreOfficeRenderer, find_office
from pipeline.documents.templates.fill import Templates
from pipeline.domain.errors import MachineError
from tests.documents.invented import TEMPLATES, text_of
from tests.documents.samples import CONTEXTS

needs_office = pytest.mark.skipif(
    find_office() is None, reason="LibreOffice with python3-uno is not installed"
)
SHEET = DocumentKind.ANNEX_4
DOCX = Templates(TEMPLATES).fill(SHEET, CONTEXTS[SHEET])


@pytest.fixture(scope="module")
def office() -> Iterator[LibreOfficeRenderer]:
    found = find_office()
    assert found is not None
    renderer = LibreOfficeRenderer(found)
    yield renderer
    renderer.close()


@needs_office
def test_pdfa_2b_with_title_language_and_words(office: LibreOfficeRenderer, tmp_path: Path) -> None:
    pdf = office.render(DOCX, title="Құжат & <атауы>")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
            assert metadata["dc:title"] == "Құжат & <атауы>"
        assert str(document.Root.Lang) == "kk"
        assert document.Root.MarkInfo.Marked
        for font in document.pages[0].resources.Font.values():
            assert "Liberation" in str(font.BaseFont)
    assert "Әбілқасов Дархан Маратұлы" in " ".join(text_of(pdf).split())
    if checker := os.environ.get("PDFA_CHECK"):
        (tmp_path / "o.pdf").write_bytes(pdf)
        assert subprocess.run([checker, "2b", tmp_path / "o.pdf"], check=False).returncode == 0


def processes_of(folder: Path, name: bytes = b"") -> list[int]:
    """Those that run with that folder on their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if name in line and folder.as_posix().encode() in line:
            found.append(int(process.name))
    return found


@needs_office
def test_after_a_crash_it_is_started_again(office: LibreOfficeRenderer) -> None:
    before = office.render(DOCX, title="x")
    for process in processes_of(office.folders[0], b"soffice.bin"):
        os.kill(process, signal.SIGKILL)
    assert text_of(office.render(DOCX, title="x")) == text_of(before)


@needs_office
@pytest.mark.parametrize("docx", [b"", b"PK\x03\x04", b"not a document"])
def test_what_is_no_document_is_an_error_and_never_a_blank_page(
    office: LibreOfficeRenderer, docx: bytes
) -> None:
    with pytest.raises(MachineError) as caught:
        office.render(docx, title="Құжат — Әбілқасов")
    assert (caught.value.code, caught.value.params["document"]) == ("render_failed", "Құжат")


@needs_office
def test_a_hang_is_an_error_with_the_document_named(
    office: LibreOfficeRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.render(DOCX, title="x")
    monkeypatch.setattr(libreoffice, "RENDER_SECONDS", 0.0)
    with pytest.raises(MachineError) as caught:
        office.render(DOCX, title="Құжат")
    assert caught.value.params == {"document": "Құжат", "why": "TimeoutError"}


@needs_office
def test_nothing_is_left_after_closing() -> None:
    found = find_office()
    assert found is not None
    renderer = LibreOfficeRenderer(found)
    renderer.render(DOCX, title="x")
    (folder,) = renderer.folders
    assert (folder / "profile").is_dir()
    ends = [os.pidfd_open(process) for process in processes_of(folder)]
    assert len(ends) > 1
    renderer.close()
    for end in ends:
        assert select.select([end], [], [], 60)[0]
        os.close(end)
    del renderer
    assert not folder.exists()


def test_a_missing_glyph_is_found_before_libreoffice_fills_it_from_another_face() -> None:
    office = libreoffice.Office("/nonexistent", "/nonexistent", "0")
    docx = Templates(TEMPLATES).fill(SHEET, {**CONTEXTS[SHEET], "other_info": "😀"})
    with pytest.raises(MachineError, match="render_glyph"):
        LibreOfficeRenderer(office).render(docx, title="x")


def test_a_libreoffice_that_cannot_be_started_is_an_error() -> None:
    office = libreoffice.Office("/nonexistent", "/bin/false", "0")
    with pytest.raises(MachineError) as caught:
        LibreOfficeRenderer(office).render(DOCX, title="Құжат")
    assert caught.value.params == {"document": "Құжат", "why": "ended"}


def test_without_libreoffice_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    find_office.cache_clear()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(libreoffice, "_PLACES", ())
    assert find_office() is None
    find_office.cache_clear()


def test_folders_of_killed_processes_are_cleared_away(tmp_path, monkeypatch):
    monkeypatch.setattr(libreoffice, "_MEMORY", tmp_path)
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    dead, living = (tmp_path / f"jeke-office-{pid}-abc" for pid in (gone.pid, os.getpid()))
    for folder in (dead, living, tmp_path / "jeke-office-other"):
        folder.mkdir()
    (dead / "құжат.docx").write_bytes(b"text of a paper")
    made = libreoffice._folder()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([living.name, "jeke-office-other", made.name])
