"""The answers to HR, from real records judged by the real law."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.archive.person.filed_documents import made_document
from pipeline.domain.errors import MachineError
from pipeline.domain.findings import Judgement
from pipeline.domain.records import Kind, Ref
from pipeline.flow.outcomes.results import DropAnswer, RecordAnswer, Result
from pipeline.intake.workdays import load_calendar
from pipeline.law.docket import Docket
from pipeline.law.judging import judge, waits_for
from pipeline.law.readings import Readings
from pipeline.messages.answers import Answers
from pipeline.messages.catalogue import Language, Messages
from pipeline.record_format.reader import read_stream
from tests.cli.jeke import SAMPLES

ON = date(2025, 10, 17)
SHA256 = "9ddb04e739e4272fa32d2277369fb8984c1209a7fe091cb0d7c9123456789012"


def drop(text: str, **changes) -> DropAnswer:
    result = read_stream(text.encode(), "іс.yaml")
    judgement = Judgement()
    if result.records:
        docket = Docket(read.record for read in result.records)
        judgement = judge(docket, load_calendar(None), Readings(), ON)
    about = DropAnswer(
        "іс.yaml", SHA256, 1, Result.DONE, ON, result.records, result.errors, judgement=judgement
    )
    return replace(about, **changes)


def answer(about: DropAnswer, kind: Kind, **changes) -> RecordAnswer:
    records = {read.record.ref.kind: read.record for read in about.records}
    record, docket = records[kind], Docket(records.values())
    concerning = Judgement(
        tuple(f for f in about.judgement.findings if f.record == record.ref),
        tuple(d for d in about.judgement.deadlines if d.record == record.ref),
        about.judgement.decisions,
    )
    made = RecordAnswer(record, "urn:uuid:1", "v2", (), (), waits_for(docket, record), concerning)
    return replace(made, **changes)


@pytest.fixture
def sample() -> str:
    return (SAMPLES / "recommended.yaml").read_text()


@pytest.fixture
def say() -> Answers:
    return Answers(Messages())


def document(name: str, title: str):
    return made_document("", document=name, name=name, title=title, fingerprint="", pdf=b"", seal=None)


def test_filed(say, sample):
    about = drop(sample)
    annex_1, ballot = document("annex-1", "Баянат (1-қосымша)"), document("annex-3-01", "Дауыс беру парағы")
    text = say.filed(about, answer(about, Kind.CASE, made=(annex_1, ballot), to_sign=(annex_1,)))
    assert text.startswith("ЖАУАП\nФайл: іс.yaml\nКүні: 17.10.2025\nЖазба: іс QRG-PD-2025-014\n")
    assert "Қызметкер: Әбілқасов Дархан Маратұлы" in text
    assert "Мұрағатқа енгізілді. Нұсқасы: v2" in text
    to_sign = text.index("Басып шығарылып, қол қойылатын құжаттар")
    made = text.index("Жаңадан жасалған құжаттар")
    assert to_sign < text.index("Баянат (1-қосымша): annex-1.pdf") < made
    assert made < text.index("Дауыс беру парағы: annex-3-01.pdf")
    assert text.count("annex-1.pdf") == 1
    assert "ұсынылады (көпшілік дауыспен). Жақтап: 5. Қарсы: 1" in text
    assert "[ескерту] 14-тармақ, characteristic_short" in text
    assert text.rstrip().endswith(f"SHA-256: {SHA256}")


def test_deadlines_are_told_with_who_and_why(say, sample):
    about = drop(sample.replace("drawn_up_on: 2025-10-20", "drawn_up_on: null"))
    text = say.filed(about, answer(about, Kind.SITTING))
    assert "23.10.2025  Отырыс хаттамасын ресімдеу. Жауапты: комиссия хатшысы. 33-тармақ\n" in text


def test_what_it_waits_for(say, sample):
    case = sample.split("---\n")[2]
    about = drop(case)
    text = say.filed(about, answer(about, Kind.CASE))
    assert "Мына жазбаларды күтеді:\n  — науқан: QRG-PD-2025-3\n" in text


def test_the_gravest_comes_first(say, sample):
    about = drop(sample.replace("present: [m1, m2, m3, m4, m5, m6]", "present: [m1, m2, m3]"))
    text = say.filed(about, answer(about, Kind.SITTING))
    marks = [line.split("]")[0] for line in text.split("\n") if line.startswith("  [")]
    assert marks == sorted(marks, key=["  [кедергі", "  [ескерту", "  [мәлімет"].index)


def test_the_test_seal_is_told_only_where_something_was_sealed(say, sample):
    about = drop(sample, test_seal=True)
    assert "сынақ мөрі" not in say.filed(about, answer(about, Kind.CASE))
    made = (document("annex-1", "Баянат"),)
    assert "сынақ мөрі" in say.filed(about, answer(about, Kind.CASE, made=made))


def test_refused_for_a_block(say, sample):
    about = drop(sample.replace("present: [m1, m2, m3, m4, m5, m6]", "present: [m1, m2, m3]"))
    text = say.refused(about)
    assert text.startswith("ФАЙЛ ҚАБЫЛДАНБАДЫ\nФайл: іс.yaml\n")
    assert "[кедергі] 24-тармақ, quorum" in text
    assert "| present: [m1, m2, m3]" in text
    assert "Не істеу керек: Қатысқандар тізімін (present) тексеріңіз." in text
    assert "[ескерту]" not in text


def test_refused_for_errors_with_every_line(say):
    text = say.refused(drop('kind: case\nid: X\nemployee: {iin: "850314390018"}\nbogus: 1\n'))
    for words in ("[қате] iin_check", "Орны: 3-жол, 17-таңба", "4 | bogus: 1", "Мұндай өріс жоқ: bogus"):
        assert words in text
    assert "850314390018" not in text
    assert "**********18" in text


def test_failed_tells_the_fault_of_the_machine(say):
    text = say.refused(
        DropAnswer("a", SHA256, 1, Result.FAILED, ON, error=MachineError("program_fault", kind="X"))
    )
    assert "Бағдарламада қате болды: X" in text
    assert "әкімшісіне хабарлаңыз" in text


def test_unchanged(say):
    text = say.unchanged(DropAnswer("a", SHA256, 1, Result.UNCHANGED, ON, first_drop="b.yaml (01.10.2025)"))
    assert text.startswith("ӨЗГЕРІС ЖОҚ\n")
    assert "Алғаш қабылданған файл: b.yaml (01.10.2025)" in text


def test_the_files_sum_is_never_masked_and_its_name_is(say):
    text = say.unchanged(DropAnswer("850314390019.yaml", SHA256, 1, Result.UNCHANGED, ON))
    assert SHA256 in text
    assert "850314390019" not in text


def test_hr_is_answered_in_its_language_and_the_archive_in_kazakh(sample):
    about = drop(sample.replace("present: [m1, m2, m3, m4, m5, m6]", "present: [m1, m2, m3]"))
    russian = Answers(Messages(Language.RU))
    assert russian.refused(about).startswith("ФАЙЛ НЕ ПРИНЯТ\n")
    (quorum,) = (f for f in about.judgement.findings if f.code == "quorum")
    assert russian.finding(quorum)[0].startswith("Отырыс заңды емес")


def test_a_finding_of_a_record_that_was_not_dropped_has_no_line(say, sample):
    about = drop(sample.replace("present: [m1, m2, m3, m4, m5, m6]", "present: [m1, m2, m3]"))
    others = tuple(
        read for read in about.records if read.record.ref != Ref(Kind.SITTING, "QRG-PD-AK-2025-S3")
    )
    text = say.refused(replace(about, records=others))
    assert "quorum" in text
    assert "Орны:" not in text
