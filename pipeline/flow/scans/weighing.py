"""A document of a scan weighed: is it signed, is it the same text, what stands against filing it?

The scan's pixels are looked at elsewhere (`returned.pages`); here it is decided what they mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.ocfl.storage_root import OcflObject
from pipeline.archive.person.content import canonical_json
from pipeline.archive.person.filed_documents import Document, How
from pipeline.domain.ballots import RowMark
from pipeline.domain.errors import CorruptError
from pipeline.domain.findings import Value
from pipeline.domain.records import Case, RefusalAct
from pipeline.flow.casefile.ballots import REPORT, paper_of
from pipeline.flow.casefile.papers.made import Revision
from pipeline.flow.outcomes.results import Note
from pipeline.flow.scans.ballot_sheet import read_sheet
from pipeline.flow.scans.doubts import Doubt, about, named
from pipeline.flow.scans.state import Decision, Question, ScanState
from pipeline.flow.site.opening import filed_record
from pipeline.flow.site.workplace import Workplace
from pipeline.scans.page_marks import Code
from pipeline.scans.pages import ExaminedPage, Pages
from pipeline.scans.pen.ink import Inked
from pipeline.scans.same_text import Change
from pipeline.scans.sorting import SortedDocument

REPORT_FORMAT: Final = "jeke/scan-check/1"

_EXCUSED: Final = {"annex-2": "аттестатталушы", "annex-4": "таныстым"}
"""The employee's own place, by the print beside it: empty where an act tells of the refusal (¶14, 35)."""
_CHANGES_TOLD: Final = 12


@dataclass(frozen=True, slots=True)
class Weighed:
    """A whole document of the scan.

    `against` is what stands against filing it whoever decides, `doubts` what a person may decide. `before`:
    this very scan of it is filed already. `votes`: the marks of a ballot printed blank, row by row;
    `revision`: it is of this one, which recorded votes have replaced.
    """

    filed: FiledDocument
    number: int
    sorted: SortedDocument
    pages: Mapping[int, ExaminedPage]
    against: tuple[Note, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    decision: Decision | None = None
    before: bool = False
    votes: tuple[RowMark, ...] = ()
    revision: Revision | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Of its doubts."""
        return tuple(doubt.key for doubt in self.doubts)

    @property
    def fileable(self) -> bool:
        """Nothing stands against it, and every doubt is decided in its favour."""
        decided = self.decision is not None and self.decision.accepted
        return not self.against and not self.before and (not self.doubts or decided)

    @property
    def asked(self) -> bool:
        """A person is to decide."""
        return bool(self.doubts) and not self.against and not self.before and self.decision is None

    @property
    def turns(self) -> tuple[tuple[int, int], ...]:
        """The scan's pages in the document's order, each with its turn to upright."""
        return tuple((page, self.pages[page].turn) for page in self.sorted.scanned)

    def question(self) -> Question:
        """What is asked."""
        return Question(
            self.number,
            self.filed.object_id,
            named(self.filed),
            self.filed.document.title,
            self.keys,
            tuple((d.note.code, {k: _plain(v) for k, v in d.note.params.items()}) for d in self.doubts),
        )


def _plain(value: Value) -> str:
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)


def weigh(
    place: Workplace,
    pages: Pages,
    sorted_: SortedDocument,
    filed: FiledDocument,
    codes: Mapping[int, Sequence[Code]],
    own: Mapping[tuple[int, int], str],
    state: ScanState,
    revision: Revision | None = None,
) -> Weighed:
    """Weighs one whole document; `own` is the code of each page of each scanned page, as far as it was read.

    `revision`: the document is this earlier one.

    Raises:
        UnreadablePageError: a page cannot be decoded within the limits.
        JekeError: the machine is at fault.
    """
    stored = _object(place, filed)
    if filed_of(stored, filed.document, state.sha256):
        return Weighed(filed, sorted_.number, sorted_, {}, before=True)
    original = stored.read(filed.document.path) if revision is None else revision.pdf
    made, fields = pages.compare_with(original, filed.document.document)
    if made != sorted_.pages:
        raise CorruptError("filed_missing", path=filed.document.path)
    excused, ballot = _excused(stored, filed), paper_of(place, filed)
    examined: dict[int, ExaminedPage] = {}
    against: list[Note] = []
    doubts: list[Doubt] = []
    for of, (page,) in sorted(sorted_.found.items()):
        found = pages.examine(page, of, own.get((page, of), ""), codes.get(page, ()), excused)
        examined[page] = found
        doubts += _doubts(filed, page, of, found)
    sheet = None if ballot is None else read_sheet(filed, ballot, sorted_.found, examined)
    unused = frozenset() if sheet is None else sheet.unused
    against += (
        note
        for of, (page,) in sorted(sorted_.found.items())
        for note in _empty(filed, page, examined[page], unused)
    )
    doubts += () if sheet is None else sheet.doubts
    if not fields:
        doubts.append(Doubt("no-fields", Note("scan_no_fields", about(filed)), sorted_.scanned[0]))
    signed = filed.document.signed
    if signed is not None and signed.how is not How.SCAN:
        against.append(Note("scan_electronic", about(filed)))
    elif signed is not None:
        params = {**about(filed), "on": signed.filed_on}
        doubts.append(Doubt("replaces", Note("scan_replaces", params), sorted_.scanned[0]))
    decision = state.decision(sorted_.number, tuple(d.key for d in doubts)) if doubts else None
    return Weighed(
        filed,
        sorted_.number,
        sorted_,
        examined,
        tuple(against),
        tuple(doubts),
        decision,
        votes=() if sheet is None else sheet.marks,
        revision=revision,
    )


def report(weighed: Weighed, state: ScanState, at: datetime) -> bytes:
    """What was seen and decided, for the archive: beside the signed paper, readable without this program."""
    decision = weighed.decision
    return canonical_json(
        {
            "format": REPORT_FORMAT,
            "document": weighed.filed.document.name,
            "made_sha512": weighed.filed.document.sha512,
            "scan_sha256": state.sha256,
            "checked_at": at.isoformat(timespec="seconds"),
            "meaning": "ink was found in the places for signatures; whose hand it is was not examined",
            "pages": [
                _page(weighed, of, page, state) for of, (page,) in sorted(weighed.sorted.found.items())
            ],
            **_votes(weighed),
            "doubts": list(weighed.keys),
            "decision": None
            if decision is None or not weighed.doubts
            else {
                "accepted": decision.accepted,
                "by": decision.by,
                "at": decision.at,
                "doubts": list(decision.doubts),
                "login": decision.login,
            },
        }
    )


def _votes(weighed: Weighed) -> dict[str, object]:
    """Of a ballot printed blank: what its rows show."""
    return (
        {"votes": [{"row": n, "mark": mark} for n, mark in enumerate(weighed.votes, 1)]}
        if weighed.votes
        else {}
    )


def filed_of(stored: OcflObject, document: Document, sha256: str) -> bool:
    """Whether what is filed signed of the document came out of that very scan."""
    signed = document.signed
    if signed is None or signed.how is not How.SCAN:
        return False
    for path in signed.beside:
        if path.endswith(REPORT.format(name=document.name)):
            try:
                return bool(json.loads(stored.read(path))["scan_sha256"] == sha256)
            except (ValueError, KeyError, TypeError) as error:
                raise CorruptError("filed_format", file=path.rpartition("/")[2]) from error
    return False


def _page(weighed: Weighed, of: int, page: int, state: ScanState) -> dict[str, object]:
    seen = weighed.pages[page]
    by_hand = state.assigned.get(page)
    return {
        "page": of,
        "scan_page": page,
        "assigned": None if by_hand is None else {"by": by_hand.by, "at": by_hand.at},
        "apart_mm": round(seen.apart_mm, 2),
        "signatures": [
            {
                "label": f.label,
                "place": list(f.place),
                "verdict": str(f.verdict),
                "doubt": None if f.doubt is None else str(f.doubt),
                "ink_mm2": f.mm2,
                "extent_mm": f.extent_mm,
            }
            for f in seen.fields
        ],
        "changes": [
            {"change": str(c.change), "place": list(c.place), "words": c.words} for c in seen.changes
        ],
    }


def _object(place: Workplace, filed: FiledDocument) -> OcflObject:
    stored = place.root.get(filed.object_id)
    if stored is None:
        raise CorruptError("filed_missing", path=filed.document.path)
    return stored


def _excused(stored: OcflObject, filed: FiledDocument) -> str:
    """Whose place may be empty, as a pattern of labels; nothing where none may."""
    pattern = _EXCUSED.get(filed.document.document, "")
    folder = filed.document.path.rpartition("/")[0]
    if not pattern or not folder:
        return ""
    record = filed_record(stored.read(f"{folder}/record.yaml").decode())
    if not isinstance(record, Case):
        return ""
    told = record.characteristic if filed.document.document == "annex-2" else record.sheet
    return pattern if told is not None and told.refusal_act not in (None, RefusalAct()) else ""


def _empty(
    filed: FiledDocument, page: int, found: ExaminedPage, unused: frozenset[tuple[int, int]]
) -> Iterator[Note]:
    for number, seen in enumerate(found.fields):
        if seen.verdict is Inked.EMPTY and (page, number) not in unused:
            yield Note("scan_unsigned", {**about(filed), "page": page, "label": seen.label})


def _doubts(filed: FiledDocument, page: int, of: int, found: ExaminedPage) -> Iterator[Doubt]:
    for number, seen in enumerate(found.fields):
        if seen.verdict is Inked.LOOK:
            params = {**about(filed), "page": page, "label": seen.label, "why": str(seen.doubt)}
            yield Doubt(f"ink:{of}:{number}:{seen.doubt}", Note("scan_look", params), page, seen.close_up)
    if not found.laid:
        yield Doubt(f"unlaid:{of}", Note("scan_unlaid", {**about(filed), "page": page}), page)
    if len(found.changes) > _CHANGES_TOLD:
        params = {**about(filed), "page": page, "count": len(found.changes)}
        yield Doubt(f"text:{of}", Note("scan_many_changes", params), page)
        return
    for change in found.changes:
        code = "scan_other" if change.change is Change.OTHER else "scan_added"
        params = {**about(filed), "page": page, "words": change.words or "—", "place": _where(change.place)}
        key = f"{change.change}:{of}:{change.place[0]:.0f}:{change.place[1]:.0f}"
        yield Doubt(key, Note(code, params), page, change.close_up)


def _where(place: Sequence[float]) -> str:
    """Centimetres from the page's left and upper edge, as a ruler shows them."""
    return f"{place[0] / 72 * 2.54:.1f} × {place[1] / 72 * 2.54:.1f}"
