import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
import yaml

from pipeline.archive.ocfl.inventory import sha512_of
from pipeline.archive.person.content import case_folder, changes
from pipeline.archive.person.corrections import PersonFile, person_json
from pipeline.archive.person.inner_list import Person
from pipeline.archive.person.personal_file import (
    CaseFile,
    filed_case,
    kept,
    person_content,
    read_person,
)
from pipeline.domain.errors import CorruptError
from pipeline.domain.records import Candidate, Recording, Sitting, Vote
from tests.archive.filing_support import IINS, TODAY, a_case, case_file, decided, text_of

FIRST = a_case("І-1", surname="Әбілқасова", filed_on=date(2022, 3, 1))
SECOND = a_case("І-2", surname="Сейітова", patronymic="Маратқызы", filed_on=date(2025, 9, 17))


def content(*files: CaseFile) -> dict[str, bytes]:
    return person_content(files, retention_years=1, today=TODAY)


def reader(files: dict[str, bytes]) -> Callable[[str], bytes]:
    return files.__getitem__


def sitting(case_id: str, *recordings: Recording, sitting_id: str = "О-1") -> Sitting:
    candidates = (
        Candidate("басқа іс", recordings=(Recording("басқаның.mp4", recorded_on=date(2025, 10, 16)),)),
        Candidate(case_id, recordings=recordings, votes={"m1": Vote.RECOMMENDED}),
    )
    return Sitting(sitting_id, "К-1", held_on=date(2025, 10, 16), candidates=candidates)


def test_everything_of_a_case_lies_in_its_folder() -> None:
    file = case_file(SECOND, names=["annex-1", "annex-4"])
    folder = case_folder("І-2")
    assert content(file) == {
        "person.json": content(file)["person.json"],
        "inner-list.txt": content(file)["inner-list.txt"],
        "recordings.yaml": content(file)["recordings.yaml"],
        f"{folder}record.yaml": text_of(SECOND).encode(),
        f"{folder}documents.json": content(file)[f"{folder}documents.json"],
        f"{folder}findings.json": file.findings,
        f"{folder}annex-1.pdf": "%PDF І-2 annex-1".encode(),
        f"{folder}annex-4.pdf": "%PDF І-2 annex-4".encode(),
    }


def test_the_person_is_named_as_in_the_latest_case_whatever_came_first() -> None:
    files = [case_file(FIRST), case_file(SECOND), case_file(a_case("І-3", surname="Күтпеген"))]
    for order in permutations(files):
        assert json.loads(content(*order)["person.json"]) == {
            "format": "jeke/person/1",
            "iin": IINS[0],
            "surname": "Сейітова",
            "given_name": "Дархан",
            "patronymic": "Маратқызы",
        }
        assert content(*order) == content(*files)


def test_of_two_cases_of_one_day_the_later_id_names_the_person() -> None:
    day = date(2025, 9, 17)
    files = [case_file(a_case(case_id, surname=f"Тегі{case_id}", filed_on=day)) for case_id in ("б", "а")]
    assert read_person(content(*files)["person.json"]).surname == "Тегіб"


def test_filing_one_case_leaves_the_others_whole() -> None:
    before = content(case_file(FIRST, names=["annex-1"]), case_file(SECOND, names=["annex-1"]))
    state = {path: sha512_of(data) for path, data in before.items()}
    other = filed_case(reader(before), FIRST)
    anew = case_file(SECOND, names=["annex-1", "annex-4"])
    step = changes(state, content(other, anew), kept([other, anew]))
    assert set(step) == {
        "inner-list.txt",
        f"{case_folder('І-2')}documents.json",
        f"{case_folder('І-2')}annex-4.pdf",
    }
    assert None not in step.values()


def test_a_document_no_longer_due_is_taken_out_of_its_own_case_alone() -> None:
    before = content(case_file(FIRST, names=["annex-1", "annex-4"]), case_file(SECOND, names=["annex-4"]))
    state = {path: sha512_of(data) for path, data in before.items()}
    anew, other = case_file(FIRST, names=["annex-1"]), filed_case(reader(before), SECOND)
    step = changes(state, content(anew, other), kept([anew, other]))
    assert [path for path, data in step.items() if data is None] == [f"{case_folder('І-1')}annex-4.pdf"]


def test_what_is_filed_reads_back_as_it_was() -> None:
    file = case_file(SECOND, decisions=[decided("І-2")], names=["annex-1"])
    again = filed_case(reader(content(file)), SECOND)
    assert again == replace(file, pdfs={})
    assert kept([again]) == {f"{case_folder('І-2')}annex-1.pdf"}
    assert kept([file]) == set()
    assert content(again) == {path: data for path, data in content(file).items() if not path.endswith(".pdf")}


def test_the_register_holds_the_persons_own_recordings_alone() -> None:
    heard = sitting("І-2", Recording("өзінің.mp4", recorded_on=date(2025, 10, 16)))
    files = content(replace(case_file(SECOND), sittings=(heard,)))
    register = yaml.safe_load(files["recordings.yaml"])["recordings"]
    assert [(r["file"], r["case"], r["sitting"], r["keep_until"]) for r in register] == [
        ("өзінің.mp4", "І-2", "О-1", "2026-10-16")
    ]


def test_nobodys_votes_and_nobody_else_are_in_a_personal_file() -> None:
    heard = sitting("І-2", Recording("өзінің.mp4"))
    everything = b"".join(content(replace(case_file(SECOND), sittings=(heard,))).values()).decode()
    assert "m1" not in everything
    assert "басқа іс" not in everything
    assert "басқаның" not in everything


def test_sittings_in_any_order_give_the_same() -> None:
    one, two = sitting("І-2", Recording("1.mp4")), sitting("І-2", Recording("2.mp4"), sitting_id="О-2")
    file = case_file(SECOND)
    assert content(replace(file, sittings=(one, two))) == content(replace(file, sittings=(two, one)))


def test_a_record_alone_in_its_file_or_among_others_is_filed_alike() -> None:
    alone, among = (case_file(SECOND, head + text_of(SECOND)) for head in ("", "---\n"))
    assert content(alone) == content(among)


def test_people_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="different people"):
        content(case_file(FIRST), case_file(a_case("І-9", IINS[1])))
    with pytest.raises(ValueError, match="a case at least"):
        content()


def test_a_person_whose_only_case_moved_away_is_still_named() -> None:
    person = Person(IINS[0], "Әбілқасов", "Дархан", None)
    before = content(case_file(FIRST, names=["annex-1"]))
    left = person_content([], retention_years=1, today=TODAY, person=person)
    assert read_person(left["person.json"]) == person
    assert "Істер саны: 0" in left["inner-list.txt"].decode()
    step = changes({path: sha512_of(data) for path, data in before.items()}, left)
    folder = case_folder("І-1")
    assert {path for path, data in step.items() if data is None} == {
        f"{folder}{name}" for name in ("record.yaml", "documents.json", "findings.json", "annex-1.pdf")
    }


def test_the_latest_case_names_the_person_before_anybody_else() -> None:
    files = person_content(
        [case_file(FIRST)], retention_years=1, today=TODAY, person=Person(IINS[0], "Ескі", None, None)
    )
    assert read_person(files["person.json"]).surname == "Әбілқасова"


def test_a_person_reads_back() -> None:
    person = Person(IINS[0], "Ли", None, None)
    assert read_person(person_json(PersonFile(person))) == person


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"format": "jeke/person/2"}', b'{"format": "jeke/person/1"}']
)
def test_a_file_that_is_not_ours_is_said(data: bytes) -> None:
    with pytest.raises(CorruptError, match="filed_format"):
        read_person(data)
