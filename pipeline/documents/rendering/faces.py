"""Signs the typeface lacks, each in a run of its own with a face that has it.

The renderer would else set the whole run in that face, and where the face lacks letters, put false text
behind the page.
"""

from __future__ import annotations

import io
import re
import zipfile
from copy import deepcopy
from typing import Any, Final

from lxml import etree

from pipeline.documents.content.glyphs import BY_OTHER_FACES

PRINTED: Final = ("word/document", "word/header", "word/footer")
"""Parts of a .docx whose text comes onto the page."""
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
HAS_OTHER_FACE: Final = re.compile(f"([{''.join(BY_OTHER_FACES)}])")


def with_faces(docx: bytes) -> bytes:
    """The .docx with such runs split; a sound one, with text in UTF-8."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        parts = {info: archive.read(info) for info in archive.infolist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for info, content in parts.items():
            archive.writestr(info, _faced(content) if info.filename.startswith(PRINTED) else content)
    return buffer.getvalue()


def _faced(content: bytes) -> bytes:
    root = etree.fromstring(content)
    for text in list(root.iter(f"{_W}t")):
        run = text.getparent()
        if run is not None and run.tag == f"{_W}r" and HAS_OTHER_FACE.search(text.text or ""):
            _split(run, text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _split(run: Any, text: Any) -> None:
    """The run up to this text, runs for the pieces of the text, and what follows it in a run of its own."""
    before, after = _emptied(run), _emptied(run)
    children = [child for child in run if child.tag != f"{_W}rPr"]
    at = children.index(text)
    before.extend(children[:at])
    pieces = [_piece(run, piece) for piece in HAS_OTHER_FACE.split(text.text) if piece]
    after.extend(children[at + 1 :])
    for made in (before, *pieces, after):
        if any(child.tag != f"{_W}rPr" for child in made):
            run.addprevious(made)
    run.getparent().remove(run)


def _emptied(run: Any) -> Any:
    made = etree.Element(run.tag, run.attrib)
    properties = run.find(f"{_W}rPr")
    if properties is not None:
        made.append(deepcopy(properties))
    return made


def _piece(run: Any, piece: str) -> Any:
    made = _emptied(run)
    if piece in BY_OTHER_FACES:
        properties = made.find(f"{_W}rPr")
        if properties is None:
            properties = etree.SubElement(made, f"{_W}rPr")
        for fonts in properties.findall(f"{_W}rFonts"):
            properties.remove(fonts)
        face = BY_OTHER_FACES[piece]
        names = {f"{_W}{script}": face for script in ("ascii", "hAnsi", "cs", "eastAsia")}
        style = properties.find(f"{_W}rStyle")
        properties.insert(0 if style is None else 1, etree.Element(f"{_W}rFonts", names))
    child = etree.SubElement(made, f"{_W}t")
    child.set(_SPACE, "preserve")
    child.text = piece
    return made
