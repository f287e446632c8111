from __future__ import annotations

import datetime as dt
import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageDraw
from PIL.Image import Image

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.sealing import marks
from pipeline.documents.sealing.key_files import MARKS_KEY
from pipeline.documents.sealing.mark_key import ensure_key
from pipeline.documents.sealing.marks import Mark, code_of, read_code, stamp
from pipeline.documents.sealing.seal import Sealer, seals
from pipeline.domain.errors import MachineError
from tests.documents.invented import TEMPLATES, rendered, text_of
from tests.documents.samples import CONTEXTS

KEY = bytes(range(32))
KINDS = list(CONTEXTS)
NUMBER = 0x12_3456_789A
DPI = 200
QR = zxingcpp.barcode_formats_from_str("QRCode")


def stamped(kind: DocumentKind, **changes: int) -> bytes:
    return stamp(
        rendered(kind, CONTEXTS[kind]), **{"document": NUMBER, "annex": 2, "revision": 3, **changes}, key=KEY
    )


def scans(pdf: bytes, dpi: int = DPI) -> list[Image]:
    return [page.render(scale=dpi / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]


def codes(scan: Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(scan, formats=QR)]


# --- the code -------------------------------------------------------------------------------------------

marks_of_any_kind = st.builds(
    Mark,
    document=st.integers(0, 2**40 - 1),
    annex=st.integers(0, 15),
    page=st.integers(0, 63),
    pages=st.integers(0, 63),
    revision=st.integers(0, 255),
)


@given(marks_of_any_kind, st.binary(min_size=32, max_size=32))
def test_a_code_says_what_was_put_in(mark: Mark, key: bytes) -> None:
    code = code_of(mark, key)
    assert len(code) == 29
    assert read_code(code, key) == mark


@given(marks_of_any_kind, st.integers(3, 28), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_changed_letter_is_none_of_ours(mark: Mark, at: int, letter: str) -> None:
    code = code_of(mark, KEY)
    changed = code[:at] + letter + code[at + 1 :]
    assert (read_code(changed, KEY) == mark) == (changed == code)
    assert read_code(code, bytes(32)) is None


@given(st.text(max_size=40))
def test_any_other_text_is_none_of_ours(text: str) -> None:
    assert read_code(text, KEY) is None
    assert read_code("KZ1" + text, KEY) is None


def test_as_the_paper_prints_it_and_as_people_type_it() -> None:
    mark = Mark(NUMBER, 4, 1, 2, 0)
    code = code_of(mark, KEY)
    assert read_code(f" {code[:8]}\n{code[8:15]}\n{code[15:].lower()} ", KEY) == mark


def test_the_number_stays_the_same_for_decades() -> None:
    assert code_of(Mark(NUMBER, 2, 1, 2, 3), KEY) == "KZ1CI2FM6E2EBBAGGOVDPIDELDB6A"


@pytest.mark.parametrize(
    "mark", [Mark(2**40, 1, 1, 1, 1), Mark(1, 16, 1, 1, 1), Mark(1, 1, 64, 1, 1), Mark(-1, 1, 1, 1, 1)]
)
def test_a_number_that_does_not_fit_is_no_mark(mark: Mark) -> None:
    with pytest.raises(ValueError, match="mark"):
        code_of(mark, KEY)


# --- on paper -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_both_marks_of_every_page_are_read_from_a_scan(kind: DocumentKind) -> None:
    pages = scans(stamped(kind))
    for number, scan in enumerate(pages, 1):
        expected = Mark(NUMBER, 2, number, len(pages), 3)
        assert [read_code(code, KEY) for code in codes(scan)] == [expected, expected]


@pytest.mark.parametrize("cover", range(2))
def test_one_crossed_out_leaves_the_other(cover: int) -> None:
    (scan,) = scans(stamped(DocumentKind.ANNEX_1))
    place = marks.places(595.3, 841.9)[cover]
    x, y, side = place.x * DPI / 72, (841.9 - place.y) * DPI / 72, marks.SIDE_MM * DPI / 25.4
    ImageDraw.Draw(scan).line((x, y - side, x + side, y), fill="black", width=30)
    assert len(codes(scan)) == 1


def longer(value: Any) -> Any:
    """Every list three times as long, every text too."""
    if isinstance(value, Mapping):
        return {name: longer(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [longer(inner) for inner in value] * 3
    return " ".join([value] * 3) if isinstance(value, str) else value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", [dict, longer])
def test_marks_and_codes_stand_on_white_paper(kind: DocumentKind, data: Callable[[Any], Any]) -> None:
    """Nothing of the form's own lies under a mark, its quiet zone or the code beside it."""
    for scan in scans(rendered(kind, data(CONTEXTS[kind])), 72):
        for left, bottom, right, top in marks.needed(*scan.size):
            area = scan.crop(
                (int(left), int(scan.height - top), int(right) + 1, int(scan.height - bottom) + 1)
            )
            assert area.convert("L").getextrema() == (255, 255)


@pytest.mark.parametrize("kind", KINDS)
def test_size_and_distance_from_the_edge(kind: DocumentKind) -> None:
    with pikepdf.open(io.BytesIO(stamped(kind))) as pdf:
        for page in pdf.pages:
            width, height = float(page.mediabox[2]), float(page.mediabox[3])
            for place in marks.places(width, height):
                assert min(place.x, place.y, width - place.x, height - place.y) * 25.4 / 72 >= 10
            pictures = [p for name, p in page.resources.XObject.items() if name.startswith("/JekeMark")]
            assert [(str(p.ColorSpace), int(p.BitsPerComponent)) for p in pictures] == [("/DeviceRGB", 8)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_code_is_readable_and_is_all_that_is_added(kind: DocumentKind) -> None:
    before, after = text_of(rendered(kind, CONTEXTS[kind])), text_of(stamped(kind))
    code = code_of(Mark(NUMBER, 2, 1, len(scans(stamped(kind), 10)), 3), KEY)
    squeezed = "".join(after.split())
    assert squeezed.count(code) == 2
    assert squeezed.startswith("".join(before.split())[:100])


def test_same_bytes_twice_and_in_another_process(tmp_path: Path) -> None:
    pdf = rendered(DocumentKind.PROTOCOL, CONTEXTS[DocumentKind.PROTOCOL])
    first = stamped(DocumentKind.PROTOCOL)
    assert stamped(DocumentKind.PROTOCOL) == first
    (tmp_path / "p.pdf").write_bytes(pdf)
    program = (
        "import sys; from pathlib import Path; from pipeline.documents.sealing.marks import stamp;"
        f"pdf = stamp(Path(sys.argv[1]).read_bytes(), document={NUMBER}, annex=2, revision=3, key=bytes(range(32)));"
        "sys.stdout.buffer.write(pdf)"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "p.pdf")],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": str(TEMPLATES.parent), "PYTHONHASHSEED": "1"},
    )
    assert other.stdout == first


def test_revisions_go_round() -> None:
    pdf = rendered(DocumentKind.ANNEX_1, CONTEXTS[DocumentKind.ANNEX_1])
    assert stamp(pdf, document=1, annex=1, revision=257, key=KEY) == stamp(
        pdf, document=1, annex=1, revision=1, key=KEY
    )


@pytest.mark.skipif("PDFA_CHECK" not in os.environ, reason="PDFA_CHECK names no veraPDF checker")
def test_verapdf_passes_what_is_marked_and_sealed(tmp_path: Path) -> None:
    sealer = Sealer.test_authority(tmp_path / "keys")
    paths = []
    for kind in KINDS:
        when = dt.datetime(2025, 10, 21, tzinfo=dt.UTC)
        sealed = sealer.seal(stamped(kind), reason="x", when=when)
        assert all(check.intact and check.whole_file for check in seals(sealed, sealer.roots))
        paths.append(tmp_path / f"{kind}.pdf")
        paths[-1].write_bytes(sealed)
    checked = subprocess.run(
        [os.environ["PDFA_CHECK"], "2b", *paths], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7\n", b"not a pdf"])
def test_what_is_no_pdf(broken: bytes) -> None:
    with pytest.raises(MachineError, match="mark_failed"):
        stamp(broken, document=1, annex=1, revision=1, key=KEY)


def test_more_pages_than_a_mark_counts() -> None:
    with pikepdf.new() as pdf:
        for _ in range(marks.LAST_PAGE + 1):
            pdf.add_blank_page()
        long = io.BytesIO()
        pdf.save(long)
    with pytest.raises(MachineError) as caught:
        stamp(long.getvalue(), document=1, annex=1, revision=1, key=KEY)
    assert (caught.value.code, caught.value.params) == ("mark_pages", {"pages": 64, "limit": 63})


# --- the key --------------------------------------------------------------------------------------------


def test_the_key_is_made_once_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    key = ensure_key(folder)
    assert ensure_key(folder) == key
    assert ensure_key(tmp_path / "other") != key
    assert [(p.name, p.stat().st_mode & 0o777) for p in folder.iterdir()] == [(MARKS_KEY, 0o600)]


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_key_that_is_not_whole_is_not_used(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MARKS_KEY).write_bytes(content)
    with pytest.raises(MachineError, match="mark_key"):
        ensure_key(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="mark_key"):
        ensure_key(tmp_path / "file" / "state")
