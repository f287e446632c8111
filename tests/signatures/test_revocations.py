"""Not revoked only with proof, revoked only by a list that its authority signed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import crl
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from pipeline.flow.health.health import State
from pipeline.flow.health.trust_check import trust as trust_checks
from pipeline.signatures.cms import read_cms
from pipeline.signatures.paper import Evidence
from pipeline.signatures.signature import Checked, Checker, Revocation
from pipeline.signatures.trust import Trust
from tests.signatures.judging import judge_paper
from tests.signatures.people import Authority, Person, invented_iin, message_of

NOW = dt.datetime(2026, 3, 2, 10, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PAPER = b"%PDF-1.7 a paper"
GOOD, UNKNOWN, REVOKED = Revocation.GOOD, Revocation.UNKNOWN, Revocation.REVOKED
CA = Authority("СЫНАҚ ОРТАЛЫҒЫ")
NAMESAKE = Authority("СЫНАҚ ОРТАЛЫҒЫ")
OTHER = Authority("БАСҚА ОРТАЛЫҚ")
LOWER = Authority("ТӨМЕНГІ ОРТАЛЫҚ")
CA.vouch_for(LOWER)


def person_of(ca: Authority, *, address: bool = False) -> Person:
    """Naming an address for lists or not (erlang/otp #946)."""
    person = ca.person(1, "Қасымов", "Арман", iin=invented_iin(1))
    if not address:
        return person
    point = x509.DistributionPoint([x509.UniformResourceIdentifier("http://a.kz/a.crl")], None, None, None)
    told = person.certificate
    builder = x509.CertificateBuilder(
        told.issuer, told.subject, told.public_key(), told.serial_number, told.not_valid_before_utc,
        told.not_valid_after_utc, list(told.extensions),
    ).add_extension(x509.CRLDistributionPoints([point]), critical=False)  # fmt: skip
    return Person(person.name, person.iin, person.key, builder.sign(ca.key, SHA256()), person.authority)


def listed(
    ca: Authority,
    *people: Person,
    since: dt.datetime = NOW - DAY,
    days: int = 30,
    reason: x509.ReasonFlags | None = None,
    scope: x509.IssuingDistributionPoint | None = None,
) -> bytes:
    builder = x509.CertificateRevocationListBuilder(ca.certificate.subject, since, since + days * DAY)
    builder = builder.add_extension(x509.CRLNumber(1), critical=False)
    if scope:
        builder = builder.add_extension(scope, critical=True)
    for person in people:
        entry = x509.RevokedCertificateBuilder(person.certificate.serial_number, NOW - 40 * DAY)
        if reason:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(ca.key, SHA256()).public_bytes(Encoding.DER)


def forged(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def checked(
    person: Person, *lists: bytes, required: bool = False, brought: tuple[bytes, ...] = (), answers: Any = ()
) -> Checked:
    trust = Trust.load(
        None,
        anchors=[CA.der, LOWER.certificate.public_bytes(Encoding.DER)],
        revocation_required=required,
    ).with_material([], [crl.CertificateList.load(one) for one in lists], answers)
    checker = Checker(trust, NOW)
    evidence = Evidence(PAPER, len(PAPER), (read_cms("a.cms", message_of(PAPER, person)),))
    if brought:
        checker = Checker(trust.with_material([], map(crl.CertificateList.load, brought), []), NOW)
    (found,) = judge_paper(evidence, None, checker).signatures
    return found


def only(*, users: bool = False, authorities: bool = False) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(None, None, users, authorities, None, False, False)  # noqa: FBT003


NO_PROOF = {
    "no list": (),
    "somebody else's": (listed(OTHER),),
    "forged": (forged(listed(CA)),),
    "a namesake's": (listed(NAMESAKE),),
    "run out": (listed(CA, since=NOW - 2000 * DAY),),
    "of tomorrow": (listed(CA, since=NOW + DAY),),
    "of authorities alone": (listed(CA, scope=only(authorities=True)),),
    "all of these": (listed(OTHER), forged(listed(CA)), listed(NAMESAKE), listed(CA, since=NOW - 2000 * DAY)),
}


@pytest.mark.parametrize("address", [False, True])
@pytest.mark.parametrize("lists", NO_PROOF.values(), ids=NO_PROOF)
def test_without_proof_it_is_not_known(lists: tuple[bytes, ...], *, address: bool) -> None:
    person = person_of(CA, address=address)
    for own, beside in ((lists, ()), ((), lists)):
        free = checked(person, *own, brought=beside)
        assert (free.verdict.passed, free.revocation) == (True, UNKNOWN)
        needed = checked(person, *own, brought=beside, required=True)
        assert (needed.verdict.sub, needed.revocation) == ("TRY_LATER", UNKNOWN)


@pytest.mark.parametrize("address", [False, True])
@pytest.mark.parametrize("beside", [(), NO_PROOF["all of these"]])
def test_a_list_that_fits_is_proof(beside: tuple[bytes, ...], *, address: bool) -> None:
    person = person_of(CA, address=address)
    for fitting in (listed(CA), listed(CA, scope=only(users=True)), listed(CA, person_of(CA))):
        for lists in ((fitting, *beside), (*beside, fitting)):
            found = checked(person, *lists, required=True)
            assert (found.verdict.passed, found.revocation) == (True, GOOD)
    assert checked(person, brought=(listed(CA),), required=True).revocation is GOOD


def test_a_list_that_is_none_of_its_authority_never_revokes() -> None:
    person = person_of(CA)
    for lists in ((forged(listed(CA, person)),), (listed(NAMESAKE, person),), (listed(OTHER, person),)):
        assert checked(person, *lists).revocation is UNKNOWN
        assert checked(person, brought=lists).revocation is UNKNOWN
        assert checked(person, listed(CA), *lists, required=True).revocation is GOOD
        assert checked(person, *lists).verdict.passed


@pytest.mark.parametrize("days", [30, 2])
@pytest.mark.parametrize("required", [True, False])
def test_a_revocation_does_not_lapse(days: int, *, required: bool) -> None:
    """Nor is it undone by an older list, still in force, that the paper brings."""
    person = person_of(CA)
    naming = listed(CA, person, since=NOW - 3 * DAY, days=days)
    for lists, brought in (((naming,), ()), ((naming,), (listed(CA, since=NOW - 9 * DAY),)), ((), (naming,))):
        found = checked(person, *lists, brought=brought, required=required)
        assert (found.verdict.sub, found.revocation) == ("REVOKED_NO_POE", REVOKED)


def test_a_certificate_on_hold() -> None:
    person, hold = person_of(CA), x509.ReasonFlags.certificate_hold
    assert checked(person, listed(CA, person, reason=hold)).revocation is REVOKED
    lapsed = listed(CA, person, reason=hold, since=NOW - 9 * DAY, days=3)
    assert checked(person, lapsed).revocation is UNKNOWN
    assert checked(person, lapsed, listed(CA)).revocation is GOOD


def test_every_authority_of_the_chain_must_be_shown() -> None:
    person = person_of(LOWER)
    assert checked(person, listed(LOWER)).revocation is UNKNOWN
    assert checked(person, listed(LOWER), listed(CA), required=True).revocation is GOOD
    lower = Person("", None, LOWER.key, LOWER.certificate, CA.certificate)
    assert checked(person, listed(LOWER), listed(CA, lower)).revocation is REVOKED


def answer(person: Person, ca: Authority, status: ocsp.OCSPCertStatus, since: dt.datetime) -> Any:
    from asn1crypto import ocsp as asn1_ocsp

    revoked = status is ocsp.OCSPCertStatus.REVOKED
    built = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            person.certificate, person.authority, SHA256(), status, since, since + 30 * DAY,
            NOW - 40 * DAY if revoked else None, None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, ca.certificate)
        .sign(ca.key, SHA256())
    )  # fmt: skip
    return asn1_ocsp.OCSPResponse.load(built.public_bytes(Encoding.DER))


def test_answers_of_the_authority_itself() -> None:
    person, good, gone = person_of(CA), ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED
    old = answer(person, CA, good, NOW - 9 * DAY)
    new = answer(person, CA, gone, NOW - DAY)
    assert checked(person, answers=[old], required=True).revocation is GOOD
    assert checked(person, answers=[new]).revocation is REVOKED
    assert (
        checked(person, answers=[answer(person, OTHER, good, NOW - DAY)], required=True).verdict.sub
        == "TRY_LATER"
    )
    assert checked(person, answers=[answer(person, OTHER, gone, NOW - DAY)]).revocation is UNKNOWN
    assert checked(person, listed(CA, person), answers=[old]).revocation is REVOKED


def test_a_list_that_cannot_be_read_accuses_nobody() -> None:
    person = person_of(CA)
    for broken in (b"", b"\x30\x03\x02\x01\x01", listed(CA)[:60]):
        try:
            material = crl.CertificateList.load(broken)
        except ValueError:
            continue
        trust = Trust.load(None, anchors=[CA.der]).with_material([], [material], [])
        evidence = Evidence(PAPER, len(PAPER), (read_cms("a.cms", message_of(PAPER, person)),))
        assert judge_paper(evidence, None, Checker(trust, NOW)).verdict.passed


def test_the_doctor_tells_which_list_counts_and_until_when(tmp_path: Path) -> None:
    (tmp_path / "root.cer").write_bytes(CA.der)
    (tmp_path / "a.crl").write_bytes(listed(CA))
    tmp_path.chmod(0o755)
    told = {check.code: check for check in trust_checks(tmp_path, NOW)}
    assert told["trust_list"].params["until"] == (NOW + 29 * DAY).date()
    for name, data in (("b.crl", forged(listed(CA))), ("c.crl", listed(NAMESAKE)), ("d.crl", listed(OTHER))):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "e.crl").write_bytes(listed(CA, since=NOW - 99 * DAY))
    checks = [c for c in trust_checks(tmp_path, NOW) if c.code.startswith("trust_list")]
    assert [c.code for c in checks] == ["trust_list", *["trust_list_unsigned"] * 3, "trust_list_old"]
    assert {c.state for c in checks if c.code != "trust_list"} == {State.MIND}
