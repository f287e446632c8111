"""`jeke find` as clerks type it: what was guessed is said so, in words and in JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.place import Place, sample

IIN, CASE, NAME = "010203500107", "SHY-PD-2026-008", "Өмірзақов"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.with_sample(tmp_path_factory.mktemp("finding") / "place", "refused")


@pytest.mark.parametrize(
    "words", ["омирзаков", f"ЖСН: {IIN[:6]} {IIN[6:]}", "22 сәуір 2026", "апрель 2026 г.", "Б.Ғ.Өмірзақов"]
)
def test_as_typed_nothing_is_said(place: Place, words: str) -> None:
    ran = place.jeke("find", *words.split())
    assert (ran.status, ran.err) == (0, "")
    assert f"{NAME} Бекзат Ғаниұлы, ЖСН {IIN}" in ran.out


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("kk", "«Omirzaqov» орнына «омирзаков» деп іздегенде табылды. Керек адам екенін тексеріңіз.\n"),
        ("ru", "Найдено при поиске «омирзаков» вместо «Omirzaqov». Проверьте, тот ли это человек.\n"),
        (
            "en",
            (
                'Nothing fits as typed; found by looking for "омирзаков" instead of "Omirzaqov".'
                " Check that it is the person you mean.\n"
            ),
        ),
    ],
)
def test_a_guess_is_said_to_be_one(place: Place, lang: str, said: str) -> None:
    ran = place.jeke("find", "Omirzaqov", "--lang", lang)
    assert (ran.status, ran.err) == (0, said)
    assert NAME in ran.out
    assert "омирзаков" not in ran.out


def test_an_iin_under_other_letters_is_not_repeated(place: Place) -> None:
    ran = place.jeke("find", IIN.translate(str.maketrans("0123456789", 'қ"әіңғ,.үұ')))
    assert NAME in ran.out
    assert ran.err == ""


def test_scripts_are_told_by_read_as(place: Place) -> None:
    guessed = json.loads(place.jeke("find", "Jvbhpfrjd", "--json").out)
    assert guessed["read_as"] == [{"typed": "Jvbhpfrjd", "as": ["Омирзаков"]}]
    assert json.loads(place.jeke("find", NAME, "--json").out)["read_as"] == []


def test_nobody_is_handed_out_by_a_guess(place: Place, tmp_path: Path) -> None:
    for command in (("get", "Omirzaqov", "--out", str(tmp_path)), ("status", "Omirzaqov")):
        assert place.jeke(*command).status == 3
    assert not list(tmp_path.iterdir())
    assert place.jeke("status", "ЖСН", IIN[:6], IIN[6:]).status == 0


def test_a_withdrawn_record_is_found_the_same_ways(tmp_path: Path) -> None:
    place = Place.make(tmp_path / "place")
    place.drop("a.yaml", sample("refused"))
    assert place.run_once().status == 0
    ran = place.jeke("withdraw", CASE, "--reason", "қате")
    assert ran.status == 0, ran.err
    for words in (NAME, f"ИИН {IIN[:6]} {IIN[6:]}", CASE.lower()):
        found = place.jeke("find", words, "--withdrawn")
        assert (found.status, found.err) == (0, "")
        assert CASE in found.out
    guessed = place.jeke("find", "Omirzaqov", "--withdrawn")
    assert CASE in guessed.out
    assert "«омирзаков»" in guessed.err
    assert place.jeke("find", "Umarov", "--withdrawn").status == 3
