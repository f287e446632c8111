"""The gate: what is harmless passes as it is, what is hostile is named, what is a bomb ends at the limit."""

import dataclasses
import os
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String

from pipeline.domain.errors import MachineError
from pipeline.intake import pdf_gate
from pipeline.intake.pdf_gate import LIMITS, Flag, PaperFormat, Reason, inspect

from .papers import A4_AT_300_DPI, HOSTILE, acting, attached, pdf, picture, put, unpacking_into

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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf.exe", b"x"),
        ("a.JS", b"x"),
        ("a.lnk ", b"x"),
        ("хат.txt", b"MZ\x90\0"),
        ("a", b"\x7fELF"),
        ("a.txt", b"#!/bin/sh"),
    ],
)
def test_a_program_inside_is_known_by_name_or_by_its_first_bytes(tmp_path, name, content):
    assert reasons(put(tmp_path, "a.pdf", pdf(attached(name, content)))) == (Reason.EXECUTABLE,)


def test_signatures_inside_pass_as_ncalayer_puts_them(tmp_path):
    """A ddcard: a PDF that shows the document and carries it with its CMS as attachments."""

    def card(document):
        attached("құжат.pdf", pdf())(document)
        attached("қолтаңба.cms", b"0\x82\x01\x0a" + b"\0" * 266)(document)

    verdict = inspect(put(tmp_path, "ddcard.pdf", pdf(card)))
    assert (verdict.ok, verdict.flags) == (True, (Flag.ATTACHMENT,))


@pytest.mark.parametrize("user", ["құпия", ""])
def test_a_password_even_an_empty_one(tmp_path, user):
    locked = pdf(encryption=pikepdf.Encryption(owner="a", user=user))
    assert reasons(put(tmp_path, "a.pdf", locked)) == (Reason.ENCRYPTED,)


def test_a_pdf_begins_at_its_first_byte(tmp_path):
    assert reasons(put(tmp_path, "a.pdf", b"\n" + pdf())) == (Reason.NOT_PAPER,)
    assert reasons(put(tmp_path, "b.pdf", b"GIF89a" + pdf())) == (Reason.NOT_PAPER,)
    assert reasons(put(tmp_path, "c.png", pdf())) == (Reason.NOT_PAPER,)
    assert reasons(put(tmp_path, "d.pdf", picture("PNG"))) == (Reason.NOT_PAPER,)


def test_a_picture_of_another_format_than_its_name_is_flagged(tmp_path):
    verdict = inspect(put(tmp_path, "a.jpg", picture("PNG")))
    assert (verdict.ok, verdict.flags, verdict.kind) == (True, (Flag.MISNAMED,), PaperFormat.PNG)


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


def test_processor_time_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_gate, "_PROCESS", spy(tmp_path, "while True: pass"))
    assert reasons(put(tmp_path, "a.pdf", pdf()), cpu_seconds=1) == (Reason.BOMB,)


def test_memory_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_gate, "_PROCESS", spy(tmp_path, "b'x' * limits.memory_bytes"))
    assert reasons(put(tmp_path, "a.pdf", pdf())) == (Reason.CRASHED,)


def test_time_on_the_clock_is_limited(tmp_path, monkeypatch):
    path = put(tmp_path, "a.pdf", pdf())
    monkeypatch.setattr(
        pdf_gate,
        "_PROCESS",
        put(tmp_path, "p.py", b"import os, time\nos.write(1, b'ready\\n')\ntime.sleep(60)"),
    )
    assert reasons(path, wall_seconds=1) == (Reason.BOMB,)
    monkeypatch.setattr(pdf_gate, "_PROCESS", put(tmp_path, "q.py", b"import time\ntime.sleep(60)"))
    with pytest.raises(MachineError, match="inspection_unusable"):
        reasons(path, wall_seconds=1)


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
    monkeypatch.setattr(pdf_gate, "_PROCESS", tmp_path / "жоқ.py")
    with pytest.raises(MachineError, match="inspection_unusable"):
        inspect(path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(MachineError, match="inspection_unusable"):
        inspect(path)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("os.kill(os.getpid(), 11)", Reason.CRASHED),
        ("os.kill(os.getpid(), 9)", Reason.BOMB),
        ("os.write(1, b'not json')", Reason.CRASHED),
        ("os.write(1, b'{\"reasons\": [\"new\"], \"flags\": [], \"pages\": 1, \"kind\": \"pdf\"}')", Reason.CRASHED),
        ("os.write(1, b'x' * 10**7)", Reason.BOMB),
    ],
)  # fmt: skip
def test_a_process_that_dies_or_lies_lets_nothing_in(tmp_path, monkeypatch, behaviour, reason):
    stand_in = tmp_path / "process.py"
    stand_in.write_text(f"import os\nos.write(1, b'ready\\n')\n{behaviour}\n")
    monkeypatch.setattr(pdf_gate, "_PROCESS", stand_in)
    assert reasons(put(tmp_path, "a.pdf", pdf()), wall_seconds=2) == (reason,)


def spy(folder: Path, body: str) -> Path:
    """The real process, but with this instead of its looking at the file."""
    source = Path(pdf_gate.__file__).with_name("pdf_gate_process.py").read_text()
    head = "def look(file: BinaryIO, ending: str, limits: SimpleNamespace) -> Found:\n"
    assert head in source
    code = "".join(f"    {line}\n" for line in (*body.split("\n"), "return Found('')"))
    return put(
        folder, "spy.py", source.replace(head, f"{head}{code}\ndef unused(file, ending, limits):\n").encode()
    )


def test_the_process_has_nothing_but_the_file(tmp_path, monkeypatch):
    seen = """\
assert 'NoNewPrivs:\\t1' in open('/proc/self/status').read()
assert set(os.environ) <= {'LC_ALL', 'LC_CTYPE'}
assert os.getcwd() == '/'
assert resource.getrlimit(resource.RLIMIT_FSIZE) == (0, 0)
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
assert resource.getrlimit(resource.RLIMIT_AS)[1] == limits.memory_bytes
assert sorted(os.listdir('/proc/self/fd'))[:3] == ['0', '1', '2']
assert len(os.listdir('/proc/self/fd')) == 4"""
    monkeypatch.setattr(pdf_gate, "_PROCESS", spy(tmp_path, seen))
    assert inspect(put(tmp_path, "a.pdf", pdf())).ok


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
