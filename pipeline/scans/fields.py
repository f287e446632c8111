"""Where a document is signed, seen on the original itself, so that a template edited in Word needs no list.

A place for a signature is one of these, as the forms of order № 218 and the shipped templates draw them:

* a rule with a caption under it that names the signature («Т.А.Ж., қолы»);
* an empty rule with a name to its right (the signature rows of the protocol and the lists; in Annex 2
  «______ аттестатталушының Т.А.Ж.»);
* in Annex 2 the rule of «Басшының Т.А.Ж.»: the form has no other place for the unit head (¶14);
* a cell of a table's column headed «Қолы» (ballots, attendance).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from pipeline.scans.printed import MM, POINT, Printed, Rect, Word, lines, text_of

_SIGNATURE: Final = re.compile(r"\bқолы", re.IGNORECASE)
_VOTE_FOR: Final = re.compile(r"ұсынылады", re.IGNORECASE)
_VOTE_AGAINST: Final = re.compile(r"ұсынылмайды", re.IGNORECASE)
_BALLOTS: Final = {"annex-3"}
_ABSENCE: Final = re.compile(r"қатыспау", re.IGNORECASE)
_BY_LABEL: Final = {"annex-2": re.compile(r"басшының\s+Т\.?\s*А\.?\s*Ж", re.IGNORECASE)}

_ABOVE: Final = 7.5 * MM
"""How high over its rule a signature is looked for; the rows of a protocol are 9.4 mm apart."""
_BELOW: Final = 1.5 * MM
_CAPTION: Final = 6.0 * MM
_LINE: Final = 5.0 * MM
_NEXT: Final = 10.0 * MM
_LONGEST_ROW_RULE: Final = 70.0 * MM
_SHORTEST: Final = 12.0 * MM
_LABEL_LENGTH: Final = 100
_NEAR: Final = 2.0


@dataclass(frozen=True, slots=True)
class SignatureField:
    """A place for one signature. `label` is what is printed beside it: whose it is.

    `instead`: where a reason may be written instead of the signature (the attendance sheet's last column).
    `cell`: it is a table's, where signatures are small.
    """

    place: Rect
    label: str
    instead: Rect | None = None
    cell: bool = False


@dataclass(frozen=True, slots=True)
class VoteCells:
    """The cells for votes on a page of a ballot; `blank`: printed without any vote, to be marked by pen.

    `rows` from above: the cell for the candidate and the one against.
    """

    rows: tuple[tuple[Rect, Rect], ...]
    blank: bool

    @property
    def cells(self) -> tuple[Rect, ...]:
        """All of them."""
        return tuple(cell for row in self.rows for cell in row)


def vote_cells(page: Printed, document: str) -> VoteCells | None:
    """None where the page has no columns for votes."""
    if document not in _BALLOTS:
        return None
    for_it, against = (_below_head(page, head) for head in (_VOTE_FOR, _VOTE_AGAINST))
    rows = tuple(
        (yes, no) for yes in for_it for no in against if yes.top < no.middle < yes.bottom and yes != no
    )
    if not rows:
        return None
    found = VoteCells(rows, blank=True)
    printed_in = (w for w in page.words if any(c.holds(w.place.left, w.place.middle) for c in found.cells))
    return VoteCells(rows, blank=not any(printed_in))


def _below_head(page: Printed, head: re.Pattern[str]) -> tuple[Rect, ...]:
    columns = dict.fromkeys(_column(page, word) for word in _heads(page, head))
    return tuple(cell for column in columns if column is not None for cell in _cells_below(page, column))


def signature_fields(page: Printed, document: str) -> tuple[SignatureField, ...]:
    """The places for signatures on a page of a document of that kind, from above."""
    rules = list(_under_captions(page)) + list(_in_rows(page)) + list(_by_label(page, document))
    by_rule = dict(reversed(rules))
    fields = [SignatureField(_over(rule), label) for rule, label in by_rule.items()]
    fields += _in_columns(page)
    return tuple(sorted(fields, key=lambda f: (f.place.top, f.place.left)))


def signature_places(page: Printed) -> tuple[SignatureField, ...]:
    """The places for signatures on a page of ours whose kind nobody has told."""
    return tuple(dict.fromkeys(f for kind in ("", *_BY_LABEL) for f in signature_fields(page, kind)))


def _over(rule: Rect) -> Rect:
    return Rect(rule.left, rule.bottom - _ABOVE, rule.right, rule.bottom + _BELOW)


def _under_captions(page: Printed) -> Iterator[tuple[Rect, str]]:
    for line in lines(page.words):
        caption = [word for word in line if word.place.height > 0]
        if not caption or not _SIGNATURE.search(text_of(caption)):
            continue
        extent = _around(caption)
        over = [
            r
            for r in page.across
            if 0 <= extent.middle - r.bottom <= _CAPTION and r.shared(extent) > extent.width / 2
        ]
        if over and extent.width < _longest(page):
            rule = max(over, key=lambda r: r.bottom)
            yield rule, _label(page, rule)


def _in_rows(page: Printed) -> Iterator[tuple[Rect, str]]:
    for rule in page.across:
        if not _SHORTEST <= rule.width <= _LONGEST_ROW_RULE or _printed_on(page, rule) or _framed(page, rule):
            continue
        if _text_follows(page, rule, _line_of(rule)) or _text_follows(page, rule, _row_of(rule)):
            yield rule, _label(page, rule)


def _by_label(page: Printed, document: str) -> Iterator[tuple[Rect, str]]:
    wanted = _BY_LABEL.get(document)
    for rule in page.across if wanted else ():
        left = text_of(w for w in page.beside(_line_of(rule)) if w.place.right <= rule.left + _NEAR)
        if wanted is not None and wanted.search(left):
            yield rule, _label(page, rule)


def _in_columns(page: Printed) -> Iterator[SignatureField]:
    for head in _heads(page, _SIGNATURE):
        column = _column(page, head)
        reasons = next(
            (
                c
                for h in _heads(page, _ABSENCE)
                if (c := _column(page, h)) and c.top < head.place.middle < c.bottom
            ),
            None,
        )
        for cell in _cells_below(page, column) if column is not None else ():
            _, top, _, bottom = cell
            instead = Rect(reasons.left, top, reasons.right, bottom) if reasons else None
            row = [w for w in page.words if top < w.place.middle < bottom]
            if instead and any(instead.holds(w.place.left, w.place.middle) for w in row):
                continue
            yield SignatureField(cell, _row_label(page, row, cell), instead, cell=True)


def _cells_below(page: Printed, head: Rect) -> Iterator[Rect]:
    """The cells of a table's column, by the cell that is its head."""
    edges = sorted({r.middle for r in page.across if r.shared(head) > head.width * 0.8})
    for top, bottom in pairwise(edges):
        if top >= head.bottom - _NEAR and _cell(page, head, top, bottom):
            yield Rect(head.left, top, head.right, bottom)


def _heads(page: Printed, wanted: re.Pattern[str]) -> Iterator[Word]:
    """Words of table heads: they stand between two upright rules."""
    for word in page.words:
        if wanted.search(word.text) and _column(page, word) is not None:
            yield word


def _column(page: Printed, head: Word) -> Rect | None:
    """The head's own cell."""
    place = head.place
    beside = [r for r in page.down if r.top <= place.middle <= r.bottom]
    left = max((r.right for r in beside if r.right <= place.left), default=None)
    right = min((r.left for r in beside if r.left >= place.right), default=None)
    if left is None or right is None:
        return None
    within = Rect(left, 0, right, 0)
    across = [r for r in page.across if r.shared(within) > within.width * 0.8]
    top = max((r.bottom for r in across if r.bottom <= place.top + _NEAR), default=None)
    bottom = min((r.top for r in across if r.top >= place.bottom - _NEAR), default=None)
    return None if top is None or bottom is None else Rect(left, top, right, bottom)


def _cell(page: Printed, column: Rect, top: float, bottom: float) -> bool:
    """Whether the table goes on between the two rules: both sides are drawn."""
    middle = (top + bottom) / 2
    sides = [r for r in page.down if r.top <= middle <= r.bottom]
    return all(any(abs(r.left - x) < 2 * _NEAR for r in sides) for x in (column.left, column.right))


def _text_follows(page: Printed, rule: Rect, line: Rect) -> bool:
    right = [w for w in page.beside(line) if w.place.left >= rule.right - _NEAR and w.text.strip("_")]
    return bool(right) and right[0].place.left - rule.right <= _NEXT and right[0].text[0].isalpha()


def _framed(page: Printed, rule: Rect) -> bool:
    """Whether it is a side of a cell and no line to write on."""
    return any(
        r.top - _NEAR <= rule.middle <= r.bottom + _NEAR and rule.left - _NEAR <= r.left <= rule.right + _NEAR
        for r in page.down
    )


def _printed_on(page: Printed, rule: Rect) -> bool:
    on = Rect(rule.left, rule.top - _LINE, rule.right, rule.top)
    return any(
        on.holds((w.place.left + w.place.right) / 2, w.place.middle) and w.text.strip("_") for w in page.words
    )


def _line_of(rule: Rect) -> Rect:
    return Rect(0, rule.top - _LINE, 0, rule.bottom + 1.0 * MM)


def _row_of(rule: Rect) -> Rect:
    """A row of two lines: the rule runs under the second, name or post may stand in the first."""
    return Rect(0, rule.top - 2 * _LINE, 0, rule.bottom + 1.0 * MM)


def _label(page: Printed, rule: Rect) -> str:
    """What is printed left and right of the rule, or on it; in a row of two lines, both."""
    label = text_of(page.beside(_line_of(rule)))
    row = [word for line in lines(page.beside(_row_of(rule))) for word in line]
    return _short(label if len(label.split()) > 1 else text_of(row))


def _row_label(page: Printed, row: list[Word], column: Rect) -> str:
    """The cells left of the column, each with its lines."""
    edges = [r.right for r in page.down if r.right <= column.left + _NEAR]
    left = [w for w in row if w.place.right <= column.left + _NEAR]
    cells: dict[int, list[Word]] = {}
    for word in left:
        cells.setdefault(sum(edge <= word.place.left for edge in edges), []).append(word)
    return _short(" ".join(text_of(w for line in lines(cells[c]) for w in line) for c in sorted(cells)))


def _short(text: str) -> str:
    return text if len(text) <= _LABEL_LENGTH else f"{text[: _LABEL_LENGTH - 1]}…"


def _around(words: list[Word]) -> Rect:
    return Rect(
        min(w.place.left for w in words),
        min(w.place.top for w in words),
        max(w.place.right for w in words),
        max(w.place.bottom for w in words),
    )


def _longest(page: Printed) -> float:
    """A caption is shorter than a line of the body."""
    return float(page.picture.shape[1]) / POINT * 0.6
