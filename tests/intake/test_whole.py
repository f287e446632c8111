"""Whether a file has its end, by both of its ends alone."""

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.intake.whole import is_whole, rests_long
from tests.intake.gate.papers import pdf, picture, put
from tests.retention.recorded import recorded


def zipped(folder: Path) -> bytes:
    with zipfile.ZipFile(folder / "made", "w") as bundle:
        bundle.writestr("a.yaml", "kind: case\n" * 100)
    return (folder / "made").read_bytes()


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.jpg", "a.zip"])
def test_a_file_is_whole_only_with_its_end(tmp_path, name):
    content = {
        "a.pdf": pdf(),
        "a.png": picture("PNG"),
        "a.jpg": picture("JPEG"),
        "a.zip": zipped(tmp_path),
    }[name]
    assert is_whole(put(tmp_path, name, content))
    for share in (3, 2):
        assert not is_whole(put(tmp_path, name, content[: len(content) * (share - 1) // share]))


@pytest.mark.parametrize("name", ["a.wav", "a.mp4", "a.mkv", "a.ogg", "a.mp3"])
def test_a_recording_is_whole_only_with_its_end(tmp_path, name):
    content = recorded(name.partition(".")[2])
    assert is_whole(put(tmp_path, name, content))
    for share in (10, 50, 99):
        assert not is_whole(put(tmp_path, name, content[: len(content) * share // 100]))


def test_one_that_does_not_tell_is_not_whole_while_somebody_has_it_open(tmp_path):
    path = put(tmp_path, "a.flac", recorded("flac"))
    assert is_whole(path)
    with path.open("ab"):
        assert not is_whole(path)
    with path.open("rb"):
        assert is_whole(path)


def test_endless_parts_of_a_recording_do_not_hold_up_the_service(tmp_path):
    """A sparse file of gigabytes is nothing to whoever drops it."""
    for name, head, part in (
        ("a.wav", b"RIFF\xff\xff\xff\xffWAVE", b""),
        ("a.mp4", b"\0\0\0\x08ftyp", b"\0\0\0\x08free" * 2000),
    ):
        path = put(tmp_path, name, head + part + b"JUNK")
        with path.open("r+b") as file:
            file.truncate(1 << 36)
        assert is_whole(path)


@pytest.mark.parametrize(
    "behind", [b"\0" * 18_000, b"\r\n" * 40_000, b"<html>of a server</html>" * 9_000, b"\xff" * 3_000_000]
)
@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.jpg"])
def test_what_lies_behind_its_end_is_not_waited_for(tmp_path, name, behind):
    content = {"a.pdf": pdf(), "a.png": picture("PNG"), "a.jpg": picture("JPEG")}[name]
    assert is_whole(put(tmp_path, name, content + behind))
    assert not is_whole(put(tmp_path, name, content[:-40]))


def test_a_pdf_that_goes_on_behind_an_end_is_not_whole(tmp_path):
    """A second revision, or a file made for the web, has ends of its parts in it."""
    more = b"9 0 obj\n<< /Length 70000 >>\nstream\n" + b"x" * 70_000
    assert not is_whole(put(tmp_path, "a.pdf", pdf() + more))
    assert is_whole(put(tmp_path, "a.pdf", pdf() + more + b"\nendstream\nendobj\nstartxref\n9\n%%EOF"))
    web = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(web, linearize=True)
    length = len(web.getvalue())
    cut = web.getvalue()[: web.getvalue().index(b"%%EOF") + 6]
    assert is_whole(put(tmp_path, "a.pdf", web.getvalue()))
    assert is_whole(put(tmp_path, "a.pdf", web.getvalue() + b"\0" * 5_000))
    assert not is_whole(put(tmp_path, "a.pdf", web.getvalue()[: length * 2 // 3]))
    assert (
        not is_whole(put(tmp_path, "a.pdf", cut + b"\0" * (length - len(cut)))) or length - len(cut) < 1_024
    )


def test_a_pdf_behind_other_bytes_is_waited_for(tmp_path):
    for before in (b"\xef\xbb\xbf", b"\r\n", b"Content-Type: application/pdf\r\n\r\n"):
        assert is_whole(put(tmp_path, "a.pdf", before + pdf()))
        assert not is_whole(put(tmp_path, "a.pdf", before + pdf()[:-60]))


def test_a_picture_without_end_is_looked_at_in_bounds(tmp_path):
    path = put(tmp_path, "a.jpg", picture("JPEG")[:-40])
    with path.open("r+b") as file:
        file.truncate(1 << 36)
    assert not is_whole(path)


def test_signed_by_appending_it_still_has_its_end(tmp_path):
    assert is_whole(put(tmp_path, "a.pdf", pdf() + b"\n% appended\n%%EOF\n"))


def test_what_begins_otherwise_is_not_waited_for(tmp_path):
    for content in (b"", b"x", b"<html>"):
        assert is_whole(put(tmp_path, "a.pdf", content))


def test_a_file_of_full_length_without_content_is_not_whole(tmp_path):
    """So do copies over a network share begin."""
    assert not is_whole(put(tmp_path, "a.pdf", b"\0" * 5000))
    assert not is_whole(put(tmp_path, "a.pdf", pdf()[:100] + b"\0" * 5000))


def test_what_cannot_be_read_is_not_whole_now(tmp_path):
    (tmp_path / "link.pdf").symlink_to(put(tmp_path, "a.pdf", pdf()))
    assert not is_whole(tmp_path / "link.pdf")
    assert not is_whole(tmp_path / "жоқ.pdf")


@pytest.mark.parametrize(
    ("name", "content", "long"),
    [
        ("a.yaml", b"kind: case\n", False),
        ("a.yaml", b"kind: case\r\n", False),
        ("a.yaml", b"kind: ca", True),
        ("a.yaml", "kind: қ".encode()[:-1], True),
        ("a.yaml", b"kind: case\n\0\0\0", True),
        ("a.yaml", b"", False),
        ("a.pdf", b"x", True),
        ("a.wav", b"x", True),
        ("a.zip", b"x", True),
        ("a.docx", b"x", False),
    ],
)
def test_what_is_written_with_pauses_rests_longer(tmp_path, name, content, long):
    assert rests_long(put(tmp_path, name, content)) is long


@given(st.binary(max_size=300))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_looked_at(tmp_path, content):
    for name in ("a.pdf", "a.zip", "a.yaml", "a.jpg", "a.mp4", "a.wav"):
        path = put(tmp_path, name, content)
        is_whole(path)
        rests_long(path)
