"""What is found in a card of an electronic document, and what is none."""

from __future__ import annotations

import pytest

from pipeline.returned.card import read_card

from .cards import card_of
from .gost_people import authority, cms_of, person
from .papers import protocol_pdf
from .people import invented_iin
from .test_cms import NOW

PAPER = protocol_pdf()
ROOT = authority()
SIGNATURES = tuple(
    cms_of(PAPER, person(ROOT, "Қасымов", "Арман", "Бекетұлы", invented_iin(n)), when=NOW) for n in range(2)
)


def test_the_paper_and_its_signatures_byte_for_byte() -> None:
    card = read_card(card_of(PAPER, *SIGNATURES))
    assert card is not None
    assert card.papers == (PAPER,)
    assert [file.data for file in card.signatures] == list(SIGNATURES)
    assert all(file.fits(PAPER) for file in card.signatures)


def test_what_else_is_attached_is_left_aside() -> None:
    card = read_card(card_of(PAPER, SIGNATURES[0], b"verify me at ..."))
    assert card is not None
    assert len(card.signatures) == 1


@pytest.mark.parametrize(
    "pdf",
    [
        PAPER,
        card_of(PAPER),
        card_of(None, *SIGNATURES),
        card_of(PAPER, b"no signature"),
        card_of(PAPER, *SIGNATURES)[:2000],
        b"%PDF-1.7\n",
    ],
)
def test_what_is_no_card(pdf: bytes) -> None:
    assert read_card(pdf) is None
