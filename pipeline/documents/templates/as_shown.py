"""A Word file as Word shows it and as the program reads it: checked and filled is this alone.

What Word does not show (deleted text under tracked changes, marks of the editor) is left out, what it shows
in wrappers stands without them, and names and units are those Word for Windows writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from pipeline.documents.templates.package import UnfitError, plain_package

WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT: Final = "http://purl.oclc.org/ooxml/"
_COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_W: Final = f"{{{WORD}}}"
_GONE: Final = re.compile(
    r"(del|moveFrom|delText|delInstrText|bookmark(Start|End)|comment(RangeStart|RangeEnd|Reference)"
    r"|perm(Start|End)|proofErr|lastRenderedPageBreak|softHyphen|attachedTemplate|mailMerge|(customXml)?(Ins|Del|MoveFrom"
    r"|MoveTo|moveFrom|moveTo)Range(Start|End)|[a-zA-Z]+Change)"
)
"""What Word keeps for itself or takes for deleted (ISO/IEC 29500-1, 17.13): nothing of it is shown."""
_ADDED: Final = ("ins", "moveTo", "cellIns", "cellDel", "cellMerge")
"""Tracked changes that nobody has accepted or rejected yet."""
_WRAPPERS: Final = ("sdt", "sdtContent", "smartTag", "customXml")
_OF_WRAPPERS: Final = ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr")
_MEASURE: Final = re.compile(r"(-?\d+(?:\.\d+)?)(mm|cm|in|pt|pc|pi)")
_TWIPS: Final = {"mm": 1440 / 25.4, "cm": 1440 / 2.54, "in": 1440.0, "pt": 20.0, "pc": 240.0, "pi": 240.0}
_MEASURED: Final = frozenset(
    (
        *("pgMar", "pgSz", "cols", "col", "docGrid", "defaultTabStop", "ind", "spacing", "tab", "framePr"),
        *("tblW", "tblInd", "tblCellSpacing", "tblpPr", "gridCol", "trHeight", "wBefore", "wAfter", "tcW"),
        *("top", "bottom", "left", "right", "start", "end"),
    )
)
_HALF_POINTS: Final = frozenset(("sz", "szCs", "position", "kern"))


@lru_cache(maxsize=4)
def as_shown(source: bytes) -> bytes:
    """The Word file as Word shows it.

    Raises:
        UnfitError: `tracked`, changes wait to be accepted; as `plain_package`.
        zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, ...: it cannot be read.
    """
    return plain_package(source, _shown)


def _shown(root: Any) -> Any:
    if str(etree.QName(root).namespace or "").startswith(_STRICT):
        raise UnfitError("save_as_docx")
    if etree.QName(root).namespace != WORD:
        return root
    root = _with_usual_prefix(root)
    for node in list(root.iter(etree.Element)):
        name = etree.QName(node)
        if name.namespace == WORD:
            _one(node, name.localname)
        elif node.tag == f"{_COMPATIBLE}AlternateContent" and node.find(f"{_COMPATIBLE}Choice") is not None:
            for instead in node.findall(f"{_COMPATIBLE}Fallback"):
                node.remove(instead)
    return root


def _one(node: Any, name: str) -> None:
    if node.getparent() is None:
        return
    if name == "del" and _is(node.getparent(), "trPr"):
        row = node.getparent().getparent()
        row.getparent().remove(row)
    elif name in _ADDED:
        raise UnfitError("tracked", where=_around(node))
    elif _GONE.fullmatch(name) or name in _OF_WRAPPERS:
        node.getparent().remove(node)
    elif name in _WRAPPERS:
        _unwrapped(node)
    elif name == "noBreakHyphen":
        node.tag, node.text = f"{_W}t", "-"
    else:
        _in_twips(node, name)


def _unwrapped(node: Any) -> None:
    parent, at = node.getparent(), node.getparent().index(node)
    parent[at : at + 1] = list(node)


def _in_twips(node: Any, name: str) -> None:
    """Lengths with their units (ST_UniversalMeasure, 22.9.2.15), which the renderer does not read."""
    if name not in _MEASURED and name not in _HALF_POINTS:
        return
    for attribute, value in node.attrib.items():
        if found := _MEASURE.fullmatch(value):
            twips = float(found[1]) * _TWIPS[found[2]]
            node.set(attribute, str(round(twips / 10 if name in _HALF_POINTS else twips)))


def _with_usual_prefix(root: Any) -> Any:
    """As docxtpl reads it: a namespace may have any other prefix, or none. Built anew, lxml moves slowly."""
    if all(node.prefix == "w" for node in root.iter(f"{_W}*")):
        return root
    made = etree.Element(root.tag, root.attrib, nsmap={"w": WORD, **_others(root.nsmap)})
    copied = [(root, made)]
    while copied:
        source, target = copied.pop()
        target.text, around = source.text, source.nsmap
        for child in source.iterchildren(etree.Element):
            own = {prefix: uri for prefix, uri in _others(child.nsmap).items() if around.get(prefix) != uri}
            copy = etree.SubElement(target, child.tag, child.attrib, nsmap=own)
            copy.tail = child.tail
            copied.append((child, copy))
    return made


def _others(names: Mapping[str | None, str]) -> dict[str, str]:
    return {prefix: uri for prefix, uri in names.items() if prefix and prefix != "w" and uri != WORD}


def _around(node: Any) -> str:
    """The text of the paragraph that the node stands in, or of the next one."""
    around: Iterator[Any] = (n for n in (node, *node.iterancestors()) if _is(n, "p") or _is(n, "tr"))
    return next(("".join(t.text or "" for t in found.iter(f"{_W}t")) for found in around), "")


def _is(node: Any, name: str) -> bool:
    return bool(node.tag == f"{_W}{name}")
