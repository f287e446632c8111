"""Where people sign, seen on the originals."""

from __future__ import annotations

import pytest

from pipeline.scans.printed import MM
from tests.scans.originals import original

LABELS = {
    "annex-1": [["Д.М. Әбілқасов"]],
    "annex-2": [
        [],
        ["Басшының Т.А.Ж. Омаров Талғат Бекұлы", "аттестатталушының Т.А.Ж. Әбілқасов Дархан Маратұлы"],
    ],
    "annex-4": [["Аттестаттау комиссиясының хатшысы А.Е. Мұқанова", "Аттестаттау парағымен таныстым"]],
    "invitation-01": [["Кадр қызметі Жақсыбекова Гүлнәр Әлімқызы", "Хабарламаны алдым"]],
    "protocol": [
        [],
        [
            "Комиссия төрағасы А.Б. Қасымов",
            "Комиссия мүшелері: С.Т. Нұрпейісов",
            "Г.Ә. Жақсыбекова",
            "В.Н. Ли",
            "Қ.М. Тілеубаев",
            "Б.Ж. Сәрсенов",
            "Хатшы А.Е. Мұқанова",
        ],
    ],
}


@pytest.mark.parametrize("name", LABELS)
def test_every_place_and_no_other(name: str) -> None:
    assert [[f.label for f in page.fields] for page in original(name)] == LABELS[name]


def test_a_place_is_large_enough_to_sign_in() -> None:
    for name in LABELS:
        for page in original(name):
            for field in page.fields:
                assert field.place.width > 30 * MM
                assert 7 * MM < field.place.height < 16 * MM


def test_a_ballot_is_signed_in_its_column() -> None:
    (page,) = original("annex-3-01")
    (field,) = page.fields
    assert field.label.startswith("1 полиция майоры Әбілқасов Дархан Маратұлы")
    assert field.place.width == pytest.approx(25 * MM, abs=2)
    assert field.instead is None


def test_the_attendance_sheet_asks_nothing_of_who_is_printed_absent() -> None:
    pages = original("agenda")
    *members, secretary = (field for page in pages for field in page.fields)
    assert len(members) == 7
    assert not any("Гончаров" in field.label for field in members)
    assert all(field.instead is not None for field in members)
    assert secretary.label == "Хатшы А.Е. Мұқанова"
    assert len(pages[-1].fields) > 1, "a member's row stands above the secretary's signature"
