from dataclasses import dataclass
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.names import full_name, list_name, names_agree, same_person_name, signature_name
from pipeline.domain.records import Employee, Member


@dataclass(frozen=True)
class Person:
    surname: str | None = None
    given_name: str | None = None
    patronymic: str | None = None


FORMS = [
    (
        Person("Әбілқасов", "Дархан", "Маратұлы"),
        "Әбілқасов Дархан Маратұлы",
        "Әбілқасов Д.М.",
        "Д.М. Әбілқасов",
    ),
    (Person("Саденов", "Ержан"), "Саденов Ержан", "Саденов Е.", "Е. Саденов"),
    (Person("Ли"), "Ли", "Ли", "Ли"),
    (
        Person("Мұхаметқали", "Һалила", "Ұланқызы"),
        "Мұхаметқали Һалила Ұланқызы",
        "Мұхаметқали Һ.Ұ.",
        "Һ.Ұ. Мұхаметқали",
    ),
    (Person("Ким-Иванов", "анна-мария", ""), "Ким-Иванов анна-мария", "Ким-Иванов А.-М.", "А.-М. Ким-Иванов"),
    (Person("Д'Артаньян", "'Абай", None), "Д'Артаньян 'Абай", "Д'Артаньян А.", "А. Д'Артаньян"),
    (
        Person(" Қасымов ", "Арман  Бек", "Марат ұлы"),
        "Қасымов Арман Бек Марат ұлы",
        "Қасымов А.М.",
        "А.М. Қасымов",
    ),
    (Person(None, "Арман", None), "Арман", "А.", "А."),
    (Person(), "", "", ""),
]


@pytest.mark.parametrize(("person", "full", "in_list", "signed"), FORMS)
def test_forms(person, full, in_list, signed):
    assert full_name(person) == full
    assert list_name(person).replace("\xa0", " ") == in_list
    assert signature_name(person).replace("\xa0", " ") == signed


def test_initials_never_part_from_the_surname():
    person = Person("Әбілқасов", "Дархан", "Маратұлы")
    assert list_name(person) == "Әбілқасов\xa0Д.М."
    assert signature_name(person) == "Д.М.\xa0Әбілқасов"


def test_records_are_named_people():
    assert signature_name(Member(id="m1", surname="Ли", given_name="Виктор")) == "В.\xa0Ли"
    assert full_name(Employee(iin="850314390019", surname="Ли", given_name="Виктор")) == "Ли Виктор"


QASYMOV = Person("Қасымов", "Арман", "Бекетұлы")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (QASYMOV, True),
        (Person("ҚАСЫМОВ", " арман", "Бекет ұлы"), True),
        (Person("Қасымов", "Арман"), True),
        (Person("Қасымов", "Арман", "Бекенұлы"), False),
        (Person("Касымов", "Арман", "Бекетұлы"), False),
        (Person("Қасымов", "Асқар", "Бекетұлы"), False),
        (Person("Қасымов"), False),
        (Person(None, "Арман", "Бекетұлы"), False),
    ],
)
def test_same_person(other, same):
    assert same_person_name(QASYMOV, other) is same
    assert same_person_name(other, QASYMOV) is same


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (Person("Ким-Иванов", "Анна-Мария"), Person("Ким Иванов", "Анна Мария")),
        (Person("Семёнов", "Пётр"), Person("Семенов", "Петр")),
        (Person("Д'Артаньян", "Абай"), Person("Д’Артаньян", "Абай")),
        (Person("Бай", "Семён"), Person(normalize("NFD", "Бай"), normalize("NFD", "Семён"))),
    ],
)
def test_marks_and_decomposed_letters_do_not_tell_people_apart(a, b):
    assert same_person_name(a, b)


def test_nobody_is_the_same_as_nobody():
    assert not same_person_name(Person(), Person())


SATPAEV = Person("Сатпаев", "Ерболат", "Қанатұлы")


@pytest.mark.parametrize(
    "text",
    [
        "Сатпаев Ерболат Қанатұлы",
        "Ерболат Қанатұлы Сатпаев",
        "Е.Қ. Сатпаев",
        "Е.Қ.\xa0Сатпаев",
        "Е. Қ. Сатпаев",
        "Е.Қ.Сатпаев",
        "Сатпаев Е.Қ.",
        "Сатпаев Е.",
        "Е. Сатпаев",
        "Ерболат Сатпаев",
        "САТПАЕВ ЕРБОЛАТ ҚАНАТ ҰЛЫ",
        "Сатпаев Ерболат Қ.",
    ],
)
def test_free_text_that_names_the_person(text):
    assert names_agree(text, SATPAEV)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Сатпаев",
        "Е.Қ.",
        "Қ.Е. Сатпаев",
        "Е.М. Сатпаев",
        "Сатпаева Е.Қ.",
        "Сатпаев Ерлан Қанатұлы",
        "Сатпаев Ер. Қ.",
        "бастық",
    ],
)
def test_free_text_that_does_not(text):
    assert not names_agree(text, SATPAEV)


def test_a_sentence_is_no_name():
    assert not names_agree("Сатпаев Е. " + "сөз " * 7, SATPAEV)


def test_doubled_and_incomplete_names_in_free_text():
    doubled = Person("Ким-Иванов", "Анна-Мария")
    for text in ("А.-М. Ким-Иванов", "А. Ким-Иванов", "Ким Иванов Анна Мария", "Ким-Иванов А.-М. С."):
        assert names_agree(text, doubled)
    assert names_agree("Ли В.Н.", Person("Ли", "Виктор"))
    assert not names_agree("Ли", Person("Ли"))


NAME_PART = st.text("абвгқңұүһәіё", min_size=1, max_size=8)


@given(NAME_PART, NAME_PART, NAME_PART)
def test_every_form_agrees_with_its_person(surname, given_name, patronymic):
    person = Person(surname, given_name, patronymic)
    for form in (full_name(person), list_name(person), signature_name(person)):
        assert names_agree(form, person)
    assert same_person_name(person, Person(surname.upper(), given_name.upper(), None))
