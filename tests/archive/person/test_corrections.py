"""person.json and withdrawn.json with what was put right, and the index made of them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.archive.index.entry import entry_of
from pipeline.archive.index.find import find
from pipeline.archive.index.locations import Index
from pipeline.archive.index.reindex import rebuild
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.archive.person.content import case_folder, changes
from pipeline.archive.person.corrections import (
    Correction,
    Gone,
    Joined,
    Person,
    PersonFile,
    counted,
    person_json,
    read_person_file,
    read_withdrawn,
    withdrawn_json,
)
from pipeline.archive.person.inner_list import WithdrawnRecord
from pipeline.archive.person.personal_file import CaseFile, FileStanding, person_content, standing_of
from pipeline.domain.errors import CorruptError
from pipeline.domain.records import Case, Kind, Ref
from tests.archive.filing_support import IINS, TODAY, a_case, case_file, decided, read

WHY = Correction("ЖСН қате", "aigerim", datetime(2025, 10, 21, 9, 5, tzinfo=UTC))
RIGHT = PersonFile(Person(IINS[0], "Әбілқасов", "Дархан", None))
JOINED = replace(RIGHT, joined=(Joined(IINS[1], "urn:uuid:wrong", WHY),))
GONE = PersonFile(Person(IINS[1], "Әбілқасов", "Дархан", None), gone=Gone("urn:uuid:right", WHY))


@pytest.mark.parametrize("file", [RIGHT, JOINED, GONE])
def test_a_person_file_reads_back(file: PersonFile) -> None:
    assert read_person_file(person_json(file)) == file


def test_a_file_without_corrections_is_as_it_always_was() -> None:
    assert set(json.loads(person_json(RIGHT))) == {
        "format",
        "iin",
        "surname",
        "given_name",
        "patronymic",
    }


def test_a_withdrawal_reads_back() -> None:
    assert read_withdrawn(withdrawn_json(WHY)) == WHY
    for data in (b"", b"[]", b"{}", b'{"format": "jeke/withdrawn/1"}'):
        with pytest.raises(CorruptError, match="filed_format"):
            read_withdrawn(data)


def test_a_joined_files_case_counts_as_the_persons() -> None:
    case = a_case("І-2", iin=IINS[1])
    now = counted(case, JOINED)
    assert isinstance(now, Case)
    assert now.employee.iin == IINS[0]
    assert counted(case, RIGHT) is case
    other = a_case("І-3", iin=IINS[2])
    assert counted(other, JOINED) is other


def test_a_withdrawn_folder_stays_unless_its_record_comes_again() -> None:
    folder = case_folder("І-1")
    current = {f"{folder}{name}": "0" for name in ("record.yaml", "annex-1.pdf", "withdrawn.json")}
    assert changes(current, {}) == {}
    again = changes(current, {f"{folder}record.yaml": b"kind: case"})
    assert again[f"{folder}withdrawn.json"] is None
    assert again[f"{folder}annex-1.pdf"] is None


def as_the_persons(file: CaseFile) -> CaseFile:
    case = counted(file.case, JOINED)
    assert isinstance(case, Case)
    return replace(file, case=case)


class Archive:
    """Files person objects of a made standing, and indexes them."""

    def __init__(self, root: StorageRoot, index: Index) -> None:
        self.root, self.index = root, index

    def write(self, object_id: str, wanted: Mapping[str, bytes | None]) -> None:
        self.root.write_version(
            object_id, dict(wanted), message="сынақ", user="jeke", address="urn:jeke", created=WHY.at
        )
        filed = self.root.get(object_id)
        assert filed is not None
        self.index.put(entry_of(filed, read, self.root.get))


def test_either_iin_finds_the_file_and_a_reindex_says_the_same(tmp_path: Path) -> None:
    root = StorageRoot.create(tmp_path / "archive")
    with Index.create(tmp_path / "index.sqlite") as index:
        archive = Archive(root, index)
        own = case_file(a_case("І-1"), decisions=[decided("І-1")])
        came = case_file(a_case("І-2", iin=IINS[1], surname="Абилкасов"))
        files = [own, as_the_persons(came)]
        archive.write(
            "urn:uuid:right",
            person_content(files, retention_years=1, today=TODAY, standing=FileStanding(JOINED)),
        )
        archive.write(
            "urn:uuid:wrong", person_content([], retention_years=1, today=TODAY, standing=FileStanding(GONE))
        )
        answers = asked(index)
        assert index.objects_known_as(IINS[1]) == ("urn:uuid:right",)
        assert index.object_of_person(IINS[1]) is None
        assert index.joined_to("urn:uuid:right", IINS[1]) == ("urn:uuid:wrong",)
        assert index.unfinished_joins() == ()
        assert index.counted_iin("І-2", IINS[1]) == IINS[0]
        assert index.counted_iin("І-9", IINS[1]) == IINS[1]
    rebuilt = rebuild(root, tmp_path / "index.sqlite", read)
    assert rebuilt.damaged == ()
    with Index.open(tmp_path / "index.sqlite") as index:
        assert asked(index) == answers


def asked(index: Index) -> list[object]:
    by_iin = [[(h.object_id, [c.id for c in h.cases]) for h in find(index, [iin])] for iin in IINS[:2]]
    assert by_iin[0] == by_iin[1] == [("urn:uuid:right", ["І-1", "І-2"])]
    return [by_iin, index.cases_of_person(IINS[0]), index.cases_of_person(IINS[1]), index.refs()]


def test_a_join_cut_short_is_known(tmp_path: Path) -> None:
    root = StorageRoot.create(tmp_path / "archive")
    with Index.create(tmp_path / "index.sqlite") as index:
        archive = Archive(root, index)
        came = case_file(a_case("І-2", iin=IINS[1]))
        archive.write("urn:uuid:wrong", person_content([came], retention_years=1, today=TODAY))
        files = [as_the_persons(came)]
        archive.write(
            "urn:uuid:right",
            person_content(files, retention_years=1, today=TODAY, standing=FileStanding(JOINED)),
        )
        assert index.unfinished_joins() == (("urn:uuid:right", "urn:uuid:wrong"),)


def test_a_withdrawn_case_is_in_no_answer_but_its_own(tmp_path: Path) -> None:
    root = StorageRoot.create(tmp_path / "archive")
    with Index.create(tmp_path / "index.sqlite") as index:
        archive = Archive(root, index)
        first, second = (
            case_file(a_case("І-1"), names=["annex-1"]),
            case_file(a_case("І-2"), names=["annex-1"]),
        )
        archive.write("urn:uuid:right", person_content([first, second], retention_years=1, today=TODAY))
        filed = root.get("urn:uuid:right")
        assert filed is not None
        standing = standing_of(filed, read)
        case = WithdrawnRecord("І-2", case_folder("І-2"), WHY, second.documents)
        wanted = person_content(
            [first], retention_years=1, today=TODAY, standing=replace(standing, withdrawn=(case,))
        )
        step = changes(filed.state, wanted, [first.documents[0].path, case_folder("І-2")])
        archive.write("urn:uuid:right", {**step, f"{case.folder}withdrawn.json": withdrawn_json(WHY)})
        assert index.refs(Kind.CASE) == (Ref(Kind.CASE, "І-1"),)
        assert index.cases_of_person(IINS[0]) == ("І-1",)
        assert [d.record.id for d in index.documents("urn:uuid:right")] == ["І-1"]
        assert [c.id for h in find(index, ["Әбілқасов"]) for c in h.cases] == ["І-1"]
        assert find(index, ["І-2"]) == ()
        (told,) = index.withdrawn()
        assert (told.record.id, told.folder, told.correction) == ("І-2", case.folder, WHY)
        now = root.get("urn:uuid:right")
        assert now is not None
        assert now.read(f"{case.folder}annex-1.pdf") == second.pdfs[f"{case.folder}annex-1.pdf"]
        assert standing_of(now, read).withdrawn == (case,)


def test_an_object_about_to_change_is_a_suspect_until_it_is_put(tmp_path: Path) -> None:
    root = StorageRoot.create(tmp_path / "archive")
    with Index.create(tmp_path / "index.sqlite") as index:
        index.suspect("urn:uuid:right")
        index.suspect("urn:uuid:never")
        assert index.suspects() == ("urn:uuid:never", "urn:uuid:right")
        Archive(root, index).write(
            "urn:uuid:right", person_content([case_file(a_case("І-1"))], retention_years=1, today=TODAY)
        )
        index.drop("urn:uuid:never")
        assert index.suspects() == ()
