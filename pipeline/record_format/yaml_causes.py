"""Why YAML cannot be parsed, in terms of what a person has to mend."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import yaml

from pipeline.record_format.quotes import closed_otherwise

if TYPE_CHECKING:
    from collections.abc import Callable


class Mark(Protocol):
    """Where the library says it is."""

    @property
    def line(self) -> int:
        """From 0."""

    @property
    def column(self) -> int:
        """From 0."""


class Spot(NamedTuple):
    """A place of our own choosing, in the library's way of counting."""

    line: int
    column: int


class Cause(NamedTuple):
    """A code of `input.<code>`, where, and what the message needs besides."""

    code: str
    mark: Mark | None
    character: str = ""
    opened: Mark | None = None


# What the C loader and its fallback say, against what a person has to know; the first that fits is taken.
_CAUSES: Final[tuple[tuple[Callable[[str, str], bool], str], ...]] = (
    (lambda _, problem: "nesting depth" in problem, "nesting"),
    (lambda _, problem: "tab character" in problem, "syntax_tab"),
    (lambda _, problem: "cannot start any token" in problem, "syntax_start"),
    (lambda context, _: any(word in context for word in ("alias", "anchor", "tag")), "syntax_start"),
    (lambda context, problem: "block node" in context and "node content" in problem, "syntax_start"),
    (lambda _, problem: "mapping keys are not allowed" in problem, "syntax_start"),
    (lambda _, problem: "mapping values are not allowed" in problem, "syntax_colon_in_text"),
    (lambda _, problem: "could not find expected ':'" in problem, "syntax_colon_missing"),
    (lambda _, problem: any(word in problem for word in ("escape", "hexadec", "hexdec")), "syntax_escape"),
    (lambda context, _: "quoted scalar" in context, "syntax_quote"),
    (lambda context, _: "block scalar" in context, "syntax_block"),
    (lambda context, _: "flow" in context, "syntax_bracket"),
    (lambda context, _: "block mapping" in context or "block collection" in context, "syntax_indent"),
    (lambda _, problem: "sequence entries are not allowed" in problem, "syntax_indent"),
    (lambda _, problem: "document start" in problem, "syntax_document"),
)
# Where these went wrong is where they began; where the library noticed it says little.
_SHOWN_AT_THEIR_START: Final = frozenset({"syntax_quote", "syntax_colon_missing"})

_NAME: Final = r"[a-z_][a-z0-9_]*"
_FIELD: Final = re.compile(rf"\s*(?:- +)*{_NAME}\s*(?::(?=\s|\Z)|\Z)", re.ASCII)
_STARTS_WITH_NAME: Final = re.compile(rf"\s*(?:- +)*{_NAME}(?=\s|\Z)", re.ASCII)
_GLUED: Final = re.compile(rf"(?P<name>\s*(?:- +)*{_NAME}:)(?![\s/]|\Z)", re.ASCII)
_FILLED: Final = re.compile(rf"\s*(?:- +)*{_NAME}\s*:\s+[^\s#|>]", re.ASCII)
_QUOTED_BEFORE: Final = re.compile(r"""(?:^|[:,{\[-])[ \t]*(?P<value>(?P<start>["'])[^\n]*?["'])[ \t]*\Z""")
_BRACKETED_BEFORE: Final = re.compile(r"(?:^|[:,{\[-])[ \t]*(?P<value>(?P<start>[\[{])[^\n]*?[\]}])[ \t]*\Z")


def plain_cause(error: yaml.YAMLError, text: str) -> Cause:
    """The cause of an error the library raised over this text; `syntax` where there is no plainer one."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Cause("syntax", None)
    context, problem = error.context or "", error.problem or ""
    code = next((code for fits, code in _CAUSES if fits(context, problem)), "syntax")
    mark: Mark | None = error.problem_mark or error.context_mark
    if code == "syntax_start" and context.startswith(("while scanning a", "while parsing a tag")):
        mark = error.context_mark
    if code in _SHOWN_AT_THEIR_START:
        mark = error.context_mark or mark
    if mark is None:
        return Cause(code, None)
    return _narrower(code, mark, error.context_mark, text.split("\n"))


def _narrower(code: str, mark: Mark, opened: Mark | None, lines: list[str]) -> Cause:
    """The cause by what stands in the line."""
    match code:
        case "syntax_start":
            return _start(mark, lines)
        case "syntax_quote":
            mixed = closed_otherwise(_line(lines, mark.line)[mark.column :])
            return Cause("syntax_quote_mixed" if mixed else code, mark)
        case "syntax_bracket":
            return (
                _behind_a_value(mark, lines) or _hidden_end(opened, lines) or Cause(code, mark, opened=opened)
            )
        case "syntax_indent":
            return _behind_a_value(mark, lines) or _dash(mark, lines) or Cause(code, mark)
        case "syntax_colon_missing" | "syntax_colon_in_text":
            return _glued(mark, lines) or _paragraph(code, mark, lines) or Cause(code, mark)
    return Cause(code, mark)


def _line(lines: list[str], number: int) -> str:
    return lines[number] if 0 <= number < len(lines) else ""


def _start(mark: Mark, lines: list[str]) -> Cause:
    character = _line(lines, mark.line)[mark.column :][:1]
    if character == "\t":
        return Cause("syntax_tab", mark)
    return Cause("syntax_start", mark, character) if character else Cause("syntax", mark)


def _behind_a_value(mark: Mark, lines: list[str]) -> Cause | None:
    """Text behind a quoted phrase or a bracket: the value as a whole has no quotes round it."""
    before = _line(lines, mark.line)[: mark.column]
    for form, code in ((_QUOTED_BEFORE, "syntax_after_quote"), (_BRACKETED_BEFORE, "syntax_after_bracket")):
        if found := form.search(before):
            return Cause(code, Spot(mark.line, found.start("value")), found["start"])
    return None


def _hidden_end(opened: Mark | None, lines: list[str]) -> Cause | None:
    """A bracket whose end became part of a comment."""
    if opened is None:
        return None
    found = re.compile(r"\s#").search(_line(lines, opened.line), opened.column)
    return Cause("syntax_bracket_hash", Spot(opened.line, found.end() - 1)) if found else None


def _dash(mark: Mark, lines: list[str]) -> Cause | None:
    """A dash at the start of a value, or items pasted below a text."""
    line = _line(lines, mark.line)
    if not line[mark.column :].startswith("-"):
        return None
    if line[: mark.column].strip():
        return Cause("syntax_start", mark, "-")
    above = _above(lines, mark.line)
    return Cause("syntax_paragraph", mark) if above is not None and _FILLED.match(lines[above]) else None


def _glued(mark: Mark, lines: list[str]) -> Cause | None:
    """`name:value`: no space behind the colon, in this line or in those that were read together with it."""
    for number in (mark.line, _above(lines, mark.line)):
        found = _GLUED.match(lines[number]) if number is not None and number < len(lines) else None
        if found and number is not None:
            return Cause("syntax_colon_space", Spot(number, found.end("name")))
    return None


def _paragraph(code: str, mark: Mark, lines: list[str]) -> Cause | None:
    """A line that is no field: it belongs to a text of several lines."""
    line = _line(lines, mark.line)
    if code == "syntax_colon_missing":
        return None if _STARTS_WITH_NAME.match(line) else Cause("syntax_paragraph", mark)
    for number in (mark.line, _above(lines, mark.line)):
        if number is not None and not _FIELD.match(_line(lines, number)):
            text = _line(lines, number)
            return Cause("syntax_paragraph", Spot(number, len(text) - len(text.lstrip())))
    return None


def _above(lines: list[str], number: int) -> int | None:
    """The nearest line above that is neither blank nor a comment."""
    below = min(number, len(lines))
    return next(
        (n for n in range(below - 1, -1, -1) if lines[n].strip() and lines[n].lstrip()[0] != "#"), None
    )
