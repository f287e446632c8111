"""A signature in a file of its own (CMS, RFC 5652), as NCALayer makes them: detached or with the paper."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import cms, core, pem

from pipeline.domain.errors import CorruptError
from pipeline.returned.national import DIGESTS, digest_of

_SIGNED_DATA: Final = "signed_data"
_MOST_SIGNERS: Final = 100


@dataclass(frozen=True, slots=True)
class CmsFile:
    """The file as it came: the content it carries (None: detached), and each signer on its own.

    A signer stands as a CMS without content, as the library takes it.
    """

    name: str
    data: bytes
    content: bytes | None
    signers: tuple[Any, ...]

    @property
    def is_national(self) -> bool:
        """Whether a signer's digest is a national one."""
        return any(
            s["signer_infos"][0]["digest_algorithm"]["algorithm"].dotted in DIGESTS for s in self.signers
        )

    def fits(self, candidate: bytes) -> bool:
        """Whether every signer signed exactly these bytes: their digests say so, keys are not asked yet."""
        if self.content is not None and self.content != candidate:
            return False
        return all(_digest_fits(signed, candidate) for signed in self.signers)


def read_cms(name: str, data: bytes) -> CmsFile:
    """DER, PEM or bare base64.

    Raises:
        CorruptError: `cms_unreadable` where it is no signed message.
    """
    try:
        message = cms.ContentInfo.load(_der(data), strict=True)
        if message["content_type"].native != _SIGNED_DATA:
            raise CorruptError("cms_unreadable", why=message["content_type"].native)
        signed = message["content"]
        return CmsFile(name, data, _content(signed), tuple(_one_by_one(signed)))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise CorruptError("cms_unreadable", why=type(error).__name__) from error


def _one_by_one(signed: Any) -> Iterator[Any]:
    """The library takes one signer at a time, and none without a message digest is of use to us."""
    signers = list(signed["signer_infos"])
    if not 0 < len(signers) <= _MOST_SIGNERS:
        raise CorruptError("cms_unreadable", why=f"signers: {len(signers)}")
    for signer in signers:
        _message_digest(signer)
        kind = signed["encap_content_info"]["content_type"].native
        alone = {
            "version": signed["version"].native,
            "digest_algorithms": [signer["digest_algorithm"].copy()],
            "encap_content_info": {"content_type": kind},
            "signer_infos": [signer.copy()],
        }
        brought = {k: signed[k].copy() for k in ("certificates", "crls") if signed[k] is not core.VOID}
        yield cms.SignedData.load(cms.SignedData({**alone, **brought}).dump())


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


def _der(data: bytes) -> bytes:
    if pem.detect(data):
        return bytes(pem.unarmor(data)[2])
    if data[:1] == b"\x30":
        return data
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error:
        return data
