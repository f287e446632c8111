"""Does the picture of a signature lie over words of the paper? A decision could be painted over that way."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pypdfium2
from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.sign.validation import EmbeddedPdfSignature

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

_INSET: Final = 1.0
"""Points by which a picture may touch a letter's box: letters are lower than the boxes told for them."""


def hidden_text(original: bytes, signatures: Sequence[EmbeddedPdfSignature]) -> Iterator[str]:
    """Names of the fields whose picture lies over letters or digits of the paper as it was made."""
    visible = [(s, page, box) for s in signatures for page, box in _pictures(s)]
    if not visible:
        return
    paper = pypdfium2.PdfDocument(io.BytesIO(original))
    try:
        for signature, page, box in visible:
            pages = range(len(paper)) if page is None else (page,)
            if any(has_words(paper[number], box) for number in pages):
                yield signature.field_name
    finally:
        paper.close()


def has_words(page: Any, box: Box) -> bool:
    """Whether letters or digits stand within the box."""
    left, bottom, right, top = box
    text = page.get_textpage().get_text_bounded(left + _INSET, bottom + _INSET, right - _INSET, top - _INSET)
    return any(letter.isalnum() for letter in text)


def _pictures(signature: EmbeddedPdfSignature) -> Iterator[tuple[int | None, Box]]:
    """Page (None where the field does not say) and box of each picture that can be seen."""
    kids = signature.sig_field.get("/Kids", ())
    for widget in [signature.sig_field, *(kid.get_object() for kid in kids)]:
        rectangle = widget.get("/Rect")
        if rectangle is None:
            continue
        x1, y1, x2, y2 = (float(n) for n in rectangle)
        box = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
        if box[0] < box[2] and box[1] < box[3]:
            yield _page_of(signature, widget), box


def _page_of(signature: EmbeddedPdfSignature, widget: Any) -> int | None:
    try:
        named = widget.raw_get("/P")
    except KeyError:
        return None
    if not isinstance(named, IndirectObject):
        return None
    kids = signature.reader.root["/Pages"]["/Kids"]
    flat = [ref for ref in kids if isinstance(ref, IndirectObject)]
    return next((n for n, ref in enumerate(flat) if ref.reference == named.reference), None)
