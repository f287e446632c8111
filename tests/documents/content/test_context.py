from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.documents.content.context import (
    DocumentOptions,
    addressee_lines,
    annex_1,
    annex_2,
    ballot_person,
    notice,
    post,
)
from pipeline.domain.records import (
    Addressee,
    Admission,
    Case,
    CheckResult,
    Employee,
    OwnSecurity,
    Position,
    RefusalAct,
)
from tests.documents.invented import CAMPAIGN, CASE, CHARACTERISTIC, EMPLOYEE

HEAD = "Қарағанды облысы Полиция департаментінің бастығы"
EXACT = DocumentOptions()


@pytest.mark.parametrize(
    ("addressee", "lines"),
    [
        (None, ("", "")),
        (
            Addressee(HEAD, "Е.Қ. Сатпаев"),
            ("Қарағанды облысы Полиция департаментінің бастығына", "Е.Қ. Сатпаевқа"),
        ),
        (Addressee(HEAD), ("Қарағанды облысы Полиция департаментінің бастығына", "")),
        # where the ending is not sure, both stand in the nominative
        (Addressee(HEAD, "Е. К-1"), (HEAD, "Е. К-1")),
        # what HR wrote is printed as written
        (Addressee(HEAD, "Е.Қ. Сатпаев", "Бастыққа Е.Қ. Сатпаевқа"), ("Бастыққа", "Е.Қ. Сатпаевқа")),
        (Addressee(HEAD, "Е.Қ. Сатпаев", "Бастыққа\nСатпаев мырзаға"), ("Бастыққа", "Сатпаев мырзаға")),
        (Addressee(HEAD, "Е.Қ. Сатпаев", "Бастыққа"), ("Бастыққа", "Е.Қ. Сатпаевқа")),
        (Addressee(HEAD, None, "Бастыққа"), ("Бастыққа", "")),
    ],
)
def test_addressee(addressee: Addressee | None, lines: tuple[str, str]) -> None:
    assert addressee_lines(addressee) == lines


@pytest.mark.parametrize(
    ("position", "printed"),
    [
        (None, ""),
        (Position(title="аға инспектор"), "аға инспектор"),
        (Position(title="аға инспектор", unit="№ 72 мекеме"), "аға инспектор (№ 72 мекеме)"),
        (Position(title="Абай АПБ аға уәкілі", unit="Абай аудандық полиция бөлімі"), "Абай АПБ аға уәкілі"),
        (Position(unit="Абай АПБ"), "Абай АПБ"),
        # a part of a word is not the unit's name
        (
            Position(title="аға тергеуші", unit="Тергеу басқармасы"),
            "аға тергеуші (Тергеу басқармасы)",
        ),
        # another unit of the same department
        (
            Position(
                title="Ұлытау облысы Полиция департаментінің Тергеу басқармасының бастығы",
                unit="Ұлытау облысы Полиция департаментінің Ішкі қауіпсіздік басқармасы",
            ),
            (
                "Ұлытау облысы Полиция департаментінің Тергеу басқармасының бастығы"
                " (Ұлытау облысы Полиция департаментінің Ішкі қауіпсіздік басқармасы)"
            ),
        ),
        (
            Position(title="Тергеу басқармасы бөлімінің бастығы", unit="Тергеу басқармасының бөлімі"),
            "Тергеу басқармасы бөлімінің бастығы",
        ),
        # quotation marks, a hyphen, capitals with an ending: the words are the unit's all the same
        (
            Position(title="«Тергеу басқармасы» бастығы", unit="Тергеу басқармасы"),
            "«Тергеу басқармасы» бастығы",
        ),
        (
            Position(title="КПБ-ның аға уәкілі", unit="Криминалдық полиция басқармасы"),
            "КПБ-ның аға уәкілі",
        ),
        (
            Position(title="Сот-медициналық орталықтың сарапшысы", unit="Сот медициналық орталығы"),
            "Сот-медициналық орталықтың сарапшысы",
        ),
        # they are not: another number, another kind of unit, a part of its name, words of the same stem
        (
            Position(title="№ 5 полиция бөлімінің бастығы", unit="№ 51 полиция бөлімі"),
            "№ 5 полиция бөлімінің бастығы (№ 51 полиция бөлімі)",
        ),
        (
            Position(title="тергеу бөлімшесінің бастығы", unit="Тергеу бөлімі"),
            "тергеу бөлімшесінің бастығы (Тергеу бөлімі)",
        ),
        (
            Position(title="Кадр саясаты басқармасының инспекторы", unit="Кадр басқармасы"),
            "Кадр саясаты басқармасының инспекторы (Кадр басқармасы)",
        ),
        (Position(title="инспектор", unit="Инспекция"), "инспектор (Инспекция)"),
        (
            Position(title="ПД бастығының орынбасары", unit="Қарағанды облысының Полиция департаменті"),
            "ПД бастығының орынбасары (Қарағанды облысының Полиция департаменті)",
        ),
    ],
)
def test_post(position: Position | None, printed: str) -> None:
    """Field case unit-dropped: a unit goes unsaid only where the title itself says it."""
    assert post(position) == printed


def test_person_without_patronymic_or_post() -> None:
    bare = Employee(iin="850314390019", surname="Ли", given_name="Виктор")
    assert ballot_person(bare) == "Ли Виктор"
    assert annex_1(Case("C", "K", bare), EXACT)["applicant_signature"] == "В.\u00a0Ли"


def test_unknown_values_are_empty_and_nothing_is_none() -> None:
    bare = Case("C", "K", Employee(iin="850314390019", surname="Ли"))
    for context in (annex_1(bare, EXACT), annex_2(bare, EXACT), notice(bare, CAMPAIGN)):
        assert None not in context.values()
        assert "None" not in str(context)


def test_day_of_the_form() -> None:
    context = annex_2(CASE, EXACT)
    assert (context["yy"], context["dd"], context["month"]) == ("25", "03", "қазан")
    unsigned = annex_2(replace(CASE, characteristic=replace(CHARACTERISTIC, signed_on=None)), EXACT)
    assert (unsigned["yy"], unsigned["dd"], unsigned["month"]) == ("", "", "")


def test_free_text_is_printed_by_paragraphs() -> None:
    assert annex_2(CASE, EXACT)["item1_duties"] == ["Ауыр қылмыстарды ашуға қатысты.", "Мерзім бұзған жоқ."]


def test_registration_is_printed_below_unless_switched_off() -> None:
    assert annex_1(CASE, EXACT)["registration"] == {"number": "214", "date": "2025 жылғы 17 қыркүйек"}
    assert annex_1(CASE, DocumentOptions(registration=False))["registration"] == {}


def test_acquaintance_line_is_an_option() -> None:
    option = DocumentOptions(acquaintance=True)
    acquainted = replace(CASE, characteristic=replace(CHARACTERISTIC, acquainted_on=dt.date(2025, 10, 3)))
    act = RefusalAct("12", dt.date(2025, 10, 3))
    refused = replace(CASE, characteristic=replace(CHARACTERISTIC, refusal_act=act))
    assert annex_2(acquainted, EXACT)["acquaintance"] == ""
    assert annex_2(acquainted, option)["acquaintance"] == "Танысқан күні: 2025 жылғы 3 қазан"
    assert (
        annex_2(refused, option)["acquaintance"]
        == "Танысудан бас тартты: 2025 жылғы 3 қазандағы №\u00a012 акт"
    )


@pytest.mark.parametrize(
    ("grounds", "words"),
    [
        (("7.2",), "7-тармағының 2) тармақшасына (қолданыстағы тәртіптік жазасы бар) сәйкес"),
        (("4",), "4-тармағына (алдыңғы аттестаттаудан кейін белгіленген мерзім өтпеген) сәйкес"),
        (("7.1", "7.3"), "жіберілмедіңіз"),
        (("8",), "8-тармағына сәйкес"),
        ((), "__________ сәйкес"),
    ],
)
def test_notice_names_the_ground(grounds: tuple[str, ...], words: str) -> None:
    case = replace(CASE, admission=Admission(admitted=False, grounds=grounds))
    paragraphs = notice(case, CAMPAIGN)["paragraphs"]
    assert isinstance(paragraphs, list)
    assert words in paragraphs[0]
    assert len(paragraphs) == 1


def test_notice_names_the_evidence() -> None:
    security = OwnSecurity(answered_on=dt.date(2026, 5, 4), result=CheckResult.OBJECTION, note="жазасы бар")
    admission = Admission(admitted=False, grounds=("7.2",), decided_on=dt.date(2026, 5, 5))
    paragraphs = notice(replace(CASE, admission=admission, own_security=security), CAMPAIGN)["paragraphs"]
    assert isinstance(paragraphs, list)
    assert paragraphs[1:] == [
        "Негізі: өзіндік қауіпсіздік қызметінің 2026 жылғы 4 мамырдағы хабарламасы (жазасы бар).",
        "Шешім қабылданған күн: 2026 жылғы 5 мамыр.",
    ]


def test_notice_is_addressed_in_the_dative() -> None:
    assert notice(CASE, CAMPAIGN)["addressee_name"] == "Әбілқасов Дархан Маратұлына"
    unsure = replace(CASE, employee=replace(EMPLOYEE, patronymic="К-1"))
    assert notice(unsure, CAMPAIGN)["addressee_name"] == "Әбілқасов Дархан К-1"
