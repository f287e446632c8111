"""What HR leave in the folder, and which template is used then."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.templates.fill import IN_FORCE, Templates
from pipeline.domain.errors import MachineError
from tests.documents.invented import TEMPLATES
from tests.documents.samples import CONTEXTS
from tests.documents.templates.test_fill import text_of
from tests.documents.templates.test_template_check import changed

SHEET = DocumentKind.ANNEX_4
SHIPPED = (TEMPLATES / "annex-4.docx").read_bytes()
GOOD = changed("{{ other_info }}", "Өзге: {{ other_info }}")
BROKEN = changed("{{ other_info }}", "{{ other_inf }}")


class HeldTemplates:
    """HR's folder and the program's, and the templates as a running watcher holds them."""

    def __init__(self, folder: Path) -> None:
        self.file, self.keep = folder / "templates" / "annex-4.docx", folder / "state" / "templates"
        self.file.parent.mkdir()
        self.save(SHIPPED)
        self.templates = self.opened()

    def opened(self) -> Templates:
        return Templates(self.file.parent, self.keep)

    def save(self, source: bytes) -> None:
        self.file.write_bytes(source)
        self.saved = getattr(self, "saved", 0) + 1
        os.utime(self.file, ns=(self.saved * 10**9,) * 2)

    def digest(self) -> str:
        self.templates.refresh()
        return self.templates.digest(SHEET)

    def codes(self) -> list[str]:
        return [fault.code for warning in self.templates.warnings() for fault in warning.faults]


@pytest.fixture
def held(tmp_path: Path) -> HeldTemplates:
    return HeldTemplates(tmp_path)


def sha256(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()


def test_a_changed_template_is_used_from_the_next_batch_on(held: HeldTemplates) -> None:
    before = held.templates.fill(SHEET, CONTEXTS[SHEET])
    held.save(GOOD)
    assert held.templates.fill(SHEET, CONTEXTS[SHEET]) == before
    held.templates.refresh()
    assert "Өзге: " in text_of(held.templates.fill(SHEET, CONTEXTS[SHEET]))
    assert held.templates.warnings() == ()


def test_a_broken_template_leaves_the_last_good_one_in_force(held: HeldTemplates) -> None:
    held.save(GOOD)
    assert held.digest() == sha256(GOOD)
    held.save(BROKEN)
    assert held.digest() == sha256(GOOD)
    (warning,) = held.templates.warnings()
    assert (warning.kind, warning.in_force) == (SHEET, sha256(GOOD))
    assert held.codes() == ["unknown_field", "missing_field"]
    held.save(SHIPPED)
    assert held.digest() == sha256(SHIPPED)
    assert held.templates.warnings() == ()


def test_the_last_good_one_outlives_the_process(held: HeldTemplates) -> None:
    for source in (GOOD, SHIPPED, GOOD):
        held.save(source)
        held.digest()
    held.save(BROKEN)
    held.templates = held.opened()
    assert held.digest() == sha256(GOOD)
    assert held.codes()
    assert sorted(p.name for p in (held.keep / SHEET).iterdir()) == sorted(
        [f"{sha256(GOOD)}.docx", f"{sha256(SHIPPED)}.docx", IN_FORCE]
    )


def test_a_template_gone_from_the_folder(held: HeldTemplates) -> None:
    held.save(GOOD)
    held.digest()
    held.file.unlink()
    assert held.digest() == sha256(GOOD)
    assert held.codes() == ["absent"]


def test_with_nothing_kept_the_shipped_one_steps_in(held: HeldTemplates) -> None:
    held.save(BROKEN)
    assert held.digest() == sha256(SHIPPED)
    assert held.codes()


@pytest.mark.parametrize("damage", [b"", SHIPPED[:-1], BROKEN])
def test_a_kept_template_that_is_not_whole_is_not_used(held: HeldTemplates, damage: bytes) -> None:
    held.save(GOOD)
    held.digest()
    (held.keep / SHEET / f"{sha256(GOOD)}.docx").write_bytes(damage)
    held.save(BROKEN)
    assert held.digest() == sha256(SHIPPED)


def test_none_left(held: HeldTemplates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.documents.templates.fill.shipped", lambda _: None)
    held.save(BROKEN)
    with pytest.raises(MachineError) as caught:
        held.digest()
    assert (caught.value.code, caught.value.params) == (
        "template_refused",
        {"document": SHEET, "why": "unknown_field"},
    )
    held.save(GOOD)
    assert held.digest() == sha256(GOOD)


def test_a_folder_that_cannot_be_written(held: HeldTemplates) -> None:
    shutil.rmtree(held.keep, ignore_errors=True)
    held.keep.parent.mkdir()
    held.keep.write_text("")
    with pytest.raises(MachineError, match="template_keep"):
        held.digest()


@pytest.mark.parametrize("kind", ["pipe", "folder", "too large", "device"])
def test_what_is_no_template_file_stops_nothing(held: HeldTemplates, kind: str) -> None:
    good = held.digest()
    held.file.unlink()
    match kind:
        case "pipe":
            os.mkfifo(held.file)
        case "folder":
            held.file.mkdir()
        case "too large":
            held.file.touch()
            os.truncate(held.file, 2**40)
        case "device":
            held.file.symlink_to("/dev/zero")
    assert held.digest() == good
    assert held.codes() == ["absent"]


# --- folders that an earlier version laid out ---------------------------------------------------------------

EARLIER = sorted((Path(__file__).parent / "shipped_0_2_0").glob("*.docx"))


@pytest.mark.parametrize("file", EARLIER, ids=lambda file: file.stem)
def test_what_0_2_0_shipped_gives_way_to_what_is_shipped_now(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    shutil.copy(file, folder)
    templates = Templates(folder, tmp_path / "keep")
    kind = DocumentKind(file.stem)
    assert templates.digest(kind) == sha256((TEMPLATES / file.name).read_bytes())
    assert templates.warnings() == ()
    assert (folder / file.name).read_bytes() == file.read_bytes(), "HR's folder stays as it is"


@pytest.mark.parametrize("file", EARLIER, ids=lambda file: file.stem)
def test_what_hr_made_of_it_stays_in_force(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(folder / file.name, "w") as changed_one:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", "<w:body><w:p><w:r><w:t>ҚПД</w:t></w:r></w:p>".encode())
            changed_one.writestr(name, data)
    templates = Templates(folder, tmp_path / "keep")
    kind = DocumentKind(file.stem)
    assert templates.digest(kind) == sha256((folder / file.name).read_bytes())
    assert templates.warnings() == ()
    assert "ҚПД" in text_of(templates.fill(kind, CONTEXTS[kind]))
