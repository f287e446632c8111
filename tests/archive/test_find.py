from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive import find as find_module
from pipeline.archive.find import find
from pipeline.archive.index import Index
from pipeline.archive.index_entry import FiledRecord, ObjectEntry, ObjectKind
from pipeline.archive.inner_list import Person
from pipeline.archive.search_words import terms
from pipeline.domain.kazakh.alphabet import collation_key
from pipeline.domain.names import full_name
from pipeline.domain.records import (
    Candidate,
    Case,
    Position,
    Protocol,
    Sitting,
    TargetPosition,
    Vote,
)

from .filing_support import IINS, a_case, decided

ARMAN = replace(
    a_case("QRG-PD-2025-014", IINS[0], "Қасымов", "Арман", "Бекетұлы", filed_on=date(2025, 9, 17)),
)
PEOPLE = {
    "арман": ARMAN,
    "арман2": a_case("QRG-PD-2019-003", IINS[0], "Қасымов", "Арман", "Бекетұлы", filed_on=date(2019, 4, 2)),
    "асель": a_case("AST-7", IINS[1], "Касымова", "Әсел", filed_on=date(2025, 10, 1)),
    "ким": a_case("AST-8", IINS[2], "Ким-Иванов", "Виктор", "Һакімұлы"),
    "үсен": a_case("AST-9", "010203500107", "Үсенов", "Ұлан"),
    "д'ов": a_case("AST-10", "010203500115", "Д’Аров", "Ян"),
}
POSTS = {
    "арман": (
        Position("аға жедел уәкіл", "Абай аудандық полиция бөлімі"),
        TargetPosition("бөлім бастығы", "№ 5 полиция бөлімі"),
    ),
    "үсен": (Position("инспектор", "Астана қаласының 2-бөлімі"), TargetPosition()),
}


def put_person(index: Index, object_id: str, *cases: Case, result: Vote | None = None) -> None:
    employee = cases[0].employee
    index.put(
        ObjectEntry(
            object_id,
            "v1",
            ObjectKind.PERSON,
            Person(employee.iin, employee.surname, employee.given_name, employee.patronymic),
            tuple(FiledRecord(c, f"{c.id}/record.yaml", "") for c in cases),
            decisions=() if result is None else (decided(cases[0].id, "О-1", result),),
        )
    )


def with_posts(name: str) -> Case:
    case = PEOPLE[name]
    position, target = POSTS.get(name, (None, None))
    return replace(case, employee=replace(case.employee, position=position, target_position=target))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with Index.create(tmp_path_factory.mktemp("index") / "index.sqlite") as index:
        put_person(index, "арман", with_posts("арман"), PEOPLE["арман2"], result=Vote.RECOMMENDED)
        put_person(index, "асель", PEOPLE["асель"], result=Vote.NOT_RECOMMENDED)
        for name in ("ким", "үсен", "д'ов"):
            put_person(index, name, with_posts(name))
        sitting = Sitting(
            "QRG-PD-AK-2025-S3",
            "К-1",
            held_on=date(2025, 10, 16),
            candidates=(Candidate(ARMAN.id),),
            protocol=Protocol(number="3", drawn_up_on=date(2025, 10, 20)),
        )
        index.put(
            ObjectEntry("отырыс", "v1", ObjectKind.SITTING, None, (FiledRecord(sitting, "record.yaml", ""),))
        )
        yield index


def found(index: Index, typed: str) -> list[str]:
    return [hit.object_id for hit in find(index, typed.split())]


@pytest.mark.parametrize(
    "typed",
    [
        "Қасымов",
        "касымов арман",
        "КАСЫМОВ АРМАН",
        "арман қасымов",
        "Қасымов Арман Бекетұлы",
        "бекетулы",
        "Қасымов А.Б.",
        "А.Б. Қасымов",
        "А. Қасымов Б",
        "қасымов а",
        "арм қас",
        "Kacымов",  # Latin look-alikes
        "KACЫMOB",
        "850314390019",
        "8503",
        "QRG-PD-2025-014",
        "qrg-pd-2025",
        "QRG–PD–2025–014",
        "QRG-PD-AK-2025-S3",
        "жедел уәкіл абай",
        "уакил",
        "бастығы арман",
        "ұсынылады",
        "recommended қасымов",
        "Рекомендуется",
        "2025-09-17",
        "17.09.2025",
        "09.2025",
        "16.10.2025",
        "20.10.2025",
        "2019 арман",
        "қасымов 2025-10 ұсынылады",
        "№3 қасымов",
        "Қасымов, Арман;",
        "5 арман",
    ],
)
def test_arman_is_found(index: Index, typed: str) -> None:
    assert "арман" in found(index, typed)


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("касымов", ["асель", "арман"]),
        ("касымова", ["асель"]),
        ("ұсынылмайды", ["асель"]),
        ("not_recommended", ["асель"]),
        ("ә.", ["асель", "арман"]),
        ("2025", ["асель", "арман"]),
        ("2025-10", ["асель", "арман"]),
        ("иванов", ["ким"]),
        ("ким", ["ким"]),
        ("Ким-Иванов", ["ким"]),
        ("ким иванов", ["ким"]),
        ("хакимулы", ["ким"]),
        ("7707", ["ким"]),
        ("усенов", ["үсен"]),
        ("2-бөлім", ["үсен"]),
        ("даров", ["д'ов"]),
        ("д'аров", ["д'ов"]),
        ("0102035001", ["үсен", "д'ов"][::-1]),
    ],
)
def test_those_and_nobody_else_in_kazakh_order(index: Index, typed: str, who: list[str]) -> None:
    assert found(index, typed) == who


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "—",
        "...",
        "сымов",  # no part inside a word
        "850",  # too few digits of an IIN
        "арман ұсынылмайды",
        "касымов в.",
        "касымов 2018",
        "2026",
        "%",
        "_",
        "' OR 1=1 --",
        "асель 2019",
        "30.02.2025",
        "3 асель",
    ],
)
def test_nobody_is_found(index: Index, typed: str) -> None:
    assert found(index, typed) == []


def test_words_must_meet_in_one_case_and_a_hit_shows_which(index: Index) -> None:
    (hit,) = find(index, ["арман", "2019"])
    assert [case.id for case in hit.cases] == ["QRG-PD-2019-003"]
    assert find(index, ["2019", "ұсынылады"]) == ()
    (hit,) = find(index, ["қасымов", "арман"])
    assert [case.id for case in hit.cases] == ["QRG-PD-2019-003", "QRG-PD-2025-014"]


def test_a_hit_says_what_a_list_needs(index: Index) -> None:
    (hit,) = find(index, ["QRG-PD-2025-014"])
    assert hit.person == Person(IINS[0], "Қасымов", "Арман", "Бекетұлы")
    (case,) = hit.cases
    assert (case.campaign, case.unit, case.post) == ("Н-1", "Абай аудандық полиция бөлімі", "аға жедел уәкіл")
    assert (case.target_unit, case.target_post) == ("№ 5 полиция бөлімі", "бөлім бастығы")
    assert case.reported_on == date(2025, 9, 17)
    assert case.decisions == (decided("QRG-PD-2025-014"),)


@given(st.text())
def test_whatever_is_typed_is_answered(typed: str) -> None:
    for term in terms([typed]):
        assert term
        assert all(low <= high for low, high in term)


@pytest.mark.parametrize("few", [0, 1, 200_000])
def test_pages_join_and_the_way_there_does_not_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    surnames = ["Әлиев", "Алиев", "Қасым", "Касым", "Үсен", "Ұлы", "Ли", "Һакім", "Іле", "Ясин"]
    with Index.create(tmp_path / "index.sqlite") as index:
        people = []
        for number in range(60):
            case = a_case(f"П-{number}", f"{number:012}", surnames[number % 10], f"Аты{number:02}")
            put_person(index, f"urn:{number}", case)
            people.append(case.employee)
        monkeypatch.setattr(find_module, "_FEW", few)
        pages = [find(index, ["аты"], limit=7, offset=offset) for offset in range(0, 70, 7)]
    names = [full_name(hit.person) for page in pages for hit in page]
    assert names == sorted((full_name(e) for e in people), key=collation_key)
