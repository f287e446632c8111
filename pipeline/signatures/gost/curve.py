"""The two elliptic curves, y² = x³ + ax + b over a prime field (RFC 4357, RFC 7836)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Point = tuple[int, int]
_Projective = tuple[int, int, int]
"""Jacobian: x / z², y / z³; z = 0 is the point at infinity."""
_INFINITY: Final = (1, 1, 0)


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve with its base point of prime order `q`; `size` is a coordinate's bytes."""

    p: int
    a: int
    b: int
    q: int
    base: Point
    size: int

    def holds(self, point: Point) -> bool:
        """Whether the point is one of the curve's."""
        x, y = point
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x * x * x - self.a * x - self.b) % self.p == 0

    def sum_x(self, m: int, n: int, other: Point) -> int | None:
        """The x of m·base + n·other; None where that is the point at infinity."""
        x, _, z = self._sum(m, n, other)
        return None if z == 0 else x * pow(z, -2, self.p) % self.p

    def _sum(self, m: int, n: int, other: Point) -> _Projective:
        """Both products in one pass over the bits (Shamir's trick)."""
        base, point = (*self.base, 1), (*other, 1)
        terms = (_INFINITY, base, point, self._added(base, point))
        total = _INFINITY
        for bit in reversed(range(max(m.bit_length(), n.bit_length()))):
            total = self._doubled(total)
            choice = (m >> bit & 1) | (n >> bit & 1) << 1
            if choice:
                total = self._added(total, terms[choice])
        return total

    def _doubled(self, point: _Projective) -> _Projective:
        x, y, z = point
        if y == 0 or z == 0:
            return _INFINITY
        p = self.p
        yy = y * y % p
        s = 4 * x * yy % p
        m = (3 * x * x + self.a * pow(z, 4, p)) % p
        x3 = (m * m - 2 * s) % p
        return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p

    def _added(self, one: _Projective, other: _Projective) -> _Projective:
        (x1, y1, z1), (x2, y2, z2) = one, other
        if z1 == 0:
            return other
        if z2 == 0:
            return one
        p = self.p
        z1z1, z2z2 = z1 * z1 % p, z2 * z2 % p
        u1, u2 = x1 * z2z2 % p, x2 * z1z1 % p
        s1, s2 = y1 * z2 * z2z2 % p, y2 * z1 * z1z1 % p
        if u1 == u2:
            return self._doubled(one) if s1 == s2 else _INFINITY
        h, r = u2 - u1, s2 - s1
        hh = h * h % p
        hhh, v = h * hh % p, u1 * hh % p
        x3 = (r * r - hhh - 2 * v) % p
        return x3, (r * (v - x3) - s1 * hhh) % p, z1 * z2 * h % p


CRYPTOPRO_A: Final = Curve(
    p=2**256 - 617,
    a=2**256 - 617 - 3,
    b=0xA6,
    q=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF6C611070995AD10045841B09B761B893,
    base=(1, 0x8D91E471E0989CDA27DF505A453F2B7635294F2DDF23E3B122ACC99C9E9F1E14),
    size=32,
)
"""id-GostR3410-2001-CryptoPro-A-ParamSet (RFC 4357, 11.4)."""

TC26_512_A: Final = Curve(
    p=2**512 - 569,
    a=2**512 - 569 - 3,
    b=int(
        "E8C2505DEDFC86DDC1BD0B2B6667F1DA34B82574761CB0E879BD081CFD0B6265"
        "EE3CB090F30D27614CB4574010DA90DD862EF9D4EBEE4761503190785A71C760",
        16,
    ),
    q=2**512 - int("D8196ACD0B7276EE900DD472B1FA9F9F64B4C754052D47A235324EBEE0EF4D8B", 16),
    base=(
        3,
        int(
            "7503CFE87A836AE3A61B8816E25450E6CE5E1C93ACF1ABC1778064FDCBEFA921"
            "DF1626BE4FD036E93D75E6A50E3A41E98028FE5FC235F5B889A589CB5215F2A4",
            16,
        ),
    ),
    size=64,
)
"""id-tc26-gost-3410-12-512-paramSetA (RFC 7836, appendix A.2)."""
