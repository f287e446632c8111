"""Why YAML cannot be parsed, in terms of what a person has to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import yaml

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


class Cause(NamedTuple):
    """A code of `input.<code>`, where, and what the message needs besides."""

    code: str
    mark: Mark | None
    character: str = ""
    opened: Mark | None = None


# What the C loader and its fallback say, against what a person has to know; the first that fits is taken.
_CAUSES: tuple[tuple[Callable[[str, str], bool], str], ...] = (
    (lambda _, problem: "nesting depth" in problem, "nesting"),
    (lambda _, problem: "tab character" in problem, "syntax_tab"),
    (lambda _, problem: "cannot start any token" in problem, "syntax_start"),
    (lambda context, _: any(word in context for word in ("alias", "anchor", "tag")), "syntax_start"),
    (lambda context, problem: "block node" in context and "node content" in problem, "syntax_start"),
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
_SHOWN_AT_THEIR_START = frozenset({"syntax_quote", "syntax_colon_missing"})


def plain_cause(error: yaml.YAMLError, text: str) -> Cause:
    """The cause of an error the library raised over this text; `syntax` where there is no plainer one."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return Cause("syntax", None)
    context, problem = error.context or "", error.problem or ""
    code = next((code for fits, code in _CAUSES if fits(context, problem)), "syntax")
    mark: Mark | None = error.problem_mark or error.context_mark
    if code == "syntax_start":
        if context.startswith(("while scanning a", "while parsing a tag")):
            mark = error.context_mark
        character = _character(text, mark)
        return Cause("syntax_tab", mark) if character == "\t" else Cause(code, mark, character)
    if code == "syntax_bracket":
        return Cause(code, mark, opened=error.context_mark)
    if code in _SHOWN_AT_THEIR_START:
        mark = error.context_mark or mark
    return Cause(code, mark)


def _character(text: str, mark: Mark | None) -> str:
    return text.split("\n")[mark.line][mark.column :][:1] if mark else ""
