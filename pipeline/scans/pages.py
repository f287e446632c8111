"""A scan looked at page by page, its pixels decoded in a confined child (`page_process`).

Threat model. Whoever can drop a file may be hostile; a picture format is a parser, and a parser has faults.
So the scan is decoded by a child that holds nothing but the open scan (`pipeline.confined`). Here nothing of
the file is parsed: what comes back are texts, numbers and small pictures, each of its expected type, and a
code counts only with the authenticator that the child cannot make.

A page that ends the child is unreadable; the next question starts another. Memory is that of one page and the
file, however many pages there are. All pages together have a budget: a scan whose every page is as dear as a
page may be is given up after minutes, not hours.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final, TypeVar

from pipeline.confined.child import Answer, Child, ChildError, CutOffError, Worker
from pipeline.confined.limits import Budget, Limit, Limits
from pipeline.confined.renewed import Renewed
from pipeline.domain.ballots import RowMark
from pipeline.scans.page_marks import Code
from pipeline.scans.pen.ink import Doubt, Inked
from pipeline.scans.same_text import Change

Line = tuple[int, tuple[float, float, float, float]]
"""Page from 0; left, bottom, right, top of the room over a line to sign on, in points."""
T = TypeVar("T")

WORKER: Final = Worker(
    "pages_unusable",
    "pipeline.scans.page_process",
    Limits(
        # the libraries reserve 1 GiB, a TIFF made into a PDF takes 0.5, A3 at 600 dpi 0.3
        memory_bytes=2 * 2**30,
        cpu_seconds=15.0,  # the dearest page takes 2
        wall_seconds=60.0,
        answer_bytes=400 * 2**20,
        open_files=64,
    ),
)
OPEN_CPU_SECONDS: Final = 120.0
OPEN_WALL_SECONDS: Final = 300.0
"""Pictures are made into a PDF first: a long TIFF takes its time."""
PAGE_SECONDS: Final = (2.0, 8.0)
"""So much more for each page that is read as fast as honest ones are: comparing it with ours takes 0.6 s."""
HONEST_SECONDS: Final = 1.0
"""Reading a page at 300 dpi takes 0.04 s of processor time, A3 at 600 dpi in colour below 1 s."""
MOST_ALLOWED: Final = 120
"""So many pages add to the budget: three hundred honest ones take far less than that allows, and pages that
are all but too dear, however many, are given up after minutes."""


class UnreadablePageError(Exception):
    """A page, or the whole file, cannot be decoded within the limits; `limit` is the one that was reached."""

    def __init__(self, *why: object, limit: Limit | None = None) -> None:
        super().__init__(*why)
        self.limit = limit


class CostlyScanError(Exception):
    """Its pages together take longer than a scan may; no further page is looked at."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read off a page: codes of our form, not yet verified."""

    codes: tuple[Code, ...]
    blank: bool


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A place for a signature as the scan shows it; `close_up` is a PNG where it is to be looked at."""

    label: str
    place: tuple[float, ...]
    verdict: Inked
    doubt: Doubt | None
    mm2: float
    extent_mm: float
    close_up: bytes


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """A place where the text is not the original's. `place` in points: left, top, right, bottom."""

    change: Change
    place: tuple[float, ...]
    words: str
    close_up: bytes


@dataclass(frozen=True, slots=True)
class VoteRowSeen:
    """A row of a ballot printed blank, as people have marked it; `place` in points, the cells for votes."""

    place: tuple[float, ...]
    mark: RowMark
    close_up: bytes


@dataclass(frozen=True, slots=True)
class ExaminedPage:
    """A page against its original. `laid`: the two could be brought together.

    `turn`: degrees clockwise that make it upright; `apart_mm`: how far words lie from their places. `rows`:
    those of a ballot printed blank, from above.
    """

    laid: bool
    apart_mm: float
    turn: int
    fields: tuple[FieldSeen, ...]
    changes: tuple[ChangeSeen, ...]
    rows: tuple[VoteRowSeen, ...] = ()


class Pages(Renewed):
    """The pages of one scan; a context manager. Pages are counted from 1."""

    def __init__(self, scan: IO[bytes], budget: Budget) -> None:
        """`scan` is an open file that nobody writes to; it stays the caller's. Questions draw from `budget`.

        Raises:
            UnreadablePageError: it is nothing that can be opened.
            CostlyScanError: opening it took more than there is.
            MachineError: `pages_unusable`, there is no child.
        """
        super().__init__(WORKER, files=(scan,), budget=budget)
        self._drop = budget
        self._original: tuple[bytes, str] | None = None
        self._allowed = 0
        self.count = 0
        with _unreadable():
            self.start()

    def read(self, page: int) -> ReadPage:
        """The codes on a page.

        Raises:
            UnreadablePageError: it cannot be decoded within the limits.
            CostlyScanError: the scan has spent what it may.
            MachineError: `pages_unusable`.
        """
        before = self._drop.cpu_left
        told = self._ask(do="read", page=page).told
        if before - self._drop.cpu_left < HONEST_SECONDS and self._allowed < MOST_ALLOWED:
            self._drop.allow(*PAGE_SECONDS)
            self._allowed += 1
        return _typed(lambda: ReadPage(tuple(_code(c) for c in _list(told["codes"])), bool(told["blank"])))

    def compare_with(self, pdf: bytes, document: str) -> tuple[int, int]:
        """From now on pages are compared with this original of that kind; its pages and signature fields.

        Raises:
            UnreadablePageError, CostlyScanError, MachineError: as `read`.
        """
        self._original = None
        told = self._ask(pdf, do="original", document=document).told
        self._original, self._knows_original = (pdf, document), True
        return _typed(lambda: (int(told["pages"]), int(told["fields"])))

    def examine(
        self, page: int, of: int, code: str = "", codes: Iterable[Code] = (), excused: str = ""
    ) -> ExaminedPage:
        """A page of the scan against page `of` of the original.

        `codes` are those read off it, `code` the one of this very page; fields whose label matches `excused`
        are not asked for.

        Raises:
            UnreadablePageError, CostlyScanError, MachineError: as `read`.
        """
        seen = [[c.text, c.corners] for c in codes]
        told = self._ask(do="examine", page=page, of=of, code=code, codes=seen, excused=excused).told
        return _typed(
            lambda: ExaminedPage(
                laid=bool(told["laid"]),
                apart_mm=float(told["apart"]),
                turn=int(told["turn"]) % 360,
                fields=tuple(_field(f) for f in _list(told["fields"])),
                changes=tuple(_change(c) for c in _list(told["changes"])),
                rows=tuple(_row(r) for r in _list(told["rows"])),
            )
        )

    def picture(self, page: int) -> bytes | None:
        """A page as a small PNG, at most 200 pixels wide; None where it cannot be drawn.

        Raises:
            MachineError: as `read`.
        """
        try:
            told = self._ask(do="picture", page=page).told
            return _typed(lambda: _bytes(told["png"]))
        except (UnreadablePageError, CostlyScanError):
            return None

    def lines_to_sign(self, document: str, names: Sequence[str]) -> tuple[Line, ...]:
        """The lines that one of these names signs on, of a PDF of our own kind of that document.

        Raises:
            UnreadablePageError, CostlyScanError, MachineError: as `read`.
        """
        told = self._ask(do="lines", document=document, names=list(names)).told
        return _typed(lambda: tuple(_line(line) for line in _list(told["lines"])))

    def take_out(self, pages: Sequence[tuple[int, int]], title: str) -> bytes:
        """A PDF of these pages, each with its turn, their pictures as they are; `compare` looks at it.

        Raises:
            UnreadablePageError, CostlyScanError, MachineError: as `read`.
        """
        return self._ask(do="take_out", pages=[list(p) for p in pages], title=title).data

    def compare(self, pdf: bytes, pages: Sequence[tuple[int, int]]) -> None:
        """That the PDF made of these pages, each with its turn, shows what was looked at.

        Raises:
            UnreadablePageError: it does not, too; CostlyScanError, MachineError: as `read`.
        """
        self._ask(pdf, do="compare", pages=[list(p) for p in pages])

    # --- the child --------------------------------------------------------------------------------------

    def _ask(self, data: bytes = b"", **question: object) -> Answer:
        with _unreadable():
            child = self.start()
            if question["do"] == "examine" and self._original is not None and not self._knows_original:
                self.compare_with(*self._original)
            return child.ask(question, data)

    def _begin(self, child: Child) -> None:
        self._knows_original = False
        opened = child.ask({"do": "open"}, cpu_seconds=OPEN_CPU_SECONDS, wall_seconds=OPEN_WALL_SECONDS)
        self.count = _typed(lambda: int(opened.told["pages"]))


@contextmanager
def _unreadable() -> Iterator[None]:
    """What the end of a child says of the scan."""
    try:
        yield
    except CutOffError as cut:
        if cut.limit is Limit.BUDGET:
            raise CostlyScanError(cut.limit) from cut
        raise UnreadablePageError(cut.limit, limit=cut.limit) from cut
    except ChildError as error:
        raise UnreadablePageError(*error.args) from error


# --- answers, of the types expected -----------------------------------------------------------------------


def _typed(read: Callable[[], T]) -> T:
    """What `read` makes of an answer.

    Raises:
        UnreadablePageError: it is not what was asked for.
    """
    try:
        return read()
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UnreadablePageError from error


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list is expected")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value


def _bytes(value: object) -> bytes:
    return base64.b64decode(_text(value), validate=True)


def _line(value: object) -> Line:
    page, left, bottom, right, top = _list(value)
    return int(page), (float(left), float(bottom), float(right), float(top))


def _code(value: object) -> Code:
    text, corners = _list(value)
    return Code(_text(text), tuple((float(x), float(y)) for x, y in _list(corners)))


def _field(value: dict[str, Any]) -> FieldSeen:
    return FieldSeen(
        label=_text(value["label"]),
        place=tuple(map(float, _list(value["place"]))),
        verdict=Inked(value["verdict"]),
        doubt=Doubt(value["doubt"]) if value["doubt"] else None,
        mm2=float(value["mm2"]),
        extent_mm=float(value["extent_mm"]),
        close_up=_bytes(value["close_up"]),
    )


def _row(value: dict[str, Any]) -> VoteRowSeen:
    return VoteRowSeen(
        place=tuple(map(float, _list(value["place"]))),
        mark=RowMark(value["mark"]),
        close_up=_bytes(value["close_up"]),
    )


def _change(value: dict[str, Any]) -> ChangeSeen:
    return ChangeSeen(
        change=Change(value["change"]),
        place=tuple(map(float, _list(value["place"]))),
        words=_text(value["words"]),
        close_up=_bytes(value["close_up"]),
    )
