from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.templates.check import Fault, FaultCode, faults
from pipeline.documents.templates.forms import FILE, form, shipped
from tests.documents.invented import TEMPLATES
from tools.make_forms import forms

SHEET, BALLOT = DocumentKind.ANNEX_4, DocumentKind.ANNEX_3
BODY, RELATIONS, FOOT = "word/document.xml", "word/_rels/document.xml.rels", "word/footer1.xml"


def _left_margin() -> str:
    with zipfile.ZipFile(TEMPLATES / f"{SHEET}.docx") as archive:
        return str(re.findall(r'w:left="\d+"', archive.read(BODY).decode())[-1])


def changed(old: str, new: str, part: str = BODY, kind: DocumentKind = SHEET, added: str = "") -> bytes:
    """The shipped template with a piece of one part replaced, a further part added."""
    with zipfile.ZipFile(TEMPLATES / f"{kind}.docx") as archive:
        members = {n: archive.read(n).decode() for n in archive.namelist()}
    assert old in members[part]
    members[part] = members[part].replace(old, new)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**members, **({added: "x"} if added else {})}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


LEFT = _left_margin()


def found(source: bytes, kind: DocumentKind = SHEET) -> tuple[Fault, ...]:
    return faults(kind, source, form(kind), RdocxRenderer())


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_the_shipped_template_is_without_fault(kind: DocumentKind) -> None:
    assert found((TEMPLATES / f"{kind}.docx").read_bytes(), kind) == ()


def parts_added(source: bytes, name: str, size: int) -> bytes:
    """With a part of so many noughts, which a few kilobytes hold."""
    buffer = io.BytesIO(source)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(size))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("bomb", "most"),
    [
        (parts_added(changed("</w:body>", "</w:body>"), "word/media/x.png", 17 << 20), "16384"),
        (parts_added(changed("</w:body>", "</w:body>"), "word/styles2.xml", 17 << 20), "16384"),
        (parts_added(changed("</w:body>", "</w:body>"), "word/header9.xml", 1 << 19), "512"),
        (changed("</w:body>", "<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 20_000 + "</w:body>"), "512"),
    ],
    ids=["picture", "styles", "head", "body"],
)
def test_a_template_that_unpacks_into_more_than_a_form_takes_is_not_even_unpacked(
    bomb: bytes, most: str
) -> None:
    """Half a megabyte of paragraphs took the service gigabytes and minutes before it said that they stand."""
    assert found(bomb) == (Fault(FaultCode.TOO_LARGE, most),)


def test_a_template_of_too_many_parts_is_not_unpacked() -> None:
    buffer = io.BytesIO(changed("</w:body>", "</w:body>"))
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(500):
            archive.writestr(f"word/{number}", b"")
    assert [fault.code for fault in found(buffer.getvalue())] == [FaultCode.TOO_LARGE]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("{% for a in rows %}{% for b in rows %}x{% endfor %}{% endfor %}", FaultCode.FORBIDDEN),
        ("{{" * 200_000, FaultCode.SYNTAX),
        ("{%" * 100_000 + "}}" * 100_000, FaultCode.SYNTAX),
        ("{% if rows %}" * 200 + "x" + "{% endif %}" * 200, FaultCode.RENDER),
    ],
    ids=["a list within itself", "tags within tags", "tags with other ends", "conditions within conditions"],
)
def test_tags_nested_without_end_are_a_fault_of_the_templates(written: str, code: FaultCode) -> None:
    """Each stopped the service, or kept it busy for hours, at the first paper of that kind."""
    kind = DocumentKind.DESTRUCTION_ACT
    source = changed("</w:body>", f"<w:p><w:r><w:t>{written}</w:t></w:r></w:p></w:body>", kind=kind)
    assert code in {fault.code for fault in found(source, kind)}


def test_the_forms_are_those_of_the_shipped_templates() -> None:
    """After a change of a template or of a context run `python -m tools.make_forms`."""
    assert FILE.read_text(encoding="utf-8") == forms()


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_shipped_is_the_file_itself(kind: DocumentKind) -> None:
    assert shipped(kind) == (TEMPLATES / f"{kind}.docx").read_bytes()


def test_wording_and_layout_of_other_documents_are_hrs() -> None:
    kind = DocumentKind.NOTICE
    source = changed("Хабарламаны алдым", "Хабарламамен таныстым", kind=kind)
    assert found(source, kind) == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("{{ employee_post }}", "{{ employee_pots }}", Fault(FaultCode.UNKNOWN_FIELD, "employee_pots", "{{ employee_pots }}")),
        ("{{ employee_post }}", "", Fault(FaultCode.MISSING_FIELD, "employee_post")),
        ("{{ employee_post }}", "{{ employee_post", Fault(FaultCode.SYNTAX, "{{ employee_post", "{{ employee_post")),
        ("{{ employee_post }}", "{{ employee post }}", Fault(FaultCode.SYNTAX, "{{ employee post }}", "{{ employee post }}")),
        ("МО", "М.О.", Fault(FaultCode.MISSING_WORDS, "МО")),
        ("Аттестаттау комиссиясының шешімі", "Шешім", Fault(FaultCode.MISSING_WORDS, "4. Аттестаттау комиссиясының шешімі")),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_paragraph(old: str, new: str, fault: Fault) -> None:
    assert fault in found(changed(old, new))


def test_the_paragraph_is_as_word_shows_it() -> None:
    (fault, *_) = found(changed("20{{ yy or ", "20{{ yyy or "))
    assert fault.code == "unknown_field"
    assert fault.where.startswith("Аттестаттау өткізілген күн 20{{ yyy or '__' }}ж.")


def test_a_field_split_over_runs_is_found_whole() -> None:
    split = '{{ employee_</w:t></w:r><w:r><w:t xml:space="preserve">pots }}'
    assert Fault(FaultCode.UNKNOWN_FIELD, "employee_pots", "{{ employee_pots }}") in found(
        changed("{{ employee_post }}", split)
    )


@pytest.mark.parametrize(
    ("tag", "word"),
    [
        ("{{ employee_post|upper }}", "employee_post"),
        ("{{ employee_post.upper() }}", "employee_post"),
        ("{{ employee_post.__class__ }}", "employee_post"),
        ("{{ employee_post[0] }}", "employee_post"),
        ("{{ 7 * 7 }}", "mul"),
        ("{% set x = employee_post %}", "x"),
        ("{% for x in range(9) %}{{ employee_post }}{% endfor %}", "range"),
        ("{% include 'x' %}{{ employee_post }}", "include"),
        ("{{ lipsum() }}", "lipsum"),
        ("{{ loop.index }}", "loop"),
    ],
)
def test_code_is_forbidden(tag: str, word: str) -> None:
    codes = {(fault.code, fault.value) for fault in found(changed("{{ employee_post }}", tag))}
    assert codes & {("forbidden", word), ("unknown_field", word), ("unknown_field", f"{word}.index")}


def test_a_condition_left_open_is_a_fault() -> None:
    assert [f.code for f in found(changed("{{ employee_post }}", "{% if employee_post %}x"))] == ["syntax"]


def test_a_text_is_no_list_and_a_list_no_text() -> None:
    loop = "{% for x in employee_post %}{{ x }}{% endfor %}"
    assert Fault(FaultCode.NO_LIST, "employee_post", loop) in found(changed("{{ employee_post }}", loop))
    tag = "{{ rows }}"
    source = changed("{{ member_name }}", "{{ member_name }}{{ rows }}", kind=BALLOT)
    assert Fault(FaultCode.NO_TEXT, "rows", f"{{{{ member_name }}}}{tag}") in found(source, BALLOT)


def test_unknown_field_of_a_row() -> None:
    source = changed("{{ row.person }}", "{{ row.name }}", kind=BALLOT)
    assert found(source, BALLOT)[:2] == (
        Fault(FaultCode.UNKNOWN_FIELD, "row.name", "{{ row.name }}"),
        Fault(FaultCode.MISSING_FIELD, "rows[].person"),
    )


def test_a_foot_is_looked_at_too() -> None:
    source = changed("{{ employee_name }}", "{{ employee_nam }}", part=FOOT)
    assert [f.code for f in found(source)] == ["unknown_field"]


@pytest.mark.parametrize("kind", ["image", "subDocument", "frame", "oleObject"])
def test_what_reaches_out_of_the_file(kind: str) -> None:
    link = f'<Relationship Id="rId9" Type="http://x/{kind}" Target="http://x/t" TargetMode="External"/>'
    assert found(changed("</Relationships>", f"{link}</Relationships>", RELATIONS)) == (
        Fault(FaultCode.EXTERNAL, "http://x/t"),
    )


def test_a_link_to_a_page_is_hrs() -> None:
    page = '<Relationship Id="rId9" Type="http://x/hyperlink" Target="http://x/t" TargetMode="External"/>'
    assert found(changed("</Relationships>", f"{page}</Relationships>", RELATIONS)) == ()


def rewritten(source: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A file with a piece of one of its parts replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as archive, zipfile.ZipFile(buffer, "w") as made:
        for name in archive.namelist():
            content = archive.read(name)
            made.writestr(name, content.replace(old, new) if name == part else content)
    return buffer.getvalue()


def test_macros() -> None:
    link = '<Relationship Id="rId9" Type="http://x/vbaProject" Target="vbaProject.bin"/></Relationships>'
    source = changed("</Relationships>", link, RELATIONS, added="word/vbaProject.bin")
    kind = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    source = rewritten(source, "[Content_Types].xml", b"</Types>", kind)
    assert Fault(FaultCode.EXTERNAL, "word/vbaProject.bin") in found(source)
    assert found(changed("МО", "МО", added="word/vbaProject.bin")) == (), "nothing leads to it"


@pytest.mark.parametrize(
    ("instruction", "word"), [("INCLUDETEXT C:/x", "INCLUDETEXT"), ("DATE", "DATE"), ("DDEAUTO x", "DDEAUTO")]
)
def test_words_own_fields(instruction: str, word: str) -> None:
    (fault,) = found(changed(" PAGE ", instruction, FOOT))
    assert (fault.code, fault.value) == (FaultCode.WORD_FIELD, word)
    assert "employee_name" in fault.where


@pytest.mark.parametrize("side", ["left", "bottom"])
def test_a_margin_must_leave_room_for_the_marks(side: str) -> None:
    twips = {"left": 1701, "bottom": 1531}[side]
    assert found(changed(f'w:{side}="{twips}"', f'w:{side}="1134"')) == (
        Fault(FaultCode(f"margin_{side}"), "27"),
    )


def test_text_where_a_mark_belongs() -> None:
    """A foot of the first page at the right margin."""
    with zipfile.ZipFile(TEMPLATES / f"{SHEET}.docx") as archive:
        foot = archive.read(FOOT).decode()
    right = '<w:p><w:pPr><w:jc w:val="right"/></w:pPr><w:r><w:t>бет</w:t></w:r></w:p></w:ftr>'
    source = changed("<w:titlePg/>", "")
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    members[FOOT] = foot.replace("</w:ftr>", right).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert found(buffer.getvalue()) == (Fault(FaultCode.UNDER_MARK, "бет"),)


PICTURE = (
    '<w:p><w:r><w:drawing><wp:anchor xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing" simplePos="0" relativeHeight="2" behindDoc="{behind}" locked="0" layoutInCell="1"'
    ' allowOverlap="1"><wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="page"><wp:posOffset>{x}'
    '</wp:posOffset></wp:positionH><wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset>'
    '</wp:positionV><wp:extent cx="540000" cy="540000"/><wp:wrapNone/><wp:docPr id="7" name="x"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData'
    ' uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="7"'
    ' name="x"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="rIdX"/><a:stretch>'
    '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="540000"'
    ' cy="540000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    "</a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
)
MM = 36_000
"""In the units of a drawing."""


def with_picture(x_mm: int, y_mm: int, part: str = BODY, *, behind: int = 0) -> bytes:
    """The sheet with a grey square at that place of the page."""
    gray = io.BytesIO()
    Image.new("L", (40, 40), 128).save(gray, "PNG")
    drawn = PICTURE.format(x=x_mm * MM, y=y_mm * MM, behind=behind)
    end = {"word/document.xml": "<w:sectPr", FOOT: "</w:ftr>"}[part]
    links = f"word/_rels/{Path(part).name}.rels"
    link = (
        '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"'
        ' Target="media/x.png"/></Relationships>'
    )
    empty = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    )
    with zipfile.ZipFile(TEMPLATES / f"{SHEET}.docx") as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    text = members[part].decode()
    at = text.rindex(end)
    members[part] = (text[:at] + drawn + text[at:]).encode()
    members[links] = members.get(links, empty.encode()).replace(b"</Relationships>", link.encode())
    kinds = members["[Content_Types].xml"].decode()
    if 'Extension="png"' not in kinds:
        kinds = kinds.replace("</Types>", '<Default Extension="png" ContentType="image/png"/></Types>')
    members |= {"word/media/x.png": gray.getvalue(), "[Content_Types].xml": kinds.encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("x_mm", "y_mm", "behind"), [(5, 5, 0), (5, 5, 1), (17, 12, 0), (190, 282, 0), (195, 275, 1)]
)
def test_a_picture_where_a_mark_belongs(x_mm: int, y_mm: int, behind: int) -> None:
    """Field case logo-under-mark: a picture of the header, or any, where the code of the paper is printed."""
    (fault,) = found(with_picture(x_mm, y_mm, behind=behind))
    assert (fault.code, fault.value) == (FaultCode.PICTURE_UNDER_MARK, "1")


def test_a_picture_on_later_pages_alone() -> None:
    """The sample has one page, a person's paper may have three."""
    faults_found = found(with_picture(190, 282, FOOT))
    assert {(f.code, f.value) for f in faults_found} == {
        (FaultCode.PICTURE_UNDER_MARK, "2"),
        (FaultCode.PICTURE_UNDER_MARK, "3"),
    }


@pytest.mark.parametrize(("x_mm", "y_mm", "behind"), [(100, 10, 0), (30, 120, 1), (100, 275, 0)])
def test_a_picture_elsewhere_is_hrs(x_mm: int, y_mm: int, behind: int) -> None:
    assert found(with_picture(x_mm, y_mm, behind=behind)) == ()


def test_a_picture_over_the_orders_words_hides_them() -> None:
    assert found(with_picture(30, 120)) == (
        Fault(FaultCode.UNSEEN_WORDS, "Аттестаттау комиссиясының хатшысы"),
    )


OLD = (
    '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="{style}" fillcolor="gray"/></w:pict>'
    "</w:r></w:p>"
)
OF_PAGE = (
    "position:absolute;margin-left:{x}mm;margin-top:{y}mm;width:15mm;height:15mm;z-index:1;"
    "mso-position-horizontal-relative:page;mso-position-vertical-relative:page"
)
AT = (
    "position:absolute;mso-position-horizontal:{x};mso-position-vertical:{y};"
    "mso-position-horizontal-relative:{of};mso-position-vertical-relative:{of}"
)


def with_old(style: str, part: str = BODY, *, fallback: bool = False) -> bytes:
    """The sheet with a shape as Word drew them before 2010."""
    drawn = OLD.format(style=style)
    if fallback:
        mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        drawn = f"<mc:AlternateContent {mc}><mc:Fallback>{drawn}</mc:Fallback></mc:AlternateContent>"
    before = {"word/document.xml": "<w:sectPr", FOOT: "</w:ftr>"}[part]
    return changed(before, drawn + before, part=part)


@pytest.mark.parametrize(
    "style",
    [
        OF_PAGE.format(x=10, y=10),
        OF_PAGE.format(x=190, y=270),
        "position:absolute;margin-left:-20mm;margin-top:-12mm;width:2cm;height:60px",
        f"width:15mm;height:15mm;{AT.format(x='right', y='bottom', of='page')}",
        f"width:560pt;height:800pt;{AT.format(x='center', y='center', of='margin')}",
    ],
    ids=["upper", "lower", "from the text", "lower right", "whole page"],
)
def test_an_old_picture_where_a_mark_belongs(style: str) -> None:
    assert found(with_old(style)) == (Fault(FaultCode.SHAPE_UNDER_MARK, BODY),)


def test_an_old_picture_in_the_foot() -> None:
    style = "position:absolute;margin-left:150mm;margin-top:0;width:15mm;height:15mm"
    assert found(with_old(style, FOOT)) == (Fault(FaultCode.SHAPE_UNDER_MARK, FOOT),)


@pytest.mark.parametrize(
    "style",
    [
        OF_PAGE.format(x=100, y=10),
        OF_PAGE.format(x=30, y=120),
        "width:20mm;height:20mm",
        "position:absolute;margin-left:0;margin-top:0;width:2cm;height:2cm",
        f"width:400pt;height:60pt;rotation:315;{AT.format(x='center', y='center', of='margin')}",
    ],
    ids=["head", "side", "in the line", "at the text", "watermark"],
)
def test_an_old_picture_elsewhere_is_hrs(style: str) -> None:
    assert found(with_old(style)) == ()


def test_what_stands_there_for_old_programs_alone_is_passed_over() -> None:
    assert found(with_old(OF_PAGE.format(x=10, y=10), fallback=True)) == ()


BORDERS = (
    '<w:pgBorders w:offsetFrom="{of}"><w:{side} w:val="{line}" w:sz="4" w:space="{space}"/></w:pgBorders>'
)


def with_border(of: str, side: str, space: int, line: str = "single") -> bytes:
    border = BORDERS.format(of=of, side=side, space=space, line=line)
    with zipfile.ZipFile(TEMPLATES / f"{SHEET}.docx") as archive:
        (margins,) = re.findall(r"<w:pgMar [^>]*/>", archive.read(BODY).decode())
    return changed(margins, margins + border)


@pytest.mark.parametrize(
    ("of", "side"),
    [("page", "left"), ("page", "right"), ("page", "top"), ("page", "bottom"), ("text", "right")],
)
def test_a_page_border_through_a_mark(of: str, side: str) -> None:
    assert found(with_border(of, side, 24 if of == "page" else 4)) == (
        Fault(FaultCode.BORDER_UNDER_MARK, BODY),
    )


@pytest.mark.parametrize(
    ("of", "side", "space", "line"),
    [("text", "left", 1, "single"), ("page", "left", 2, "single"), ("page", "left", 24, "none")],
)
def test_a_page_border_beside_the_marks(of: str, side: str, space: int, line: str) -> None:
    assert found(with_border(of, side, space, line)) == ()


@pytest.mark.parametrize(
    "background",
    [
        '<w:background w:color="D9E2F3"/>',
        '<w:background w:color="FFFFFF"><v:background xmlns:v="urn:schemas-microsoft-com:vml" id="b"/></w:background>',
    ],
)
def test_a_background_covers_the_marks(background: str) -> None:
    assert found(changed("<w:body>", f"{background}<w:body>")) == (
        Fault(FaultCode.BACKGROUND_UNDER_MARK, BODY),
    )


def test_a_white_background_is_none() -> None:
    assert found(changed("<w:body>", '<w:background w:color="FFFFFF"/><w:body>')) == ()


def test_the_paragraph_of_a_fault_is_its_own() -> None:
    """Field case template-wrong-paragraph: a sound paragraph that uses the same field stands before it."""
    added = "<w:p><w:r><w:t>Тағы: {{ employee_name | upper }}</w:t></w:r></w:p><w:sectPr"
    assert found(changed("<w:sectPr", added)) == (
        Fault(FaultCode.FORBIDDEN, "employee_name", "Тағы: {{ employee_name | upper }}"),
    )


def test_the_paragraph_of_a_field_unknown_in_one_loop_only() -> None:
    rows = "".join(
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        for text in ("{%p for row in rows %}", "{{ row.person }}", "{%p endfor %}")
    )
    twice = f"{rows}{rows.replace('row.person', 'row.person }} – {{ row.nobody')}<w:sectPr"
    (fault,) = found(changed("<w:sectPr", twice, kind=BALLOT), BALLOT)
    assert (fault.value, fault.where) == ("row.nobody", "{{ row.person }} – {{ row.nobody }}")


@pytest.mark.parametrize("source", [b"", b"PK", b"not a document", Path(__file__).read_bytes()])
def test_no_word_file(source: bytes) -> None:
    assert found(source) == (Fault(FaultCode.UNREADABLE),)


def spoilt(part: str) -> bytes:
    """The shipped template; the packed bytes of that part are damaged on the disk."""
    source = bytearray(changed("</w:body>", "</w:body>"))
    with zipfile.ZipFile(io.BytesIO(source)) as archive, io.BytesIO() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as deflated:
            for name in archive.namelist():
                deflated.writestr(name, archive.read(name))
            at = deflated.getinfo(part).header_offset
        source = bytearray(packed.getvalue())
    for byte in range(at + 30 + len(part), at + 60 + len(part)):
        source[byte] ^= 0xFF
    return bytes(source)


def encrypted() -> bytes:
    """The flag of a password on each part."""
    source = bytearray(changed("</w:body>", "</w:body>"))
    for sign, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = source.find(sign)
        while at >= 0:
            source[at + flag] |= 1
            at = source.find(sign, at + 1)
    return bytes(source)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (spoilt(BODY), FaultCode.UNREADABLE),
        (spoilt(RELATIONS), FaultCode.UNREADABLE),
        (encrypted(), FaultCode.UNREADABLE),
        (changed("</Relationships>", "", part=RELATIONS), FaultCode.BROKEN_XML),
        (changed('w:left="', 'w:left="x'), FaultCode.UNREADABLE),
    ],
    ids=["damaged body", "damaged relations", "encrypted", "broken relations", "no margin"],
)
def test_whatever_cannot_be_read_is_the_templates_fault(source: bytes, code: FaultCode) -> None:
    """Document case template-crashes-everything: one such file stopped every record."""
    assert [fault.code for fault in found(source)] == [code]


@pytest.mark.parametrize("margin", ["1in", "26mm", "", "1.5e3x", "NaNx"])
def test_a_margin_too_small_or_unreadable_is_not_used(margin: str) -> None:
    assert found(changed(LEFT, f'w:left="{margin}"')) != ()


@pytest.mark.parametrize("margin", ["30mm", "3cm", "1.2in", "86pt", "7.2pc"])
def test_a_margin_with_its_unit(margin: str) -> None:
    """Word reads lengths with units (ST_UniversalMeasure), as other programs write them."""
    assert found(changed(LEFT, f'w:left="{margin}"')) == ()


def test_broken_xml() -> None:
    assert found(changed("</w:body>", "")) == (Fault(FaultCode.BROKEN_XML),)


def test_a_character_that_cannot_be_printed() -> None:
    (fault,) = found(changed("МО", "МО☘"))
    assert (fault.code, fault.value) == ("render", "U+2618 SHAMROCK")


def test_a_picture_is_left_to_the_gate() -> None:
    assert found(changed("МО", "МО", added="word/media/x.png")) == ()
