"""`jeke new report`: whoever writes a report is given the blank form before there is any record of them."""

import io
import json
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from pipeline.documents.content.plan import DocumentKind
from tests.cli.jeke import jeke
from tests.documents.blank_forms import FIXED_WORDS
from tests.e2e.place import Place, documents_of, sample

CASE = "QRG-PD-2025-014"


def words(text: str) -> str:
    return "".join(letter for letter in text if not letter.isspace())


def printed(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        (page,) = opened
        return words(page.get_textpage().get_text_range())


def test_without_a_place_of_work_it_is_the_form_of_the_order_and_nothing_else(tmp_path):
    ended = jeke("new", "report", "--pdf", "баянат.pdf", "--docx", "баянат.docx", cwd=tmp_path)
    assert (ended.status, ended.out.split()) == (0, ["баянат.docx", "баянат.pdf"])
    assert printed(tmp_path / "баянат.pdf") == words(FIXED_WORDS[DocumentKind.ANNEX_1])
    with zipfile.ZipFile(tmp_path / "баянат.docx") as package:
        assert "{{" not in package.read("word/document.xml").decode()


@pytest.mark.parametrize("word", ["баянат", "рапорт", "Report"])
def test_it_may_be_asked_for_in_any_language(tmp_path, word):
    assert jeke("new", word, "--docx", "a.docx", cwd=tmp_path).status == 0
    assert (tmp_path / "a.docx").is_file()


def test_hrs_own_template_is_used(tmp_path):
    assert jeke("init", ".", cwd=tmp_path).status == 0
    template = tmp_path / "templates" / "annex-1.docx"
    changed = io.BytesIO()
    with zipfile.ZipFile(template) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace("БАЯНАТ".encode(), "БАЯНАТ (ОІІБ)".encode()))
    template.write_bytes(changed.getvalue())
    assert jeke("new", "report", "--pdf", "a.pdf", cwd=tmp_path).status == 0
    assert "БАЯНАТ(ОІІБ)" in printed(tmp_path / "a.pdf")


def test_a_file_that_is_there_stays(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"mine")
    assert jeke("new", "report", "--docx", "a.docx", cwd=tmp_path).status == 4
    assert (tmp_path / "a.docx").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "arguments",
    [("report",), ("case", "--pdf", "a.pdf"), ("баянат",), ("case", CASE), ("report", CASE)],
)
def test_a_report_goes_to_a_file_and_a_record_does_not(tmp_path, arguments):
    assert jeke("new", *arguments, cwd=tmp_path).status == 2
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Place:
    """A case of which no more is known than who it is about, and whom the report is to."""
    place = Place.make(tmp_path_factory.mktemp("report") / "place")
    (case,) = [d for d in documents_of(sample("recommended")) if "kind: case" in d]
    head = case.partition("\nhistory:")[0]
    place.drop(
        "іс.yaml", f"{head}\nreport: {{addressee: {{position: Құрылым бастығы, name: Е.Қ. Сатпаев}}}}\n"
    )
    assert place.run_once().status == 0
    return place


def test_what_is_known_of_a_case_stands_in_it(place):
    assert place.jeke("new", "report", CASE, "--docx", "б.docx", "--pdf", "б.pdf").status == 0
    told = printed(place.folder / "б.pdf")
    for known in ("Әбілқасов Дархан Маратұлы", "Е.Қ. Сатпаев", "полиция майоры"):
        assert words(known) in told
    entries = json.loads(place.jeke("audit", "--json").out)["entries"]
    assert any(e["event"] == "view" and e["detail"] == {"of": "report"} for e in entries)


def test_of_an_unknown_case_nothing_is_made(place):
    ended = place.jeke("new", "report", "QRG-PD-2025-999", "--pdf", "в.pdf")
    assert ended.status == 3
    assert not (place.folder / "в.pdf").exists()
