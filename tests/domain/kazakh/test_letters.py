import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.kazakh.alphabet import LETTERS
from pipeline.domain.kazakh.letters import Repair, repair

AMBIGUOUS = "yYhH¥uk"


@pytest.mark.parametrize(
    ("written", "repaired", "letters"),
    [
        ("Қaсымов", "Қасымов", "a"),
        ("Caтпaeв", "Сатпаев", "Caae"),
        ("iшкi ictep", "ішкі ictep", "ii"),
        ("əділет", "әділет", "ə"),
        ("Əбілқасов ɵнер Ɵмір", "Әбілқасов өнер Өмір", "ƏɵƟ"),
        ("Kapағaнды", "Карағанды", "Kapa"),
        ("OPТAЛЫҚ", "ОРТАЛЫҚ", "OPA"),
        ("мıнез ҡызмет таӊ", "мінез қызмет таң", "ıҡӊ"),
        ("Τергеу", "Тергеу", "Τ"),
        ("пoлиция-бөлiм", "полиция-бөлім", "oi"),
        ("IТ және ІІM", "ІТ және ІІМ", "IM"),
    ],
)
def test_letters_of_one_reading_are_repaired(written, repaired, letters):
    result = repair(written)
    assert result.text == repaired
    assert "".join(change.found for change in result.fixed) == letters
    assert result.suspected == ()


@pytest.mark.parametrize(
    ("written", "suspects"),
    [
        ("Hұрлан", {"H": ("Н", "Һ")}),
        ("мyра", {"y": ("у", "ү", "ұ")}),
        ("¥лан", {"¥": ("Ұ",)}),
        ("аkын", {"k": ("к", "қ")}),
        ("Ќўќыќ", {"Ќ": ("Қ",), "ў": ("ұ",), "ќ": ("қ",)}),
        ("ќорєау", {"ќ": ("қ",), "є": ("ғ",)}),
        ("C қызметі", {"C": ("С",)}),
        ('"C" қызметі', {"C": ("С",)}),
        ("IIM бұйрығы", {"I": ("І",), "M": ("М",)}),
        ("бұйрық: ереже IIM", {"I": ("І",), "M": ("М",)}),
        ("PDFке", {"P": ("Р",), "D": (), "F": ()}),
        ("TikTokта", {"T": ("Т",), "i": ("і",), "k": ("к", "қ"), "o": ("о",)}),
        ("ѓылым", {"ѓ": ()}),
    ],
)
def test_letters_of_several_readings_are_only_reported(written, suspects):
    result = repair(written)
    assert result.text == written
    assert result.fixed == ()
    assert {change.found: change.meant for change in result.suspected} == suspects


def test_in_one_word_the_sure_letters_are_repaired_and_the_others_reported():
    result = repair("Aхмeтов Hyрлан")
    assert result.text == "Ахметов Hyрлан"
    assert [c.found for c in result.fixed] == ["A", "e"]
    assert [c.found for c in result.suspected] == ["H", "y"]


@pytest.mark.parametrize(
    "text",
    [
        "Қарағанды облысы Полиция департаменті",
        "PDF-файл, Excel кестесі және GPS",
        "XXI ғасырдың II тоқсаны, IV бөлім, XIX",
        "Ағылшын тілін B1 деңгейінде біледі",
        "лауазымы C-SVO-6 санатына жатады",
        "IT-бөлім, IT маманы, EXPOға, KPI",
        "https://мысал.kz/қaз қaр@мысал.kz www.қaз.kz",
        "Қaсымов.pdf В-2025-118.mp4",
        "850314390019 № 214",
        "Microsoft Office қолданады",
        "Adobe Acrobat",
        "tech",
        "10 ¥ айырбас",
        "ауданы 37 м², Дʼартаньян",
        "",
    ],
)
def test_what_is_right_is_left_alone(text):
    assert repair(text) == Repair(text)


def test_offsets_point_into_the_repaired_text():
    result = repair("Ол Қaсымов, y-а, мyра.")
    for change in result.fixed:
        assert result.text[change.offset] == change.meant[0]
        assert change.word == "Қaсымов"
        assert change.certain
    for change in result.suspected:
        assert result.text[change.offset] == change.found
        assert not change.certain


def test_both_spellings_are_told_by_code_point():
    assert repair("Қaсымов").fixed[0].code_points == "U+0061 → U+0430"
    assert repair("мyра").suspected[0].code_points == "U+0079 → U+0443/U+04AF/U+04B1"
    assert repair("ѓылым").suspected[0].code_points == "U+0453 → ?"


def test_a_decomposed_text_is_composed_without_being_called_wrong():
    assert repair(unicodedata.normalize("NFD", "Әй, Семёнов")) == Repair("Әй, Семёнов")


KAZAKH_TEXT = st.text(LETTERS + LETTERS.upper() + " -'\".,:;()0123456789№«»\n", max_size=60)
TWINS = dict(zip("аеосрхіАВСЕКМОРТХІ", "aeocpxiABCEKMOPTXI", strict=True))


@given(KAZAKH_TEXT)
def test_a_correct_text_is_never_changed(text):
    assert repair(text) == Repair(unicodedata.normalize("NFC", text))


@given(st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ -'.,0123456789", max_size=60))
def test_a_latin_text_is_never_changed(text):
    assert repair(text) == Repair(text)


@given(st.text(max_size=40) | st.text(LETTERS + "aeocpxiABCEKMOPTXIyYhHkuəўќє¥ -./@", max_size=40))
def test_repairing_twice_is_repairing_once(text):
    once = repair(text)
    twice = repair(once.text)
    assert twice.text == once.text
    assert twice.fixed == ()
    assert len(once.text) == len(unicodedata.normalize("NFC", text))


@given(
    st.text(LETTERS, min_size=1, max_size=6),
    st.text("аеосрхі", min_size=1, max_size=1),
    st.text("бгдлңқұ", min_size=1),
)
def test_a_twin_inside_a_kazakh_word_is_found_and_repaired(start, letter, end):
    result = repair(start + TWINS[letter] + end)
    assert result.text == start + letter + end
    assert [(c.offset, c.meant) for c in result.fixed] == [(len(start), (letter,))]
