"""A scanned bundle taken apart by its marks, never by the order of its pages. Pure.

A document is whole when each of its pages is there once, of the revision that is filed. What cannot be told
for certain is told to people and never guessed: a page goes to the document its mark names, or nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class PageMark:
    """What a mark says: the document's number, which of how many pages, and the code itself."""

    document: int
    page: int
    pages: int
    code: str = ""


class PageFault(StrEnum):
    """Why a page goes to no document."""

    UNREADABLE = "unreadable"
    MEMORY = "page_memory"
    """Opening it takes more memory than a page may."""
    TIME = "page_time"
    """Opening it takes longer than a page may."""
    UNMARKED = "unmarked"
    FORGED = "forged"
    UNKNOWN = "unknown"
    """The mark is ours, the document is not filed here."""
    SUPERSEDED = "superseded"
    SEVERAL = "several"
    """Pages of two documents on one sheet: nobody's paper goes into another's file."""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page of the scan, counted from 1: the marks that are ours, and how many only look like ours.

    `blank`: nothing is on it. `unread`: why it could not be looked at.
    """

    page: int
    marks: tuple[PageMark, ...] = ()
    forged: int = 0
    blank: bool = False
    unread: PageFault | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is filed under a number. `owner` is whose file it lies in: a person's or a sitting's object."""

    owner: str
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class SortedDocument:
    """A document of the bundle: its own pages, each with the pages of the scan that show it."""

    number: int
    pages: int
    found: Mapping[int, tuple[int, ...]]

    @property
    def missing(self) -> tuple[int, ...]:
        """Its pages that are not there."""
        return tuple(n for n in range(1, self.pages + 1) if n not in self.found)

    @property
    def twice(self) -> tuple[int, ...]:
        """Pages of the scan that show what another shows too."""
        return tuple(sorted(p for pages in self.found.values() if len(pages) > 1 for p in pages))

    @property
    def whole(self) -> bool:
        """All its pages are there, each once."""
        return not self.missing and not self.twice

    @property
    def scanned(self) -> tuple[int, ...]:
        """The pages of the scan, in the document's order, a sheet with two of its pages once."""
        return tuple(dict.fromkeys(p for n in sorted(self.found) for p in self.found[n]))


@dataclass(frozen=True, slots=True)
class Sorting:
    """Every page of the scan is in one of the documents, or has a fault, or is blank; never two of these."""

    documents: tuple[SortedDocument, ...]
    faults: Mapping[int, PageFault]
    superseded: Mapping[int, tuple[int, ...]]
    """Pages of the scan by the number of the revision that another has replaced."""
    blank: tuple[int, ...]
    owners: int
    """Of how many people and sittings papers are in the bundle."""


def sort_pages(
    seen: Iterable[SeenPage],
    known: Callable[[int], Known | None],
    assigned: Mapping[int, PageMark] | None = None,
) -> Sorting:
    """Takes a bundle apart. `assigned` are pages without a readable mark that a person has named."""
    faults: dict[int, PageFault] = {}
    replaced: dict[int, tuple[int, ...]] = {}
    blank: list[int] = []
    found: dict[int, dict[int, tuple[int, ...]]] = {}
    counts: dict[int, int] = {}
    owners: set[str] = set()
    for page in sorted(seen, key=lambda p: p.page):
        marks = _marks(page, assigned or {})
        fault = _fault(page, marks)
        if fault is PageFault.UNMARKED and page.blank:
            blank.append(page.page)
            continue
        filed = known(marks[0].document) if fault is None else None
        if fault is None and filed is None:
            fault = PageFault.UNKNOWN
        elif filed is not None and filed.superseded:
            fault = PageFault.SUPERSEDED
            number = marks[0].document
            replaced[number] = (*replaced.get(number, ()), page.page)
        if fault is not None or filed is None:
            faults[page.page] = fault or PageFault.UNKNOWN
            continue
        owners.add(filed.owner)
        for mark in marks:
            pages = found.setdefault(mark.document, {})
            pages[mark.page] = (*pages.get(mark.page, ()), page.page)
            counts[mark.document] = mark.pages
    documents = tuple(SortedDocument(n, counts[n], dict(sorted(pages.items()))) for n, pages in found.items())
    return Sorting(documents, faults, replaced, tuple(blank), len(owners))


def _marks(page: SeenPage, assigned: Mapping[int, PageMark]) -> tuple[PageMark, ...]:
    """What the page's own marks say; only where it has none, what a person says."""
    own = tuple(dict.fromkeys(page.marks))
    if own or page.forged or page.page not in assigned:
        return own
    return (assigned[page.page],)


def _fault(page: SeenPage, marks: tuple[PageMark, ...]) -> PageFault | None:
    if page.unread is not None:
        return page.unread
    if page.forged:
        return PageFault.FORGED
    if not marks:
        return PageFault.UNMARKED
    if len({mark.document for mark in marks}) > 1:
        return PageFault.SEVERAL
    return None
