"""Making the documents a record asks for: filled, rendered, sealed.

What is filed already and would come out the same stays as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from types import MappingProxyType

from pipeline.archive.person.content import SIGNED, canonical_json
from pipeline.archive.person.filed_documents import (
    Document,
    How,
    SealMark,
    Signed,
    made_document,
    number_of,
)
from pipeline.documents.content.plan import TITLES, DocumentKind, Wanted
from pipeline.documents.content.registers import COLUMNS, csv, xlsx
from pipeline.documents.sealing.extract_note import note_lines
from pipeline.documents.templates.same_words import says_the_same
from pipeline.documents.templates.signed_page import laid_out, without_heads
from pipeline.domain.ballots import BallotForm
from pipeline.flow.casefile.papers.made import Made, Returned, facts_of, form_of
from pipeline.flow.outcomes.results import TemplateNote
from pipeline.flow.site.render_pool import Mark, Order
from pipeline.flow.site.workplace import Workplace

ANNEX_NUMBERS = {
    DocumentKind.ANNEX_1: 1,
    DocumentKind.ANNEX_2: 2,
    DocumentKind.ANNEX_3: 3,
    DocumentKind.ANNEX_4: 4,
}


def make(
    place: Workplace,
    wanted: Iterable[Wanted],
    object_id: str,
    folder: str,
    filed: Mapping[str, Document],
    returned: Mapping[str, Returned] = MappingProxyType({}),
    lies_in: str | None = None,
) -> Made:
    """Documents of one folder of an object.

    `filed` are those lying there already, or in the object `lies_in`; `returned` what came back signed of
    them, both by path.

    Raises:
        MachineError: a template, the renderer or the seal is at fault; it names the document.
    """
    papers = tuple(_paper(place, folder, document) for document in wanted)
    made = Made()
    stand = {path: before for path, before in filed.items() if path in returned}
    again = {path: came.revision for path, came in returned.items() if came.revision is not None}
    stand |= {path: _in_force_again(filed.get(path), revision.document) for path, revision in again.items()}
    for paper in papers:
        before = filed.get(paper.path)
        if (
            before is not None
            and before.path not in stand
            and _stands(place, paper, lies_in or object_id, before)
        ):
            stand[before.path] = before
    fresh = [paper for paper in papers if paper.path not in stand]
    numbers = [number_of(object_id, paper.path, paper.fingerprint) for paper in fresh]
    rendered = _rendered(place, [paper.wanted for paper in fresh], numbers)
    made.pdfs = dict(zip((paper.path for paper in fresh), rendered, strict=True))
    made.pdfs |= {path: revision.pdf for path, revision in again.items()}
    for paper in papers:
        path = paper.path
        if path in returned and path in stand:
            made.documents.append(_signed(made, folder, stand[path], returned[path], place.today))
        else:
            made.documents.append(stand.get(path) or _made(place, made, paper, folder, filed.get(path)))
        if paper.wanted.to_sign:
            made.to_sign.add(path)
        made.beside |= tables(paper.wanted)
    made.documents += _no_longer_wanted(made, folder, filed, stand, returned, place.today)
    return made


def _no_longer_wanted(
    made: Made,
    folder: str,
    filed: Mapping[str, Document],
    stand: Mapping[str, Document],
    returned: Mapping[str, Returned],
    today: date,
) -> Iterator[Document]:
    """Ballots signed at the sitting of members whom the record tells absent since: they are originals."""
    there = {document.path for document in made.documents}
    for path in sorted({*filed, *stand} - there):
        document = stand.get(path) or filed[path]
        if document.ballot is None:
            continue
        if path in returned:
            yield _signed(made, folder, document, returned[path], today)
        elif document.signed is not None:
            yield document


def _in_force_again(now: Document | None, before: Document) -> Document:
    """The revision with those it replaces, that of now first."""
    if now is None or now.fingerprint == before.fingerprint:
        return before
    earlier = (now.fingerprint, *(f for f in now.earlier if f != before.fingerprint))
    return replace(before, earlier=earlier)


@dataclass(frozen=True, slots=True)
class _Paper:
    """A wanted paper, its path in the object, and what tells whether it would say the same."""

    wanted: Wanted
    path: str
    facts: str
    fingerprint: str


def _paper(place: Workplace, folder: str, wanted: Wanted) -> _Paper:
    facts = facts_of(wanted)
    return _Paper(wanted, f"{folder}{wanted.name}.pdf", facts, _fingerprint(place, wanted.kind, facts))


def _made(place: Workplace, made: Made, paper: _Paper, folder: str, before: Document | None) -> Document:
    wanted = paper.wanted
    if before is not None and before.signed is not None:
        made.unsigned.append(before)
    document = made_document(
        folder,
        document=wanted.kind,
        name=wanted.name,
        title=wanted.title,
        fingerprint=paper.fingerprint,
        pdf=made.pdfs[paper.path],
        seal=SealMark(place.production.sealer.subject, test=place.production.sealer.is_test),
        day=wanted.day,
    )
    earlier = (before.fingerprint, *before.earlier) if before is not None else ()
    return replace(document, facts=paper.facts, earlier=earlier, ballot=_printed_blank(wanted))


def _printed_blank(wanted: Wanted) -> BallotForm | None:
    """The form, where it is a sitting's ballot without votes."""
    return wanted.ballot if wanted.unmarked == wanted.context else None


def _signed(made: Made, folder: str, before: Document, came: Returned, today: date) -> Document:
    """The document with what came back of it, whatever stood there signed before."""
    path = f"{folder}{SIGNED}{before.name}.pdf"
    beside = {f"{folder}{SIGNED}{name}": data for name, data in came.beside.items()}
    made.pdfs |= {path: came.pdf, **beside}
    signed = Signed(
        path=path,
        sha512=hashlib.sha512(came.pdf).hexdigest(),
        how=came.how,
        filed_on=came.filed_on or today,
        signers=came.signers,
        beside=tuple(sorted(beside)),
        names=came.names,
        whole=came.whole,
        sha256=hashlib.sha256(came.pdf).hexdigest(),
    )
    return replace(before, signed=signed)


def _stands(place: Workplace, paper: _Paper, object_id: str, before: Document) -> bool:
    """Whether the filed paper stays.

    One that people have signed stays as long as it says the same, whatever its template, seal or software
    would make of it today.
    """
    if before.fingerprint == paper.fingerprint:
        return True
    if before.signed is None:
        return False
    if before.facts == paper.facts:
        return True
    if before.signed.how is How.SCAN and form_of(before, paper.wanted) is not None:
        return True
    filed = place.root.get(object_id)
    if filed is None:
        return False
    made = filed.read(before.path)
    return any(says_the_same(today, made) for today in _laid_out(place, paper.wanted))


def _laid_out(place: Workplace, wanted: Wanted) -> Iterator[bytes]:
    """As it comes out today, then as earlier versions left signatures alone on a page; without a seal."""
    docx = place.production.templates.fill(wanted.kind, wanted.context)
    render = partial(place.production.renderer_for(wanted.kind).renderer.render, title=wanted.title)
    yield laid_out(docx, render)
    bare = without_heads(docx)
    if bare is not docx:
        yield laid_out(bare, render)
    yield render(bare)


def running_register(place: Workplace, wanted: Wanted) -> dict[str, bytes]:
    """A running journal, by file name: it follows from the cases filed and is never filed itself."""
    return {f"{wanted.name}.pdf": _rendered(place, [wanted], [0])[0], **tables(wanted)}


def tables(wanted: Wanted) -> dict[str, bytes]:
    """A list or register as a workbook and as plain text, by file name; nothing for other papers."""
    if wanted.kind not in COLUMNS:
        return {}
    return {f"{wanted.name}.xlsx": xlsx(wanted), f"{wanted.name}.csv": csv(wanted)}


def _rendered(place: Workplace, wanted: Sequence[Wanted], numbers: Sequence[int]) -> list[bytes]:
    """The sealed PDFs; what LibreOffice lays out is rendered with it, the others by two processes."""
    production = place.production
    orders = [_order(place, paper, number) for paper, number in zip(wanted, numbers, strict=True)]
    renderers = [production.renderer_for(paper.kind).renderer for paper in wanted]
    usual = [
        order for order, renderer in zip(orders, renderers, strict=True) if production.renders_with(renderer)
    ]
    rendered = iter(production.render_pool.render(usual))
    return [
        next(rendered)
        if production.renders_with(renderer)
        else replace(production.tools, renderer=renderer).render(order)
        for order, renderer in zip(orders, renderers, strict=True)
    ]


def _order(place: Workplace, wanted: Wanted, number: int) -> Order:
    mark = Mark(number, ANNEX_NUMBERS.get(wanted.kind, 0)) if wanted.to_sign else None
    note = () if wanted.sheet is None else note_lines(wanted.sheet)
    filled = place.production.templates.fill(wanted.kind, wanted.context)
    return Order(filled, wanted.title, mark, place.clock(), note)


def _fingerprint(place: Workplace, kind: DocumentKind, facts: str) -> str:
    """Whether the paper would say the same: the facts on it, its template, and whose seal it bears.

    The renderer's version is left out: an update of the machine re-makes no paper that people have signed.
    """
    said = {
        "facts": facts,
        "template": place.production.templates.digest(kind),
        "seal": {"subject": place.production.sealer.subject, "test": place.production.sealer.is_test},
    }
    return hashlib.sha256(canonical_json(said)).hexdigest()


def template_notes(place: Workplace, kinds: Iterable[str]) -> tuple[TemplateNote, ...]:
    """What is to be said of the templates these documents were made from."""
    made = {DocumentKind(kind) for kind in kinds}
    unused = [w for w in place.production.templates.warnings() if w.kind in made]
    notes = [TemplateNote(TITLES[w.kind], "template", str(w.faults[0].code)) for w in unused]
    for kind in sorted(made):
        warning = place.production.renderer_for(kind).warning
        if warning is not None:
            notes.append(TemplateNote(TITLES[kind], "gate", str(warning)))
    return tuple(notes)
