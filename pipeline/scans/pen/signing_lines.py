"""The lines of a paper that are somebody's to sign on, found by the name printed beside them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import pypdfium2

from pipeline.scans.fields import signature_fields
from pipeline.scans.printed import printed

Line = tuple[int, tuple[float, float, float, float]]
"""Page from 0; left, bottom, right, top of the room over the line, in points from the lower left corner."""

_ABOVE: Final = 5.5
"""Points from the lower edge of a signature's place to over its rule."""
_TOP: Final = 2.5
"""Points by which two stamps in neighbouring rows stay apart."""


def lines_to_sign(pdf: bytes, document: str, names: Collection[str]) -> tuple[Line, ...]:
    """The lines beside which one of the names is printed, on a paper of that kind as it was made."""
    wanted = {_plain(name) for name in names} - {""}
    opened = pypdfium2.PdfDocument(pdf)
    try:
        found: list[Line] = []
        for number in range(len(opened)):
            page = opened[number]
            height = page.get_height()
            for field in signature_fields(printed(page), document):
                if any(name in _plain(field.label) for name in wanted):
                    spot = field.place
                    box = (spot.left, height - spot.bottom + _ABOVE, spot.right, height - spot.top + _TOP)
                    found.append((number, box))
        return tuple(found)
    finally:
        opened.close()


def _plain(text: str) -> str:
    return " ".join(text.split())
