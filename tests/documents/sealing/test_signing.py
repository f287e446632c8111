"""A person's signature: seen, in good Kazakh, PDF/A kept, by keys from files and tokens, with proven time."""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pikepdf
import pkcs11
import pypdfium2
import pytest
from asn1crypto import keys, tsp
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.sign.timestamps import DummyTimeStamper

from pipeline.documents.sealing.kept_key import as_asn1
from pipeline.documents.sealing.papers import Papers
from pipeline.documents.sealing.seal import Sealer, seals
from pipeline.documents.sealing.signature_stamp import stamp_lines, stamp_page
from pipeline.documents.sealing.signing import HEIGHT, WIDTH, Place, ProvenTime, free_place, sign
from pipeline.documents.sealing.signing_key import opened_key
from pipeline.documents.sealing.timestamping import HttpTimeStamper
from pipeline.domain.errors import MachineError, RefusedError
from pipeline.signatures.signature import Checker
from pipeline.signatures.trust import Trust
from tests.signatures.papers import protocol_pdf
from tests.signatures.people import Authority, Person, invented_iin

NOW = dt.datetime(2026, 3, 2, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=5)))
CA = Authority()
ARMAN = CA.person(0, "Қасымов", "Арман", "Бекетұлы", iin=invented_iin(0))
AINUR = CA.person(1, "Мұқанова", "Айнұр", "Ерланқызы", iin=invented_iin(1))
KAZAKH = "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя"
MODULE = next((p for p in Path("/usr/lib").glob("**/libsofthsm2.so")), None)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    sealer = Sealer.test_authority(tmp_path_factory.mktemp("keys"))
    return sealer.seal(protocol_pdf(), reason="Хаттама", when=NOW)


def signed(pdf: bytes, person: Person, place: Place | None = None, time: ProvenTime | None = None) -> bytes:
    place = place or free_place(pdf)
    return sign(
        pdf,
        person.signer,
        name=person.name,
        iin=person.iin,
        reason="Хаттама",
        when=NOW,
        place=place,
        time=time,
    )


def shown(pdf: bytes) -> str:
    flat = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.flatten_annotations("print")
        opened.save(flat)
    document = pypdfium2.PdfDocument(flat.getvalue())
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def test_two_signatures_seen_and_sound(sealed: bytes) -> None:
    pdf = signed(signed(sealed, ARMAN), AINUR)
    assert pdf.startswith(sealed)
    text = shown(pdf)
    assert "Қасымов Арман Бекетұлы" in text
    assert "Мұқанова Айнұр Ерланқызы" in text
    assert "**********" in text
    assert "02.03.2026 10:30" in text
    assert ARMAN.iin is not None
    assert ARMAN.iin not in text
    checks = seals(pdf, [CA.der])[1:]
    assert [c.intact and c.trusted for c in checks] == [True, True]
    assert [c.sealed_at for c in checks] == [NOW, NOW]
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "2B"


def test_pdfa_by_the_reference_validator(sealed: bytes, tmp_path: Path) -> None:
    check = Path("/work/shared/tools/pdfa-check")
    if not check.exists():
        pytest.skip("no veraPDF here")
    (tmp_path / "a.pdf").write_bytes(signed(signed(sealed, ARMAN), AINUR))
    ran = subprocess.run(
        [str(check), "2b", str(tmp_path / "a.pdf")], capture_output=True, text=True, check=False
    )
    assert "PASS" in ran.stdout, ran.stdout


@settings(max_examples=15, deadline=None)
@given(st.text(KAZAKH, min_size=2, max_size=24).map(lambda t: f"Ә{t}"))
def test_every_kazakh_letter_stands(name: str) -> None:
    """Read back out of the stamp as it is drawn."""
    page = pypdfium2.PdfDocument(stamp_page([name]))
    assert "".join(page[0].get_textpage().get_text_range().split()) == name
    page.close()


def test_the_alphabet_at_once() -> None:
    page = pypdfium2.PdfDocument(stamp_page([KAZAKH[:36], KAZAKH[36:]]))
    assert "".join(page[0].get_textpage().get_text_range().split()) == KAZAKH
    page.close()


def test_lines_hide_the_number() -> None:
    assert stamp_lines("Ли В.Н.", "850314390019", NOW) == (
        "Электрондық қолтаңба",
        "Ли В.Н.",
        "ЖСН **********19, 02.03.2026 10:30",
    )
    assert stamp_lines("Ли В.Н.", None, NOW)[2] == "02.03.2026 10:30"


def test_a_long_name_stands_on_two_lines() -> None:
    lines = stamp_lines("Құдайбергенұлы-Нұрмұхамедова Гүлбаршын-Әсемгүл Шәріпжанқызы", None, NOW)
    assert lines[1:3] == ("Құдайбергенұлы-Нұрмұхамедова", "Гүлбаршын-Әсемгүл Шәріпжанқызы")
    assert len(stamp_lines("Қ" * 60, None, NOW)) == 3


def has_words(page: Any, box: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = box
    text = page.get_textpage().get_text_bounded(left + 1, bottom + 1, right - 1, top - 1)
    return any(letter.isalnum() for letter in text)


def test_stamps_cover_neither_words_nor_each_other(sealed: bytes) -> None:
    pdf, places = sealed, []
    for _ in range(5):
        place = free_place(pdf)
        assert place is not None
        places.append(place.box)
        pdf = signed(pdf, ARMAN, place)
    assert len(set(places)) == 5
    page = pypdfium2.PdfDocument(sealed)[0]
    assert not any(has_words(page, box) for box in places)
    assert all(abs(r - l - WIDTH) < 1 and abs(t - b - HEIGHT) < 1 for l, b, r, t in places)  # noqa: E741


def test_a_wanted_place_over_words_is_not_taken(sealed: bytes) -> None:
    over = Place(0, (60, 500, 500, 800))
    found = free_place(sealed, [over])
    assert found is not None
    assert found != over


def test_signed_with_a_room_of_the_child_it_looks_the_same(sealed: bytes) -> None:
    by_us = signed(sealed, ARMAN)
    with Papers() as papers:
        place = papers.free_place(sealed)
        assert place == free_place(sealed)
        over = Place(0, (60, 500, 500, 800))
        assert papers.free_place(sealed, [over]) == place
        whole = Place(0, (300, 20, 416, 45))
        assert papers.free_place(sealed, [whole]) == free_place(sealed, [whole]) == whole
        again = sign(
            sealed,
            ARMAN.signer,
            name=ARMAN.name,
            iin=ARMAN.iin,
            reason="Хаттама",
            when=NOW,
            place=place,
            room=papers.room,
        )
        assert shown(again) == shown(by_us)
        assert abs(len(again) - len(by_us)) < 64
        assert [s.intact for s in papers.seals(again, [CA.der])] == [True, True]


def test_invisible_where_there_is_no_room(sealed: bytes) -> None:
    pdf = sign(sealed, ARMAN.signer, name="x", iin=None, reason="x", when=NOW, place=None)
    assert shown(pdf).split() == shown(sealed).split()
    assert seals(pdf, [CA.der])[-1].intact


# --- keys ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [ARMAN, AINUR])
def test_a_key_out_of_a_file(person: Person, sealed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "k.p12"
    path.write_bytes(person.pkcs12("сөз"))
    with opened_key(str(path), "сөз") as key:
        pdf = sign(sealed, key, name="x", iin=None, reason="x", when=NOW, place=None)
    assert seals(pdf, [CA.der])[-1].trusted
    with pytest.raises(RefusedError, match="sign_key_closed"), opened_key(str(path), "басқа"):
        pass


def test_keys_that_cannot_sign(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="sign_key"), opened_key(str(tmp_path / "none"), ""):
        pass
    with pytest.raises(MachineError, match="sign_key"), opened_key("pkcs11:token=a", ""):
        pass
    missing = "pkcs11:token=a?module-path=/none.so"
    with pytest.raises(MachineError, match="sign_key"), opened_key(missing, "1"):
        pass
    assert not isinstance(ed25519.Ed25519PrivateKey.generate(), type(ARMAN.key))


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token with a person's key."""
    if MODULE is None or shutil.which("softhsm2-util") is None:
        pytest.skip("no SoftHSM2 here")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "conf").write_text(
        f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "conf"))
    environment = {**os.environ}
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", "jeke", "--pin", "1234", "--so-pin", "5678"],
        check=True,
        capture_output=True,
        env=environment,
    )
    (tmp_path / "key.pem").write_bytes(
        ARMAN.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    subprocess.run(
        [
            "softhsm2-util",
            "--import",
            str(tmp_path / "key.pem"),
            "--token",
            "jeke",
            "--label",
            "arman",
            "--id",
            "01",
            "--pin",
            "1234",
        ],
        check=True,
        capture_output=True,
        env=environment,
    )
    library = pkcs11.lib(str(MODULE))
    library.reinitialize()
    with library.get_token(token_label="jeke").open(user_pin="1234", rw=True) as session:  # noqa: S106  # a name
        der = ARMAN.certificate.public_bytes(Encoding.DER)
        from pkcs11.util.x509 import decode_x509_certificate

        session.create_object(
            {
                **decode_x509_certificate(der),
                pkcs11.Attribute.LABEL: "arman",
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.ID: b"\1",
            }
        )
    return f"pkcs11:token=jeke;object=arman?module-path={MODULE}"


def test_a_key_in_a_token(token: str, sealed: bytes) -> None:
    with opened_key(token, "1234") as key:
        assert key.signing_cert is not None
        pdf = sign(sealed, key, name="x", iin=None, reason="x", when=NOW, place=None)
    assert seals(pdf, [CA.der])[-1].trusted
    with pytest.raises(RefusedError, match="sign_key_closed"), opened_key(token, "0000"):
        pass


# --- proven time ---------------------------------------------------------------------------------------------


def stamper() -> DummyTimeStamper:
    key, certificate = CA.timestamping()
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        as_asn1(certificate), keys.PrivateKeyInfo.load(der), certs_to_embed=None, fixed_dt=NOW
    )


@pytest.fixture
def authority_url() -> Iterator[str]:
    """A timestamping authority on this machine, spoken to by HTTP."""
    local = stamper()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = b"no" if self.path == "/broken" else local.request_tsa_response(request).dump()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_timestamp_by_http(sealed: bytes, authority_url: str) -> None:
    pdf = signed(sealed, ARMAN, time=ProvenTime(HttpTimeStamper(authority_url)))
    from pipeline.signatures.pades import read_signed_pdf

    trust = Trust.load(None, anchors=[CA.der])
    found = read_signed_pdf(pdf, len(sealed), Checker(trust, NOW))
    assert found.tampered == ()
    assert found.signatures[0].proven_at == NOW


def test_no_timestamp_no_signature(sealed: bytes, authority_url: str) -> None:
    for url in (f"{authority_url}broken", "http://127.0.0.1:9/"):
        with pytest.raises(MachineError, match="timestamp"):
            signed(sealed, ARMAN, time=ProvenTime(HttpTimeStamper(url)))
