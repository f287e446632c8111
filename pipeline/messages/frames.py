"""Findings and input errors as text with the offending line, in the manner of ruff and rustc."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Self

from pipeline.domain.findings import Finding
from pipeline.domain.source import InputError, Place, Source
from pipeline.messages.catalogue import Messages

_WIDTH = 100
"""Characters of a long line that are shown around the column."""
_BEFORE = 40
"""Of those, how many stand before the column at most."""
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_BEFORE_CONTENT = re.compile(r"(?:[ \t]*(?:#.*)?|(?:---|\.\.\.)[ \t]*(?:#.*)?|%YAML.*)(?:\n|\Z)")
"""A line before a record's first field: blank, a comment, a marker."""


class Where(NamedTuple):
    """File, place and the line there."""

    file: str
    place: Place
    line: str

    @classmethod
    def of(cls, source: Source, path: str) -> Self:
        """Where the field stands."""
        place = source.place(path)
        return cls(source.file, place, _line(source, place.line))


def input_error_text(error: InputError, say: Messages) -> str:
    """`file:line:column`, what is wrong, the line with a caret, what to write instead."""
    head = f"{error.file}:{error.line}:{error.column}  {say.text('severity.error')}  {error.code}"
    frame = code_frame(error.line_text, Place(error.line, error.column))
    return _joined(head, say.input_error(error), frame, say.input_remedy(error))


def finding_text(finding: Finding, where: Where | None, say: Messages) -> str:
    """The same of a finding; `where` is None for a record read from the archive."""
    place = f"{where.file}:{where.place.line}:{where.place.column}" if where else str(finding.record)
    mark = f"¶{finding.paragraph} {finding.code}" if finding.paragraph else finding.code
    head = f"{place}  {severity(finding, say)}  {mark}"
    frame = code_frame(where.line, where.place) if where else ()
    return _joined(head, say.finding(finding), frame, say.finding_remedy(finding))


def severity(finding: Finding, say: Messages) -> str:
    """The finding's weight in a word, with a note where a recorded decision lifted it."""
    word = say.text(f"severity.{finding.severity}")
    return f"{word} ({say.text('severity.overridden')})" if finding.overridden else word


def code_frame(line: str, place: Place) -> Iterator[str]:
    """The line under its number, cut to what fits a screen, and a caret under the column."""
    if not line.strip():
        return
    start = max(0, place.column - 1 - _BEFORE) if len(line) > _WIDTH else 0
    # One column for every character: what would move the caret or the cursor becomes a blank.
    shown = _INVISIBLE.sub(" ", line[start : start + _WIDTH]).rstrip()
    lead, tail = "…" if start else "", "…" if start + _WIDTH < len(line) else ""
    number = str(place.line)
    gutter = " " * len(number)
    yield f"  {gutter} |"
    yield f"  {number} | {lead}{shown}{tail}"
    yield f"  {gutter} | {' ' * (len(lead) + place.column - 1 - start)}^"


def _line(source: Source, number: int) -> str:
    """A line of the record's own text, which begins before its first field; `number` counts in the file."""
    start = 0
    while (match := _BEFORE_CONTENT.match(source.text, start)) and match.end() > start:
        start = match.end()
    lines = source.text.split("\n")
    index = number - source.start.line + source.text.count("\n", 0, start)
    return lines[index] if 0 <= index < len(lines) else ""


def _joined(head: str, message: str, frame: Iterable[str], remedy: str) -> str:
    lines = [head, f"  {message}", *frame]
    if remedy:
        lines.append(f"  = {remedy}")
    return "\n".join(lines)
