"""What is printed of a case or a sitting, as one PDF; on top of a whole case its inventory (¶36)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

from pipeline.archive.person.filed_documents import Document, DocumentState
from pipeline.documents.content import case_papers
from pipeline.documents.content.plan import DocumentKind
from pipeline.documents.sealing.papers import Papers, UnreadablePaperError
from pipeline.domain.errors import CorruptError
from pipeline.domain.records import Case, Kind, Ref
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.site.workplace import Workplace

TITLE = "Басып шығарылған құжаттардың тізімдемесі"
_SIGNED = "{title} – қол қойылған"


def merged(
    place: Workplace,
    wanted: Sequence[tuple[Ref | None, Document | None, bytes]],
    *,
    whole: bool,
    duplex: bool,
) -> bytes:
    """One PDF for the printer of papers, each with its record and what it is filed as.

    It is put together in a child: scans and signed papers are strangers'. `whole`: a case gets its inventory.

    Raises:
        CorruptError: `merge_unreadable`.
        MachineError: `papers_unusable`; the template or the renderer is at fault.
    """
    try:
        with Papers() as papers:
            printed = list(_printed(place, papers, wanted, whole=whole))
        with Papers() as papers:
            return papers.merged(printed, duplex=duplex)
    except UnreadablePaperError as error:
        raise CorruptError("merge_unreadable", why=error.why) from error


def _printed(
    place: Workplace,
    papers: Papers,
    wanted: Sequence[tuple[Ref | None, Document | None, bytes]],
    *,
    whole: bool,
) -> Iterator[bytes]:
    """The papers, those of a case that is printed whole below their inventory."""
    for ref, group in groupby(wanted, key=itemgetter(0)):
        own = list(group)
        if whole and ref is not None and ref.kind is Kind.CASE:
            listed = [(document, papers.pages(data)) for _, document, data in own if document]
            yield inventory_page(place, ref, listed)
        yield from (data for _, _, data in own)


def inventory_page(place: Workplace, case: Ref, papers: Sequence[tuple[Document, int]]) -> bytes:
    """The PDF: each paper by its title, whether it is the signed one, its day and its sheets; without a seal.

    `papers` come with the number of their pages.

    Raises:
        MachineError: the template or the renderer is at fault.
    """
    docket = RelatedRecords(place.root, place.index).around([case]).docket
    record = docket.cases[case.id]
    context = case_papers.inner_list(record, docket.campaign_of(record), map(_row, papers))
    place.production.templates.refresh()
    docx = place.production.templates.fill(DocumentKind.INNER_LIST, context)
    return place.production.renderer_for(DocumentKind.INNER_LIST).renderer.render(docx, title=_title(record))


def _row(paper: tuple[Document, int]) -> tuple[str, date | None, int, int]:
    document, sheets = paper
    title = document.title if document.state is DocumentState.MADE else _SIGNED.format(title=document.title)
    return title, document.day, 1, sheets


def _title(case: Case) -> str:
    return f"{TITLE} — {case.id}"
