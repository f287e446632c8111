import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.kazakh.alphabet import LETTERS
from pipeline.domain.kazakh.latin import file_stem


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("Әбілқасов Дархан Маратұлы", "abilqasov-darkhan-maratuly"),
        ("Һалила Үсенова, Ғабит", "halila-usenova-gabit"),
        ("Өмірзақов Жаңгелдин", "omirzaqov-zhanggeldin"),
        ("Щёкин Юрий Яковлевич", "shchyokin-yuriy-yakovlevich"),
        ("Подъячев Гоголь", "podyachev-gogol"),
        ("Шаңырақ — № 12/а", "shangyraq-12-a"),
        ("Д'Артаньян", "d-artanyan"),
        ("QRG-PD-2025-3", "qrg-pd-2025-3"),
        ("../../etc/passwd", "etc-passwd"),
        ("Йод", "yod"),
        ("", ""),
        ("№", ""),
    ],
)
def test_stems(text, stem):
    assert file_stem(text) == stem


def test_every_letter_has_its_place_in_the_table():
    assert {c for c in LETTERS if not file_stem(c)} == {"ъ", "ь"}


def test_a_long_text_is_cut_without_a_hyphen_at_the_end():
    assert file_stem("а" * 100) == "a" * 60
    assert file_stem("а" * 59 + " б") == "a" * 59


@given(st.text())
def test_a_stem_is_safe_in_any_file_system(text):
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", file_stem(text))
    assert len(file_stem(text)) <= 60
