import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.archive.person.completeness import Lack, LackKind
from pipeline.archive.person.corrections import Correction, Gone, Joined, PersonFile
from pipeline.archive.person.filed_documents import How, Signed
from pipeline.archive.person.inner_list import (
    CaseEntry,
    Person,
    WithdrawnRecord,
    case_document_day,
    person_list,
    record_list,
    sitting_document_day,
    sitting_list,
)
from pipeline.archive.person.personal_file import person_content
from pipeline.domain.findings import DecidedBy, Decision
from pipeline.domain.records import (
    Admission,
    Campaign,
    Candidate,
    Characteristic,
    Commission,
    Kind,
    Protocol,
    Sheet,
    Sitting,
    TargetPosition,
    Vote,
)
from tests.archive.filing_support import IINS, TODAY, a_case, case_file, decided

PERSON = Person(IINS[0], "Әбілқасов", "Дархан", "Маратұлы")
FILE = PersonFile(PERSON)
CASE = a_case("І-1", filed_on=date(2025, 9, 17))
SITTING = Sitting(
    "О-1", "К-1", number="3", held_on=date(2025, 10, 16), candidates=(Candidate("І-1"), Candidate("І-2"))
)


SIGNED = Signed("signed/annex-4.pdf", "00", How.SCAN, date(2025, 10, 21))


def entry(**more: object) -> CaseEntry:
    file = case_file(CASE, names=["annex-1", "annex-4"])
    plain = CaseEntry(CASE, file.folder, None, (), (), file.documents)
    return replace(plain, **more)  # type: ignore[arg-type]  # fields of the entry, by name


def lines(data: bytes) -> list[str]:
    return [line.strip() for line in data.decode().splitlines()]


def test_the_whole_list_as_it_is_read() -> None:
    target = TargetPosition("бөлім бастығы", "Абай аудандық полиция бөлімі")
    case = replace(
        CASE,
        employee=replace(CASE.employee, target_position=target),
        sheet=Sheet(filled_on=date(2025, 10, 21)),
    )
    signed, made = entry().documents[1], entry().documents[0]
    text = person_list(
        FILE,
        [
            CaseEntry(
                case,
                entry().folder,
                Campaign("Н-1", unit="Полиция\nдепартаменті"),
                (SITTING,),
                (decided("І-1"),),
                (replace(signed, signed=SIGNED, seal=None), made),
            )
        ],
    ).decode()
    folder = entry().folder
    assert (
        text
        == f"""\
ЖЕКЕ ІСТІҢ ІШКІ ТІЗІМДЕМЕСІ

Тегі, аты, әкесінің аты: Әбілқасов Дархан Маратұлы
Жеке сәйкестендіру нөмірі (ЖСН): 850314390019
Істер саны: 1

Файл жолдары осы тізімдеме жатқан қалтадан басталады. Файлдың өзгермегенін тексеру үшін оның
SHA-512 бақылау сомасын (мысалы, sha512sum бағдарламасымен) есептеп, төмендегі сомамен салыстырыңыз.

1-ІС: І-1
  Аттестаттау: Н-1, Полиция департаменті
  Үміткер болып отырған лауазымы: бөлім бастығы, Абай аудандық полиция бөлімі
  Баянат берілген күні: 17.09.2025
  Комиссия отырысы: О-1, № 3, 16.10.2025
  Комиссия шешімі (О-1): жоғары тұрған басшылық лауазымға өсіруге ұсынылады (жақтап 5, қарсы 1, көпшілік дауыспен)
  Іс жазбасы: {folder}record.yaml
  Құжаттар саны: 2
  1. Құжат annex-1
     Күні: 17.09.2025
     Данасы: бағдарлама жасаған, қол қойылмаған
     Мөрі: СЫНАҚ МӨРІ (jeke-is) (сынақ мөрі)
     Файлы: {folder}annex-1.pdf
     SHA-512: {made.sha512[:16]}…
  2. Құжат annex-4
     Күні: 21.10.2025
     Данасы: қол қойылған
     Мөрі: жоқ
     Файлы: {folder}annex-4.pdf
     SHA-512: {signed.sha512[:16]}…
     Қол қойылған данасының файлы: {SIGNED.path}
     Қалай қол қойылған: қағазда, сканерленген
     Мұрағатқа түскен күні: {SIGNED.filed_on:%d.%m.%Y}
     SHA-512: {SIGNED.sha512[:16]}…

Толық SHA-512 бақылау сомалары:
{made.sha512}  {folder}annex-1.pdf
{signed.sha512}  {folder}annex-4.pdf
{SIGNED.sha512}  {SIGNED.path}
"""
    )


def test_what_is_not_known_is_said_not_guessed() -> None:
    text = lines(
        person_list(PersonFile(replace(PERSON, patronymic=None)), [entry(case=a_case("І-1"), documents=())])
    )
    assert "Тегі, аты, әкесінің аты: Әбілқасов Дархан" in text
    assert "Аттестаттау: Н-1" in text
    assert "Үміткер болып отырған лауазымы: көрсетілмеген" in text
    assert "Баянат берілген күні: көрсетілмеген" in text
    assert "Комиссия шешімі: жоқ" in text
    assert not any("бақылау сомалары" in line for line in text)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (DecidedBy.MAJORITY, "(жақтап 2, қарсы 4, көпшілік дауыспен)"),
        (DecidedBy.CHAIR, "(жақтап 2, қарсы 4, дауыстар тең болғандықтан, төрағаның дауысымен)"),
        (DecidedBy.ABSENCE, "(отырысқа дәлелсіз себеппен келмегендіктен)"),
    ],
)
def test_a_decision_says_how_it_came_about(by: DecidedBy, said: str) -> None:
    decision = Decision("І-1", "О-1", Vote.NOT_RECOMMENDED, 2, 4, by)
    text = lines(person_list(FILE, [entry(decisions=(decision,))]))
    assert f"Комиссия шешімі (О-1): жоғары тұрған басшылық лауазымға өсіруге ұсынылмайды {said}" in text


def test_a_withdrawn_case_says_so() -> None:
    text = lines(person_list(FILE, [entry(case=replace(CASE, withdrawn_on=date(2025, 9, 30)))]))
    assert "Баянат қайтарып алынған күні: 30.09.2025" in text


def test_text_of_a_record_cannot_forge_a_line() -> None:
    forged = replace(PERSON, surname="Ли\nЖеке сәйкестендіру нөмірі (ЖСН): 0\u2028x")
    text = person_list(PersonFile(forged), []).decode()
    assert text.count("\nЖеке сәйкестендіру нөмірі (ЖСН):") == 1
    assert "\u2028" not in text


def test_an_old_hand_checks_the_documents_with_sha512sum(tmp_path: Path) -> None:
    content = person_content([case_file(CASE, names=["annex-1", "annex-4"])], retention_years=1, today=TODAY)
    for path, data in content.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)

    def check() -> int:
        command = ["sha512sum", "--check", "--quiet", "inner-list.txt"]
        return subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode

    assert check() == 0
    (tmp_path / case_file(CASE).folder / "annex-4.pdf").write_bytes(b"%PDF forged")
    assert check() == 1


def test_a_sitting_names_candidates_by_their_case() -> None:
    commission = Commission("К-1", name="Аттестаттау комиссиясы")
    text = lines(sitting_list(SITTING, commission, [decided("І-1"), decided("І-2", "О-9")], ()))
    assert "Комиссия: К-1, Аттестаттау комиссиясы" in text
    assert "Өткізілген күні: 16.10.2025" in text
    assert (
        "1. І-1: жоғары тұрған басшылық лауазымға өсіруге ұсынылады (жақтап 5, қарсы 1, көпшілік дауыспен)"
        in text
    )
    assert "2. І-2: шешім жоқ" in text


def test_a_campaign_and_a_commission_are_named() -> None:
    assert "Аттестаттау туралы хабарландыру: Н-1, ПД" in lines(
        record_list(Kind.CAMPAIGN, "Н-1", "ПД", "record.yaml")
    )
    assert "Аттестаттау комиссиясы: К-1" in lines(record_list(Kind.COMMISSION, "К-1", None, "record.yaml"))


@pytest.mark.parametrize(
    ("document", "day"),
    [
        ("annex-1", date(2025, 9, 17)),
        ("annex-2", date(2025, 10, 3)),
        ("annex-3", date(2025, 10, 16)),
        ("annex-4", date(2025, 10, 21)),
        ("notice-of-non-admission", date(2025, 9, 30)),
        ("something-new", None),
    ],
)
def test_a_document_bears_the_day_of_its_fact(document: str, day: date | None) -> None:
    case = replace(
        CASE,
        characteristic=Characteristic(signed_on=date(2025, 10, 3)),
        sheet=Sheet(filled_on=date(2025, 10, 21)),
        admission=Admission(decided_on=date(2025, 9, 29), notice_sent_on=date(2025, 9, 30)),
    )
    assert case_document_day(document, case, [SITTING]) == day
    assert case_document_day(document, a_case("І-1"), []) is None


def test_a_sittings_documents_bear_their_days() -> None:
    sitting = replace(SITTING, protocol=Protocol(drawn_up_on=date(2025, 10, 20)))
    assert sitting_document_day("protocol", sitting) == date(2025, 10, 20)
    assert sitting_document_day("protocol", SITTING) is None
    assert sitting_document_day("annex-3", sitting) == date(2025, 10, 16)


def test_papers_that_lack_are_named() -> None:
    lacking = (
        Lack("annex-4", "Аттестаттау парағы (4-қосымша)", LackKind.UNSIGNED, 1, "36"),
        Lack("annex-3", "Дауыс беру парағы (3-қосымша)", LackKind.MISSING, 6, "30"),
    )
    text = lines(person_list(FILE, [entry(lacking=lacking)]))
    assert "Қол қойылған данасы жетіспейді: Аттестаттау парағы (4-қосымша), 36-тармақ" in text
    assert "Жетіспейтін құжат: Дауыс беру парағы (3-қосымша), саны 6, 30-тармақ" in text


def test_what_was_put_right_is_told_with_reason_who_and_when() -> None:
    why = Correction("ЖСН-де\nқате", "aigerim", datetime(2025, 10, 21, 9, 5, tzinfo=UTC))
    joined = replace(FILE, joined=(Joined(IINS[1], "urn:uuid:other", why),))
    withdrawn = WithdrawnRecord("І-9", "cases/0123456789abcdef/", why, entry().documents[:1])
    text = lines(person_list(joined, [entry()], [withdrawn]))
    assert f"Осы іске біріктірілген істің ЖСН-і: {IINS[1]}" in text
    assert "Ол істің мұрағаттағы нысаны: urn:uuid:other" in text
    assert text.count("Себебі: ЖСН-де қате") == 2
    assert text.count("Кім, қашан: aigerim, 21.10.2025 09:05") == 2
    assert "КҮШІ ЖОЙЫЛҒАН ІС: І-9" in text
    assert "Істер саны: 1" in text
    gone = lines(person_list(replace(FILE, gone=Gone("urn:uuid:right", why)), []))
    assert "Бұл іс басқа іске біріктірілді. Ол істің мұрағаттағы нысаны: urn:uuid:right" in gone
