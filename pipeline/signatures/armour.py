"""Certificates, lists, answers and messages as files hold them: DER, PEM or bare base64.

Text comes as editors and shells save it: with a byte order mark, or in UTF-16 (Windows PowerShell).
"""

from __future__ import annotations

import base64
import binascii
import codecs
from typing import Final

from asn1crypto import pem

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEQUENCE: Final = b"\x30"


def without_mark(data: bytes) -> bytes:
    """Text without its byte order mark, a byte a letter; other data as it lies."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace").encode("ascii", "replace")
    return data


def unarmoured(data: bytes) -> bytes:
    """The DER in it; what is none of the three comes back as it lies.

    Raises:
        ValueError: its PEM is broken.
    """
    plain = without_mark(data)
    if plain[:1] == _SEQUENCE:
        return plain
    if pem.detect(plain):
        return bytes(pem.unarmor(plain)[2])
    try:
        return base64.b64decode(b"".join(plain.split()), validate=True)
    except binascii.Error:
        return data
