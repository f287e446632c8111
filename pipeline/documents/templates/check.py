"""Whether a Word template may be used: all that is wrong with it, each with the paragraph it stands in.

HR may change wording and layout; the form must stay whole, and nothing in it may run or reach out.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from lxml import etree

from pipeline.documents.content.glyphs import missing_glyphs
from pipeline.documents.content.plan import TITLES, DocumentKind
from pipeline.documents.rendering.render import Renderer, called
from pipeline.documents.sealing import marks
from pipeline.documents.templates.as_shown import as_shown
from pipeline.documents.templates.forms import Form
from pipeline.documents.templates.package import UnfitError, parsed, require_package
from pipeline.documents.templates.tags import TAG, ParseError, Tags, Use, paragraphs, tags, written_parts
from pipeline.documents.templates.trial import LOOK_DPI, marked, seen, squeezed, trials, unseen
from pipeline.documents.templates.undrawn import under_marks
from pipeline.documents.templates.word_fields import instructions
from pipeline.documents.templates.word_template import WordTemplate, document_of, with_document
from pipeline.domain.errors import MachineError

LEAST_MM: Final = {"left": 27, "bottom": 27}
"""Margins that leave room for the marks."""
_HARMLESS: Final = ("PAGE", "NUMPAGES", "SECTIONPAGES")
"""Word's own fields that say nothing but the page."""
_PUT_IN: Final = ("aFChunk", "subDocument", "oleObject", "control", "vbaProject")
"""Relationships to what another program would show or run."""
_MM_PER_TWIP: Final = 25.4 / 1440
_MORE_PAGES: Final = 2
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
    SAVE_AS_DOCX = "save_as_docx"
    MISSING_PART = "missing_part"
    TRACKED = "tracked"
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
    UNSEEN_FIELD = "unseen_field"
    UNSEEN_WORDS = "unseen_words"
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
    """Everything wrong with a template of that kind; empty where it may be used. Raises for no bytes."""
    try:
        return _written(source, form) or tuple(_rendering(kind, source, form, renderer))
    except UnfitError as error:
        return (Fault(FaultCode(error.code), error.value, error.where),)
    except RecursionError:  # tags within tags without end
        return (Fault(FaultCode.SYNTAX),)
    except etree.XMLSyntaxError:
        return (Fault(FaultCode.BROKEN_XML),)
    except Exception:  # noqa: BLE001  # a stranger's file: whatever reading it raises is its fault
        return (Fault(FaultCode.UNREADABLE),)


def _written(source: bytes, form: Form) -> tuple[Fault, ...]:
    """What is wrong with what stands in the file.

    Raises:
        UnfitError, RecursionError, etree.XMLSyntaxError, zipfile.BadZipFile, ...: it cannot be read.
    """
    require_package(source)
    if (most := _too_large(source) or _too_large(as_shown(source))) is not None:
        return (Fault(FaultCode.TOO_LARGE, str(most)),)
    shown = as_shown(source)
    parts = written_parts(shown)
    texts = paragraphs(parts)
    try:
        done = tags(shown, parts)
    except ParseError as error:
        return (Fault(FaultCode.SYNTAX, error.tag, _holding(error.tag, texts)),)
    return (
        *_forbidden(done),
        *_fields(done, form),
        *_missing_words(form, texts),
        *_reaching_out(shown, parts),
        *_margins(parts),
        *_unprintable(texts),
        *(Fault(FaultCode(f"{what}_under_mark"), part) for what, part in under_marks(parts)),
    )


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


def _holding(piece: str, texts: list[str]) -> str:
    return next((text for text in texts if piece and piece in text), "")


# --- what the file brings along -------------------------------------------------------------------------


def _reaching_out(source: bytes, parts: Mapping[str, bytes]) -> Iterator[Fault]:
    """Links that a program would follow, Word fields that fetch or compute, macros, other files put in."""
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        for name in archive.namelist():
            if name.endswith(".rels"):
                for link in parsed(archive.read(name)):
                    kind = link.get("Type", "").rpartition("/")[2]
                    external = link.get("TargetMode") == "External" and kind != "hyperlink"
                    if external or kind in _PUT_IN:
                        yield Fault(FaultCode.EXTERNAL, link.get("Target", ""))
            elif name.casefold().endswith((".bin", ".ocx")):
                yield Fault(FaultCode.EXTERNAL, name)
    for xml in parts.values():
        for instruction, paragraph in instructions(parsed(xml)):
            word, *_ = (*instruction.split(), "")
            if word and word.upper() not in _HARMLESS:
                yield Fault(FaultCode.WORD_FIELD, word, paragraph)


def _unprintable(texts: list[str]) -> Iterator[Fault]:
    """Signs of its own words that the typeface lacks."""
    for text in texts:
        for sign in missing_glyphs(TAG.sub("", text).replace("\u00ad", "")):
            yield Fault(FaultCode.RENDER, called(sign), text)


def _margins(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    for xml in parts.values():
        root = parsed(xml)
        for margins in root.iter("{*}pgMar"):
            for side, least in LEAST_MM.items():
                if round(float(_of_word(margins, side) or 0) * _MM_PER_TWIP, 1) < least:
                    yield Fault(FaultCode(f"margin_{side}"), str(least))


def _of_word(node: Any, name: str) -> str:
    """An attribute in the namespace of its element, whatever the file calls it."""
    return str(node.get(f"{{{etree.QName(node).namespace}}}{name}", ""))


# --- rendering ------------------------------------------------------------------------------------------


def _rendering(kind: DocumentKind, source: bytes, form: Form, renderer: Renderer) -> Iterator[Fault]:
    """Fills and renders it with data of every size, and looks at the pages as their reader would."""
    data, words = marked(form)
    try:
        template = WordTemplate.of(kind, source)
        empty, *others = (template.fill(sample) for sample in trials(form))
        told, shown = (_laid_out(filled, kind, renderer) for filled in (template.fill(data), empty))
        for filled in others:
            _laid_out(filled, kind, renderer)
        pdf = _laid_out(_with_more_pages(template.fill(form.sample)), kind, renderer)
    except MachineError as error:
        yield Fault(
            FaultCode.RENDER, str(error.params.get("why") or error.params.get("character") or error.code)
        )
        return
    yield from sorted(set(_under_marks(pdf)), key=lambda fault: (fault.code, fault.value))
    for is_field, what in unseen(form, words, seen(told), seen(shown)):
        yield Fault(FaultCode.UNSEEN_FIELD if is_field else FaultCode.UNSEEN_WORDS, what)


def _laid_out(docx: bytes, kind: DocumentKind, renderer: Renderer) -> bytes:
    return renderer.render(docx, title=TITLES[kind])


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
            shown = page.render(scale=LOOK_DPI / 72, grayscale=True).to_numpy()
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
    return max(0, round(points * LOOK_DPI / 72))
