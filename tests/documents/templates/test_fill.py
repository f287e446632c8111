from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docxtpl import DocxTemplate
from lxml import etree

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.templates.fill import Templates
from pipeline.documents.templates.word_template import environment
from pipeline.domain.errors import MachineError
from tests.documents.blank_forms import BLANK
from tests.documents.invented import TEMPLATES
from tests.documents.samples import CONTEXTS

KINDS = list(DocumentKind)
HOSTILE = "A & B <w:p/> {{ 7 * 7 }} {% for x in y %} {# #} \"q\" 'q' {_{ x }_} ]]> &amp; \u202eR\u202c\x07\x0c\x00 жол\nекінші\tтаб"


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates(TEMPLATES)


def part(docx: bytes, name: str = "word/document.xml") -> bytes:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return archive.read(name)


def canonical(xml: bytes) -> bytes:
    return etree.tostring(etree.fromstring(xml), method="c14n")


def text_of(docx: bytes) -> str:
    root = etree.fromstring(part(docx))
    return "".join(t.text or "" for t in root.iter(f"{{{root.nsmap['w']}}}t"))


def hostile(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: hostile(v) for k, v in value.items()}
    return [hostile(v) for v in value] if isinstance(value, list) else HOSTILE


@pytest.mark.parametrize("kind", KINDS)
def test_same_xml_as_docxtpl_itself(templates: Templates, kind: DocumentKind) -> None:
    document = DocxTemplate(TEMPLATES / f"{kind}.docx")
    document.render(CONTEXTS[kind], jinja_env=environment())
    expected = io.BytesIO()
    document.save(expected)
    filled = templates.fill(kind, CONTEXTS[kind])
    for name in ("word/document.xml", "word/footer1.xml"):
        assert canonical(part(filled, name)) == canonical(part(expected.getvalue(), name))


@pytest.mark.parametrize("kind", KINDS)
def test_every_member_of_the_template_is_kept(templates: Templates, kind: DocumentKind) -> None:
    with zipfile.ZipFile(TEMPLATES / f"{kind}.docx") as before:
        filled = zipfile.ZipFile(io.BytesIO(templates.fill(kind, CONTEXTS[kind])))
        assert sorted(filled.namelist()) == sorted(before.namelist())
        assert {member.date_time for member in filled.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert filled.read("word/styles.xml") == before.read("word/styles.xml")


@pytest.mark.parametrize("kind", KINDS)
def test_no_tag_is_left(templates: Templates, kind: DocumentKind) -> None:
    filled = templates.fill(kind, CONTEXTS[kind])
    assert not {"{{", "{%", "None"} & set(text_of(filled).split())
    assert b"{%" not in part(filled)


@pytest.mark.parametrize("kind", KINDS)
def test_same_bytes_twice_and_in_another_process(templates: Templates, kind: DocumentKind) -> None:
    first = templates.fill(kind, CONTEXTS[kind])
    assert templates.fill(kind, CONTEXTS[kind]) == first
    if kind is DocumentKind.PROTOCOL:
        program = (
            "import sys, json, hashlib; from pathlib import Path;"
            "from pipeline.documents.templates.fill import Templates; from pipeline.documents.content.plan import DocumentKind;"
            "docx = Templates(Path(sys.argv[1])).fill(DocumentKind.PROTOCOL, json.load(sys.stdin));"
            "print(hashlib.sha256(docx).hexdigest())"
        )
        other = subprocess.run(
            [sys.executable, "-c", program, str(TEMPLATES)],
            input=json.dumps(CONTEXTS[kind]),
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": "1", "PYTHONPATH": str(TEMPLATES.parent)},
        )
        assert other.stdout.strip() == hashlib.sha256(first).hexdigest()


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_data_is_printed_and_never_runs(templates: Templates, kind: DocumentKind) -> None:
    text = text_of(templates.fill(kind, hostile(CONTEXTS[kind])))
    assert "A & B <w:p/> {{ 7 * 7 }} {% for x in y %} {# #}" in text
    assert "{_{ x }_} ]]> &amp; R жол" in text


def test_line_ends_and_tabs_of_data_become_breaks_and_tabs(templates: Templates) -> None:
    filled = part(
        templates.fill(DocumentKind.ANNEX_4, {**BLANK[DocumentKind.ANNEX_4], "other_info": "а\nб\tв"})
    )
    assert b"<w:br/>" in filled
    assert b"<w:tab/>" in filled


@pytest.mark.parametrize("field", ["employee_post", "yy"])
def test_unknown_field_is_an_error_that_names_it(templates: Templates, field: str) -> None:
    context = {k: v for k, v in CONTEXTS[DocumentKind.ANNEX_4].items() if k != field}
    with pytest.raises(MachineError) as caught:
        templates.fill(DocumentKind.ANNEX_4, context)
    assert (caught.value.code, caught.value.params) == (
        "template_field",
        {"document": "annex-4", "field": field},
    )


def test_unknown_field_of_a_row_is_named_too(templates: Templates) -> None:
    with pytest.raises(MachineError) as caught:
        templates.fill(DocumentKind.ANNEX_3, {"member_name": "", "rows": [{"number": "1"}]})
    assert caught.value.params["field"] == "person"


def test_digest_is_the_files(templates: Templates) -> None:
    expected = hashlib.sha256((TEMPLATES / "annex-1.docx").read_bytes()).hexdigest()
    assert templates.digest(DocumentKind.ANNEX_1) == expected


# --- templates as HR may leave them ---------------------------------------------------------------------


def changed(folder: Path, old: str, new: str, name: str = "word/document.xml", **added: bytes) -> Templates:
    """Annex 4 with one piece of one part replaced, further parts added."""
    with zipfile.ZipFile(TEMPLATES / "annex-4.docx") as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    assert old in members[name].decode()
    members[name] = members[name].decode().replace(old, new).encode()
    with zipfile.ZipFile(folder / "annex-4.docx", "w") as archive:
        for member, content in {**members, **added}.items():
            archive.writestr(member, content)
    return Templates(folder)


@pytest.mark.parametrize(
    "tag",
    [
        "{{ employee_name",
        "{% for x in %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ employee_name|safe }}",
        "{% autoescape false %}{{ employee_name }}{% endautoescape %}",
        "{% include 'x' %}",
        "{{ 10 ** 10 ** 10 / 0 if 0 else [].append(1) }}",
    ],
)
def test_broken_or_forbidden_code_is_refused(tmp_path: Path, tag: str) -> None:
    with pytest.raises(MachineError) as caught:
        changed(tmp_path, "{{ employee_name }}", tag).fill(
            DocumentKind.ANNEX_4, CONTEXTS[DocumentKind.ANNEX_4]
        )
    assert caught.value.code == "template_broken"


@pytest.mark.parametrize("content", [b"", b"PK", b"not a document"])
def test_unreadable_template(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "annex-4.docx").write_bytes(content)
    with pytest.raises(MachineError) as caught:
        Templates(tmp_path).digest(DocumentKind.ANNEX_4)
    assert caught.value.code == "template_unreadable"


def test_missing_template(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="template_unreadable"):
        Templates(tmp_path).fill(DocumentKind.ANNEX_4, {})


def test_field_split_over_runs_by_word(tmp_path: Path) -> None:
    split = '{{ emplo</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">yee_name }}'
    filled = changed(tmp_path, "{{ employee_name }}", split).fill(
        DocumentKind.ANNEX_4, CONTEXTS[DocumentKind.ANNEX_4]
    )
    assert "Әбілқасов Дархан Маратұлы" in text_of(filled)


def test_footnotes_take_docxtpls_full_way(tmp_path: Path) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = f'<w:footnotes {space}><w:footnote w:id="2"><w:p><w:r><w:t>{{{{ employee_name }}}}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    with zipfile.ZipFile(TEMPLATES / "annex-4.docx") as archive:
        members = {n: archive.read(n).decode() for n in archive.namelist()}
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(
        "</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    members["word/_rels/document.xml.rels"] = members["word/_rels/document.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{relation}" Target="footnotes.xml"/></Relationships>',
    )
    with zipfile.ZipFile(tmp_path / "annex-4.docx", "w") as archive:
        for name, content in {**members, "word/footnotes.xml": notes}.items():
            archive.writestr(name, content)
    templates = Templates(tmp_path)
    filled = templates.fill(DocumentKind.ANNEX_4, CONTEXTS[DocumentKind.ANNEX_4])
    assert "Әбілқасов" in part(filled, "word/footnotes.xml").decode()
    assert templates.fill(DocumentKind.ANNEX_4, CONTEXTS[DocumentKind.ANNEX_4]) == filled


def test_a_template_is_read_once(tmp_path: Path) -> None:
    shutil.copy(TEMPLATES / "annex-4.docx", tmp_path)
    templates = Templates(tmp_path)
    first = templates.fill(DocumentKind.ANNEX_4, CONTEXTS[DocumentKind.ANNEX_4])
    (tmp_path / "annex-4.docx").unlink()
    assert templates.fill(DocumentKind.ANNEX_4, CONTEXTS[DocumentKind.ANNEX_4]) == first
