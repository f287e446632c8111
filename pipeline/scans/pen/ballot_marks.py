"""What is marked by pen in the rows of a ballot printed blank (Annex 3): for, against, nothing, or a doubt.

Any mark counts: +, ✓, ✗, a filled cell. A stroke is the cell's that has nearly all of it; whatever lies over
two cells, is too faint, or may be a seal, a fold or a neighbour's signature is left to people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pipeline.domain.ballots import RowMark
from pipeline.scans.fields import SignatureField, VoteCells
from pipeline.scans.pen.ink import Stroke, ink_beside_print, is_line, owner, round_seals, strokes, touch
from pipeline.scans.printed import MM, Printed, Rect
from pipeline.scans.registration import Laid

_MARK_MM2: Final = 0.9
_MARK_MM: Final = 1.2
"""A mark is at least so much ink, and so long: a dot of a pen is less."""
_NOTHING_MM2: Final = 0.3
"""Dust stays below."""
_OWN: Final = 0.85
"""Of a stroke's ink in all cells and places for signatures, so much is in the one that it belongs to."""
_NEIGHBOURS_MM2: Final = 2.0
"""A neighbour's signature or tick may reach into the cell with less than that; a mark has more."""
_LONGEST_MM: Final = 34.0
"""No mark in a cell is longer: what is, is a line over rows or a fold."""
_RULE: Final = 0.5 * MM
_EDGE: Final = 1.0 * MM
"""A straight stroke that goes no further into the cell is its rule, seen where the paper waves."""
_APART_MM: Final = 0.6


class _Cell(StrEnum):
    EMPTY = "empty"
    MARK = "mark"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A row as the scan shows it."""

    place: Rect
    mark: RowMark


def ballot_marks(
    original: Printed, laid: Laid | None, votes: VoteCells, fields: Sequence[SignatureField]
) -> tuple[RowSeen, ...]:
    """The rows of a page, from above. On a page that does not lie on its original every row is unclear."""
    if laid is None or laid.apart_mm > _APART_MM:
        return tuple(RowSeen(_row(row), RowMark.UNCLEAR) for row in votes.rows)
    cells = votes.cells
    inner = [cell.grown(-_EDGE, -_EDGE) for cell in cells]
    places = [*cells, *inner, *(field.place for field in fields)]
    extra = ink_beside_print(original, laid, places)
    seals = round_seals(extra)
    for rule in (*original.across, *original.down):
        rule.grown(_RULE, _RULE).cut(extra)[:] = False
    inked = list(strokes(extra, places))
    seen = [_cell(n, len(cells), cell, inked, seals) for n, cell in enumerate(cells)]
    pairs = zip(seen[::2], seen[1::2], strict=True)
    return tuple(RowSeen(_row(row), _mark(yes, no)) for row, (yes, no) in zip(votes.rows, pairs, strict=True))


def is_read(mm2: float) -> bool:
    """Whether so much of a stroke within a cell is read, as a mark or a doubt; of less `added_ink` tells."""
    return mm2 >= _NOTHING_MM2


def _row(row: tuple[Rect, Rect]) -> Rect:
    yes, no = row
    return Rect(min(yes.left, no.left), yes.top, max(yes.right, no.right), yes.bottom)


def _mark(yes: _Cell, no: _Cell) -> RowMark:
    match yes, no:
        case (_Cell.UNCLEAR, _) | (_, _Cell.UNCLEAR):
            return RowMark.UNCLEAR
        case _Cell.MARK, _Cell.MARK:
            return RowMark.BOTH
        case _Cell.MARK, _:
            return RowMark.RECOMMENDED
        case _, _Cell.MARK:
            return RowMark.NOT_RECOMMENDED
        case _:
            return RowMark.NONE


def _cell(number: int, cells: int, cell: Rect, inked: Sequence[Stroke], seals: Sequence[Rect]) -> _Cell:
    here = [
        _Share.of(s, number, cells) for s in inked if s.shares[number] > 0 and not _rule(s, number, cells)
    ]
    told = [s for s in here if s.own or s.mm2 >= (_NEIGHBOURS_MM2 if s.neighbours else _NOTHING_MM2)]
    mm2 = sum(s.mm2 for s in told)
    if not is_read(mm2):
        return _Cell.EMPTY
    long_mm = max(s.stroke.long_mm for s in told)
    doubtful = (
        any(touch(seal, cell) for seal in seals)
        or not all(s.own for s in told)
        or mm2 < _MARK_MM2
        or not _MARK_MM <= long_mm <= _LONGEST_MM
    )
    return _Cell.UNCLEAR if doubtful else _Cell.MARK


def _rule(stroke: Stroke, number: int, cells: int) -> bool:
    inside = stroke.shares[cells + number] * stroke.mm2
    return inside < _NOTHING_MM2 / 2 and is_line([stroke])


@dataclass(frozen=True, slots=True)
class _Share:
    """What of a stroke lies in a cell; `own`: it is the cell's, `neighbours`: another place's."""

    stroke: Stroke
    mm2: float
    own: bool
    neighbours: bool

    @classmethod
    def of(cls, stroke: Stroke, number: int, cells: int) -> _Share:
        """The places for signatures, after the cells and their inner parts, count as one."""
        shares = [*stroke.shares[:cells], sum(stroke.shares[2 * cells :])]
        owned_by = owner(shares, _OWN * sum(shares))
        mm2 = shares[number] * stroke.mm2
        return cls(stroke, mm2, own=owned_by == number, neighbours=owned_by not in (None, number))
