from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.domain.errors import ConfigError, RefusedError
from pipeline.retention.approval import Approval, StandingOrder, admit, enough, mandate
from pipeline.retention.same_person import may_be_one

AT = datetime(2026, 10, 17, 9, tzinfo=UTC)
ORDER = StandingOrder("15", date(2026, 1, 12), "Б.С. Есімов")


TODAY = date(2026, 10, 17)


def by(name: str, sha256: str = "a", user: str = "") -> Approval:
    """Under a login of its own, unless one is given."""
    return Approval("2026-001", sha256, name, AT, user or f"login of {name}")


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
        ("Сейіт-Ахметов Болат", "Сейтахметов Б."),
        ("Б.С. Есімов", "Bolat Esimov"),
        ("Б.С. Есімов", "B.S. Esimov"),
        ("Б.С. Есімов", "Эсимов Б.С."),
        ("Б.С. Есімов", "Есімова Б.С."),
        ("Есімов Болат", "Есімова Болат"),
        ("Есімов Болат Серікұлы", "Yessimov Bolat Serikuly"),
        ("Есімов Б.", "ECIMOB B."),
        ("Ахметова Сәуле Нұрланқызы", "Saule Akhmetova"),
        ("Ахметова Сәуле", "Axmetova Säwle"),
        ("Жақсыбекова Гүлнәр", "Zh. G. Zhaksybekova"),
        ("Жақсыбекова Гүлнәр", "Jaqsybekova Gülnär"),
        ("Шәріпов Юрий", "Sharipov Yuri"),
        ("Щербаков Александр", "Scherbakov Alexander"),
        ("Достоевский Фёдор", "Достоевская Ф."),
        ("Достоевский Фёдор", "Fyodor Dostoyevsky"),
        ("Мария Иванова", "Mariya Ivanov"),
        ("Б.С. Есімов", "Esimow B."),
        ("Есімов Болат", "Esimoff Bolat"),
        ("Төлегенов Рүстем", "Тулегенов Рустем"),
        ("Өмірзақов Бекзат", "Umirzakov Bekzat"),
        ("Тілеубаев Қайрат", "Тлеубаев Кайрат"),
        ("Әбдірахманов Ғалым", "Abdrakhmanov Galym"),
        ("Мұхамеджанов Нұрлан", "Mukhamedzhanov Nurlan"),
        ("Цой Виктор", "Choi Viktor"),
        ("Цой В.", "V. Choy"),
        ("Цой Виктор", "Чой Виктор"),
        ("Ли Виктор", "Lee Victor"),
        ("Ли В.", "Yi V."),
        ("Ким Алексей", "Gim Alexey"),
        ("Пак Светлана", "Svetlana Park"),
        ("Хван Марина", "Hwang Marina"),
        ("Юн Елена", "Yoon Elena"),
        ("Тен Карл", "Jung Carl"),
        ("Есімов Болат", "полковник Есімов Б."),
        ("майор Есімов Болат", "полиция полковнигі Есімов Б.С."),
        ("Есімов Болат", "подполковник юстиции Esimov B."),
        ("Есімов Б.", "Бөлім бастығы Есімов Болат"),
        ("Есімов Болат", "мырза Б. Есімов"),
        ("Есімов Болат", "Б. Есімов, ст. лейтенант полиции"),
        ("Есімов Болат", "Polkovnik Esimov Bolat"),
        ("генерал-майор Есімов Болат", "Colonel Bolat Esimov"),
        ("Есімов Б.С.", "Ес\u00adімов Б.С."),
        ("Есімов Б.С.", "Есі\u200bмов Б.\u2060С."),
        ("Есімов Б.С.", "\ufeffЕс\u034fімов Б.С."),
    ],
)
def test_one_person_under_two_spellings_is_one(one: str, other: str) -> None:
    assert may_be_one(one, other)
    assert may_be_one(other, one)
    with pytest.raises(RefusedError, match="approval_same_person"):
        admit(other, "another", [by(one)])
    assert not enough([by(one), by(other)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Есімов Болат Серікұлы", "Есімов Дархан Серікұлы"),
        ("Ким А.", "Ким Б."),
        ("Есімов Болат", "Есімова Бақыт"),
        ("Bolat Esimov", "Saule Akhmetova"),
        ("Қасымова Әлия", "Қасымов Әли"),
        ("Иванова Анна", "Иванова Инна"),
        ("Ахметов Ерлан", "Ахметов Ержан"),
        ("Әлиев Асан", "Әли Асан"),
        ("Есімов Болат Серікұлы", "Есімов Болат Маратович"),
        ("Есімов Болат Серікұлы", "Есімов Бауыржан Серікұлы"),
        ("Ли Виктор", "Ли Валентин"),
        ("Асанов Марат", "Асанов Мұрат"),
        ("Иванов Павел", "Иванов Пётр"),
        ("Сейтов А.", "Саитов А."),
        ("Тян В.", "Тен В."),
        ("Жұманов Е.", "Жаманов Е."),
        ("Цой Виктор", "Choi Valentin"),
        ("Цой В.", "Ли В."),
        ("Ким А.", "Kang A."),
        ("Чо Виктор", "Чон Виктор"),
        ("Цой Виктор", "Зоев Виктор"),
        ("Майоров Болат", "Есімов Болат"),
        ("полковник Есімов Болат", "полковник Есімов Дархан"),
        ("Капитанов А.", "Лейтенантов А."),
    ],
)
def test_two_people_are_two(one: str, other: str) -> None:
    assert not may_be_one(one, other)
    assert not may_be_one(other, one)
    admit(other, "another", [by(one)])
    assert enough([by(one), by(other)])


def test_one_login_is_one_person_whatever_names_it_gives() -> None:
    with pytest.raises(RefusedError, match="approval_same_login"):
        admit("Ахметова Сәуле", "aigerim", [by("Есімов Болат", user="aigerim")])
    assert not enough([by("Есімов Болат", user="aigerim"), by("Ахметова Сәуле", user="aigerim")])


@pytest.mark.parametrize("name", ["", "Есімов", "  .  ", "123 456", "полковник Есімов", "Бөлім бастығы"])
def test_a_name_is_a_surname_and_more(name: str) -> None:
    with pytest.raises(RefusedError, match="approval_name"):
        admit(name, "login", [])


def test_two_approvals_are_enough() -> None:
    given = [by("Есімов Болат"), by("Ахметова Сәуле")]
    with pytest.raises(RefusedError, match="approval_enough"):
        admit("Ли Виктор", "another", given)


def test_the_mandate_is_two_approvals_or_the_standing_order() -> None:
    given = [by("Есімов Болат"), by("Ахметова Сәуле")]
    assert mandate(given, "a", ORDER, TODAY) == tuple(given)
    assert mandate(given[:1], "a", ORDER, TODAY) == ORDER
    assert mandate([], "a", ORDER, TODAY) == ORDER
    for few in ([], given[:1], [given[0], by("Б. Есімов")]):
        with pytest.raises(RefusedError, match="approval_missing"):
            mandate(few, "a", None, TODAY)
    with pytest.raises(RefusedError, match="approval_unbound"):
        mandate([], "a", None, TODAY, unbound=2)


def test_an_order_counts_from_its_own_day_and_not_before() -> None:
    day = ORDER.date
    assert mandate([], "a", ORDER, day) == ORDER
    with pytest.raises(ConfigError, match="order_ahead"):
        mandate([], "a", ORDER, day - timedelta(days=1))
    given = [by("Есімов Болат"), by("Ахметова Сәуле")]
    assert mandate(given, "a", ORDER, day - timedelta(days=1)) == tuple(given)


def test_an_approval_of_other_content_refuses_the_plan() -> None:
    with pytest.raises(RefusedError, match="plan_altered"):
        mandate([by("Есімов Болат"), by("Ахметова Сәуле", "b")], "a", ORDER, TODAY)
