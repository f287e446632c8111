from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.content.printable import (
    LONGEST_WORD,
    ZERO_WIDTH_SPACE,
    one_line,
    paragraphs,
    printable,
)

KAZAKH = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


@given(st.text())
def test_nothing_invisible_is_left(text: str) -> None:
    left = set(printable(text)) - {ZERO_WIDTH_SPACE}
    assert not left & {chr(c) for c in (*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x200E, 0x202E, 0xFEFF)} - {
        "\n",
        "\t",
    }


@given(st.text())
def test_once_is_enough(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@given(st.text(alphabet=KAZAKH + KAZAKH.upper() + ' .,;:№"()-', max_size=200))
def test_kazakh_prose_stays_as_it_is(text: str) -> None:
    if all(len(word) <= LONGEST_WORD for word in text.split()):
        assert printable(text) == text


@given(st.text(alphabet=KAZAKH, min_size=LONGEST_WORD + 1, max_size=300))
def test_a_long_word_breaks_and_loses_no_letter(word: str) -> None:
    broken = printable(word)
    assert broken.replace(ZERO_WIDTH_SPACE, "") == word
    assert max(map(len, broken.split(ZERO_WIDTH_SPACE))) < LONGEST_WORD


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("а\r\nб", "а\nб"),
        ("а\u2028б", "а\nб"),
        ("10‑қосымша", "10-қосымша"),
        ("сөз\u00adдік", "сөздік"),
        (None, ""),
    ],
)
def test_examples(written: str | None, printed: str) -> None:
    assert printable(written) == printed


def test_one_line_keeps_no_break_spaces() -> None:
    assert one_line("  Д.М.\u00a0Әбілқасов \n\t келді ") == "Д.М.\u00a0Әбілқасов келді"
    assert one_line(None) == ""


def test_paragraphs_are_the_lines() -> None:
    assert paragraphs("Бірінші  жол\nекінші\n\n \nүшінші\n") == ["Бірінші жол", "екінші", "үшінші"]
    assert paragraphs(None) == []
