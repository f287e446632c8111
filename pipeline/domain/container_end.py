"""Whether a container ends where its own headers say it does: what a broken copy is told by, exactly.

Lengths alone are read; nothing is decoded. FLAC has no such frame around it, but says how long it
plays. An MP3 without the header of its encoder, and a Matroska file written live, do not tell at all. Nor
does what devices write wrongly: a WAV whose length is a stopgap, an Ogg file that never says which page is
its last, something behind the last box. What breaks off inside of a part is cut.
"""

from __future__ import annotations

import os
from typing import BinaryIO, Final

_UNKNOWN_32: Final = 0xFFFFFFFF
_RIFF_HEAD: Final = 12
_CHUNK_HEAD: Final = 8
_STOPGAPS: Final = (1 << 31, 1 << 32)
_STOPGAP_ROOM: Final = 8192
"""Near these lie the lengths that programs write before they know them: arecord, sox."""
_BOX_HEAD: Final = 8
_BOXES: Final = frozenset(
    b"ftyp styp moov mdat free skip wide moof mfra sidx ssix uuid meta pnot udta prft emsg pdin".split()
)
"""At the top of a file (ISO/IEC 14496-12, QuickTime); what is called otherwise is no box."""
_AMR: Final = b"#!AMR"
_AMR_HEADS: Final = {
    b"#!AMR\n": (13, 14, 16, 18, 20, 21, 27, 32, 6),
    b"#!AMR-WB\n": (18, 24, 33, 37, 41, 47, 51, 59, 61, 6),
}
"""Bytes of a frame by its type (RFC 4867, 5.3); the others have one."""
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
            found = _riff(file, size, most)
        case _ if head[:4] == b"OggS":
            found = _ogg(file, size)
        case _ if head[:5] == _AMR:
            found = _amr(file, size) if most is None else None
        case _ if head[:4] == _EBML:
            found = _matroska(file, size, most)
        case _ if head[4:8] in (b"ftyp", b"styp", b"moov", b"mdat", b"free", b"wide", b"skip"):
            found = _boxes(file, size, most)
        case _ if head[:3] == b"ID3" or head[:1] == b"\xff":
            found = _mp3(file, size)
        case _:
            found = None
    return found


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
            begin = at + _CHUNK_HEAD
            if length == 0 or (begin + length > size and _is_stopgap(length, size)):
                return None
            return begin + length <= size
        at += _CHUNK_HEAD + length + length % 2
    return False


def _is_stopgap(length: int, size: int) -> bool:
    """Whether that is no length of the sound: written in advance, or that of the file with its heads."""
    return length in (size, size - _CHUNK_HEAD) or any(abs(length - n) <= _STOPGAP_ROOM for n in _STOPGAPS)


def _amr(file: BinaryIO, size: int) -> bool | None:
    """AMR says nowhere how long it is: a cut within a frame alone can be told."""
    data = _at(file, 0, size)
    magic = next((m for m in _AMR_HEADS if data.startswith(m)), b"")
    at, lengths = len(magic), _AMR_HEADS.get(magic, ())
    while lengths and at < size:
        kind = data[at] >> 3 & 0x0F
        at += lengths[kind] if kind < len(lengths) else 1
    return None if at == size else False


def _boxes(file: BinaryIO, size: int, most: int | None) -> bool | None:
    """MP4: box after box ends at the end of the file, and one of them is the index.

    What follows the last box and is none (a few bytes, a camera's own) takes nothing from the recording.
    """
    at, seen, parts = 0, set[bytes](), 0
    while at < size:
        if (parts := parts + 1) == most:
            return None
        head = _at(file, at, _LARGE_BOX_HEAD)
        kind, length, least = head[4:8], int.from_bytes(head[:4], "big"), _BOX_HEAD
        if length == 1:
            length, least = int.from_bytes(head[8:], "big"), _LARGE_BOX_HEAD
        elif length == 0:  # to the end of the file
            length = size - at
        if len(head) < _BOX_HEAD or (kind not in _BOXES and not least <= length <= size - at):
            return None if {b"moov", b"mdat"} <= seen and b"moof" not in seen else False
        if length < least:
            return False
        seen.add(kind)
        at += length
    return b"moov" in seen and at == size


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


def _ogg(file: BinaryIO, size: int) -> bool | None:
    """The last page lies whole in the file; phones and messengers often do not say that it is the last."""
    tail = _at(file, max(0, size - _OGG_TAIL), _OGG_TAIL)
    at = tail.rfind(b"OggS")
    page = tail[at:]
    if at < 0 or len(page) < _OGG_HEAD:
        return False
    segments = page[_OGG_HEAD : _OGG_HEAD + page[26]]
    if len(page) != _OGG_HEAD + page[26] + sum(segments):
        return False
    return True if page[5] & _OGG_LAST else None


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
