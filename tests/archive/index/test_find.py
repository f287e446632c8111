from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.index import find_people
from pipeline.archive.index.entry import FiledRecord, ObjectEntry, ObjectKind
from pipeline.archive.index.find import find
from pipeline.archive.index.locations import Index
from pipeline.archive.index.standing import StandingRow, keep, stale
from pipeline.archive.index.typed.query import asked
from pipeline.archive.person.inner_list import Person
from pipeline.domain.kazakh.alphabet import collation_key, search_key
from pipeline.domain.names import full_name
from pipeline.domain.records import (
    Candidate,
    Case,
    Employee,
    Position,
    Protocol,
    Sitting,
    TargetPosition,
    Vote,
)
from tests.archive.filing_support import IINS, a_case, decided

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
        "850314 390019",
        "850314-390019",
        "8503 1439 0019",
        "850 314 390 019",
        "ИИН 850314390019",
        "ЖСН: 850314390019",
        "иин №850314390019",
        "IIN 850314 390019",
        "ЖСН850314390019",
        "қасымов ИИН 8503",
        "ЖСН 850314 арман",
        "протокол 3",
        "Протокол №3",
        "протокол N 3",
        "№ 3 хаттама",
        "хаттама 3",
        "3-хаттама",
        "хаттаманың № 3",
        "protocol 3",
        "QRG-PD-2025-014 хаттама 3",
        "протокол 3 от 20.10.2025",
        "протокол от 20 октября 2025 г.",
        "хаттама 2025",
        "хаттама 20.10.2025",
        "N 3 қасымов",
        "N3",
        "қазан 2025",
        "казан 2025",
        "2025 қазан",
        "2025 жылғы қазан",
        "2025 жылдың қазаны",
        "қазан 2025 ж.",
        "октябрь 2025",
        "в октябре 2025 г.",
        "October 2025",
        "10/2025",
        "16 қазан 2025",
        "2025 жылғы 16 қазан",
        "2025 жылғы «16» қазандағы",
        "16 октября 2025 г.",
        "October 16, 2025",
        "16/10/2025",
        "16-10-2025",
        "2025.10.16",
        "16.10.25",
        "16.10.2025 ж.",
        "от 16.10.2025",
        "2025 г.",
        "2025ж. арман",
        "рекомендован",
        "Қасымов,А.Б.",
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
        ("сымов", ["асель", "арман"]),
        ("СЫМОВА", ["асель"]),
        ("сымов арман", ["арман"]),
        ("андық", ["арман"]),
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
        ("қазан 2025", ["асель", "арман"]),
        ("16 қазан 2025", ["арман"]),
        ("хаттама 3", ["арман"]),
        ("не рекомендуется", ["асель"]),
        ("not recommended", ["асель"]),
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
        "мо",  # too little for a part from within
        "сымов 2018",
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
        "хаттама 4",
        "хаттама 5",  # of № 5 is a unit
        "ИИН 2019",  # a year
        "17 қазан 2025",
        "қазан 2024",
        "қазан 2025 Г.",  # an initial
        "арман не рекомендуется",
        "Pak",
        "Kacymob арман",  # by its letters, Latin ones, no Kazakh name: a guess
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
    for term in (one.term for one in asked([typed])):
        assert term
        assert all(low <= high for low, high in term)


def test_a_part_from_within_counts_only_where_nothing_begins_so(tmp_path: Path) -> None:
    with Index.create(tmp_path / "index.sqlite") as index:
        for number, surname in enumerate(("Әбілқасов", "Қасов", "Тоқасов", "Ақасова")):
            put_person(index, f"urn:{number}", a_case(f"П-{number}", f"{number:012}", surname, "Ян"))
        assert [hit.person.surname for hit in find(index, ["касов"])] == ["Қасов"]
        pages = [find(index, ["асов"], limit=2, offset=offset) for offset in (0, 2, 4)]
        assert [[hit.person.surname for hit in page] for page in pages] == [
            ["Ақасова", "Әбілқасов"],
            ["Қасов", "Тоқасов"],
            [],
        ]


SURNAMES = [
    "Әлиев",
    "Алиев",
    "Қасым",
    "Касым",
    "Үсен",
    "Ұлы",
    "Ли",
    "Һакім",
    "Іле",
    "Ясин",
    "Қа-Лиев",
    "Д’Ар",
]
WAYS: dict[str, dict[str, object]] = {
    "as it is": {},
    "walking": {"_STEP": 0},
    "gathering": {"_STEP": 10**9},
    "second look": {"_STEP": 10**9, "_FIRST_LOOK": 5},
    "all common": {"_COUNTS": (1,)},
}


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, list[Employee]]]:
    with Index.create(tmp_path_factory.mktemp("crowd") / "index.sqlite") as index:
        people = []
        for number in range(72):
            surname = SURNAMES[number % len(SURNAMES)]
            case = a_case(f"П-{number}", f"{number:012}", surname, f"Аты{number % 6}", "Қалиұлы")
            put_person(index, f"urn:{number}", case)
            people.append(case.employee)
        yield index, people


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "typed", ["аты", "ка", "к", "ли", "али", "лиев", "дар", "кас аты3", "аты3 калиулы", "а. к.", "аты7"]
)
def test_pages_join_and_the_way_there_does_not_show(
    crowd: tuple[Index, list[Employee]], monkeypatch: pytest.MonkeyPatch, way: str, typed: str
) -> None:
    for setting, value in WAYS[way].items():
        monkeypatch.setattr(find_people, setting, value)
    index, people = crowd
    pages = [find(index, [typed], limit=7, offset=offset) for offset in range(0, 84, 7)]
    found = [hit.person for page in pages for hit in page]
    meant = [e for e in people if all(_meant(e, word) for word in typed.split())]
    assert [full_name(p) for p in found] == sorted((full_name(e) for e in meant), key=collation_key)
    assert {p.iin for p in found} == {e.iin for e in meant}


def _meant(employee: Employee, word: str) -> bool:
    """What `find` promises, said the plain way."""
    if word.endswith(".") or len(word) == 1:  # an initial
        names: list[str | None] = [employee.given_name, employee.patronymic]
    else:
        names = [employee.given_name, employee.patronymic, employee.surname, *employee.surname.split("-")]
    heard = (search_key(name or "").replace("’", "") for name in names)
    return any(name.startswith(search_key(word.rstrip("."))) for name in heard)


def test_a_case_under_an_earlier_surname_leads_to_the_person(index: Index) -> None:
    before = a_case("AST-20", "010203500123", "Қыдыр", "Ләззат", filed_on=date(2020, 1, 9))
    now = a_case("AST-21", "010203500123", "Әбен", "Ләззат", filed_on=date(2025, 1, 9))
    put_person(index, "ләззат", now, before)
    assert [hit.object_id for hit in find(index, ["кыд"])] == ["ләззат"]
    assert [[c.id for c in hit.cases] for hit in find(index, ["Әбен"])] == [["AST-21"]]


def entry_of(case: Case) -> ObjectEntry:
    who = case.employee
    person = Person(who.iin, who.surname, who.given_name, who.patronymic)
    return ObjectEntry(case.id, "v1", ObjectKind.PERSON, person, (FiledRecord(case, "record.yaml", ""),))


@pytest.mark.parametrize("to_sign", [0, 1, 3])
def test_papers_that_somebody_is_still_to_sign(tmp_path: Path, to_sign: int) -> None:
    case, other = a_case("І-1", surname="Қасым"), a_case("І-2", IINS[1], surname="Оспанов")
    with Index.create(tmp_path / "index.sqlite") as index:
        for each in (case, other):
            index.put(entry_of(each))
        on = date(2026, 1, 1)
        rows = [StandingRow(case.ref, on, on, to_sign=to_sign), StandingRow(other.ref, on, on)]
        keep(index, zip(stale(index, 2), rows, strict=True))
        wanted = ["Қасым"] if to_sign else []
        assert [hit.person.surname for hit in find(index, ["касым"], unsigned=True)] == wanted
        assert [hit.person.surname for hit in find(index, [], unsigned=True)] == wanted
        assert find(index, ["касым"])
        assert not find(index, ["жоқ"], unsigned=True)
        assert not find(index, ["оспанов"], unsigned=True)
        assert not find(index, [], unsigned=True, offset=1)
