"""YAML as a tree of plain text, every piece with its place.

Events are taken one by one, so depth costs nothing and a document is given up at the first bracket too deep;
composing and constructing by the library would recurse, guess types and let the last of two equal keys win.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

import yaml

from pipeline.domain.source import Place
from pipeline.intake.problems import GivenUpError
from pipeline.intake.stream import FORBIDDEN, code_point
from pipeline.intake.yaml_causes import plain_cause

if TYPE_CHECKING:
    from pipeline.intake.problems import Report
    from pipeline.intake.stream import Document
    from pipeline.intake.yaml_causes import Mark

MAX_DEPTH = 32
# Many times what a long sitting holds; a megabyte of commas would be half a million.
MAX_NODES = 100_000
FAST_LOADER: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NULLS = frozenset({"~", "null", "Null", "NULL"})


class Scalar(NamedTuple):
    """A piece of text; `plain` means without quotes and not a block."""

    place: Place
    text: str
    plain: bool

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


def parse(document: Document, report: Report, loader: type = FAST_LOADER) -> Node | None:
    """The document's tree; None where it cannot be parsed or nests too deep, and that reported."""
    tree = _Tree(document.first_line, report)
    try:
        for event in yaml.parse(document.text, Loader=loader):
            if not tree.take(event):
                return None
    except yaml.YAMLError as error:
        cause = plain_cause(error, document.text)
        params: dict[str, str | int] = {"limit": MAX_DEPTH} if cause.code == "nesting" else {}
        if cause.character:
            params["character"] = cause.character
        if cause.opened:
            params["opened_line"] = _place(cause.opened, document.first_line).line
        report(cause.code, _place(cause.mark, document.first_line), **params)
        return None
    return tree.root


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    node: Items | Fields
    key: Scalar | None = None
    key_refused: bool = False
    seen: dict[str, Place] = field(default_factory=dict)


class _Tree:
    def __init__(self, first_line: int, report: Report) -> None:
        self.root: Node | None = None
        self._first_line = first_line
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
                place = self._checked_place(event)
                self._add(self._allowed(Scalar(place, event.value, not event.style), event.style))
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

    def _checked_place(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> Place:
        place = _place(event.start_mark, self._first_line)
        if event.anchor is not None:
            self._report("anchor", place, name=event.anchor)
        if event.tag is not None:
            self._report("tag", place, name=event.tag)
        return place

    def _allowed(self, scalar: Scalar, style: str | None) -> Scalar | Refused:
        """Between double quotes an escape can bring in what may not stand in the file itself."""
        found = FORBIDDEN.search(scalar.text) if style == '"' else None
        if found is None:
            return scalar
        self._report("character", scalar.place, character=code_point(found[0]))
        return Refused(scalar.place)

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
        if node.plain and name == "<<":
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
