import pytest

from pipeline.domain.kazakh.keyboards import SWITCHES


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("F,bkrfcjd", "Абилкасов"),
        ("@,3k0fcjd", "Әбілқасов"),
        ('"б3л0асов', "Әбілқасов"),
        (":8y3cjd", "Жүнісов"),
        ("_v3h9ks", "Өмірұлы"),
        (">kbz", "Юлия"),
        ("Фишдлфыщм", "Abilkasov"),
        ("ЙКП-ЗВ-2025-014", "QRG-PD-2025-014"),
        ("әқәғ", "2025"),
        ('үғқі"ңіұққ"ұ', "850314390019"),
        ("L/V/", "Д.М."),
    ],
)
def test_the_same_keys_under_another_layout(typed: str, meant: str) -> None:
    assert meant in {switch(typed) for switch in SWITCHES}


def test_a_word_that_no_such_keyboard_gives_is_left_alone() -> None:
    assert {switch("Lee–李") for switch in SWITCHES} == {"Lee–李"}
