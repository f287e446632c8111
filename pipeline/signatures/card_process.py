"""The worker that takes the attachments out of a card (see card); it runs confined (`pipeline.confined`)."""

from __future__ import annotations

from typing import Any, Final

import pikepdf

from pipeline.confined.inside import Files, Told, serve
from pipeline.domain.errors import CorruptError
from pipeline.domain.paper_ends import HEADER
from pipeline.signatures.cms import read_cms

MOST: Final = 100
"""Attachments; a card has the paper and a file a signer."""
MOST_BYTES: Final = 128 * 2**20
"""All of them together, each counted as often as it is named, as the gate counts them."""


class LargeCardError(Exception):
    """It carries more than a card may."""


def answer(_asked: dict[str, Any], _data: bytes, files: Files) -> Told:
    """Names and lengths of papers and signatures in the order of their names, and all contents in a row."""
    names: list[str] = []
    contents: list[bytes] = []
    count = length = 0
    with pikepdf.open(files[0], suppress_warnings=True) as opened:
        for name, held in sorted(opened.attachments.items()):
            data = held.get_file().read_bytes()
            count, length = count + 1, length + len(data)
            if count > MOST or length > MOST_BYTES:
                raise LargeCardError
            if data.startswith(HEADER) or _is_signature(name, data):
                names.append(name)
                contents.append(data)
    return {"names": names, "lengths": [len(content) for content in contents]}, b"".join(contents)


def _is_signature(name: str, data: bytes) -> bool:
    try:
        read_cms(name, data)
    except CorruptError:
        return False
    return True


if __name__ == "__main__":
    serve(answer)
