"""A document: its pages as pictures with their text beside, who signed it, and what was found of that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.filed_documents import How
from pipeline.documents.viewing.pages import OpenPaper, Reading
from pipeline.domain.errors import CorruptError
from pipeline.domain.names import full_name
from pipeline.domain.records import Kind
from pipeline.flow.lookup.document import Report, awaited_of, report_of
from pipeline.flow.lookup.papers import Wanted, files_of, pieces
from pipeline.flow.site.workplace import Workplace
from pipeline.messages.catalogue import Messages
from pipeline.web import site, telling
from pipeline.web.access import screen
from pipeline.web.accounts.roles import Act
from pipeline.web.addresses import record_address
from pipeline.web.pages.paging import Paging, page_of
from pipeline.web.pages.words import messages_for
from pipeline.web.screens.asked import document_asked

PAGES: Final = 10
"""Of a document on one screen."""
RENDITION: Final = "as"
"""In the query: "made" or "signed"."""
_VIEWED: Final = "viewed"
"""In the session: which paper was told of last. Its pictures follow without an entry each."""
_reading: Final = Reading()


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page, counted from 1, and its text; `of_original`: that of the paper as it was made."""

    number: int
    text: str
    of_original: bool = False


@screen(Act.SEE)
@require_safe
def document(request: HttpRequest, key: UUID, name: str, folder: str = "") -> HttpResponse:
    """The screen; of what does not verify, or cannot be drawn, it says so in words."""
    say, number = messages_for(request), page_of(request)
    with site.opened() as place:
        filed = document_asked(request, place.index, key, folder, name)
        files = files_of(filed)
        wanted = rendition_asked(files, request.GET.get(RENDITION, ""))
        _tell(request, filed, wanted)
        location = place.index.record(filed.record)
        person = place.index.person(filed.object_id) if filed.record.kind is Kind.CASE else None
        shown: dict[str, object] = {
            "filed": filed,
            "doc": filed.document,
            "title": say.word("title", filed.document.title),
            "person": full_name(person) if person else "",
            "record": f"{say.word('kind', filed.record.kind.value)} {filed.record.id}",
            "back": record_address(filed.object_id, location.path) if location else "/",
            "wanted": wanted,
            "files": files,
            "renditions": [w.rendition for w in files if w.rendition != "proof"],
            "address": request.path,
            "awaited": awaited_of(place, filed),
        }
        shown |= _signatures(place, filed, say) | _pages(request, place, files, wanted, number, say)
    return render(request, "document.html", shown, status=409 if shown.get("unshown") else 200)


@screen(Act.SEE)
@require_safe
def picture(request: HttpRequest, key: UUID, name: str, number: int, folder: str = "") -> HttpResponse:
    """One page as a PNG."""
    with site.opened() as place:
        filed = document_asked(request, place.index, key, folder, name)
        wanted = rendition_asked(files_of(filed), request.GET.get(RENDITION, ""))
        _tell(request, filed, wanted, picture=True)
        with _open(place, wanted) as paper:
            if not 1 <= number <= paper.count:
                raise Http404
            return HttpResponse(paper.picture(number), content_type="image/png")


def rendition_asked(files: tuple[Wanted, ...], asked: str) -> Wanted:
    """The paper as signed where it is, unless it was asked for as made.

    Raises:
        Http404: it is not signed, or there is no such rendition.
    """
    papers = {wanted.rendition: wanted for wanted in files if wanted.rendition != "proof"}
    if not asked:
        return papers.get("signed") or papers["made"]
    for rendition, wanted in papers.items():
        if rendition == asked:
            return wanted
    raise Http404


def _tell(request: HttpRequest, filed: FiledDocument, wanted: Wanted, *, picture: bool = False) -> None:
    """Told of each time the screen is shown; of its pictures only where another paper was looked at since."""
    viewed = f"{filed.object_id} {wanted.path}"
    if picture and request.session.get(_VIEWED) == viewed:
        return
    of = {"of": "document", "document": filed.document.document}
    telling.tell(request, AuditEvent.VIEW, [filed.object_id], **of)
    request.session[_VIEWED] = viewed


@contextmanager
def _open(place: Workplace, wanted: Wanted) -> Iterator[OpenPaper]:
    """Raises CorruptError, MachineError, NotFoundError."""
    filed = place.root.get(wanted.object_id)
    sha512 = filed.state.get(wanted.path, "") if filed is not None else ""
    with _reading.paper(sha512, pieces(place.root, wanted)) as paper:
        yield paper


def _signatures(place: Workplace, filed: FiledDocument, say: Messages) -> dict[str, object]:
    """What was found of them; a report that does not verify counts for nothing, and the screen says so."""
    try:
        report = report_of(place, filed)
    except CorruptError as error:
        return {"report_fault": say.error(error)}
    if report is None:
        return {}
    return {"report": report, "signatures": [_row(report, n) for n in range(len(report.signatures))]}


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature in words; `tag` is the colour of its verdict."""

    name: str
    indication: str
    why: str
    tag: str
    proven_at: object
    claimed_at: object
    again: bool
    preliminary: bool


_TAGS: Final = {"TOTAL-PASSED": "good", "TOTAL-FAILED": "bad"}


def _row(report: Report, number: int) -> SignatureRow:
    signature = report.signatures[number]
    indication = signature.verdict.indication
    return SignatureRow(
        report.name_of(signature) or "",
        indication,
        signature.verdict.sub_indication,
        _TAGS.get(indication, "mind"),
        signature.proven_at,
        signature.claimed_at,
        signature.again,
        signature.preliminary,
    )


def _pages(
    request: HttpRequest,
    place: Workplace,
    files: tuple[Wanted, ...],
    wanted: Wanted,
    screen_number: int,
    say: Messages,
) -> dict[str, object]:
    """The pages of this screen, or why there are none."""
    first = screen_number * PAGES + 1
    try:
        with _open(place, wanted) as paper:
            last = min(first + PAGES - 1, paper.count)
            if last < first:
                raise Http404
            count, texts = paper.count, paper.texts(first, last)
        beside = [PageShown(first + n, text) for n, text in enumerate(texts)]
        if not any(text.strip() for text in texts):
            beside = _text_of_original(place, files, wanted, count, beside)
    except CorruptError as error:
        return {"unshown": say.error(error), "remedy": say.error_remedy(error)}
    return {
        "pages": beside,
        "count": count,
        "paging": Paging.of(request, screen_number, more=last < count),
    }


def _text_of_original(
    place: Workplace, files: tuple[Wanted, ...], wanted: Wanted, count: int, pages: list[PageShown]
) -> list[PageShown]:
    """Beside a scan stands what its original says, page by page, where both have as many."""
    signed = wanted.document.signed if wanted.document else None
    if wanted.rendition != "signed" or signed is None or signed.how is not How.SCAN:
        return pages
    with _open(place, files[0]) as original:
        if original.count != count:
            return pages
        texts = original.texts(pages[0].number, pages[-1].number)
    return [PageShown(page.number, text, of_original=True) for page, text in zip(pages, texts, strict=True)]
