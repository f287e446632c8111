"""Text of records made fit for paper: nothing that cannot be seen, nothing that runs out of its line."""

from __future__ import annotations

import re
from typing import Any, Final

from pipeline.documents.content.glyphs import missing_glyphs

ZERO_WIDTH_SPACE: Final = "\N{ZERO WIDTH SPACE}"
LONGEST_WORD: Final = 32
"""Longer runs of letters get places to break; addresses are so long, no Kazakh word is."""
BREAK_EVERY: Final = 16

_CONTROLS: Final = {c: None for c in (*range(0x20), *range(0x7F, 0xA0)) if chr(c) not in "\t\n"}
_INVISIBLE: Final = dict.fromkeys(
    (0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF), None
)
_ALIKE: Final = {
    "\r": "\n",
    "\v": "\n",
    "\f": "\n",
    "\x85": "\n",
    "\u2028": "\n",
    "\u2029": "\n",
    "\u2011": "-",
}
_TABLE: Final = str.maketrans({**_CONTROLS, **_INVISIBLE, **{ord(k): v for k, v in _ALIKE.items()}})
_SPACES: Final = re.compile(r"[ \t\r\n\v\f\x85\u2028\u2029]+")
_LONG: Final = re.compile(rf"[^\s\-]{{{LONGEST_WORD + 1},}}")
_CHUNK: Final = re.compile(rf"(.{{{BREAK_EVERY}}})(?=.)")


def printable(value: Any) -> Any:
    """A text without control, direction and zero-width characters, its longest words breakable.

    Line ends and tabs stay (docxtpl makes them line breaks and tabs). Nothing becomes an empty text; what
    is no text passes untouched.
    """
    if value is None:
        return ""
    if type(value) is not str:
        return value
    text = value.replace("\r\n", "\n").translate(_TABLE)
    return _LONG.sub(lambda m: _CHUNK.sub(rf"\1{ZERO_WIDTH_SPACE}", m.group()), text)


def unprintable(text: str) -> tuple[str, ...]:
    """The signs of a text for which there is no glyph once it is made fit for paper, each once."""
    return missing_glyphs(printable(text))


def one_line(text: str | None) -> str:
    """For a rule on the form: white space folded; nothing for nothing."""
    return _SPACES.sub(" ", text or "").strip(" ")


def paragraphs(text: str | None) -> list[str]:
    """Free text by its lines, a paragraph each, empty ones left out."""
    return [line for part in (text or "").splitlines() if (line := one_line(part))]
