"""A scan laid over its original, however it lies, with two marks, one, or none."""

from __future__ import annotations

import random

import pytest

from pipeline.scans.page_marks import Code, read_marks
from pipeline.scans.registration import Laid, lay_over
from tests.scans.originals import SOAK, Original, original
from tests.scans.simulated import SCANNERS, Picture, scan, two_up


def laid(page: Original, picture: Picture, codes: tuple[Code, ...]) -> Laid:
    found = lay_over(page.page, page.marks, picture, codes, page.code if codes else None)
    assert found is not None
    return found


@pytest.mark.parametrize("scanner", SCANNERS if SOAK else ["wavy"])
def test_words_lie_in_their_places(scanner: str) -> None:
    page = original("protocol")[1]
    picture = scan(page.page.picture, SCANNERS[scanner], random.Random(1))
    codes = read_marks(picture)
    for known in (codes, codes[:1], codes[1:], ()):
        found = laid(page, picture, known)
        assert found.apart_mm < 0.3
        assert found.picture.shape == page.page.picture.shape


@pytest.mark.parametrize(("scanner", "turn"), [("upside down", 180), ("lying", 90)])
def test_which_way_to_turn(scanner: str, turn: int) -> None:
    (page,) = original("annex-4")
    picture = scan(page.page.picture, SCANNERS[scanner], random.Random(2))
    assert laid(page, picture, read_marks(picture)).turn == turn
    assert laid(page, picture, ()).turn == turn


def test_the_page_meant_on_a_sheet_of_two() -> None:
    one, two = original("protocol")
    sheet = two_up(one.page.picture, two.page.picture)
    codes = read_marks(sheet)
    assert laid(one, sheet, codes).apart_mm < 0.3
    assert laid(two, sheet, codes).apart_mm < 0.3


def test_another_document_does_not_lie_on_it() -> None:
    (page,), (other,) = original("annex-4"), original("annex-1")
    assert lay_over(page.page, page.marks, other.page.picture, other.marks, other.code) is None
    assert lay_over(page.page, page.marks, other.page.picture, (), None) is None
