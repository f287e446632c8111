"""Signing by the national algorithms, for tests alone: certificates and messages as NCALayer makes them."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asn1crypto import cms, core, x509

from pipeline.signatures.gost.curve import CRYPTOPRO_A, TC26_512_A, Curve
from pipeline.signatures.national import SIGNATURES, digest_of

KZ_PKI = Path(__file__).with_name("kz_pki")
SIGNATURE_2015, SIGNATURE_2004 = "1.2.398.3.10.1.1.2.3.2", "1.2.398.3.10.1.1.1.2"
DIGEST_OF = {SIGNATURE_2015: "1.2.398.3.10.1.3.3", SIGNATURE_2004: "1.2.398.3.10.1.3.1"}
CURVE_OF = {SIGNATURE_2015: TC26_512_A, SIGNATURE_2004: CRYPTOPRO_A}
FROM, UNTIL = dt.datetime(2025, 1, 1, tzinfo=dt.UTC), dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class GostKey:
    curve: Curve
    secret: int = field(default_factory=lambda: int.from_bytes(os.urandom(31), "big") + 1)

    @property
    def public(self) -> bytes:
        x, y, z = self.curve._sum(self.secret, 0, self.curve.base)
        p = self.curve.p
        point = x * pow(z, -2, p) % p, y * pow(z, -3, p) % p
        return b"".join(n.to_bytes(self.curve.size, "little") for n in point)

    def sign(self, digest: bytes) -> bytes:
        q = self.curve.q
        e = int.from_bytes(digest, "little") % q or 1
        k = int.from_bytes(hashlib.sha512(digest + str(self.secret).encode()).digest(), "big") % (q - 1) + 1
        r = (self.curve.sum_x(k, 0, self.curve.base) or 0) % q
        s = (r * self.secret + k * e) % q
        return b"".join(n.to_bytes(self.curve.size, "little") for n in (r, s))


@dataclass(frozen=True)
class GostPerson:
    key: GostKey
    certificate: Any
    algorithm: str


def template(algorithm: str) -> Any:
    """A published certificate of that algorithm, whose fields are replaced."""
    name = "go_root_test_gost_2022.cer" if algorithm == SIGNATURE_2015 else "root_gost_2020.cer"
    return x509.Certificate.load((KZ_PKI / name).read_bytes())


def certificate(
    algorithm: str,
    subject: dict[str, str],
    key: GostKey,
    issuer: GostPerson | None,
    *,
    authority: bool = False,
) -> Any:
    made = template(algorithm)
    tbs = made["tbs_certificate"]
    name = x509.Name.build(subject)
    own = tbs["subject_public_key_info"]
    bits = core.OctetString(key.public).dump()
    algorithm_part = own["algorithm"].dump()
    spki_body = algorithm_part + b"\x03" + _length(len(bits) + 1) + b"\0" + bits
    spki = type(own).load(b"\x30" + _length(len(spki_body)) + spki_body)
    usage = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature", "non_repudiation"}
    extensions = [
        {"extn_id": "key_usage", "critical": True, "extn_value": x509.KeyUsage(usage)},
        {
            "extn_id": "basic_constraints",
            "critical": True,
            "extn_value": x509.BasicConstraints({"ca": authority}),
        },
    ]
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": int.from_bytes(os.urandom(16), "big"),
            "signature": made["signature_algorithm"],
            "issuer": issuer.certificate.subject if issuer else name,
            "validity": {
                "not_before": x509.Time({"utc_time": FROM}),
                "not_after": x509.Time({"utc_time": UNTIL}),
            },
            "subject": name,
            "subject_public_key_info": spki,
            "extensions": extensions,
        }
    )
    signer = issuer.key if issuer else key
    value = signer.sign(SIGNATURES[algorithm].digest(body.dump()))
    whole = x509.Certificate(
        {
            "tbs_certificate": body,
            "signature_algorithm": made["signature_algorithm"],
            "signature_value": value,
        }
    )
    return x509.Certificate.load(whole.dump())


def authority(algorithm: str = SIGNATURE_2015, name: str = "СЫНАҚ ОРТАЛЫҒЫ") -> GostPerson:
    key = GostKey(CURVE_OF[algorithm])
    subject = {"common_name": name, "country_name": "KZ"}
    return GostPerson(key, certificate(algorithm, subject, key, None, authority=True), algorithm)


def person(root: GostPerson, surname: str, given: str, patronymic: str, iin: str) -> GostPerson:
    key = GostKey(root.key.curve)
    subject = {
        "common_name": f"{surname} {given}".upper(),
        "surname": surname.upper(),
        "serial_number": f"IIN{iin}",
        "country_name": "KZ",
        "given_name": patronymic.upper(),
    }
    return GostPerson(key, certificate(root.algorithm, subject, key, root), root.algorithm)


def cms_of(content: bytes, *signers: GostPerson, when: dt.datetime, attached: bool = False) -> bytes:
    """A message of these signers, in DER."""
    infos = [_signer_info(content, signer, when) for signer in signers]
    inner: dict[str, Any] = {"content_type": "data"}
    if attached:
        inner["content"] = content
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": DIGEST_OF[s.algorithm]} for s in signers],
            "encap_content_info": inner,
            "certificates": [s.certificate for s in signers],
            "signer_infos": infos,
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _signer_info(content: bytes, signer: GostPerson, when: dt.datetime) -> Any:
    national = SIGNATURES[signer.algorithm]
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "signing_time", "values": [cms.Time({"utc_time": when})]},
            {"type": "message_digest", "values": [digest_of(content, DIGEST_OF[signer.algorithm])]},
        ]
    )
    certificate = signer.certificate
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": {
                "issuer_and_serial_number": {
                    "issuer": certificate.issuer,
                    "serial_number": certificate.serial_number,
                }
            },
            "digest_algorithm": {"algorithm": DIGEST_OF[signer.algorithm]},
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": signer.algorithm},
            "signature": signer.key.sign(national.digest(attributes.dump())),
        }
    )


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    body = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body
