"""Annex 1 for whoever is to write a report (¶11): with nothing filled in, or with what is known of them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pipeline.documents.content.context import DocumentOptions, annex_1
from pipeline.documents.content.plan import TITLES, DocumentKind
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.templates.fill import Templates
from pipeline.documents.templates.forms import shipped
from pipeline.documents.templates.signed_page import laid_out
from pipeline.documents.templates.word_template import WordTemplate
from pipeline.domain.errors import MachineError
from pipeline.domain.records import Case, Employee

_KIND = DocumentKind.ANNEX_1
_NOBODY = Case("", "", Employee("", ""))


def blank_report(templates: Path | None, case: Case = _NOBODY) -> bytes:
    """The .docx, of HR's own template in that folder, or without one of that which is shipped.

    What the case does not tell is left to be filled in.

    Raises:
        MachineError: the template cannot be used.
    """
    context = annex_1(case, DocumentOptions())
    if templates is not None:
        return Templates(templates).fill(_KIND, context)
    source = shipped(_KIND)
    if source is None:
        raise MachineError("template_unreadable", document=_KIND, why="shipped")
    return WordTemplate.of(_KIND, source).fill(context)


def as_pdf(docx: bytes) -> bytes:
    """The same for the printer: neither marked nor sealed, for nothing is filed of it.

    Raises:
        MachineError: the renderer is at fault.
    """
    return laid_out(docx, partial(RdocxRenderer().render, title=TITLES[_KIND]))
