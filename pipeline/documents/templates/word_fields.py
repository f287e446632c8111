"""Word's own fields (ISO/IEC 29500-1, 17.16): what each is told to do.

Word splits an instruction over as many runs as it likes; it is all the text between the field's begin and its
separator, and fields stand within fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree


def instructions(root: Any) -> Iterator[tuple[str, str]]:
    """Every field's instruction with the text of the paragraph it begins in."""
    open_fields: list[tuple[list[str], Any]] = []
    for node in root.iter("{*}fldSimple", "{*}fldChar", "{*}instrText"):
        match etree.QName(node).localname:
            case "fldSimple":
                yield _own(node, "instr"), text_of(node)
            case "instrText" if open_fields:
                open_fields[-1][0].append(node.text or "")
            case "instrText":
                yield node.text or "", text_of(node)
            case _ if _own(node, "fldCharType") == "begin":
                open_fields.append(([], node))
            case _ if _own(node, "fldCharType") == "end" and open_fields:
                pieces, begin = open_fields.pop()
                yield "".join(pieces), text_of(begin)
    for pieces, begin in open_fields:
        yield "".join(pieces), text_of(begin)


def text_of(node: Any) -> str:
    """The text of the paragraph that the node stands in."""
    paragraph = next(node.iterancestors("{*}p"), None)
    return "" if paragraph is None else "".join(text.text or "" for text in paragraph.iter("{*}t"))


def _own(node: Any, name: str) -> str:
    return str(node.get(f"{{{etree.QName(node).namespace}}}{name}", ""))
