"""The ballots of a sitting (¶32): what the record says of each row, and how a signed sheet stands to it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.content import DOCUMENTS
from pipeline.archive.person.filed_documents import Document, How, number_of, read_documents
from pipeline.documents.content.plan import DocumentKind, documents_of_sitting
from pipeline.domain.ballots import BallotForm, Recorded, RowMark, agrees
from pipeline.domain.errors import CorruptError
from pipeline.domain.records import Case, Record, Ref, Sitting
from pipeline.flow.casefile.papers.made import Revision, form_of
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.outcomes.results import Note
from pipeline.flow.site.workplace import Workplace
from pipeline.law.docket import Docket, Hearing
from pipeline.law.votes import off_by_then

REPORT = "{name}-scan.json"
SETTLED = "settled"
"""In a report: what people decided since of rows that are not as recorded: who, when, which rows."""


@dataclass(frozen=True, slots=True)
class BallotPaper:
    """A ballot printed blank: its form, and what the sitting's record says of each of its rows."""

    form: BallotForm
    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that needs a person's eye: from 1, whose case, what it shows and what is recorded."""

    number: int
    case: str
    mark: RowMark
    recorded: Recorded

    @property
    def key(self) -> str:
        """The same whenever the same is to be decided."""
        return f"vote:{self.number}:{self.mark}:{self.recorded}"


def doubtful_rows(paper: BallotPaper, marks: tuple[RowMark, ...]) -> Iterator[Row]:
    """The rows whose mark is no plain one, or is not what is recorded."""
    rows = zip(paper.form.cases, marks, paper.recorded, strict=True)
    for number, (case, mark, recorded) in enumerate(rows, 1):
        if not agrees(mark, recorded):
            yield Row(number, case, mark, recorded)


def paper_of(place: Workplace, filed: FiledDocument) -> BallotPaper | None:
    """The ballot, if the document is one of a sitting and was printed without votes.

    Raises:
        CorruptError: something filed does not verify.
    """
    if filed.document.document != DocumentKind.ANNEX_3 or "/" in filed.document.path:
        return None
    docket = RelatedRecords(place.root, place.index).around([filed.record]).docket
    sitting = docket.get(filed.record)
    return ballot_paper(docket, sitting, filed.document) if isinstance(sitting, Sitting) else None


def ballot_paper(docket: Docket, sitting: Sitting, document: Document) -> BallotPaper | None:
    """The same of a document of a sitting's object."""
    form = blank_form(docket, sitting, document)
    if form is None:
        return None
    hearings = {h.candidate.case: h for h in docket.hearings_of(sitting)}
    told = tuple(_recorded(docket, hearings.get(case), form.member) for case in form.cases)
    return BallotPaper(form, told)


def blank_form(docket: Docket, sitting: Sitting, document: Document) -> BallotForm | None:
    """The form of a ballot of the sitting's object, if that was printed without votes."""
    return blank_forms(docket, sitting, [document]).get(document.name)


def blank_forms(docket: Docket, sitting: Sitting, documents: Iterable[Document]) -> dict[str, BallotForm]:
    """By name the forms of those of the sitting's documents that are ballots printed without votes."""
    ballots = [document for document in documents if document.document == DocumentKind.ANNEX_3]
    forms = {document.name: document.ballot for document in ballots if document.ballot is not None}
    unsaid = [
        document for document in ballots if document.ballot is None
    ]  # filled, or before forms were noted
    wanted = {w.name: w for w in documents_of_sitting(docket, sitting)} if unsaid else {}
    for document in unsaid:
        form = form_of(document, wanted[document.name]) if document.name in wanted else None
        if form is not None:
            forms[document.name] = form
    return forms


def _recorded(docket: Docket, hearing: Hearing | None, member: str) -> Recorded:
    if hearing is None or not hearing.came:
        return Recorded.NO_VOTE
    case = docket.cases.get(hearing.candidate.case)
    if case is not None and off_by_then(case, hearing.sitting.held_on):
        return Recorded.NO_VOTE
    votes = hearing.candidate.votes
    if member in votes:
        return Recorded(votes[member])
    return Recorded.NO_VOTE if votes else Recorded.OPEN


# --- a blank that votes have replaced ----------------------------------------------------------------------


def blank_revision(place: Workplace, now: FiledDocument, number: int) -> Revision | None:
    """The blank ballot that bore this number before votes were recorded; None where it was another paper.

    Raises:
        CorruptError: something filed does not verify.
    """
    stored = place.root.get(now.object_id)
    if now.document.document != DocumentKind.ANNEX_3 or "/" in now.document.path or stored is None:
        return None
    for version in (v.version for v in reversed(stored.versions())):
        if DOCUMENTS not in stored.state_at(version):
            continue
        for document in read_documents(stored.read(DOCUMENTS, version)):
            if document.path != now.document.path:
                continue
            if number_of(now.object_id, document.path, document.fingerprint) == number:
                return _blank(place, now, document, stored.read(document.path, version))
    return None


def _blank(place: Workplace, now: FiledDocument, before: Document, pdf: bytes) -> Revision | None:
    docket = RelatedRecords(place.root, place.index).around([now.record]).docket
    sitting = docket.get(now.record)
    if not isinstance(sitting, Sitting):
        return None
    wanted = next((w for w in documents_of_sitting(docket, sitting) if w.name == before.name), None)
    form = None if wanted is None else form_of(before, wanted)
    return None if form is None else Revision(before, pdf)


# --- what was read of a signed sheet -----------------------------------------------------------------------


def marks_filed(report: Mapping[str, object]) -> tuple[RowMark, ...]:
    """The marks that were read when the sheet was filed; none of an older report."""
    rows = report.get("votes")
    return tuple(RowMark(row["mark"]) for row in rows) if isinstance(rows, list) else ()


@dataclass(frozen=True, slots=True)
class FiledSheet:
    """A ballot that was printed blank, signed by pen and filed.

    `marks` are what was read of it then, from above: none where the rows could not be made out, or by a
    version that read none. `taken` are the keys of the rows that a person has decided.
    """

    filed: FiledDocument
    paper: BallotPaper
    marks: tuple[RowMark, ...] = ()
    taken: frozenset[str] = frozenset()

    @property
    def undecided(self) -> tuple[Row, ...]:
        """The rows that disagree with what is recorded now, and nobody has decided."""
        if not self.marks:
            return ()
        open_rows = {n for n, told in enumerate(self.paper.recorded, 1) if told is Recorded.OPEN}
        rows = doubtful_rows(self.paper, self.marks)
        return tuple(row for row in rows if row.key not in self.taken and row.number not in open_rows)

    def decided(self, number: int) -> bool:
        """Whether a person has decided on that row, from 1, and the mark that was read tells nothing."""
        return any(key.startswith(f"vote:{number}:") for key in self.taken)


def accepted(report: Mapping[str, object]) -> frozenset[str]:
    """Keys of the rows that a person has taken, before the sheet was filed or since."""
    decision = report.get("decision")
    taken = decision["doubts"] if isinstance(decision, dict) and decision.get("accepted") else ()
    settled = report.get(SETTLED)
    later = (key for one in settled for key in one["rows"]) if isinstance(settled, list) else ()
    return frozenset(map(str, (*taken, *later)))


def report_path(document: Document) -> str | None:
    """Where in the object it stands what was read of the signed sheet."""
    ending = REPORT.format(name=document.name)
    beside = () if document.signed is None else document.signed.beside
    return next((path for path in beside if path.endswith(ending)), None)


def filed_sheet(place: Workplace, docket: Docket, filed: FiledDocument) -> FiledSheet | None:
    """The ballot with what was read of it, if it was printed blank and came back signed by pen.

    Raises:
        CorruptError: something filed does not verify or does not read.
    """
    sitting, signed = docket.get(filed.record), filed.document.signed
    if not isinstance(sitting, Sitting) or signed is None or signed.how is not How.SCAN:
        return None
    if filed.document.document != DocumentKind.ANNEX_3:
        return None
    paper = ballot_paper(docket, sitting, filed.document)
    if paper is None:
        return None
    path, stored = report_path(filed.document), place.root.get(filed.object_id)
    if stored is None or path is None:
        return FiledSheet(filed, paper)
    try:
        report = json.loads(stored.read(path))
        return FiledSheet(filed, paper, marks_filed(report), accepted(report))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptError("filed_format", file=path.rpartition("/")[2]) from error


def to_compare(place: Workplace, docket: Docket, filed: FiledDocument) -> tuple[Row, ...]:
    """The rows of a signed sheet that disagree with what is recorded now, and nobody has decided.

    Raises:
        CorruptError: something filed does not verify or does not read.
    """
    sheet = filed_sheet(place, docket, filed)
    return () if sheet is None else sheet.undecided


def differences(place: Workplace, docket: Docket, record: Record | None) -> tuple[Note, ...]:
    """What a person is to compare of a sitting's signed ballots, or of the rows of one case on them.

    Raises:
        CorruptError: something filed does not verify or does not read.
    """
    match record:
        case Sitting():
            sittings, only = [record.ref], None
        case Case(id=only):
            sittings = [h.sitting.ref for h in docket.hearings(only)]
        case _:
            return ()
    return tuple(_differences(place, docket, sittings, only))


def _differences(place: Workplace, docket: Docket, sittings: list[Ref], only: str | None) -> Iterator[Note]:
    for filed in (filed for ref in dict.fromkeys(sittings) for filed in place.index.documents(ref)):
        for row in to_compare(place, docket, filed):
            if only in (None, row.case):
                yield Note(
                    "ballot_differs",
                    {
                        "title": filed.document.title,
                        "record": filed.record.id,
                        "name": filed.document.name,
                        "row": row.number,
                        "case": row.case,
                        "mark": str(row.mark),
                        "recorded": str(row.recorded),
                    },
                )
