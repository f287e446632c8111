"""What the members of a zip are called: the programs that make zips disagree on how names are written."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZipInfo

_UTF8 = 0x800
"""General purpose bit 11 (APPNOTE.TXT 4.4.4)."""
_UNICODE_PATH = 0x7075
"""Info-ZIP's extra field with the name in UTF-8 and the CRC-32 of the name it stands for."""
_WINDOWS_RUSSIAN = ("cp866", "cp1251")
_NOT_IN_NAMES = re.compile("[^ -~\u00a0-\u024f\u0300-\u036f\u0400-\u052f№–—‘’“”„…]")
"""Neither Latin nor Cyrillic nor the signs of office work."""


def name_of(member: ZipInfo) -> str:
    """The member's path as whoever made the zip saw it, with `/` between folders.

    Without the UTF-8 mark the bytes are taken for UTF-8 where they are that, else for the DOS code page of
    Russian Windows, else for its ANSI one: the standard's own code page 437 has no Cyrillic letter.
    """
    if member.flag_bits & _UTF8:
        return member.orig_filename.replace("\\", "/")
    raw = member.orig_filename.encode("cp437")
    return (_told_besides(member, raw) or _decoded(raw)).replace("\\", "/")


def _decoded(raw: bytes) -> str:
    """The reading with the fewest signs that stand in no name here; UTF-8 where they are as few."""
    readings = [raw.decode(page, errors="replace") for page in ("utf-8", *_WINDOWS_RUSSIAN)]
    return min(readings, key=lambda text: len(_NOT_IN_NAMES.findall(text)))


def _told_besides(member: ZipInfo, raw: bytes) -> str | None:
    for kind, content in _extra_fields(member.extra):
        if kind == _UNICODE_PATH and content[:1] == b"\1" and len(content) > 5:  # noqa: PLR2004  # its head
            (crc,) = struct.unpack_from("<L", content, 1)
            if crc == zlib.crc32(raw):
                return content[5:].decode("utf-8", errors="replace")
    return None


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + length]
        at += 4 + length
