"""A local test authority, so that sealing works before the body has its own key.

Whoever reads a certificate of it sees in Kazakh that it is a test. The authority's own key is thrown away, so
it can never issue anything again.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from pipeline.documents.sealing.key_files import TEST_SEAL
from pipeline.domain.errors import MachineError
from pipeline.system.files import place_once

TEST_NAME: Final = "СЫНАҚ МӨРІ (jeke-is)"
AUTHORITY_NAME: Final = "СЫНАҚ КУӘЛАНДЫРУ ОРТАЛЫҒЫ (jeke-is)"
VALID_FROM: Final = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
"""Before the order itself, so that a seal's time never precedes its certificate."""
VALID_UNTIL: Final = dt.datetime(2055, 1, 1, tzinfo=dt.UTC)
DOCUMENT_SIGNING: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""RFC 9336."""
KEY_BITS: Final = 2048


def ensure_authority(folder: Path) -> Path:
    """The PKCS#12 file, made if absent: key, certificate, authority; no passphrase, for its owner only.

    Of two processes that make it at once, one wins and both use its file. A crash leaves the old state.

    Raises:
        MachineError: `seal_folder` where the folder cannot be written.
    """
    path = folder / TEST_SEAL
    try:
        if not path.exists():
            place_once(path, _make())
    except OSError as error:
        raise MachineError("seal_folder", why=type(error).__name__) from error
    return path


def _make() -> bytes:
    authority_key, key = _key(), _key()
    authority_name, name = _name(AUTHORITY_NAME), _name(TEST_NAME)
    authority = (
        _builder(authority_name, authority_name, authority_key.public_key(), authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(authority_key, SHA256())
    )
    certificate = (
        _builder(name, authority_name, key.public_key(), authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .sign(authority_key, SHA256())
    )
    return pkcs12.serialize_key_and_certificates(None, key, certificate, [authority], NoEncryption())


def _key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _name(common_name: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "СЫНАҚ – заңдық күші жоқ")
    country = x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ")
    return x509.Name([country, organisation, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    name: x509.Name, issuer: x509.Name, key: RSAPublicKey, issuer_key: RSAPublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
