"""Signed bytes as they lie: whatever a program writes, it is not written anew before it is checked."""

from __future__ import annotations

import datetime as dt
import hashlib
import time

import pytest
from asn1crypto import cms, tsp

from pipeline.domain.errors import CorruptError
from pipeline.signatures.cms import read_cms
from pipeline.signatures.encoding import DEEPEST, definite
from pipeline.signatures.paper import Evidence
from pipeline.signatures.signature import Checked, Checker
from pipeline.signatures.trust import Trust
from tests.signatures.ber import attribute, header, message, opened, tlv, with_beside
from tests.signatures.judging import judge_paper
from tests.signatures.test_pades import NOW, OURS, PEOPLE, timestamper

PAPER = b"%PDF-1.7 a paper"
SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14"


def checked(data: bytes, *, at: dt.datetime = NOW) -> Checked:
    evidence = Evidence(PAPER, len(PAPER), (read_cms("a.cms", data),))
    (found,) = judge_paper(evidence, None, Checker(Trust.load(None, anchors=[OURS.der]), at)).signatures
    return found


def lengths_of_0x80(der: bytes, at: int = 0, end: int | None = None) -> int:
    """Values of definite length whose last length byte is 0x80."""
    found, end = 0, len(der) if end is None else end
    while at < end:
        tag, begin, stop = header(der, at)
        found += der[begin - 1] == 0x80
        found += lengths_of_0x80(der, begin, stop) if tag & 0x20 else 0
        at = stop
    return found


def test_a_length_that_ends_in_0x80_is_no_open_one() -> None:
    """Every value from a message's outside to its attributes has such a length once, for some filler."""
    hit = 0
    for filler in range(1, 300):
        data = message(PAPER, PEOPLE[1], filler=filler)
        if lengths_of_0x80(data):
            hit += 1
            assert checked(data).verdict.passed, filler
    assert hit > 5


def test_a_changed_byte_in_one_is_still_found() -> None:
    filler = next(f for f in range(1, 300) if lengths_of_0x80(message(PAPER, PEOPLE[1], filler=f)))
    data = message(PAPER, PEOPLE[1], filler=filler)
    at = data.index(bytes(filler))
    assert checked(data[:at] + b"\1" + data[at + 1 :]).verdict.sub == "SIG_CRYPTO_FAILURE"


def stamp_over(signature: bytes) -> bytes:
    """A timestamp's token (RFC 3161) over it."""
    imprint = tsp.MessageImprint(
        {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(signature).digest()}
    )
    asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": 1, "cert_req": True})
    return bytes(timestamper().request_tsa_response(asked)["time_stamp_token"].dump())


@pytest.mark.parametrize("deep", [0, 1, 3, 5, 100])
@pytest.mark.parametrize("timestamps", [0, 1, 2])
def test_open_lengths_in_each_other(deep: int, timestamps: int) -> None:
    """As Bouncy Castle and NSS write them; a timestamp in the message, and another in that timestamp."""
    beside: tuple[bytes, ...] = ()
    for _ in range(timestamps):
        beside = (attribute(SIGNATURE_TIMESTAMP, message(PAPER, PEOPLE[2], beside=beside)),)
    data = opened(message(PAPER, PEOPLE[1], filler=40, beside=beside), deep)
    begun = time.process_time()
    found = checked(data)
    assert time.process_time() - begun < 1
    assert found.verdict.passed


@pytest.mark.parametrize("deep", [0, 3, 7, 9, 100])
def test_a_timestamp_with_open_lengths_proves_its_time(deep: int) -> None:
    person = OURS.person(4, "Қасымов", "Арман", until=NOW + dt.timedelta(days=10))
    bare = message(PAPER, person)
    signature = bytes(cms.ContentInfo.load(bare)["content"]["signer_infos"][0]["signature"].native)
    stamped = with_beside(bare, attribute(SIGNATURE_TIMESTAMP, stamp_over(signature)))
    assert checked(opened(stamped, deep), at=NOW + dt.timedelta(days=400)).proven_at == NOW
    assert checked(opened(stamped, deep), at=NOW + dt.timedelta(days=400)).verdict.passed


def test_a_certificate_of_such_a_length_vouches() -> None:
    """Its own signed part is read from the bytes too."""
    people = (OURS.person(1, "A", "B" * filler) for filler in range(1, 62))
    person = next(p for p in people if p.certificate.tbs_certificate_bytes[3] == 0x80)
    assert checked(message(PAPER, person)).verdict.passed


def test_an_octet_string_in_parts() -> None:
    parts = tlv(0x24, tlv(4, b"ab"), tlv(4, b"c"))
    assert definite(parts) == (tlv(4, b"abc"), len(parts))
    assert definite(b"\x24\x80\x04\x01a\x24\x80\x04\x01b\0\0\0\0behind") == (tlv(4, b"ab"), 14)


@pytest.mark.parametrize("filler", [0, 41])
def test_what_der_says_stays_as_it_lies(filler: int) -> None:
    der = message(PAPER, PEOPLE[1], filler=filler)
    assert definite(der) == (der, len(der))
    assert definite(opened(der) + b"behind") == (der, len(opened(der)))
    long_form = b"\x30\x83\x00\x00\x03\x02\x01\x05"
    assert definite(long_form) == (long_form, 8)


def test_a_message_that_never_closes_is_refused_at_once() -> None:
    data = opened(message(PAPER, PEOPLE[1]))
    for broken in (
        data[:-2],
        data + b"\0",
        b"\x30\x80" * 5000,
        b"\x30\x80" * (DEEPEST + 1) + b"\0\0" * (DEEPEST + 1),
        b"\x04\x80ab\0\0",
        b"\x3f\xff\xff",
        b"\x30\x89" + b"\1" * 9,
    ):
        with pytest.raises(CorruptError):
            read_cms("a.cms", broken)
