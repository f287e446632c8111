"""A document's screen, its pictures, taking out and printing: for whom, with what headers, and told of before."""

import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest
from pypdf import PdfReader

from pipeline.archive.audit.log import AuditLog
from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.filed_documents import Document
from pipeline.confined.child import Worker
from pipeline.documents.viewing import pages
from pipeline.domain.errors import CorruptError
from pipeline.domain.records import Kind, Ref
from pipeline.web.addresses import record_address
from tests.e2e.place import Place

from .conftest import index_of
from .harmed import FAULTS

CASE, SITTING = Ref(Kind.CASE, "QRG-PD-2025-014"), Ref(Kind.SITTING, "QRG-PD-AK-2025-S3")
OTHER_CASE = Ref(Kind.CASE, "ALM-QAZHD-2025-031")
"""Before the commission of the secretary, of the campaign of the head."""


def address(place: Place, ref: Ref, rest: str = "") -> str:
    with index_of(place) as index:
        location = index.record(ref)
        assert location is not None
        return record_address(location.object_id, location.path) + rest


def filed(place: Place, ref: Ref, name: str) -> FiledDocument:
    with index_of(place) as index:
        return next(d for d in index.documents(ref) if d.document.name == name)


def bytes_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def told(place: Place, count: int = 1) -> list[tuple[str, str, dict[str, object]]]:
    entries = list(AuditLog.open(place.folder / "state" / "audit").entries())[-count:]
    return [(e.event, e.agent, dict(e.detail)) for e in entries]


@contextmanager
def altered(
    place: Place, ref: Ref, name: str, path: Callable[[Document], str] = lambda document: document.path
) -> Iterator[None]:
    """The filed bytes are others for a while."""
    root = StorageRoot.open(place.folder / "archive")
    of = filed(place, ref, name)
    lying = root.get(of.object_id)
    assert lying is not None
    file = lying.root / lying.inventory.content_path(lying.state[path(of.document)])
    before = file.read_bytes()
    file.write_bytes(before[:-1] + b"x")
    try:
        yield
    finally:
        file.write_bytes(before)


@contextmanager
def nothing_can_be_told(place: Place) -> Iterator[None]:
    """The audit chain's folder is a file."""
    folder = place.folder / "state" / "audit"
    aside = folder.with_name("audit-aside")
    folder.rename(aside)
    folder.write_text("")
    try:
        yield
    finally:
        folder.unlink()
        aside.rename(folder)


# --- the screen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["hr", "secretary", "archivist", "head"])
def test_a_document_is_shown_with_its_text_and_who_is_to_sign_it(place, signed_in, role):
    answer = signed_in(role).get(address(place, OTHER_CASE, "/doc/annex-1"))
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "Баянат (1-қосымша)" in said
    assert "Құрманғалиева" in said
    assert "сынақ мөрі, заңдық күші жоқ" in said
    assert "Қол қоюға тиіс" in said
    assert "SHA-512 қосындысы қазір тексерілді" in said
    assert told(place)[0] == ("view", f"web:{role}", {"of": "document", "document": "annex-1"})


def test_no_name_stands_in_the_title_of_the_window(place, signed_in):
    said = signed_in("hr").get(address(place, CASE, "/doc/annex-1")).content.decode()
    assert re.findall(r"<title>(.*)</title>", said) == ["Құжат – Жеке іс"]


def test_papers_of_a_sitting_and_of_a_campaign_are_shown_too(place, signed_in):
    client = signed_in("hr")
    assert client.get(address(place, SITTING, "/doc/protocol")).status_code == 200
    with index_of(place) as index:
        campaign = index.refs(Kind.CAMPAIGN)[0]
        name = index.documents(campaign)[0].document.name
    assert client.get(address(place, campaign, f"/doc/{name}")).status_code == 200


def test_a_picture_is_a_png_that_no_cache_keeps(place, signed_in):
    client = signed_in("hr")
    answer = client.get(address(place, CASE, "/doc/annex-1/page/1.png"))
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_picture_asked_for_alone_is_told_of_and_those_of_a_shown_screen_are_not_told_again(
    place, signed_in
):
    client, at = signed_in("hr"), address(place, CASE, "/doc/annex-1")
    client.get(f"{at}/page/1.png")
    assert told(place)[0][0] == "view"
    before = len(list(AuditLog.open(place.folder / "state" / "audit").entries()))
    client.get(f"{at}/page/1.png")
    assert len(list(AuditLog.open(place.folder / "state" / "audit").entries())) == before
    client.get(at)
    assert len(list(AuditLog.open(place.folder / "state" / "audit").entries())) == before + 1


@pytest.mark.parametrize(
    "rest",
    [
        "/doc/annex-9",
        "/doc/protocol",
        "/doc/..%2Frecord",
        "/doc/annex-1.pdf",
        "/doc/annex-1?as=signed",
        "/doc/annex-1?as=proof",
        "/doc/annex-1?page=7",
        "/doc/annex-1/page/0.png",
        "/doc/annex-1/page/99.png",
        "/doc/annex-1/page/-1.png",
        "/doc/annex-1/page/99999999999999999999.png",
        "/doc/annex-1/page/..%2f..%2fetc%2fpasswd",
        "/doc/annex-1/page/1.png?as=other",
    ],
)
def test_what_is_guessed_is_not_there(place, signed_in, rest):
    assert signed_in("hr").get(address(place, CASE, rest)).status_code == 404


def test_neither_a_guessed_object_nor_a_guessed_folder_is_there(place, signed_in):
    client, at = signed_in("hr"), address(place, CASE, "/doc/annex-1")
    key, folder = at.split("/")[2:4]
    for guessed in (
        at.replace(key, str(uuid4())),
        at.replace(folder, "0" * 16),
        at.replace(folder, ".."),
        f"/record/{key}/doc/annex-1",
        at.replace(key, address(place, OTHER_CASE).split("/")[2]),
        at.replace(f"/case/{key}/{folder}", address(place, SITTING)),
    ):
        assert client.get(guessed).status_code == 404, guessed
        assert client.get(f"{guessed}/page/1.png").status_code == 404
        assert client.post(f"{guessed}/take-out").status_code == 404


# --- whose -------------------------------------------------------------------------------------------------

POSTED = ("/doc/{}/take-out", "/doc/{}/print", "/take-out", "/print")


def test_who_is_out_of_scope_gets_what_nobody_gets(place, signed_in):
    """The secretary of another commission, and the head of another campaign."""
    for role, ref, name in (
        ("secretary", CASE, "annex-1"),
        ("secretary", SITTING, "protocol"),
        ("head", CASE, "annex-1"),
        ("head", SITTING, "protocol"),
        ("approver", CASE, "annex-1"),
        ("approver", SITTING, "protocol"),
    ):
        client = signed_in(role)
        at = address(place, ref, f"/doc/{name}")
        assert client.get(at).status_code == 404, role
        assert client.get(f"{at}/page/1.png").status_code == 404
        if role == "secretary":
            for rest in POSTED:
                assert client.post(address(place, ref, rest.format(name))).status_code == 404


@pytest.mark.parametrize("role", ["head", "approver", "auditor", "admin"])
def test_roles_that_take_nothing_out_are_refused(place, signed_in, role):
    client = signed_in(role)
    for rest in POSTED:
        assert client.post(address(place, CASE, rest.format("annex-1"))).status_code == 403
    if role in ("auditor", "admin"):
        assert client.get(address(place, CASE, "/doc/annex-1")).status_code == 403
    if role == "head":
        said = client.get(address(place, OTHER_CASE, "/doc/annex-1")).content.decode()
        assert "/take-out" not in said


def test_nobody_who_has_not_signed_in_sees_anything(place, nobody):
    at = address(place, CASE, "/doc/annex-1")
    assert nobody.get(at).headers["Location"] == "/login"
    assert nobody.get(f"{at}/page/1.png").headers["Location"] == "/login"
    assert nobody.post(f"{at}/take-out").status_code == 401


def test_nobody_opens_takes_out_or_prints_their_own_file(place, signed_in):
    from pipeline.web.accounts import managing
    from pipeline.web.accounts.roles import Role

    from .people import PASSWORD

    with index_of(place) as index:
        person = index.person(filed(place, CASE, "annex-1").object_id)
        assert person is not None
    managing.add("own-file", "Әбілқасов Нұрлан", PASSWORD, [Role.HR], iin=person.iin)
    client = signed_in("own-file")
    assert client.get(address(place, CASE, "/doc/annex-1")).status_code == 404
    assert client.get(address(place, CASE, "/doc/annex-1/page/1.png")).status_code == 404
    for rest in POSTED:
        assert client.post(address(place, CASE, rest.format("annex-1"))).status_code == 404
    assert client.get(address(place, OTHER_CASE, "/doc/annex-1")).status_code == 200
    assert client.post(address(place, SITTING, "/print"), {"papers": "invitations"}).status_code == 404


# --- taken out and printed --------------------------------------------------------------------------------


def test_what_is_taken_out_is_what_was_filed_and_told_of(place, signed_in):
    answer = signed_in("archivist").post(address(place, CASE, "/doc/annex-1/take-out"))
    of = filed(place, CASE, "annex-1")
    lying = StorageRoot.open(place.folder / "archive").get(of.object_id)
    assert lying is not None
    assert answer.streaming
    assert bytes_of(answer) == lying.read(of.document.path)
    assert told(place)[0] == ("take-out", "web:archivist", {"files": 1, "documents": "annex-1"})
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"annex-1.pdf\"; filename*=UTF-8''"
        "%D0%91%D0%B0%D1%8F%D0%BD%D0%B0%D1%82%20%281-%D2%9B%D0%BE%D1%81%D1%8B%D0%BC%D1%88%D0%B0%29.pdf"
    )
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_case_is_taken_out_whole(place, signed_in):
    answer = signed_in("hr").post(address(place, CASE, "/take-out"))
    with zipfile.ZipFile(io.BytesIO(bytes_of(answer))) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
    assert any(re.fullmatch(r"cases/[0-9a-f]{16}/annex-1\.pdf", name) for name in names)
    assert "person.json" in names
    event, agent, detail = told(place)[0]
    assert (event, agent, detail["files"]) == ("take-out", "web:hr", len(names))


def test_a_name_given_to_a_file_has_no_iin_and_no_path():
    from pipeline.web.files.attachment import attachment

    answer = attachment(
        io.BytesIO(b"x"), "annex-850101300014.pdf", 'Хат\r\n "850101300014" ../../etc/\u202efdp'
    )
    said = answer.headers["Content-Disposition"]
    assert "850101300014" not in said
    for unfit in ("%0D", "%0A", "%2F", "%22", "%E2%80%AE", "\r", "\n"):
        assert unfit not in said


@pytest.mark.parametrize("duplex", ["", "1"])
def test_a_paper_is_printed(place, signed_in, duplex):
    answer = signed_in("secretary").post(address(place, OTHER_CASE, "/doc/annex-2/print"), {"duplex": duplex})
    pages = len(PdfReader(io.BytesIO(bytes_of(answer))).pages)
    assert pages % 2 == 0 if duplex else pages
    assert told(place)[0] == ("print", "web:secretary", {"files": 1, "documents": "annex-2"})


def test_a_case_is_printed_below_its_inventory(place, signed_in):
    answer = signed_in("hr").post(address(place, CASE, "/print"))
    first = PdfReader(io.BytesIO(bytes_of(answer))).pages[0].extract_text()
    assert "тізімдемесі" in first.lower()
    assert told(place)[0][0] == "print"


def test_all_papers_of_a_sitting_and_all_its_invitations_are_printed(place, signed_in):
    client = signed_in("hr")
    papers = PdfReader(io.BytesIO(bytes_of(client.post(address(place, SITTING, "/print")))))
    invited = client.post(address(place, SITTING, "/print"), {"papers": "invitations", "duplex": "1"})
    invitations = PdfReader(io.BytesIO(bytes_of(invited)))
    assert told(place)[0] == ("print", "web:hr", {"files": 1, "documents": "invitation"})
    assert len(papers.pages) > len(invitations.pages)
    assert len(invitations.pages) % 2 == 0
    assert "Әбілқасов" in invitations.pages[0].extract_text()


@pytest.mark.parametrize("asked", ["9", "-1", "x", "../annex-1.pdf", "annex-1.pdf"])
def test_a_file_that_is_none_of_the_documents_is_not_taken_out(place, signed_in, asked):
    answer = signed_in("hr").post(address(place, CASE, "/doc/annex-1/take-out"), {"file": asked})
    assert answer.status_code == 404


@pytest.mark.parametrize("rest", [rest.format("annex-1") for rest in POSTED])
def test_nothing_is_taken_out_by_an_address_alone(place, signed_in, rest):
    assert signed_in("hr").get(address(place, CASE, rest)).status_code == 405


@pytest.mark.parametrize("rest", ["/doc/annex-1", "/doc/annex-1/page/1.png", *POSTED])
def test_what_cannot_be_told_of_is_not_done(place, signed_in, rest):
    client = signed_in("hr")
    at = address(place, CASE, rest.format("annex-1"))
    with nothing_can_be_told(place):
        answer = client.post(at) if rest in POSTED else client.get(at)
    assert answer.status_code == 503
    assert not answer.streaming
    assert b"%PDF" not in answer.content
    assert "Әбілқасов" not in answer.content.decode()


# --- what does not verify, and what is hostile ------------------------------------------------------------


def test_altered_bytes_are_neither_shown_nor_taken_out_nor_printed(place, signed_in):
    client, at = signed_in("hr"), address(place, CASE, "/doc/annex-1")
    assert client.get(f"{at}/page/1.png").status_code == 200
    with altered(place, CASE, "annex-1"):
        shown = client.get(at)
        assert shown.status_code == 409
        assert "Бұл файлды көрсетуге болмайды." in shown.content.decode()
        assert "<img" not in shown.content.decode()
        assert client.get(f"{at}/page/1.png").status_code == 409
        before = told(place)
        for rest in POSTED:
            answer = client.post(address(place, CASE, rest.format("annex-1")))
            assert answer.status_code == 409, rest
            assert not answer.streaming
        assert told(place) == before, "nothing was handed out, and nothing is told of"
    assert client.get(at).status_code == 200


@dataclass(frozen=True, slots=True)
class Harmed(Worker):
    """The page child, doing something else than draw: what a fault in a parser would make of it."""

    @property
    def run(self) -> tuple[str, ...]:
        root = Path(__file__).parents[2]
        return (
            "-c",
            f"import sys\nsys.path.insert(0, {str(root)!r})\nfrom tests.web.harmed import run\nrun({self.module!r})",
        )


def reading() -> pages.Reading:
    """That of the page; Django is set up by then."""
    from pipeline.web.screens import document

    return document._reading


@pytest.fixture
def harmed(monkeypatch):
    def by(fault: str) -> None:
        reading().close()
        limits = replace(pages.WORKER.limits, cpu_seconds=0.5)
        monkeypatch.setattr(pages, "WORKER", Harmed(pages.WORKER.unusable, fault, limits))

    yield by
    reading().close()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_paper_that_harms_its_child_harms_nothing_else(place, signed_in, harmed, fault):
    harmed(fault)
    client, at = signed_in("hr"), address(place, CASE, "/doc/annex-1")
    answer = client.get(at)
    assert answer.status_code == 409
    assert "ашып, беттерін көрсету мүмкін болмады" in answer.content.decode()
    assert client.get(f"{at}/page/1.png").status_code == 409
    assert client.get("/").status_code == 200
    assert client.post(f"{at}/take-out").status_code == 200


def test_what_is_no_pdf_is_told_of_in_words(place):
    looked = pages.Reading()
    for content in (b"", b"%PDF-1.7\n", b"\xff" * 5000):
        with pytest.raises(CorruptError, match="paper_undrawn"), looked.paper("x", [content]):
            pass
    looked.close()


def test_children_are_few_each_of_one_paper_and_end_when_idle(place, monkeypatch):
    monkeypatch.setattr(pages, "IDLE_SECONDS", 0.3)
    pdf = filed_bytes(place)
    looked, pids = pages.Reading(), []
    for number in range(5):
        with looked.paper(str(number), [pdf]) as paper:
            pids.append(paper._child.pid)
    assert len(set(pids)) == 5
    assert len(looked._places) <= pages.MOST
    time.sleep(1)
    assert looked._places == {}


def filed_bytes(place: Place) -> bytes:
    of = filed(place, CASE, "annex-1")
    lying = StorageRoot.open(place.folder / "archive").get(of.object_id)
    assert lying is not None
    return lying.read(of.document.path)
