"""A protocol that comes back with electronic signatures: filed, kept while it grows, given back when it lies."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline.archive.ocfl.verify import verify_root
from pipeline.archive.person.filed_documents import How
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.casefile.signers import sitting_of, still_to_sign
from pipeline.flow.outcomes.results import Result
from pipeline.flow.signatures import signed_electronically
from pipeline.flow.signatures.signed_pdf import original_of, work_off_signed_pdf
from pipeline.flow.site.budgets import budget_of_paper
from pipeline.intake.claim import recover
from pipeline.intake.journal import Journal
from pipeline.law.docket import Docket
from tests.archive.ocfl_support import faults_by_ocfl_py
from tests.e2e.place import sample
from tests.flow.signed_place import CASE, MEMBERS, SITTING, SignedPlace, codes, with_iins
from tests.signatures.people import invented_iin
from tests.signatures.test_pades import increment


@pytest.fixture
def place(tmp_path: Path) -> SignedPlace:
    return SignedPlace.make(tmp_path / "p")


def missing(place: SignedPlace) -> list[str]:
    with place.opened() as work:
        docket: Docket = RelatedRecords(work.root, work.index).around([SITTING]).docket
        record = docket.get(SITTING)
        assert record is not None
        sitting, commission = sitting_of(docket, record)
        return [s.key for s in still_to_sign(place.document().document, record, commission, sitting)]


def test_signed_by_all(place: SignedPlace) -> None:
    made = place.read("protocol.pdf")
    assert missing(place) == list(MEMBERS)
    pdf = place.signed(made, *MEMBERS)
    answer = place.drop("хаттама.pdf", pdf)
    assert answer.result is Result.DONE, codes(answer)
    signed = place.document().document.signed
    assert signed is not None
    assert signed.how is How.PADES
    assert signed.signers == MEMBERS
    assert place.read(signed.path) == pdf, "kept byte for byte"
    assert missing(place) == []
    report = json.loads(place.read("signed/protocol-validation.json"))
    assert report["verdict"] == {"indication": "TOTAL-PASSED", "sub_indication": ""}
    assert report["signed"] == list(MEMBERS)
    assert report["signatures"][0]["holder"]["iin"] == place.people["m1"].iin
    archive = place.place.folder / "archive"
    assert not list(verify_root(archive, quick=False))
    assert not faults_by_ocfl_py(archive)


def test_signed_one_after_another(place: SignedPlace) -> None:
    """Three sign, the paper goes on from outbox/ to the rest; nothing is lost on the way."""
    answer = place.drop("a.pdf", place.signed(place.read("protocol.pdf"), *MEMBERS[:3]))
    assert answer.result is Result.WAITING
    assert missing(place) == list(MEMBERS[3:])
    notes = {n.code: n.params for n in answer.notes}
    assert notes["signers_missing"]["signers"] == tuple(place.people[m].name for m in MEMBERS[3:])
    newest = (place.place.folder / "outbox" / SITTING.id / "protocol.pdf").read_bytes()
    assert newest == place.read("signed/protocol.pdf")
    assert place.drop("b.pdf", place.signed(newest, *MEMBERS[3:])).result is Result.DONE
    assert missing(place) == []


def test_signatures_cut_off_do_not_replace_what_is_filed(place: SignedPlace) -> None:
    three = place.signed(place.read("protocol.pdf"), *MEMBERS[:3])
    five = place.signed(three, *MEMBERS[3:5])
    place.drop("a.pdf", five)
    answer = place.drop("b.pdf", three)
    assert answer.result is Result.REFUSED
    assert codes(answer) == ["signatures_cut"]
    assert answer.notes[0].params["signers"] == tuple(place.people[m].name for m in MEMBERS[3:5])
    assert place.read("signed/protocol.pdf") == five


def test_a_copy_signed_apart(place: SignedPlace) -> None:
    made = place.read("protocol.pdf")
    place.drop("a.pdf", place.signed(made, "m1"))
    answer = place.drop("b.pdf", place.signed(made, "m2"))
    assert codes(answer) == ["signatures_apart"]


def test_the_same_again_changes_nothing(place: SignedPlace) -> None:
    pdf = place.signed(place.read("protocol.pdf"), "m1")
    place.drop("a.pdf", pdf)
    report = place.read("signed/protocol-validation.json")
    assert place.drop("b.pdf", pdf).result is Result.UNCHANGED
    assert place.read("signed/protocol-validation.json") == report


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda pdf: pdf + b"\n", "paper_tampered"),
        (lambda pdf: pdf[:-2000] + bytes([pdf[-2000] ^ 1]) + pdf[-1999:], "paper_tampered"),
        (lambda pdf: pdf[:300] + b"x" + pdf[301:], "signed_unknown"),
        (lambda pdf: pdf[:-4000], "signature_none"),
    ],
)
def test_given_back_whole(place: SignedPlace, harm, code: str) -> None:
    pdf = harm(place.signed(place.read("protocol.pdf"), "m1"))
    answer = place.drop("a.pdf", pdf)
    assert answer.result is Result.REFUSED
    assert code in codes(answer) or "paper_tampered" in codes(answer)
    (back,) = (place.place.folder / "inbox" / "refused").glob("*/a.pdf")
    assert back.read_bytes() == pdf
    words = (back.parent / "жауап.txt").read_text(encoding="utf-8")
    assert "answer.note" not in words
    assert place.document().document.signed is None


def test_a_change_is_told_once_with_the_last_signature_it_came_after(place: SignedPlace) -> None:
    signed = place.signed(place.read("protocol.pdf"), "m1", "m2")
    answer = place.drop("a.pdf", increment(signed, "page"))
    told = [(n.params["what"], n.params["where"]) for n in answer.notes if n.code == "paper_tampered"]
    assert told == [("changed", ("JekeSignature2",)), ("revision_after", ("PDF",))]


def test_somebody_else_signed(place: SignedPlace) -> None:
    stranger = place.authority.person(30, "Бөтенов", "Біреу", iin=invented_iin(30))
    place.people["x"] = stranger
    answer = place.drop("a.pdf", place.signed(place.read("protocol.pdf"), "m1", "x"))
    assert codes(answer) == ["signature_foreign"]


def test_a_certificate_without_a_number_does_not_count(place: SignedPlace) -> None:
    for member in ("m1", "s1"):
        surname, given, patronymic = place.people[member].name.split()
        place.people[member] = place.authority.person(60, surname, given, patronymic)
    answer = place.drop("a.pdf", place.signed(place.read("protocol.pdf"), "m1", "s1"))
    assert answer.result is Result.WAITING
    assert "signers_unsure" in codes(answer)
    assert missing(place) == list(MEMBERS)
    report = json.loads(place.read("signed/protocol-validation.json"))
    assert report["verdict"]["indication"] == "INDETERMINATE"
    assert report["signed_by_name_only"] == ["m1", "s1"]


@pytest.mark.skipif("JEKE_SOAK" not in os.environ, reason="a place of its own; JEKE_SOAK=1 runs it")
def test_a_name_counts_once_the_record_has_the_number(tmp_path: Path) -> None:
    """The record first, then the very file again: the paper itself does not name the number, so it stays."""
    place = SignedPlace.make(tmp_path / "p", iins=False)
    pdf = place.signed(place.read("protocol.pdf"), *MEMBERS)
    assert place.drop("a.pdf", pdf).result is Result.WAITING
    assert missing(place) == list(MEMBERS)
    place.place.drop("b.yaml", with_iins(sample("recommended")))
    assert place.place.run_once().status == 0
    assert place.drop("c.pdf", pdf).result is Result.DONE
    assert missing(place) == []


def test_annex_2_by_the_unit_head_and_the_employee(place: SignedPlace) -> None:
    found = place.document("annex-2", CASE)
    pdf = place.read(found.document.path, CASE)
    place.people["head"] = place.authority.person(40, "Омаров", "Талғат", "Бекұлы", iin=invented_iin(40))
    place.people["own"] = place.authority.person(41, "Әбілқасов", "Дархан", "Маратұлы", iin="850314390019")
    answer = place.drop("a.pdf", place.signed(pdf, "head", "own"))
    assert answer.result is Result.DONE, codes(answer)
    assert "signers_by_name" in codes(answer), "the record has no field for the unit head's number"
    signed = place.document("annex-2", CASE).document.signed
    assert signed is not None
    assert signed.signers == ("unit_head", "employee")


def test_which_document_it_is(place: SignedPlace) -> None:
    made = place.read("protocol.pdf")
    with place.opened() as work:
        found = original_of(work, place.signed(made, "m1"))
        assert found is not None
        assert (found[0].document.name, found[1]) == ("protocol", len(made))
        assert original_of(work, made[:-1]) is None
        assert original_of(work, b"%PDF-1.7\n") is None


def test_killed_after_filing_it_ends_the_same(place: SignedPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The archive holds it already, the answer is still owed: no second version, no duplicate."""
    pdf = place.signed(place.read("protocol.pdf"), "m1")

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(signed_electronically, "put", die)
        with pytest.raises(Killed):
            place.drop("a.pdf", pdf)
    head = place.document()
    with place.opened() as work, Journal.open(work.places.journal) as journal:
        (claimed,) = recover(work.places.inbox, work.places.work, journal, now=work.clock())
        answer = work_off_signed_pdf(work, journal, claimed, budget_of_paper(), last_word=True)
    assert answer is not None
    assert answer.result is Result.WAITING
    assert place.document() == head
    assert not list((place.place.folder / "inbox").glob("duplicates/*"))
