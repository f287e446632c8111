"""Signatures in files of their own, dropped beside or long after the paper."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.archive.person.filed_documents import How
from pipeline.domain.errors import MachineError
from pipeline.flow.outcomes.results import Result
from pipeline.flow.site.write_lock import OutdatedError
from pipeline.signatures.pades import SignedPdf
from pipeline.signatures.paper import Evidence
from pipeline.signatures.signature_checking import Signatures
from tests.flow.signed_place import MEMBERS, SignedPlace, codes, iin_of
from tests.signatures.gost_people import GostPerson, authority, cms_of
from tests.signatures.gost_people import person as gost_person
from tests.signatures.slow import slow_message


@pytest.fixture(scope="module")
def ca() -> GostPerson:
    return authority(name="ҰЛТТЫҚ СЫНАҚ ОРТАЛЫҒЫ")


@pytest.fixture
def place(tmp_path: Path, ca: GostPerson) -> SignedPlace:
    made = SignedPlace.make(tmp_path / "p")
    (made.place.folder / "trust" / "gost.cer").write_bytes(ca.certificate.dump())
    return made


def of(place: SignedPlace, ca: GostPerson, *members: str, attached: bool = False) -> bytes:
    with place.opened() as work:
        now = work.clock()
    names = [place.people[m].name.split() for m in members]
    people = [gost_person(ca, n[0], n[1], n[2], iin_of(m)) for n, m in zip(names, members, strict=True)]
    return cms_of(place.read("protocol.pdf"), *people, when=now, attached=attached)


def test_each_member_in_a_file_of_their_own(place: SignedPlace, ca: GostPerson) -> None:
    for members in (MEMBERS[:1], MEMBERS[1:6], MEMBERS[6:]):
        answer = place.drop(f"protocol-{members[0]}.cms", of(place, ca, *members))
        assert answer.result is (Result.DONE if members == MEMBERS[6:] else Result.WAITING), codes(answer)
    assert "signatures_preliminary" in codes(answer)
    signed = place.document().document.signed
    assert signed is not None
    assert signed.how is How.CMS
    assert signed.signers == MEMBERS
    assert len(signed.beside) == 4
    assert place.read(signed.path) == place.read("protocol.pdf")
    report = json.loads(place.read("signed/protocol-validation.json"))
    assert report["preliminary"].startswith("Алдын ала")
    assert len(report["files"]) == 4


def test_attached_with_all_signers(place: SignedPlace, ca: GostPerson) -> None:
    answer = place.drop("кез келген.p7s", of(place, ca, *MEMBERS, attached=True))
    assert answer.result is Result.DONE, codes(answer)


def test_beside_signatures_in_the_pdf(place: SignedPlace, ca: GostPerson) -> None:
    """Some sign in the PDF, some with NCALayer: both count, in either order."""
    place.drop("protocol.pdf.cms", of(place, ca, *MEMBERS[:3]))
    answer = place.drop("a.pdf", place.signed(place.read("protocol.pdf"), *MEMBERS[3:]))
    assert answer.result is Result.DONE, codes(answer)
    signed = place.document().document.signed
    assert signed is not None
    assert signed.signers == MEMBERS


def test_a_national_signature_whose_name_tells_nothing(place: SignedPlace, ca: GostPerson) -> None:
    assert codes(place.drop("қол.cms", of(place, ca, "m1"))) == ["cms_no_paper"]


def test_the_same_signature_twice(place: SignedPlace, ca: GostPerson) -> None:
    message = of(place, ca, "m1")
    place.drop("protocol.cms", message)
    assert place.drop("protocol-2.cms", message).result is Result.UNCHANGED


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda m: m[:-9] + bytes([m[-9] ^ 1]) + m[-8:], "signature_fails"),
        (lambda m: m[:200], "cms_unreadable"),
        (lambda _: b"\0\1\2", "cms_unreadable"),
    ],
)
def test_given_back(place: SignedPlace, ca: GostPerson, harm, code: str) -> None:
    message = harm(of(place, ca, "m1"))
    answer = place.drop("protocol.cms", message)
    assert answer.result is Result.REFUSED
    assert codes(answer) == [code]
    (back,) = (place.place.folder / "inbox" / "refused").glob("*/protocol.cms")
    assert back.read_bytes() == message
    assert "answer.note" not in (back.parent / "жауап.txt").read_text(encoding="utf-8")


def test_an_authority_nobody_trusts(place: SignedPlace, ca: GostPerson) -> None:
    (place.place.folder / "trust" / "gost.cer").unlink()
    answer = place.drop("protocol.cms", of(place, ca, "m1"))
    assert codes(answer) == ["signature_fails"]
    assert answer.notes[0].params["why"] == "NO_CERTIFICATE_CHAIN_FOUND"


def test_which_documents_come_into_question(place: SignedPlace, ca: GostPerson) -> None:
    place.drop("protocol.cms", of(place, ca, *MEMBERS))
    with place.opened() as work:
        named = [f.document.name for f in work.index.signable("annex-3-02.pdf.cms", named=True, limit=9)]
        others = [f.document.name for f in work.index.signable("annex-3-02.pdf.cms", named=False, limit=99)]
        assert len(work.index.signable("x", named=False, limit=3)) == 3
    assert set(named) == {"annex-3-02"}
    assert "annex-3-02" not in others
    assert others[-1] == "protocol", "what all have signed comes last"


def test_what_was_filed_meanwhile_is_not_lost(
    place: SignedPlace, ca: GostPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked at without the write lock; another signature is filed before ours is: it is judged again, with it."""
    look, times = Signatures.look, []

    def while_another_is_filed(self: Signatures, evidence: Evidence, moment: datetime) -> SignedPdf:
        found = look(self, evidence, moment)
        times.append(len(evidence.beside))
        if len(times) == 1:
            place.drop("protocol-2.cms", of(place, ca, "m2"))
        return found

    monkeypatch.setattr(Signatures, "look", while_another_is_filed)
    place.drop("protocol.cms", of(place, ca, "m1"))
    signed = place.document().document.signed
    assert signed is not None
    assert set(signed.signers) == {"m1", "m2"}
    assert times == [1, 1, 2]


def test_an_archive_that_never_rests_is_the_machines_matter(
    place: SignedPlace, ca: GostPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(*_: object) -> None:
        raise OutdatedError

    monkeypatch.setattr("pipeline.flow.signatures.signed_electronically.require_current", always)
    with pytest.raises(MachineError, match="judged_outdated"):
        place.drop("protocol.cms", of(place, ca, "m1"))
    assert place.document().document.signed is None


def test_what_cannot_be_checked_within_the_limits_comes_back(
    place: SignedPlace, ca: GostPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.signatures.signature_checking.CPU_SECONDS", 1.0)
    message = slow_message(place.read("protocol.pdf"))
    answer = place.drop("protocol.cms", message)
    assert answer.result is Result.REFUSED
    assert codes(answer) == ["signature_uncheckable"]
    (back,) = (place.place.folder / "inbox" / "refused").glob("*/protocol.cms")
    assert back.read_bytes() == message
    assert "процессор уақыты" in (back.parent / "жауап.txt").read_text(encoding="utf-8")
