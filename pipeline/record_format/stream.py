"""From bytes to the texts of single records: size, encoding, characters, the `---` between records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipeline.domain.source import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.record_format.problems import Report

MAX_FILE_BYTES = 64 * 2**20
MAX_DOCUMENT_BYTES = 2**20
_SAMPLE = 64 * 2**10

# A line that begins with --- or ... ends a record wherever it stands, in a block of text too (YAML 1.2, 9.1).
_MARKER = re.compile(r"^(?:---|\.\.\.)(?=[ \t\n]|\Z)", re.MULTILINE)
_CONTENT = re.compile(
    r"^(?![ \t]*(?:#|$)|(?:---|\.\.\.)[ \t]*(?:$|[ \t]#)|%YAML[ \t]+1\.\d+[ \t]*(?:$|[ \t]#))", re.MULTILINE
)
# What YAML forbids (C0, C1, surrogates, non-characters); its old line separators, which editors do not show
# as line ends; and the marks that reverse the direction of writing: a line can look other than it is.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)


class Document(NamedTuple):
    """The text of one record, from its `---` on, and the line of the file on which it begins."""

    text: str
    first_line: int

    @property
    def empty(self) -> bool:
        """Nothing but blank lines, comments and markers."""
        return _CONTENT.search(self.text) is None

    @property
    def too_large(self) -> bool:
        """Over MAX_DOCUMENT_BYTES of UTF-8."""
        return len(self.text) * 4 > MAX_DOCUMENT_BYTES and len(self.text.encode()) > MAX_DOCUMENT_BYTES


def decode(data: bytes, report: Report) -> str | None:
    """The file's text without byte order mark, with plain line feeds; or None, and the reason reported."""
    start = Place(1, 1)
    if len(data) > MAX_FILE_BYTES:
        report("file_too_large", start, limit_mib=MAX_FILE_BYTES // 2**20)
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _every_second_byte_is_zero(data):
        report("encoding_utf16", start)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place_of_byte(data, error.start)
        if _reads_as_cp1251(data[max(error.start - _SAMPLE, 0) : error.start + _SAMPLE]):
            report("encoding_cp1251", place)
        else:
            report("encoding_broken", place)
        return None
    # Files joined by `copy a+b` carry a mark at the head of each.
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n\ufeff", "\n")


def split(text: str) -> Iterator[Document]:
    """The documents of a stream, the empty ones too.

    Cutting before parsing keeps an error of syntax inside its own record: those after it are still read.
    """
    start, line = 0, 1
    for marker in _MARKER.finditer(text):
        end = marker.start() if marker[0] == "---" else text.find("\n", marker.start()) + 1 or len(text)
        if end > start:
            yield Document(text[start:end], line)
            line += text.count("\n", start, end)
            start = end
    if start < len(text):
        yield Document(text[start:], line)


def characters_allowed(document: Document, report: Report) -> bool:
    """Whether all characters may stand in YAML; each that may not is reported."""
    allowed = True
    for match in FORBIDDEN.finditer(document.text):
        allowed = False
        before = document.text.count("\n", 0, match.start())
        column = match.start() - (document.text.rfind("\n", 0, match.start()) + 1) + 1
        report("character", Place(document.first_line + before, column), character=code_point(match[0]))
    return allowed


def code_point(character: str) -> str:
    """As in `U+200B`: the characters named so are invisible."""
    return f"U+{ord(character):04X}"


def _every_second_byte_is_zero(data: bytes) -> bool:
    head = data[:_SAMPLE]
    return len(head) > 1 and (head[:1] == b"\0") != (head[1:2] == b"\0") and head.count(0) * 4 >= len(head)


def _reads_as_cp1251(sample: bytes) -> bool:
    """Most bytes above ASCII are no UTF-8, and nearly all are Cyrillic letters in the eight-bit encoding."""
    as_utf8 = sample.decode("utf-8", errors="replace")
    broken = as_utf8.count("\ufffd")
    whole = sum(character > "\x7f" for character in as_utf8) - broken
    high = sample.translate(None, bytes(range(128)))
    cyrillic = sum("Ѐ" <= character <= "ӿ" for character in high.decode("cp1251", errors="replace"))
    return broken > whole and cyrillic * 10 >= len(high) * 8


def _place_of_byte(data: bytes, offset: int) -> Place:
    line_start = data.rfind(b"\n", 0, offset) + 1
    before = data[line_start:offset].decode("utf-8-sig" if line_start == 0 else "utf-8", errors="replace")
    return Place(data.count(b"\n", 0, offset) + 1, len(before) + 1)
