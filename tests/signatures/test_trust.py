"""The trust folder: what its files are taken for, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from pipeline.domain.errors import MachineError
from pipeline.signatures.trust import Trust
from tests.signatures.gost_people import KZ_PKI
from tests.signatures.people import Authority, invented_iin

NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def test_what_lies_in_the_folder(tmp_path: Path) -> None:
    ca = Authority()
    person = ca.person(0, "Ли", "Виктор", iin=invented_iin(0))
    (tmp_path / "root.PEM").write_bytes(ca.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "under.cer").write_bytes(person.certificate.public_bytes(Encoding.DER))
    (tmp_path / "a.crl").write_bytes(ca.crl(NOW))
    (tmp_path / "оқу.txt").write_text("README")
    (tmp_path / "folder.cer").mkdir()
    ocsp = KZ_PKI / "t_ocsp_response_individual_sign_2004.bin"
    (tmp_path / "a.ocsp").write_bytes(ocsp.read_bytes())
    trust = Trust.load(tmp_path)
    assert [c.subject.native["common_name"] for c in trust.anchors] == [ca.name]
    assert len(trust.intermediates) == len(trust.crls) == len(trust.ocsps) == 1
    assert trust.knows_revocations


def test_the_published_folder_is_read_whole() -> None:
    trust = Trust.load(KZ_PKI)
    assert len(trust.anchors) == 5
    assert len(trust.crls) == 3


def test_nothing_is_believed_without_a_folder() -> None:
    trust = Trust.load(None)
    assert trust.anchors == ()
    assert not trust.knows_revocations


@pytest.mark.parametrize("name", ["a.cer", "a.crl", "a.ocsp"])
@pytest.mark.parametrize("data", [b"", b"garbage", b"\x30\x03\x02\x01\x01", b"-----BEGIN CERTIFICATE-----\n"])
def test_a_file_that_is_not_what_it_is_called(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(MachineError, match="trust_file") as told:
        Trust.load(tmp_path)
    assert told.value.params == {"file": name}


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="trust_folder"):
        Trust.load(tmp_path / "none")


def test_a_document_brings_no_anchors() -> None:
    ca = Authority()
    from pipeline.documents.sealing.kept_key import as_asn1

    brought = Trust.load(None).with_material([as_asn1(ca.certificate)], [], [])
    assert brought.anchors == ()
