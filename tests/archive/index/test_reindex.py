import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.archive.index.find import find
from pipeline.archive.index.locations import Index
from pipeline.archive.index.reindex import Rebuilt, rebuild
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.content import FINDINGS, RECORD, case_folder
from pipeline.domain.errors import MachineError
from pipeline.domain.records import Kind, Ref
from tests.archive.filing_support import FILED_AT, IINS, Filer, a_case, case_file, decided, read

QUESTIONS = (["касымов"], ["абилкасов", "д."], ["2025-10"], ["ұсынылады"], ["8503"], ["QRG-PD"], ["сейит"])


@pytest.fixture
def root(tmp_path: Path) -> StorageRoot:
    return StorageRoot.create(tmp_path / "archive")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


def filed(root: StorageRoot, path: Path) -> None:
    with Index.create(path) as index:
        filer = Filer(root, index)
        filer.sample()
        one, two = a_case("І-1", IINS[1], "Сейітов"), a_case("І-2", IINS[1], "Сейітов")
        filer.person("urn:uuid:other", case_file(one, names=["annex-1"]))
        filer.person(
            "urn:uuid:other", case_file(one, names=["annex-1"]), case_file(two, decisions=[decided("І-2")])
        )


def answers(path: Path) -> list[object]:
    with Index.open(path) as index:
        ids = index.object_ids()
        return [
            ids,
            [(index.head(i), index.person(i), index.refs_of(i), index.documents(i)) for i in ids],
            [(ref, index.record(ref), index.documents(ref)) for ref in index.refs()],
            [(index.decisions(ref.id), index.sittings_naming(ref.id)) for ref in index.refs(Kind.CASE)],
            [find(index, words) for words in QUESTIONS],
        ]


def test_rebuilt_it_answers_as_before(root: StorageRoot, path: Path) -> None:
    filed(root, path)
    before = answers(path)
    assert any(before[-1])  # type: ignore[arg-type]  # the last answer is a list
    assert rebuild(root, path, read) == Rebuilt(5, ())
    assert answers(path) == before
    path.unlink()
    assert rebuild(root, path, read) == Rebuilt(5, ())
    assert answers(path) == before


def test_a_damaged_index_is_replaced_with_all_it_left_behind(root: StorageRoot, path: Path) -> None:
    filed(root, path)
    before = answers(path)
    path.write_bytes(b"garbage" * 1000)
    for suffix in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).write_bytes(b"of the old file")
    path.with_name(path.name + ".new").write_bytes(b"of a rebuild cut short")
    rebuild(root, path, read)
    assert answers(path) == before
    assert [p.name for p in path.parent.glob("index.sqlite*")] == ["index.sqlite"]


def test_an_empty_archive_has_an_empty_index(root: StorageRoot, path: Path) -> None:
    assert rebuild(root, path, read) == Rebuilt(0, ())
    with Index.open(path) as index:
        assert index.refs() == ()


@pytest.mark.parametrize("name", [RECORD, FINDINGS, "inventory.json"])
def test_a_damaged_object_is_named_and_hides_no_other(root: StorageRoot, path: Path, name: str) -> None:
    filed(root, path)
    victim = root.get("urn:uuid:other")
    assert victim is not None
    damaged = next(
        victim.root.rglob(f"{case_folder('І-1')}{name}")
        if name != "inventory.json"
        else victim.root.glob(name)
    )
    damaged.write_bytes(damaged.read_bytes() + b" ")
    assert rebuild(root, path, read) == Rebuilt(4, ("urn:uuid:other",))
    with Index.open(path) as index:
        assert index.object_of_person("850314390019") == "urn:uuid:person"
        assert index.object_of_person(IINS[1]) is None


def test_a_record_that_lies_in_a_folder_not_its_own_is_damage(root: StorageRoot, path: Path) -> None:
    files = {f"{case_folder('І-2')}record.yaml": case_file(a_case("І-1")).text.encode()}
    good = Filer(root)
    good.person("urn:uuid:1", case_file(a_case("І-2")))
    root.write_version("urn:uuid:1", files, message="", user="", address="urn:x", created=FILED_AT)
    assert rebuild(root, path, read) == Rebuilt(0, ("urn:uuid:1",))


@pytest.mark.parametrize("newer", ["urn:uuid:1", "urn:uuid:2"])
def test_of_two_objects_with_one_case_the_one_filed_last_has_it(
    root: StorageRoot, path: Path, newer: str
) -> None:
    filer = Filer(root)
    for object_id, iin in (("urn:uuid:1", IINS[0]), ("urn:uuid:2", IINS[1])):
        filer.person(object_id, case_file(a_case("І-1", iin)))
    later = FILED_AT + timedelta(days=1)
    root.write_version(newer, {"notes.txt": b"x"}, message="", user="", address="urn:x", created=later)
    assert rebuild(root, path, read) == Rebuilt(2, ())
    with Index.open(path) as index:
        assert index.object_of(Ref(Kind.CASE, "І-1")) == newer


def test_a_disk_that_refuses_leaves_the_old_index(
    root: StorageRoot, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(root, path)
    before = answers(path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.archive.index.reindex.rename", full)
    with pytest.raises(MachineError, match="index_unusable"):
        rebuild(root, path, read)
    assert answers(path) == before


def test_it_is_sound_by_sqlites_own_check(root: StorageRoot, path: Path) -> None:
    filed(root, path)
    rebuild(root, path, read)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
