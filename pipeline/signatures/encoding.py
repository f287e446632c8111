"""Signed bytes as they lie: BER lengths read from the bytes, and nothing encoded anew on the way.

A signature holds over bytes, not over what they say. The library encodes a value anew wherever the last byte
of its header is 0x80: it means an open length (X.690, 8.1.3.6), and takes a definite length such as
0x0180 for one. What comes out is another encoding (defaults left out, addresses rewritten), and with open
lengths in each other it takes exponential time. So open lengths are written out here, once and from inside
out, which is what DER would say (RFC 5652, 5.4), and every definite one is left as it lies.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from asn1crypto import core, parser

DEEPEST: Final = 100
"""Values in each other; a timestamp within a timestamp has thirty."""
_CONSTRUCTED: Final = 0x20
_OCTETS: Final = 0x04
_LONG_TAG: Final = 0x1F
_OPEN: Final = 0x80
_MOST_LENGTH_BYTES: Final = 8


def definite(data: bytes) -> tuple[bytes, int]:
    """The first value of `data` without open lengths, and where it ends in `data`.

    Raises:
        ValueError: it is cut off, or more than `DEEPEST` values lie in each other.
    """
    return _value(data, 0, len(data), DEEPEST)


def _value(data: bytes, at: int, end: int, deeper: int) -> tuple[bytes, int]:
    tag, begin, length = _header(data, at, end)
    stop = end if length is None else begin + length
    if stop > end or deeper < 0:
        raise ValueError("cut off" if deeper >= 0 else "too deep")
    if not tag[0] & _CONSTRUCTED:
        if length is None:
            raise ValueError("open length of a primitive value")
        return data[at:stop], stop
    if length is None:
        inside, stop = _until_end(data, begin, end, deeper)
    else:
        inside = _inside(data, begin, stop, deeper)
    if tag[0] == _CONSTRUCTED | _OCTETS:
        return _written(bytes([_OCTETS]), b"".join(_octets(piece) for piece in inside)), stop
    content = b"".join(inside)
    if length is not None and content == data[begin:stop]:
        return data[at:stop], stop
    return _written(tag, content), stop


def _inside(data: bytes, begin: int, stop: int, deeper: int) -> list[bytes]:
    """What a value of definite length holds; what does not read as values stays as it lies."""
    found, at = [], begin
    try:
        while at < stop:
            piece, at = _value(data, at, stop, deeper - 1)
            found.append(piece)
    except ValueError:
        return [data[begin:stop]]
    return found


def _until_end(data: bytes, at: int, end: int, deeper: int) -> tuple[list[bytes], int]:
    """What a value of open length holds, and where its end mark ends."""
    found = []
    while data[at : at + 2] != b"\0\0":
        piece, at = _value(data, at, end, deeper - 1)
        found.append(piece)
    return found, at + 2


def _header(data: bytes, at: int, end: int) -> tuple[bytes, int, int | None]:
    """Tag, where the content begins, and its length; None is an open one."""
    begin, at = at, at + 1
    if begin < end and data[begin] & _LONG_TAG == _LONG_TAG:
        while at < end and data[at] & 0x80:
            at += 1
        at += 1
    if at >= end:
        raise ValueError("cut off")
    tag, first = data[begin:at], data[at]
    if first <= _OPEN:
        return tag, at + 1, None if first == _OPEN else first
    more = first & 0x7F
    if more > _MOST_LENGTH_BYTES or at + 1 + more > end:
        raise ValueError("length")
    return tag, at + 1 + more, int.from_bytes(data[at + 1 : at + 1 + more])


def _octets(piece: bytes) -> bytes:
    """The content of one part of an OCTET STRING in parts (X.690, 8.7.3)."""
    tag, begin, _length = _header(piece, 0, len(piece))
    if tag[0] != _OCTETS:
        raise ValueError("part of an octet string")
    return piece[begin:]


def _written(tag: bytes, content: bytes) -> bytes:
    size = len(content)
    if size < _OPEN:
        return tag + bytes([size]) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8)
    return tag + bytes([_OPEN | len(digits)]) + digits + content


def _faithful(dump: Callable[..., bytes]) -> Callable[..., bytes]:
    """A value that was read and not changed is written as it was read."""

    @wraps(dump)
    def written(value: Any, force: bool = False) -> bytes:  # noqa: FBT001, FBT002  # the library's signature
        if force or value._header is None or value._header[-1:] != b"\x80":  # noqa: SLF001
            return dump(value, force=force)
        content, header = value.contents, value._header  # noqa: SLF001  # in this order: one changes the other
        if header is None or content is None:
            return dump(value)
        if isinstance(value, core.Choice):
            return bytes(header + value.chosen.dump())
        return bytes(header + content + value._trailer)  # noqa: SLF001

    return written


def _teach() -> None:
    """The library's own writing, for whoever writes a value of it in this process."""
    for kind in (core.Asn1Value, core.Primitive, core.Choice, core.Sequence, core.SequenceOf):
        kind.dump = _faithful(kind.dump)
    parser._MAX_DEPTH = DEEPEST  # noqa: SLF001


_teach()
