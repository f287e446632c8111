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
from typing import Final

from lxml import etree
from pypdf import PageObject, PdfReader

from pipeline.documents import marks
from pipeline.documents.forms import Form
from pipeline.documents.plan import TITLES, DocumentKind
from pipeline.documents.render import Renderer
from pipeline.documents.template_tags import TAG, ParseError, Tags, Use, paragraphs, tags, written_parts
from pipeline.documents.word_template import WordTemplate
from pipeline.domain.errors import MachineError

LEAST_MM: Final = {"left": 27, "bottom": 27}
"""Margins that leave room for the marks."""
_HARMLESS: Final = ("PAGE", "NUMPAGES", "SECTIONPAGES")
"""Word's own fields that say nothing but the page."""
_MM_PER_TWIP: Final = 25.4 / 1440


class FaultCode(StrEnum):
    """What can be wrong with a template."""

    ABSENT = "absent"
    UNREADABLE = "unreadable"
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


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: `value` is the field, the words or the file meant, `where` the paragraph around it."""

    code: FaultCode
    value: str = ""
    where: str = ""


def faults(kind: DocumentKind, source: bytes, form: Form, renderer: Renderer) -> tuple[Fault, ...]:
    """Everything wrong with a template of that kind; empty where it may be used."""
    try:
        parts = written_parts(source)
        texts = paragraphs(parts)
        done = tags(source, parts)
    except ParseError as error:
        return (Fault(FaultCode.SYNTAX, error.tag, _holding(error.tag, texts)),)
    except etree.XMLSyntaxError:
        return (Fault(FaultCode.BROKEN_XML),)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return (Fault(FaultCode.UNREADABLE),)
    found = (
        *_forbidden(done, texts),
        *_fields(done, form, texts),
        *_missing_words(form, texts),
        *_reaching_out(source, parts),
        *_margins(parts),
    )
    return found or tuple(_rendering(kind, source, form, renderer))


# --- tags and words -------------------------------------------------------------------------------------


def _forbidden(done: Tags, texts: list[str]) -> Iterator[Fault]:
    for said in done.forbidden:
        yield Fault(FaultCode.FORBIDDEN, said, _using(said, texts))


def _fields(done: Tags, form: Form, texts: list[str]) -> Iterator[Fault]:
    for use in _once((*done.printed, *done.looped, *done.asked)):
        if use.path not in form.fields:
            known = use.path.removesuffix("[]") in form.fields
            code = FaultCode.NO_LIST if known else FaultCode.UNKNOWN_FIELD
            yield Fault(code, use.said, _using(use.said, texts))
    for use in _once(done.printed):
        if any(known.startswith((f"{use.path}[]", f"{use.path}.")) for known in form.fields):
            yield Fault(FaultCode.NO_TEXT, use.said, _using(use.said, texts))
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


def _using(said: str, texts: list[str]) -> str:
    word = re.compile(rf"(?<![\w.]){re.escape(said)}(?![\w])")
    return next((t for t in texts if any(word.search(tag) for tag in TAG.findall(t))), "")


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
        simple = (node.get(f"{{{root.nsmap['w']}}}instr", "") for node in root.iter("{*}fldSimple"))
        for instruction in (*simple, *(node.text or "" for node in root.iter("{*}instrText"))):
            word = instruction.split()[:1]
            if word and word[0].upper() not in _HARMLESS and not word[0].startswith("\\"):
                yield Fault(FaultCode.WORD_FIELD, word[0])


def _margins(parts: Mapping[str, bytes]) -> Iterator[Fault]:
    for xml in parts.values():
        root = etree.fromstring(xml)
        for margins in root.iter("{*}pgMar"):
            for side, least in LEAST_MM.items():
                twips = margins.get(f"{{{root.nsmap['w']}}}{side}", "0")
                if round(float(twips) * _MM_PER_TWIP, 1) < least:
                    yield Fault(FaultCode(f"margin_{side}"), str(least))


# --- rendering ------------------------------------------------------------------------------------------


def _rendering(kind: DocumentKind, source: bytes, form: Form, renderer: Renderer) -> Iterator[Fault]:
    """Fills and renders the sample, and looks whether text stands where the marks belong."""
    try:
        filled = WordTemplate.of(kind, source).fill(form.sample)
        pdf = renderer.render(filled, title=TITLES[kind])
    except MachineError as error:
        yield Fault(
            FaultCode.RENDER, str(error.params.get("why") or error.params.get("character") or error.code)
        )
        return
    covered = {text for page in PdfReader(io.BytesIO(pdf)).pages for text in _under_marks(page)}
    for text in sorted(covered):
        yield Fault(FaultCode.UNDER_MARK, text)


def _under_marks(page: PageObject) -> Iterator[str]:
    areas = marks.needed(float(page.mediabox.width), float(page.mediabox.height))
    found: list[tuple[str, float, float]] = []

    def note(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        x, y = tm[4], tm[5]
        found.append((text.strip(), x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5]))

    page.extract_text(visitor_text=note)
    for text, x, y in found:
        if text and any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in areas):
            yield text
