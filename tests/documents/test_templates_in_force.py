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

from .invented import TEMPLATES
from .samples import CONTEXTS
from .test_fill import text_of
from .test_template_check import changed

SHEET = DocumentKind.ANNEX_4
SHIPPED = (TEMPLATES / "annex-4.docx").read_bytes()
GOOD = changed("{{ other_info }}", "Өзге: {{ other_info }}")
BROKEN = changed("{{ other_info }}", "{{ other_inf }}")


class Desk:
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
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def sha256(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()


def test_a_changed_template_is_used_from_the_next_batch_on(desk: Desk) -> None:
    before = desk.templates.fill(SHEET, CONTEXTS[SHEET])
    desk.save(GOOD)
    assert desk.templates.fill(SHEET, CONTEXTS[SHEET]) == before
    desk.templates.refresh()
    assert "Өзге: " in text_of(desk.templates.fill(SHEET, CONTEXTS[SHEET]))
    assert desk.templates.warnings() == ()


def test_a_broken_template_leaves_the_last_good_one_in_force(desk: Desk) -> None:
    desk.save(GOOD)
    assert desk.digest() == sha256(GOOD)
    desk.save(BROKEN)
    assert desk.digest() == sha256(GOOD)
    (warning,) = desk.templates.warnings()
    assert (warning.kind, warning.in_force) == (SHEET, sha256(GOOD))
    assert desk.codes() == ["unknown_field", "missing_field"]
    desk.save(SHIPPED)
    assert desk.digest() == sha256(SHIPPED)
    assert desk.templates.warnings() == ()


def test_the_last_good_one_outlives_the_process(desk: Desk) -> None:
    for source in (GOOD, SHIPPED, GOOD):
        desk.save(source)
        desk.digest()
    desk.save(BROKEN)
    desk.templates = desk.opened()
    assert desk.digest() == sha256(GOOD)
    assert desk.codes()
    assert sorted(p.name for p in (desk.keep / SHEET).iterdir()) == sorted(
        [f"{sha256(GOOD)}.docx", f"{sha256(SHIPPED)}.docx", IN_FORCE]
    )


def test_a_template_gone_from_the_folder(desk: Desk) -> None:
    desk.save(GOOD)
    desk.digest()
    desk.file.unlink()
    assert desk.digest() == sha256(GOOD)
    assert desk.codes() == ["absent"]


def test_with_nothing_kept_the_shipped_one_steps_in(desk: Desk) -> None:
    desk.save(BROKEN)
    assert desk.digest() == sha256(SHIPPED)
    assert desk.codes()


@pytest.mark.parametrize("damage", [b"", SHIPPED[:-1], BROKEN])
def test_a_kept_template_that_is_not_whole_is_not_used(desk: Desk, damage: bytes) -> None:
    desk.save(GOOD)
    desk.digest()
    (desk.keep / SHEET / f"{sha256(GOOD)}.docx").write_bytes(damage)
    desk.save(BROKEN)
    assert desk.digest() == sha256(SHIPPED)


def test_none_left(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.documents.templates.fill.shipped", lambda _: None)
    desk.save(BROKEN)
    with pytest.raises(MachineError) as caught:
        desk.digest()
    assert (caught.value.code, caught.value.params) == (
        "template_refused",
        {"document": SHEET, "why": "unknown_field"},
    )
    desk.save(GOOD)
    assert desk.digest() == sha256(GOOD)


def test_a_folder_that_cannot_be_written(desk: Desk) -> None:
    shutil.rmtree(desk.keep, ignore_errors=True)
    desk.keep.parent.mkdir()
    desk.keep.write_text("")
    with pytest.raises(MachineError, match="template_keep"):
        desk.digest()


@pytest.mark.parametrize("kind", ["pipe", "folder", "too large", "device"])
def test_what_is_no_template_file_stops_nothing(desk: Desk, kind: str) -> None:
    good = desk.digest()
    desk.file.unlink()
    match kind:
        case "pipe":
            os.mkfifo(desk.file)
        case "folder":
            desk.file.mkdir()
        case "too large":
            desk.file.touch()
            os.truncate(desk.file, 2**40)
        case "device":
            desk.file.symlink_to("/dev/zero")
    assert desk.digest() == good
    assert desk.codes() == ["absent"]


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
