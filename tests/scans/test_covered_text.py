"""What is painted on a signed paper beside its signatures: found however small; honest stamps are none."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from typing import Any

import pikepdf
import pypdfium2
import pytest
import segno
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.stamp import TextStampStyle

from pipeline.documents.sealing.signing import Place, free_place, sign
from pipeline.scans.covered_text import hidden_text, same_pages
from pipeline.scans.pen.signing_lines import lines_to_sign
from pipeline.scans.printed import Rect, Word
from tests.scans.originals import documents, original
from tests.signatures.people import Authority, Person, invented_iin

_pdf: Any = generic  # the library's, without annotations
NOW = dt.datetime(2026, 3, 2, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=5)))
CA = Authority()
ROWS = (
    "А.Б. Қасымов",
    "С.Т. Нұрпейісов",
    "Г.Ә. Жақсыбекова",
    "В.Н. Ли",
    "Қ.М. Тілеубаев",
    "Б.Ж. Сәрсенов",
    "А.Е. Мұқанова",
)
Box = tuple[float, float, float, float]
WHITE = b"1 g -999 -999 9999 9999 re f"
BLACK = b"0 g -999 -999 9999 9999 re f"


def person(number: int = 0) -> Person:
    return CA.person(number, "Қасымов", "Арман", "Бекетұлы", iin=invented_iin(number))


def height(name: str, page: int) -> float:
    with pypdfium2.PdfDocument(documents()[name]) as opened:
        return float(opened[page].get_height())


def over(name: str, page: int, place: Rect, grown: float = 0.0) -> Box:
    tall = height(name, page)
    return place.left - grown, tall - place.bottom - grown, place.right + grown, tall - place.top + grown


def word(name: str, page: int, text: str) -> Word:
    return next(w for w in original(name)[page].page.words if w.text.strip(".,:;") == text)


def signed(pdf: bytes, place: Place | None, number: int = 0) -> bytes:
    who = person(number)
    return sign(pdf, who.signer, name=who.name, iin=who.iin, reason="Хаттама", when=NOW, place=place)


def painted(
    pdf: bytes,
    page: int,
    box: Box,
    content: bytes = WHITE,
    *,
    flags: int = 4,
    form: Mapping[str, object] | None = None,
    more: Mapping[str, object] | None = None,
    states: bool = False,
) -> bytes:
    """An unsigned field with a picture, as a revision of its own."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("Painted", on_page=page, box=tuple(map(round, box))))  # type: ignore[arg-type]
    field = writer.root["/AcroForm"]["/Fields"][-1].get_object()
    field["/Rect"] = numbers(*box)
    width, tall = box[2] - box[0], box[3] - box[1]
    picture = _pdf.StreamObject(
        dict_data={
            _pdf.pdf_name("/Subtype"): _pdf.pdf_name("/Form"),
            _pdf.pdf_name("/BBox"): numbers(0, 0, width, tall),
            **{_pdf.pdf_name(k): v for k, v in (form or {}).items()},
        },
        stream_data=content,
    )
    shown = writer.add_object(picture)
    if states:
        shown = _pdf.DictionaryObject({_pdf.pdf_name("/On"): shown})
        field["/AS"] = _pdf.pdf_name("/On")
    field["/AP"] = _pdf.DictionaryObject({_pdf.pdf_name("/N"): shown})
    field["/F"] = _pdf.NumberObject(flags)
    for key, value in (more or {}).items():
        field[key] = value
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def numbers(*values: float) -> Any:
    return _pdf.ArrayObject([_pdf.FloatObject(round(v, 3)) for v in values])


BALLOT, PROTOCOL = "annex-3-01", "protocol"


def vote() -> Box:
    return over(BALLOT, 0, word(BALLOT, 0, "+").place)


def decision() -> Box:
    return over(PROTOCOL, 1, word(PROTOCOL, 1, "ұсынылады").place)


def strip(box: Box, mm: float) -> Box:
    middle = (box[1] + box[3]) / 2
    return box[0], middle, box[2], middle + mm * 72 / 25.4


def beside(box: Box, across: float) -> Box:
    return box[0] + across, box[1], box[2] + across, box[3]


PAINTED: dict[str, Callable[[], bytes]] = {
    "a box over +": lambda: painted(documents()[BALLOT], 0, vote()),
    "a + in the other column": lambda: painted(
        documents()[BALLOT], 0, beside(vote(), 70), b"0 g 0 4 9 1 re 4 0 1 9 re f"
    ),
    "a dot in an empty cell": lambda: painted(documents()[BALLOT], 0, strip(beside(vote(), 70), 0.3), BLACK),
    "a strip of 2 points": lambda: painted(documents()[PROTOCOL], 1, strip(decision(), 0.7)),
    "a strip of 0.3 mm": lambda: painted(documents()[PROTOCOL], 1, strip(decision(), 0.3)),
    "a letter": lambda: painted(
        documents()[PROTOCOL], 1, (decision()[0], decision()[1], decision()[0] + 4, decision()[3])
    ),
    "a sentence in empty space": lambda: painted(documents()[PROTOCOL], 1, (120, 120, 320, 126), BLACK),
    "a sentence in the margin": lambda: painted(documents()[PROTOCOL], 0, (2, 300, 12, 500), BLACK),
    "seen on the screen alone": lambda: painted(documents()[PROTOCOL], 1, decision(), flags=0),
    "seen in print alone": lambda: painted(documents()[PROTOCOL], 1, decision(), flags=4 | 32),
    "grows when shown small": lambda: painted(
        documents()[PROTOCOL], 1, (300, 200, 310, 210), b"", flags=4 | 8
    ),
    "does not turn": lambda: painted(documents()[PROTOCOL], 1, (300, 200, 310, 210), b"", flags=4 | 16),
    "comes and goes": lambda: painted(documents()[PROTOCOL], 1, (300, 200, 310, 210), b"", flags=4 | 256),
    "a state of its own": lambda: painted(documents()[PROTOCOL], 1, decision(), states=True),
    "another for the mouse": lambda: painted(
        documents()[PROTOCOL],
        1,
        (300, 200, 310, 210),
        b"",
        more={"/AP": _pdf.DictionaryObject({_pdf.pdf_name("/R"): _pdf.StreamObject(stream_data=WHITE)})},
    ),
    "in a layer": lambda: painted(
        documents()[PROTOCOL],
        1,
        (300, 200, 310, 210),
        b"",
        more={"/OC": _pdf.DictionaryObject({_pdf.pdf_name("/Type"): _pdf.pdf_name("/OCG")})},
    ),
    "moved by its matrix": lambda: painted(
        documents()[PROTOCOL],
        1,
        strip(decision(), 0.5),
        form={"/Matrix": numbers(1, 0, 0, 1, 300, 0), "/BBox": numbers(-300, 0, 0, 9)},
    ),
    "half transparent": lambda: painted(
        documents()[PROTOCOL],
        1,
        decision(),
        b"/G gs " + WHITE,
        form={
            "/Resources": _pdf.DictionaryObject(
                {
                    _pdf.pdf_name("/ExtGState"): _pdf.DictionaryObject(
                        {
                            _pdf.pdf_name("/G"): _pdf.DictionaryObject(
                                {_pdf.pdf_name("/ca"): _pdf.FloatObject("0.9")}
                            )
                        }
                    )
                }
            )
        },
    ),
    "another colour": lambda: painted(
        documents()[PROTOCOL],
        1,
        decision(),
        b"/G gs 1 0.5 0.5 rg -9 -9 999 999 re f",
        form={
            "/Resources": _pdf.DictionaryObject(
                {
                    _pdf.pdf_name("/ExtGState"): _pdf.DictionaryObject(
                        {
                            _pdf.pdf_name("/G"): _pdf.DictionaryObject(
                                {_pdf.pdf_name("/BM"): _pdf.pdf_name("/Screen")}
                            )
                        }
                    )
                }
            )
        },
    ),
    "a false signature": lambda: painted(documents()[PROTOCOL], 1, line(3), b"0 g 2 2 40 3 re f"),
}
"""By a field that nobody signed; the next signature then covers it."""


def line(row: int) -> Box:
    ((_, box),) = lines_to_sign(documents()[PROTOCOL], "protocol", [ROWS[row]])
    return box


@pytest.mark.parametrize("how", PAINTED)
def test_what_no_signature_paints_is_found(how: str) -> None:
    pdf = PAINTED[how]()
    name = BALLOT if "+" in how or "cell" in how else PROTOCOL
    assert list(hidden_text(documents()[name], pdf)) == ["Painted"]


STAMPED: dict[str, Callable[[], Box]] = {
    "over a name": lambda: over(PROTOCOL, 1, word(PROTOCOL, 1, "Қасымов").place),
    "over a name and its line": lambda: (line(0)[0], line(0)[1], line(0)[2] + 80, line(0)[3]),
    "over the decision": decision,
    "large": lambda: (60, 60, 550, 780),
    "between the words": lambda: (decision()[2] + 2, decision()[1], decision()[2] + 60, decision()[3]),
}


@pytest.mark.parametrize("where", STAMPED)
def test_a_signers_own_stamp_must_not_cover_or_complete_print(where: str) -> None:
    pdf = signed(documents()[PROTOCOL], Place(1, STAMPED[where]()))
    assert list(hidden_text(documents()[PROTOCOL], pdf)) == ["JekeSignature1"]


def test_a_signers_stamp_in_the_vote_column_is_found() -> None:
    cell = beside(vote(), 60)
    pdf = signed(documents()[BALLOT], Place(0, (cell[0], cell[1], cell[0] + 40, cell[1] + 12)))
    assert list(hidden_text(documents()[BALLOT], pdf)) == ["JekeSignature1"]


@pytest.mark.parametrize("count", [2, 7])
def test_stamps_on_the_lines_are_no_paint(count: int) -> None:
    pdf = documents()[PROTOCOL]
    for row in range(count):
        wanted = [Place(*spot) for spot in lines_to_sign(documents()[PROTOCOL], "protocol", [ROWS[row]])]
        pdf = signed(pdf, free_place(pdf, wanted), row)
    assert list(hidden_text(documents()[PROTOCOL], pdf)) == []
    assert same_pages(documents()[PROTOCOL], pdf)


@pytest.mark.parametrize("name", ["protocol", "annex-1", "annex-2", "annex-3-01", "annex-4"])
def test_stamps_at_the_foot_are_no_paint(name: str) -> None:
    pdf = documents()[name]
    for number in range(3):
        pdf = signed(pdf, free_place(pdf), number)
    assert list(hidden_text(documents()[name], pdf)) == []


def test_a_signature_that_is_not_seen_paints_nothing() -> None:
    assert list(hidden_text(documents()[PROTOCOL], signed(documents()[PROTOCOL], None))) == []


def qr_form() -> tuple[bytes, int]:
    code = segno.make("https://example.invalid/check/1", micro=False)
    rows = [list(row) for row in code.matrix_iter(scale=1, border=2)]
    cells = [
        f"{x} {len(rows) - 1 - y} 1 1 re" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    ]
    return ("0 g " + " ".join(cells) + " f").encode(), len(rows)


def test_a_national_code_in_the_block_of_signatures_is_no_paint() -> None:
    """An invisible signature, and its code (QR) as the picture of a field."""
    content, side = qr_form()
    left, bottom = 60, 230
    box = (left, bottom, left + 80, bottom + 80)
    pdf = painted(documents()[PROTOCOL], 1, box, content, form={"/BBox": numbers(0, 0, side, side)})
    assert list(hidden_text(documents()[PROTOCOL], signed(pdf, None))) == []
    over_words = painted(
        documents()[PROTOCOL], 1, (120, 560, 200, 640), content, form={"/BBox": numbers(0, 0, side, side)}
    )
    assert list(hidden_text(documents()[PROTOCOL], over_words)) == ["Painted"]


@pytest.mark.parametrize("row", [0, 3])
def test_a_stamp_of_another_program_around_its_line_is_no_paint(row: int) -> None:
    left, bottom, right, top = line(row)
    pdf, who = documents()[PROTOCOL], person(row)
    style = TextStampStyle(stamp_text="%(signer)s\n%(ts)s")
    spec = SigFieldSpec("Other", on_page=1, box=(int(left), int(bottom) - 3, int(right), int(top) + 3))
    act = PdfSigner(PdfSignatureMetadata("Other"), who.signer, stamp_style=style, new_field_spec=spec)
    out = act.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    assert list(hidden_text(documents()[PROTOCOL], out.getvalue())) == []


def test_a_page_turned_or_cut_is_not_the_same() -> None:
    for key, value in (("/Rotate", 90), ("/CropBox", [0, 0, 595, 400]), ("/MediaBox", [0, 0, 595, 600])):
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(documents()[PROTOCOL])) as opened:
            opened.pages[1].obj[key] = pikepdf.Array(value) if isinstance(value, list) else value
            opened.save(out)
        assert not same_pages(documents()[PROTOCOL], out.getvalue())


def test_a_strip_within_the_page_itself_is_not_the_same() -> None:
    out = io.BytesIO()
    left, bottom, right, _ = decision()
    with pikepdf.open(io.BytesIO(documents()[PROTOCOL])) as opened:
        content = f"q 1 g {left} {bottom + 3} {right - left} 0.85 re f Q".encode()
        opened.pages[1].contents_add(content)
        opened.save(out)
    assert not same_pages(documents()[PROTOCOL], out.getvalue())
