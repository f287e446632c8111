from __future__ import annotations

import datetime as dt
import io
import logging
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.sealing.key_files import TEST_SEAL
from pipeline.documents.sealing.local_authority import TEST_NAME
from pipeline.documents.sealing.seal import Sealer, seals
from pipeline.domain.errors import CorruptError, MachineError
from tests.documents.blank_forms import BLANK
from tests.documents.invented import TEMPLATES, rendered
from tests.documents.samples import CONTEXTS

WHEN = dt.datetime(2025, 10, 21, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=5)))


@pytest.fixture(scope="module")
def sealer(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    return Sealer.test_authority(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return rendered(DocumentKind.ANNEX_4, BLANK[DocumentKind.ANNEX_4])


@pytest.fixture(scope="module")
def sealed(sealer: Sealer, pdf: bytes) -> bytes:
    return sealer.seal(pdf, reason="Жеке іске тіркелді", when=WHEN)


def test_seal_is_appended_and_checks(sealer: Sealer, pdf: bytes, sealed: bytes) -> None:
    assert sealed.startswith(pdf)
    (check,) = seals(sealed, sealer.roots)
    assert (check.subject, check.sealed_at) == (TEST_NAME, WHEN)
    assert check.intact
    assert check.whole_file
    assert check.trusted
    assert check.is_test
    assert check.problem == ""


def test_still_pdfa_and_invisible(sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
        (field,) = document.Root.AcroForm.Fields
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
        assert [float(x) for x in field.Rect] == [0, 0, 0, 0]
        assert str(field.V.Reason) == "Жеке іске тіркелді"


@pytest.mark.skipif("PDFA_CHECK" not in os.environ, reason="PDFA_CHECK names no veraPDF checker")
@pytest.mark.parametrize("kind", list(CONTEXTS))
def test_verapdf_passes_what_is_sealed(sealer: Sealer, tmp_path: Path, kind: DocumentKind) -> None:
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealer.seal(rendered(kind, CONTEXTS[kind]), reason="x", when=WHEN))
    checked = subprocess.run(
        [os.environ["PDFA_CHECK"], "2b", path], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_without_its_root_it_is_intact_and_not_trusted(sealed: bytes) -> None:
    (check,) = seals(sealed)
    assert check.intact
    assert not check.trusted


def test_root_of_another_authority_is_not_trusted(sealed: bytes, tmp_path: Path) -> None:
    (check,) = seals(sealed, Sealer.test_authority(tmp_path).roots)
    assert not check.trusted


@pytest.mark.parametrize("where", [0.02, 0.1, 0.3, 0.6])
def test_a_flipped_byte_is_seen(sealer: Sealer, sealed: bytes, pdf: bytes, where: float) -> None:
    changed = bytearray(sealed)
    changed[int(len(pdf) * where)] ^= 1
    try:
        checks = seals(bytes(changed), sealer.roots)
    except CorruptError:
        return
    assert not any(check.intact for check in checks)


def test_every_byte_of_the_signature_counts(sealer: Sealer, sealed: bytes) -> None:
    start = sealed.rindex(b"/Contents") + 20
    changed = bytearray(sealed)
    changed[start + 400] = ord("0") if changed[start + 400] != ord("0") else ord("1")
    assert not any(check.intact for check in seals(bytes(changed), sealer.roots))


@pytest.mark.parametrize("tail", [b"\n", b"% more", b"\n1 0 obj\n<<>>\nendobj\n"])
def test_bytes_after_the_seal_are_seen(sealer: Sealer, sealed: bytes, tail: bytes) -> None:
    assert not any(check.whole_file for check in seals(sealed + tail, sealer.roots))


def test_second_seal_leaves_the_first_intact(sealer: Sealer, sealed: bytes) -> None:
    first, second = seals(sealer.seal(sealed, reason="екінші", when=WHEN), sealer.roots)
    assert first.field != second.field
    assert first.intact
    assert second.intact
    assert not first.whole_file
    assert second.whole_file


def test_unsealed_has_no_seals(pdf: bytes) -> None:
    assert seals(pdf) == ()


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7\n", b"not a pdf"])
def test_what_is_no_pdf(sealer: Sealer, broken: bytes) -> None:
    with pytest.raises(CorruptError, match="seal_unreadable"):
        seals(broken)
    with pytest.raises(MachineError, match="seal_failed"):
        sealer.seal(broken, reason="x", when=WHEN)


def test_names_of_signers_reach_no_log(sealed: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        seals(sealed)
    assert "СЫНАҚ" not in caplog.text


# --- the test authority ---------------------------------------------------------------------------------


def test_made_once_and_loaded_afterwards(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "keys"
    first = Sealer.test_authority(folder)
    content = (folder / TEST_SEAL).read_bytes()
    second = Sealer.test_authority(folder)
    assert (folder / TEST_SEAL).read_bytes() == content
    assert first.roots == second.roots
    assert first.is_test
    assert "СЫНАҚ" in first.subject
    assert first.not_after.year == 2055


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    Sealer.test_authority(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [(p.name, p.stat().st_mode & 0o777) for p in folder.iterdir()] == [(TEST_SEAL, 0o600)]


def test_two_processes_at_once_use_one_authority(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from pipeline.documents.sealing.seal import Sealer;"
        "print(Sealer.test_authority(Path(sys.argv[1])).roots[0].hex())"
    )
    start = [sys.executable, "-c", program, str(tmp_path / "keys")]
    path = {"PYTHONPATH": str(TEMPLATES.parent)}
    running = [subprocess.Popen(start, stdout=subprocess.PIPE, env=path) for _ in range(2)]
    assert len({process.communicate()[0] for process in running}) == 1
    assert len(list((tmp_path / "keys").iterdir())) == 1


def test_broken_key_file(tmp_path: Path) -> None:
    (tmp_path / TEST_SEAL).write_bytes(b"")
    with pytest.raises(MachineError, match="seal_key"):
        Sealer.test_authority(tmp_path)


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(MachineError, match="seal_folder"):
        Sealer.test_authority(tmp_path / "file" / "keys")


# --- the body's own key ---------------------------------------------------------------------------------


def own_key(path: Path, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> Path:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Полиция департаменті")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)  # noqa: FBT003
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2035, 1, 1, tzinfo=dt.UTC))
        .add_extension(usage, critical=True)
        .sign(key, SHA256() if isinstance(key, ec.EllipticCurvePrivateKey) else None)
    )
    content = pkcs12.serialize_key_and_certificates(
        None, key, certificate, None, BestAvailableEncryption(b"pw")
    )
    path.write_bytes(content)
    return path


def test_own_key_of_an_elliptic_curve(tmp_path: Path, pdf: bytes) -> None:
    own = Sealer.from_pkcs12(own_key(tmp_path / "own.p12", ec.generate_private_key(ec.SECP256R1())), b"pw")
    assert not own.is_test
    assert own.subject == "Полиция департаменті"
    (check,) = seals(own.seal(pdf, reason="x", when=WHEN))
    assert check.intact
    assert not check.is_test


def test_wrong_passphrase(tmp_path: Path) -> None:
    path = own_key(tmp_path / "own.p12", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(MachineError, match="seal_key"):
        Sealer.from_pkcs12(path, b"wrong")


def test_key_of_a_kind_that_is_not_used(tmp_path: Path) -> None:
    path = own_key(tmp_path / "own.p12", ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(MachineError, match="seal_key"):
        Sealer.from_pkcs12(path, b"pw")


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="seal_key"):
        Sealer.from_pkcs12(tmp_path / "absent.p12", b"")
