"""Blanks that look like a space or like nothing and are none to YAML: no-break spaces, zero-width characters.

They come along from Word and web pages. In a text they do no harm; behind a colon, behind the dash of a list
or in the indent YAML takes them for letters, and the record falls apart somewhere else.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.domain.source import Place

_WIDE: Final = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ZERO_WIDTH: Final = "\u00ad\u180e\u200b-\u200f\u2060-\u2064"
ODD_BLANKS: Final = _WIDE + _ZERO_WIDTH
"""As the inside of a character class."""

ODD_BLANK: Final = re.compile(f"[{ODD_BLANKS}]")
_NAME: Final = r"[A-Za-z_][A-Za-z0-9_]*"
_INDENT: Final = re.compile(
    rf"(?P<keep> *)(?P<odd> *[{ODD_BLANKS}][ {ODD_BLANKS}]*)"
    rf"(?=\Z|#|-[ {ODD_BLANKS}]|{_NAME}[ {ODD_BLANKS}]*:)"
)
_BEHIND: Final = re.compile(rf"(?P<keep> *(?:- +)*(?:{_NAME}:|-)|---)(?P<odd>[{ODD_BLANKS}][ {ODD_BLANKS}]*)")
_BLOCK: Final = re.compile(r"(?P<indent> *)(?:[^#\n]*[:-] )?[|>][-+0-9]{0,2} *(?:#.*)?")
_OF_YAML: Final = re.compile(rf"(?:[a-z][a-z0-9_]*:|-)[{ODD_BLANKS}]")
_BEFORE_A_FIELD: Final = re.compile(r" *(?:- +)*")


class OddBlanks(NamedTuple):
    """Where YAML would need a space and something else stands, and the text with spaces there."""

    places: tuple[tuple[Place, str], ...]
    repaired: str


def odd_blanks(text: str, first_line: int) -> OddBlanks:
    """Those of a document's own lines; what stands in a block of text (`|`, `>`) is text."""
    places, lines, block = [], [], -1
    for number, line in enumerate(text.split("\n")):
        inside = block >= 0 and (not line.strip(" ") or len(line) - len(line.lstrip(" ")) > block)
        if not inside:
            start = _BLOCK.fullmatch(line)
            block = len(start["indent"]) if start else -1
            if ODD_BLANK.search(line):
                found, line = _of_line(line)  # noqa: PLW2901  # the line as YAML should have had it
                places += [(Place(first_line + number, column), sign) for column, sign in found]
        lines.append(line)
    return OddBlanks(tuple(places), "\n".join(lines))


def swallowed(text: str, before: str) -> bool:
    """Whether a plain text at the start of its line is really a field: `case:` and an odd blank."""
    return _OF_YAML.match(text) is not None and _BEFORE_A_FIELD.fullmatch(before) is not None


def _of_line(line: str) -> tuple[list[tuple[int, str]], str]:
    found = []
    for form in (_INDENT, _BEHIND):
        if match := form.match(line):
            odd = match["odd"]
            first = ODD_BLANK.search(odd)
            assert first is not None  # noqa: S101  # the form asks for one
            found.append((match.start("odd") + first.start() + 1, first[0]))
            blanks = re.sub(f"[{_ZERO_WIDTH}]", "", odd) if form is _INDENT else odd
            line = f"{match['keep']}{' ' * len(blanks)}{line[match.end() :]}"
    return found, line
