"""Marks on bad scans: found on every page, and never another's."""

from __future__ import annotations

import random

import pytest

from pipeline.scans.page_marks import read_marks
from tests.scans.originals import SOAK, WHERE, original
from tests.scans.simulated import SCANNERS, crossed_out, scan, two_up


@pytest.mark.parametrize("scanner", list(SCANNERS)[:: 1 if SOAK else 2])
def test_read_whatever_the_scanner_does(scanner: str) -> None:
    for name in WHERE if SOAK else ("annex-4",):
        for page in original(name):
            found = read_marks(scan(page.page.picture, SCANNERS[scanner], random.Random(1)))
            assert {code.text for code in found} == {page.code}


@pytest.mark.parametrize("which", [0, 1])
def test_one_mark_crossed_out_leaves_the_other(which: int) -> None:
    (page,) = original("annex-4")
    for scanner in ("clean", "fax", "upside down"):
        picture = scan(crossed_out(page.page.picture, which), SCANNERS[scanner], random.Random(2))
        assert {code.text for code in read_marks(picture)} == {page.code}


def test_two_pages_on_one_sheet_are_both_read() -> None:
    one, two = original("protocol")
    sheet = two_up(one.page.picture, two.page.picture)
    assert {code.text for code in read_marks(sheet)} == {one.code, two.code}
