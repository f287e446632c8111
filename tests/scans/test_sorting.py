"""A bundle taken apart: by marks alone, every page accounted for once, whatever its order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.scans.sorting import Known, PageFault, PageMark, SeenPage, sort_pages

DOCUMENTS = {1: 2, 2: 1, 3: 3, 4: 1}
"""Number → pages; 4 was replaced, 5 is unknown."""
OWNERS = {1: "a", 2: "a", 3: "b", 4: "b"}


def known(number: int) -> Known | None:
    owner = OWNERS.get(number)
    return None if owner is None else Known(owner, superseded=number == 4)


def mark(document: int, page: int) -> PageMark:
    return PageMark(document, page, DOCUMENTS.get(document, 1), f"{document}-{page}")


WHOLE = [mark(1, 1), mark(1, 2), mark(2, 1), mark(3, 1), mark(3, 2), mark(3, 3)]


def bundle(*marks: PageMark) -> list[SeenPage]:
    return [SeenPage(number, (m,)) for number, m in enumerate(marks, 1)]


@given(st.permutations(WHOLE))
def test_any_order_gives_the_same_documents(order: list[PageMark]) -> None:
    sorting = sort_pages(bundle(*order), known)
    assert not sorting.faults
    assert sorting.owners == 2
    assert {d.number: d.whole for d in sorting.documents} == {1: True, 2: True, 3: True}
    for document in sorting.documents:
        shown = [(order[p - 1].document, order[p - 1].page) for p in document.scanned]
        assert shown == [(document.number, n) for n in range(1, document.pages + 1)]


marks = st.builds(mark, st.integers(1, 5), st.integers(1, 3))
pages = st.builds(
    lambda m, forged, blank, unread: SeenPage(0, tuple(m), forged, blank, unread),
    st.lists(marks, max_size=2),
    st.integers(0, 1),
    st.booleans(),
    st.sampled_from([None, None, None, PageFault.UNREADABLE, PageFault.MEMORY]),
)


@given(st.lists(pages, max_size=12))
def test_every_page_is_accounted_for_once_and_in_no_strange_document(seen: list[SeenPage]) -> None:
    numbered = [SeenPage(n, p.marks, p.forged, p.blank, p.unread) for n, p in enumerate(seen, 1)]
    sorting = sort_pages(numbered, known)
    placed = {p for d in sorting.documents for pages in d.found.values() for p in pages}
    assert placed.isdisjoint(sorting.faults)
    assert placed.isdisjoint(sorting.blank)
    assert set(sorting.faults).isdisjoint(sorting.blank)
    assert placed | set(sorting.faults) | set(sorting.blank) == {p.page for p in numbered}
    for document in sorting.documents:
        for own, scanned in document.found.items():
            for page in scanned:
                told = numbered[page - 1].marks
                assert {m.document for m in told} == {document.number}
                assert own in {m.page for m in told}


def test_what_is_missing_or_twice_is_named() -> None:
    (document,) = sort_pages(bundle(mark(3, 1), mark(3, 1), mark(3, 3)), known).documents
    assert not document.whole
    assert document.missing == (2,)
    assert document.twice == (1, 2)


def test_a_page_too_many_makes_no_whole_document() -> None:
    (document,) = sort_pages(bundle(mark(1, 2), mark(1, 1), mark(1, 2)), known).documents
    assert document.missing == ()
    assert document.twice == (1, 3)
    assert not document.whole


def test_faults_by_page() -> None:
    seen = [
        SeenPage(1, (mark(4, 1),)),
        SeenPage(2, (mark(5, 1),)),
        SeenPage(3),
        SeenPage(4, forged=1),
        SeenPage(5, (mark(1, 1),), forged=1),
        SeenPage(6, (mark(1, 1), mark(2, 1))),
        SeenPage(7, unread=PageFault.UNREADABLE),
        SeenPage(8, blank=True),
    ]
    sorting = sort_pages(seen, known)
    assert sorting.faults == {
        1: PageFault.SUPERSEDED,
        2: PageFault.UNKNOWN,
        3: PageFault.UNMARKED,
        4: PageFault.FORGED,
        5: PageFault.FORGED,
        6: PageFault.SEVERAL,
        7: PageFault.UNREADABLE,
    }
    assert sorting.superseded == {4: (1,)}
    assert sorting.blank == (8,)
    assert sorting.documents == ()


def test_two_pages_of_one_document_on_one_sheet() -> None:
    (document,) = sort_pages([SeenPage(1, (mark(1, 2), mark(1, 1)))], known).documents
    assert document.whole
    assert document.scanned == (1,)


def test_a_page_is_assigned_only_where_it_says_nothing_itself() -> None:
    seen = [SeenPage(1, (mark(2, 1),)), SeenPage(2), SeenPage(3, (mark(1, 1),)), SeenPage(4, forged=1)]
    by_hand = {n: mark(1, 2) for n in (1, 2, 4)}
    sorting = sort_pages(seen, known, by_hand)
    found = {d.number: dict(d.found) for d in sorting.documents}
    assert found == {2: {1: (1,)}, 1: {1: (3,), 2: (2,)}}
    assert sorting.faults == {4: PageFault.FORGED}
