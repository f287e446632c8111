"""What pen, printer and fluid change on a scan asks a person; what merely happens to paper does not.

A sample of each kind; `python -m benchmarks.bench_scans` measures them on more pages (docs/scans.md).
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import pytest

from pipeline.domain.ballots import RowMark
from pipeline.scans.fields import vote_cells
from pipeline.scans.page_marks import read_marks
from pipeline.scans.pen.added_ink import beside_print
from pipeline.scans.pen.ballot_marks import ballot_marks
from pipeline.scans.pen.crossed_words import struck
from pipeline.scans.pen.edge_lines import EdgeLine
from pipeline.scans.printed import MM, POINT, Rect, Word
from pipeline.scans.registration import lay_over
from pipeline.scans.same_text import Change, Changed, changed_words
from tests.scans.originals import SOAK, Original, blank_ballot, documents, original
from tests.scans.pen_changes import (
    UNLAWFUL,
    WORN,
    drawn_cross,
    drawn_plus,
    drawn_tick,
    is_family,
    words_of,
)
from tests.scans.simulated import SCANNERS, Picture, Scanner, drawn, scan, sign, some, stroke

BALLOT, DECISION, PROTOCOL = ("annex-3-01", 0), ("annex-4", 0), ("protocol", 1)
PAGE_OF = {kind: BALLOT if "+" in kind or "column" in kind else DECISION for kind in UNLAWFUL} | {
    "number scribbled over": PROTOCOL,
    "digit changed by a stroke": PROTOCOL,
    "name struck out": PROTOCOL,
    "name struck from a signature's place": PROTOCOL,
    "name scribbled from a signature's place": PROTOCOL,
    "name looped from a signature's place": PROTOCOL,
    "line to both edges through a number": PROTOCOL,
    "sentence printed in empty space": PROTOCOL,
}


CLEAN, FAX = Scanner(turn=1.0, jpeg=85), Scanner(turn=-0.6, fax=True)


def signed(page: Original, rng: random.Random) -> Picture:
    picture = page.page.picture
    for field in page.fields:
        picture = sign(picture, field, rng, ink=rng.choice((40, 70, 100)), size=0.8)
    return picture


def changes(page: Original, kind: str, scanned: Picture) -> tuple[Changed, ...]:
    laid = lay_over(page.page, page.marks, scanned, read_marks(scanned), page.code)
    assert laid is not None
    return changed_words(page.page, laid, page.fields, vote_cells(page.page, kind))


@cache
def document(name: str) -> str:
    return "annex-3" if name.startswith("annex-3") else name


@pytest.mark.parametrize("kind", UNLAWFUL)
def test_what_was_changed_asks(kind: str) -> None:
    name, number = PAGE_OF[kind]
    page = original(name)[number]
    for scanner in ("clean", "fax", "jpeg 40", "turned") if SOAK else ("jpeg 40",):
        rng = random.Random(f"{kind}{scanner}")
        changed = UNLAWFUL[kind](page.page, signed(page, rng), page.fields, rng)
        assert changed is not None
        assert changes(page, document(name), scan(changed, some(SCANNERS[scanner], rng), rng)), scanner


@pytest.mark.parametrize("kind", WORN)
def test_what_happens_to_paper_does_not(kind: str) -> None:
    name, number = PROTOCOL if kind != "folded" else DECISION
    page, rng = original(name)[number], random.Random(kind)
    worn = WORN[kind](page.page, signed(page, rng), page.fields, rng)
    assert worn is not None
    assert changes(page, name, scan(worn, Scanner(turn=0.7, jpeg=75), rng)) == ()


@pytest.mark.parametrize(
    ("name", "number", "dpi", "scanner"),
    [("annex-2", 1, 300, CLEAN), ("annex-2", 0, 600, CLEAN), ("protocol", 0, 300, FAX)],
)
def test_a_clean_scan_of_another_resolution_says_the_same(
    name: str, number: int, dpi: int, scanner: Scanner
) -> None:
    """Letters stand on other pixels there; the same words were taken for changed on each such scan."""
    page, rng = original(name)[number], random.Random(name)
    picture = drawn(documents()[name], dpi)[number]
    assert changes(page, name, scan(picture, scanner, rng)) == ()


@pytest.mark.parametrize("mark", [drawn_plus, drawn_tick, drawn_cross])
def test_a_ballot_printed_blank_is_marked_by_pen(mark: object) -> None:
    page, rng = blank_ballot(), random.Random(3)
    votes = vote_cells(page.page, "annex-3")
    assert votes is not None
    assert votes.blank
    cell = votes.cells[0]
    picture = mark(signed(page, rng), (cell.left + cell.right) / 2, cell.middle, rng)  # type: ignore[operator]
    assert changes(page, "annex-3", scan(picture, SCANNERS["turned"], rng)) == ()


@pytest.mark.parametrize("away", [0.5, 1.5, 3.0])
def test_a_second_mark_just_outside_of_its_cell_asks(away: float) -> None:
    """Whatever is not read as a cell's is added ink, however near it lies."""
    page, rng = blank_ballot(), random.Random(5)
    votes = vote_cells(page.page, "annex-3")
    assert votes is not None
    ((yes, no),) = votes.rows
    picture = drawn_plus(signed(page, rng), (yes.left + yes.right) / 2, yes.middle, rng)
    picture = drawn_plus(picture, (no.left + no.right) / 2, no.bottom + away * MM, rng, mm=2.2)
    scanned = scan(picture, SCANNERS["clean"], rng)
    laid = lay_over(page.page, page.marks, scanned, read_marks(scanned), page.code)
    (row,) = ballot_marks(page.page, laid, votes, page.fields)
    assert row.mark is not RowMark.RECOMMENDED or changes(page, "annex-3", scanned)


@pytest.mark.parametrize("beside", [-0.8, 0.0, 0.8])
def test_a_mark_between_two_cells_asks(beside: float) -> None:
    page, rng = blank_ballot(), random.Random(6)
    votes = vote_cells(page.page, "annex-3")
    assert votes is not None
    ((yes, no),) = votes.rows
    picture = drawn_plus(signed(page, rng), yes.right + beside * MM, no.middle, rng, mm=5.0)
    scanned = scan(picture, SCANNERS["clean"], rng)
    laid = lay_over(page.page, page.marks, scanned, read_marks(scanned), page.code)
    assert [row.mark for row in ballot_marks(page.page, laid, votes, page.fields)] == [RowMark.UNCLEAR]


def test_a_ballot_printed_with_its_votes_is_known() -> None:
    votes = vote_cells(original("annex-3-01")[0].page, "annex-3")
    assert votes is not None
    assert not votes.blank
    assert len(votes.cells) == 2


def test_another_persons_row_of_a_blank_ballot_is_no_place_to_write() -> None:
    """Only the vote cells are: a word written over the candidate's name asks."""
    page, rng = blank_ballot(), random.Random(4)
    picture = UNLAWFUL["name struck out"](page.page, signed(page, rng), page.fields, rng)
    assert picture is not None
    found = changes(page, "annex-3", scan(picture, SCANNERS["clean"], rng))
    assert Change.ADDED in {c.change for c in found}


def test_a_dark_row_of_a_marks_code_is_no_rule_that_the_margin_begins_at() -> None:
    """Which rows of a code are dark is chance: holes beside it are in the margin all the same."""
    name, number = PROTOCOL
    page, rng = original(name)[number], random.Random("punched")
    row = Rect(6 * MM, 9 * MM, 20 * MM, 9.5 * MM)
    unlucky = replace(page, page=replace(page.page, across=(*page.page.across, row)))
    holes = next(kind for kind in WORN if kind.startswith("punched"))
    worn = WORN[holes](unlucky.page, signed(unlucky, rng), unlucky.fields, rng)
    assert worn is not None
    assert changes(unlucky, name, scan(worn, Scanner(turn=0.7, jpeg=75), rng)) == ()


def across(page: Original, y: float, ink: int, mm: float, picture: Picture) -> Picture:
    """A line from the left edge of the paper to the right one."""
    width = page.page.picture.shape[1] / POINT
    return stroke(picture, [(0, y), (width / 2, y), (width, y)], ink, mm)


def a_name(page: Original) -> Word:
    """A family's name away from all places for signatures."""
    return words_of(page.page, page.fields, is_family)[0]


@pytest.mark.parametrize("scanner", [CLEAN, FAX])
def test_a_pens_line_from_edge_to_edge_asks_even_at_a_name_that_is_signed_over(scanner: Scanner) -> None:
    """Signatures cross such a name; no signature goes from edge to edge."""
    page, rng = original("annex-4")[0], random.Random(11)
    place = page.fields[0].place
    name = Word("Ахметов", Rect(place.left + 20, place.middle - 4, place.left + 80, place.middle + 4))
    line = _line(scan(across(page, name.place.middle, 70, 0.5, page.page.picture), scanner, rng), page)
    printed = replace(page.page, words=(*page.page.words, name))
    assert name in struck(printed, line, page.fields)


def test_a_fold_through_names_asks_nothing() -> None:
    page, rng = original("protocol")[0], random.Random(12)
    y = a_name(page).place.middle
    folded = across(page, y, 160, 0.4, page.page.picture)
    found = _line(scan(folded, CLEAN, rng), page)
    assert [line.is_fold for line in found] == [True]
    assert list(struck(page.page, found, page.fields)) == []


def test_a_name_struck_along_a_fold_asks() -> None:
    """A fold excuses no more than it is dark itself."""
    page, rng = original("protocol")[0], random.Random(13)
    name = a_name(page)
    folded = across(page, name.place.middle, 170, 0.3, page.page.picture)
    ends = [(name.place.left - 4, name.place.middle), (name.place.right + 4, name.place.middle)]
    found = _line(scan(stroke(folded, ends, 60, 0.5), CLEAN, rng), page)
    assert [line.is_fold for line in found] == [True]
    assert name in struck(page.page, found, page.fields)


def _line(scanned: Picture, page: Original) -> tuple[EdgeLine, ...]:
    laid = lay_over(page.page, page.marks, scanned, read_marks(scanned), page.code)
    assert laid is not None
    return beside_print(page.page, laid, page.fields).lines
