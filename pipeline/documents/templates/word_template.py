"""One Word template, compiled once and filled many times.

docxtpl reads a template and prepares its XML; the prepared text is compiled, and only the parts that carry
fields are written anew. Pictures and notes, which this short way does not cover, take docxtpl's full way.
Templates run in a sandbox; what records say is text and never runs.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final, Self

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.content.printable import printable
from pipeline.documents.templates.as_shown import as_shown
from pipeline.documents.templates.package import BODY, EPOCH, RUNNING, UnfitError
from pipeline.domain.errors import MachineError

_FULL_WAY: Final = ("word/footnotes.xml", "word/endnotes.xml", "word/media/")
_ESCAPES: Final = ("{_{", "}_}", "{_%", "%_}")
_MARKING_SAFE: Final = ("safe", "tojson", "urlize", "xmlattr")
_FIELD: Final = re.compile(r"'([^']*)' is undefined|has no attribute '([^']*)'")


def environment() -> ImmutableSandboxedEnvironment:
    """Sandboxed, strict about unknown fields, escaping without a way around it; values are made printable."""
    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=printable)
    for filter_name in _MARKING_SAFE:
        del env.filters[filter_name]
    return env


_ENVIRONMENT: Final = environment()


@dataclass(frozen=True, slots=True)
class _Part:
    """A compiled part. `root` is the document with its body emptied; None for a header or a footer."""

    template: Template
    root: Any | None


@dataclass(frozen=True, slots=True)
class WordTemplate:
    """A compiled template; `digest` is the SHA-256 of its file in hexadecimal.

    `source` is the file as Word shows it.
    """

    kind: DocumentKind
    digest: str
    source: bytes
    _members: tuple[tuple[str, bytes], ...]
    _parts: Mapping[str, _Part]
    _full_way: bool

    @classmethod
    def of(cls, kind: DocumentKind, source: bytes) -> Self:
        """Read and compiled.

        Raises:
            MachineError: `template_unreadable`; `template_broken` (syntax, forbidden code).
        """
        try:
            shown = as_shown(source)
            with zipfile.ZipFile(io.BytesIO(shown)) as archive:
                members = tuple((name, archive.read(name)) for name in archive.namelist())
            document = DocxTemplate(io.BytesIO(shown))
            document.render_init()
            parts = {BODY: _Part(_prepared(document, document.get_xml()), _with_empty_body(document))}
            for name, content in members:
                if RUNNING.match(name):
                    xml = etree.tostring(etree.fromstring(content), encoding="unicode")
                    parts[name] = _Part(_prepared(document, xml), None)
        except (TemplateError, RecursionError, SyntaxError) as error:  # the last two: tags nested without end
            raise MachineError("template_broken", document=kind, why=type(error).__name__) from error
        except UnfitError as error:
            raise MachineError("template_unreadable", document=kind, why=error.code) from error
        except Exception as error:
            raise MachineError("template_unreadable", document=kind, why=type(error).__name__) from error
        digest = hashlib.sha256(source).hexdigest()
        return cls(kind, digest, shown, members, parts, _needs_full_way(members))

    def fill(self, context: Mapping[str, object]) -> bytes:
        """The filled .docx; the same bytes for the same context.

        Raises:
            MachineError: `template_field` (names a field the context does not know), `template_broken`.
        """
        try:
            if self._full_way:
                return _fill_in_full(self.source, context)
            rendered = {name: _render(part, context) for name, part in self._parts.items()}
        except UndefinedError as error:
            raise MachineError("template_field", document=self.kind, field=_field_of(error)) from error
        except Exception as error:  # docxtpl mends tables, and raises what it likes
            raise MachineError("template_broken", document=self.kind, why=type(error).__name__) from error
        return _zip((name, rendered.get(name, content)) for name, content in self._members)


def _needs_full_way(members: tuple[tuple[str, bytes], ...]) -> bool:
    """Whether the template uses what the short way leaves out: notes, pictures, docxtpl's own escapes."""
    if any(name.startswith(_FULL_WAY) for name, _ in members):
        return True
    return any(escape.encode() in content for _, content in members for escape in _ESCAPES)


def _prepared(document: DocxTemplate, xml: str) -> Template:
    source = document.patch_xml(xml)
    if _ENVIRONMENT.parse(source).find(nodes.EvalContextModifier):
        raise TemplateError("escaping is not to be turned off")
    return _ENVIRONMENT.from_string(source)


def _with_empty_body(document: DocxTemplate) -> Any:
    root = deepcopy(document.docx.element)
    root.body.clear()
    return root


def _render(part: _Part, context: Mapping[str, object]) -> bytes:
    """As DocxTemplate.render does it, but broken XML is an error and not mended in silence."""
    helper = DocxTemplate("")
    helper.docx_ids_index = 1000
    xml = helper.resolve_listing(part.template.render(context))
    tree = etree.fromstring(xml)
    if part.root is not None:
        if tree.find(".//{*}tbl") is not None:
            tree = helper.fix_tables(xml)
        helper.fix_docpr_ids(tree)
        root = deepcopy(part.root)
        root.replace(root.body, tree)
        tree = root
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _fill_in_full(source: bytes, context: Mapping[str, object]) -> bytes:
    document = DocxTemplate(io.BytesIO(source))
    document.render(dict(context), jinja_env=_ENVIRONMENT)
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        return _zip((name, archive.read(name)) for name in archive.namelist())


def _zip(members: Any) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()


def _field_of(error: UndefinedError) -> str:
    found = _FIELD.search(error.message or "")
    return next(filter(None, found.groups()), "?") if found else "?"


def document_of(docx: bytes) -> Any:
    """The root of a Word file's main part, to be changed and put back by `with_document`."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return etree.fromstring(archive.read(BODY))


def with_document(docx: bytes, root: Any) -> bytes:
    """The Word file with that main part; all else stays."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx)) as archive,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in archive.infolist():
            data = archive.read(entry)
            if entry.filename == BODY:
                data = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            made.writestr(entry, data)
    return out.getvalue()
