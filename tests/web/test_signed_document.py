"""Documents that came back signed, as the page shows them: by hand, electronically, and of a withdrawn record."""

import pytest

from pipeline.archive.person.filed_documents import Document
from pipeline.domain.records import Kind, Ref
from tests.e2e.place import Place, sample
from tests.flow.scanned import signed
from tests.flow.signed_place import CASE, MEMBERS, SITTING, SignedPlace
from tests.scans.simulated import as_pdf

from .people import PASSWORD
from .test_document import address, altered, bytes_of, told

MISTAKEN = Ref(Kind.CASE, "SHY-PD-2026-008")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A protocol signed by three of seven, and a report signed by hand."""
    from pipeline.web import database

    made = SignedPlace.make(tmp_path_factory.mktemp("page-signed"))
    protocol = made.read(made.document().document.path)
    made.drop("protocol.pdf", made.signed(protocol, *MEMBERS[:3]))
    (made.place.folder / "inbox" / "scan.pdf").write_bytes(as_pdf(signed(made.place, CASE.id, "annex-1")))
    made.place.drop("b.yaml", sample("refused"))
    assert made.place.run_once().status == 0
    database.use(made.place.folder / "config.yaml")
    from pipeline.web.accounts import managing
    from pipeline.web.accounts.roles import Role

    managing.add("hr", "Серікова Айгерім Болатқызы", PASSWORD, [Role.HR])
    return made.place


def report_path(document: Document) -> str:
    assert document.signed is not None
    return document.signed.beside[0]


def test_signatures_stand_there_with_their_verdict_and_who_is_still_to_sign(place, signed_in):
    said = signed_in("hr").get(address(place, SITTING, "/doc/protocol")).content.decode()
    for words in ("Электрондық қолтаңба қойылған", "жарамды", "Қасымов Арман", "Қол қоюға тиіс", "Ли Виктор"):
        assert words in said
    assert "Мерзімі:" in said


def test_a_scan_stands_beside_the_text_of_its_original(place, signed_in):
    client, at = signed_in("hr"), address(place, CASE, "/doc/annex-1")
    said = client.get(at).content.decode()
    assert "Қағазда қолмен қойылған" in said
    assert "Бұл – скан, онда мәтін жоқ." in said
    assert "БАЯНАТ" in said
    assert client.get(f"{at}/page/1.png?as=made").content != client.get(f"{at}/page/1.png").content


def test_each_file_of_a_document_is_taken_out_by_its_place(place, signed_in):
    client, at = signed_in("hr"), address(place, SITTING, "/doc/protocol/take-out")
    made, as_signed, report = (client.post(at, {"file": str(number)}) for number in range(3))
    assert bytes_of(as_signed).startswith(bytes_of(made)[:100])
    assert report.headers["Content-Type"] == "application/octet-stream"
    assert b"jeke/validation/1" in bytes_of(report)
    assert client.post(at, {"file": "3"}).status_code == 404


def test_a_report_that_does_not_verify_counts_for_nothing(place, signed_in):
    client = signed_in("hr")
    with altered(place, SITTING, "protocol", path=report_path):
        said = client.get(address(place, SITTING, "/doc/protocol")).content.decode()
    assert "Қолтаңбаларды тексеру хаттамасы оқылмады" in said
    assert "жарамды" not in said


def test_a_withdrawn_record_is_refused_in_words_and_told_of(place, signed_in):
    client, at = signed_in("hr"), address(place, MISTAKEN, "/doc/annex-1")
    assert client.get(at).status_code == 200
    ran = place.jeke("withdraw", MISTAKEN.id, "--reason", "қате енгізілген")
    assert ran.status == 0, ran.err
    for rest in ("", "/page/1.png"):
        answer = client.get(f"{at}{rest}")
        assert answer.status_code == 403
        assert "қате енгізілген" in answer.content.decode()
    assert client.post(f"{at}/take-out").status_code == 403
    assert told(place)[0] == ("refused-access", "web:hr", {"of": "get"})
