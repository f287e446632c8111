"""Whether a Word template may be used: all that is wrong with it, each with the paragraph it stands in.

HR may change wording and layout; the form must stay whole, and nothing in it may run or reach out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from lxml import etree

from pipeline.documents.content.plan import TITLES, DocumentKind
from pipeline.documents.rendering.render import Renderer
from pipeline.documents.sealing import marks
from pipeline.documents.templates.forms import Form
from pipeline.documents.templates.tags import TAG, ParseError, Tags, Use, paragraphs, tags, written_parts
from pipeline.documents.templates.undrawn import under_marks
from pipeline.documents.templates.word_template import WordTemplate, document_of, with_document
from pipeline.domain.errors import MachineError

LEAST_MM: Final = {"left": 27, "bottom": 27}
"""Margins that leave room for the marks."""
_HARMLESS: Final = ("PAGE", "NUMPAGES", "SECTIONPAGES")
"""Word's own fields that say nothing but the page."""
_MM_PER_TWIP: Final = 25.4 / 1440
_MORE_PAGES: Final = 2
_LOOK_DPI: Final = 100
_MOST_TEXT_KIB: Final = 512
"""Body, heads, feet and notes, unpacked; what is shipped takes 16 kB, saved by Word some ten times that."""
_MOST_KIB: Final = 16 * 2**10
"""With pictures and styles."""
_MOST_PARTS: Final = 500
_WRITTEN: Final = re.compile(r"word/(document|header|footer|footnotes|endnotes)\d*\.xml$")
_WHITE: Final = 255
_FAINT: Final = 8
"""Of 255: what a renderer's rounding makes of white."""


class FaultCode(StrEnum):
    """What can be wrong with a template."""

    ABSENT = "absent"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    BROKEN_XML = "broken_xml"
    SYNTAX = "syntax"
    FORBIDDEN = "forbidden"
    UNKNOWN_FIELD = "unknown_field"
    MISSING_FIELD = "missing_field"
    NO_LIST = "no_list"
    NO_TEXT = "no_text"
    MISSING_WORDS = "missing_words"
    EXTERNAL = "external"
    WORD_FIELD = "word_field"
    MARGIN_LEFT = "margin_left"
    MARGIN_BOTTOM = "margin_bottom"
    RENDER = "render"
    UNDER_MARK = "under_mark"
    PICTURE_UNDER_MARK = "picture_under_mark"
    SHAPE_UNDER_MARK = "shape_under_mark"
    BORDER_UNDER_MARK = "border_under_mark"
    BACKGROUND_UNDER_MARK = "background_under_mark"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: `value` is the field, words, file or page meant, `where` the paragraph around it."""

    code: FaultCode
    value: str = ""
    where: str = ""


def faults(kind: DocumentKind, source: bytes, form: Form, renderer: Renderer) -> tuple[Fault, ...]:
    """Everything wrong with a template of that kind; empty where it may be used."""
    try:
        if (most := _too_large(source)) is not None:
            return (Fault(FaultCode.TOO_LARGE, str(most)),)
        parts = written_parts(source)
        texts = paragraphs(parts)
        done = tags(source, parts)
        found = (
            *_forbidden(done),
            *_fields(done, form),
            *_missing_words(form, texts),
            *_reaching_out(source, parts),
            *_margins(parts),
            *(Fault(FaultCode(f"{what}_under_mark"), part) for what, part in under_marks(parts)),
        )
        return found or tuple(_rendering(kind, source, form, renderer))
    except ParseError as error:
        return (Fault(FaultCode.SYNTAX, error.tag, _holding(error.tag, texts)),)
    except RecursionError:  # tags within tags without end
        return (Fault(FaultCode.SYNTAX),)
    except etree.XMLSyntaxError:
        return (Fault(FaultCode.BROKEN_XML),)
    except (OSError, LookupError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
        return (Fault(FaultCode.UNREADABLE),)


def _too_large(source: bytes) -> int | None:
    """Before anything of it is unpacked: what it may take at most, in KiB, where it takes more."""
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        entries = archive.infolist()
    text = sum(entry.file_size for entry in entries if _WRITTEN.match(entry.filename))
    whole = sum(entry.file_size for entry in entries)
    if text > _MOST_TEXT_KIB * 2**10 or len(entries) > _MOST_PARTS:
        return _MOST_TEXT_KIB
    return _MOST_KIB if whole > _MOST_KIB * 2**10 else None


# --- tags and words -------------------------------------------------------------------------------------


def _forbidden(done: Tags) -> Iterator[Fault]:
    for use in done.forbidden:
        yield Fault(FaultCode.FORBIDDEN, use.said, use.where)


def _fields(done: Tags, form: Form) -> Iterator[Fault]:
    for use in _once((*done.printed, *done.looped, *done.asked)):
        if use.path not in form.fields:
            known = use.path.removesuffix("[]") in form.fields
            code = FaultCode.NO_LIST if known else FaultCode.UNKNOWN_FIELD
            yield Fault(code, use.said, use.where)
    for use in _once(done.printed):
        if any(known.startswith((f"{use.path}[]", f"{use.path}.")) for known in form.fields):
            yield Fault(FaultCode.NO_TEXT, use.said, use.where)
    for path in sorted(form.printed - {use.path for use in (*done.printed, *done.looped)}):
        yield Fault(FaultCode.MISSING_FIELD, path)


def _once(uses: tuple[Use, ...] | list[Use]) -> list[Use]:
    return list(dict.fromkeys(uses))


def _missing_words(form: Form, texts: list[str]) -> Iterator[Fault]:
    said = squeezed("".join(TAG.sub("", text) for text in texts))
    at = 0
    for words in form.words:
        found = said.find(squeezed(words), at)
        if found < 0:
            yield Fault(FaultCode.MISSING_WORDS, words)
        else:
            at = found + len(squeezed(words))


def squeezed(text: str) -> str:
    """Letters and signs alone: white space and rules are layout."""
    return re.sub(r"[\s_]+", "", text)


def _holding(piece: str, texts: list[str]) -> str:
    return next((text for text in texts if piece and piece in text), "")


# --- what the file brings along -------------------------------------------------------------------------


def _reaching_out(source: bytes, parts: Mapping[str, bytes]) -> Iterator[Fault]:
    """Links that a program would follow, Word fields that fetch or compute, macros."""
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        for name in archive.namelist():
            if name.endswith(".rels"):
                for link in etree.fromstring(archive.read(name)):
                    if link.get("TargetMode") == "External" and not link.get("Type", "").endswith(
                        "/hyperlink"
                    ):
                        yield Fault(FaultCode.EXTERNAL, link.get("Target", ""))
            elif name.endswith((".bin", ".ocx")):
                yield Fault(FaultCode.EXTERNAL, name)
    for xml in parts.values():
        root = etree.fromstring(xml)
        simple = (_of_word(node, "instr") for node in root.iter("{*}fldSimple"))
        for instruction in (*simple, *(node.text or "" for node in root.iter("{*}instrText"))):
            word = instruction.split()[:1]
            if word and word[0].upper() not in _HARMLESS and not word[0].startswith("\\"):
                yield Fault(FaultCode.WORD_FIELD, word[0])


def _margins(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    for xml in parts.values():
        root = etree.fromstring(xml)
        for margins in root.iter("{*}pgMar"):
            for side, least in LEAST_MM.items():
                if round(float(_of_word(margins, side) or 0) * _MM_PER_TWIP, 1) < least:
                    yield Fault(FaultCode(f"margin_{side}"), str(least))


def _of_word(node: Any, name: str) -> str:
    """An attribute in the namespace of its element, whatever the file calls it."""
    return str(node.get(f"{{{etree.QName(node).namespace}}}{name}", ""))


# --- rendering ------------------------------------------------------------------------------------------


def _rendering(kind: DocumentKind, source: bytes, form: Form, renderer: Renderer) -> Iterator[Fault]:
    """Fills and renders the sample, and looks whether anything stands where the marks belong."""
    try:
        filled = WordTemplate.of(kind, source).fill(form.sample)
        pdf = renderer.render(_with_more_pages(filled), title=TITLES[kind])
    except MachineError as error:
        yield Fault(
            FaultCode.RENDER, str(error.params.get("why") or error.params.get("character") or error.code)
        )
        return
    yield from sorted(set(_under_marks(pdf)), key=lambda fault: (fault.code, fault.value))


def _with_more_pages(docx: bytes) -> bytes:
    """Two pages more, so that the heads and feet of even and of later pages are seen too."""
    root = document_of(docx)
    body, word = root.find("{*}body"), etree.QName(root).namespace
    if body is not None:
        end = len(body) - (1 if len(body) and etree.QName(body[-1]).localname == "sectPr" else 0)
        page = f'<w:p xmlns:w="{word}"><w:r><w:br w:type="page"/></w:r></w:p>'
        for _ in range(_MORE_PAGES):
            body.insert(end, etree.fromstring(page))
    return with_document(docx, root)


def _under_marks(pdf: bytes) -> Iterator[Fault]:
    """What a page shows where a mark goes: the words of a text; its page where it is a picture or a line."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as opened:
        for number, page in enumerate(opened, 1):
            width, height = page.get_size()
            shown = page.render(scale=_LOOK_DPI / 72, grayscale=True).to_numpy()
            for left, bottom, right, top in marks.needed(width, height):
                across = slice(_pixels(left), _pixels(right) + 1)
                down = slice(max(0, _pixels(height - top)), _pixels(height - bottom) + 1)
                if int(shown[down, across].min(initial=_WHITE)) >= _WHITE - _FAINT:
                    continue
                words = " ".join(page.get_textpage().get_text_bounded(left, bottom, right, top).split())
                yield (
                    Fault(FaultCode.UNDER_MARK, words)
                    if words
                    else Fault(FaultCode.PICTURE_UNDER_MARK, str(number))
                )


def _pixels(points: float) -> int:
    return max(0, round(points * _LOOK_DPI / 72))
