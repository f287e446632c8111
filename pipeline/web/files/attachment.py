"""A file handed out: as an attachment, streamed, under a name without an IIN."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import IO, Final
from urllib.parse import quote

from django.http import FileResponse

from pipeline.domain.iin import mask_iin

_ASCII: Final = re.compile(r"[^A-Za-z0-9._-]+")
_UNFIT: Final = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+')
_LONGEST: Final = 120
_TYPES: Final = {".pdf": "application/pdf", ".zip": "application/zip"}


def attachment(file: IO[bytes], name: str, title: str) -> FileResponse:
    """`name` is that for programs that know ASCII alone; people read `title`, with the same ending.

    What is no PDF is a stream of bytes to browsers: none is to open it.
    """
    file.seek(0)
    ending = PurePosixPath(name).suffix
    response = FileResponse(file, content_type=_TYPES.get(ending, "application/octet-stream"))
    plain = _ASCII.sub("-", mask_iin(name)) or f"file{ending}"
    readable = _UNFIT.sub(" ", mask_iin(title)).strip(" .")[:_LONGEST] or "file"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(readable + ending, safe='')}"
    )
    return response
