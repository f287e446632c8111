"""Whether a file that lies still has its end. Looked at before it is claimed, and cheap.

A file that begins otherwise than its name promises is called whole: there is nothing to wait for, and whoever
works it off says what is wrong. A YAML file cannot be told unfinished from wrong by its bytes; one that does
not end in a line break rests as long as a paper (see inbox).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path, PurePath
from typing import BinaryIO

from pipeline.domain.container_end import ends_whole
from pipeline.domain.paper_ends import HEAD, jpeg_ends, pdf_at, pdf_ends, png_ends
from pipeline.intake.files import UnfitError, is_being_written, opened
from pipeline.intake.kinds import DropKind, kind_of

_TAIL = 1 << 16
_ENDS: dict[bytes, tuple[bytes, Callable[[BinaryIO], bool]]] = {
    b"\xff\xd8\xff": (b"\xff\xd9", jpeg_ends),
    b"\x89PNG\r\n\x1a\n": (b"IEND", png_ends),
    b"PK\x03\x04": (b"PK\x05\x06", lambda _file: False),
}
"""First bytes → what stands near the end, and a longer look where it does not."""
_MOST_PARTS = 1_000
"""Of a recording's container, looked at in the service itself; a whole one that is cut up finer is taken."""
_NOTHING_WRITTEN = b"\0" * 512
"""A copy over a network share may have its full length before its content."""


def is_whole(path: PurePath, below: int | None = None) -> bool:
    """Whether nothing more is to be expected; a file that cannot be read now is not whole now.

    With `below` it lies in a dropped folder, as `opened` has it.
    """
    try:
        with opened(path, below) as file:
            if kind_of(path.name) is DropKind.RECORDING and not _is_whole_recording(file):
                return False
            head = file.read(HEAD)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            tail = file.read(_TAIL)
            if (
                size >= len(_NOTHING_WRITTEN)
                and tail.endswith(_NOTHING_WRITTEN)
                and not head[:16].strip(b"\0")
            ):
                return False
            if pdf_at(head) >= 0:
                return pdf_ends(file)
            ends = (ends for beginning, ends in _ENDS.items() if head.startswith(beginning))
            end, longer = next(ends, (b"", jpeg_ends))
            return end in tail or longer(file)
    except (OSError, UnfitError):
        return False


def _is_whole_recording(file: BufferedReader) -> bool:
    """Of a container that does not tell, it is known at least where somebody still has it open."""
    whole = ends_whole(file, most=_MOST_PARTS)
    file.seek(0)
    return not is_being_written(file) if whole is None else whole


def ends_in_a_line(path: Path) -> bool:
    """Whether the last byte of a text is a line break; an empty file has no line to end."""
    try:
        with opened(path) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            return file.read(1) in (b"\n", b"\r", b"")
    except (OSError, UnfitError):
        return False


def rests_long(path: Path) -> bool:
    """Whether a file of this kind is written with pauses, so that short quiet tells nothing.

    A scanner opens its file anew for every page, up to 4 s apart.
    """
    kind = kind_of(path.name)
    if kind is DropKind.RECORDS:
        return not ends_in_a_line(path)
    return kind in (DropKind.PAPER, DropKind.RECORDING, DropKind.BUNDLE)
