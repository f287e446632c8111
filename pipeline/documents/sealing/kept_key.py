"""A key loaded once, and a signature at a given time: what the seal and a person's signature share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko_certvalidator.registry import CertificateStore, SimpleCertificateStore

Key = RSAPrivateKey | EllipticCurvePrivateKey

RESERVED: Final = 16384
"""Hexadecimal digits kept free for the signature; a fixed room spares a trial signature each time."""


class KeptKeySigner(Signer):
    """Signs with a key object kept in memory; pyHanko's own signer reads the key anew for each signature."""

    def __init__(self, key: Key, certificate: Any, others: Iterable[Any]) -> None:
        super().__init__(signing_cert=certificate, cert_registry=_store(others))
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002, FBT001, FBT002  # the library's signature
        """As the library asks for it."""
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), SHA256())
        return self._key.sign(data, ECDSA(SHA256()))


class PdfSignerAt(PdfSigner):
    """Puts the given time into the signature and not the clock's; other arguments are the library's."""

    def __init__(self, about: PdfSignatureMetadata, signer: Signer, when: datetime, **others: Any) -> None:
        super().__init__(about, signer, **others)
        self._when = when

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:  # noqa: FBT001, FBT002  # the library's signature
        """As the library asks for it."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._when
        return session


def as_asn1(certificate: Certificate) -> Any:
    """The certificate as pyHanko takes it."""
    return loaded(certificate.public_bytes(Encoding.DER))


def loaded(certificate: bytes) -> Any:
    """A certificate in DER or PEM as pyHanko takes it."""
    return next(iter(load_certs_from_pemder_data(certificate)))


def _store(certificates: Iterable[Any]) -> CertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the library's, without annotations
    store.register_multiple(certificates)
    return store
