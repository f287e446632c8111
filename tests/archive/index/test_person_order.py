import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.archive.index.person_order import beginning, sort_key
from pipeline.archive.person.inner_list import Person
from pipeline.domain.kazakh.alphabet import collation_key, folded_letters, search_key, spellings
from pipeline.domain.names import full_name

names = st.text(st.sampled_from("аәбқкұүһіяАӘҚ -.’0z9қzа\x01я\u0301Ω"), min_size=1, max_size=12)


def person(surname: str) -> Person:
    return Person("850314390019", surname, "Арман", None)


@given(names, names)
@example("Қа", "Ка")
@example("а б", "аб")
def test_bytes_are_in_the_order_of_the_names(one, other):
    keys = [collation_key(full_name(person(name))) for name in (one, other)]
    assert (sort_key(person(one)) < sort_key(person(other))) == (keys[0] < keys[1])


@given(names, st.integers(0, 12))
def test_a_name_lies_in_the_stretch_of_its_beginning(name, letters):
    whole = unicodedata.normalize("NFC", full_name(person(name)))
    low, high = beginning(whole[:letters])
    assert low <= sort_key(person(name)) < high


@given(names)
def test_no_other_name_lies_in_the_stretch(name):
    low, high = beginning("қа")
    inside = low <= sort_key(person(name)) < high
    assert inside == full_name(person(name)).lower().startswith("қа")


@given(names)
def test_every_letter_is_among_the_spellings_of_what_it_folds_to(name):
    whole = unicodedata.normalize("NFC", name).lower()
    for letter, folded in zip(whole, folded_letters(name), strict=True):
        assert letter in spellings(folded)


def test_spellings():
    assert set(spellings("к")) == {"к", "қ", "k"}
    assert set(spellings("у")) >= {"у", "ұ", "ү"}
    assert spellings("5") == "5"
    assert all(search_key(letter) == search_key("к") for letter in spellings("к"))
