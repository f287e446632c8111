"""Templates as Word for Windows, Word Online and other programs save them."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.templates.check import Fault, FaultCode, faults
from pipeline.documents.templates.forms import form
from pipeline.documents.templates.word_template import WordTemplate
from tests.documents.invented import TEMPLATES

SHEET, LETTER, PROTOCOL = DocumentKind.ANNEX_4, DocumentKind.INVITATION, DocumentKind.PROTOCOL
BODY, LINKS, FOOT, SETTINGS = (
    "word/document.xml",
    "word/_rels/document.xml.rels",
    "word/footer1.xml",
    "word/settings.xml",
)
ROOT, TYPES = "_rels/.rels", "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Parts = dict[str, str]


def template(change: Callable[[Parts], None], kind: DocumentKind = LETTER) -> bytes:
    """The shipped template with its parts changed."""
    with zipfile.ZipFile(TEMPLATES / f"{kind}.docx") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def replaced(old: str, new: str, part: str = BODY, kind: DocumentKind = LETTER) -> bytes:
    def change(parts: Parts) -> None:
        assert old in parts[part], old
        parts[part] = parts[part].replace(old, new)

    return template(change, kind)


def in_paragraph(tag: str, added: str, kind: DocumentKind = LETTER) -> bytes:
    """With something behind the run that holds the tag."""

    def change(parts: Parts) -> None:
        at = parts[BODY].index("</w:r>", parts[BODY].index(tag)) + len("</w:r>")
        parts[BODY] = parts[BODY][:at] + added + parts[BODY][at:]

    return template(change, kind)


def renamed(parts: Parts, old: str, new: str) -> None:
    """A part under another name, as its relationships then say."""
    parts[new] = parts.pop(old)
    for name in (ROOT, LINKS, TYPES):
        parts[name] = parts[name].replace(f'"/{old}"', f'"/{new}"').replace(f'"{old}"', f'"{new}"')
    short_old, short_new = old.removeprefix("word/"), new.removeprefix("word/")
    parts[LINKS] = parts[LINKS].replace(f'"{short_old}"', f'"{short_new}"')
    if old == BODY:
        parts[f"word/_rels/{Path(new).name}.rels"] = parts.pop(LINKS)


def found(source: bytes, kind: DocumentKind = LETTER) -> tuple[Fault, ...]:
    return faults(kind, source, form(kind), RdocxRenderer())


def pages(source: bytes, kind: DocumentKind = LETTER) -> str:
    """The text of the paper filled with the form's sample."""
    filled = WordTemplate.of(kind, source).fill(form(kind).sample)
    with pypdfium2.PdfDocument(RdocxRenderer().render(filled, title="x")) as opened:
        return "".join(page.get_textpage().get_text_range() for page in opened)


# --- parts by relationship ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["word/document2.xml", "word/document_part1.xml", "word/body.xml"])
def test_word_online_calls_the_body_otherwise(name: str) -> None:
    source = template(lambda parts: renamed(parts, BODY, name))
    assert found(source) == ()
    assert pages(source) == pages((TEMPLATES / f"{LETTER}.docx").read_bytes())


@pytest.mark.parametrize("name", ["word/footer.xml", "word/foot-of-page.xml", "word/footerA1.xml"])
def test_a_footer_of_another_name_is_filled(name: str) -> None:
    source = template(lambda parts: renamed(parts, FOOT, name))
    assert found(source) == ()
    assert "{%" not in pages(source)


@pytest.mark.parametrize(
    "link",
    [
        '<Relationship Id="rId8" Type="http://x/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/>',
        f'<Relationship Id="rId8" Type="{OFFICE}/extended-properties" Target="docProps/app.xml"/>',
        f'<Relationship Id="rId8" Type="{OFFICE}/image" Target="NULL"/>',
    ],
    ids=["thumbnail", "properties", "NULL"],
)
def test_a_part_that_nothing_shows_may_be_missing(link: str) -> None:
    assert found(replaced("</Relationships>", f"{link}</Relationships>", ROOT)) == ()
    assert found(replaced("</Relationships>", f"{link}</Relationships>", LINKS)) == ()


@pytest.mark.parametrize("name", ["word/Document.xml", "WORD/document.xml"])
def test_names_of_parts_differ_in_case(name: str) -> None:
    """ISO/IEC 29500-2, 6.2.2.3: names of parts are compared without regard to case."""

    def change(parts: Parts) -> None:
        parts[name] = parts.pop(BODY)

    assert found(template(change)) == ()


def test_targets_from_the_root() -> None:
    def change(parts: Parts) -> None:
        parts[LINKS] = re.sub('Target="', 'Target="/word/', parts[LINKS])
        parts[ROOT] = re.sub('Target="', 'Target="/', parts[ROOT])

    assert found(template(change)) == ()


def test_a_link_to_a_place_in_the_text() -> None:
    def change(parts: Parts) -> None:
        link = f'<Relationship Id="rId77" Type="{OFFICE}/hyperlink" Target="#_Орын"/></Relationships>'
        parts[LINKS] = parts[LINKS].replace("</Relationships>", link)
        at = parts[BODY].index("</w:r>", parts[BODY].index("{{ place }}")) + len("</w:r>")
        linked = '<w:hyperlink r:id="rId77"><w:r><w:t>орны</w:t></w:r></w:hyperlink>'
        parts[BODY] = parts[BODY][:at] + linked + parts[BODY][at:]

    assert found(template(change)) == ()


@pytest.mark.parametrize("name", ["word/document.xml", "word/body.xml"])
def test_a_file_of_many_paragraphs_is_told_in_seconds(name: str) -> None:
    """A megabyte of paragraphs under any name; with another prefix they took minutes."""

    def change(parts: Parts) -> None:
        more = "<ns0:p><ns0:r><ns0:t>x</ns0:t></ns0:r></ns0:p>" * 20_000
        text = parts[BODY].replace("<w:document ", f'<w:document xmlns:ns0="{W}" ')
        parts[BODY] = text.replace("<w:sectPr", more + "<w:sectPr", 1)
        if name != BODY:
            renamed(parts, BODY, name)

    began = time.monotonic()
    assert [fault.code for fault in found(template(change))] == [FaultCode.TOO_LARGE]
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "shown",
    [
        '<w:hyperlink r:id="rId77"><w:r><w:t>сілтеме</w:t></w:r></w:hyperlink>',
        '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata r:id="rId77"/></v:shape></w:pict></w:r>',
        '<w:subDoc r:id="rId77"/>',
    ],
    ids=["link", "picture", "document"],
)
def test_a_part_that_the_text_needs_is_named_with_its_paragraph(shown: str) -> None:
    assert found(in_paragraph("{{ place }}", shown)) == (
        Fault(FaultCode.MISSING_PART, "rId77", found(in_paragraph("{{ place }}", shown))[0].where),
    )
    assert "{{ place }}" in found(in_paragraph("{{ place }}", shown))[0].where


def test_another_prefix_for_the_same_names() -> None:
    def other(prefix: str) -> bytes:
        def change(parts: Parts) -> None:
            for name in (BODY, FOOT, "word/styles.xml"):
                text = parts[name].replace("<w:", f"<{prefix}").replace("</w:", f"</{prefix}")
                text = re.sub(r"(?<= )w:(?=[a-zA-Z]+=)", "ns0:", text)
                parts[name] = text.replace("xmlns:w=", "xmlns:ns0=" if prefix else f'xmlns="{W}" xmlns:ns0=')

        return template(change)

    shipped = pages((TEMPLATES / f"{LETTER}.docx").read_bytes())
    for prefix in ("ns0:", ""):
        assert found(other(prefix)) == ()
        assert pages(other(prefix)) == shipped


# --- other formats ------------------------------------------------------------------------------------------


def strict() -> bytes:
    def change(parts: Parts) -> None:
        for name in parts:
            parts[name] = parts[name].replace(
                OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
            )
            parts[name] = parts[name].replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")

    return template(change)


def open_document() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<x/>")
    return buffer.getvalue()


def workbook() -> bytes:
    return replaced("wordprocessingml.document.main", "spreadsheetml.sheet.main", TYPES)


@pytest.mark.parametrize(
    "source",
    [
        strict(),
        open_document(),
        workbook(),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"{\\rtf1\\ansi x}",
        b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package/>',
    ],
    ids=["strict", "odt", "xlsx", "doc or a password", "rtf", "one XML file"],
)
def test_another_format_is_told_how_to_save(source: bytes) -> None:
    assert found(source) == (Fault(FaultCode.SAVE_AS_DOCX),)


def test_a_word_template_file_under_the_name_is_taken() -> None:
    assert found(replaced("document.main+xml", "template.main+xml", TYPES)) == ()


def test_macros_are_not() -> None:
    source = replaced(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        TYPES,
    )
    assert [fault.code for fault in found(source)] == [FaultCode.EXTERNAL]


def test_a_document_type_is_never_followed() -> None:
    source = replaced("<w:document ", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document ')
    assert found(source) == (Fault(FaultCode.BROKEN_XML),)


# --- what Word does not show --------------------------------------------------------------------------------

CHANGE = 'w:id="1" w:author="x" w:date="2026-01-01T00:00:00Z"'


@pytest.mark.parametrize("mark", ["del", "moveFrom"])
@pytest.mark.parametrize("tag", ["{{ place }}", "{{ started_at }}", "{{ held_on }}"])
def test_a_field_deleted_under_tracked_changes_is_missing(mark: str, tag: str) -> None:
    def change(parts: Parts) -> None:
        body = parts[BODY]
        at = body.index(tag)
        start, end = body.rindex("<w:r>", 0, at), body.index("</w:r>", at) + len("</w:r>")
        run = body[start:end]
        if mark == "del":
            run = run.replace("<w:t", "<w:delText").replace("</w:t", "</w:delText")
        parts[BODY] = f"{body[:start]}<w:{mark} {CHANGE}>{run}</w:{mark}>{body[end:]}"

    missing = [fault.value for fault in found(template(change)) if fault.code == FaultCode.MISSING_FIELD]
    assert tag.strip("{ }") in missing


def test_deleted_words_are_not_printed_and_harm_nothing() -> None:
    deleted = f"<w:del {CHANGE}><w:r><w:delText>ескі сөз {{{{ nobody }}}}</w:delText></w:r></w:del>"
    source = in_paragraph("{{ place }}", deleted)
    assert found(source) == ()
    assert "ескі" not in pages(source)


def test_former_formatting_is_not_what_stands() -> None:
    former = f'<w:sectPrChange {CHANGE}><w:sectPr><w:pgMar w:left="100" w:bottom="100"/></w:sectPr></w:sectPrChange>'
    assert found(replaced("</w:sectPr>", f"{former}</w:sectPr>")) == ()


@pytest.mark.parametrize(
    "change",
    [
        f"<w:ins {CHANGE}><w:r><w:t> қосылды</w:t></w:r></w:ins>",
        f"<w:moveTo {CHANGE}><w:r><w:t> көшті</w:t></w:r></w:moveTo>",
        f"<w:ins {CHANGE}><w:del {CHANGE}><w:r><w:delText>x</w:delText></w:r></w:del></w:ins>",
    ],
    ids=["insertion", "move", "inserted and deleted"],
)
def test_insertions_are_to_be_accepted_first(change: str) -> None:
    (fault,) = found(in_paragraph("{{ place }}", change))
    assert fault.code == FaultCode.TRACKED
    assert "{{ place }}" in fault.where


HIDDEN = {
    "hidden": "<w:vanish/>",
    "white": '<w:color w:val="FFFFFF"/>',
    "white of the theme": '<w:color w:val="FFFFFF" w:themeColor="background1"/>',
}


@pytest.mark.parametrize("look", HIDDEN.values(), ids=HIDDEN.keys())
@pytest.mark.parametrize("tag", ["{{ place }}", "{{ target }}", "{{ unit }}"])
def test_a_field_that_no_page_shows(look: str, tag: str) -> None:
    def change(parts: Parts) -> None:
        body = parts[BODY]
        at = body.rindex("<w:r>", 0, body.index(tag)) + len("<w:r>")
        rest = re.sub(r"^<w:rPr>.*?</w:rPr>", "", body[at:])
        parts[BODY] = f"{body[:at]}<w:rPr>{look}</w:rPr>{rest}"

    assert Fault(FaultCode.UNSEEN_FIELD, tag.strip("{ }")) in found(template(change))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("БАЯНАТ", DocumentKind.ANNEX_1),
        ("Дауыс беру парағы", DocumentKind.ANNEX_3),
        ("Жоспардан тыс аттестатталуға тиіс қызметкердің", SHEET),
    ],
)
@pytest.mark.parametrize("look", HIDDEN.values(), ids=HIDDEN.keys())
def test_words_of_the_order_that_no_page_shows(look: str, words: str, kind: DocumentKind) -> None:
    def change(parts: Parts) -> None:
        body = parts[BODY]
        at = body.rindex("<w:r>", 0, body.index(words)) + len("<w:r>")
        rest = re.sub(r"^<w:rPr>.*?</w:rPr>", "", body[at:])
        parts[BODY] = f"{body[:at]}<w:rPr>{look}</w:rPr>{rest}"

    assert [fault.code for fault in found(template(change, kind), kind)] == [FaultCode.UNSEEN_WORDS]


@pytest.mark.parametrize(
    "look",
    [
        '<w:vanish w:val="0"/>',
        '<w:color w:val="808080"/>',
        '<w:sz w:val="12"/>',
        "<w:webHidden/>",
    ],
    ids=["not hidden", "gray", "small", "hidden in web pages"],
)
def test_a_look_that_can_be_read_is_hrs(look: str) -> None:
    def change(parts: Parts) -> None:
        body = parts[BODY]
        at = body.rindex("<w:r>", 0, body.index("{{ place }}")) + len("<w:r>")
        parts[BODY] = f"{body[:at]}<w:rPr>{look}</w:rPr>{re.sub(r'^<w:rPr>.*?</w:rPr>', '', body[at:])}"

    assert found(template(change)) == ()


def test_white_letters_on_a_dark_cell_are_hrs() -> None:
    kind = DocumentKind.ANNEX_3

    def change(parts: Parts) -> None:
        body = parts[BODY]
        at = body.index("</w:tcPr>")
        cell = body.index("</w:tc>", at)
        inner = re.sub(r"<w:rPr>.*?</w:rPr>", "", body[at:cell])
        inner = inner.replace("<w:r>", '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr>')
        dark = '<w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>'
        parts[BODY] = body[:at] + dark + inner + body[cell:]

    assert found(template(change, kind), kind) == ()


# --- marks of the editor in loops ---------------------------------------------------------------------------

IN_LOOPS = {
    "bookmark": '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>',
    "end of a bookmark": '<w:bookmarkEnd w:id="7"/>',
    "comment": '<w:commentRangeStart w:id="1"/><w:commentRangeEnd w:id="1"/><w:r><w:commentReference w:id="1"/></w:r>',
    "leave to edit": '<w:permStart w:id="5" w:edGrp="everyone"/><w:permEnd w:id="5"/>',
    "content control": '<w:sdt><w:sdtPr><w:id w:val="5"/></w:sdtPr><w:sdtContent><w:r><w:t> </w:t></w:r></w:sdtContent></w:sdt>',
    "spelling": '<w:proofErr w:type="spellStart"/><w:proofErr w:type="spellEnd"/>',
}


@pytest.mark.parametrize("mark", IN_LOOPS.values(), ids=IN_LOOPS.keys())
@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("{{ candidate.decision }}", PROTOCOL),
        ("{{ row.member }}", DocumentKind.AGENDA),
        ("{{ row.person }}", DocumentKind.ANNEX_3),
    ],
)
def test_marks_within_a_list_are_not_doubled(mark: str, tag: str, kind: DocumentKind) -> None:
    assert found(in_paragraph(tag, mark, kind), kind) == ()


def test_every_list_is_tried_with_none_one_two_and_many_rows() -> None:
    """A picture whose number is doubled by the second row, and a link that only an empty list leaves out."""
    source = replaced("{{ row.person }}", "{{ row.person }}{{ loop.nobody }}", kind=DocumentKind.ANNEX_3)
    assert found(source, DocumentKind.ANNEX_3) != ()
    only_empty = replaced("{{ member_name }}", "{{ member_name }}{% if not rows %}{{ rows.first.x }}{% endif %}", kind=DocumentKind.ANNEX_3)  # fmt: skip
    assert found(only_empty, DocumentKind.ANNEX_3) != ()


@pytest.mark.parametrize("wrapper", ["smartTag", "customXml"])
def test_words_in_wrappers_are_printed(wrapper: str) -> None:
    wrapped = f'<w:{wrapper} w:uri="x" w:element="place"><w:r><w:t> Алатау</w:t></w:r></w:{wrapper}>'
    source = in_paragraph("{{ place }}", wrapped)
    assert found(source) == ()
    assert "Алатау" in pages(source)


def test_a_hyphen_that_does_not_break_is_printed() -> None:
    source = in_paragraph("{{ place }}", "<w:r><w:t>37</w:t><w:noBreakHyphen/><w:t>үй</w:t></w:r>")
    assert "37-үй" in pages(source)


# --- Word's own fields --------------------------------------------------------------------------------------


def field(*pieces: str, shown: str = "1") -> str:
    told = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{told}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'<w:r><w:t>{shown}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


@pytest.mark.parametrize(
    "pieces",
    [
        ("PA", "GE"),
        (" PAGE ", r" \* M", "ERGEFORMAT "),
        (" ", "NUM", "PAGES ", r"\* Arabic"),
        ("S", "ECTIONPAGES"),
        ("", ""),
        (r" page \# ", "&quot;0&quot;"),
    ],
)
def test_a_page_number_in_pieces(pieces: tuple[str, ...]) -> None:
    assert found(in_paragraph("{{ place }}", field(*pieces))) == ()


@pytest.mark.parametrize(
    ("pieces", "word"),
    [
        ((" DOCPRO", "PERTY Company"), "DOCPROPERTY"),
        (("IN", "CLUDE", "TEXT C:/x"), "INCLUDETEXT"),
        (("DATE",), "DATE"),
        (("REF PAGE",), "REF"),
        (("MERGE", "FIELD NUMPAGES"), "MERGEFIELD"),
    ],
)
def test_other_fields_are_named_with_their_paragraph(pieces: tuple[str, ...], word: str) -> None:
    (fault,) = found(in_paragraph("{{ place }}", field(*pieces)))
    assert (fault.code, fault.value) == (FaultCode.WORD_FIELD, word)
    assert "{{ place }}" in fault.where


def test_a_field_within_a_field() -> None:
    nested = field(" IF ", "1 = 1").replace("</w:instrText></w:r>", f"</w:instrText></w:r>{field('PAGE')}", 1)
    assert [fault.value for fault in found(in_paragraph("{{ place }}", nested))] == ["IF"]


# --- what Windows and organisations add ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("attachedTemplate", r"file:///C:\Users\hr\AppData\Roaming\Microsoft\Templates\Normal.dotm"),
        ("attachedTemplate", r"file:///\\server\share\Бланк.dotm"),
        ("mailMergeSource", r"file:///C:\Users\hr\Documents\list.xlsx"),
    ],
)
def test_links_that_no_page_shows_are_left_out(kind: str, target: str) -> None:
    def change(parts: Parts) -> None:
        mark = '<w:attachedTemplate r:id="rId1"/>' if kind == "attachedTemplate" else (
            '<w:mailMerge><w:mainDocumentType w:val="formLetters"/><w:dataSource r:id="rId1"/></w:mailMerge>'
        )  # fmt: skip
        parts[SETTINGS] = parts[SETTINGS].replace("<w:defaultTabStop", f"{mark}<w:defaultTabStop")
        parts["word/_rels/settings.xml.rels"] = (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            f'Id="rId1" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
        )

    assert found(template(change)) == ()


def test_an_equation_is_printed_and_filled() -> None:
    equation = (
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>n={{ place }}'
        "</m:t></m:r></m:oMath>"
    )
    source = in_paragraph("{{ place }}", equation)
    assert found(source) == ()
    assert "n=" in pages(source)


@pytest.mark.parametrize("sign", ["☘", "℃", "➢"])
def test_a_sign_without_a_glyph_is_named_with_its_paragraph(sign: str) -> None:
    (fault,) = found(replaced("{{ place }}", f"{{{{ place }}}} {sign}"))
    assert fault.code == FaultCode.RENDER
    assert sign in fault.where
