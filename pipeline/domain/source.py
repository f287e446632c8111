"""Where a record was read from: file, text and the place of every field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Place(NamedTuple):
    """Line and column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Source:
    """One record's text within its file.

    Paths are attribute paths with list indices: `present`, `candidates.0.votes.m4`.
    """

    file: str
    text: str
    start: Place
    places: Mapping[str, Place] = field(default_factory=dict)

    def place(self, path: str) -> Place:
        """Place of the field, else of its nearest ancestor that is there, else of the record."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path.rpartition(".")[0]
        return self.start


@dataclass(frozen=True, slots=True)
class InputError:
    """Why a file cannot be read. `code` and `params` fill the message; `line_text` is the offending line.

    Line 0 speaks of the file as a whole. `stands_in` is the kind of record and the field, as
    `case.employee.rank`, where they can be told.
    """

    code: str
    file: str
    line: int
    column: int
    params: Mapping[str, str | int] = field(default_factory=dict)
    line_text: str = ""
    stands_in: str = ""
