"""What is found by reading what was typed in another way, and what is not."""

from collections.abc import Iterator

import pytest

from pipeline.archive.index.find import find, find_or_guess
from pipeline.archive.index.locations import Index
from tests.archive.filing_support import a_case
from tests.archive.index.test_find import put_person

PEOPLE = {
    "850314390019": ("Әбілқасов", "Дархан", "Маратұлы"),
    "900101300007": ("Сейітқали", "Ерлан", "Қайратұлы"),
    "770707400009": ("Щербакова", "Юлия", "Сергеевна"),
    "010203500107": ("Ким-Иванов", "Алёна", "Викторқызы"),
    "010203500115": ("Рақымов", "Қазан", "Өмірұлы"),
    "010203500123": ("Оспанов", "Үміт", None),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with Index.create(tmp_path_factory.mktemp("guesses") / "index.sqlite") as index:
        for number, (iin, name) in enumerate(PEOPLE.items()):
            put_person(index, name[0], a_case(f"QRG-{number}", iin, *name))
        yield index


@pytest.mark.parametrize(
    ("typed", "who", "read"),
    [
        ("Abilkasov", "Әбілқасов", {"Abilkasov": ("абилкасов",)}),
        ("Äbılqasov Дархан", "Әбілқасов", {"Äbılqasov": ("абилкасов",)}),
        ("ABILKASSOV DARKHAN", "Әбілқасов", {"ABILKASSOV": ("абилкасов",), "DARKHAN": ("дархан",)}),
        ("Abilkasov D.M.", "Әбілқасов", {"Abilkasov": ("абилкасов",), "D": ("д",), "M": ("м",)}),
        ("Shcherbakova Yu.S.", "Щербакова", {"Shcherbakova": ("щербакова",), "Yu": ("ю",), "S": ("с",)}),
        ("Сейткали", "Сейітқали", {"Сейткали": ("сейиткали",)}),
        ("Kim", "Ким-Иванов", {"Kim": ("ким",)}),
        ("Pak", "Рақымов", {"Pak": ("рак",)}),  # nobody is Пак
        ("PAKЫMOB", "Рақымов", {}),  # Latin letters among Cyrillic ones are what they look like
        ("F,bkrfcjd", "Әбілқасов", {"F,bkrfcjd": ("Абилкасов",)}),
        ("@,3k0fcjd Lfh[fy", "Әбілқасов", {"@,3k0fcjd": ("Әбілқасов",), "Lfh[fy": ("Дархан",)}),
        ('"б3л0асов', "Әбілқасов", {'"б3л0асов': ("Әбілқасов",)}),
        ("F,bkrfcjd L/V/", "Әбілқасов", {"F,bkrfcjd": ("Абилкасов",), "L/V/": ("Д.М.",)}),
        ("Дархан F,bkrfcjd", "Әбілқасов", {"F,bkrfcjd": ("Абилкасов",)}),
        ("QRG-0 F,bkrfcjd", "Әбілқасов", {"F,bkrfcjd": ("Абилкасов",)}),
        ("ЙКП-0", "Әбілқасов", {"ЙКП-0": ("QRG-0",)}),
        ("Фишдлфыщм", "Әбілқасов", {"Фишдлфыщм": ("абилкасов",)}),
        ("BBY 850314390019", "Әбілқасов", {"BBY": ("ИИН",)}),
        ('ЖСН үғқі"ңіұққ"ұ', "Әбілқасов", {'үғқі"ңіұққ"ұ': ("850314390019",)}),
        ("Иванов-Ким", "Ким-Иванов", {"Иванов-Ким": ("Иванов Ким",)}),
        ("Кимиванов", "Ким-Иванов", {"Кимиванов": ("ким-иванов",)}),
        ("Д.М.Әбілқасов", "Әбілқасов", {}),
        ("абилкасов", "Әбілқасов", {}),
        ("Қазан", "Рақымов", {}),
    ],
)
def test_it_is_found_and_said_how(
    index: Index, typed: str, who: str, read: dict[str, tuple[str, ...]]
) -> None:
    found = find_or_guess(index, typed.split())
    assert [hit.object_id for hit in found.hits] == [who]
    assert found.read_as == read


@pytest.mark.parametrize(
    "typed",
    [
        "Umarov",
        "Оспанов Г.",
        "Оспанов Я.",  # not А., nor what stands on the key
        "Оспанов Z.",
        "Rakymov Umit",
        "aaaaaaaa",
        "Зз",
        ":/",
        "2025 Ж.",
        "850314390018",
    ],
)
def test_nobody_is_made_up(index: Index, typed: str) -> None:
    assert find_or_guess(index, typed.split()).hits == ()


def test_who_fits_as_typed_hides_a_guess_and_the_likelier_guess_the_other(index: Index) -> None:
    put_person(index, "Lee", a_case("QRG-8", "010203500131", "Lee", "Kim"))
    put_person(index, "Пак", a_case("QRG-9", "010203500149", "Пак", "Ли"))
    try:
        found = find_or_guess(index, ["lee"])
        assert ([hit.object_id for hit in found.hits], found.read_as) == (["Lee"], {})
        assert [hit.object_id for hit in find_or_guess(index, ["Pak"]).hits] == ["Пак"]
    finally:
        index.drop("Lee")
        index.drop("Пак")


def test_pages_of_a_guess_join(index: Index) -> None:
    pages = [find_or_guess(index, ["qrg", "K"], limit=1, offset=n) for n in range(4)]
    found = [hit.object_id for page in pages for hit in page.hits]
    assert found == ["Рақымов", "Сейітқали"]


def test_what_acts_on_a_person_takes_no_guess(index: Index) -> None:
    assert find(index, ["Abilkasov"]) == ()
    assert find(index, ["F,bkrfcjd"]) == ()
    assert [hit.object_id for hit in find(index, ["ИИН", "850314", "390019"])] == ["Әбілқасов"]
