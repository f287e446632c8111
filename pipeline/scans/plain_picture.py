"""Is the picture of an annotation one that every program draws alike?

What is painted is judged as one library draws it (`covered_text`). A picture that it does not draw and other
programs do would be seen by nobody here: an image packed in a way it cannot unpack, ink that exists in print
alone (Separation, DeviceN), letters of a font that is not there, layers, commands that name what is not there
or cannot be read: one program gives up, another goes on painting. None of it stands in the stamps that
programs for signing make, and PDF/A (ISO 19005-2) has most of it not.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, Final

import pikepdf

_DEEPEST: Final = 40
"""Objects within objects; a form takes three of them (its resources, their names, the next form)."""
_MOST: Final = 5_000
_ALIKE: Final = {
    "/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", "/ASCII85Decode", "/A85",
    "/ASCIIHexDecode", "/AHx", "/DCTDecode", "/DCT",
}  # fmt: skip
"""Filters that every reader has; JPEG 2000, JBIG2 and fax are read with differing patience."""
_OTHERWISE: Final = {
    "/OC", "/Properties", "/OPI", "/Ref", "/PS", "/Alternates", "/TR", "/TR2", "/BG", "/BG2", "/UCR", "/UCR2",
}  # fmt: skip
"""Layers, and what is drawn from elsewhere, by some readers, or in print alone (ISO 32000-1, 8 and 10)."""
_PRINTERS_INK: Final = {"/Separation", "/DeviceN"}
_JPEG: Final = {0xC0, 0xC1, 0xC2}
"""Frames of Huffman-coded JPEG (ITU-T T.81, table B.1); arithmetic and lossless ones few programs read."""
_JPEG_FRAMES: Final = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

_BUILDS: Final = {
    "q", "Q", "cm", "w", "J", "j", "M", "d", "ri", "i", "gs", "CS", "cs", "SC", "SCN", "sc", "scn", "G", "g",
    "RG", "rg", "K", "k", "m", "l", "c", "v", "y", "h", "re", "W", "W*", "n",
}  # fmt: skip
_WRITES: Final = {
    "BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts", "Td", "TD", "Tm", "T*", "Tj", "TJ", "'", '"',
}  # fmt: skip
_FILLS: Final = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE IMAGE", "d0", "d1"}
_TELLS: Final = {"BMC", "BDC", "EMC", "MP", "DP", "BX", "EX"}
"""Commands of ISO 32000-1, annex A: what builds a path or a state, writes, paints, marks."""
_NAMED: Final = {
    "gs": "/ExtGState", "CS": "/ColorSpace", "cs": "/ColorSpace", "SCN": "/Pattern", "scn": "/Pattern",
    "Tf": "/Font", "Do": "/XObject", "sh": "/Shading",
}  # fmt: skip
_NEEDS_NO_NAME: Final = {"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"}


def paints_nothing(picture: Any) -> bool:
    """Whether it has no command that could paint: so programs leave a field not yet signed."""
    return _only(picture, _BUILDS | _TELLS)


def writes_at_most(picture: Any) -> bool:
    """Whether letters are all that it could paint."""
    return _only(picture, _BUILDS | _TELLS | _WRITES)


def _only(picture: Any, commands: set[str]) -> bool:
    try:
        return all(command in commands for command, _ in _commands(picture))
    except (pikepdf.PdfError, UserWarning):
        return False


def drawn_alike(picture: Any) -> bool:
    """Whether nothing in the picture, or in what it draws, depends on who shows it."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Any, int]] = [(picture, 0)]
    for _ in range(_MOST):
        if not waiting:
            return True
        value, deep = waiting.pop()
        if value.is_indirect:
            if value.objgen in seen:
                continue
            seen.add(value.objgen)
        if deep > _DEEPEST or not _alike(value):
            return False
        waiting += [(part, deep + 1) for part in _within(value)]
    return False


def _within(value: Any) -> Iterator[Any]:
    if isinstance(value, pikepdf.Array):
        parts = list(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        parts = [value[key] for key in value.keys() if key not in ("/P", "/Parent")]  # noqa: SIM118  # a PDF dictionary
    else:
        return
    yield from (p for p in parts if isinstance(p, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream))


def _alike(value: Any) -> bool:
    if isinstance(value, pikepdf.Array):
        return not (len(value) and isinstance(value[0], pikepdf.Name) and str(value[0]) in _PRINTERS_INK)
    if any(not isinstance(value[key], pikepdf.Name) for key in _OTHERWISE & set(value.keys())):
        return False
    if isinstance(value, pikepdf.Stream):
        return value.get("/Subtype") != "/PS" and _unpacked_alike(value) and _reads_alike(value)
    if value.get("/Subtype") == "/Type3":
        drawn = value.get("/CharProcs", pikepdf.Dictionary())
        return all(_readable(drawn[letter], value.get("/Resources")) for letter in drawn.keys())  # noqa: SIM118  # a PDF dictionary
    return value.get("/Type") != "/Font" or _has_letters(value)


def _reads_alike(stream: Any) -> bool:
    """Of a form or a pattern; other streams have no commands."""
    if stream.get("/Subtype") != "/Form" and stream.get("/PatternType") != 1:
        return True
    return (paints_nothing(stream) or "/BBox" in stream) and _readable(stream, stream.get("/Resources"))


def _readable(stream: Any, resources: Any) -> bool:
    """Whether every command is known and all that it names is there."""
    known = resources if isinstance(resources, pikepdf.Dictionary) else pikepdf.Dictionary()
    try:
        return all(_known(command, operands, known) for command, operands in _commands(stream))
    except (pikepdf.PdfError, UserWarning):
        return False


def _commands(stream: Any) -> Iterator[tuple[str, list[Any]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # how the library tells of a cut end
        read = pikepdf.parse_content_stream(stream)
    for one in read:
        yield str(one.operator), list(one.operands)


def _known(command: str, operands: list[Any], resources: Any) -> bool:
    names = [bytes(one).decode(errors="surrogateescape") for one in operands if isinstance(one, pikepdf.Name)]
    if command not in _BUILDS | _WRITES | _FILLS | _TELLS:
        return False
    if command in {"BDC", "DP"}:  # names a layer in its second operand
        return len(names) == 1
    if command == "INLINE IMAGE":
        return all(set(one.filters) <= _ALIKE - {"/DCTDecode", "/DCT"} for one in operands)
    if command not in _NAMED:
        return True
    there = resources.get(_NAMED[command], pikepdf.Dictionary())
    return all(name in there or (command in {"cs", "CS"} and name in _NEEDS_NO_NAME) for name in names)


def _unpacked_alike(stream: Any) -> bool:
    filters = stream.get("/Filter", pikepdf.Array())
    names = {str(name) for name in (filters if isinstance(filters, pikepdf.Array) else [filters])}
    if not names <= _ALIKE or "/F" in stream:
        return False
    return not names & {"/DCTDecode", "/DCT"} or (len(names) == 1 and _is_usual_jpeg(stream.read_raw_bytes()))


def _is_usual_jpeg(data: bytes) -> bool:
    """Of eight bits, baseline or progressive; read segment by segment up to the frame."""
    at = 2
    while data[:2] == b"\xff\xd8" and at + 4 < len(data) and data[at] == 0xFF:  # noqa: PLR2004  # a marker
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            return marker in _JPEG and data[at + 4] == 8  # noqa: PLR2004  # bits
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return False


def _has_letters(font: Any) -> bool:
    """A font of many letters (Type 0) must be in the file; for others every reader has a substitute."""
    below = [one for one in font.get("/DescendantFonts", ()) if isinstance(one, pikepdf.Dictionary)]
    descriptors = [one.get("/FontDescriptor", pikepdf.Dictionary()) for one in below]
    return font.get("/Subtype") != "/Type0" or (
        bool(below) and all({"/FontFile", "/FontFile2", "/FontFile3"} & set(d.keys()) for d in descriptors)
    )
