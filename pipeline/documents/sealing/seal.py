"""The body's electronic seal on a PDF: PAdES B-B, invisible, added as an increment (ETSI EN 319 142-1).

The key is loaded once and kept. Where the body has none yet, a local test authority stands in and says so.
"""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from asn1crypto.cms import ContentInfo
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import Certificate
from pydantic import TypeAdapter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.generic_cms import async_validate_cms_signature
from pyhanko_certvalidator import ValidationContext

from pipeline.documents.sealing.kept_key import RESERVED, KeptKeySigner, Key, as_asn1, loaded
from pipeline.documents.sealing.local_authority import TEST_NAME, ensure_authority
from pipeline.documents.sealing.seal_room import About, Room, fill, make_room
from pipeline.domain.errors import CorruptError, MachineError
from pipeline.system.files import read_file

FIELD: Final = "JekeSeal"

# The library logs signers' names and tracebacks; neither belongs into our logs. Its verdicts are returned.
for _logger in map(logging.getLogger, ("pyhanko", "pyhanko_certvalidator")):
    _logger.setLevel(logging.CRITICAL)


class Sealer:
    """A key with its certificate, loaded once.

    `subject` is the certificate's common name, `not_after` the end of its validity, `is_test` whether it
    comes from the local test authority, `roots` the authorities that came with the key, in DER.
    """

    def __init__(self, key: Key, certificate: Certificate, others: Iterable[Certificate]) -> None:
        chain = [as_asn1(c) for c in others]
        own = as_asn1(certificate)
        self.subject = _common_name(own)
        self.not_after = certificate.not_valid_after_utc
        self.is_test = self.subject == TEST_NAME
        self.roots = tuple(c.dump() for c in chain if c.subject == c.issuer)
        self._signer = KeptKeySigner(key, own, chain)

    @classmethod
    def from_pkcs12(cls, path: Path, passphrase: bytes) -> Self:
        """The body's own key from a PKCS#12 file.

        Raises:
            MachineError: `seal_key` where it cannot be opened with the passphrase or holds no RSA or EC key.
        """
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(read_file(path), passphrase or None)
        except (OSError, ValueError) as error:
            raise MachineError("seal_key", file=path.name, why=type(error).__name__) from error
        if certificate is None or not isinstance(key, Key):
            raise MachineError("seal_key", file=path.name, why="no usable key")
        return cls(key, certificate, others)

    @classmethod
    def test_authority(cls, folder: Path) -> Self:
        """The local test authority's key, made in `folder` at first use and loaded afterwards.

        Raises:
            MachineError: `seal_folder` or `seal_key`.
        """
        return cls.from_pkcs12(ensure_authority(folder), b"")

    def seal(self, pdf: bytes, *, reason: str, when: datetime) -> bytes:
        """Our own PDF with the seal appended; what was there stays, byte for byte.

        `when` carries its time zone. A further seal goes into a field of its own.

        Raises:
            MachineError: `seal_failed`.
        """
        try:
            about = self.about(reason, when)
            return self.seal_room(pdf, make_room(pdf, about), about)
        except Exception as error:
            raise MachineError("seal_failed", why=type(error).__name__) from error

    def about(self, reason: str, when: datetime) -> About:
        """What the seal will say."""
        return About(FIELD, self.subject, reason, when, RESERVED)

    def seal_room(self, pdf: bytes, room: Room, about: About) -> bytes:
        """The PDF with the seal in the room that was made for it; nothing of it is parsed.

        Raises:
            RoomError: it is no such room.
        """
        attributes = PdfCMSSignedAttributes(signing_time=about.when)

        def sign(digest: bytes) -> bytes:
            signing = self._signer.async_sign(
                digest, "sha256", use_pades=True, signed_attr_settings=attributes
            )
            return bytes(asyncio.run(signing).dump())

        return fill(pdf, room, sign, digits=about.digits)

    def seal_data(self, data: bytes, *, when: datetime) -> bytes:
        """The data within a CMS signature of this key (RFC 5652, DER); `when` carries its time zone.

        Raises:
            MachineError: `seal_failed`.
        """
        attributes = PdfCMSSignedAttributes(signing_time=when)
        try:
            sealed = asyncio.run(
                self._signer.async_sign_general_data(
                    data, "sha256", detached=False, signed_attr_settings=attributes
                )
            )
            return bytes(sealed.dump())
        except Exception as error:
            raise MachineError("seal_failed", why=type(error).__name__) from error


def content_of(sealed: bytes) -> bytes:
    """What lies within, unproven.

    Raises:
        CorruptError: `seal_unreadable`.
    """
    try:
        return bytes(ContentInfo.load(sealed)["content"]["encap_content_info"]["content"].native)
    except Exception as error:
        raise CorruptError("seal_unreadable", why=type(error).__name__) from error


def sealed_content(sealed: bytes, roots: Iterable[bytes]) -> bytes:
    """What lies within, as one of these authorities (DER) sealed it.

    Raises:
        CorruptError: `seal_unreadable`; so too where it was changed or another authority's seal is on it.
    """
    content = content_of(sealed)
    try:
        signed = ContentInfo.load(sealed, strict=True)["content"]
        (signer,) = signed["signer_infos"]
        times = [a["values"][0].native for a in signer["signed_attrs"] if a["type"].native == "signing_time"]
        context = ValidationContext(
            trust_roots=[loaded(root) for root in roots], allow_fetching=False, moment=times[0]
        )
        status = asyncio.run(async_validate_cms_signature(signed, validation_context=context))
    except Exception as error:
        raise CorruptError("seal_unreadable", why=type(error).__name__) from error
    if not (status.intact and status.valid and status.trusted):
        raise CorruptError("seal_unreadable", why="signature")
    return content


@dataclass(frozen=True, slots=True)
class SealCheck:
    """What one seal is worth.

    `intact`: what it covers is unchanged and the signature fits the certificate. `whole_file`: nothing was
    added after it. `trusted`: the certificate leads to one of the given roots at the time the seal names;
    with no network, revocation is not asked for. `problem` names why a seal could not be read.
    """

    field: str
    subject: str
    sealed_at: datetime | None
    intact: bool
    whole_file: bool
    trusted: bool
    is_test: bool
    problem: str = ""


CHECKS: Final = TypeAdapter(tuple[SealCheck, ...])
"""How they travel between processes."""


def seals(pdf: bytes, roots: Iterable[bytes] = ()) -> tuple[SealCheck, ...]:
    """Every seal and signature in the file, oldest first; `roots` are certificates in DER.

    Raises:
        CorruptError: `seal_unreadable` where the file cannot be read as a PDF at all.
    """
    try:
        trusted = [loaded(root) for root in roots]
        found = list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
    except Exception as error:
        raise CorruptError("seal_unreadable", why=type(error).__name__) from error
    return tuple(_check(signature, len(pdf), trusted) for signature in found)


def _check(signature: EmbeddedPdfSignature, size: int, roots: Sequence[Any]) -> SealCheck:
    field = str(signature.field_name)
    try:
        sealed_at = signature.self_reported_timestamp
        subject = _common_name(signature.signer_cert)
        context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=sealed_at)
        status = validate_pdf_signature(signature, context)
        start, _, after, length = signature.byte_range
        return SealCheck(
            field=field,
            subject=subject,
            sealed_at=sealed_at,
            intact=status.intact and status.valid,
            whole_file=start == 0 and after + length == size,
            trusted=status.trusted,
            is_test=subject == TEST_NAME,
        )
    except Exception as error:  # noqa: BLE001  # the library raises many kinds on a broken signature
        return SealCheck(
            field,
            "",
            None,
            intact=False,
            whole_file=False,
            trusted=False,
            is_test=False,
            problem=type(error).__name__,
        )


def authority_name(certificate: bytes) -> str:
    """Whom a certificate in DER names, in one line; empty where it does not read."""
    try:
        return str(loaded(certificate).subject.human_friendly)
    except Exception:  # noqa: BLE001  # as above
        return ""


def _common_name(certificate: Any) -> str:
    return str(certificate.subject.native.get("common_name", ""))
