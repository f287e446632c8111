"""The Kazakh order of names as bytes, for SQLite to compare."""

from __future__ import annotations

from typing import Final

from pipeline.archive.person.inner_list import Person
from pipeline.domain.kazakh.alphabet import collation_key
from pipeline.domain.names import full_name

PLACE_BYTES: Final = 16
"""Of a sort key kept beside each word: about as many letters, by which most people are told apart."""

_SIGN, _DIGIT, _LETTER, _FOREIGN = range(4)
_CONTROL: Final = 0x0F
_FIRST_BYTES: Final = {_SIGN: 0x11, _DIGIT: 0x3A, _LETTER: 0x6B, _FOREIGN: 0x70}
_ONE_BYTE: Final = {
    (_SIGN, ord(" ")): b"\x10",
    **{(_DIGIT, ord(digit)): digit.encode() for digit in "0123456789"},
    **{(_LETTER, rank): bytes([0x40 + rank]) for rank in range(42)},
}
"""What names are made of takes a byte each; the rest takes four, in the same order."""


def sort_key(person: Person) -> bytes:
    """Bytes in the order of `collation_key` of the full name."""
    weights, tail = collation_key(full_name(person))
    return b"".join(map(_packed, weights)) + b"\0" + tail.encode()


def beginning(text: str) -> tuple[bytes, bytes]:
    """The sort keys of all names that begin with the text lie from the first on and before the second."""
    low = b"".join(map(_packed, collation_key(text)[0]))
    return low, low + b"\xff"


def _packed(weight: tuple[int, int]) -> bytes:
    if weight in _ONE_BYTE:
        return _ONE_BYTE[weight]
    kind, number = weight
    first = _CONTROL if kind == _SIGN and number < ord(" ") else _FIRST_BYTES[kind]
    return bytes([first]) + number.to_bytes(3)
