"""Names that can be one person's, and names that cannot."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.kinship import may_be_one, same_letters, same_parts, slip_of_a_digit, wholly_differ


@dataclass(frozen=True)
class Name:
    surname: str | None = None
    given_name: str | None = None
    patronymic: str | None = None


def name(text: str) -> Name:
    """Surname, given name and patronymic; a dash leaves a part out."""
    return Name(*(None if part == "-" else part for part in text.split()))


ONE = [
    ("Әбілқасов Дархан Маратұлы", "Әбілқасов Дархан"),
    ("Әбілқасов Дархан Маратұлы", "Абилкасов Дархан Маратович"),
    ("Әбілқасов Дархан Маратұлы", "Әбілқасов Д. М."),
    ("Әбілқасов Дархан", "Дархан Әбілқасов"),
    ("Пётр Семёнов", "Петр Семенов"),
    ("Ахметова Айгүл", "Ахметов Айгүл"),
    ("Қуанышбек Алмас", "Қуанышбеков Алмас"),
    ("Aхметов Болат", "Ахметов Болат"),
    ("Мұратов Ерлан Болатұлы", "Мұратов Ерлан Болатович"),
    ("ӘБІЛҚАСОВ ДАРХАН", "Әбілқасов Дархан"),
    ("Ахметов -", "Ахметов Болат"),
]
KIN = [
    ("Жүнісова Айгүл Болатқызы", "Сейтқали Айгүл Болатқызы"),
    ("Жүнісова Айгүл", "Сейтқали Айгүл Болатқызы"),
    ("Ахметов Болат", "Ахметов Ерлан"),
]
STRANGERS = [
    ("Қуанышбеков Алмас Ерболұлы", "Сейтқали Ержан Ерболұлы"),
    ("Ли Виктор", "Ким Сергей"),
    ("Жүнісов Ерлан Болатұлы", "Сейтқали Ерлан Маратұлы"),
    ("Әбілқасов Дархан Маратұлы", "Жүнісов Ерлан Болатұлы"),
]


@pytest.mark.parametrize(("one", "other"), ONE, ids=range(len(ONE)))
def test_one_person(one: str, other: str) -> None:
    assert may_be_one(name(one), name(other))
    assert not wholly_differ(name(one), name(other))


@pytest.mark.parametrize(("one", "other"), KIN, ids=range(len(KIN)))
def test_one_person_only_by_the_number(one: str, other: str) -> None:
    assert not may_be_one(name(one), name(other))
    assert not wholly_differ(name(one), name(other))


@pytest.mark.parametrize(("one", "other"), STRANGERS, ids=range(len(STRANGERS)))
def test_strangers(one: str, other: str) -> None:
    assert wholly_differ(name(one), name(other))


def test_brothers_are_two() -> None:
    assert not may_be_one(name("Ахметов Ерлан Болатұлы"), name("Ахметов Ержан Болатұлы"))
    assert not may_be_one(name("Ахметов Ерлан Болатұлы"), name("Ахметов Ерлан Маратұлы"))


@given(*[st.sampled_from([n for pair in ONE + KIN + STRANGERS for n in pair])] * 2)
def test_the_order_does_not_matter(one: str, other: str) -> None:
    a, b = name(one), name(other)
    assert may_be_one(a, b) == may_be_one(b, a)
    assert wholly_differ(a, b) == wholly_differ(b, a)
    assert may_be_one(a, a)
    assert not wholly_differ(a, a)


def test_what_is_written_alike() -> None:
    assert same_letters(name("Семёнов Пётр"), name("СЕМЕНОВ ПЕТР Ильич"))
    assert not same_letters(name("Семёнов Пётр"), name("Семенова Пётр"))
    assert same_parts(name("А Б В"), name("Г Д Е"))
    assert not same_parts(name("А Б В"), name("А Б"))
    assert not same_parts(name("А Б"), name("А -"))


def test_a_slip_of_a_digit() -> None:
    assert slip_of_a_digit("850314390019", "850314390027")
    assert slip_of_a_digit("850314390019", "850413390019")
    assert not slip_of_a_digit("850314390019", "790101300011")
    assert not slip_of_a_digit("850314390019", "85031439001")
