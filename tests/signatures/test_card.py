"""What is found in a card of an electronic document, and what is none."""

from __future__ import annotations

import io
import tempfile
import zlib

import pikepdf
import pytest

from pipeline.confined.limits import Budget
from pipeline.signatures.card import Card, CostlyCardError, read_card
from pipeline.signatures.cms import read_cms
from tests.signatures.cards import card_of
from tests.signatures.gost_people import authority, cms_of, person
from tests.signatures.papers import protocol_pdf
from tests.signatures.people import invented_iin
from tests.signatures.test_cms import NOW

PAPER = protocol_pdf()
ROOT = authority()
SIGNATURES = tuple(
    cms_of(PAPER, person(ROOT, "Қасымов", "Арман", "Бекетұлы", invented_iin(n)), when=NOW) for n in range(2)
)


def card_in(pdf: bytes, budget: Budget | None = None) -> Card | None:
    with tempfile.TemporaryFile() as file:
        file.write(pdf)
        file.flush()
        return read_card(file, budget)


def test_the_paper_and_its_signatures_byte_for_byte() -> None:
    card = card_in(card_of(PAPER, *SIGNATURES))
    assert card is not None
    assert card.papers == (PAPER,)
    assert [file.data for file in card.signatures] == list(SIGNATURES)
    assert all(read_cms(file.name, file.data).fits(PAPER) for file in card.signatures)


def test_what_else_is_attached_is_left_aside() -> None:
    card = card_in(card_of(PAPER, SIGNATURES[0], b"verify me at ..."))
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
    assert card_in(pdf) is None


@pytest.mark.parametrize("lying", [False, True])
def test_one_stream_attached_a_hundred_times_is_a_bomb(lying: bool) -> None:  # noqa: FBT001  # a parameter
    """Seventy kilobytes that unpack into six gigabytes."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(card_of(PAPER, *SIGNATURES))) as pdf:
        stream = pikepdf.Stream(pdf, b"")
        packed = zlib.compress(b"%PDF-1.7" + b"\0" * (60 * 2**20), 9)
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        if lying:
            stream.Subtype, stream.Width, stream.Height = pikepdf.Name.Image, 9_000, 9_000
        shared = pdf.make_indirect(stream)
        for number in range(100):
            name = f"a{number}.pdf"
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, b"x", filename=name)
            pdf.attachments[name].obj.EF = pikepdf.Dictionary(F=shared)
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(out.getvalue()) < 2**20
    with pytest.raises(CostlyCardError):
        card_in(out.getvalue())


def test_a_drop_that_has_spent_its_budget_starts_no_child() -> None:
    with pytest.raises(CostlyCardError, match="budget"):
        card_in(card_of(PAPER, *SIGNATURES), Budget(0, 10))
