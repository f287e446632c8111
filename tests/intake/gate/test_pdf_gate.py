"""The gate: what is harmless passes as it is, what is hostile is named, what is a bomb ends at the limit."""

import dataclasses
import os
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from pipeline.confined.child import Answer, CrashedError, CutOffError, FailedError, ask_once
from pipeline.confined.limits import Limit
from pipeline.domain.errors import MachineError
from pipeline.intake.gate import pdf_gate
from pipeline.intake.gate.pdf_gate import LIMITS, Flag, PaperFormat, Reason, inspect
from tests.intake.gate.papers import (
    A4_AT_300_DPI,
    HOSTILE,
    acting,
    attached,
    pdf,
    picture,
    put,
    unpacking_into,
)

MIB = 2**20


def reasons(path: Path, **limits: Any) -> tuple[str, ...]:
    return inspect(path, dataclasses.replace(LIMITS, **limits)).reasons


def test_a_plain_pdf_passes_and_stays_as_it_was(tmp_path):
    content = pdf()
    path = put(tmp_path, "хаттама.pdf", content)
    verdict = inspect(path)
    assert verdict == pdf_gate.GateVerdict(ok=True, pages=1, kind=PaperFormat.PDF)
    assert path.read_bytes() == content


@pytest.mark.parametrize(("form", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg"), ("TIFF", "a.tif")])
def test_pictures_pass(tmp_path, form, name):
    verdict = inspect(put(tmp_path, name, picture(form)))
    assert (verdict.ok, verdict.pages, verdict.kind) == (True, 1, form.lower())


def test_a_scan_of_several_pages_is_counted(tmp_path):
    assert inspect(put(tmp_path, "a.tiff", picture("TIFF", pages=4))).pages == 4


def test_a_colour_scan_at_300_dpi_stays_within_the_limits(tmp_path):
    assert inspect(put(tmp_path, "a.jpeg", picture("JPEG", A4_AT_300_DPI))).ok


@pytest.mark.parametrize("reason", sorted(HOSTILE))
def test_what_a_pdf_would_do_is_named(tmp_path, reason):
    verdict = inspect(put(tmp_path, "a.pdf", pdf(HOSTILE[reason])))
    assert (verdict.ok, verdict.reasons, verdict.harmless) == (False, (reason,), False)


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("1"))


def in_names(document):
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script()])))


def on_a_page(document):
    document.pages[0].AA = Dictionary(O=document.make_indirect(script()))


def after_another_action(document):
    document.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([0]), Next=Array([script()]))


def in_an_annotation(document):
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=script())
    document.pages[0].Annots = Array([document.make_indirect(link)])


def where_no_page_leads(document):
    document.Root.Whatever = document.make_indirect(Array([Array([Dictionary(Hidden=script())])]))


@pytest.mark.parametrize(
    "change", [in_names, on_a_page, after_another_action, in_an_annotation, where_no_page_leads]
)
def test_scripts_are_found_wherever_they_hang(tmp_path, change):
    assert reasons(put(tmp_path, "a.pdf", pdf(change))) == (Reason.JAVASCRIPT,)


def test_a_name_written_with_escapes_is_the_same_name(tmp_path):
    content = pdf(acting(S=Name.Launch, F=String("x"))).replace(b"/Launch", b"/L#61unch")
    assert b"/L#61unch" in content
    assert Reason.LAUNCH in reasons(put(tmp_path, "a.pdf", content))


@pytest.mark.parametrize("server", ["http://x.invalid/a.pdf", "file://server/share/a.pdf"])
def test_nothing_is_shown_out_of_another_file(tmp_path, server):
    def picture(document: pikepdf.Pdf, **more: object) -> None:
        form = document.make_stream(
            b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), **more
        )
        document.pages[0].Resources = Dictionary(XObject=Dictionary(X=form))

    def a_page_of_it(document):
        picture(document, Ref=Dictionary(F=Dictionary(F=String(server)), Page=0))

    def a_picture_of_it(document):
        picture(document, OPI=Dictionary({"/2.0": Dictionary(Type=Name.OPI, F=String(server))}))

    def attached_by_its_address(document):
        file = Dictionary(Type=Name.Filespec, FS=Name.URL, F=String(server))
        note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=file)
        document.pages[0].Annots = Array([document.make_indirect(note)])

    for change in (a_page_of_it, a_picture_of_it, attached_by_its_address):
        assert Reason.EXTERNAL_DATA in reasons(put(tmp_path, "a.pdf", pdf(change)))


def test_opening_at_a_place_is_no_action(tmp_path):
    def at_a_place(document):
        document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])

    for number, change in enumerate((at_a_place, acting(S=Name.GoTo, D=Array([0, Name.Fit])))):
        assert inspect(put(tmp_path, f"{number}.pdf", pdf(change))).ok


def test_xfa_and_rich_media(tmp_path):
    def form(document):
        document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=String("<xdp/>"))

    def media(document):
        video = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))
        document.pages[0].Annots = Array([video])

    assert reasons(put(tmp_path, "a.pdf", pdf(form))) == (Reason.XFA,)
    assert reasons(put(tmp_path, "b.pdf", pdf(media))) == (Reason.RICH_MEDIA,)


def test_links_and_forms_are_flags(tmp_path):
    def change(document):
        to = Dictionary(S=Name.URI, URI=String("https://example.invalid"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=to)
        document.pages[0].Annots = Array([link])
        document.Root.AcroForm = Dictionary(Fields=Array([]))

    verdict = inspect(put(tmp_path, "a.pdf", pdf(change)))
    assert (verdict.ok, verdict.flags) == (True, (Flag.FORM, Flag.URI))


def test_a_link_leads_to_a_web_or_mail_address_and_nowhere_else(tmp_path):
    """As Word exports them. A scan is filed without its links, and a signed paper must look like our own."""

    def linked(address: str) -> Path:
        def change(document):
            to = Dictionary(S=Name.URI, URI=String(address))
            link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=to)
            document.pages[0].Annots = Array([link])

        return put(tmp_path, "a.pdf", pdf(change))

    for address in (
        "https://adilet.zan.kz/kaz", "HTTP://gov.kz", "https://gov.kz:8443/a?b=c@d", "mailto:kadr@example.invalid",
        "mailto:kadr@example.invalid?subject=%D0%86%D1%81&body=x",
    ):  # fmt: skip
        verdict = inspect(linked(address))
        assert (verdict.ok, verdict.flags) == (True, (Flag.URI,)), address
    for address in (
        "javascript:alert(1)", "JavaScript:x", " javascript:x", "java\nscript:x", "file:///etc/passwd",
        "\\\\host\\share\\a.exe", "data:text/html,x", "smb://host/x", "a.exe", "ms-msdt:/id",
        "https://gov.kz@evil.example/", "https:evil.example", "http:\\\\evil.example", "https://gov.kz\\@evil.example",
        "mailto:kadr@example.invalid?attach=/etc/passwd", "mailto:a@b.kz?subject=x&attachment=c:/x",
    ):  # fmt: skip
        assert reasons(linked(address)) == (Reason.LINK,), address


@pytest.mark.parametrize(
    ("address", "lawful"),
    [
        ("https://қазақстан.қаз/іс", True),
        ("https://қазақстан.қаз/іс".encode(), True),  # as PDF 2.0 has it
        ("https://xn--b1aew.xn--p1ai/", True),
        ("https://xn--gov-9cd.kz", False),
        ("https://еgov.kz", False),
        ("https://еgov.kz".encode(), False),
        ("https://gov.kz/\N{RIGHT-TO-LEFT OVERRIDE}".encode(), False),
        ("https://мвд.рф".encode("cp1251"), False),
    ],
)
def test_a_host_in_every_writing_of_pdf(tmp_path, address, lawful):
    def change(document):
        to = Dictionary(S=Name.URI, URI=String(address))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=to)
        document.pages[0].Annots = Array([link])

    assert reasons(put(tmp_path, "a.pdf", pdf(change))) == (() if lawful else (Reason.LINK,))


@pytest.mark.parametrize(
    ("name", "lawful"),
    [
        ("Хаттама чуш.cms".encode(), True),
        ("Хаттама №5.cms".encode("cp1251"), True),
        ("a.cms\N{FULLWIDTH FULL STOP}exe".encode(), False),
    ],
)
def test_a_name_in_every_writing_of_pdf(tmp_path, name, lawful):
    def change(document):
        attached("a.cms", CMS)(document)
        document.attachments["a.cms"].obj.F = String(name)

    found = reasons(put(tmp_path, "a.pdf", pdf(change)))
    assert found == (() if lawful else (Reason.ATTACHMENT_KIND,))


def based(document):
    document.Root.URI = Dictionary(Base=String("file:///c:/"))


def test_the_base_of_all_links_is_a_link(tmp_path):
    assert reasons(put(tmp_path, "a.pdf", pdf(based))) == (Reason.LINK,)


@pytest.mark.parametrize(
    "action",
    [
        {"S": Name.URI, "URI": String("https://example.invalid")},
        {"S": Name.Named, "N": Name.SaveAs},
        {"S": Name.SetOCGState, "State": Array([])},
        {"S": Name.Hide, "T": String("x")},
        {"S": Name.ResetForm},
        {"S": Name.Thread, "D": 0},
    ],
)
def test_what_goes_off_by_itself_is_on_the_list_or_refused(tmp_path, action):
    def at_closing(document):
        document.Root.AA = Dictionary(WC=Dictionary(**action))

    def after_going_somewhere(document):
        document.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([0]), Next=Dictionary(**action))

    def in_a_list(document):
        document.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([0]), Next=Array([Dictionary(**action)]))

    def in_a_list_within_a_list_that_holds_itself(document):
        inner = document.make_indirect(Array([document.make_indirect(Dictionary(**action))]))
        inner.append(inner)
        document.pages[0].AA = Dictionary(O=Dictionary(S=Name.GoTo, D=Array([0]), Next=Array([inner])))

    def under_the_pointer(document):
        widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=Array([0, 0, 9, 9]))
        widget.AA = Dictionary(E=Dictionary(**action))
        document.pages[0].Annots = Array([document.make_indirect(widget)])

    changes = (in_a_list, in_a_list_within_a_list_that_holds_itself, at_closing, after_going_somewhere)
    for change in (acting(**action), *changes, under_the_pointer):
        assert reasons(put(tmp_path, "a.pdf", pdf(change))) == (Reason.UNKNOWN_ACTION,)


def test_what_ordinary_programs_write_is_on_the_list(tmp_path):
    """Structure with attributes (/A), outlines (/Next), bookmarks, buttons that turn pages, transparency (/S)."""

    def change(document):
        second = document.make_indirect(
            Dictionary(Title=String("2"), A=Dictionary(S=Name.GoTo, D=Array([0])))
        )
        first = document.make_indirect(Dictionary(Title=String("1"), Next=second))
        document.Root.Outlines = Dictionary(First=first, Last=second)
        attributes = Dictionary(O=Name.Layout, BBox=Array([0, 0, 1, 1]))
        document.Root.StructTreeRoot = Dictionary(K=Dictionary(S=Name.Figure, A=attributes))
        document.pages[0].Group = Dictionary(S=Name.Transparency)
        turn = Dictionary(S=Name.Named, N=Name.NextPage)
        button = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=turn)
        document.pages[0].Annots = Array([button])

    assert inspect(put(tmp_path, "a.pdf", pdf(change))).reasons == ()


XML = b"<?xml version='1.0' encoding='utf-8'?><root xmlns:ds='http://www.w3.org/2000/09/xmldsig#'>\xd0\xb6</root>"
CMS = b"0\x82\x01\x0a" + b"\0" * 266


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf.exe", b"MZ\x90\0"),
        ("хат.txt", b"MZ\x90\0"),
        ("a", b"\x7fELF"),
        ("a.cms", b"#!/bin/sh"),
        ("a.pdf", b"MZ\x90\0"),
    ],
)
def test_a_program_inside_is_known_by_its_first_bytes(tmp_path, name, content):
    assert reasons(put(tmp_path, "a.pdf", pdf(attached(name, content)))) == (Reason.EXECUTABLE,)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.cms.exe", CMS),
        ("a.JS", CMS),
        ("a.lnk ", CMS),
        ("a.html", b"<html>x</html>"),
        ("a.xml", b"<html>x</html>"),
        ("a.cms", b"<html>x</html>"),
        ("a", b"<svg onload='x'/>"),
        ("a.svg", XML),
        ("a.xml", b"<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'><y/></x>"),
        ("a.xml", b"<?xml version='1.0'?><s:svg xmlns:s='http://www.w3.org/2000/svg'/>"),
        ("a.xml", b"<?xml version='1.0'?><?xml-stylesheet href='x'?><a/>"),
        ("a.xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x 'y'>]><a/>"),
        ("a.xml", XML.decode().encode("utf-16")),
        (
            "a.xml",
            b"<?xml version='1.0'?><x:img xmlns:x='http&#58;//www.w3.org/1999/xhtm&#x6c;' onerror='y'/>",
        ),
        (
            "a.xml",
            b"<?xml version='1.0' encoding='iso-2022-jp'?><a xmlns='http://www.w3.org/1999/xht\x1b(Bml'/>",
        ),
        ("a.xml", b"<?xml version='1.0'?><?mso-application progid='Word.Document'?><a/>"),
        ("a.xml", b"<?xml version='1.0'?><a-b:script xmlns:a-b='x'/>"),
        ("a.xml", b"<?xml version='1.0'?><m:math xmlns:m='http://www.w3.org/1998/Math/MathML'/>"),
        ("a.pdf", CMS),
        ("a.cms", b"0<script>x</script>"),
        ("a.docm", b"PK\3\4"),
        ("a.txt", b"text"),
        ("a\u202efdp.exe", CMS),
        ("smc\u202e.cms", CMS),
    ],
)
def test_what_lies_inside_is_on_the_list_by_name_and_by_content(tmp_path, name, content):
    assert reasons(put(tmp_path, "a.pdf", pdf(attached(name, content)))) == (Reason.ATTACHMENT_KIND,)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("қол.xml", XML),
        ("қол.xml", b"\xef\xbb\xbf<?xml version='1.0'?>\r\n\t<a>&lt;\xd2\x9b&amp;&#1179;</a>"),
        ("қол.xml", "<?xml version='1.0' encoding='windows-1251'?><a>құпия</a>".encode("cp1251", "ignore")),
        ("қол.cms", CMS),
        ("қол.P7S", CMS),
        ("қол", CMS),
        ("қол.cms", b"-----BEGIN CMS-----\nMIIB\n-----END CMS-----\n"),
        ("қол.sig", b"MIIBdwYJKoZIhvcN\nAQcCoIIBaDCC\n"),
    ],
)
def test_signatures_in_every_writing_may_lie_inside(tmp_path, name, content):
    verdict = inspect(put(tmp_path, "a.pdf", pdf(attached(name, content))))
    assert (verdict.ok, verdict.flags) == (True, (Flag.ATTACHMENT,))


def test_a_paper_inside_is_judged_as_any_other(tmp_path):
    hostile = pdf(acting(S=Name.Launch, F=String("x")))
    inside = pdf(attached("b.pdf", hostile))
    assert reasons(put(tmp_path, "a.pdf", pdf(attached("a.pdf", hostile)))) == (Reason.LAUNCH,)
    assert reasons(put(tmp_path, "b.pdf", pdf(attached("a.pdf", inside)))) == (Reason.LAUNCH,)
    for _ in range(4):
        inside = pdf(attached("b.pdf", inside))
    assert Reason.BOMB in reasons(put(tmp_path, "c.pdf", inside))


def test_an_attachment_by_an_annotation_and_one_that_nothing_names(tmp_path):
    def annotated(document):
        spec = pikepdf.AttachedFileSpec(document, b"<html>", filename="a.pdf")
        note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=spec.obj)
        document.pages[0].Annots = Array([document.make_indirect(note)])

    def unnamed(document):
        document.Root.Whatever = pikepdf.Stream(document, b"<html>", Type=Name.EmbeddedFile)

    for change in (annotated, unnamed):
        assert reasons(put(tmp_path, "a.pdf", pdf(change))) == (Reason.ATTACHMENT_KIND,)


def test_signatures_inside_pass_as_ncalayer_puts_them(tmp_path):
    """A ddcard: a PDF that shows the document and carries it with its CMS as attachments."""

    def card(document):
        attached("құжат.pdf", pdf())(document)
        attached("қолтаңба.cms", CMS)(document)

    verdict = inspect(put(tmp_path, "ddcard.pdf", pdf(card)))
    assert (verdict.ok, verdict.flags) == (True, (Flag.ATTACHMENT,))


@pytest.mark.parametrize("user", ["құпия", ""])
def test_a_password_even_an_empty_one(tmp_path, user):
    locked = pdf(encryption=pikepdf.Encryption(owner="a", user=user))
    assert reasons(put(tmp_path, "a.pdf", locked)) == (Reason.ENCRYPTED,)


@pytest.mark.parametrize(
    "before",
    [
        b"\n",
        b"\xef\xbb\xbf",
        b"\0" * 300,
        b"\xff\xfe\r\n  ",
        b"Content-Type: application/pdf\r\nContent-Length: 900\r\n\r\n",
        b"--_boundary_1\r\nContent-Disposition: form-data\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n",
        b"\x1b%-12345X@PJL JOB NAME=x\r\n@PJL ENTER LANGUAGE=PDF\r\n",
    ],
)
def test_what_programs_put_before_a_pdf_does_no_harm(tmp_path, before):
    assert reasons(put(tmp_path, "a.pdf", before + pdf())) == ()


@pytest.mark.parametrize(
    "before",
    [b"MZ\x90\0", b"PK\x03\x04", b"<html><script>", b"#!/bin/sh\n", b"x", b"\n" * 1024, b"\n" * 9 + b"<"],
)
def test_a_pdf_behind_another_program_s_file_is_none(tmp_path, before):
    assert reasons(put(tmp_path, "a.pdf", before + pdf())) == (Reason.NOT_PAPER,)


def test_a_paper_begins_as_its_name_says(tmp_path):
    assert reasons(put(tmp_path, "b.pdf", b"GIF89a" + pdf())) == (Reason.NOT_PAPER,)
    assert reasons(put(tmp_path, "c.png", pdf())) == (Reason.NOT_PAPER,)
    assert reasons(put(tmp_path, "d.pdf", picture("PNG"))) == (Reason.NOT_PAPER,)


def test_a_picture_of_another_format_than_its_name_is_flagged(tmp_path):
    verdict = inspect(put(tmp_path, "a.jpg", picture("PNG")))
    assert (verdict.ok, verdict.flags, verdict.kind) == (True, (Flag.MISNAMED,), PaperFormat.PNG)


@pytest.mark.parametrize(
    "behind",
    [
        b"\0" * 18_000,
        b"\r\n" * 3_000,
        b"<html>a server's own page</html>\n" * 200,
        b"\0" * 100_000,
        b"\xff" * 2_000_000,
    ],
)
def test_what_lies_behind_a_pdf_s_end_does_not_cut_it_short(tmp_path, behind):
    assert reasons(put(tmp_path, "a.pdf", pdf() + behind)) == ()


@pytest.mark.parametrize("code", ["latin-1", "cp1251", "koi8-r", "shift-jis"])
def test_names_in_old_code_pages_do_no_harm(tmp_path, code):
    word = {"latin-1": "Saks\xe5r", "shift-jis": "名前"}.get(
        code, "Құжат" if code == "utf-8" else "Имя"
    ).encode(code)

    def with_names(document: pikepdf.Pdf) -> None:
        odd = pikepdf.Object.parse(b"<< /#" + b"#".join(f"{byte:02x}".encode() for byte in word) + b" /A >>")
        document.Root.Odd = odd
        document.docinfo[next(iter(odd.keys()))] = pikepdf.String("x")
        document.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(), Properties=odd)
        document.Root.Type2 = pikepdf.Object.parse(b"/#" + b"#".join(f"{byte:02x}".encode() for byte in word))

    assert reasons(put(tmp_path, "a.pdf", pdf(with_names))) == ()


@pytest.mark.parametrize("value", ["/A4", "(595)", "[1]", "<<>>", "true"])
@pytest.mark.parametrize("place", ["/Width", "/Height", "/UserUnit", "/MediaBox"])
def test_what_stands_where_a_number_should_is_no_fault_of_the_gate(tmp_path, place, value):
    found = pikepdf.Object.parse(value.encode())

    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[0].obj
        if place == "/MediaBox":
            page.MediaBox = Array([0, 0, found, 842])
        elif place == "/UserUnit":
            page.UserUnit = found
        else:
            shown = document.make_stream(b"\0", Subtype=Name.Image, Width=1, Height=1)
            shown[place] = found
            page.Resources = Dictionary(XObject=Dictionary(A=shown))

    assert Reason.UNREAD not in reasons(put(tmp_path, "a.pdf", pdf(change)))


def test_a_stream_of_which_the_library_cannot_say_what_is_broken(tmp_path):
    """It quotes the byte, and the message is then no text."""

    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.Contents = document.make_stream(b"")
        document.pages[0].obj.Contents.write(b"\xa9\xff>", filter=Name.ASCIIHexDecode)

    path = put(tmp_path, "a.pdf", pdf(change, stream_decode_level=pikepdf.StreamDecodeLevel.none))
    with pikepdf.open(path) as document, pytest.raises(UnicodeDecodeError):
        document.pages[0].obj.Contents.read_bytes()
    assert Reason.UNREAD not in reasons(path)


def test_cut_short_is_broken_and_not_hostile(tmp_path):
    whole = {"a.pdf": pdf(), "a.png": picture("PNG"), "a.jpg": picture("JPEG"), "a.tif": picture("TIFF")}
    for name, content in whole.items():
        verdict = inspect(put(tmp_path, name, content[: len(content) * 2 // 3]))
        assert (verdict.ok, verdict.reasons, verdict.harmless) == (False, (Reason.CUT_SHORT,), True), name
    nothing = inspect(put(tmp_path, "b.pdf", b""))
    assert (nothing.ok, nothing.reasons, nothing.harmless) == (False, (Reason.EMPTY,), True)


def test_a_mended_table_of_objects_is_flagged(tmp_path):
    content = pdf()
    broken = content.replace(b"startxref\n", b"startxref\n9")
    verdict = inspect(put(tmp_path, "a.pdf", broken))
    assert (verdict.ok, verdict.flags) == (True, (Flag.REPAIRED,))


# --- limits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layers", [1, 2])
def test_what_unpacks_into_far_more_than_it_is_is_a_bomb(tmp_path, layers):
    content = unpacking_into(128 * MIB, layers)
    assert len(content) < MIB
    assert reasons(put(tmp_path, "a.pdf", content)) == (Reason.BOMB,)


def test_a_bomb_ends_at_the_limit_of_memory_where_counting_does_not_see_it(tmp_path):
    """Run-length packing is unpacked by the library itself, and only the limit of memory stops it."""
    packed = b"\x81\0" * (5 * MIB)

    def change(document):
        stream = pikepdf.Stream(document, b"")
        stream.write(packed, filter=Name.RunLengthDecode)
        document.pages[0].Contents = stream

    content = pdf(change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert set(reasons(put(tmp_path, "a.pdf", content), memory_bytes=512 * MIB)) <= {
        Reason.BOMB,
        Reason.CRASHED,
    }


@pytest.mark.parametrize("lying", [False, True])
def test_one_stream_attached_a_hundred_times(tmp_path, lying):
    """Each within its limit, and all of them gigabytes; also where it calls itself a picture."""

    def change(document):
        stream = pikepdf.Stream(document, b"")
        stream.write(zlib.compress(b"%PDF-1.7\n" + b"\0" * (32 * MIB), 9), filter=Name.FlateDecode)
        if lying:
            stream.Subtype, stream.Width, stream.Height = Name.Image, 9_000, 9_000
        shared = document.make_indirect(stream)
        for number in range(100):
            name = f"{number}.pdf"
            spec = Dictionary(Type=Name.Filespec, F=String(name), UF=String(name), EF=Dictionary(F=shared))
            document.attachments[name] = pikepdf.AttachedFileSpec(document, b"x", filename=name)
            document.attachments[name].obj.EF = spec.EF

    content = pdf(change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(content) < MIB
    assert Reason.BOMB in reasons(put(tmp_path, "a.pdf", content))


def test_an_attachment_that_calls_itself_a_picture_has_no_more_room(tmp_path):
    def change(document):
        attached("a.cms", b"")(document)
        stream = document.attachments["a.cms"].obj.EF.F
        stream.write(zlib.compress(CMS + b"\0" * (100 * MIB), 9), filter=Name.FlateDecode)
        stream.Subtype, stream.Width, stream.Height = Name.Image, 9_000, 9_000

    content = pdf(change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert reasons(put(tmp_path, "a.pdf", content)) == (Reason.BOMB,)


def nested(width: int, depth: int, content: bytes = b"") -> Any:
    """Forms that each draw the next so often."""

    def change(document):
        form = document.make_stream(b"0 0 1 1 re f " + content, Type=Name.XObject, Subtype=Name.Form)
        form.BBox = Array([0, 0, 9, 9])
        for _ in range(depth):
            outer = document.make_stream(b"/X Do " * width, Type=Name.XObject, Subtype=Name.Form)
            outer.BBox = Array([0, 0, 9, 9])
            outer.Resources = Dictionary(XObject=Dictionary(X=form))
            form = outer
        document.pages[0].Resources = Dictionary(XObject=Dictionary(X=form))
        document.pages[0].Contents = document.make_stream(b"/X Do")

    return change


@pytest.mark.parametrize(
    "bomb", [nested(10, 9), nested(2, 40), nested(1000, 2), nested(100, 1, b"0 0 m " * 10**6)]
)
def test_forms_drawn_in_forms_are_counted_and_not_drawn(tmp_path, bomb):
    path = put(tmp_path, "a.pdf", pdf(bomb))
    assert path.stat().st_size < MIB
    assert reasons(path) == (Reason.BOMB,)


def test_forms_as_honest_programs_nest_them(tmp_path):
    """A stamp in a frame on a page, a pattern of hundreds of marks, and a form that draws itself."""

    def itself(document):
        nested(1, 1)(document)
        form = document.pages[0].Resources.XObject.X
        form.Resources.XObject.X = form

    for change in (nested(3, 4), nested(500, 1), itself):
        assert reasons(put(tmp_path, "a.pdf", pdf(change))) == ()


def test_trees_and_arrays_without_measure(tmp_path):
    """Pages kept under pages a thousand deep, and an array of a million: a verdict within the limits."""

    def deep(document):
        for _ in range(1000):
            document.Root.Pages = document.make_indirect(
                Dictionary(Type=Name.Pages, Kids=Array([document.Root.Pages]), Count=1)
            )

    def wide(document):
        document.Root.Whatever = Array([0] * 10**6)

    assert set(reasons(put(tmp_path, "a.pdf", pdf(deep)))) <= {Reason.CRASHED, Reason.DAMAGED, Reason.BOMB}
    assert reasons(put(tmp_path, "b.pdf", pdf(wide))) == ()


def test_objects_packed_in_a_stream_are_looked_into(tmp_path):
    content = pdf(acting(S=Name.Launch, F=String("x")), object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"/Launch" not in content
    assert reasons(put(tmp_path, "a.pdf", content)) == (Reason.LAUNCH,)


def test_pages_pixels_and_the_size_of_pages_are_limited(tmp_path):
    def many(document):
        for _ in range(5):
            document.add_blank_page()

    def huge(document):
        document.pages[0].MediaBox = Array([0, 0, 10**9, 10**9])

    def scaled(document):
        document.pages[0].UserUnit = 10**6

    assert reasons(put(tmp_path, "a.pdf", pdf(many)), pages=5) == (Reason.PAGES,)
    assert reasons(put(tmp_path, "b.pdf", pdf(huge))) == (Reason.PAGE_SIZE,)
    assert reasons(put(tmp_path, "c.pdf", pdf(scaled))) == (Reason.PAGE_SIZE,)
    assert reasons(put(tmp_path, "d.png", picture("PNG")), pixels=59_999) == (Reason.PIXELS,)
    assert reasons(put(tmp_path, "e.tif", picture("TIFF", pages=3)), pages=2) == (Reason.PAGES,)
    assert reasons(put(tmp_path, "f.pdf", pdf()), file_bytes=100) == (Reason.TOO_LARGE,)


def test_a_picture_that_says_it_is_enormous_is_not_unpacked(tmp_path):
    def change(document):
        image = pikepdf.Stream(document, b"x")
        image.Subtype, image.Width, image.Height = Name.Image, 10**6, 10**6
        document.pages[0].Resources = Dictionary(XObject=Dictionary(I=document.make_indirect(image)))

    assert reasons(put(tmp_path, "a.pdf", pdf(change))) == (Reason.PIXELS,)


# --- the process ----------------------------------------------------------------------------------------


def test_what_is_no_plain_file_is_not_opened(tmp_path):
    (tmp_path / "link.pdf").symlink_to(put(tmp_path, "a.pdf", pdf()))
    os.mkfifo(tmp_path / "pipe.pdf")
    for name in ("link.pdf", "pipe.pdf", "жоқ.pdf"):
        with pytest.raises(MachineError, match="paper_unreadable"):
            inspect(tmp_path / name)


def test_a_process_that_cannot_begin_is_the_machines_fault(tmp_path, monkeypatch):
    path = put(tmp_path, "a.pdf", pdf())
    monkeypatch.setattr(pdf_gate, "_MODULE", "nowhere")
    with pytest.raises(MachineError, match="inspection_unusable"):
        inspect(path)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (CrashedError("status -11"), Reason.CRASHED),
        (FailedError("TypeError"), Reason.UNREAD),
        (CutOffError(Limit.MEMORY), Reason.BOMB),
        (CutOffError(Limit.PROCESSOR), Reason.BOMB),
        (CutOffError(Limit.WALL), Reason.BOMB),
        (CutOffError(Limit.BUDGET), Reason.BOMB),
        (CutOffError(Limit.KILLED), Reason.BOMB),
        (Answer({"reasons": ["new"], "flags": [], "pages": 1, "kind": "pdf"}, b""), Reason.CRASHED),
        (Answer({"reasons": []}, b""), Reason.CRASHED),
    ],
)
def test_a_process_that_dies_or_lies_lets_nothing_in(tmp_path, monkeypatch, told, reason):
    """How a child ends is tried with real ones in tests/confined; here what becomes of it."""

    def asked(*_, **__):
        if isinstance(told, Exception):
            raise told
        return told

    monkeypatch.setattr(pdf_gate, "ask_once", asked)
    assert reasons(put(tmp_path, "a.pdf", pdf())) == (reason,)


def test_one_killed_from_outside_is_tried_again(tmp_path, monkeypatch):
    killed: list[int] = []

    def asked(*given, **more):
        if len(killed) < 2:
            killed.append(1)
            raise CutOffError(Limit.KILLED)
        return ask_once(*given, **more)

    monkeypatch.setattr(pdf_gate, "ask_once", asked)
    assert inspect(put(tmp_path, "a.pdf", pdf())).ok


def test_a_limit_of_time_that_is_reached(tmp_path):
    """Gigabytes of deflated nothing, each stream within its limit: more than the time given can unpack."""

    def change(document):
        for number in range(60):
            stream = pikepdf.Stream(document, b"")
            packed = zlib.compress(zlib.compress(bytes([number]) * (60 * MIB)))
            stream.write(packed, filter=Array([Name.FlateDecode] * 2))
            document.Root[f"/K{number}"] = document.make_indirect(stream)

    content = pdf(change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert reasons(put(tmp_path, "a.pdf", content), cpu_seconds=0.5) == (Reason.BOMB,)


@given(st.binary(max_size=400), st.sampled_from(["a.pdf", "a.png", "a.tif", "a.jpg"]), st.booleans())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_get_a_verdict(tmp_path, content, name, begins_well):
    heads = {
        "a.pdf": b"%PDF-1.7\n",
        "a.png": b"\x89PNG\r\n\x1a\n",
        "a.tif": b"II*\0",
        "a.jpg": b"\xff\xd8\xff",
    }
    path = put(tmp_path, name, (heads[name] if begins_well else b"") + content)
    verdict = inspect(path)
    assert not verdict.ok
    assert verdict.reasons


@given(st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_pdf_with_any_byte_changed_gets_a_verdict(tmp_path, data):
    content = bytearray(pdf(attached("a.cms", b"0\x82")))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    inspect(put(tmp_path, "a.pdf", bytes(content)))
