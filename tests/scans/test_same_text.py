"""Changed words are flagged with their place; scans of the same text are not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from pipeline.scans.page_marks import read_marks
from pipeline.scans.printed import Word
from pipeline.scans.registration import lay_over
from pipeline.scans.same_text import Change, Changed, changed_words
from tests.scans.originals import SOAK, Original, original
from tests.scans.simulated import PX, SCANNERS, Picture, scan, sign, some

PAGES = [("annex-4", 0), ("protocol", 1), *([("annex-2", 0)] if SOAK else [])]
COMBINED = [(*page, s) for n, page in enumerate(PAGES) for s in list(SCANNERS)[5 - n :: 1 if SOAK else 11]]


def compared(page: Original, picture: Picture, scanner: str, rng: random.Random) -> tuple[Changed, ...]:
    for field in page.fields:
        picture = sign(picture, field, rng)
    scanned = scan(picture, some(SCANNERS[scanner], rng), rng)
    laid = lay_over(page.page, page.marks, scanned, read_marks(scanned), page.code)
    assert laid is not None
    return changed_words(page.page, laid, page.fields)


def box(word: Word) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(v * PX) for v in word.place)
    return left, top, right, bottom


def with_other_word(page: Original, rng: random.Random) -> tuple[Word, Picture]:
    """One word replaced by another of the page, of much the same width."""
    words = [w for w in page.page.words if len(w.text) > 4 and w.text.isalpha()]
    while True:
        old, new = rng.sample(words, 2)
        if old.text != new.text and abs(old.place.width - new.place.width) < 8:
            break
    picture = page.page.picture.copy()
    left, _, right, bottom = box(old)
    x0, y0, x1, y1 = box(new)
    cut = page.page.picture[y0:y1, x0:x1]
    picture[box(old)[1] - 1 : bottom + 2, left - 1 : max(right, left + cut.shape[1]) + 1] = 255
    picture[bottom - cut.shape[0] : bottom, left : left + cut.shape[1]] = cut
    return old, picture


@pytest.mark.parametrize(("name", "number", "scanner"), COMBINED)
def test_the_same_text_is_the_same(name: str, number: int, scanner: str) -> None:
    page = original(name)[number]
    assert compared(page, page.page.picture, scanner, random.Random(f"{name}{scanner}")) == ()


@pytest.mark.parametrize(("name", "number", "scanner"), COMBINED)
def test_another_word_is_found_in_its_place(name: str, number: int, scanner: str) -> None:
    page, rng = original(name)[number], random.Random(f"{name}{scanner}")
    word, picture = with_other_word(page, rng)
    found = compared(page, picture, scanner, rng)
    assert any(c.change is Change.OTHER and c.words == word.text and c.place == word.place for c in found)


def test_an_erased_word_is_found() -> None:
    (page,) = original("annex-4")
    word = next(w for w in page.page.words if w.text == "ұсынылады")
    picture = page.page.picture.copy()
    left, top, right, bottom = box(word)
    picture[top - 2 : bottom + 2, left - 2 : right + 2] = 255
    assert [c.words for c in compared(page, picture, "jpeg 40", random.Random(3))] == ["ұсынылады"]


def test_print_added_behind_a_line_is_found() -> None:
    (page,) = original("annex-4")
    words = page.page.words
    line = next(w for w in words if w.text == "майоры")
    new = next(w for w in words if w.text == "өсіруге")
    left, top, right, bottom = box(new)
    cut = page.page.picture[top:bottom, left:right]
    picture = page.page.picture.copy()
    x, y = box(line)[2] + 14, box(line)[3]
    picture[y - cut.shape[0] : y, x : x + cut.shape[1]] = cut
    found = compared(page, picture, "turned", random.Random(4))
    assert [(c.change, "майоры" in c.words) for c in found] == [(Change.ADDED, True)]


def test_a_page_of_another_document_does_not_lie_on_this_one() -> None:
    page, other = original("annex-4")[0], original("annex-1")[0]
    scanned = np.asarray(other.page.picture)
    laid = lay_over(page.page, page.marks, scanned, (), None)
    assert laid is None


def test_many_changed_words_do_not_hide_each_other() -> None:
    page, rng = original("annex-2")[0], random.Random(6)
    words = [w for w in page.page.words if len(w.text) > 4]
    gone = words[::4]
    picture = page.page.picture.copy()
    for word in gone:
        left, top, right, bottom = box(word)
        picture[top - 1 : bottom + 2, left - 1 : right + 2] = 255
    found = {c.place for c in compared(page, picture, "turned", rng)}
    assert found >= {w.place for w in gone}
