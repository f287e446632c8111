from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.domain.errors import RefusedError
from pipeline.retention.approval import Approval, StandingOrder, admit, mandate, may_be_one

AT = datetime(2026, 10, 17, 9, tzinfo=UTC)
ORDER = StandingOrder("15", date(2026, 1, 12), "Б.С. Есімов")


def by(name: str, sha256: str = "a") -> Approval:
    return Approval("2026-001", sha256, name, AT, "login")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Есімов Болат Серікұлы", "Есімов Болат Серікұлы"),
        ("Есімов Болат Серікұлы", "есімов  болат серікұлы "),
        ("Есімов Болат Серікұлы", "Б.С. Есімов"),
        ("Есімов Болат Серікұлы", "Есімов Б."),
        ("Есімов Б.С.", "Болат Есімов"),
        ("Ёлкин Пётр", "Елкин П."),
        ("Ким А.", "А. Ким"),
        ("Есімов Болат Серікұлы", "ЕСИМОВ БОЛАТ"),
        ("Қасымов Әлібек", "Касымов Алибек"),
        ("Есімов Болат", "Ecімoв Бoлaт"),
        ("Есімов Болат Серікұлы", "Есимов Болат Серикович"),
        ("Ахметова Сәуле Нұрланқызы", "Ахметова Сауле Нурлановна"),
        ("Есімов Болат Серікұлы", "Есімов Болат Серік ұлы"),
        ("Сейіт-Ахметов Болат", "Сейіт Ахметов Б."),
    ],
)
def test_one_person_under_two_spellings_is_one(one: str, other: str) -> None:
    assert may_be_one(one, other)
    assert may_be_one(other, one)
    with pytest.raises(RefusedError, match="approval_same_person"):
        admit(other, [by(one)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Есімов Болат Серікұлы", "Есімов Дархан Серікұлы"),
        ("Есімов Болат", "Есімова Болат"),
        ("Ким А.", "Ким Б."),
        ("Әлиев Асан", "Әли Асан"),
        ("Есімов Болат Серікұлы", "Есімов Болат Маратович"),
        ("Есімов Болат Серікұлы", "Есімов Бауыржан Серікұлы"),
    ],
)
def test_two_people_are_two(one: str, other: str) -> None:
    assert not may_be_one(one, other)
    admit(other, [by(one)])


@pytest.mark.parametrize("name", ["", "Есімов", "  .  ", "123 456"])
def test_a_name_is_a_surname_and_more(name: str) -> None:
    with pytest.raises(RefusedError, match="approval_name"):
        admit(name, [])


def test_two_approvals_are_enough() -> None:
    given = [by("Есімов Болат"), by("Ахметова Сәуле")]
    with pytest.raises(RefusedError, match="approval_enough"):
        admit("Ли Виктор", given)


def test_the_mandate_is_two_approvals_or_the_standing_order() -> None:
    given = [by("Есімов Болат"), by("Ахметова Сәуле")]
    assert mandate(given, "a", ORDER) == tuple(given)
    assert mandate(given[:1], "a", ORDER) == ORDER
    assert mandate([], "a", ORDER) == ORDER
    for few in ([], given[:1], [given[0], by("Б. Есімов")]):
        with pytest.raises(RefusedError, match="approval_missing"):
            mandate(few, "a", None)


def test_an_approval_of_other_content_refuses_the_plan() -> None:
    with pytest.raises(RefusedError, match="plan_altered"):
        mandate([by("Есімов Болат"), by("Ахметова Сәуле", "b")], "a", ORDER)
