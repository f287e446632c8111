"""A small authority with signers' certificates as the national ones name people; invented, made for each run."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pipeline.documents.sealing.kept_key import KeptKeySigner, Key, as_asn1
from pipeline.domain.iin import iin_check_digit

FROM = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
UNTIL = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
TIMESTAMPING = 1000


def invented_iin(number: int) -> str:
    """Synthetic, with a right check digit."""
    for serial in range(number * 10, number * 10 + 10):
        first = f"8503143{serial:04d}"
        digit = iin_check_digit(first)
        if digit is not None:
            return f"{first}{digit}"
    raise AssertionError


@cache
def key_of(number: int) -> Key:
    """RSA for the first and the timestamping authority, EC for the others: those are made at once."""
    if number not in (0, TIMESTAMPING):
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Person:
    """A key with its certificate and its authority's."""

    name: str
    iin: str | None
    key: Key
    certificate: x509.Certificate
    authority: x509.Certificate

    @property
    def signer(self) -> KeptKeySigner:
        return KeptKeySigner(self.key, as_asn1(self.certificate), [as_asn1(self.authority)])

    def pkcs12(self, passphrase: str = "") -> bytes:
        seal = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        return pkcs12.serialize_key_and_certificates(None, self.key, self.certificate, [self.authority], seal)


def message_of(content: bytes, person: Person) -> bytes:
    """A detached CMS of one signer, in DER."""
    digest, signer = hashlib.sha256(content).digest(), person.signer

    async def sign() -> Any:
        attributes = await signer.signed_attrs(digest, "sha256", use_pades=True)
        return await signer.async_sign_prescribed_attributes("sha256", attributes)

    return bytes(asyncio.run(sign()).dump())


@dataclass
class Authority:
    """An authority that vouches for people and takes it back."""

    name: str = "СЫНАҚ ОРТАЛЫҒЫ"
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    revoked: list[tuple[int, dt.datetime]] = field(default_factory=list)

    def __post_init__(self) -> None:
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
                x509.NameAttribute(NameOID.COMMON_NAME, self.name),
            ]
        )
        self.certificate = (
            self._builder(subject, subject, self.key.public_key(), FROM, UNTIL)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
            .sign(self.key, SHA256())
        )

    def vouch_for(self, lower: Authority, purposes: tuple[x509.ObjectIdentifier, ...] = ()) -> None:
        """The lower one's certificate is this one's word from now on."""
        subject, key = lower.certificate.subject, lower.key.public_key()
        builder = (
            self._builder(subject, self.certificate.subject, key, FROM, UNTIL)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        )
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        lower.certificate = builder.sign(self.key, SHA256())

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def person(
        self,
        number: int,
        surname: str,
        given: str,
        patronymic: str = "",
        *,
        iin: str | None = None,
        until: dt.datetime = UNTIL,
        usage: tuple[str, ...] = ("digital_signature", "content_commitment"),
        purposes: tuple[x509.ObjectIdentifier, ...] = (),
    ) -> Person:
        names = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{surname} {given}".upper()),
            x509.NameAttribute(NameOID.SURNAME, surname.upper()),
        ]
        if iin:
            names.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, f"IIN{iin}"))
        if patronymic:
            names.append(x509.NameAttribute(NameOID.GIVEN_NAME, patronymic.upper()))
        key = key_of(number)
        builder = (
            self._builder(x509.Name(names), self.certificate.subject, key.public_key(), FROM, until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(*usage), critical=True)
        )
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        certificate = builder.sign(self.key, SHA256())
        return Person(f"{surname} {given} {patronymic}".strip(), iin, key, certificate, self.certificate)

    def timestamping(self) -> tuple[Any, Any]:
        """A key and certificate that may stamp times."""
        key = key_of(TIMESTAMPING)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "СЫНАҚ УАҚЫТ БЕЛГІСІ")])
        certificate = (
            self._builder(name, self.certificate.subject, key.public_key(), FROM, UNTIL)
            .add_extension(_usage("digital_signature"), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(self.key, SHA256())
        )
        return key, certificate

    def revoke(self, person: Person, at: dt.datetime) -> None:
        self.revoked.append((person.certificate.serial_number, at))

    def crl(self, at: dt.datetime, days: int = 3650) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(at + dt.timedelta(days=days))
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for serial, when in self.revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.DER)

    def _builder(
        self, subject: x509.Name, issuer: x509.Name, key: Any, start: dt.datetime, end: dt.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
        )


def _usage(*names: str) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: name in names for name in every})
