"""Which field a line belongs to, told from the text alone: for a file that could not be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pipeline.domain.records import Kind
from pipeline.record_format.fixed_words import understood

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = re.compile(r"(?P<indent>[ \t]*(?:- +)*)(?P<name>[a-z_][a-z0-9_]*):", re.ASCII)
_KIND: Final = re.compile(r"kind:[ \t]*([^#\n]*)", re.ASCII)

_LOOKED_BACK: Final = 2_000
"""Lines; a field that begins farther above is not told."""


def kind_in(lines: Sequence[str]) -> Kind | None:
    """The kind of record the lines say they are."""
    said = next((found[1] for line in lines if (found := _KIND.match(line))), "")
    return understood(Kind, said)


def field_at(lines: Sequence[str], number: int) -> str:
    """The path of the line's own field, else of the one above it; list items are not counted."""
    path: list[str] = []
    margin: int | None = None
    for line in reversed(lines[max(0, number - _LOOKED_BACK) : number + 1]):
        found = _NAME.match(line)
        if found and (margin is None or len(found["indent"]) < margin):
            path.append(found["name"])
            margin = len(found["indent"])
    return ".".join(reversed(path))


def without_items(path: str) -> str:
    """The path as the format describes it: `candidates.0.case` is `candidates.case`."""
    return ".".join(step for step in path.split(".") if not step.isdigit())
