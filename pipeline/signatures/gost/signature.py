"""Verifying a signature of GOST R 34.10 (RFC 7091), as the national certificates and messages carry it."""

from __future__ import annotations

from pipeline.signatures.gost.curve import Curve, Point


def verify(curve: Curve, public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether the signature fits; every number is least significant byte first.

    `public_key` is x‖y, `signature` r‖s. What is malformed does not fit.
    """
    if len(public_key) != 2 * curve.size or len(signature) != 2 * curve.size:
        return False
    x, y = _numbers(public_key)
    r, s = _numbers(signature)
    return curve.holds((x, y)) and fits(curve, (x, y), int.from_bytes(digest, "little"), r, s)


def fits(curve: Curve, key: Point, digest: int, r: int, s: int) -> bool:
    """Section 6.2 of the standard."""
    if not (0 < r < curve.q and 0 < s < curve.q):
        return False
    e = digest % curve.q or 1
    inverse = pow(e, -1, curve.q)
    x = curve.sum_x(s * inverse % curve.q, -r * inverse % curve.q, key)
    return x is not None and x % curve.q == r


def _numbers(pair: bytes) -> tuple[int, int]:
    half = len(pair) // 2
    return int.from_bytes(pair[:half], "little"), int.from_bytes(pair[half:], "little")
