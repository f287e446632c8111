"""A scanned ballot that was printed blank (¶32): its marks beside what is recorded, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.archive.index.locations import FiledDocument
from pipeline.domain.ballots import Recorded, RowMark
from pipeline.domain.findings import Value
from pipeline.flow.casefile.ballots import BallotPaper, doubtful_rows
from pipeline.flow.outcomes.results import Note
from pipeline.flow.scans.doubts import Doubt, about
from pipeline.scans.pages import ExaminedPage, VoteRowSeen
from pipeline.scans.pen.ink import Inked


@dataclass(frozen=True, slots=True)
class Sheet:
    """The marks from above, what a person is asked, and the places for signatures that may be empty.

    `unused`, as page of the scan and place on it: in rows without mark and signature, of candidates that
    nobody voted on, or of whom that is not recorded yet.
    """

    marks: tuple[RowMark, ...]
    doubts: tuple[Doubt, ...]
    unused: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Row:
    page: int
    seen: VoteRowSeen
    field: int | None
    unsigned: bool


def read_sheet(
    filed: FiledDocument,
    paper: BallotPaper,
    found: Mapping[int, Sequence[int]],
    examined: Mapping[int, ExaminedPage],
) -> Sheet:
    """`found`: pages of the scan by the ballot's own. Rows that cannot be told apart are one doubt."""
    rows = [row for _, (page,) in sorted(found.items()) for row in _rows(page, examined[page])]
    if len(rows) != len(paper.form.cases):
        first = examined and min(examined)
        return Sheet((), (Doubt("vote:rows", Note("ballot_rows", about(filed)), first or 1),))
    marks = tuple(row.seen.mark for row in rows)
    signed = not all(row.unsigned for row in rows)
    unused = frozenset(
        (row.page, row.field)
        for row, recorded in zip(rows, paper.recorded, strict=True)
        if row.field is not None
        and signed
        and row.unsigned
        and row.seen.mark is RowMark.NONE
        and recorded in (Recorded.NO_VOTE, Recorded.OPEN)
    )
    return Sheet(marks, tuple(_doubts(filed, paper, rows, marks)), unused)


def _doubts(
    filed: FiledDocument, paper: BallotPaper, rows: Sequence[_Row], marks: tuple[RowMark, ...]
) -> Iterator[Doubt]:
    for row in doubtful_rows(paper, marks):
        seen = rows[row.number - 1]
        told: dict[str, Value] = {
            "row": row.number,
            "case": row.case,
            "mark": str(row.mark),
            "recorded": str(row.recorded),
        }
        note = Note("ballot_row", {**about(filed), "page": seen.page, **told})
        yield Doubt(row.key, note, seen.page, seen.seen.close_up)


def _rows(page: int, examined: ExaminedPage) -> Iterator[_Row]:
    for seen in examined.rows:
        _, top, _, bottom = seen.place
        field = next(
            (n for n, f in enumerate(examined.fields) if top < (f.place[1] + f.place[3]) / 2 < bottom), None
        )
        unsigned = field is not None and examined.fields[field].verdict is Inked.EMPTY
        yield _Row(page, seen, field, unsigned)
