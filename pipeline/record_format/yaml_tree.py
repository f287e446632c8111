"""YAML as a tree of plain text, every piece with its place.

Events are taken one by one, so depth costs nothing and a document is given up at the first bracket too deep;
composing and constructing by the library would recurse, guess types and let the last of two equal keys win.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from unicodedata import normalize

import yaml

from pipeline.domain.source import Place
from pipeline.record_format.odd_blanks import ODD_BLANK, odd_blanks, swallowed
from pipeline.record_format.problems import GivenUpError
from pipeline.record_format.stream import FORBIDDEN, code_point
from pipeline.record_format.yaml_causes import plain_cause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.record_format.problems import Report
    from pipeline.record_format.stream import Document
    from pipeline.record_format.yaml_causes import Mark

MAX_DEPTH = 32
# Many times what a long sitting holds; a megabyte of commas would be half a million.
MAX_NODES = 100_000
FAST_LOADER: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = frozenset({"~", "null", "Null", "NULL"})
_GLUED_COMMENT: Final = re.compile(r"[ \t]+(#[^\s#].*)")
_NUMBERED_BLOCK: Final = re.compile(r"[|>][-+]?[0-9]")
_TYPED_DASH: Final = re.compile("[–—−‒•▪·●]\\s")
_LINES_NAMED: Final = 10


class Scalar(NamedTuple):
    """A piece of text; `plain` means without quotes and not a block.

    `lost` is what stood behind a plain text and a space and began with `#word`: to YAML a comment.
    """

    place: Place
    text: str
    plain: bool
    lost: str = ""

    @property
    def absent(self) -> bool:
        """`null`, `~` or nothing at all; a quoted "null" is text, quotes with nothing in them are not."""
        return (self.plain and self.text in _NULLS) or not self.text.strip()


class Items(NamedTuple):
    """A list."""

    place: Place
    items: list[Node]

    @property
    def absent(self) -> bool:
        """An empty list says as much as none."""
        return not self.items


class Entry(NamedTuple):
    """A field's name and what stands there."""

    key: str
    key_place: Place
    value: Node


class Fields(NamedTuple):
    """A mapping; its keys are distinct."""

    place: Place
    entries: list[Entry]

    @property
    def absent(self) -> bool:
        """An empty mapping says as much as none."""
        return not self.entries


class Refused(NamedTuple):
    """Stands for what cannot be taken, such as an alias: reported already, nothing more to be said of it."""

    place: Place

    @property
    def absent(self) -> bool:
        """Something was meant to be there."""
        return False


Node = Scalar | Items | Fields | Refused


def parse(
    document: Document, report: Report, loader: type = FAST_LOADER, *, filed: bool = False
) -> Node | None:
    """The document's tree; None where it cannot be parsed or nests too deep, and that reported.

    What can be parsed but was hardly meant so is reported too; not so in a text that is filed.
    """
    tree = _Tree(document, report, filed=filed)
    try:
        for event in yaml.parse(document.text, Loader=loader):
            if not tree.take(event):
                return None
    except yaml.YAMLError as error:
        tree.report_cause(error, loader)
        return None
    return tree.root


def _error_of(text: str, loader: type) -> yaml.YAMLError | None:
    try:
        for _ in yaml.parse(text, Loader=loader):
            pass
    except yaml.YAMLError as error:
        return error
    return None


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    node: Items | Fields
    key: Scalar | None = None
    key_refused: bool = False
    seen: dict[str, Place] = field(default_factory=dict)


class _Tree:
    def __init__(self, document: Document, report: Report, *, filed: bool) -> None:
        self._filed = filed
        self.root: Node | None = None
        self._document = document
        self._lines = document.text.split("\n")
        self._odd = not filed and ODD_BLANK.search(document.text) is not None
        self._blanks_told = False
        self._comments = "#" in document.text
        self._first_line = document.first_line
        self._report = report
        self._open: list[_Open] = []
        self._nodes = 0

    def take(self, event: yaml.Event) -> bool:
        """False when the document is given up."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self._report("too_many_values", _place(event.start_mark, self._first_line), limit=MAX_NODES)
            raise GivenUpError
        match event:
            case yaml.ScalarEvent():
                self._add(self._scalar(event))
            case yaml.AliasEvent():
                place = _place(event.start_mark, self._first_line)
                self._report("alias", place, name=event.anchor or "")
                self._add(Refused(place))
            case yaml.CollectionStartEvent():
                place = self._checked_place(event)
                if len(self._open) >= MAX_DEPTH:
                    self._report("nesting", place, limit=MAX_DEPTH)
                    return False
                mapping = isinstance(event, yaml.MappingStartEvent)
                self._open.append(_Open(Fields(place, []) if mapping else Items(place, [])))
            case yaml.CollectionEndEvent():
                self._add(self._open.pop().node)
            case _:
                pass
        return True

    def report_cause(self, error: yaml.YAMLError, loader: type) -> None:
        """Why the library gave up; where odd blanks explain it, they and what would be wrong without them."""
        found = odd_blanks(self._document.text, self._first_line)
        remaining: yaml.YAMLError | None = error
        if found.places:
            self._report_blanks(found.places)
            remaining = _error_of(found.repaired, loader)
        if remaining is None:
            return
        cause = plain_cause(remaining, found.repaired)
        params: dict[str, str | int] = {"limit": MAX_DEPTH} if cause.code == "nesting" else {}
        if cause.character:
            params["character"] = cause.character
        if cause.opened:
            params["opened_line"] = _place(cause.opened, self._first_line).line
        self._report(cause.code, _place(cause.mark, self._first_line), **params)

    def _refuse_blanks(self, place: Place, text: str) -> Refused:
        found = odd_blanks(self._document.text, self._first_line).places
        sign = ODD_BLANK.search(text)
        self._report_blanks(found or ((place, sign[0] if sign else ""),))
        return Refused(place)

    def _report_blanks(self, places: Sequence[tuple[Place, str]]) -> None:
        """One problem for all of them: such text is pasted by the page."""
        if self._blanks_told:
            return
        self._blanks_told = True
        lines = list(dict.fromkeys(place.line for place, _ in places))
        named = ", ".join(map(str, lines[:_LINES_NAMED])) + ("…" if len(lines) > _LINES_NAMED else "")
        signs = ", ".join(dict.fromkeys(code_point(sign) for _, sign in places))
        self._report("odd_blank", places[0][0], character=signs, lines=named)

    def _checked_place(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> Place:
        place = _place(event.start_mark, self._first_line)
        if event.anchor is not None:
            self._report("anchor", place, name=event.anchor)
        if event.tag is not None:
            self._report("tag", place, name=event.tag)
        return place

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar | Refused:
        """A text, unless something in it cannot be taken."""
        place = self._checked_place(event)
        if event.style == '"' and (found := FORBIDDEN.search(event.value)):
            # An escape can bring in what may not stand in the file itself.
            return self._refuse("character", place, character=code_point(found[0]))
        if event.style in ("|", ">") and not event.value and self._numbered(event):
            return self._refuse("syntax_start", place, character=event.style)
        if event.style:
            return Scalar(place, event.value, plain=False)
        if self._odd and swallowed(event.value, self._before(event.start_mark)):
            return self._refuse_blanks(place, event.value)
        lost = self._behind(event.end_mark, _GLUED_COMMENT) if self._comments else None
        return Scalar(place, event.value, plain=True, lost=lost[1].rstrip() if lost else "")

    def _numbered(self, event: yaml.ScalarEvent) -> bool:
        """`>5`: to YAML the head of an empty block, to people a value."""
        return not self._filed and self._behind(event.start_mark, _NUMBERED_BLOCK) is not None

    def _before(self, mark: Mark | None) -> str:
        return self._lines[mark.line][: mark.column] if mark and mark.line < len(self._lines) else ""

    def _behind(self, mark: Mark | None, form: re.Pattern[str]) -> re.Match[str] | None:
        """What stands in the line from the mark on, if it is of that form."""
        if mark is None or mark.line >= len(self._lines):
            return None
        return form.match(self._lines[mark.line], mark.column)

    def _refuse(self, code: str, place: Place, **params: str) -> Refused:
        self._report(code, place, **params)
        return Refused(place)

    def _add(self, node: Node) -> None:
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent.node, Items):
            parent.node.items.append(node)
        elif parent.key is None and not parent.key_refused:
            self._take_key(parent, node)
        else:
            if parent.key is not None:
                parent.node.entries.append(Entry(parent.key.text, parent.key.place, node))
            parent.key, parent.key_refused = None, False

    def _take_key(self, parent: _Open, node: Node) -> None:
        """Hold the name until its value comes; a refused name takes its value with it."""
        parent.key_refused = True
        if not isinstance(node, Scalar):
            if not isinstance(node, Refused):
                self._report("key_not_text", node.place)
            return
        name = normalize("NFC", node.text).strip()
        if node.plain and self._odd and ODD_BLANK.match(node.text):
            self._refuse_blanks(node.place, node.text)
        elif node.plain and not self._filed and _TYPED_DASH.match(name):
            self._report("list_dash", node.place, character=name[0])
        elif node.plain and name == "<<":
            self._report("merge_key", node.place)
        elif not name:
            self._report("key_not_text", node.place)
        elif name in parent.seen:
            self._report("duplicate_key", node.place, name=name, first_line=parent.seen[name].line)
        else:
            parent.seen[name] = node.place
            parent.key, parent.key_refused = Scalar(node.place, name, node.plain), False


def _place(mark: Mark | None, first_line: int) -> Place:
    return Place(first_line + mark.line, mark.column + 1) if mark else Place(first_line, 1)
