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


class CliContext:
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
def cli(tmp_path: Path) -> CliContext:
    return CliContext(tmp_path)


def sha256(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()


def test_a_changed_template_is_used_from_the_next_batch_on(cli: CliContext) -> None:
    before = cli.templates.fill(SHEET, CONTEXTS[SHEET])
    cli.save(GOOD)
    assert cli.templates.fill(SHEET, CONTEXTS[SHEET]) == before
    cli.templates.refresh()
    assert "Өзге: " in text_of(cli.templates.fill(SHEET, CONTEXTS[SHEET]))
    assert cli.templates.warnings() == ()


def test_a_broken_template_leaves_the_last_good_one_in_force(cli: CliContext) -> None:
    cli.save(GOOD)
    assert cli.digest() == sha256(GOOD)
    cli.save(BROKEN)
    assert cli.digest() == sha256(GOOD)
    (warning,) = cli.templates.warnings()
    assert (warning.kind, warning.in_force) == (SHEET, sha256(GOOD))
    assert cli.codes() == ["unknown_field", "missing_field"]
    cli.save(SHIPPED)
    assert cli.digest() == sha256(SHIPPED)
    assert cli.templates.warnings() == ()


def test_the_last_good_one_outlives_the_process(cli: CliContext) -> None:
    for source in (GOOD, SHIPPED, GOOD):
        cli.save(source)
        cli.digest()
    cli.save(BROKEN)
    cli.templates = cli.opened()
    assert cli.digest() == sha256(GOOD)
    assert cli.codes()
    assert sorted(p.name for p in (cli.keep / SHEET).iterdir()) == sorted(
        [f"{sha256(GOOD)}.docx", f"{sha256(SHIPPED)}.docx", IN_FORCE]
    )


def test_a_template_gone_from_the_folder(cli: CliContext) -> None:
    cli.save(GOOD)
    cli.digest()
    cli.file.unlink()
    assert cli.digest() == sha256(GOOD)
    assert cli.codes() == ["absent"]


def test_with_nothing_kept_the_shipped_one_steps_in(cli: CliContext) -> None:
    cli.save(BROKEN)
    assert cli.digest() == sha256(SHIPPED)
    assert cli.codes()


@pytest.mark.parametrize("damage", [b"", SHIPPED[:-1], BROKEN])
def test_a_kept_template_that_is_not_whole_is_not_used(cli: CliContext, damage: bytes) -> None:
    cli.save(GOOD)
    cli.digest()
    (cli.keep / SHEET / f"{sha256(GOOD)}.docx").write_bytes(damage)
    cli.save(BROKEN)
    assert cli.digest() == sha256(SHIPPED)


def test_none_left(cli: CliContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.documents.templates.fill.shipped", lambda _: None)
    cli.save(BROKEN)
    with pytest.raises(MachineError) as caught:
        cli.digest()
    assert (caught.value.code, caught.value.params) == (
        "template_refused",
        {"document": SHEET, "why": "unknown_field"},
    )
    cli.save(GOOD)
    assert cli.digest() == sha256(GOOD)


def test_a_folder_that_cannot_be_written(cli: CliContext) -> None:
    shutil.rmtree(cli.keep, ignore_errors=True)
    cli.keep.parent.mkdir()
    cli.keep.write_text("")
    with pytest.raises(MachineError, match="template_keep"):
        cli.digest()


@pytest.mark.parametrize("kind", ["pipe", "folder", "too large", "device"])
def test_what_is_no_template_file_stops_nothing(cli: CliContext, kind: str) -> None:
    good = cli.digest()
    cli.file.unlink()
    match kind:
        case "pipe":
            os.mkfifo(cli.file)
        case "folder":
            cli.file.mkdir()
        case "too large":
            cli.file.touch()
            os.truncate(cli.file, 2**40)
        case "device":
            cli.file.symlink_to("/dev/zero")
    assert cli.digest() == good
    assert cli.codes() == ["absent"]


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
