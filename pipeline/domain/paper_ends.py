"""Where a paper's file begins and ends: a PDF with bytes before its header, and what lies behind an end.

Mail programs, servers and printers put a byte order mark, an empty line or their own head before a PDF;
disks, cameras and servers leave zeros or other bytes behind an end. Readers open such files whole. What is
looked at here is text and lengths; nothing is decoded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import BinaryIO, Final

HEADER: Final = b"%PDF-"
HEAD: Final = 1_024
"""Within so many bytes readers look for a PDF's header (ISO 32000-1, annex H.3, note 13)."""
_BEFORE: Final = re.compile(
    rb"(?>\xef\xbb\xbf|\xfe\xff|\xff\xfe|[\0\t\n\f\r ]|"  # byte order marks, blank space
    rb"[A-Za-z][A-Za-z0-9-]*:[\t -~]*\r?\n|--[!-~]+\r?\n|"  # heads and boundaries of mail (RFC 5322, 2046)
    rb"HTTP/[\d.]+ [ -~]*\r?\n|\x1b%-12345X|@PJL[\t -~]*\r?\n)*+"
)
"""Nothing that another program would take for a file of its own."""
_END: Final = re.compile(rb"%%EOF|startxref\s+\d+")
_GOES_ON: Final = re.compile(rb"\d\s+obj\b|\bxref\s")
_FULL_LENGTH: Final = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d+)")
_REACHES: Final = (1 << 16, 1 << 20, 1 << 24)
"""So far from the end of the file a PDF's end is looked for, bit by bit further."""
_STEP: Final = 1 << 20
_FARTHEST: Final = 1 << 26
_MOST_PARTS: Final = 50_000
_WITHOUT_LENGTH: Final = {0x01, *range(0xD0, 0xD8)}
"""Markers of a JPEG that stand alone (ITU-T T.81, table B.1)."""
_SCAN: Final = 0xDA


def pdf_at(head: bytes) -> int:
    """Where a PDF begins, by the first bytes of its file; -1 where it is none."""
    at = head[:HEAD].find(HEADER)
    return at if at >= 0 and _BEFORE.fullmatch(head[:at]) else -1


def pdf_ends(file: BinaryIO) -> bool:
    """Whether a PDF has its end, wherever it stands, and none of its objects come after it."""
    size = file.seek(0, os.SEEK_END)
    for reach in _REACHES:
        tail = _at(file, max(0, size - reach), reach)
        ends = list(_END.finditer(tail))
        if ends:
            rest = tail[ends[-1].end() :]
            return not _GOES_ON.search(rest) and (any(rest) or not _is_awaited(file, size, len(rest)))
        if reach >= size:
            break
    return False


def _is_awaited(file: BinaryIO, size: int, zeros: int) -> bool:
    """A copy may have its full length before its content; told where the PDF says how long it is."""
    said = _FULL_LENGTH.search(_at(file, 0, HEAD))
    return said is not None and int(said[1]) == size and zeros > HEAD


def jpeg_ends(file: BinaryIO) -> bool:
    """Whether the picture's own end is there, whatever a camera or a disk has put behind it."""
    at = 2
    for _ in range(_MOST_PARTS):
        head = _at(file, at, 4)
        if len(head) < 4 or head[0] != 0xFF:  # noqa: PLR2004  # a marker and a length
            return False
        if head[1] == 0xFF or head[1] in _WITHOUT_LENGTH:  # noqa: PLR2004  # a byte that fills
            at += 1 if head[1] == 0xFF else 2  # noqa: PLR2004  # as above
        elif head[1] == _SCAN:
            return any(b"\xff\xd9" in piece for piece in _pieces(file, at))
        else:
            at += 2 + int.from_bytes(head[2:])
    return False


def png_ends(file: BinaryIO) -> bool:
    """The same of a PNG: its last chunk lies whole in the file."""
    at, size = 8, file.seek(0, os.SEEK_END)
    for _ in range(_MOST_PARTS):
        head = _at(file, at, 8)
        at += 12 + int.from_bytes(head[:4])
        if len(head) < 8 or at > size:  # noqa: PLR2004  # a length and a name
            return False
        if head[4:] == b"IEND":
            return True
    return False


def _pieces(file: BinaryIO, at: int) -> Iterator[bytes]:
    """What follows, each piece with the last byte of the one before."""
    for start in range(at, at + _FARTHEST, _STEP):
        piece = _at(file, start - 1, _STEP + 1)
        if not piece:
            return
        yield piece


def _at(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)
