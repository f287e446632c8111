"""`jeke sign`: members sign one after another, here, and the paper is filed as any other."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from pipeline.domain.iin import mask_iin
from pipeline.domain.names import full_name
from tests.flow.signed_place import CASE, SITTING, SignedPlace

PROTOCOL = f"{SITTING.id}/protocol"


@pytest.fixture
def place(tmp_path: Path) -> SignedPlace:
    made = SignedPlace.make(tmp_path / "p")
    (made.place.folder / "pass").write_text("құпия 1\n", encoding="utf-8")
    for member in ("m1", "m2", "m3"):
        (made.place.folder / f"{member}.p12").write_bytes(made.people[member].pkcs12("құпия 1"))
    return made


def sign(place: SignedPlace, member: str, document: str = PROTOCOL):
    return place.jeke("sign", document, "--key", f"{member}.p12", "--passphrase-file", "pass")


def test_two_members_one_after_another(place: SignedPlace) -> None:
    first = sign(place, "m1")
    assert first.status == 0, first.err
    assert "Әлі қол қоймағандар: Нұрпейісов Серік Талғатұлы" in first.err
    second = sign(place, "m2", str(place.place.folder / "outbox" / SITTING.id / "protocol.pdf"))
    assert second.status == 0, second.err
    signed = place.document().document.signed
    assert signed is not None
    assert signed.signers == ("m1", "m2")
    pdf = place.read(signed.path)
    assert pdf.startswith(place.read("protocol.pdf"))
    for member in ("m1", "m2"):
        iin = place.people[member].iin
        assert iin is not None
        assert iin not in first.err + second.err
        assert iin not in _stamped(pdf)
        assert mask_iin(iin) in _stamped(pdf)
    assert "Электрондық қолтаңба" in _stamped(pdf)
    assert "Нұрпейісов Серік Талғатұлы" in _stamped(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"


def test_the_stamp_stands_on_the_signers_line(place: SignedPlace) -> None:
    assert sign(place, "m3").status == 0
    opened = pypdfium2.PdfDocument(place.read("signed/protocol.pdf"))
    page = opened[len(opened) - 1]
    text = page.get_textpage()
    found = text.search("Жақсыбекова")
    place_of_name = [text.get_rect(n) for n in range(text.count_rects())]
    assert found is not None
    with pikepdf.open(io.BytesIO(place.read("signed/protocol.pdf"))) as pdf:
        widget = next(a for a in pdf.pages[-1].Annots if str(a.get("/T", "")).startswith("JekeSignature"))
        left, bottom, right, top = (float(n) for n in widget.Rect)
    beside = [
        r for r in place_of_name if abs((r[1] + r[3]) / 2 - (bottom + top) / 2) < 14 and r[0] >= right - 1
    ]
    assert any("Жақсыбекова" in text.get_text_bounded(*r) for r in beside)
    assert right - left > 80
    opened.close()


def test_who_may_not(place: SignedPlace) -> None:
    assert sign(place, "m1").status == 0
    again = sign(place, "m1")
    assert again.status == 4
    assert "қол қойып қойған" in again.err
    stranger = place.authority.person(50, "Бөтенов", "Біреу", iin="850314399998")
    (place.place.folder / "x.p12").write_bytes(stranger.pkcs12("құпия 1"))
    refused = sign(place, "x")
    assert refused.status == 4
    assert not list((place.place.folder / "inbox").glob("*.pdf"))


def test_a_wrong_passphrase_tells_nothing(place: SignedPlace) -> None:
    (place.place.folder / "pass").write_text("басқа", encoding="utf-8")
    ran = sign(place, "m1")
    assert ran.status == 4
    assert "басқа" not in ran.err
    assert place.document().document.signed is None


def test_no_such_document_or_key(place: SignedPlace) -> None:
    unknown = sign(place, "m1", "X/protocol")
    assert unknown.status == 3
    assert "Мұрағатта мұндай құжат жоқ" in unknown.err
    assert "--document" not in unknown.err, "that is the mend of another command"
    assert place.jeke("sign", PROTOCOL, "--key", "none.p12", "--passphrase-file", "pass").status == 5
    assert place.jeke("sign", PROTOCOL, "--key", "m1.p12", "--passphrase-file", "none").status == 5


def test_the_employee_signs_annex_2(place: SignedPlace) -> None:
    with place.opened() as work:
        case = work.index.person(work.index.object_of(CASE) or "")
        assert case is not None
    own = place.authority.person(41, "Әбілқасов", "Дархан", "Маратұлы", iin="850314390019")
    (place.place.folder / "own.p12").write_bytes(own.pkcs12("құпия 1"))
    ran = sign(place, "own", f"{CASE.id}/annex-2")
    assert ran.status == 0, ran.err
    assert full_name(case) in ran.err
    signed = place.document("annex-2", CASE).document.signed
    assert signed is not None
    assert signed.signers == ("employee",)


def _stamped(pdf: bytes) -> str:
    """What a reader sees, stamps and all."""
    flat = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.flatten_annotations("print")
        opened.save(flat)
    shown = pypdfium2.PdfDocument(flat.getvalue())
    text = " ".join(page.get_textpage().get_text_range() for page in shown)
    shown.close()
    return text
