"""Handing in: whatever browsers or strangers send, and what became of it."""

import contextlib
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import unicodedata
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from pipeline.archive.audit.log import AuditLog
from pipeline.intake.kinds import DropKind
from pipeline.intake.uploads import LIMITS, MIB, plain_name
from tests.e2e.place import sample

from .conftest import ORIGIN


@pytest.fixture
def inbox(place):
    """What a test leaves there goes again."""
    keep = {p.name for p in (place.folder / "inbox").iterdir()}
    yield place.folder / "inbox"
    for path in (place.folder / "inbox").iterdir():
        if path.name not in keep and path.is_file():
            path.unlink()
    from pipeline.web.accounts.models import Upload

    Upload.objects.all().delete()


def lying(inbox: Path) -> set[str]:
    known = {"README.md", "refused", "duplicates", "quarantine"}
    return (
        {p.name for p in inbox.iterdir()}
        - known
        - {p.name for p in inbox.glob(".jeke*") if "upload" not in p.name}
    )


def form(client: Client, *files: tuple[str, bytes]) -> Any:
    return client.post("/upload", {"files": [SimpleUploadedFile(name, data) for name, data in files]})


def hidden(page: Any, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def newest() -> Any:
    from pipeline.web.accounts.models import Ticket

    return Ticket.objects.order_by("-pk").first()


def newest_two() -> Any:
    from pipeline.web.accounts.models import Ticket

    return Ticket.objects.order_by("-pk")[:2]


def begin(client: Client, name: str, size: int, modified: str = "1") -> Any:
    return client.post("/upload/new", {"name": name, "size": size, "modified": modified})


def send(client: Client, at: str, offset: int, data: bytes) -> Any:
    return client.post(f"{at}?offset={offset}", data, content_type="application/octet-stream")


# --- the form ---------------------------------------------------------------------------------------------


def test_a_form_of_files_lands_whole_named_told_and_ticketed(signed_in, inbox, place):
    client = signed_in("hr")
    answer = form(client, ("бұйрық.yaml", b"a: 1\n"), ("скан.pdf", b"%PDF-1.7"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/drops")
    assert lying(inbox) == {"бұйрық.yaml", "скан.pdf"}
    assert (inbox / "бұйрық.yaml").read_bytes() == b"a: 1\n"
    ticket = newest()
    assert (ticket.laid_as, ticket.size, ticket.account.name) == ("скан.pdf", 8, "hr")
    assert ticket.sha256 == hashlib.sha256(b"%PDF-1.7").hexdigest()
    told = [e for e in AuditLog.open(place.folder / "state" / "audit").entries() if e.event == "upload"]
    assert told[-1].agent == "web:hr"
    assert dict(told[-1].detail) == {"of": "drop", "sha256": ticket.sha256, "bytes": 8}
    assert "скан" not in repr(told)
    page = client.get("/drops").content.decode()
    assert "скан.pdf" in page
    assert "Кезекте тұр" in page


def test_a_name_that_is_taken_gets_a_number_and_nothing_is_replaced(signed_in, inbox):
    client = signed_in("hr")
    for data in (b"1", b"2", b"3"):
        form(client, ("a.yaml", data))
    assert {n: (inbox / n).read_bytes() for n in lying(inbox)} == {
        "a.yaml": b"1",
        "a-2.yaml": b"2",
        "a-3.yaml": b"3",
    }


@pytest.mark.parametrize(
    ("given", "laid"),
    [
        ("../../etc/a.yaml", "a.yaml"),
        ("C:\\Users\\x\\a.yaml", "a.yaml"),
        ("..\\..\\a.yaml", "a.yaml"),
        ("/a.yaml", "a.yaml"),
        (".hidden.yaml", "hidden.yaml"),
        ("...yaml.yaml", "yaml.yaml"),
        ("~$a.yaml", "a.yaml"),
        ("._a.yaml", "a.yaml"),
        ("a\x00.yaml", "a.yaml"),
        ("a\r\nb.yaml", "a b.yaml"),
        ("a\u202egpj.yaml", "agpj.yaml"),
        ("a\u200f\u200b.yaml", "a.yaml"),
        ('a<b>:"c|?*.yaml', "a_b___c___.yaml"),
        ("Әбдіқадырұлы Ұлжан Өңірі Һ.yaml", "Әбдіқадырұлы Ұлжан Өңірі Һ.yaml"),
        (unicodedata.normalize("NFD", "йод.yaml"), "йод.yaml"),
        ("  a   b .yaml", "a b.yaml"),
        ("A.PDF", "A.PDF"),
        ("сурет.JPeG", "сурет.JPeG"),
        ("a.tar.zip", "a.tar.zip"),
        ("refused.yaml", "refused.yaml"),
        ("-rf.yaml", "rf.yaml"),
        ("é.yaml", "é.yaml"),
    ],
)
def test_names_are_cleaned(given, laid):
    assert plain_name(given) == laid


@pytest.mark.parametrize(
    "given",
    [
        "README.md",
        "readme.MD",
        "refused",
        "quarantine",
        "",
        ".",
        "..",
        ".yaml",
        "a.exe",
        "a.yaml.exe",
        "a.html",
        "a.svg",
        "a",
        "a.yaml/",
        "a.yaml\u200b.js",
        "thumbs.db",
        "a.yaml.part",
        "a.docx",
        "~$",
    ],
)
def test_names_of_other_kinds_are_refused(given):
    from pipeline.domain.errors import RefusedError

    with pytest.raises(RefusedError, match="upload_kind"):
        plain_name(given)


def test_a_long_name_keeps_its_ending_and_fits_also_when_it_is_given_back():
    name = plain_name("қ" * 300 + ".yaml")
    assert name.endswith("қ.yaml")
    assert len(name.encode()) <= 180


def test_names_that_differ_only_in_normal_form_do_not_replace_each_other(signed_in, inbox):
    client = signed_in("hr")
    for each in ("NFC", "NFD"):
        form(client, (unicodedata.normalize(each, "йод.yaml"), each.encode()))
    assert lying(inbox) == {"йод.yaml", "йод-2.yaml"}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"MZ", "Мұндай файл қабылданбайды: a.exe"),
        ("a.yaml", b"", "Файл бос: a.yaml"),
        ("<script>.exe", b"x", "Мұндай файл қабылданбайды: script_.exe"),
    ],
)
def test_what_is_not_taken_is_said_in_plain_words_and_not_kept(signed_in, inbox, name, data, words):
    answer = form(signed_in("hr"), (name, data), ("good.yaml", b"a: 1\n"))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "good.yaml" in answer.content.decode()
    assert "<script>.exe" not in answer.content.decode()
    assert lying(inbox) == {"good.yaml"}


def test_a_file_too_large_for_its_kind_is_refused_while_it_comes(signed_in, inbox, monkeypatch):
    monkeypatch.setitem(LIMITS, DropKind.RECORDS, 3 * MIB)
    answer = form(signed_in("hr"), ("a.yaml", b"x" * 4 * MIB), ("b.yaml", b"y" * 3 * MIB))
    assert answer.status_code == 422
    assert "Файл тым үлкен: a.yaml" in answer.content.decode()
    assert lying(inbox) == {"b.yaml"}
    assert (inbox / "b.yaml").stat().st_size == 3 * MIB


def test_nothing_chosen_is_said(signed_in, inbox):
    answer = signed_in("hr").post("/upload", {})
    assert answer.status_code == 422
    assert "Файл таңдалмаған" in answer.content.decode()


def test_a_form_without_its_token_leaves_nothing_behind(signed_in, inbox):
    client = signed_in("hr")
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost", "origin": ORIGIN})
    strict.cookies = client.cookies
    data = {"csrfmiddlewaretoken": "x" * 64, "files": SimpleUploadedFile("a.yaml", b"a: 1\n")}
    assert strict.post("/upload", data).status_code == 403
    assert strict.post("/upload", {"files": SimpleUploadedFile("a.yaml", b"a: 1\n")}).status_code == 403
    assert lying(inbox) == set()
    page = strict.get("/upload")
    data = {
        "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken"),
        "files": SimpleUploadedFile("a.yaml", b"a: 1\n"),
    }
    assert strict.post("/upload", data).status_code == 302
    assert lying(inbox) == {"a.yaml"}


def test_no_other_screen_reads_a_long_body_or_one_long_line(nobody, signed_in, inbox):
    edge = "multipart/form-data; boundary=edge"
    form_end = b'--edge\r\nContent-Disposition: form-data; name="name"\r\n\r\nhr\r\n--edge--\r\n'
    for path in ("/login", "/language", "/second-factor", "/unknown"):
        assert nobody.post(path, form_end + bytes(6 * MIB), content_type=edge).status_code == 413
    assert nobody.post("/login", form_end + bytes(MIB), content_type=edge).status_code in (400, 403)
    client, lines = signed_in("hr"), []
    longest = 0

    class Counted(io.BytesIO):
        def read(self, size=-1):
            nonlocal longest
            data = super().read(size)
            longest = max(longest, len(data))
            return data

        def readline(self, size=-1):
            lines.append(size)
            return super().readline(size)

    body = form_end + bytes(20 * MIB)
    answer = client.generic(
        "POST",
        "/upload",
        b"",
        content_type=edge,
        **{"wsgi.input": Counted(body), "CONTENT_LENGTH": str(len(body))},
    )
    assert answer.status_code == 422
    assert (lines, longest <= MIB) == ([], True)


NOWHERE = "/upload/6f9619ff-8b86-4d01-b42d-00cf4fc964ff"


@pytest.mark.parametrize("path", ["/upload/new", NOWHERE, f"{NOWHERE}/end"])
def test_pieces_want_the_token_too(signed_in, path):
    client = signed_in("hr")
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost", "origin": ORIGIN})
    strict.cookies = client.cookies
    assert strict.post(path, b"x", content_type="application/octet-stream").status_code == 403


def test_other_screens_take_no_files(signed_in, inbox):
    client = signed_in("hr")
    client.post("/language", {"language": "kk", "f": SimpleUploadedFile("a.yaml", b"x")})
    assert lying(inbox) == set()


@pytest.mark.parametrize("role", ["archivist", "head", "auditor", "admin", "approver"])
def test_who_may_not_hand_in_does_not(signed_in, inbox, role):
    client = signed_in(role)
    assert form(client, ("a.yaml", b"a: 1\n")).status_code == 403
    assert begin(client, "a.yaml", 5).status_code == 403
    assert client.get("/drops").status_code == 403
    assert lying(inbox) == set()


# --- in pieces --------------------------------------------------------------------------------------------


def test_a_file_in_pieces_is_continued_after_a_broken_line(signed_in, inbox):
    client, data = signed_in("hr"), os.urandom(70_000)
    begun = begin(client, "жазба.mp3", len(data))
    assert (begun.status_code, begun.json()["offset"]) == (201, 0)
    at = begun.json()["at"]
    assert send(client, at, 0, data[:30_000]).json()["offset"] == 30_000
    wrong = send(client, at, 10_000, data[10_000:40_000])
    assert (wrong.status_code, wrong.json()["offset"]) == (409, 30_000)
    again = signed_in("hr")
    assert begin(again, "жазба.mp3", len(data)).json() == {"at": at, "offset": 30_000, "size": 70_000}
    assert again.get(at).json()["offset"] == 30_000
    assert {name.startswith(".jeke-upload-") for name in lying(inbox)} == {True}
    done = send(again, at, 30_000, data[30_000:])
    assert (done.status_code, done.json()["name"]) == (201, "жазба.mp3")
    assert (inbox / "жазба.mp3").read_bytes() == data
    assert lying(inbox) == {"жазба.mp3"}
    assert newest().sha256 == hashlib.sha256(data).hexdigest()
    assert again.get(at).json() == done.json()
    assert again.get(done.json()["ticket"]).status_code == 200


def test_the_same_file_again_is_a_new_upload_and_other_ones_never_mix(signed_in, inbox):
    client = signed_in("hr")
    first = begin(client, "a.mp3", 4).json()["at"]
    assert begin(client, "a.mp3", 4, "2").json()["at"] != first
    assert begin(client, "b.mp3", 4).json()["at"] != first
    send(client, first, 0, b"abcd")
    second = begin(client, "a.mp3", 4)
    assert second.json()["at"] != first
    assert send(client, second.json()["at"], 0, b"abcd").json()["name"] == "a-2.mp3"


def test_more_than_was_said_is_not_kept(signed_in, inbox):
    client = signed_in("hr")
    at = begin(client, "a.mp3", 4).json()["at"]
    assert send(client, at, 0, b"abcdefgh").json()["name"] == "a.mp3"
    assert (inbox / "a.mp3").read_bytes() == b"abcd"


@pytest.mark.parametrize("offset", ["", "-1", "x", "1e3", "٣", "99999999999999999999999"])
def test_an_offset_that_is_none_is_refused(signed_in, inbox, offset):
    client = signed_in("hr")
    at = begin(client, "a.mp3", 4).json()["at"]
    answer = client.post(f"{at}?offset={offset}", b"ab", content_type="application/octet-stream")
    assert answer.status_code in (400, 409)
    assert client.get(at).json()["offset"] == 0


@pytest.mark.parametrize("size", ["", "-1", "x", "1.5", "9" * 30, "٣"])
def test_a_size_that_is_none_is_refused(signed_in, inbox, size):
    assert signed_in("hr").post("/upload/new", {"name": "a.mp3", "size": size}).status_code in (400, 422)
    assert lying(inbox) == set()


def test_five_gigabytes_are_refused_or_begun_by_their_kind(signed_in, inbox):
    client, size = signed_in("hr"), 5 * 2**30
    refused = begin(client, "a.yaml", size)
    assert (refused.status_code, lying(inbox)) == (422, set())
    assert "Файл тым үлкен: a.yaml" in refused.json()["why"]
    if shutil.disk_usage(inbox).free > size + 2**30:
        assert begin(client, "a.mp4", size).status_code == 201


def test_the_quota_counts_what_is_on_its_way(signed_in, inbox, monkeypatch):
    from pipeline.web.files import handing_in

    monkeypatch.setattr(handing_in, "QUOTA", 10_000)
    client = signed_in("hr")
    at = begin(client, "a.mp3", 6_000).json()["at"]
    over = begin(client, "b.mp3", 6_000)
    assert (over.status_code, "толық келмеген файлдар тым көп" in over.json()["why"]) == (422, True)
    assert begin(client, "a.mp3", 6_000).status_code == 201
    assert begin(signed_in("secretary"), "b.mp3", 6_000).status_code == 201
    assert client.post(f"{at}/end").status_code == 302
    assert begin(client, "b.mp3", 6_000).status_code == 201


def test_a_full_disk_is_said(signed_in, inbox, monkeypatch):
    from pipeline.intake import uploads

    monkeypatch.setattr(uploads, "KEPT_FREE", 2**60)
    answer = begin(signed_in("hr"), "a.mp3", 1)
    assert (answer.status_code, "бос орын жетпейді" in answer.json()["why"]) == (422, True)
    answer = form(signed_in("hr"), ("a.yaml", b"a: 1\n"))
    assert (answer.status_code, lying(inbox)) == (422, set())


def test_what_nobody_continues_for_a_day_is_deleted(signed_in, inbox):
    from pipeline.web.accounts.models import Upload

    client = signed_in("hr")
    old = begin(client, "a.mp3", 6_000).json()["at"]
    young = begin(client, "b.mp3", 6_000).json()["at"]
    key = old.rpartition("/")[2]
    assert "Бір тәулік бойы ешкім жалғастырмаған файл өшіріледі" in client.get("/drops").content.decode()
    Upload.objects.filter(key=key).update(at=timezone.now() - timedelta(hours=25))
    client.get("/drops")
    assert (client.get(old).status_code, client.get(young).status_code) == (404, 200)
    assert lying(inbox) == {f".jeke-upload-{young.rpartition('/')[2]}"}


def test_a_kill_before_the_naming_or_behind_it_loses_and_doubles_nothing(signed_in, inbox, monkeypatch):
    from pipeline.intake.uploads import Arriving
    from pipeline.web.accounts.models import Ticket, Upload

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    client = signed_in("hr")
    before = Ticket.objects.count()
    at = begin(client, "a.mp3", 4).json()["at"]
    with monkeypatch.context() as patched:
        patched.setattr(Arriving, "_rename", killed)
        patched.setattr(Ticket, "delete", lambda self: None)  # a kill leaves it
        with pytest.raises(Killed):
            send(client, at, 0, b"abcd")
    assert client.get(at).json() == {"at": at, "offset": 4, "size": 4}
    assert begin(client, "a.mp3", 4).json()["at"] == at
    with monkeypatch.context() as patched:
        patched.setattr(Upload, "delete", killed)
        with pytest.raises(Killed):
            send(client, at, 4, b"")
    assert lying(inbox) == {"a.mp3"}
    assert client.get(at).json()["name"] == "a.mp3"
    assert Ticket.objects.count() == before + 1


def test_anothers_upload_or_ticket_is_as_if_there_were_none(signed_in, inbox):
    hr, secretary = signed_in("hr"), signed_in("secretary")
    at = begin(hr, "a.mp3", 4).json()["at"]
    nowhere = f"/upload/{uuid4()}"
    for path in (at, nowhere):
        assert secretary.get(path).status_code == 404
        assert send(secretary, path, 0, b"abcd").status_code == 404
        assert secretary.post(f"{path}/end").status_code == 404
    form(hr, ("hr.yaml", b"a: 1\n"))
    ticket = newest().key
    assert secretary.get(f"/drops/{ticket}").status_code == 404
    assert secretary.get(f"/drops/{ticket}/again").status_code == 404
    assert "hr.yaml" not in secretary.get("/drops").content.decode()
    form(secretary, ("s.yaml", b"a: 1\n"))
    assert hr.get(f"/drops/{newest().key}").status_code == 200
    assert "s.yaml" in hr.get("/drops").content.decode()


# --- what became of it ------------------------------------------------------------------------------------

HOSTILE = """kind: case
id: "<script>alert(1)</script>"
employee: {family: "<img src=x onerror=alert(2)>"}
"""


@pytest.fixture
def refused(signed_in, inbox, place):
    """A refused file of the secretary's."""
    client = signed_in("secretary")
    name = f"қате-{uuid4().hex[:6]}.yaml"
    form(client, (name, HOSTILE.encode()))
    place.run_once()
    return client, newest()


def test_a_refused_files_answer_is_shown_and_nothing_in_it_is_run(refused):
    client, ticket = refused
    page = client.get(f"/drops/{ticket.key}").content.decode()
    assert "Қабылданбады" in page
    assert "Файл қабылданбады" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(2)&gt;" in page
    assert "Не істеу керек:" in page
    assert "Орны: 3-жол, 11-таңба" in page
    assert ticket.name in client.get("/drops").content.decode()


def test_a_refused_file_is_put_right_and_handed_in_again(refused, inbox, place):
    client, ticket = refused
    page = client.get(f"/drops/{ticket.key}/again")
    assert "&lt;script&gt;alert(1)" in page.content.decode()
    data = {"text": "kind: case\r\nid: x\r\n", "newest": hidden(page, "newest")}
    answer = client.post(f"/drops/{ticket.key}/again", data)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/drops/{newest().key}")
    assert (inbox / ticket.name).read_bytes() == b"kind: case\nid: x\n"
    assert lying(inbox) == {ticket.name}


def test_of_two_who_put_it_right_the_later_is_told_and_keeps_the_text(refused, signed_in, inbox):
    secretary, ticket = refused
    hr = signed_in("hr")
    pages = {client: client.get(f"/drops/{ticket.key}/again") for client in (secretary, hr)}
    first = hr.post(f"/drops/{ticket.key}/again", {"text": "a: 1", "newest": hidden(pages[hr], "newest")})
    assert first.status_code == 302
    late = {"text": "b: <2>", "newest": hidden(pages[secretary], "newest")}
    told = secretary.post(f"/drops/{ticket.key}/again", late)
    assert told.status_code == 409
    assert "осы атпен басқа файл тапсырылды" in told.content.decode()
    assert "b: &lt;2&gt;" in told.content.decode()
    assert "Серікова" not in told.content.decode()
    assert lying(inbox) == {ticket.name}
    still = secretary.post(f"/drops/{ticket.key}/again", {**late, "newest": hidden(told, "newest")})
    assert still.status_code == 302
    assert len(lying(inbox)) == 2


def test_a_filed_drop_shows_its_answer_and_where_its_records_are(signed_in, inbox, place):
    client, data = signed_in("hr"), (sample("tie") + "\n# again\n").encode()
    for state, title in (("Тіркелді", "Жауап"), ("Бұрын тіркелген, жаңа ештеңе жоқ", "Өзгеріс жоқ")):
        form(client, ("үлгі.yaml", data))
        place.run_once()
        page = client.get(f"/drops/{newest().key}").content.decode()
        assert f"<strong>{state}</strong>" in page
        assert f"<h2>{title}</h2>" in page
        assert "/record/" in page or state != "Тіркелді"
    pages = [client.get(f"/drops/{ticket.key}").content.decode() for ticket in newest_two()]
    assert ["Бұрын тіркелген, жаңа" in page for page in pages] == [True, False]


def test_what_somebody_took_away_is_said(signed_in, inbox):
    client = signed_in("hr")
    form(client, ("a.yaml", b"a: 1\n"))
    (inbox / "a.yaml").unlink()
    ticket = newest()
    assert "Алынып жатыр" in client.get(f"/drops/{ticket.key}").content.decode()
    ticket.at -= timedelta(hours=1)
    ticket.save()
    assert "Қайта тапсырыңыз" in client.get(f"/drops/{ticket.key}").content.decode()


def test_what_is_no_text_is_never_opened_to_be_edited(signed_in, inbox, place):
    client = signed_in("hr")
    for name, data in (
        ("a.pdf", b"%PDF-1.7 nothing"),
        (f"b{uuid4().hex[:5]}.yaml", b"a: \xff\xfe"),
        (f"c{uuid4().hex[:5]}.yaml", b"a: \0"),
    ):
        form(client, (name, data))
        place.run_once()
        assert client.get(f"/drops/{newest().key}/again").status_code == 404, name
        assert client.get(f"/drops/{newest().key}").status_code == 200


def test_no_name_stands_in_a_title_or_an_address(refused):
    client, ticket = refused
    page = client.get(f"/drops/{ticket.key}").content.decode()
    assert ticket.name not in page[: page.index("</head>")]
    assert json.dumps(ticket.name)[1:-1] not in str(ticket.key)


def zipped(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.yaml", text)
    return packed.getvalue()


def test_of_a_zip_each_files_answer_is_shown(signed_in, inbox, place):
    client = signed_in("hr")
    form(client, ("жиын.zip", zipped(a="kind: casee\n", b="x: [\n# b\n")))
    place.run_once()
    page = client.get(f"/drops/{newest().key}").content.decode()
    assert page.count("<h2>Файл қабылданбады</h2>") == 2
    assert "Жазбаның мұндай түрі жоқ: casee" in page
    assert ">a.yaml</h2>" in page
    assert ">b.yaml</h2>" in page


def test_a_paper_that_may_do_harm_is_told_and_offered_to_nobody(signed_in, inbox, place):
    client = signed_in("hr")
    harm = b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    form(client, ("зиян.pdf", harm))
    place.run_once()
    page = client.get(f"/drops/{newest().key}").content.decode()
    assert "Қауіпті болуы мүмкін, оқшауланды" in page
    assert "<h2>Файл оқшауланды</h2>" in page
    assert "Ашып, түзетіп" not in page
    assert client.get(f"/drops/{newest().key}/again").status_code == 404


def test_a_later_journal_is_told_and_not_read(signed_in, inbox, place):
    client, journal = signed_in("hr"), place.folder / "state" / "journal.sqlite"
    with contextlib.closing(sqlite3.connect(journal)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version + 1}")
    try:
        answer = client.get("/drops")
    finally:
        with contextlib.closing(sqlite3.connect(journal)) as connection:
            connection.execute(f"PRAGMA user_version = {version}")
    assert answer.status_code >= 400
