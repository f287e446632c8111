"""Whether a container ends where its own headers say it does: what a broken copy is told by, exactly.

Lengths alone are read; nothing is decoded. FLAC has no such frame around it, but says how long it
plays. An MP3 without the header of its encoder, and a Matroska file written live, do not tell at all.
"""

from __future__ import annotations

import os
from typing import BinaryIO, Final

_UNKNOWN_32: Final = 0xFFFFFFFF
_RIFF_HEAD: Final = 12
_CHUNK_HEAD: Final = 8
_BOX_HEAD: Final = 8
_LARGE_BOX_HEAD: Final = 16
_OGG_TAIL: Final = 2 * 65_307
"""Two pages at their longest (RFC 3533)."""
_OGG_HEAD: Final = 27
_OGG_LAST: Final = 0x04
_ID3_HEAD: Final = 10
_MP3_FRAME: Final = 192
"""As far as the encoder's own header goes that counts here."""
_XING_FRAMES: Final = 0x01
_XING_BYTES: Final = 0x02
_EBML: Final = b"\x1a\x45\xdf\xa3"
_SEGMENT: Final = 0x18538067


def ends_whole(file: BinaryIO, *, most: int | None = None) -> bool | None:
    """Whether nothing is missing at the end; None where the container does not tell.

    `most` bounds how many of its parts are looked at: one of more does not tell either.
    """
    size = file.seek(0, os.SEEK_END)
    head = _at(file, 0, _RIFF_HEAD)
    match head:
        case _ if head[:4] in (b"RIFF", b"RF64") and head[8:] == b"WAVE":
            return _riff(file, size, most)
        case _ if head[:4] == b"OggS":
            return _ogg(file, size)
        case _ if head[:4] == _EBML:
            return _matroska(file, size, most)
        case _ if head[4:8] in (b"ftyp", b"styp", b"moov", b"mdat", b"free", b"wide", b"skip"):
            return _boxes(file, size, most)
        case _ if head[:3] == b"ID3" or head[:1] == b"\xff":
            return _mp3(file, size)
        case _:
            return None


def _riff(file: BinaryIO, size: int, most: int | None) -> bool | None:
    """WAV: the data chunk lies whole in the file; a recorder that streams leaves its length open."""
    at, wide, parts = _RIFF_HEAD, 0, 0
    while at + _CHUNK_HEAD <= size:
        if (parts := parts + 1) == most:
            return None
        head = _at(file, at, _CHUNK_HEAD)
        length = int.from_bytes(head[4:], "little")
        if head[:4] == b"ds64":
            wide = int.from_bytes(_at(file, at + _CHUNK_HEAD + 8, 8), "little")
        if head[:4] == b"data":
            length = wide if length == _UNKNOWN_32 and wide else length
            return None if length in (0, _UNKNOWN_32) else at + _CHUNK_HEAD + length <= size
        at += _CHUNK_HEAD + length + length % 2
    return False


def _boxes(file: BinaryIO, size: int, most: int | None) -> bool | None:
    """MP4: box after box ends at the end of the file, and one of them is the index."""
    at, index, parts = 0, False, 0
    while at < size:
        if (parts := parts + 1) == most:
            return None
        head = _at(file, at, _LARGE_BOX_HEAD)
        if len(head) < _BOX_HEAD:
            return False
        length, least = int.from_bytes(head[:4], "big"), _BOX_HEAD
        if length == 1:
            length, least = int.from_bytes(head[8:], "big"), _LARGE_BOX_HEAD
        elif length == 0:  # to the end of the file
            length = size - at
        if length < least:
            return False
        index = index or head[4:8] == b"moov"
        at += length
    return index and at == size


def _mp3(file: BinaryIO, size: int) -> bool | None:
    """What the encoder wrote into the first frame: how many bytes there are, from that frame on."""
    head = _at(file, 0, _ID3_HEAD)
    start = _ID3_HEAD + _seven_bits(head[6:]) if head[:3] == b"ID3" else 0
    frame = _at(file, start, _MP3_FRAME)
    at = max(frame.find(b"Xing"), frame.find(b"Info"))
    flags = int.from_bytes(frame[at + 4 : at + 8], "big")
    if at < 0 or not flags & _XING_BYTES:
        return None
    field = at + 8 + (4 if flags & _XING_FRAMES else 0)
    return start + int.from_bytes(frame[field : field + 4], "big") <= size


def _seven_bits(data: bytes) -> int:
    """A number of ID3, of which each byte bears seven bits."""
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number


def _ogg(file: BinaryIO, size: int) -> bool:
    """The last page lies whole in the file, and says that it is the last."""
    tail = _at(file, max(0, size - _OGG_TAIL), _OGG_TAIL)
    at = tail.rfind(b"OggS")
    page = tail[at:]
    if at < 0 or len(page) < _OGG_HEAD:
        return False
    segments = page[_OGG_HEAD : _OGG_HEAD + page[26]]
    whole = len(page) == _OGG_HEAD + page[26] + sum(segments)
    return whole and bool(page[5] & _OGG_LAST)


def _matroska(file: BinaryIO, size: int, most: int | None) -> bool | None:
    """The one segment ends within the file; written live, it does not say where."""
    at, parts = 0, 0
    while at < size:
        if (parts := parts + 1) == most:
            return None
        head = _at(file, at, 12)
        id_length = _width(head[:1])
        element = int.from_bytes(head[:id_length], "big")
        length_width = _width(head[id_length : id_length + 1])
        if not id_length or not length_width or len(head) < id_length + length_width:
            return False
        coded = int.from_bytes(head[id_length : id_length + length_width], "big")
        length = coded & ((1 << 7 * length_width) - 1)
        if element == _SEGMENT:
            unknown = length == (1 << 7 * length_width) - 1
            return None if unknown else at + id_length + length_width + length <= size
        at += id_length + length_width + length
    return False


def _width(first: bytes) -> int:
    """How many bytes a number of EBML takes (RFC 8794); 0 where it is none."""
    return 9 - first[0].bit_length() if first and first[0] else 0


def _at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(offset)
    return file.read(length)
