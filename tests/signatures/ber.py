"""Messages written by hand, byte by byte, as other programs write them: no library encodes anything here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from asn1crypto import algos, core, x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signatures.people import Person

SHA_256 = algos.DigestAlgorithm({"algorithm": "sha256", "parameters": None}).dump()
_SIGNED_WITH = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}).dump()
SIGNER_PARTS = 6
_DATA = core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()


def tlv(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 128 | len(digits)]) + digits + content


def message(content: bytes, person: Person, *, filler: int = 0, beside: tuple[bytes, ...] = ()) -> bytes:
    """A detached message in DER but for one thing, as NSS and others write it: a default is written out.

    `filler` bytes stand in an attribute of their own; `beside` are unsigned attributes.
    """
    assert isinstance(person.key, ec.EllipticCurvePrivateKey)
    der = person.certificate.public_bytes(Encoding.DER)
    ess = tlv(0x30, tlv(0x30, tlv(0x30, SHA_256, tlv(4, hashlib.sha256(der).digest()))))
    attributes = [
        attribute("1.2.840.113549.1.9.3", _DATA),
        attribute("1.2.840.113549.1.9.4", tlv(4, hashlib.sha256(content).digest())),
        attribute("1.2.840.113549.1.9.16.2.47", ess),
    ]
    if filler:
        attributes.append(attribute("1.2.398.3.10.99", tlv(4, bytes(filler))))
    signed = b"".join(sorted(attributes))
    signature = person.key.sign(tlv(0x31, signed), ec.ECDSA(SHA256()))
    certificate = x509.Certificate.load(der)
    sid = tlv(0x30, certificate.issuer.dump(), core.Integer(certificate.serial_number).dump())
    signer = [tlv(2, b"\1"), sid, SHA_256, tlv(0xA0, signed), _SIGNED_WITH, tlv(4, signature)]
    if beside:
        signer.append(tlv(0xA1, *beside))
    data = tlv(
        0x30,
        tlv(2, b"\1"),
        tlv(0x31, SHA_256),
        tlv(0x30, _DATA),
        tlv(0xA0, der, person.authority.public_bytes(Encoding.DER)),
        tlv(0x31, tlv(0x30, *signer)),
    )
    return tlv(0x30, core.ObjectIdentifier("1.2.840.113549.1.7.2").dump(), tlv(0xA0, data))


def with_beside(der: bytes, *beside: bytes) -> bytes:
    """The message with unsigned attributes of its signer, which stands last in it."""
    tag, begin, end = header(der, 0)
    parts, at = [], begin
    while at < end:
        parts.append(der[at : (stop := header(der, at)[2])])
        at = stop
    deeper = parts[-1][0] in (0xA0, 0x31, 0x30) and len(parts) < SIGNER_PARTS
    last = [with_beside(parts[-1], *beside)] if deeper else [parts[-1], tlv(0xA1, *beside)]
    return tlv(tag, *parts[:-1], *last)


def attribute(kind: str, value: bytes) -> bytes:
    return tlv(0x30, core.ObjectIdentifier(kind).dump(), tlv(0x31, value))


def opened(der: bytes, deep: int = 100) -> bytes:
    """Every value that holds others with an open length, down to that depth."""
    found, at = b"", 0
    while at < len(der):
        tag, begin, end = header(der, at)
        inside = der[begin:end]
        if tag & 0x20 and deep:
            found += bytes([tag, 0x80]) + opened(inside, deep - 1) + b"\0\0"
        else:
            found += der[at:end]
        at = end
    return found


def header(der: bytes, at: int) -> tuple[int, int, int]:
    first = der[at + 1]
    more = first & 127 if first & 128 else 0
    begin = at + 2 + more
    return der[at], begin, begin + (int.from_bytes(der[at + 2 : begin]) if more else first)


def signed_anew(pdf: bytes, write: Callable[[bytes], bytes], *, zeros: bool = False) -> bytes:
    """The last signature of the PDF made by `write` out of what it covers; zeros before the covered numbers."""
    if zeros:
        found = list(re.finditer(rb"/ByteRange\s*\[0 (\d+) (\d+) (\d+)\]( *)", pdf))[-1]
        named = b"/ByteRange [00 %s]" % b" ".join(n.zfill(11) for n in found.group(1, 2, 3))
        assert len(named) <= len(found[0])
        pdf = pdf[: found.start()] + named.ljust(len(found[0])) + pdf[found.end() :]
    start, end = list(re.finditer(rb"/Contents\s*(<[0-9a-fA-F]+>)", pdf))[-1].span(1)
    own = write(pdf[:start] + pdf[end:]).hex().encode()
    assert len(own) <= end - start - 2
    return pdf[: start + 1] + own.ljust(end - start - 2, b"0") + pdf[end - 1 :]
