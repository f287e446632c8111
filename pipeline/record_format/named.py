"""Which records a file holds that cannot be read: by its lines `kind:` and `id:`, whatever else is wrong.

Nothing is filed by it. It tells later whether all that was in a refused file has been accepted since.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.records import Kind, Ref
from pipeline.record_format.fixed_words import understood
from pipeline.record_format.leaves import composed
from pipeline.record_format.stream import MAX_FILE_BYTES, split

_LINES: Final = {
    key: re.compile(rf"^{key}[ \t\u00a0]*:[ \t\u00a0]*(\S.*)$", re.MULTILINE) for key in ("kind", "id")
}
"""Of a record's own fields, which begin at the margin."""
_COMMENT: Final = re.compile(r"[ \t]#.*$")
_QUOTES: Final = "\"'«»“”„‘’ \t\u00a0"


def named_in(text: str) -> tuple[Ref, ...]:
    """Kind and id of each record of the text; none where one of them has not one line of each."""
    found: list[Ref] = []
    for document in split(text):
        if document.empty:
            continue
        said = [lines.findall(document.text) for lines in _LINES.values()]
        if any(len(values) != 1 for values in said):
            return ()
        kind, record = (composed(_COMMENT.sub("", value).strip(_QUOTES)) for (value,) in said)
        understood_kind = understood(Kind, kind)
        if understood_kind is None or not record:
            return ()
        found.append(Ref(understood_kind, record))
    return tuple(found)


def guessed(data: bytes) -> str:
    """The text of a file in another encoding than UTF-8, as far as the lines with kinds and ids go."""
    if len(data) > MAX_FILE_BYTES:
        return ""
    head = data[:64]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in head:
        encoding = "utf-16-be" if head.startswith(b"\0") else "utf-16-le"
    else:
        encoding = "cp1251"
    return data.decode(encoding, errors="replace").replace("\r\n", "\n").replace("\r", "\n")
