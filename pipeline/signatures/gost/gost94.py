"""GOST R 34.11-94 (RFC 5831) with the test substitution of RFC 4357, the hash of the signatures of 2004."""

from __future__ import annotations

from functools import cache
from typing import Final

BLOCK: Final = 32
"""Bytes."""

_MODULUS: Final = 1 << 256
_LOW: Final = (1 << 64) - 1
_WORD: Final = (1 << 32) - 1
_BOXES: Final = (
    (4, 10, 9, 2, 13, 8, 0, 14, 6, 11, 1, 12, 7, 15, 5, 3),
    (14, 11, 4, 12, 6, 13, 15, 10, 2, 3, 8, 1, 0, 7, 5, 9),
    (5, 8, 1, 13, 10, 3, 4, 2, 14, 15, 12, 7, 6, 0, 9, 11),
    (7, 13, 10, 1, 0, 8, 9, 15, 14, 4, 6, 12, 11, 2, 5, 3),
    (6, 12, 7, 1, 5, 15, 13, 8, 4, 10, 9, 14, 0, 3, 11, 2),
    (4, 11, 10, 0, 7, 2, 1, 13, 3, 6, 8, 5, 9, 12, 15, 14),
    (13, 11, 4, 1, 3, 15, 5, 9, 0, 10, 14, 7, 6, 8, 2, 12),
    (1, 15, 13, 0, 5, 7, 10, 4, 9, 2, 3, 14, 6, 11, 8, 12),
)
"""id-GostR3411-94-TestParamSet, the box of the lowest four bits first."""
_THIRD_KEY: Final = 0xFF00FFFF000000FFFF0000FF00FFFF0000FF00FF00FF00FFFF00FF00FF00FF00
"""The only one of the constants C2, C3, C4 that is not zero."""
_KEY_BYTES: Final = bytes(8 * (k % 4) + k // 4 for k in range(BLOCK))
"""From which byte each byte of a key is taken (the permutation P)."""


def gost_94(data: bytes) -> bytes:
    """The digest, least significant byte first."""
    state = total = 0
    for start in range(0, len(data), BLOCK):
        block = int.from_bytes(data[start : start + BLOCK], "little")
        state = _step(state, block)
        total += block
    state = _step(state, len(data) * 8)
    return _step(state, total % _MODULUS).to_bytes(BLOCK, "little")


def _step(state: int, block: int) -> int:
    """The step hash function: four keys, four encryptions, mixing."""
    encrypted = sum(
        _encrypted(key, state >> 64 * part & _LOW) << 64 * part
        for part, key in enumerate(_keys(state, block))
    )
    return _mixed(_mixed(_mixed(encrypted, 12) ^ block, 1) ^ state, 61)


def _keys(state: int, block: int) -> list[list[int]]:
    u, v = state, block
    keys = []
    for number in range(4):
        if number:
            u = _advanced(u) ^ (_THIRD_KEY if number == 2 else 0)  # noqa: PLR2004  # the third key
            v = _advanced(_advanced(v))
        w = (u ^ v).to_bytes(BLOCK, "little")
        key = bytes(w[place] for place in _KEY_BYTES)
        keys.append([int.from_bytes(key[i : i + 4], "little") for i in range(0, BLOCK, 4)])
    return keys


def _advanced(x: int) -> int:
    """The transformation A: of four 64-bit words the lowest goes to the top, added to its neighbour."""
    return x >> 64 | ((x ^ x >> 64) & _LOW) << 192


def _encrypted(key: list[int], block: int) -> int:
    """GOST 28147-89, simple replacement (RFC 5830)."""
    first, second, third, fourth = _substitutions()
    low, high = block & _WORD, block >> 32
    for subkey in (*key, *key, *key, *reversed(key)):
        x = low + subkey & _WORD
        x = fourth[x >> 24] | third[x >> 16 & 255] | second[x >> 8 & 255] | first[x & 255]
        low, high = high ^ x, low
    return low << 32 | high


def _mixed(x: int, times: int) -> int:
    """The shift register of sixteen 16-bit words."""
    for _ in range(times):
        fed = x ^ x >> 16 ^ x >> 32 ^ x >> 48 ^ x >> 192 ^ x >> 240
        x = x >> 16 | (fed & 0xFFFF) << 240
    return x


@cache
def _substitutions() -> tuple[tuple[int, ...], ...]:
    """For each byte of a word what it becomes, substituted and turned left by eleven bits."""
    pairs = ((_BOXES[2 * byte], _BOXES[2 * byte + 1], 8 * byte) for byte in range(4))
    return tuple(
        tuple(_turned((low[x & 15] | high[x >> 4] << 4) << shift) for x in range(256))
        for low, high, shift in pairs
    )


def _turned(x: int) -> int:
    return (x << 11 | x >> 21) & _WORD
