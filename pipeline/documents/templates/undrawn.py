"""What Word shows and our renderer does not draw: old pictures (VML), page borders, backgrounds.

Whether it would stand where a mark goes is reckoned from the template's XML: another program may lay it out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from lxml import etree

from pipeline.documents.sealing import marks

_A4: Final = (595.3, 841.9)
_POINTS: Final = {"": 0.75, "px": 0.75, "pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pc": 12.0}
_LENGTH: Final = re.compile(r"\s*(-?[0-9.]+)\s*([a-z]*)\s*")
_VML: Final = "urn:schemas-microsoft-com:vml"
_SHAPES: Final = frozenset(
    {"shape", "rect", "roundrect", "oval", "line", "image", "polyline", "group", "arc", "curve"}
)
_FOOT_LINE: Final = 14.0
_NO_BORDER: Final = frozenset({"", "nil", "none"})

Area = tuple[float, float, float, float]
"""Left, top, right, bottom in points from the upper left corner."""


class Undrawn(StrEnum):
    """What it is."""

    SHAPE = "shape"
    BORDER = "border"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class _Page:
    """Size and margins, the head and the foot by their distance from the edge."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    head: float
    foot: float

    def reaches_a_mark(self, area: Area) -> bool:
        """Whether something of the area stands where a mark goes."""
        left, top, right, bottom = area
        return any(
            left < mark_right
            and right > mark_left
            and top < self.height - low
            and bottom > self.height - high
            for mark_left, low, mark_right, high in marks.needed(self.width, self.height)
        )


def under_marks(parts: Mapping[str, bytes]) -> Iterator[tuple[Undrawn, str]]:
    """Each with the part of the file it stands in, once."""
    roots = {name: etree.fromstring(xml) for name, xml in parts.items()}
    pages = [_page(section) for root in roots.values() for section in root.iter("{*}sectPr")] or [_page(None)]
    for name, root in roots.items():
        found = {
            Undrawn.SHAPE for shape in _shapes(root) if any(_stands(shape, name, page) for page in pages)
        }
        sections = zip(root.iter("{*}sectPr"), map(_page, root.iter("{*}sectPr")), strict=True)
        if any(page.reaches_a_mark(line) for section, page in sections for line in _borders(section, page)):
            found.add(Undrawn.BORDER)
        if _has_background(root):
            found.add(Undrawn.BACKGROUND)
        yield from ((what, name) for what in sorted(found))


# --- the page -------------------------------------------------------------------------------------------


def _page(section: Any | None) -> _Page:
    size = None if section is None else section.find("{*}pgSz")
    margins = None if section is None else section.find("{*}pgMar")
    width, height = (_twips(size, side, usual) for side, usual in zip(("w", "h"), _A4, strict=True))
    sides = (_twips(margins, side, 72.0) for side in ("left", "top", "right", "bottom"))
    return _Page(width, height, *sides, *(_twips(margins, side, 36.0) for side in ("header", "footer")))


def _twips(node: Any | None, name: str, usual: float) -> float:
    value = "" if node is None else _attribute(node, name)
    try:
        return float(value) / 20
    except ValueError:
        return usual


def _attribute(node: Any, name: str) -> str:
    return str(node.get(f"{{{etree.QName(node).namespace}}}{name}", ""))


# --- borders and backgrounds ----------------------------------------------------------------------------


def _borders(section: Any, page: _Page) -> Iterator[Area]:
    borders = section.find("{*}pgBorders")
    if borders is None:
        return
    of_page = _attribute(borders, "offsetFrom") == "page"
    for side in ("left", "right", "top", "bottom"):
        border = borders.find(f"{{*}}{side}")
        if border is None or _attribute(border, "val") in _NO_BORDER:
            continue
        space = _number(_attribute(border, "space"))
        away = space if of_page else max(0.0, getattr(page, side) - space)
        yield {
            "left": (away, 0.0, away + 1, page.height),
            "right": (page.width - away - 1, 0.0, page.width - away, page.height),
            "top": (0.0, away, page.width, away + 1),
            "bottom": (0.0, page.height - away - 1, page.width, page.height - away),
        }[side]


def _has_background(root: Any) -> bool:
    background = root.find("{*}background")
    if background is None:
        return False
    return len(background) > 0 or _attribute(background, "color").upper() not in {"", "AUTO", "FFFFFF"}


# --- old pictures ---------------------------------------------------------------------------------------


def _shapes(root: Any) -> Iterator[Any]:
    """The outermost ones; what stands there only for programs that know no newer form is left out."""
    for node in root.iter(f"{{{_VML}}}*"):
        within = {
            etree.QName(above).localname for above in node.iterancestors() if isinstance(above.tag, str)
        }
        outermost = not any(
            etree.QName(above).namespace == _VML
            for above in node.iterancestors()
            if isinstance(above.tag, str)
        )
        if outermost and "Fallback" not in within and etree.QName(node).localname in _SHAPES:
            yield node


def _stands(shape: Any, part: str, page: _Page) -> bool:
    pieces = (piece.partition(":") for piece in shape.get("style", "").split(";"))
    style: dict[str, str] = {name.strip(): value.strip() for name, _, value in pieces}
    if style.get("position") not in {"absolute", "relative"} or style.get("visibility") == "hidden":
        return False  # in the line of the text, which keeps out of the margins
    width, height = _length(style.get("width", "0")), _length(style.get("height", "0"))
    left, top = (_length(style.get(f"margin-{side}", style.get(side, "0"))) for side in ("left", "top"))
    if shape.get("from") and shape.get("to"):
        (x1, y1), (x2, y2) = (_pair(shape.get(end)) for end in ("from", "to"))
        left, top = left + min(x1, x2), top + min(y1, y2)
        width, height = abs(x2 - x1), abs(y2 - y1)
    across = _across(style, page, left, width)
    return any(
        page.reaches_a_mark(_turned((across, y, across + width, y + height), style))
        for y in _down(style, part, page, top, height)
    )


def _across(style: Mapping[str, str], page: _Page, left: float, width: float) -> float:
    of_page = style.get("mso-position-horizontal-relative") == "page"
    start, end = (0.0, page.width) if of_page else (page.left, page.width - page.right)
    match style.get("mso-position-horizontal"):
        case "left":
            return start
        case "center":
            return (start + end - width) / 2
        case "right":
            return end - width
        case _:
            return start + left


def _down(style: Mapping[str, str], part: str, page: _Page, top: float, height: float) -> tuple[float, ...]:
    """Where its upper edge may be; of a paragraph of the body, from the first line of a page to the last."""
    relative = style.get("mso-position-vertical-relative", "text")
    start, end = (0.0, page.height) if relative == "page" else (page.top, page.height - page.bottom)
    match style.get("mso-position-vertical"):
        case "top":
            return (start,)
        case "center":
            return ((start + end - height) / 2,)
        case "bottom":
            return (end - height,)
    if relative in {"page", "margin"}:
        lines: tuple[float, ...] = (start,)
    elif "header" in part:
        lines = (page.head,)
    elif "footer" in part:
        lines = (page.height - page.foot - _FOOT_LINE,)
    else:
        lines = (page.top, page.height - page.bottom - _FOOT_LINE)
    return tuple(line + top for line in lines)


def _turned(area: Area, style: Mapping[str, str]) -> Area:
    """The room it takes turned by its degrees."""
    angle = math.radians(_number(style.get("rotation", "0")))
    left, top, right, bottom = area
    width, height = right - left, bottom - top
    wide = abs(width * math.cos(angle)) + abs(height * math.sin(angle))
    high = abs(width * math.sin(angle)) + abs(height * math.cos(angle))
    x, y = (left + right) / 2, (top + bottom) / 2
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _length(text: str) -> float:
    found = _LENGTH.fullmatch(text.casefold())
    return float(found[1]) * _POINTS.get(found[2], 1.0) if found else 0.0


def _pair(text: str) -> tuple[float, float]:
    x, _, y = text.partition(",")
    return _length(x), _length(y)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
