"""The key of a one-time code (RFC 6238) for people: a QR picture for the telephone, and letters to type."""

from __future__ import annotations

import base64
from typing import Final

import segno
from django.utils.safestring import SafeString, mark_safe

_GROUP: Final = 4


def picture_of(address: str) -> SafeString:
    """The QR code as SVG; nothing of it goes through a third party."""
    return mark_safe(segno.make(address, error="m").svg_inline(scale=5, border=2, omitsize=True))  # noqa: S308  # segno's own drawing of digits and letters


def words_of(key: str) -> str:
    """The key in base32, in groups of four."""
    text = base64.b32encode(bytes.fromhex(key)).decode().rstrip("=")
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
