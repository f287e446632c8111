import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.archive.index.entry import FiledRecord, ObjectEntry, ObjectKind, entry_of
from pipeline.archive.index.find import find
from pipeline.archive.index.locations import Index
from pipeline.archive.index.rows import name_key
from pipeline.archive.index.schema import SCHEMA_VERSION
from pipeline.archive.index.standing import keep, stale
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.inner_list import Person
from pipeline.domain.errors import CorruptError, MachineError
from pipeline.domain.records import Candidate, Commission, Kind, Member, Ref, Sitting
from tests.archive.filing_support import IINS, Filer, a_case, case_file, decided, read

SAMPLE_CASE = Ref(Kind.CASE, "QRG-PD-2025-014")
SAMPLE_SITTING = Ref(Kind.SITTING, "QRG-PD-AK-2025-S3")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.create(tmp_path / "index.sqlite") as index:
        yield index


@pytest.fixture
def filer(tmp_path: Path, index: Index) -> Filer:
    return Filer(StorageRoot.create(tmp_path / "archive"), index)


def test_every_record_is_where_it_lies(filer: Filer, index: Index) -> None:
    filer.sample()
    for ref, object_id in (
        (Ref(Kind.CAMPAIGN, "QRG-PD-2025-3"), "urn:uuid:campaign"),
        (Ref(Kind.COMMISSION, "QRG-PD-AK-2025"), "urn:uuid:commission"),
        (SAMPLE_CASE, "urn:uuid:person"),
        (SAMPLE_SITTING, "urn:uuid:sitting"),
    ):
        location = index.record(ref)
        filed = filer.root.get(object_id)
        assert location is not None
        assert filed is not None
        assert location.object_id == object_id == index.object_of(ref)
        assert location.sha512 == filed.state[location.path]
        assert index.head(object_id) == "v1"
        assert index.refs_of(object_id) == (ref,)
        assert index.refs(ref.kind) == (ref,)
    assert index.record(Ref(Kind.SITTING, "QRG-PD-2025-014")) is None
    assert len(index.refs()) == 4


def test_who_and_what_belongs_together(filer: Filer, index: Index) -> None:
    filer.sample()
    assert index.object_of_person("850314390019") == "urn:uuid:person"
    assert index.object_of_person(IINS[1]) is None
    assert index.person("urn:uuid:person") == Person("850314390019", "Әбілқасов", "Дархан", "Маратұлы")
    assert index.person("urn:uuid:sitting") is None
    assert index.cases_of_person("850314390019") == ("QRG-PD-2025-014",)
    assert index.cases_of_campaign("QRG-PD-2025-3") == ("QRG-PD-2025-014",)
    assert index.sittings_naming("QRG-PD-2025-014") == ("QRG-PD-AK-2025-S3",)
    assert index.sittings_of_commission("QRG-PD-AK-2025") == ("QRG-PD-AK-2025-S3",)
    assert index.object_ids() == (
        "urn:uuid:campaign",
        "urn:uuid:commission",
        "urn:uuid:person",
        "urn:uuid:sitting",
    )
    assert index.object_ids(ObjectKind.PERSON) == ("urn:uuid:person",)


def test_documents_of_a_record_and_of_an_object(filer: Filer, index: Index) -> None:
    filer.sample()
    of_case = index.documents(SAMPLE_CASE)
    assert [d.document.name for d in of_case] == ["annex-1", "annex-2", "annex-3-01", "annex-4"]
    assert {(d.object_id, d.record) for d in of_case} == {("urn:uuid:person", SAMPLE_CASE)}
    assert index.documents("urn:uuid:person") == of_case
    assert [d.document.name for d in index.documents("urn:uuid:sitting")] == ["protocol"]
    filed = filer.root.get("urn:uuid:person")
    assert filed is not None
    assert all(filed.state[d.document.path] == d.document.sha512 for d in of_case)


def test_a_decision_filed_with_the_case_and_with_the_sitting_is_one(filer: Filer, index: Index) -> None:
    filer.sample()
    assert index.decisions("QRG-PD-2025-014") == (decided("QRG-PD-2025-014", "QRG-PD-AK-2025-S3"),)


def test_people_are_found_by_number_or_by_name_for_paragraph_23(filer: Filer, index: Index) -> None:
    first, second = a_case("І-1"), a_case("І-2", IINS[1], "Қасымов", "Арман", "Бекетұлы")
    filer.person("urn:uuid:1", case_file(first))
    filer.person("urn:uuid:2", case_file(second))
    member = Member("m1", surname="ҚАСЫМОВ", given_name="арман")
    assert index.cases_of_people([IINS[0]], [name_key(member)]) == ("І-1", "І-2")
    assert index.cases_of_people([], [name_key(member)]) == ("І-2",)
    assert index.cases_of_people([IINS[2]], ["'; DROP TABLE cases; --"]) == ()
    assert index.cases_of_people([], []) == ()
    commission = Commission(
        "К-1", members=(member, Member("m2", iin=IINS[0], surname="Әбілқасов", given_name="Д"))
    )
    text = "kind: commission\nid: К-1\nmembers:\n"
    text += "  - {id: m1, role: member, surname: ҚАСЫМОВ, given_name: арман}\n"
    text += f"  - {{id: m2, role: member, surname: Әбілқасов, given_name: Д, iin: '{IINS[0]}'}}\n"
    filer.other("urn:uuid:3", commission, text)
    assert index.commissions_with([], [name_key(second.employee)]) == ("К-1",)
    assert index.commissions_with([first.employee.iin], []) == ("К-1",)
    assert index.commissions_with([IINS[2]], ["басқа біреу"]) == ()


def test_a_new_version_replaces_all_that_was_known_but_the_name_borne_before(
    filer: Filer, index: Index
) -> None:
    old = a_case("І-1", surname="Ескі", filed_on=date(2024, 1, 10))
    filer.person("urn:uuid:1", case_file(old, names=["annex-1", "annex-4"], decisions=[decided("І-1")]))
    new = a_case("І-1", surname="Жаңаев", campaign="Н-2", filed_on=date(2025, 2, 11))
    filer.person("urn:uuid:1", case_file(new, names=["annex-1"]))
    assert index.head("urn:uuid:1") == "v2"
    assert [d.document.name for d in index.documents("urn:uuid:1")] == ["annex-1"]
    assert index.decisions("І-1") == ()
    assert (index.cases_of_campaign("Н-1"), index.cases_of_campaign("Н-2")) == ((), ("І-1",))
    for words in (["2024"], ["ұсынылады"]):
        assert find(index, words) == ()
    for words in (["жаңаев", "2025-02"], ["ескі", "2025-02"]):
        assert [hit.object_id for hit in find(index, words)] == ["urn:uuid:1"]


def test_what_only_a_sitting_has_named_is_no_case_yet(filer: Filer, index: Index) -> None:
    filer.sample()
    index.drop("urn:uuid:person")
    assert index.record(SAMPLE_CASE) is None
    assert index.refs(Kind.CASE) == ()
    assert index.cases_of_person("850314390019") == ()
    assert index.sittings_naming("QRG-PD-2025-014") == ("QRG-PD-AK-2025-S3",)
    assert find(index, ["2025-10"]) == ()
    filer.sample()
    filed = filer.root.get("urn:uuid:person")
    assert filed is not None
    assert [hit.object_id for hit in find(index, ["2025-10", "ұсынылады"])] == ["urn:uuid:person"]


def test_a_sitting_put_off_is_no_longer_found_under_its_first_day(index: Index) -> None:
    case = a_case("І-1")
    person = Person(IINS[0], "Әбілқасов", None, None)
    index.put(
        ObjectEntry("urn:uuid:1", "v1", ObjectKind.PERSON, person, (FiledRecord(case, "record.yaml", ""),))
    )
    for day in (date(2025, 10, 16), date(2025, 11, 20)):
        sitting = Sitting("О-1", "К-1", held_on=day, candidates=(Candidate("І-1"),))
        index.put(
            ObjectEntry(
                "urn:uuid:2", "v1", ObjectKind.SITTING, None, (FiledRecord(sitting, "record.yaml", ""),)
            )
        )
    assert find(index, ["2025-10"]) == ()
    assert len(find(index, ["2025-11"])) == 1


def test_a_dropped_object_leaves_no_row(filer: Filer, index: Index) -> None:
    filer.sample()
    for object_id in index.object_ids():
        index.drop(object_id)
    tables = index.texts("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('cases')")
    assert len(tables) > 8
    keep(index, [(each, None) for each in stale(index, 100)])  # their standing goes as they are judged anew
    assert index.texts("SELECT made_by FROM basis") == ("",)
    index.run("DELETE FROM basis")
    rows = {table: index.value(f"SELECT count(*) FROM {table}") for table in tables}  # noqa: S608  # our own names
    assert set(rows.values()) == {0}
    assert index.value("SELECT count(*) FROM cases WHERE object IS NOT NULL OR iin IS NOT NULL") == 0


@pytest.mark.parametrize("order", ["leaves first", "arrives first"])
def test_a_case_whose_iin_is_mended_moves_to_the_other_person(filer: Filer, index: Index, order: str) -> None:
    other = a_case("І-9", IINS[0], "Қалған")
    wrong, right = a_case("І-1", IINS[0]), a_case("І-1", IINS[1])
    filer.person("urn:uuid:1", case_file(wrong), case_file(other))
    steps = [("urn:uuid:1", case_file(other)), ("urn:uuid:2", case_file(right))]
    for object_id, file in steps if order == "leaves first" else reversed(steps):
        filer.person(object_id, file)
    assert index.object_of(Ref(Kind.CASE, "І-1")) == "urn:uuid:2"
    assert index.cases_of_person(IINS[0]) == ("І-9",)
    assert index.cases_of_person(IINS[1]) == ("І-1",)
    assert [[c.id for c in hit.cases] for hit in find(index, [IINS[0]])] == [["І-9"]]
    assert [hit.object_id for hit in find(index, [IINS[1]])] == ["urn:uuid:2"]


def test_a_failed_put_changes_nothing(filer: Filer, index: Index) -> None:
    filer.sample()
    filed = filer.root.get("urn:uuid:person")
    assert filed is not None
    entry = entry_of(filed, read, filer.root.get)
    doubled = replace(entry, documents=entry.documents * 2)
    with pytest.raises(CorruptError):
        index.put(doubled)
    assert index.documents("urn:uuid:person") != ()
    assert find(index, ["касымов"]) == ()
    assert [hit.object_id for hit in find(index, ["абилкасов"])] == ["urn:uuid:person"]


def test_it_is_there_after_closing(tmp_path: Path, filer: Filer, index: Index) -> None:
    filer.sample()
    index.close()
    with Index.open(tmp_path / "index.sqlite") as again:
        assert again.object_of(SAMPLE_CASE) == "urn:uuid:person"


def test_none_another_version_or_damage_is_said_so_that_it_is_rebuilt(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    with pytest.raises(CorruptError, match="index_missing"):
        Index.open(path)
    Index.create(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    with pytest.raises(CorruptError, match="index_version"):
        Index.open(path)
    path.write_bytes(b"not a database, whatever the name says" * 100)
    with pytest.raises(CorruptError, match="index_damaged"):
        Index.open(path)
    path.write_bytes(b"")
    with pytest.raises(CorruptError, match="index_version"):
        Index.open(path)


def test_damage_found_later_is_said_too(tmp_path: Path, filer: Filer, index: Index) -> None:
    filer.sample()
    index.close()
    path = tmp_path / "index.sqlite"
    data = bytearray(path.read_bytes())
    for place in range(8192, len(data), 4096):  # the schema stays whole, every later page does not
        data[place : place + 4096] = b"\xff" * len(data[place : place + 4096])
    path.write_bytes(data)
    with pytest.raises(CorruptError, match="index_damaged"), Index.open(path) as damaged:
        damaged.refs()


def test_nobody_else_reads_it(tmp_path: Path, index: Index) -> None:
    assert (tmp_path / "index.sqlite").stat().st_mode & 0o007 == 0


def test_no_index_is_made_over_another(tmp_path: Path, index: Index) -> None:
    with pytest.raises(MachineError, match="index_unusable"):
        Index.create(tmp_path / "index.sqlite")


def test_a_reader_sees_the_state_before_or_after(tmp_path: Path, filer: Filer, index: Index) -> None:
    filer.sample()
    with Index.open(tmp_path / "index.sqlite") as reader:
        with index.transaction():
            index.run("DELETE FROM records")
            assert len(reader.refs()) == 4
        assert reader.refs() == ()


def test_an_index_opened_for_reading_alone_is_found_out_before_the_work_begins(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index.sqlite") as index:
        index.require_writable()
    reading = sqlite3.connect(f"file:{tmp_path}/index.sqlite?mode=ro", uri=True, isolation_level=None)
    with Index(reading) as index, pytest.raises(MachineError) as raised:
        index.require_writable()
    assert (raised.value.code, raised.value.params) == ("index_unusable", {"reason": "SQLITE_READONLY"})
