import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.kazakh.alphabet import KAZAKH_LETTERS, LETTERS, collation_key, search_key

WORDS = st.text(LETTERS + LETTERS.upper() + " -", max_size=20)


def test_the_alphabet_has_42_letters_and_two_that_decompose():
    assert len(LETTERS) == len(set(LETTERS)) == 42
    assert len(KAZAKH_LETTERS) == 84
    assert {c for c in LETTERS if unicodedata.normalize("NFD", c) != c} == {"й", "ё"}


def test_the_whole_alphabet_is_in_order():
    assert sorted(set(LETTERS), key=collation_key) == list(LETTERS)


def test_surnames_in_kazakh_order():
    ordered = [
        "Абаев", "Ағыбаев", "Әбілқасов", "Әуезова", "Байжанов", "Ғабитов", "Ерланов", "Ёлкин", "Жақсыбекова",
        "Йолдошев", "Касымов", "Қасымов", "Ли", "Ли-Иванова", "Лим", "Мұқанова", "Мүсіренов", "Нұрпейісов",
        "Оразов", "Өмірзақов", "Сатпаев", "Ұлықбеков", "Үсенов", "Хасенов", "Һалилов", "Шевченко", "Ысқақов",
        "Ісмағұлов", "Юсупов",
    ]  # fmt: skip
    assert sorted(set(ordered), key=collation_key) == ordered


def test_signs_digits_kazakh_letters_other_letters():
    assert sorted(["Smith", "Абай", "7", " ", "-"], key=collation_key) == [" ", "-", "7", "Абай", "Smith"]


def test_case_decides_last():
    assert sorted(["Абай", "абай", "Абайұлы", "абаев"], key=collation_key) == [
        "абаев",
        "абай",
        "Абай",
        "Абайұлы",
    ]


@given(WORDS)
def test_a_decomposed_word_stands_where_the_composed_one_does(word):
    assert collation_key(unicodedata.normalize("NFD", word)) == collation_key(word)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("касымов", "Қасымов"),
        ("КАСЫМОВ", "қасымов"),
        ("абилкасов", "Әбілқасов"),
        ("умирзаков", "Ұмирзақов"),
        ("омирзаков", "Өмірзақов"),
        ("усенов", "Үсенов"),
        ("халилов", "Һалилов"),
        ("габитов", "Ғабитов"),
        ("жангелдин", "Жаңгелдин"),
        ("семенов", "Семёнов"),
        ("Kacымoв", "Қасымов"),
        ("iсмағұлов", "Ісмағұлов"),
        ("  ли   виктор ", "Ли Виктор"),
    ],
)
def test_people_find_each_other(typed, name):
    assert search_key(typed) == search_key(name)


def test_different_names_stay_apart():
    assert search_key("Қасымов") != search_key("Қасымова")
    assert search_key("850314390019") == "850314390019"


@given(st.text(LETTERS + "abcdefghijklmnopqrstuvwxyz0123456789-№. ", max_size=30))
def test_the_key_does_not_depend_on_case_and_is_stable(text):
    key = search_key(text)
    assert search_key(text.upper()) == key
    assert search_key(key) == key
