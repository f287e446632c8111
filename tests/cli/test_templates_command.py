"""`jeke templates check` on a real place of work."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.templates.check import FaultCode
from tests.cli.jeke import jeke
from tests.messages.test_catalogues import KAZAKH


@pytest.fixture
def place(tmp_path):
    assert jeke("init", tmp_path, cwd=tmp_path).status == 0
    return tmp_path


def broken(place: Path, old: str, new: str) -> None:
    path = place / "templates" / "annex-4.docx"
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["word/document.xml"] = members["word/document.xml"].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_what_is_shipped_passes(place):
    ended = jeke("templates", "check", cwd=place)
    assert (ended.status, len(ended.out.splitlines())) == (0, len(DocumentKind))
    assert "annex-1.docx: жарамды" in ended.out
    assert ended.err.strip() == f"Үлгілер саны: {len(DocumentKind)}. Жарамсызы: 0."


@pytest.mark.parametrize("odd", ["pipe", "of any size"])
def test_what_is_no_plain_file_is_named_and_not_waited_for(place: Path, odd: str) -> None:
    path = place / "templates" / "annex-4.docx"
    path.unlink()
    if odd == "pipe":
        os.mkfifo(path)
    else:
        path.touch()
        os.truncate(path, 1 << 40)
    ended = jeke("templates", "check", cwd=place)
    assert ended.status == 1
    assert "файл жоқ немесе оқылмайды" in ended.out


def test_an_unknown_field_is_named_with_its_paragraph_and_ends_with_1(place):
    broken(place, "{{ other_info }}", "{{ other_inf }}")
    ended = jeke("templates", "check", cwd=place)
    assert ended.status == 1
    start = ended.out.index("annex-4.docx: жарамсыз")
    assert ended.out[start:].splitlines()[1:4] == [
        "    белгісіз өріс: other_inf",
        "      Абзац: {{ other_inf }}",
        "    өріс жоқ: other_info",
    ]


def test_json(place):
    broken(place, "МО", "")
    (place / "templates" / "annex-3.docx").unlink()
    ended = jeke("templates", "check", "--json", "--lang", "en", cwd=place)
    assert ended.status == 1
    assert ended.json["format"] == "jeke/templates/1"
    found = {entry["document"]: entry for entry in ended.json["templates"]}
    assert {kind for kind, entry in found.items() if not entry["good"]} == {"annex-3", "annex-4"}
    assert found["annex-3"]["sha256"] is None
    assert found["annex-4"]["faults"] == [
        {
            "code": "missing_words",
            "value": "МО",
            "paragraph": "",
            "message": "words of the form are missing or moved: МО",
        }
    ]


def test_a_file_nobody_uses_is_said(place):
    folder = place / "templates"
    shutil.copy(folder / "annex-4.docx", folder / "annex-4 (2).docx")
    (folder / "~$annex-4.docx").write_bytes(b"")
    ended = jeke("templates", "check", cwd=place)
    assert ended.status == 0
    assert "annex-4 (2).docx" in ended.err
    assert "~$" not in ended.err


def test_no_place_of_work(tmp_path):
    assert jeke("templates", "check", cwd=tmp_path).status == 5


def test_help_of_group_and_command(tmp_path):
    assert "check" in jeke("templates", "--help", cwd=tmp_path).out
    ended = jeke("templates", "check", "--help", cwd=tmp_path)
    assert "cli." not in ended.out
    assert "Word үлгілерін тексереді" in ended.out


def test_every_fault_has_its_word():
    words = {key.removeprefix("value.template.") for key in KAZAKH if key.startswith("value.template.")}
    assert words == set(FaultCode)
