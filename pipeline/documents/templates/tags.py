"""The tags of a Word template: which fields it uses, and in which paragraph a person finds them.

A template may print fields, repeat over lists and leave parts out where a field is empty; that is all.
Nothing calls, computes or filters, so there is nothing to abuse.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from docxtpl import DocxTemplate
from jinja2 import TemplateError, nodes
from lxml import etree

from pipeline.documents.templates.package import BODY, NOTES, RUNNING
from pipeline.documents.templates.word_template import environment

TAG: Final = re.compile(
    r"{{(?:(?!{{|}}).)*}}|{%(?:(?!{%|%}).)*%}|{#(?:(?!{#|#}).)*#}", re.DOTALL
)  # in one go over what never ends, too
_PARAGRAPH: Final = re.compile(r"<(\w+:)?p[ >]")
_XML: Final = re.compile(r"<[^>]*>")
_ROLE: Final = re.compile(r"({[{%])(p|tr|tc|r)\b")
"""What docxtpl adds to a tag that stands for its whole paragraph, row, cell or run."""
_DEEPEST: Final = 3
"""Loops within each other."""
_LOOP: Final = ("index", "first", "last")
_PLAIN: Final = (nodes.TemplateData, nodes.Const)
_LOGIC: Final = (nodes.Or, nodes.And, nodes.Not)
_TRIED: Final = environment()


@dataclass(frozen=True, slots=True)
class Use:
    """A field used: its path (`rows[].number`), how the tag names it (`row.number`), its paragraph's text."""

    path: str
    said: str
    where: str = field(default="", compare=False)


@dataclass(slots=True)
class Tags:
    """What the tags of a template do; `forbidden` are those that do what a form has no need of."""

    printed: list[Use] = field(default_factory=list)
    looped: list[Use] = field(default_factory=list)
    asked: list[Use] = field(default_factory=list)
    forbidden: list[Use] = field(default_factory=list)

    @property
    def paths(self) -> frozenset[str]:
        """Every field used, whichever way."""
        return frozenset(use.path for use in (*self.printed, *self.looped, *self.asked))


_KINDS: Final = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
_HALVES: Final = 100
"""Tags without an end, at which docxtpl's expressions take the square of their number."""


class ParseError(Exception):
    """The tags do not parse; `tag` is the one at fault where it is known, else empty."""

    def __init__(self, tag: str) -> None:
        super().__init__("the tags do not parse")
        self.tag = tag


def written_parts(source: bytes) -> dict[str, bytes]:
    """The XML of the parts in which people write: body, headers, footers, notes.

    Raises:
        zipfile.BadZipFile, KeyError: it is no Word file.
    """
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        names = [n for n in archive.namelist() if n == BODY or RUNNING.match(n) or NOTES.match(n)]
        if BODY not in names:
            raise KeyError(BODY)
        return {name: archive.read(name) for name in sorted(names)}


def paragraphs(parts: Mapping[str, bytes]) -> list[str]:
    """The text of every paragraph, tags and all, as Word shows it.

    Raises:
        etree.XMLSyntaxError: a part is no XML.
    """
    found = []
    for xml in parts.values():
        for paragraph in etree.fromstring(xml).iter("{*}p"):
            pieces = (
                node.text or "" if _is(node, "t") else " "
                for node in paragraph.iter("{*}t", "{*}tab", "{*}br")
            )
            found.append("".join(pieces))
    return [text for text in found if text.strip()]


def tags(source: bytes, parts: Mapping[str, bytes]) -> Tags:
    """What the tags do.

    Raises:
        ParseError: they do not parse.
        etree.XMLSyntaxError, ValueError, KeyError: the file cannot be read.
    """
    document = DocxTemplate(io.BytesIO(source))
    document.render_init()
    found = Tags()
    for name, content in parts.items():
        xml = (
            document.get_xml()
            if name == BODY
            else etree.tostring(etree.fromstring(content), encoding="unicode")
        )
        texts = paragraphs({name: content})
        if any(xml.count(begins) - xml.count(ends) > _HALVES for begins, ends in _KINDS):
            raise ParseError(_broken_tag(texts))
        lines = _PARAGRAPH.sub(r"\n\g<0>", document.patch_xml(xml).replace("\n", " "))
        try:
            tree = _TRIED.parse(lines)
        except TemplateError:
            raise ParseError(_broken_tag(texts)) from None
        _Walk(found, [_XML.sub("", line) for line in lines.split("\n")], texts).over(tree.body, {})
    return found


def _broken_tag(texts: list[str]) -> str:
    """The first tag, or the first paragraph with half a tag, that does not parse by itself."""
    for text in texts:
        rest = TAG.sub("", text)
        if any(half in rest for half in ("{{", "}}", "{%", "%}")):
            return text
        for tag in TAG.findall(text):
            if not _parses(_ROLE.sub(r"\1", tag)):
                return str(tag)
    return ""


def _parses(tag: str) -> bool:
    """Whether a tag parses once what it opens is closed and what it closes is opened."""
    word = tag.strip("{%-} ").partition(" ")[0]
    around = {
        "for": (tag, "{% endfor %}"),
        "if": (tag, "{% endif %}"),
        "elif": ("{% if x %}", tag + "{% endif %}"),
        "else": ("{% if x %}", tag + "{% endif %}"),
        "endif": ("{% if x %}", tag),
        "endfor": ("{% for x in y %}", tag),
    }
    try:
        _TRIED.parse("".join(around.get(word, (tag,)) if tag.startswith("{%") else (tag,)))
    except TemplateError:
        return False
    return True


class _Walk:
    """Over the syntax tree; `scope` leads a loop's variable to the field it stands for.

    `lines` is the text parsed, a line a paragraph, and `texts` what Word shows of each paragraph.
    """

    def __init__(self, found: Tags, lines: Sequence[str], texts: Sequence[str]) -> None:
        self._found = found
        self._lines = lines
        self._texts = texts

    def over(self, body: list[nodes.Node], scope: Mapping[str, str]) -> None:
        for node in body:
            match node:
                case nodes.Output():
                    for inner in node.nodes:
                        self._expression(inner, scope, self._found.printed)
                case nodes.If():
                    self._expression(node.test, scope, self._found.asked)
                    self.over([*node.body, *node.elif_, *node.else_], scope)
                case nodes.For(target=nodes.Name(name=variable), recursive=False, test=None):
                    listed = self._use(node.iter, scope)
                    if listed is None or _is_nested_too_deep(listed.path, scope):
                        self._forbid(node.iter)
                        continue
                    self._found.looped.append(replace(listed, path=f"{listed.path}[]"))
                    self.over(node.body, {**scope, variable: f"{listed.path}[]", "loop": "loop"})
                    self.over(node.else_, scope)
                case _:
                    self._forbid(node)

    def _expression(self, node: nodes.Node, scope: Mapping[str, str], uses: list[Use]) -> None:
        if isinstance(node, _PLAIN):
            return
        if isinstance(node, _LOGIC):
            for inner in node.iter_child_nodes():
                self._expression(inner, scope, uses)
            return
        use = self._use(node, scope)
        if use is None:
            self._forbid(node)
        elif "loop" not in scope or not use.path.startswith("loop."):
            uses.append(use)

    def _use(self, node: nodes.Node, scope: Mapping[str, str]) -> Use | None:
        match node:
            case nodes.Name():
                return Use(scope.get(node.name, node.name), node.name, self._where(node, node.name))
            case nodes.Getattr(node=nodes.Name(name="loop")) if "loop" in scope:
                return Use(f"loop.{node.attr}", node.attr) if node.attr in _LOOP else None
            case nodes.Getattr() if not node.attr.startswith("_"):
                owner = self._use(node.node, scope)
                if owner is None:
                    return None
                said = f"{owner.said}.{node.attr}"
                return Use(f"{owner.path}.{node.attr}", said, self._where(node, said))
            case _:
                return None

    def _forbid(self, node: nodes.Node) -> None:
        names = [n.name for n in node.find_all(nodes.Name)] if node.fields else []
        if isinstance(node, nodes.Name):
            names.insert(0, node.name)
        said = names[0] if names else type(node).__name__.lower()
        self._found.forbidden.append(Use("", said, self._where(node, said if names else "")))

    def _where(self, node: nodes.Node, said: str) -> str:
        """The paragraph that the node stands in, as Word shows it."""
        line = html.unescape(self._lines[node.lineno - 1])
        shown = (text for text in self._texts if (plain := _ROLE.sub(r"\1", text)) in line or line in plain)
        word = re.compile(rf"(?<![\w.]){re.escape(said)}(?!\w)")
        return next((text for text in shown if any(map(word.search, TAG.findall(text)))), "")


def _is_nested_too_deep(path: str, scope: Mapping[str, str]) -> bool:
    """A list within itself, and again: a few lines of it would be written for hours."""
    around = {field for field in scope.values() if field.endswith("[]")}
    return f"{path}[]" in around or len(around) >= _DEEPEST


def _is(node: Any, tag: str) -> bool:
    return bool(etree.QName(node).localname == tag)
