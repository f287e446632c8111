"""Signatures stand below what is signed, rows below their head: neither stands alone on a page.

"Keep with next" in a template is not enough: not every program that lays out Word files carries it over
tables, and HR may have taken it out. So the page is looked at once it is laid out, and where signatures
parted from the text the end of the text goes along with them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from lxml import etree

from pipeline.documents.templates.word_template import document_of, with_document

_CLOSING: Final = frozenset(
    {
        "Note",
        "Caption",
        "Tight",
        "SignHead",
        "SignTitle",
        "SignAgain",
        "SignTableHead",
        "SignTableText",
        "SignRole",
        "SignName",
        "Seal",
        "End",
    }
)
"""Styles of what stands at the foot of a paper: signatures, rules for them, footnotes."""
_HEADINGS: Final = frozenset({"Item", "ItemKept"})
"""What stands right above the end of the text by one of these goes along too."""
_HEAD: Final = frozenset({"SignAgain"})
"""What a list of signatures says at the head of each page, where it takes more than one."""
_TITLES: Final = frozenset({"FormTitle", "FormSubtitle", "ItemKept", "Kept", "SignTitle"})
"""What names the table that stands below it."""
_LINES: Final = frozenset({"SignRole", "SignName"})
_CLOSER: Final = (7, 4)
"""Points above a line to sign on, of usually 10, where a list of signatures fills a page."""
_BEFORE_SPACING: Final = frozenset(
    {"pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl", "tabs"}
)
_LEAST_LETTERS: Final = 120
"""So many fill two lines at least; a shorter end takes one more paragraph or row along."""
_MOST_BLOCKS: Final = 3
_FOOT: Final = 25 * 72 / 25.4
"""In points from the lower edge: below it runs the foot alone."""
_COMPARED: Final = 24
"""Letters of a block's end by which its page is known."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph of the body, or a row of a table in it."""

    node: Any

    @property
    def letters(self) -> str:
        """Its text without white space."""
        return _letters(self.node)

    @property
    def styles(self) -> frozenset[str]:
        """Of its paragraphs."""
        return frozenset(_value(style) for style in self.node.iter("{*}pStyle"))

    @property
    def is_row(self) -> bool:
        """Whether it is a row."""
        return _local(self.node) == "tr"


def laid_out(docx: bytes, render: Callable[[bytes], bytes]) -> bytes:
    """The PDF that `render` makes of the Word file; the end of the text goes along with its signatures.

    Where they fill a page by themselves their rows stand closer. Where they fill more than a page even so,
    each page of them begins with the head that the template has for it: which paper it is and what is signed.
    """
    bare = without_heads(docx)
    pdf, together = _with_its_text(*_rows_below_heads(bare, render), render)
    return pdf if together or bare is docx else _rows_below_heads(docx, render)[1]


def without_heads(docx: bytes) -> bytes:
    """The Word file without the heads of signatures that go on; the same one where it has none."""
    root = document_of(docx)
    heads = [row for row in root.iter("{*}tr") if _is_head(row) and _Block(row).styles == _HEAD]
    for row in heads:
        row.getparent().remove(row)
    return with_document(docx, root) if heads else docx


def _rows_below_heads(docx: bytes, render: Callable[[bytes], bytes]) -> tuple[bytes, bytes]:
    """The Word file and its PDF; a table whose head stood alone at the foot of a page begins on the next."""
    pdf, root = render(docx), document_of(docx)
    pages = _pages(pdf)
    alone = [table for table in root.iterfind("{*}body/{*}tbl") if _head_is_alone(table, pages)]
    begins = [_with_its_title(table) for table in alone]
    moved = [first for first in begins if any(map(_letters, first.itersiblings(preceding=True)))]
    if not moved:
        return docx, pdf
    for first in moved:
        first.addprevious(_page_break(first))
    mended = with_document(docx, root)
    return mended, render(mended)


def _head_is_alone(table: Any, pages: Sequence[str]) -> bool:
    """At the foot of a page, and once more at the top of the next; its cells are read in whatever order."""
    heads = [row for row in table.findall("{*}tr") if _is_head(row)]
    head = sorted(_sounds("".join(map(_letters, heads))))
    return bool(head) and any(
        sorted(above[-len(head) :]) == head == sorted(below[: len(head)]) for above, below in pairwise(pages)
    )


def _with_its_title(table: Any) -> Any:
    """The first of what stands right above a table and belongs to it."""
    first = table
    while (above := first.getprevious()) is not None and _local(above) == "p":
        if _letters(above) and not _Block(above).styles <= _TITLES:
            break
        first = above
    return first


def _with_its_text(docx: bytes, pdf: bytes, render: Callable[[bytes], bytes]) -> tuple[bytes, bool]:
    """The PDF, and whether all signatures stand below the end of the text, on its page.

    Where they do not, they stay as they come, and so does what mending would part further.
    """
    stands = pdf
    before = _pages(pdf)
    end = _end_of_text(document_of(docx))
    if len(before) == 1 or not end or _goes_along(end, before[-1]):
        return pdf, True
    for closer in (None, *_CLOSER):
        for mend in (_keep, _break_before):
            root = document_of(docx)
            if closer is not None:
                _stand_closer(root, closer)
            end = _end_of_text(root)
            mend(end)
            mended = render(with_document(docx, root))
            pages = _pages(mended)
            if _goes_along(end, pages[-1]) and (mend is _keep or len(pages) <= len(before)):
                return mended, True
        if closer is None and all(pages) and len(pages) <= len(before):
            stands = mended
    return stands, False


def _letters(node: Any) -> str:
    return squeezed("".join(text.text or "" for text in node.iter("{*}t")))


def squeezed(text: str) -> str:
    """Letters and signs alone: lines break where they will."""
    return re.sub(r"[\s\u00ad\u200b]+", "", text)


def _goes_along(end: Sequence[_Block], last_page: str) -> bool:
    return _sounds(end[0].letters)[-_COMPARED:] in last_page


def _sounds(text: str) -> str:
    """Letters and figures alone: a hyphen at the end of a line is read out of a PDF as another sign."""
    return re.sub(r"[\W_]+", "", text)


def _end_of_text(root: Any) -> list[_Block]:
    """The last lines above the signatures, in their order; nothing where the paper has no signatures."""
    blocks: list[_Block] = []
    closing = False
    for block in _backwards(root):
        if _is_long_enough(blocks):
            if block.letters and not block.is_row and block.styles <= _HEADINGS:
                blocks.insert(0, block)
            break
        if not blocks and _closes(block):
            closing = closing or bool(block.letters)
            continue
        if not closing:
            return []
        if block.letters:
            blocks.insert(0, block)
    return blocks


def _is_long_enough(blocks: Sequence[_Block]) -> bool:
    return sum(len(b.letters) for b in blocks) >= _LEAST_LETTERS or len(blocks) == _MOST_BLOCKS


def _backwards(root: Any) -> Iterator[_Block]:
    body = root.find("{*}body")
    for child in reversed(body if body is not None else ()):
        if _local(child) == "p":
            yield _Block(child)
        elif _local(child) == "tbl":
            yield from map(_Block, reversed(child.findall("{*}tr")))


def _closes(block: _Block) -> bool:
    """Whether it belongs to the signatures: by its styles, or a row that holds whole tables."""
    if not block.letters or (block.is_row and block.node.find(".//{*}tbl") is not None):
        return True
    return bool(block.styles) and block.styles <= _CLOSING


def _stand_closer(root: Any, points: int) -> None:
    """The lines to sign on, with so much room above each."""
    word = etree.QName(root).namespace
    for style in root.iter("{*}pStyle"):
        if _value(style) in _LINES:
            properties = style.getparent()
            for old in properties.findall("{*}spacing"):
                properties.remove(old)
            spacing = etree.Element(f"{{{word}}}spacing", {f"{{{word}}}before": str(points * 20)})
            behind = [node for node in properties if _local(node) in _BEFORE_SPACING]
            properties.insert(properties.index(behind[-1]) + 1, spacing)


def _keep(end: Sequence[_Block]) -> None:
    """What follows is kept with the end of the text; rows begin a table of their own on the next page."""
    if end[0].is_row:
        _break_before(end)
        return
    node = end[0].node
    while node is not None:
        for paragraph in (node,) if _local(node) == "p" else ():
            _property(paragraph, "keepNext")
        node = node.getnext()


def _break_before(end: Sequence[_Block]) -> None:
    first = end[0]
    if not first.is_row:
        _property(first.node, "pageBreakBefore")
        return
    table = first.node.getparent()
    rows = [row for row in table.findall("{*}tr") if not _is_head(row)]
    if first.node is rows[0]:
        table.addprevious(_page_break(table))
        return
    rest = copy.deepcopy(table)
    moved = rows[rows.index(first.node) :]
    stays = len(rows) - len(moved)
    for row in [row for row in rest.findall("{*}tr") if not _is_head(row)][:stays]:
        rest.remove(row)
    for row in moved:
        table.remove(row)
    table.addnext(rest)
    table.addnext(_page_break(table))


def _is_head(row: Any) -> bool:
    """Whether it is repeated at the head of each page."""
    return row.find("{*}trPr/{*}tblHeader") is not None


def _page_break(beside: Any) -> Any:
    """A paragraph of no height that begins a page."""
    word = etree.QName(beside).namespace
    spacing = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    properties = f"<w:pPr><w:pageBreakBefore/>{spacing}</w:pPr>"
    return etree.fromstring(f'<w:p xmlns:w="{word}">{properties}</w:p>')


def _property(paragraph: Any, name: str) -> None:
    """Set on a paragraph; behind its style, as the schema wants it."""
    word = etree.QName(paragraph).namespace
    properties = paragraph.find("{*}pPr")
    if properties is None:
        properties = etree.Element(f"{{{word}}}pPr")
        paragraph.insert(0, properties)
    if properties.find(f"{{*}}{name}") is None:
        style = properties.find("{*}pStyle")
        kept = properties.find("{*}keepNext") if name == "pageBreakBefore" else None
        before = [node for node in (style, kept) if node is not None]
        properties.insert(len(before), etree.Element(f"{{{word}}}{name}"))


def _pages(pdf: bytes) -> list[str]:
    """What stands on each page above its running foot."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as opened:
        return [_sounds(page.get_textpage().get_text_bounded(bottom=_FOOT)) for page in opened]


def _local(node: Any) -> str:
    return etree.QName(node).localname if isinstance(node.tag, str) else ""


def _value(node: Any) -> str:
    return str(node.get(f"{{{etree.QName(node).namespace}}}val", ""))
