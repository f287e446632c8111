"""`jeke export` and `jeke import`: a personal file from one archive to another."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

import bagit
import pytest

from pipeline.archive.audit.log import AuditLog
from pipeline.archive.index.locations import Index
from pipeline.archive.ocfl.storage_root import OcflObject, StorageRoot
from pipeline.archive.ocfl.verify import verify_root
from pipeline.flow.maintenance import importing
from pipeline.flow.site.write_lock import write_lock
from tests.archive.ocfl_support import SCRATCH, faults_by_ocfl_py, in_a_process, was_killed
from tests.e2e.place import Place, sample
from tests.flow import kept_place as kept

PERSON = "Әбілқасов"
FORMS = ("bag", "bag.zip", "bag.tar")


@pytest.fixture(scope="module", autouse=True)
def _clear() -> Iterator[None]:
    yield
    kept.clear()


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(dir=SCRATCH) as name:
        yield Path(name)


@pytest.fixture
def place(folder: Path) -> Place:
    return kept.kept_place(folder / "here")


@pytest.fixture
def elsewhere(folder: Path) -> Place:
    return Place.make(folder / "elsewhere")


def person(place: Place) -> OcflObject:
    (found,) = [o for o in place.objects() if "person.json" in o.state]
    return found


def files(filed: OcflObject) -> dict[str, bytes]:
    return {str(p.relative_to(filed.root)): p.read_bytes() for p in filed.root.rglob("*") if p.is_file()}


def exported(place: Place, target: Path) -> Path:
    ran = place.jeke("export", PERSON, "--out", str(target))
    assert ran.status == 0, ran.err
    assert ran.out.strip() == str(target)
    return target


def a_second_version(place: Place) -> None:
    text = sample("recommended").replace("filled_on: 2025-10-21", "filled_on: 2025-10-22")
    place.drop("again.yaml", text.replace("acquainted_on: 2025-10-21", "acquainted_on: 2025-10-22"))
    assert place.run_once().status == 0
    assert person(place).head != "v1"


@pytest.mark.parametrize("form", FORMS)
def test_over_and_in_byte_for_byte(place, elsewhere, folder, form):
    bag = exported(place, folder / form)
    ran = elsewhere.jeke("import", str(bag))
    assert ran.status == 0, ran.err
    assert files(person(elsewhere)) == files(person(place))
    assert faults_by_ocfl_py(elsewhere.folder / "archive") == []
    assert "850314390019" in elsewhere.jeke("find", PERSON).out
    assert not (elsewhere.folder / "state/import").exists()


def test_history_comes_over_whole(place, elsewhere, folder):
    a_second_version(place)
    assert elsewhere.jeke("import", str(exported(place, folder / "bag"))).status == 0
    here, there = person(place), person(elsewhere)
    assert there.versions() == here.versions()
    assert len(there.versions()) > 1
    assert all(there.state_at(v.version) == here.state_at(v.version) for v in here.versions())


def test_the_bag_is_valid_for_the_library_and_for_sha512sum(place, folder):
    bag = exported(place, folder / "bag")
    bagit.Bag(str(bag)).validate()
    for manifest in ("manifest-sha512.txt", "tagmanifest-sha512.txt"):
        done = subprocess.run(["sha512sum", "--quiet", "--strict", "-c", manifest], cwd=bag, check=False)
        assert done.returncode == 0
    info = bagit.Bag(str(bag)).info
    assert info["External-Identifier"] == person(place).id
    head = AuditLog.open(place.folder / "state/audit").head()
    assert info["Jeke-Audit-Head"] == str(head)


def test_the_person_alone_is_in_the_bag(place, folder):
    bag = exported(place, folder / "bag")
    sitting = next(o for o in place.objects() if "protocol.pdf" in o.state)
    digests = (bag / "manifest-sha512.txt").read_text()
    assert not any(digest in digests for path, digest in sitting.state.items() if path.endswith(".pdf"))


class Links(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value or "" for name, value in attrs if name in {"href", "src"}]


def test_the_page_leads_to_every_document_and_needs_nothing_else(place, folder):
    bag = exported(place, folder / "bag")
    page = (bag / "data/index.html").read_text(encoding="utf-8")
    links = Links(page)
    assert not {"script", "img", "link", "iframe"} & links.tags
    assert links.found
    assert all((bag / "data" / link).is_file() and link.startswith("object/") for link in links.found)
    filed = person(place)
    assert {filed.inventory.content_path(digest) for digest in filed.state.values()} == {
        link.removeprefix("object/") for link in links.found
    }
    for path, digest in filed.state.items():
        if path.endswith(".pdf"):
            assert digest in page
    assert "Әбілқасов Дархан Маратұлы" in page
    assert "сынақ мөрі" in page


def test_words_out_of_a_record_stay_words(place, folder):
    """A title, a name, a message with marks of HTML in it."""
    root = StorageRoot.open(place.folder / "archive")
    filed = person(place)
    root.write_version(
        filed.id,
        {"note.txt": b"1"},
        message="<script>alert(1)</script>",
        user="&x",
        address="urn:x",
        created=kept.NOW,
    )
    assert place.jeke("reindex").status == 0
    page = (exported(place, folder / "bag") / "data/index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_an_export_is_told_of_before_it_is_given_out(place, folder):
    before = AuditLog.open(place.folder / "state/audit").head().number
    exported(place, folder / "bag")
    told = [e for e in AuditLog.open(place.folder / "state/audit").entries() if e.number > before]
    assert [(e.event, e.objects) for e in told if e.event == "export"] == [("export", (person(place).id,))]
    shutil.rmtree(place.folder / "state/audit")
    (place.folder / "state/audit").write_text("")
    ran = place.jeke("export", PERSON, "--out", str(folder / "unaudited"))
    assert ran.status == 5
    assert not (folder / "unaudited").exists()


def test_a_damaged_file_is_not_given_out(place, folder):
    filed = person(place)
    path = next(path for path in filed.state if path.endswith("annex-2.pdf"))
    (filed.root / filed.inventory.content_path(filed.state[path])).write_bytes(b"other")
    ran = place.jeke("export", PERSON, "--out", str(folder / "bag"))
    assert ran.status == 1
    assert "annex-2.pdf" in ran.err
    assert not (folder / "bag").exists()


def test_whom_it_is_of_must_be_plain(place, folder):
    assert place.jeke("export", "Жоқ", "--out", str(folder / "bag")).status == 3
    (folder / "taken").write_text("x")
    assert place.jeke("export", PERSON, "--out", str(folder / "taken")).status == 4


def test_the_same_again_is_said_and_changes_nothing(place, elsewhere, folder):
    bag = exported(place, folder / "bag")
    assert elsewhere.jeke("import", str(bag)).status == 0
    before = files(person(elsewhere))
    ran = elsewhere.jeke("import", str(bag))
    assert ran.status == 0
    assert "дәл осы күйінде" in ran.err
    assert files(person(elsewhere)) == before


def test_an_object_that_went_on_elsewhere_is_not_replaced(place, elsewhere, folder):
    assert elsewhere.jeke("import", str(exported(place, folder / "bag"))).status == 0
    a_second_version(place)
    before = files(person(elsewhere))
    ran = elsewhere.jeke("import", str(exported(place, folder / "later")))
    assert ran.status == 4
    assert files(person(elsewhere)) == before


def test_a_person_with_a_file_here_is_not_given_a_second_one(place, elsewhere, folder):
    elsewhere.drop("own.yaml", sample("recommended"))
    assert elsewhere.run_once().status == 0
    before = {o.id: files(o) for o in elsewhere.objects()}
    ran = elsewhere.jeke("import", str(exported(place, folder / "bag")))
    assert ran.status == 4
    assert "jeke person merge" in ran.err
    assert {o.id: files(o) for o in elsewhere.objects()} == before


@pytest.mark.parametrize(
    "which", ["data/object/v1/content/person.json", "data/object/inventory.json", "data/index.html"]
)
def test_a_bag_that_does_not_validate_is_refused(place, elsewhere, folder, which):
    bag = exported(place, folder / "bag")
    data = bytearray((bag / which).read_bytes())
    data[len(data) // 2] ^= 1
    (bag / which).write_bytes(data)
    ran = elsewhere.jeke("import", str(bag))
    assert ran.status == 1
    assert elsewhere.objects() == []
    assert not (elsewhere.folder / "state/import").exists()


def test_a_valid_bag_of_a_forged_object_is_refused(place, elsewhere, folder):
    """The digests of the bag are made anew by whoever forges it; the object's own are not."""
    for number, forge in enumerate((_other_content, _not_a_person, _broken_lists)):
        bag = exported(place, folder / f"bag-{number}")
        forge(bag / "data/object")
        _sealed_again(bag)
        bagit.Bag(str(bag)).validate()
        ran = elsewhere.jeke("import", str(bag))
        assert ran.status == 1, forge
        assert elsewhere.objects() == []


def _sealed_again(bag: Path) -> None:
    for manifest, root in (("manifest-sha512.txt", bag / "data"), ("tagmanifest-sha512.txt", bag)):
        names = [str(p.relative_to(bag)) for p in root.rglob("*") if p.is_file()]
        if root == bag:
            names = [n for n in names if not n.startswith(("data/", "tagmanifest"))]
        done = subprocess.run(
            ["sha512sum", *sorted(names)], cwd=bag, capture_output=True, text=True, check=True
        )
        (bag / manifest).write_text(done.stdout)
    size = sum(p.stat().st_size for p in (bag / "data").rglob("*") if p.is_file())
    count = sum(p.is_file() for p in (bag / "data").rglob("*"))
    info = (bag / "bag-info.txt").read_text()
    (bag / "bag-info.txt").write_text(re.sub(r"Payload-Oxum: .*", f"Payload-Oxum: {size}.{count}", info))
    names = [p.name for p in bag.glob("*.txt") if not p.name.startswith("tagm")]
    names += [str(p.relative_to(bag)) for p in (bag / "authorities").glob("*")]
    done = subprocess.run(["sha512sum", *sorted(names)], cwd=bag, capture_output=True, text=True, check=True)
    (bag / "tagmanifest-sha512.txt").write_text(done.stdout)


def _other_content(folder: Path) -> None:
    (folder / "v1/content/person.json").write_text("{}")


def _not_a_person(folder: Path) -> None:
    shutil.rmtree(folder)
    with TemporaryDirectory() as name:
        root = StorageRoot.create(Path(name) / "a")
        root.write_version(
            "urn:uuid:x", {"readme": b"x"}, message="", user="x", address="urn:x", created=kept.NOW
        )
        found = root.get("urn:uuid:x")
        assert found
        shutil.copytree(found.root, folder)


def _broken_lists(folder: Path) -> None:
    """Filed with right digests, but documents.json names another SHA-512."""
    with TemporaryDirectory() as name:
        root = StorageRoot.create(Path(name) / "a")
        raw = json.loads((folder / "inventory.json").read_bytes())
        digests = {d: paths[0] for d, paths in raw["manifest"].items()}
        content = {
            path: (folder / digests[digest]).read_bytes()
            for digest, paths in raw["versions"]["v1"]["state"].items()
            for path in paths
        }
        listed = next(path for path in content if path.endswith("documents.json"))
        content[listed] = re.sub(
            rb'(?<="sha512": ")[0-9a-f]',
            lambda first: b"1" if first[0] == b"0" else b"0",
            content[listed],
            count=1,
        )
        root.write_version(raw["id"], dict(content), message="", user="x", address="urn:x", created=kept.NOW)
        found = root.get(raw["id"])
        assert found
        shutil.rmtree(folder)
        shutil.copytree(found.root, folder)


def test_a_hostile_zip_is_refused_in_words(elsewhere, folder):
    with zipfile.ZipFile(folder / "evil.zip", "w") as packed:
        packed.writestr("../../outside.txt", b"x")
    ran = elsewhere.jeke("import", str(folder / "evil.zip"))
    assert ran.status == 1
    assert "қауіпті файл жолы" in ran.err
    assert not (folder / "outside.txt").exists()
    assert elsewhere.jeke("import", str(folder / "none.zip")).status == 3


def test_a_bag_of_very_many_files_with_long_names_ends(elsewhere, folder, monkeypatch):
    monkeypatch.setattr(importing, "LONGEST_SECONDS", 0.3)
    accents = "e\u0301" * 40
    with zipfile.ZipFile(folder / "many.zip", "w") as packed:
        for number in range(20_000):
            packed.writestr(f"bag/data/object/{number}{accents}%0A", b"")
    began = time.monotonic()
    ran = elsewhere.jeke("import", str(folder / "many.zip"))
    assert ran.status == 1
    assert "тым ұзаққа созылды" in ran.err
    assert time.monotonic() - began < 10
    assert not (elsewhere.folder / "state" / importing.IMPORTING).exists()


def test_nobody_waits_while_a_bag_is_looked_through(elsewhere, folder):
    (folder / "x.zip").write_bytes(b"%PDF-1.7")
    with write_lock(elsewhere.folder / "state"):
        assert elsewhere.jeke("import", str(folder / "x.zip")).status == 1


def test_authorities_are_trusted_only_when_asked_for(place, elsewhere, folder):
    bag = exported(place, folder / "bag")
    assert "--trust-authorities" in elsewhere.jeke("import", str(bag)).err
    assert elsewhere.jeke("verify").status == 1
    assert elsewhere.jeke("import", str(bag), "--trust-authorities").status == 0
    assert elsewhere.jeke("verify").status == 0


def test_killed_between_archive_and_index_the_same_command_completes_it(
    place, elsewhere, folder, monkeypatch
):
    bag = exported(place, folder / "bag")

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(Index, "put", die)
        assert was_killed(in_a_process(lambda: elsewhere.jeke("import", str(bag))))
    assert (elsewhere.folder / "state/import").exists()
    assert elsewhere.jeke("import", str(bag)).status == 0
    assert elsewhere.jeke("find", PERSON).status == 0
    assert list(verify_root(elsewhere.folder / "archive", quick=False)) == []
    assert not (elsewhere.folder / "state" / importing.IMPORTING).exists()
