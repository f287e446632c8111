"""The little of WordprocessingML the shipped templates need: paragraphs by style, rules, tables, the package.

Everything a person may want to change in Word is a named style; paragraphs carry no formatting of their own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final

from lxml import etree

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
EPOCH: Final = (1980, 1, 1, 0, 0, 0)

PAGE_WIDTH_MM: Final = 210
PAGE_HEIGHT_MM: Final = 297
LEFT_MM, RIGHT_MM, TOP_MM = 30, 15, 20
BOTTOM_MM = 27
"""Room for the mark in the lower right corner (documents/marks.py); the other is in the left margin."""
TEXT_MM: Final = PAGE_WIDTH_MM - LEFT_MM - RIGHT_MM
WIDE_TEXT_MM: Final = PAGE_HEIGHT_MM - LEFT_MM - RIGHT_MM
"""Between the margins of a page that lies on its side."""

Element = etree._Element  # noqa: SLF001  # lxml has no public name for the type of an element


def twips(mm: float) -> int:
    """Word's unit: a twentieth of a point."""
    return round(mm * 1440 / 25.4)


def el(tag: str, *children: Element, **attributes: str | int) -> Element:
    """An element of the main namespace, its attributes in the same."""
    element = etree.Element(f"{{{W}}}{tag}", nsmap={"w": W, "r": R})
    for name, value in attributes.items():
        element.set(f"{{{W}}}{name}", str(value))
    element.extend(children)
    return element


def run(text: str, *, bold: bool = False) -> Element:
    """A run of text; \\t is a tab, \\n a line break."""
    pieces: list[Element] = [el("rPr", el("b"))] if bold else []
    for number, line in enumerate(text.split("\n")):
        if number:
            pieces.append(el("br"))
        for place, piece in enumerate(line.split("\t")):
            if place:
                pieces.append(el("tab"))
            if piece:
                pieces.append(_text(piece))
    return el("r", *pieces)


def _text(text: str) -> Element:
    element = el("t")
    element.text = text
    element.set(XML_SPACE, "preserve")
    return element


def para(style: str, *content: str | Element) -> Element:
    """A paragraph of a style."""
    properties = el("pPr", el("pStyle", val=style))
    return el("p", properties, *(run(c) if isinstance(c, str) else c for c in content))


def page_field() -> Element:
    """The page's number."""
    return el("fldSimple", run("2"), instr=" PAGE ")


def border(side: str) -> Element:
    """A hairline of half a point."""
    return el(side, val="single", sz=4, space=0, color="auto")


def cell(
    width_mm: float,
    *content: Element,
    span: int = 1,
    merge: str | None = None,
    rule: bool = False,
    middle: bool = False,
) -> Element:
    """A table cell; `rule` gives it a bottom line, `merge` is restart or continue (down)."""
    properties = [el("tcW", w=twips(width_mm), type="dxa")]
    if span > 1:
        properties.append(el("gridSpan", val=span))
    if merge:
        properties.append(el("vMerge", val=merge))
    if rule:
        properties.append(el("tcBorders", border("bottom")))
    if middle:
        properties.append(el("vAlign", val="center"))
    return el("tc", el("tcPr", *properties), *content)


def row(*cells: Element, header: bool = False, least_mm: float = 0) -> Element:
    """A row that does not split; a header row is repeated on each page; `least_mm` is room for a pen."""
    properties = [el("cantSplit")]
    if least_mm:
        properties.append(el("trHeight", val=twips(least_mm), hRule="atLeast"))
    if header:
        properties.append(el("tblHeader"))
    return el("tr", el("trPr", *properties), *cells)


def tag_row(tag: str, columns: int, width_mm: float) -> Element:
    """A row holding one `{%tr … %}`; docxtpl takes the row away."""
    return el("tr", cell(width_mm, para("TableText", tag), span=columns))


def table(widths_mm: Sequence[float], rows: Iterable[Element], *, framed: bool = False) -> Element:
    """A table of fixed widths, framed or without lines."""
    total = sum(widths_mm)
    properties = [el("tblW", w=twips(total), type="dxa")]
    margin = 100 if framed else 0
    properties.append(el("tblInd", w=0, type="dxa"))
    if framed:
        sides = ("top", "left", "bottom", "right", "insideH", "insideV")
        properties.append(el("tblBorders", *(border(side) for side in sides)))
    properties.append(el("tblLayout", type="fixed"))
    margins = (el("left", w=margin, type="dxa"), el("right", w=margin, type="dxa"))
    properties.append(el("tblCellMar", *margins))
    grid = el("tblGrid", *(el("gridCol", w=twips(w)) for w in widths_mm))
    return el("tbl", el("tblPr", *properties), grid, *rows)


def together(*blocks: Element, width_mm: float = TEXT_MM) -> Element:
    """Blocks that stay on one page: a row that does not split around them.

    "Keep with next" does not do it alone: not every program that lays out Word files carries it over tables.
    The row spans as many columns as the widest table inside has: docxtpl counts the cells of inner tables as
    the outer one's and would else mend the grid.
    """
    columns = max((len(b.findall(f"{{{W}}}tblGrid/{{{W}}}gridCol")) for b in blocks), default=1)
    return table([width_mm / columns] * columns, [row(cell(width_mm, *blocks, para("Tight"), span=columns))])


def ruled(value: str, caption: str) -> tuple[Element, Element]:
    """A value on a rule with its caption under it, for one cell, so that they never part."""
    return para("ValueRule", value), para("Caption", caption)


def fields(*lines: tuple[str, float, str] | tuple[str, float, str, str]) -> Element:
    """Lines of a form: a label, its width in mm, the value on a rule to the right margin, a caption under it.

    One table with a grid of all label widths, for Word runs tables that touch into one.
    """
    stops = sorted({width for _, width, *_ in lines})
    widths = [b - a for a, b in zip([0.0, *stops], [*stops, float(TEXT_MM)], strict=True)]
    rows: list[Element] = []
    for label, width, value, *caption in lines:
        spans = stops.index(width) + 1, len(widths) - stops.index(width) - 1
        content = ruled(value, caption[0]) if caption else (para("Value", value),)
        rows.append(
            row(
                cell(width, para("Field", label), span=spans[0]),
                cell(TEXT_MM - width, *content, span=spans[1], rule=not caption),
            )
        )
    return table(widths, rows)


# --- styles ---------------------------------------------------------------------------------------------


def style(  # noqa: PLR0913  # what a style sets is what Word's dialogue shows
    style_id: str,
    name: str,
    *,
    size: float | None = None,
    bold: bool = False,
    align: str | None = None,
    left_mm: float = 0,
    right_mm: float = 0,
    first_mm: float = 0,
    hanging_mm: float = 0,
    before: float = 0,
    after: float = 0,
    keep_next: bool = False,
    keep_lines: bool = False,
    rule: bool = False,
    tabs: Sequence[Element] = (),
    exact: float | None = None,
) -> Element:
    """A paragraph style; sizes, spaces and the exact height of its lines in points, indents in mm."""
    paragraph: list[Element] = []
    if keep_next:
        paragraph.append(el("keepNext"))
    if keep_lines:
        paragraph.append(el("keepLines"))
    if rule:
        lines = (el(s, val="single", sz=4, space=1, color="auto") for s in ("bottom", "between"))
        paragraph.append(el("pBdr", *lines))
    if tabs:
        paragraph.append(el("tabs", *tabs))
    spacing = el("spacing", before=round(before * 20), after=round(after * 20))
    if exact is not None:
        spacing.set(f"{{{W}}}line", str(round(exact * 20)))
        spacing.set(f"{{{W}}}lineRule", "exact")
    paragraph.append(spacing)
    indents = {"left": left_mm, "right": right_mm, "firstLine": first_mm, "hanging": hanging_mm}
    if any(indents.values()):
        paragraph.append(el("ind", **{k: twips(v) for k, v in indents.items() if v}))
    if align:
        paragraph.append(el("jc", val=align))
    letters: list[Element] = [el("b")] if bold else []
    if size:
        letters += [el("sz", val=round(size * 2)), el("szCs", val=round(size * 2))]
    return el(
        "style",
        el("name", val=name),
        el("basedOn", val="Normal"),
        el("qFormat"),
        el("pPr", *paragraph),
        el("rPr", *letters),
        type="paragraph",
        customStyle=1,
        styleId=style_id,
    )


def styles_part(styles: Iterable[Element], size: float = 14) -> Element:
    """styles.xml: the defaults of the office (Times New Roman, Kazakh) and the given styles."""
    face = "Times New Roman"
    letters = el(
        "rPr",
        el("rFonts", ascii=face, hAnsi=face, eastAsia=face, cs=face),
        el("sz", val=round(size * 2)),
        el("szCs", val=round(size * 2)),
        el("lang", val="kk-KZ", eastAsia="kk-KZ", bidi="ar-SA"),
    )
    defaults = el("docDefaults", el("rPrDefault", letters), el("pPrDefault", el("pPr", el("widowControl"))))
    normal = el(
        "style", el("name", val="Normal"), el("qFormat"), type="paragraph", default=1, styleId="Normal"
    )
    plain = el(
        "style",
        el("name", val="Normal Table"),
        el("uiPriority", val=99),
        el("semiHidden"),
        type="table",
        default=1,
        styleId="TableNormal",
    )
    return el("styles", defaults, normal, plain, *styles)


# --- the package ----------------------------------------------------------------------------------------

CORE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"\
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title><dc:creator>jeke-is</dc:creator>\
<dcterms:created xsi:type="dcterms:W3CDTF">2025-03-26T00:00:00Z</dcterms:created>\
<dcterms:modified xsi:type="dcterms:W3CDTF">2025-03-26T00:00:00Z</dcterms:modified>\
<dc:language>kk</dc:language></cp:coreProperties>"""

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"


def package(
    title: str, body: Iterable[Element], styles: Element, footer: Element | None, *, wide: bool = False
) -> bytes:
    """The .docx: no theme, no thumbnail, no unused style; the same bytes each time."""
    references = [] if footer is None else [_footer_reference()]
    section = el(
        "sectPr",
        *references,
        _page_size(wide=wide),
        el(
            "pgMar",
            top=twips(TOP_MM),
            right=twips(RIGHT_MM),
            bottom=twips(BOTTOM_MM),
            left=twips(LEFT_MM),
            header=twips(10),
            footer=twips(10),
            gutter=0,
        ),
        el("titlePg"),
    )
    parts = {
        "word/document.xml": el("document", el("body", *body, section)),
        "word/styles.xml": styles,
        "word/settings.xml": _settings(),
    }
    if footer is not None:
        parts["word/footer1.xml"] = footer
    return _zip(title, parts)


def _page_size(*, wide: bool) -> Element:
    if wide:
        return el("pgSz", w=twips(PAGE_HEIGHT_MM), h=twips(PAGE_WIDTH_MM), orient="landscape")
    return el("pgSz", w=twips(PAGE_WIDTH_MM), h=twips(PAGE_HEIGHT_MM))


def _footer_reference() -> Element:
    reference = el("footerReference", type="default")
    reference.set(f"{{{R}}}id", "rId3")
    return reference


def _settings() -> Element:
    compat = el(
        "compat",
        el(
            "compatSetting",
            name="compatibilityMode",
            uri="http://schemas.microsoft.com/office/word",
            val=15,
        ),
    )
    return el(
        "settings", el("defaultTabStop", val=709), el("characterSpacingControl", val="doNotCompress"), compat
    )


def _zip(title: str, parts: dict[str, Element]) -> bytes:
    names = {"word/document.xml": "document.main", "word/footer1.xml": "footer"}
    overrides = {f"/{p}": WORD_TYPE.format(names.get(p, p[5:-4])) for p in parts}
    overrides["/docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
    files = {
        "[Content_Types].xml": _content_types(overrides),
        "_rels/.rels": _relations(
            {"rId1": ("officeDocument", "word/document.xml"), "rId2": ("", "docProps/core.xml")}
        ),
        "docProps/core.xml": CORE.format(title=title).encode(),
        **{
            name: etree.tostring(part, xml_declaration=True, encoding="UTF-8", standalone=True)
            for name, part in parts.items()
        },
        "word/_rels/document.xml.rels": _relations(
            {
                "rId1": ("styles", "styles.xml"),
                "rId2": ("settings", "settings.xml"),
                **({"rId3": ("footer", "footer1.xml")} if "word/footer1.xml" in parts else {}),
            }
        ),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _content_types(overrides: dict[str, str]) -> bytes:
    root = etree.XML(f'<Types xmlns="{TYPES}"/>')
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    for extension, kind in (("rels", relations), ("xml", "application/xml")):
        etree.SubElement(root, f"{{{TYPES}}}Default", Extension=extension, ContentType=kind)
    for part, kind in overrides.items():
        etree.SubElement(root, f"{{{TYPES}}}Override", PartName=part, ContentType=kind)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _relations(targets: dict[str, tuple[str, str]]) -> bytes:
    root = etree.XML(f'<Relationships xmlns="{RELATIONS}"/>')
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    for number, (kind, target) in targets.items():
        relation = f"{R}/{kind}" if kind else core
        etree.SubElement(root, f"{{{RELATIONS}}}Relationship", Id=number, Type=relation, Target=target)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
