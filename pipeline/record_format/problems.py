"""Why a file cannot be read: collected while reading, all of them, in the order of the file."""

from __future__ import annotations

from typing import Final, Protocol

from pipeline.domain.source import InputError, Place
from pipeline.record_format.field_at import field_at, kind_in, without_items

MOST_PROBLEMS = 500
_LONGEST_LINE = 1_000
_LONGEST_PARAM = 400
_IN_A_FIELD: Final = frozenset(
    (
        *("alias", "anchor", "character", "duplicate_key", "list_dash", "tag"),
        *("syntax_after_bracket", "syntax_after_quote", "syntax_block", "syntax_bracket_hash"),
        *("syntax_colon_in_text", "syntax_colon_missing", "syntax_colon_space", "syntax_escape"),
        *("syntax_paragraph", "syntax_quote", "syntax_quote_mixed", "syntax_start", "syntax_tab"),
    )
)
"""What is wrong with the text of the very field it is shown at, though no field could be read."""


class GivenUpError(Exception):
    """Reading the file further is of no use; the reason is reported."""


class Report(Protocol):
    """Takes note of one problem and goes on."""

    def __call__(self, code: str, place: Place, /, **params: str | int) -> None:
        """`code` and `params` fill the message `input.<code>`."""


class Problems:
    """The errors of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._text, self._first_line = "", 1
        self._lines: list[str] | None = None
        self._kind: str | None = None
        self._errors: list[InputError] = []

    def __len__(self) -> int:
        return len(self._errors)

    def within(self, text: str, first_line: int) -> None:
        """The piece of the file that is being read; the lines shown with its problems come from it."""
        self._text, self._first_line, self._lines, self._kind = text, first_line, None, None

    def add(self, code: str, place: Place, /, **params: str | int) -> None:
        """Raise GivenUpError once there are MOST_PROBLEMS; the last one then says so."""
        if len(self._errors) >= MOST_PROBLEMS:
            self._note("too_many_errors", place, {"limit": MOST_PROBLEMS})
            raise GivenUpError
        self._note(code, place, params)

    def sorted(self) -> tuple[InputError, ...]:
        """By place, however the checks ran."""
        return tuple(sorted(self._errors, key=lambda error: (error.line, error.column)))

    def _note(self, code: str, place: Place, params: dict[str, str | int]) -> None:
        params = {
            name: f"{value[:_LONGEST_PARAM]}…"
            if isinstance(value, str) and len(value) > _LONGEST_PARAM
            else value
            for name, value in params.items()
        }
        line, field = self._line(place.line), self._field(code, place, params)
        self._errors.append(InputError(code, self._file, place.line, place.column, params, line, field))

    def _field(self, code: str, place: Place, params: dict[str, str | int]) -> str:
        path = str(params.get("field", ""))
        if not path and code in _IN_A_FIELD:
            path = field_at(self._lines_read(), place.line - self._first_line)
        if path and self._kind is None:
            self._kind = kind_in(self._lines_read()) or ""
        return f"{self._kind}.{without_items(path)}" if path and self._kind else ""

    def _line(self, number: int) -> str:
        lines, index = self._lines_read(), number - self._first_line
        return lines[index][:_LONGEST_LINE] if 0 <= index < len(lines) else ""

    def _lines_read(self) -> list[str]:
        if self._lines is None:
            self._lines = self._text.split("\n")
        return self._lines
