"""The revisions of a signed PDF as bytes: what each signature covers, and what comes after the last.

Read from the bytes alone, so that a paper is recognised however broken its later part is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from mmap import mmap
from typing import Final

_BYTE_RANGE: Final = re.compile(
    rb"/ByteRange_*\[_*0{1,20}_+\d{1,20}_+(\d{1,20})_+(\d{1,20})_*\]".replace(b"_", rb"[\0\s]")
)
"""As programs write it, with zeros before the numbers too (ISO 32000-1, 7.3.3: they say nothing)."""
_MOST: Final = 200
"""Signatures looked at; a paper of the order has at most some tens."""


def covered_ends(pdf: bytes | mmap) -> tuple[int, ...]:
    """Where each revision that a signature covers ends, shortest first."""
    found = {int(m[1]) + int(m[2]) for m, _ in zip(_BYTE_RANGE.finditer(pdf), range(_MOST), strict=False)}
    return tuple(sorted(end for end in found if 0 < end <= len(pdf)))


def prefix_digests(pdf: bytes) -> Iterator[tuple[int, str]]:
    """End and SHA-512 of each covered revision, shortest first: one of them may be a document we made."""
    running, done = hashlib.sha512(), 0
    for end in covered_ends(pdf):
        running.update(pdf[done:end])
        done = end
        yield end, running.hexdigest()
