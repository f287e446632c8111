"""A card of an electronic document (ddcard) dropped: its signatures count, its own pages count for nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.archive.person.filed_documents import How
from pipeline.flow.outcomes.results import Result
from tests.flow.signed_place import MEMBERS, SignedPlace, codes, iin_of
from tests.signatures.cards import card_of
from tests.signatures.gost_people import GostPerson, authority, cms_of
from tests.signatures.gost_people import person as gost_person
from tests.signatures.people import message_of


@pytest.fixture(scope="module")
def ca() -> GostPerson:
    return authority(name="ҰЛТТЫҚ СЫНАҚ ОРТАЛЫҒЫ")


@pytest.fixture
def place(tmp_path: Path, ca: GostPerson) -> SignedPlace:
    made = SignedPlace.make(tmp_path / "p")
    (made.place.folder / "trust" / "gost.cer").write_bytes(ca.certificate.dump())
    return made


def by(place: SignedPlace, paper: bytes, *members: str) -> list[bytes]:
    return [message_of(paper, place.people[m]) for m in members]


def national(place: SignedPlace, ca: GostPerson, paper: bytes, member: str) -> bytes:
    with place.opened() as work:
        now = work.clock()
    surname, given, patronymic = place.people[member].name.split()
    return cms_of(paper, gost_person(ca, surname, given, patronymic, iin_of(member)), when=now)


def test_a_card_of_all_members(place: SignedPlace, ca: GostPerson) -> None:
    made = place.read("protocol.pdf")
    signatures = [national(place, ca, made, "m1"), *by(place, made, *MEMBERS[1:])]
    card = card_of(made, *signatures)
    answer = place.drop("карточка.pdf", card, whole=True)
    assert answer.result is Result.DONE, codes(answer)
    assert "signatures_preliminary" in codes(answer)
    signed = place.document().document.signed
    assert signed is not None
    assert signed.how is How.CMS
    assert signed.signers == MEMBERS
    assert place.read(signed.path) == made, "the paper is what was signed, not the card"
    assert place.read("signed/protocol-card-1.pdf") == card, "the card is kept byte for byte"
    assert [place.read(f"signed/protocol-{n}.cms") for n in range(1, 8)] == signatures
    assert "protocol-card-1.pdf" in json.loads(place.read("signed/protocol-validation.json"))["files"]
    assert place.drop("b.pdf", card_of(made, *signatures[:3]), whole=True).result is Result.UNCHANGED


def test_cards_and_other_files_add_up(place: SignedPlace) -> None:
    made = place.read("protocol.pdf")
    place.drop("a.pdf", card_of(made, *by(place, made, "m1", "m2")), whole=True)
    answer = place.drop("b.pdf", place.signed(made, *MEMBERS[2:6]))
    assert answer.result is Result.WAITING, codes(answer)
    assert place.read("signed/protocol-card-1.pdf"), "it stays"
    newest = place.read("signed/protocol.pdf")
    answer = place.drop("c.pdf", card_of(newest, *by(place, newest, "s1")), whole=True)
    assert answer.result is Result.DONE, codes(answer)
    signed = place.document().document.signed
    assert signed is not None
    assert sorted(p for p in signed.beside if "card" in p) == [
        "signed/protocol-card-1.pdf",
        "signed/protocol-card-2.pdf",
    ]


def test_a_card_of_another_paper(place: SignedPlace) -> None:
    made = place.read("protocol.pdf")
    other = made[:300] + b"x" + made[301:]
    card = card_of(other, *by(place, other, "m1"))
    answer = place.drop("a.pdf", card, whole=True)
    assert codes(answer) == ["card_unknown"]
    (back,) = (place.place.folder / "inbox" / "refused").glob("*/a.pdf")
    assert back.read_bytes() == card
    assert "answer.note" not in (back.parent / "жауап.txt").read_text(encoding="utf-8")


def test_a_card_whose_signature_is_of_another_paper(place: SignedPlace) -> None:
    made = place.read("protocol.pdf")
    answer = place.drop("a.pdf", card_of(made, *by(place, b"%PDF-another", "m1")), whole=True)
    assert codes(answer) == ["signature_fails"]
    assert place.document().document.signed is None
