"""A signature in a file of its own (CMS, RFC 5652), as NCALayer makes them: detached or with the paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import cms, core

from pipeline.domain.errors import CorruptError
from pipeline.signatures.armour import unarmoured
from pipeline.signatures.encoding import definite
from pipeline.signatures.national import DIGESTS, digest_of

_SIGNED_DATA: Final = "signed_data"
_MOST_SIGNERS: Final = 100
_MOST_CERTIFICATES: Final = 400
"""A hundred signers with their authorities', and some to spare."""
_LARGEST_CERTIFICATE: Final = 64 << 10
"""Bytes; the national ones have two thousand."""


@dataclass(frozen=True, slots=True)
class SignatureFile:
    """A file with a signature as it came, not read yet."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class CmsFile(SignatureFile):
    """One that was read: the content it carries (None: detached), and each signer on its own.

    A signer stands as a CMS without content, as the library takes it, with the signer's own certificate.
    `certificates` are all that the file brings: they are read once, however many signed.
    """

    content: bytes | None
    signers: tuple[Any, ...]
    certificates: tuple[Any, ...] = ()

    @property
    def is_national(self) -> bool:
        """Whether a signer's digest is a national one."""
        return any(
            s["signer_infos"][0]["digest_algorithm"]["algorithm"].dotted in DIGESTS for s in self.signers
        )

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        """Each signer's digest algorithm and digest, in hexadecimal digits."""
        infos = [s["signer_infos"][0] for s in self.signers]
        return tuple((i["digest_algorithm"]["algorithm"].native, _message_digest(i).hex()) for i in infos)

    def fits(self, candidate: bytes) -> bool:
        """Whether every signer signed exactly these bytes: their digests say so, keys are not asked yet."""
        if self.content is not None and self.content != candidate:
            return False
        return all(_digest_fits(signed, candidate) for signed in self.signers)


def read_cms(name: str, data: bytes) -> CmsFile:
    """DER, PEM or bare base64, in whatever encoding of text.

    Raises:
        CorruptError: `cms_unreadable` where it is no signed message.
    """
    try:
        der, end = definite(plain := unarmoured(data))
        if end != len(plain):
            raise CorruptError("cms_unreadable", why="bytes after the end")
        message = cms.ContentInfo.load(der, strict=True)
        if message["content_type"].native != _SIGNED_DATA:
            raise CorruptError("cms_unreadable", why=message["content_type"].native)
        signed = message["content"]
        brought = _certificates(signed)
        signers = tuple(_one_by_one(signed, brought))
        return CmsFile(name, data, _content(signed), signers, tuple(brought))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise CorruptError("cms_unreadable", why=type(error).__name__) from error


def _certificates(signed: Any) -> list[Any]:
    brought = () if signed["certificates"] is core.VOID else signed["certificates"]
    if len(brought) > _MOST_CERTIFICATES or any(len(c.contents) > _LARGEST_CERTIFICATE for c in brought):
        raise CorruptError("cms_unreadable", why=f"certificates: {len(brought)}")
    return [choice.chosen for choice in brought if choice.name == "certificate"]


def _one_by_one(signed: Any, brought: Sequence[Any]) -> Iterator[Any]:
    """The library takes one signer at a time, and none without a message digest is of use to us."""
    signers = list(signed["signer_infos"])
    if not 0 < len(signers) <= _MOST_SIGNERS:
        raise CorruptError("cms_unreadable", why=f"signers: {len(signers)}")
    kind = signed["encap_content_info"]["content_type"].native
    for signer in signers:
        _message_digest(signer)
        alone = {
            "version": signed["version"].native,
            "digest_algorithms": [signer["digest_algorithm"].copy()],
            "encap_content_info": {"content_type": kind},
            "signer_infos": [signer.copy()],
        }
        own = [certificate.copy() for certificate in brought if _is_of(signer["sid"], certificate)]
        if own:
            alone["certificates"] = own
        yield cms.SignedData.load(cms.SignedData(alone).dump())


def _is_of(sid: Any, certificate: Any) -> bool:
    """Whether the certificate is the one that the signer names (RFC 5652, 5.3)."""
    if sid.name == "subject_key_identifier":
        return bool(certificate.key_identifier == sid.chosen.native)
    named = sid.chosen
    return bool(
        named["serial_number"].native == certificate.serial_number and named["issuer"] == certificate.issuer
    )


def _digest_fits(signed: Any, candidate: bytes) -> bool:
    signer = signed["signer_infos"][0]
    try:
        digest = digest_of(candidate, signer["digest_algorithm"]["algorithm"].native)
    except ValueError:
        return False
    return digest == _message_digest(signer)


def _message_digest(signer: Any) -> bytes:
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            found: bytes = attribute["values"][0].native
            return found
    raise CorruptError("cms_unreadable", why="message digest")


def _content(signed: Any) -> bytes | None:
    content = signed["encap_content_info"]["content"]
    return None if content is core.VOID or content.native is None else bytes(content.native)
