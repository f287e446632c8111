"""Signatures in files of their own, by the national algorithms and by RSA and EC."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms, crl, ocsp, pem
from asn1crypto import x509 as asn1_x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko_certvalidator.errors import InvalidCertificateError
from pyhanko_certvalidator.validate import async_validate_path

from pipeline.domain.errors import CorruptError
from pipeline.signatures.cms import read_cms
from pipeline.signatures.expected import Signer
from pipeline.signatures.national import SignatureValidator
from pipeline.signatures.paper import Evidence, Judged
from pipeline.signatures.signature import _USAGE, Checker, Revocation
from pipeline.signatures.trust import Asked, Trust
from pipeline.signatures.verdict import Indication
from tests.signatures.gost_people import (
    KZ_PKI,
    SIGNATURE_2004,
    SIGNATURE_2015,
    GostPerson,
    authority,
    cms_of,
    person,
)
from tests.signatures.judging import judge_paper
from tests.signatures.papers import protocol_pdf
from tests.signatures.people import Authority, invented_iin, message_of

NOW = dt.datetime(2026, 3, 2, 10, 30, tzinfo=dt.UTC)
THEN = dt.datetime(2022, 10, 1, tzinfo=dt.UTC)
PAPER = protocol_pdf()
NAMES = (("Қасымов", "Арман", "Бекетұлы"), ("Мұқанова", "Айнұр", "Ерланқызы"))
ROOTS = {algorithm: authority(algorithm) for algorithm in (SIGNATURE_2015, SIGNATURE_2004)}
PEOPLE = {
    algorithm: [person(root, *name, invented_iin(n)) for n, name in enumerate(NAMES)]
    for algorithm, root in ROOTS.items()
}
EXPECTED = tuple(Signer(f"m{n}", " ".join(name), invented_iin(n)) for n, name in enumerate(NAMES))
ALGORITHMS = [SIGNATURE_2015, SIGNATURE_2004]


def published(name: str) -> asn1_x509.Certificate:
    return next(iter(load_certs_from_pemder_data((KZ_PKI / name).read_bytes())))


def trust(algorithm: str) -> Trust:
    return Trust.load(None, anchors=[ROOTS[algorithm].certificate.dump()])


def judged(algorithm: str, *files: bytes, pdf: bytes = PAPER, made: bytes = PAPER) -> Judged:
    beside = tuple(read_cms(f"{n}.cms", data) for n, data in enumerate(files))
    return judge_paper(Evidence(pdf, len(made), beside), EXPECTED, Checker(trust(algorithm), NOW))


# --- published material ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("certificate", "issuer"),
    [
        ("go_root_test_gost_2022.cer", "go_root_test_gost_2022.cer"),
        ("go_nca_gost2022_test.cer", "go_root_test_gost_2022.cer"),
        ("root_gost.pem", "root_gost.pem"),
        ("root_gost_2020.cer", "root_gost_2020.cer"),
        ("root_gost_2022.pem", "root_gost_2022.pem"),
        ("nca_gost.pem", "root_gost.pem"),
        ("nca_gost_2022.pem", "root_gost_2022.pem"),
        ("t_ceo_valid_sign_2004_gost.cer", "t_nca_gost_test.crt"),
    ],
)
def test_published_certificates(certificate: str, issuer: str) -> None:
    child, parent = published(certificate), published(issuer)
    body, value = child["tbs_certificate"].dump(), child["signature_value"].native
    check = SignatureValidator().validate_signature
    check(value, body, parent.public_key, child["signature_algorithm"])
    tampered = body[:-5] + bytes([body[-5] ^ 1]) + body[-4:]
    with pytest.raises(InvalidSignature):
        check(value, tampered, parent.public_key, child["signature_algorithm"])
    other = published(
        "go_root_test_gost_2022.cer" if issuer == "root_gost_2022.pem" else "root_gost_2022.pem"
    )
    with pytest.raises(InvalidSignature):
        check(value, body, other.public_key, child["signature_algorithm"])


@pytest.mark.parametrize(
    ("name", "issuer"),
    [
        ("t_nca_gost2022_test.crl", "t_nca_gost2015_test.cer"),
        ("t_nca_gost_test.crl", "t_nca_gost_test.crt"),
        ("t_nca_rsa_test.crl", "t_nca_rsa_test.crt"),
    ],
)
def test_published_revocation_lists(name: str, issuer: str) -> None:
    known = crl.CertificateList.load((KZ_PKI / name).read_bytes())
    key = published(issuer).public_key
    body, value = known["tbs_cert_list"].dump(), known["signature"].native
    check = SignatureValidator().validate_signature
    check(value, body, key, known["signature_algorithm"])
    with pytest.raises(InvalidSignature):
        check(value, body[::-1], key, known["signature_algorithm"])


@pytest.mark.parametrize(
    "name", ["t_ocsp_response_ceo_2015_revoked.bin", "t_ocsp_response_individual_sign_2004.bin"]
)
def test_published_ocsp_answers(name: str) -> None:
    answer = ocsp.OCSPResponse.load((KZ_PKI / name).read_bytes())
    basic = answer["response_bytes"]["response"].parsed
    key = basic["certs"][0].public_key
    body, value = basic["tbs_response_data"].dump(), basic["signature"].native
    check = SignatureValidator().validate_signature
    check(value, body, key, basic["signature_algorithm"])
    with pytest.raises(InvalidSignature):
        check(value, body + b"\0", key, basic["signature_algorithm"])


def test_published_message_with_its_chain() -> None:
    """Made by NCALayer; the paper it signs is not published, its digest stands in it."""
    file = read_cms("one_gost.cms", (KZ_PKI / "one_gost.cms").read_bytes())
    assert file.content is None
    assert file.is_national
    checker = Checker(_published_trust(), THEN)
    (signer,) = file.signers
    digest = next(
        a["values"][0].native
        for a in signer["signer_infos"][0]["signed_attrs"]
        if a["type"].native == "message_digest"
    )
    status = checker._status(signer, digest, THEN, Asked.NOTHING)
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert checker._status(signer, digest[::-1], THEN, Asked.NOTHING).intact is False


def test_published_message_over_another_paper() -> None:
    file = read_cms("one_gost.cms", (KZ_PKI / "one_gost.cms").read_bytes())
    found = judge_paper(Evidence(PAPER, len(PAPER), (file,)), EXPECTED, Checker(_published_trust(), THEN))
    assert found.verdict == found.signatures[0].verdict
    assert found.verdict.sub == "HASH_FAILURE"


def _published_trust() -> Trust:
    """As a folder of them is read."""
    names = ("go_root_test_gost_2022.cer", "t_nca_gost2015_test.cer")
    known = Trust.load(None, anchors=[published(n).dump() for n in names])
    return known.with_material(
        [], [crl.CertificateList.load((KZ_PKI / "t_nca_gost2022_test.crl").read_bytes())], []
    )


def test_published_rsa_chain_through_the_same_way() -> None:
    known = Trust.load(None, anchors=[published(n).dump() for n in ("root_rsa_2020.cer", "nca_rsa_2022.cer")])
    context = known.context(dt.datetime(2025, 1, 1, tzinfo=dt.UTC), Asked.NOTHING)

    async def paths() -> int:
        found = [p async for p in context.path_builder.async_build_paths_lazy(published("nca_rsa_2022.cer"))]
        for path in found:
            await async_validate_path(context, path)
        return len(found)

    assert asyncio.run(paths()) == 1


# --- made here, by the same algorithms --------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("attached", [False, True])
def test_two_signers_of_one_paper(algorithm: str, *, attached: bool) -> None:
    message = cms_of(PAPER, *PEOPLE[algorithm], when=NOW, attached=attached)
    found = judged(algorithm, message)
    assert [s.verdict.indication for s in found.signatures] == [Indication.PASSED] * 2
    assert found.tally.signed == EXPECTED
    assert found.preliminary
    assert found.signatures[0].claimed_at == NOW
    assert "ГОСТ" in found.signatures[0].algorithm
    assert found.signatures[0].revocation is Revocation.UNKNOWN


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_in_a_file_of_its_own(algorithm: str) -> None:
    one, two = (cms_of(PAPER, p, when=NOW) for p in PEOPLE[algorithm])
    assert judged(algorithm, one).tally.missing == EXPECTED[1:]
    assert judged(algorithm, one, two).tally.signed == EXPECTED


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_changed_paper(algorithm: str) -> None:
    message = cms_of(PAPER, PEOPLE[algorithm][0], when=NOW)
    changed = PAPER[:500] + bytes([PAPER[500] ^ 1]) + PAPER[501:]
    found = judged(algorithm, message, pdf=changed)
    assert found.signatures[0].verdict.sub == "HASH_FAILURE"
    assert found.verdict.indication is Indication.FAILED


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_changed_signature(algorithm: str) -> None:
    message = bytearray(cms_of(PAPER, PEOPLE[algorithm][0], when=NOW))
    message[-10] ^= 1
    found = judged(algorithm, bytes(message))
    assert found.signatures[0].verdict.sub == "SIG_CRYPTO_FAILURE"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_changed_time(algorithm: str) -> None:
    """The signed attributes are covered."""
    message = cms_of(PAPER, PEOPLE[algorithm][0], when=NOW)
    found = judged(algorithm, message.replace(b"260302103000Z", b"260102103000Z"))
    assert found.signatures[0].verdict.sub == "SIG_CRYPTO_FAILURE"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_foreign_authority(algorithm: str) -> None:
    stranger = person(authority(algorithm, "БӨТЕН ОРТАЛЫҚ"), *NAMES[0], invented_iin(0))
    found = judged(algorithm, cms_of(PAPER, stranger, when=NOW))
    assert found.signatures[0].verdict.sub == "NO_CERTIFICATE_CHAIN_FOUND"


def test_a_certificate_that_its_authority_did_not_sign() -> None:
    """The name of the authority alone vouches for nothing."""
    root, fake = ROOTS[SIGNATURE_2015], authority(SIGNATURE_2015)
    pretended = GostPerson(fake.key, root.certificate, root.algorithm)
    found = judged(SIGNATURE_2015, cms_of(PAPER, person(pretended, *NAMES[0], invented_iin(0)), when=NOW))
    assert not found.verdict.passed
    assert found.tally.signed == ()
    assert found.tally.whose == {0: EXPECTED[0]}, "it is told whose it claims to be"


def test_an_attached_paper_that_is_another() -> None:
    message = cms_of(b"%PDF another", PEOPLE[SIGNATURE_2015][0], when=NOW, attached=True)
    assert judged(SIGNATURE_2015, message).signatures[0].verdict.sub == "HASH_FAILURE"


@pytest.mark.parametrize("number", [0, 1])
def test_rsa_and_ec(number: int) -> None:
    ca = Authority()
    signer = ca.person(number, *NAMES[number], iin=invented_iin(number))
    file = read_cms("a.p7s", message_of(PAPER, signer))
    known = Trust.load(None, anchors=[ca.der])
    found = judge_paper(Evidence(PAPER, len(PAPER), (file,)), EXPECTED, Checker(known, NOW))
    assert found.tally.signed == (EXPECTED[number],)
    assert found.verdict.passed
    assert not found.preliminary


@pytest.mark.parametrize(
    "form", [lambda d: d, lambda d: pem.armor("CMS", d), base64.b64encode, base64.encodebytes]
)
def test_forms_a_file_comes_in(form) -> None:
    message = cms_of(PAPER, PEOPLE[SIGNATURE_2015][0], when=NOW)
    assert read_cms("a.sig", form(message)).fits(PAPER)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"0" * 100,
        b"\x30\x84\xff\xff\xff\xff",
        PAPER,
        bytes(5000),
        b"-----BEGIN CMS-----\nAA\n-----END CMS-----",
    ],
)
def test_what_is_no_signature(data: bytes) -> None:
    with pytest.raises(CorruptError):
        read_cms("a.cms", data)


def test_every_cut_of_a_message_is_refused() -> None:
    message = cms_of(PAPER, PEOPLE[SIGNATURE_2004][0], when=NOW)
    for end in range(0, len(message), 37):
        with pytest.raises(CorruptError):
            read_cms("a.cms", message[:end])


@pytest.mark.parametrize("digest", ["shake128", "shake256", "1.2.3.4"])
def test_a_digest_of_no_fixed_length_fits_nothing(digest: str) -> None:
    message = cms.ContentInfo.load(cms_of(PAPER, PEOPLE[SIGNATURE_2015][0], when=NOW))
    message["content"]["signer_infos"][0]["digest_algorithm"] = {"algorithm": digest}
    file = read_cms("a.cms", message.dump(force=True))
    assert not file.fits(PAPER)
    found = judge_paper(Evidence(PAPER, len(PAPER), (file,)), EXPECTED, Checker(trust(SIGNATURE_2015), NOW))
    assert found.signatures[0].verdict.sub == "HASH_FAILURE"


def test_an_attribute_without_a_value() -> None:
    message = cms.ContentInfo.load(cms_of(PAPER, PEOPLE[SIGNATURE_2015][0], when=NOW))
    for attribute in message["content"]["signer_infos"][0]["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            attribute["values"] = []
    with pytest.raises(CorruptError):
        read_cms("a.cms", message.dump(force=True))


@pytest.fixture(scope="module")
def openssl_keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Authority]:
    """Keys and certificates as the program takes them."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    folder, ca = tmp_path_factory.mktemp("openssl"), Authority()
    for number in (0, 1):
        person_ = ca.person(2 * number + 1, *NAMES[number], iin=invented_iin(number))
        secret = person_.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{number}.pem").write_bytes(secret + person_.certificate.public_bytes(Encoding.PEM))
    (folder / "paper.pdf").write_bytes(PAPER)
    return folder, ca


@pytest.mark.parametrize(
    ("options", "signed", "why"),
    [
        ("", 1, ""),
        ("-stream", 1, ""),
        ("-stream -nodetach", 1, ""),
        ("-nodetach -signer 1.pem", 2, ""),
        ("-cades -keyid", 1, ""),
        ("-md sha1", 0, "CRYPTO_CONSTRAINTS_FAILURE"),
        ("-nocerts", 0, "NO_SIGNING_CERTIFICATE_FOUND"),
    ],
)
def test_made_by_another_program(
    openssl_keys: tuple[Path, Authority], options: str, signed: int, why: str
) -> None:
    """Of definite length or not (as Java's libraries write), detached or with the paper, by one or two."""
    folder, ca = openssl_keys
    command = f"openssl cms -sign -binary -in paper.pdf -outform DER -signer 0.pem {options}"
    message = subprocess.run(command.split(), cwd=folder, capture_output=True, check=True).stdout
    known = Trust.load(None, anchors=[ca.der])
    evidence = Evidence(PAPER, len(PAPER), (read_cms("a.cms", message),))
    found = judge_paper(evidence, EXPECTED, Checker(known, NOW))
    assert len(found.tally.signed) == signed
    assert found.signatures[0].verdict.sub == why


def test_a_message_without_signers() -> None:
    empty = cms_of(PAPER, when=NOW)
    with pytest.raises(CorruptError):
        read_cms("a.cms", empty)
    assert cms.ContentInfo.load(empty)["content"]["signer_infos"].native == []


# --- what a stranger may put into a file --------------------------------------------------------------------


def _with_certificates(message: bytes, certificates: list[asn1_x509.Certificate]) -> bytes:
    told = cms.ContentInfo.load(message)
    own = [choice.chosen for choice in told["content"]["certificates"]]
    told["content"]["certificates"] = [*own, *certificates]
    return bytes(told.dump(force=True))


def test_a_mesh_of_authorities_ends() -> None:
    """Twelve of one name that may have issued each other: twelve factorial chains to none of ours."""
    authority_ = Authority("ТОР")
    one = authority_.person(1, *NAMES[0], iin=invented_iin(0))
    mesh = [asn1_x509.Certificate.load(Authority("ТОР").der) for _ in range(12)]
    found = judge_paper(
        Evidence(PAPER, len(PAPER), (read_cms("a.cms", _with_certificates(message_of(PAPER, one), mesh)),)),
        EXPECTED,
        Checker(Trust.load(None, anchors=[Authority().der]), NOW),
    )
    assert found.signatures[0].verdict.sub == "NO_CERTIFICATE_CHAIN_FOUND"


def test_certificates_are_read_once_for_all_signers() -> None:
    root = Authority()
    people = [root.person(n, *NAMES[0], iin=invented_iin(n)) for n in range(3)]
    told = cms.ContentInfo.load(message_of(PAPER, people[0]))
    others = [cms.ContentInfo.load(message_of(PAPER, p))["content"] for p in people[1:]]
    signed = told["content"]
    signed["signer_infos"] = [s["signer_infos"][0] for s in (signed, *others)]
    signed["certificates"] = [c.chosen for s in (signed, *others) for c in s["certificates"]]
    file = read_cms("a.cms", told.dump(force=True))
    assert [len(s["certificates"]) for s in file.signers] == [1, 1, 1]
    assert len(file.certificates) >= 3
    found = judge_paper(
        Evidence(PAPER, len(PAPER), (file,)), None, Checker(Trust.load(None, anchors=[root.der]), NOW)
    )
    assert [s.verdict.indication for s in found.signatures] == [Indication.PASSED] * 3


def test_a_chain_that_another_signer_brings_counts() -> None:
    """As before: the authority's certificate stands in the file once, whoever brought it."""
    root = Authority()
    message = message_of(PAPER, root.person(1, *NAMES[0], iin=invented_iin(0)))
    file = read_cms("a.cms", message)
    assert {c.subject.native["common_name"] for c in file.certificates} >= {"СЫНАҚ ОРТАЛЫҒЫ"}


def test_thousands_of_certificates_are_no_signature_of_ours() -> None:
    root = Authority()
    one = root.person(1, *NAMES[0], iin=invented_iin(0))
    many = [asn1_x509.Certificate.load(root.der)] * 500
    with pytest.raises(CorruptError) as raised:
        read_cms("a.cms", _with_certificates(message_of(PAPER, one), many))
    assert str(raised.value.params["why"]).startswith("certificates")


# --- what a certificate is for (RFC 5280, 4.2.1.12) -----------------------------------------------------------

_PERSON = ObjectIdentifier("1.2.398.3.3.4.1.1")
_HEAD = ObjectIdentifier("1.2.398.3.3.4.1.2.1")
_DOCUMENTS = ObjectIdentifier("1.3.6.1.5.5.7.3.36")


@pytest.mark.parametrize(
    ("purposes", "signs"),
    [
        ((), True),
        ((ExtendedKeyUsageOID.EMAIL_PROTECTION, _PERSON), True),
        ((ExtendedKeyUsageOID.EMAIL_PROTECTION,), True),
        ((_HEAD,), True),
        ((_DOCUMENTS,), True),
        ((ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,), True),
        ((ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH), True),
        ((ExtendedKeyUsageOID.SERVER_AUTH,), False),
        ((ExtendedKeyUsageOID.CLIENT_AUTH,), False),
        ((ExtendedKeyUsageOID.TIME_STAMPING,), False),
        ((ExtendedKeyUsageOID.OCSP_SIGNING,), False),
        ((ExtendedKeyUsageOID.CODE_SIGNING, ExtendedKeyUsageOID.SERVER_AUTH), False),
    ],
)
def test_what_a_certificate_is_for(purposes: tuple[ObjectIdentifier, ...], *, signs: bool) -> None:
    root = Authority()
    one = root.person(1, *NAMES[0], iin=invented_iin(0), purposes=purposes)
    found = judge_paper(
        Evidence(PAPER, len(PAPER), (read_cms("a.cms", message_of(PAPER, one)),)),
        None,
        Checker(Trust.load(None, anchors=[root.der]), NOW),
    )
    assert found.signatures[0].verdict.sub == ("" if signs else "CHAIN_CONSTRAINTS_FAILURE")


@pytest.mark.parametrize(
    ("purposes", "vouches"),
    [
        ((), True),
        ((ExtendedKeyUsageOID.EMAIL_PROTECTION,), True),
        ((_PERSON, ExtendedKeyUsageOID.CLIENT_AUTH), True),
        ((ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,), True),
        ((ExtendedKeyUsageOID.SERVER_AUTH,), False),
        ((ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING), False),
    ],
)
def test_what_an_authority_between_vouches_for(
    purposes: tuple[ObjectIdentifier, ...], *, vouches: bool
) -> None:
    """One made for servers makes nobody's signature."""
    root, lower = Authority("ТҮБІР"), Authority("АРАЛЫҚ")
    root.vouch_for(lower, purposes)
    one = lower.person(1, *NAMES[0], iin=invented_iin(0))
    found = judge_paper(
        Evidence(PAPER, len(PAPER), (read_cms("a.cms", message_of(PAPER, one)),)),
        None,
        Checker(Trust.load(None, anchors=[root.der]), NOW),
    )
    assert found.signatures[0].verdict.sub == ("" if vouches else "CHAIN_CONSTRAINTS_FAILURE")


@pytest.mark.parametrize(
    ("name", "signs"),
    [
        ("t_individual_valid_sign_2004_rsa.cer", True),
        ("t_ceo_valid_sign_2004_gost.cer", True),
        ("t_individual_valid_sign_2004_rsa_auth.cer", False),
    ],
)
def test_published_certificates_and_what_they_are_for(name: str, *, signs: bool) -> None:
    if signs:
        _USAGE.validate(published(name))
    else:
        with pytest.raises(InvalidCertificateError):
            _USAGE.validate(published(name))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "ascii"])
@pytest.mark.parametrize("form", [lambda d: pem.armor("CMS", d), base64.b64encode, base64.encodebytes])
def test_text_as_editors_save_it(form, encoding: str, tmp_path: Path) -> None:
    """PEM and base64 with a byte order mark, or as PowerShell writes them (openssl/openssl #6281)."""
    signer = Authority().person(1, *NAMES[1], iin=invented_iin(1))
    text = form(message_of(PAPER, signer)).decode().replace("\n", "\r\n")
    assert read_cms("a.cms", text.encode(encoding)).fits(PAPER)
    der = signer.authority.public_bytes(Encoding.DER)
    armoured = pem.armor("CERTIFICATE", der) if form is not base64.b64encode else base64.b64encode(der)
    (tmp_path / "root.cer").write_bytes(armoured.decode().encode(encoding))
    assert Trust.load(tmp_path).anchors[0].dump() == der


def test_a_paper_with_pem_in_it_is_no_pem() -> None:
    paper = b"-----BEGIN LETTER-----\nAAAA\n-----END LETTER-----\n"
    signer = Authority().person(1, *NAMES[1], iin=invented_iin(1))
    assert read_cms("a.cms", message_of(paper, signer)).fits(paper)
