"""Does a paper that came back still show what it showed when it was made? Asked of another library.

The pages themselves must look the same; and no picture that was laid on them, be it a signature's or that of
a field nobody signed, may lie over their words: a decision could be painted over that way.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pypdfium2

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

_INSET: Final = 1.0
"""Points by which a picture may touch a letter's box: letters are lower than the boxes told for them."""
_NO_ZOOM: Final = 1 << 3
"""A picture that keeps its size when the page is shown small, and grows over what stands beside it."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """What lies on a page beside its own content (an annotation): its field, kind, box and flags."""

    field: str
    kind: int
    box: Box
    flags: int


def same_pages(original: bytes, returned: bytes) -> bool:
    """Whether the pages show the same, what was laid on them left aside."""
    with _opened(original) as made, _opened(returned) as came:
        return len(made) == len(came) and all(
            np.array_equal(_shown(made[number]), _shown(came[number])) for number in range(len(made))
        )


def hidden_text(original: bytes, returned: bytes) -> Iterator[str]:
    """Names of the fields laid on the paper since it was made whose picture hides letters or digits of it."""
    with _opened(original) as made, _opened(returned) as came:
        for number in range(min(len(made), len(came))):
            page = made[number]
            laid = Counter(_pictures(came[number])) - Counter(_pictures(page))
            yield from (one.field for one in laid if one.flags & _NO_ZOOM or has_words(page, one.box))


def has_words(page: Any, box: Box) -> bool:
    """Whether letters or digits stand within the box."""
    left, bottom, right, top = box
    text = page.get_textpage().get_text_bounded(left + _INSET, bottom + _INSET, right - _INSET, top - _INSET)
    return any(letter.isalnum() for letter in text)


def _opened(pdf: bytes) -> closing[Any]:
    return closing(pypdfium2.PdfDocument(io.BytesIO(pdf)))


def _shown(page: Any) -> np.ndarray[Any, Any]:
    """At 72 dots an inch, in grey."""
    picture: np.ndarray[Any, Any] = page.render(grayscale=True, draw_annots=False).to_numpy()
    return picture


def _pictures(page: Any) -> Iterator[_Picture]:
    """Those that can be seen."""
    raw = pypdfium2.raw
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation, rectangle = raw.FPDFPage_GetAnnot(page, number), raw.FS_RECTF()
        if raw.FPDFAnnot_GetRect(annotation, rectangle):
            across = sorted((rectangle.left, rectangle.right))
            along = sorted((rectangle.bottom, rectangle.top))
            box = across[0], along[0], across[1], along[1]
            if box[0] < box[2] and box[1] < box[3]:
                kind, flags = raw.FPDFAnnot_GetSubtype(annotation), raw.FPDFAnnot_GetFlags(annotation)
                yield _Picture(_name(annotation), kind, box, flags)
        raw.FPDFPage_CloseAnnot(annotation)


def _name(annotation: Any) -> str:
    """Of its field; empty where the field stands above it."""
    raw = pypdfium2.raw
    size = raw.FPDFAnnot_GetStringValue(annotation, b"T", None, 0)
    room = (raw.FPDF_WCHAR * (size // 2 + 1))()
    raw.FPDFAnnot_GetStringValue(annotation, b"T", room, size)
    return bytes(room)[:size].decode("utf-16-le", "replace").rstrip("\0")
