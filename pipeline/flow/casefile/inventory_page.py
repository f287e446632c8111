"""The page on top of a printed case: what lies below it, in the form of the inner list (¶36)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.archive.person.filed_documents import Document, DocumentState
from pipeline.documents.content import case_papers
from pipeline.documents.content.plan import DocumentKind
from pipeline.domain.records import Case, Ref
from pipeline.flow.casefile.docket_of import Gathering
from pipeline.flow.casefile.making import renderer_of
from pipeline.flow.site.workplace import Workplace

TITLE = "Басып шығарылған құжаттардың тізімдемесі"
_SIGNED = "{title} – қол қойылған"


def inventory_page(place: Workplace, case: Ref, papers: Sequence[tuple[Document, int]]) -> bytes:
    """The PDF: each paper by its title, whether it is the signed one, its day and its sheets; without a seal.

    `papers` come with the number of their pages.

    Raises:
        MachineError: the template or the renderer is at fault.
    """
    docket = Gathering(place.root, place.index).around([case]).docket
    record = docket.cases[case.id]
    context = case_papers.inner_list(record, docket.campaign_of(record), map(_row, papers))
    place.templates.refresh()
    docx = place.templates.fill(DocumentKind.INNER_LIST, context)
    return renderer_of(place, DocumentKind.INNER_LIST).renderer.render(docx, title=_title(record))


def _row(paper: tuple[Document, int]) -> tuple[str, date | None, int, int]:
    document, sheets = paper
    title = document.title if document.state is DocumentState.MADE else _SIGNED.format(title=document.title)
    return title, document.day, 1, sheets


def _title(case: Case) -> str:
    return f"{TITLE} — {case.id}"
