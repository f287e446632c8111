"""The worker that reads zips (see bundle_zip): what their table of contents says, then members in pieces.

It runs confined (`pipeline.confined`). The judging is done by whoever asks; nothing here writes.
"""

from __future__ import annotations

import errno
import stat
import zipfile
from typing import IO, Any, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from pipeline.confined.inside import Files, Told, serve
from pipeline.intake.bundles.bundle_folder import MAX_DEPTH, MAX_MEMBERS
from pipeline.intake.bundles.zip_names import name_of

PIECE: Final = 1 << 22
_LONGEST_ENTRY: Final = 46 + 3 * 255 * MAX_DEPTH
"""Of the table of contents: its fixed part and a path, generously."""
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
"""General purpose bits 0, 6 and 13 (APPNOTE.TXT 4.4.4)."""
_UNIX: Final = 3
_ENTRIES, _TABLE = 4, 5
"""Where the library keeps what the end of the zip says of its table: how many entries, how many bytes."""


class LongTableError(Exception):
    """The library makes an object of each entry at once: a long table is given up before."""


class _Opened:
    """The one zip of this process, and the member under way."""

    bundle: ZipFile
    member: IO[bytes]


def answer(asked: dict[str, Any], _data: bytes, files: Files) -> Told:
    """What the question asks for; where the library stumbles, the zip is at fault."""
    try:
        match asked["do"]:
            case "list":
                _require_short_table(files[0])
                _Opened.bundle = ZipFile(files[0])
                return {"entries": [_entry(entry) for entry in _Opened.bundle.infolist()]}, b""
            case "open":
                _Opened.member = _Opened.bundle.open(_Opened.bundle.infolist()[asked["number"]])
                return {}, b""
            case _:
                return {}, _Opened.member.read(PIECE)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise BadZipFile from error  # its table sent the library to before the beginning of the file


def _require_short_table(file: IO[bytes]) -> None:
    """By the library's own reading of the end, zip64 included: what it will go by."""
    end = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # noqa: SLF001  # a second reading could differ
    if not end:
        raise BadZipFile
    if end[_ENTRIES] > MAX_MEMBERS * 2 or end[_TABLE] > MAX_MEMBERS * _LONGEST_ENTRY:
        raise LongTableError


def _entry(entry: ZipInfo) -> dict[str, object]:
    return {
        "name": name_of(entry),
        "folder": entry.filename.endswith(("/", "\\")) and entry.file_size == 0,
        "size": entry.file_size,
        "locked": bool(entry.flag_bits & _ENCRYPTED),
        "type": stat.S_IFMT(entry.external_attr >> 16) if entry.create_system == _UNIX else 0,
        "method": entry.compress_type,
    }


if __name__ == "__main__":
    serve(answer)
