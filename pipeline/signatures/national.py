"""The national algorithms of Kazakhstan's public key infrastructure, where the library meets ours.

The library builds and checks chains, revocation and messages by itself and asks for the signature alone. Only
a certified tool may give the final word on these algorithms: what is found by them is *preliminary*.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from asn1crypto.core import OctetString
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from pipeline.signatures.gost.curve import CRYPTOPRO_A, TC26_512_A, Curve
from pipeline.signatures.gost.gost94 import gost_94
from pipeline.signatures.gost.signature import verify
from pipeline.signatures.gost.streebog import streebog_512

Digest = Callable[[bytes], bytes]

_STREEBOG: Final = "1.2.398.3.10.1.3.3"
_GOST_94: Final = "1.2.398.3.10.1.3.1"
_OCTETS: Final = 4
"""The tag of an OCTET STRING, in which some keys are wrapped."""


@dataclass(frozen=True, slots=True)
class National:
    """A signature algorithm: how it is called, its hash, its curve, and the algorithm of its keys."""

    name: str
    digest: Digest
    curve: Curve
    key: str


SIGNATURES: Final = {
    "1.2.398.3.10.1.1.2.3.2": National(
        "ГОСТ 34.10-2015/512", streebog_512, TC26_512_A, "1.2.398.3.10.1.1.2.2"
    ),
    "1.2.398.3.10.1.1.1.2": National("ГОСТ 34.310-2004", gost_94, CRYPTOPRO_A, "1.2.398.3.10.1.1.1.1"),
}
_KEYS: Final = frozenset(national.key for national in SIGNATURES.values())
DIGESTS: Final[dict[str, Digest]] = {_STREEBOG: streebog_512, _GOST_94: gost_94}


def algorithm_of(signature_algorithm: Any, key: Any) -> National | None:
    """The national algorithm a signature is made by; a message may name that of the key instead."""
    named: str = signature_algorithm["algorithm"].dotted
    found = SIGNATURES.get(named)
    if found is not None:
        return found
    of_key: str = key["algorithm"]["algorithm"].dotted
    return next((n for n in SIGNATURES.values() if n.key == named == of_key), None)


def digest_of(data: bytes, algorithm: str) -> bytes:
    """The digest by an algorithm's name or, where it is national, its number.

    Raises:
        ValueError: no such algorithm, or one whose digests are of any length (SHAKE).
    """
    if algorithm in DIGESTS:
        return _national(algorithm, data)
    found = hashlib.new(algorithm, data)
    if not found.digest_size:
        raise ValueError(algorithm)
    return found.digest()


@lru_cache(maxsize=8)
def _national(algorithm: str, data: bytes) -> bytes:
    """The paper that seven people signed is hashed once."""
    return DIGESTS[algorithm](data)


@lru_cache(maxsize=8)
def _hashed(national: National, data: bytes) -> bytes:
    """A list that seven signers are looked up in is hashed once."""
    return national.digest(data)


class SignatureValidator(DefaultSignatureValidator):
    """The library's, with the national algorithms."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: Any,
        signature_algorithm: Any,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """As the library asks for it.

        Raises:
            InvalidSignature: it does not fit.
        """
        national = algorithm_of(signature_algorithm, public_key_info)
        of_key = public_key_info["algorithm"]["algorithm"].dotted
        if of_key in _KEYS and (national is None or national.key != of_key):
            raise InvalidSignature
        if national is None:
            super().validate_signature(signature, signed_data, public_key_info, signature_algorithm, context)
            return
        digest = signed_data if context.prehashed else _hashed(national, signed_data)
        if not verify(national.curve, _key_bytes(public_key_info), digest, signature):
            raise InvalidSignature


def _key_bytes(public_key_info: Any) -> bytes:
    """x‖y out of the certificate's key, bare or as an OCTET STRING of its own."""
    bits = bytes(public_key_info["public_key"].contents)[1:]
    if bits[:1] != bytes([_OCTETS]):
        return bits
    wrapped: bytes = OctetString.load(bits).native
    return wrapped
