"""A Word file taken apart by its relationships, as Word reads it (ISO/IEC 29500-2), and put together plainly.

Word Online calls the body document2.xml, other programs call a footer as they like: only a relationship says
what a part is. Put together, every part bears the name that Word for Windows gives it, and what the text does
not lead to is left out.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, Final

from lxml import etree

from pipeline.documents.templates.word_fields import text_of

BODY: Final = "word/document.xml"
RUNNING: Final = re.compile(r"word/(header|footer)\d+\.xml$")
NOTES: Final = re.compile(r"word/(footnotes|endnotes)\.xml$")
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_TYPES: Final = "[Content_Types].xml"
_ROOT: Final = ""
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STRICT: Final = "http://purl.oclc.org/ooxml/"
_MAIN_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_MACRO: Final = "macroEnabled"
_RENAMED: Final = {"header": "word/header{}.xml", "footer": "word/footer{}.xml"}
_CALLED: Final = {"footnotes": "word/footnotes.xml", "endnotes": "word/endnotes.xml"}
_UNSHOWN: Final = frozenset(
    (
        *("attachedTemplate", "glossaryDocument", "customXml", "comments", "commentsExtended", "commentsIds"),
        *("commentsExtensible", "people", "thumbnail", "extended-properties", "custom-properties"),
        *("printerSettings", "mailMergeSource", "mailMergeHeaderSource", "recipientData"),
    )
)
"""Kinds of relationships that lead to nothing a page shows, by the last word of their type."""
_OTHER_FORMATS: Final = (b"\xd0\xcf\x11\xe0", b"{\\rtf", b"%PDF", b"<?xml", b"<html", b"<!DOCTYPE")
"""How .doc and .docx under a password, RTF, PDF, Word XML and pages of the web begin."""


class UnfitError(Exception):
    """No Word file that can serve: `code` is one of the check's, `value` and `where` as in its faults."""

    def __init__(self, code: str, value: str = "", where: str = "") -> None:
        super().__init__(code, value)
        self.code, self.value, self.where = code, value, where


def parsed(xml: bytes) -> Any:
    """The root of a part. Entities are not followed: Word's parts have none (ISO/IEC 29500-2, 9.1.3).

    Raises:
        etree.XMLSyntaxError: it is no XML.
        UnfitError: it declares a document type.
    """
    root: Any = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.getroottree().docinfo.doctype:
        raise UnfitError("broken_xml")
    return root


def written(root: Any) -> bytes:
    """A part as it is written into the package."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def require_package(source: bytes) -> None:
    """Raises UnfitError, `save_as_docx`, where the file is of another format by how it begins."""
    if source.lstrip()[:16].startswith(_OTHER_FORMATS):
        raise UnfitError("save_as_docx")


def plain_package(source: bytes, shown: Callable[[Any], Any]) -> bytes:
    """The Word file with its parts under their usual names; `shown` makes anew each part of WordprocessingML.

    Raises:
        UnfitError: `save_as_docx`, it is of another format; `missing_part`, it names a part that is gone.
        zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ...: it cannot be read.
    """
    require_package(source)
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        members = {name.replace("\\", "/").lstrip("/"): archive.read(name) for name in archive.namelist()}
    if "mimetype" in members:
        raise UnfitError("save_as_docx")  # OpenDocument
    return _Package(members, shown).put_together()


class _Package:
    """The parts that the body leads to, by the names they had, and what they are called now."""

    def __init__(self, members: Mapping[str, bytes], shown: Callable[[Any], Any]) -> None:
        self._members, self._shown = members, shown
        self._spelt = {name.casefold(): name for name in members}
        self._name_of: dict[str, str] = {}
        self._done: dict[str, bytes] = {}

    def put_together(self) -> bytes:
        self._follow(_ROOT)
        if BODY not in self._name_of.values():
            raise KeyError(BODY)
        content = {_TYPES: self._types(), **self._done}
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in content.items():
                archive.writestr(zipfile.ZipInfo(name, EPOCH), data)
        return buffer.getvalue()

    # --- relationships --------------------------------------------------------------------------------------

    def _follow(self, part: str) -> None:
        """Takes up what the part leads to; a relationship that leads nowhere or to nothing shown goes."""
        links = self._members.get(self._spelt.get(_links_of(part).casefold(), ""))
        known: set[str] = set()
        if links is not None:
            root, new = parsed(links), self._name_of.get(part, _ROOT)
            for link in list(root.iter("{*}Relationship")):
                if self._kept(link, part):
                    known.add(link.get("Id", ""))
                else:
                    root.remove(link)
            self._done[_links_of(new)] = written(root)
        if part:
            self._require(part, known)

    def _kept(self, link: Any, part: str) -> bool:
        kind = link.get("Type", "")
        what = kind.rpartition("/")[2]
        if kind.startswith(_STRICT):
            raise UnfitError("save_as_docx")
        if what in _UNSHOWN:
            return False
        if link.get("Target", "").startswith("#"):
            link.set("TargetMode", "External")  # a place in the text: no part
        if link.get("TargetMode") == "External":
            return True
        target = self._spelt.get(_target(link.get("Target", ""), part).casefold())
        if target is None:
            return False
        if target not in self._name_of:
            self._name_of[target] = self._named(target, what, part)
            self._take(target)
        link.set("Target", _relative(self._name_of[target], self._name_of.get(part, _ROOT)))
        return True

    def _named(self, target: str, what: str, part: str) -> str:
        """The name by which the rest of the program knows the part."""
        if not part:
            return BODY if what == "officeDocument" else target
        if (called := _CALLED.get(what)) is not None:
            return called
        if what not in _RENAMED or (RUNNING.match(target) and what in target):
            return target
        taken = {*self._members, *self._name_of.values()}
        return next(name for n in range(1, 10_000) if (name := _RENAMED[what].format(n)) not in taken)

    def _take(self, part: str) -> None:
        data = self._members[part]
        if part.endswith((".xml", ".XML")) or _xml(data):
            data = written(self._shown(parsed(data)))
        self._done[self._name_of[part]] = data
        self._follow(part)

    def _require(self, part: str, known: set[str]) -> None:
        """Whatever the part shows by a relationship must have come along."""
        data = self._done[self._name_of[part]]
        for node in parsed(data).iter("*") if _xml(data) else ():
            for name, value in node.attrib.items():
                if name.startswith(f"{{{_OFFICE[:-1]}}}") and value and value not in known:
                    raise UnfitError("missing_part", value, text_of(node))

    # --- content types --------------------------------------------------------------------------------------

    def _types(self) -> bytes:
        root = parsed(self._members[_TYPES])
        for entry in list(root.iter("{*}Override")):
            spelt = self._spelt.get(entry.get("PartName", "").lstrip("/").casefold(), "")
            name = self._name_of.get(spelt)
            if name is None:
                root.remove(entry)
                continue
            entry.set("PartName", f"/{name}")
            if name == BODY:
                _require_word(entry.get("ContentType", ""))
                entry.set("ContentType", _MAIN_TYPE)
        return written(root)


def _require_word(kind: str) -> None:
    if _MACRO in kind:
        raise UnfitError("external", "vbaProject.bin")
    if "wordprocessingml" not in kind:
        raise UnfitError("save_as_docx")  # a workbook, a presentation


def _xml(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<"


def _links_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _target(target: str, part: str) -> str:
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")


def _relative(name: str, part: str) -> str:
    return posixpath.relpath(f"/{name}", posixpath.join("/", posixpath.dirname(part)))
