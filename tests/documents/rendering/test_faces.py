"""Everyday signs that the typeface lacks come out of another face, with true text behind them."""

from __future__ import annotations

import io

import docx
import pikepdf
import pypdfium2
import pytest

from pipeline.documents.content.glyphs import BY_OTHER_FACES, missing_glyphs
from pipeline.documents.rendering.render import RdocxRenderer


def printed(text: str, *, bold: bool = False) -> tuple[str, set[str]]:
    document = docx.Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.add_paragraph().add_run(text).bold = bold
    buffer = io.BytesIO()
    document.save(buffer)
    pdf = RdocxRenderer().render(buffer.getvalue(), title="x")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        faces = {str(font.BaseFont).strip("/") for font in opened.pages[0].Resources.Font.values()}
    return pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().strip(), faces


@pytest.mark.parametrize("sign", BY_OTHER_FACES)
@pytest.mark.parametrize("text", ["Сома 5 000 {} теңге", "{}", "{}{}", "ә{}ә"])
def test_the_text_behind_is_true_and_only_the_sign_is_in_another_face(sign: str, text: str) -> None:
    assert missing_glyphs(sign) == ()
    text = text.replace("{}", sign)
    found, faces = printed(text)
    assert found == text
    face = BY_OTHER_FACES[sign].replace(" ", "")
    assert face in faces
    assert faces - {face} <= {"LiberationSerif"}


@pytest.mark.parametrize("bold", [False, True])
def test_all_of_them_in_one_text(*, bold: bool) -> None:
    text = " ".join((*BY_OTHER_FACES, *reversed(BY_OTHER_FACES)))
    assert printed(text, bold=bold)[0] == text


def test_bold_and_what_stands_around_stay_as_they_are() -> None:
    found, faces = printed("Төлем:\t5 000 ₸,\nқабылданды ✓ (Ұ)", bold=True)
    assert "".join(found.split()) == "Төлем:5000₸,қабылданды✓(Ұ)"
    assert "LiberationSerif-Bold" in faces
    assert "LiberationSerif" not in faces


def test_a_document_without_them_is_left_alone() -> None:
    _, faces = printed("Қарапайым мәтін • № «»")
    assert faces == {"LiberationSerif"}
