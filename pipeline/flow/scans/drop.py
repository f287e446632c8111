"""A dropped scan: its pages go to their documents by their marks, and what is whole and signed is filed.

    read marks ─ sort pages ─ signed? same text? ─ put together ─ seal ─ file ─ answer

Sound documents are filed whatever else is in the bundle. When anything was not filed, the scan goes back
whole to inbox/refused/ with the answer and a small picture of each page in question; what a person may decide
(`jeke review`, `jeke assign`) is asked there, and the same bytes dropped again find the decision. Worked off
anew after a kill, it files nothing twice: each filed paper says which scan it came out of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import IO, Final

from pipeline.archive.index.locations import FiledDocument, Numbered
from pipeline.archive.person.filed_documents import How
from pipeline.confined.limits import Budget, Limit
from pipeline.documents.sealing.marks import read_code
from pipeline.documents.sealing.papers import Papers, UnreadablePaperError
from pipeline.documents.sealing.seal_room import RoomError
from pipeline.domain.findings import Value
from pipeline.domain.records import Kind
from pipeline.flow.casefile.ballot_pictures import lay_pictures
from pipeline.flow.casefile.ballots import REPORT, blank_revision
from pipeline.flow.casefile.papers.made import Returned, Revision
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.casefile.versions import index_object
from pipeline.flow.ingest.endings import refuse, unchanged
from pipeline.flow.ingest.outbox import folder_name, keep_current, put
from pipeline.flow.outcomes.results import DropAnswer, Note, Result
from pipeline.flow.scans.doubts import about, named
from pipeline.flow.scans.signed import SignedPaper, file_signed
from pipeline.flow.scans.state import Decision, ScanState, load, save
from pipeline.flow.scans.weighing import Weighed, report, weigh
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import OutdatedError, write_lock
from pipeline.intake.claim import Claimed, finish
from pipeline.intake.journal import DropState, Journal
from pipeline.scans.page_marks import Code
from pipeline.scans.pages import CostlyScanError, Pages, UnreadablePageError
from pipeline.scans.sorting import (
    Known,
    PageFault,
    PageMark,
    SeenPage,
    SortedDocument,
    Sorting,
    sort_pages,
)

ANSWER: Final = "жауап-скан-{file}.txt"
PICTURE: Final = "{page}-бет.png"
CLOSE_UP: Final = "{page}-бет-{number}.png"
DROP_SHOWN: Final = 8
"""So many digits of a drop's id name it."""


@dataclass(slots=True)
class _Read:
    """Every page of the scan: what it says, the codes read, and which code is that of which page."""

    seen: list[SeenPage] = field(default_factory=list)
    codes: dict[int, tuple[Code, ...]] = field(default_factory=dict)
    own: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Standing:
    """The document that a number stands for, if any, and the version of its object.

    `revision`: a ballot printed blank that votes recorded since have replaced; signed, it is the original.
    """

    numbered: Numbered | None
    version: str
    revision: Revision | None = None


@dataclass(slots=True)
class _Told:
    """What became of the scan so far: notes, pictures by file name, papers to file, and what is left open.

    `known` is what the pages were weighed against, by the documents' numbers.
    """

    notes: list[Note] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    filed: list[SignedPaper] = field(default_factory=list)
    before: list[FiledDocument] = field(default_factory=list)
    amiss: bool = False
    state: ScanState = field(default_factory=lambda: ScanState(""))
    known: dict[int, _Standing] = field(default_factory=dict)


_UNOPENED: Final[Mapping[PageFault, Note]] = {
    PageFault.UNREADABLE: Note("scan_unopened"),
    PageFault.MEMORY: Note("scan_file_memory"),
    PageFault.TIME: Note("scan_file_time"),
}


def work_off_scan(
    place: Workplace, journal: Journal, claimed: Claimed, scan: IO[bytes], budget: Budget
) -> DropAnswer:
    """Takes a scan all the way; it has passed the gate for papers. `scan` is its content, open.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    with write_lock(place.places.state):
        for object_id in journal.touched(claimed.drop_id):
            index_object(place, object_id)
    said = load(place.places.scans, claimed.sha256)
    state = replace(said, drop=claimed.drop_id, name=claimed.name)
    told = _Told(state=replace(state, questions=(), unmarked=()))
    try:
        with Pages(scan, budget) as pages, Papers(budget) as papers:
            _look(place, pages, papers, told)
    except UnreadablePageError as error:
        _tell(told, _UNOPENED[_why_unread(error)])
    except CostlyScanError:
        _tell(told, Note("scan_costly"))
    with write_lock(place.places.state):
        _require_current(place, told, said)
        if told.filed or (told.before and journal.touched(claimed.drop_id)):
            file_signed(place, journal, claimed, told.filed, told.before)
        return _end(place, journal, claimed, told)


def _require_current(place: Workplace, told: _Told, said: ScanState) -> None:
    """Under the write lock: what people have said and what is filed are as the pages were weighed against.

    Raises:
        OutdatedError: they are not.
    """
    if load(place.places.scans, said.sha256) != said:
        raise OutdatedError
    for number, before in told.known.items():
        if _standing(place, number) != before:
            raise OutdatedError


def _standing(place: Workplace, number: int) -> _Standing:
    """What bears the number now, and the version of its object."""
    numbered = place.index.document_by_number(number)
    lying = None if numbered is None else place.root.get(numbered.filed.object_id)
    revision = None
    if numbered is not None and numbered.superseded:
        revision = blank_revision(place, numbered.filed, number)
    return _Standing(numbered, "" if lying is None else lying.head, revision)


def _look(place: Workplace, pages: Pages, papers: Papers, told: _Told) -> None:
    read = _read(place, pages)
    found: dict[int, FiledDocument] = {}
    by_hand = {n: PageMark(a.document, a.page, a.pages) for n, a in told.state.assigned.items()}
    sorting = sort_pages(read.seen, lambda number: _known(place, told, number, found), by_hand)
    for document in sorting.documents:
        filed = found[document.number]
        if not document.whole:
            _tell_partial(told, document, filed)
            _show(pages, told, document.twice)
            continue
        try:
            revision = told.known[document.number].revision
            weighed = weigh(place, pages, document, filed, read.codes, read.own, told.state, revision)
            _settle(place, pages, papers, told, weighed)
        except UnreadablePageError as error:
            fault = _why_unread(error)
            _tell(told, Note(f"scan_{fault}", {"pages": page_list(document.scanned)}))
    _tell_faults(told, sorting, found)
    _show(pages, told, sorted(sorting.faults))
    if told.amiss and sorting.owners > 1:
        told.notes.append(Note("scan_people", {"count": sorting.owners}))


def _why_unread(error: UnreadablePageError) -> PageFault:
    if error.limit is Limit.MEMORY:
        return PageFault.MEMORY
    return PageFault.TIME if error.limit in {Limit.PROCESSOR, Limit.WALL} else PageFault.UNREADABLE


def _read(place: Workplace, pages: Pages) -> _Read:
    """The marks of every page, one page at a time; the key stays here."""
    read = _Read()
    for page in range(1, pages.count + 1):
        try:
            told = pages.read(page)
        except UnreadablePageError as error:
            read.seen.append(SeenPage(page, unread=_why_unread(error)))
            continue
        marks: list[PageMark] = []
        for code in told.codes:
            mark = read_code(code.text, place.mark_key)
            if mark is not None:
                marks.append(PageMark(mark.document, mark.page, mark.pages, code.text))
                read.own[page, mark.page] = code.text
        forged = len(told.codes) - len(marks)
        read.codes[page] = told.codes
        read.seen.append(SeenPage(page, tuple(dict.fromkeys(marks)), forged, told.blank))
    return read


def _known(place: Workplace, told: _Told, number: int, found: dict[int, FiledDocument]) -> Known | None:
    if number not in told.known:
        told.known[number] = _standing(place, number)
    numbered = told.known[number].numbered
    if numbered is None:
        return None
    revision = told.known[number].revision
    if revision is None:
        found[number] = numbered.filed
        return Known(numbered.filed.object_id, numbered.superseded)
    before = replace(revision.document, signed=numbered.filed.document.signed)
    found[number] = replace(numbered.filed, document=before)
    return Known(numbered.filed.object_id)


# --- one document ---------------------------------------------------------------------------------------


def _settle(place: Workplace, pages: Pages, papers: Papers, told: _Told, weighed: Weighed) -> None:
    """Puts it among what is filed, or says why not."""
    pages_of = {**about(weighed.filed), "pages": page_list(weighed.sorted.scanned)}
    if weighed.before:
        told.before.append(weighed.filed)
        told.notes.append(Note("scan_filed_before", pages_of))
    elif weighed.fileable:
        told.filed.append(_paper(place, pages, papers, told, weighed))
        told.notes.append(Note("scan_filed", pages_of))
        if weighed.doubts and weighed.decision is not None:
            told.notes.append(Note("scan_accepted", _by_whom(weighed.decision)))
    elif weighed.asked or weighed.against:
        _ask(pages, told, weighed)
    else:
        _reject(told, weighed)


def _paper(place: Workplace, pages: Pages, papers: Papers, told: _Told, weighed: Weighed) -> SignedPaper:
    """Put together and made ready for the seal in children; what is sealed here is a digest."""
    document, now, sealer = weighed.filed.document, place.clock(), place.production.sealer
    pdf = pages.take_out(weighed.turns, document.title)
    about = sealer.about(document.title, now)
    try:
        sealed = sealer.seal_room(pdf, papers.room(pdf, about), about)
        pages.compare(sealed, weighed.turns)
    except UnreadablePaperError as error:
        if error.why == Limit.BUDGET:
            raise CostlyScanError from error
        reached = next((limit for limit in Limit if limit == error.why), None)
        raise UnreadablePageError(error.why, limit=reached) from error
    except RoomError as error:
        raise UnreadablePageError from error
    beside = {REPORT.format(name=document.name): report(weighed, told.state, now)}
    return SignedPaper(weighed.filed, Returned(sealed, How.SCAN, beside=beside, revision=weighed.revision))


def _ask(pages: Pages, told: _Told, weighed: Weighed) -> None:
    """What stands against it; and where nothing but doubts do, what is asked of a person."""
    _tell(told, *weighed.against, *(doubt.note for doubt in weighed.doubts))
    _show(pages, told, sorted({*(d.page for d in weighed.doubts), *_pages_of(weighed.against)}))
    for number, doubt in enumerate((d for d in weighed.doubts if d.close_up), 1):
        told.pictures[CLOSE_UP.format(page=doubt.page, number=number)] = doubt.close_up
    _tell(told, *_given(told.state, weighed))
    if weighed.asked:
        told.state = replace(told.state, questions=(*told.state.questions, weighed.question()))
        _tell(told, Note("scan_review", {"document": named(weighed.filed)}))


def _reject(told: _Told, weighed: Weighed) -> None:
    decision = weighed.decision
    assert decision is not None  # noqa: S101  # neither fileable nor asked: it was decided against
    _tell(told, Note("scan_rejected", {**about(weighed.filed), **_by_whom(decision)}))
    _tell(told, *_given(told.state, weighed))


def _given(state: ScanState, weighed: Weighed) -> Iterator[Note]:
    """The pages of it that a person has named: the fault may be there, and can be mended."""
    for page in weighed.sorted.scanned:
        if page in state.assigned:
            who, drop = state.assigned[page].by, state.drop[:DROP_SHOWN]
            yield Note("scan_assigned", {**about(weighed.filed), "page": page, "by": who, "drop": drop})


def _by_whom(decision: Decision) -> dict[str, Value]:
    return {"by": decision.by, "at": datetime.fromisoformat(decision.at).date()}


def _pages_of(notes: Sequence[Note]) -> Iterator[int]:
    yield from (n.params["page"] for n in notes if isinstance(n.params.get("page"), int))  # type: ignore[misc]  # mypy does not narrow what `get` gave


# --- telling --------------------------------------------------------------------------------------------


def page_list(pages: Sequence[int]) -> str:
    """Pages as people write them: 1, 3–5."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def _tell(told: _Told, *notes: Note) -> None:
    told.notes += notes
    told.amiss = told.amiss or bool(notes)


def _tell_partial(told: _Told, document: SortedDocument, filed: FiledDocument) -> None:
    there = page_list(document.scanned)
    if document.missing:
        params = {**about(filed), "missing": page_list(document.missing), "pages": there}
        _tell(told, Note("scan_missing", params))
    if document.twice:
        _tell(told, Note("scan_twice", {**about(filed), "pages": page_list(document.twice)}))


def _tell_faults(told: _Told, sorting: Sorting, found: Mapping[int, FiledDocument]) -> None:
    for number, pages in sorting.superseded.items():
        _tell(told, Note("scan_superseded", {**about(found[number]), "pages": page_list(pages)}))
    for fault in (f for f in PageFault if f is not PageFault.SUPERSEDED):
        pages = tuple(page for page, why in sorting.faults.items() if why is fault)
        if pages and fault is PageFault.UNMARKED:
            told.state = replace(told.state, unmarked=pages)
            drop = told.state.drop[:DROP_SHOWN]
            _tell(told, Note("scan_unmarked", {"pages": page_list(pages), "drop": drop, "page": pages[0]}))
        elif pages:
            _tell(told, Note(f"scan_{fault}", {"pages": page_list(pages)}))
    if sorting.blank:
        told.notes.append(Note("scan_blank", {"pages": page_list(sorting.blank)}))
    if not sorting.documents and not sorting.faults:
        _tell(told, Note("scan_nothing"))


def _show(pages: Pages, told: _Told, numbers: Sequence[int]) -> None:
    for number in numbers:
        name = PICTURE.format(page=number)
        picture = None if name in told.pictures else pages.picture(number)
        if picture is not None:
            told.pictures[name] = picture


# --- the end --------------------------------------------------------------------------------------------


def _end(place: Workplace, journal: Journal, claimed: Claimed, told: _Told) -> DropAnswer:
    """Answers lie with each record whose paper was filed; the scan goes back where anything was not."""
    if told.state != ScanState(claimed.sha256, claimed.drop_id, claimed.name):
        save(place.places.scans, told.state)
    drop = DropAnswer(
        claimed.name,
        claimed.sha256,
        claimed.size,
        Result.REFUSED if told.amiss else Result.DONE,
        place.today,
        notes=tuple(told.notes),
        test_seal=bool(told.filed) and place.production.sealer.is_test,
        partly=told.amiss and bool(told.filed or told.before),
    )
    if not told.filed and told.before and not told.amiss and not journal.touched(claimed.drop_id):
        return unchanged(place, journal, claimed, replace(drop, result=Result.UNCHANGED))
    name = ANSWER.format(file=folder_name(claimed.name))
    for record in dict.fromkeys(paper.filed.record.id for paper in told.filed):
        own = tuple(n for n in drop.notes if n.params.get("record") in (None, record))
        words = place.speaker.noted(replace(drop, notes=own))
        put(place.places.outbox, record, {name: words.encode()})
    for sitting in dict.fromkeys((*(f.record for f in told.before), *(p.filed.record for p in told.filed))):
        if sitting.kind is Kind.SITTING and journal.laid(sitting.id):  # another sheet may agree
            docket = RelatedRecords(place.root, place.index).around([sitting]).docket
            lay_pictures(place, journal, docket, sitting)
    keep_current(place, journal.touched(claimed.drop_id))
    if told.amiss:
        return refuse(place, journal, claimed, drop, told.pictures)
    detail = {"papers": len(told.filed)}
    finish(claimed, place.places.work, journal, DropState.DONE, now=place.clock(), detail=detail)
    return drop
