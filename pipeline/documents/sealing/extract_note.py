"""What stands on an extract of a ballot: which signed sheet it is of, with its SHA-256.

The lines stand where the lower mark of a signed paper would: that place is white in every template, HR's own
too, and an extract, which nobody signs, bears no mark.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

import pikepdf

from pipeline.documents.sealing.marks import needed
from pipeline.documents.sealing.signature_stamp import stamp_page
from pipeline.domain.ballots import SheetRef
from pipeline.domain.errors import MachineError

_DIGITS: Final = 16
"""Of the sum on a line."""


def note_lines(sheet: SheetRef) -> tuple[str, ...]:
    """The words; the sum is parted into lines of sixteen digits."""
    digits = (sheet.sha256[at : at + _DIGITS] for at in range(0, len(sheet.sha256), _DIGITS))
    return (
        "Жазбадан үзінді. Түпнұсқасы –",
        "қол қойылған парақ:",
        sheet.sitting,
        f"{sheet.name}, SHA-256",
        *digits,
    )


def noted(pdf: bytes, lines: Sequence[str]) -> bytes:
    """The PDF with these lines on each page; the same bytes for the same arguments, PDF/A where it was PDF/A.

    Raises:
        MachineError: `mark_failed` where it is no PDF; `stamp_failed`.
    """
    written = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened, pikepdf.open(io.BytesIO(stamp_page(lines))) as note:
            for page in opened.pages:
                left, bottom, right, top = (float(corner) for corner in page.mediabox)
                _, (x, y, far, above) = needed(right - left, top - bottom)
                place = pikepdf.Rectangle(left + x, bottom + y, left + far, bottom + above)
                page.add_overlay(note.pages[0], place)
            opened.save(written, deterministic_id=True)
    except pikepdf.PdfError as error:
        raise MachineError("mark_failed", why=type(error).__name__) from error
    return written.getvalue()
