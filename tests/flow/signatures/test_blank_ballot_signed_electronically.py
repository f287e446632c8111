"""A ballot printed blank has no vote in it: signed electronically it is no ballot (¶32), however it is signed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.flow.outcomes.results import Result
from tests.e2e.place import documents_of, sample
from tests.flow.ballots.sittings import a_case, a_sitting
from tests.flow.signed_place import SITTING, SignedPlace, codes, with_iins

BALLOT = "annex-3-01"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> SignedPlace:
    return SignedPlace.make(tmp_path_factory.mktemp("f") / "p")


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> SignedPlace:
    """The same place, emptied, with the sitting ahead."""
    place = SignedPlace.make(tmp_path_factory.mktemp("b") / "p", empty=True)
    campaign = documents_of(with_iins(sample("recommended")))[:2]
    place.place.drop("a.yaml", "---\n".join([*campaign, a_case(0), a_sitting(1)]))
    ran = place.place.run_once()
    assert ran.status == 0, ran.out + ran.err
    return place


def test_a_blank_ballot_signed_electronically_is_given_back(blank: SignedPlace) -> None:
    answer = blank.drop("парақ.pdf", blank.signed(blank.read(f"{BALLOT}.pdf"), "m1"))
    assert answer.result is Result.REFUSED
    assert codes(answer) == ["signed_blank_ballot"]
    (back,) = (blank.place.folder / "inbox" / "refused").glob("*/парақ.pdf")
    words = (back.parent / "жауап.txt").read_text(encoding="utf-8")
    assert re.search(r"дауыс\w* енгізілме", words), words
    assert blank.document(BALLOT).document.signed is None


def test_jeke_sign_signs_no_blank_ballot(blank: SignedPlace) -> None:
    ran = sign(blank)
    assert ran.status != 0
    assert "дауыс енгізілмеген" in ran.err
    assert blank.document(BALLOT).document.signed is None


def test_a_filled_ballot_is_signed_electronically_as_before(filled: SignedPlace) -> None:
    ran = sign(filled)
    assert ran.status == 0, ran.err
    signed = filled.document(BALLOT).document.signed
    assert signed is not None
    assert signed.signers == ("m1",)


def sign(place: SignedPlace) -> Any:
    folder = place.place.folder
    (folder / "pass").write_text("құпия 1\n", encoding="utf-8")
    (folder / "m1.p12").write_bytes(place.people["m1"].pkcs12("құпия 1"))
    return place.jeke("sign", f"{SITTING.id}/{BALLOT}", "--key", "m1.p12", "--passphrase-file", "pass")
