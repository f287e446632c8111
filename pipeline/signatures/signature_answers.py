"""What the worker that reads signatures tells: plain values, each of its type, checked as they come back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, Self

from pydantic import TypeAdapter

from pipeline.signatures.national import digest_of
from pipeline.signatures.pades import SignedPdf
from pipeline.signatures.pdf_revisions import prefix_digests


@dataclass(frozen=True, slots=True)
class Content:
    """A paper carried in a signature: its size and SHA-512, and those of each signed revision of it."""

    size: int
    sha512: str
    revisions: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Those of the paper."""
        return cls(len(data), hashlib.sha512(data).hexdigest(), tuple(prefix_digests(data)))

    def is_of(self, data: bytes) -> bool:
        """Whether these bytes are that paper."""
        return len(data) == self.size and hashlib.sha512(data).hexdigest() == self.sha512


@dataclass(frozen=True, slots=True)
class ReadCms:
    """What a CMS file says it signs; `unreadable` is why it is none.

    `content` is the paper it carries (None: detached), `signers` are each signer's digest algorithm with the
    digest in hexadecimal digits, `national` tells whether one of them is a national one.
    """

    unreadable: str = ""
    content: Content | None = None
    national: bool = False
    signers: tuple[tuple[str, str], ...] = ()

    def fits(self, candidate: bytes) -> bool:
        """Whether every signer signed exactly these bytes: their digests say so, keys are not asked yet."""
        if self.content is not None and not self.content.is_of(candidate):
            return False
        return bool(self.signers) and all(_fits(*signer, candidate) for signer in self.signers)


def _fits(algorithm: str, digest: str, candidate: bytes) -> bool:
    try:
        return digest_of(candidate, algorithm).hex() == digest
    except ValueError:
        return False


READS: Final = TypeAdapter(tuple[ReadCms, ...])
FOUND: Final = TypeAdapter(SignedPdf)
