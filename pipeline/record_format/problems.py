"""Why a file cannot be read: collected while reading, all of them, in the order of the file."""

from __future__ import annotations

from typing import Protocol

from pipeline.domain.source import InputError, Place

MOST_PROBLEMS = 500
_LONGEST_LINE = 1_000
_LONGEST_PARAM = 400


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
        self._errors: list[InputError] = []

    def __len__(self) -> int:
        return len(self._errors)

    def within(self, text: str, first_line: int) -> None:
        """The piece of the file that is being read; the lines shown with its problems come from it."""
        self._text, self._first_line, self._lines = text, first_line, None

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
        self._errors.append(
            InputError(code, self._file, place.line, place.column, params, self._line(place.line))
        )

    def _line(self, number: int) -> str:
        if self._lines is None:
            self._lines = self._text.split("\n")
        index = number - self._first_line
        return self._lines[index][:_LONGEST_LINE] if 0 <= index < len(self._lines) else ""
