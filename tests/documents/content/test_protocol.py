from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from pipeline.documents.content.plan import documents_of_sitting
from pipeline.domain.records import Attendance, Candidate, Ended, Override, Sitting, Studies, Study
from pipeline.law.docket import Docket
from tests.documents.invented import CAMPAIGN, CANDIDATE, CASE, COMMISSION, NO, SITTING, YES, docket, named


def protocol(sitting: Sitting, *cases: object, records: Docket | None = None) -> Any:
    held = records or docket(*(cases or (CASE,)), sitting)
    return named(documents_of_sitting(held, sitting))["protocol"].context


def test_head_of_the_protocol() -> None:
    context = protocol(SITTING)
    assert context["city"] == "Қарағанды қаласы"
    assert context["date"] == '2025 жылғы "16" қазан'
    assert (context["started_at"], context["ended_at"]) == ("10:00", "12:40")
    assert context["chair"] == "басқарма бастығы, полиция полковнигі, Қасымов\u00a0А.Б."
    assert len(context["present"]) == 5
    assert context["absent"] == ["басқарма бастығы, полиция полковнигі, Гончаров\u00a0П.И."]
    assert context["no_substitutes"]


def test_quorum_sentence() -> None:
    assert protocol(SITTING)["quorum"] == (
        "Комиссияның бекітілген құрамы – 7 мүше (2025 жылғы 20 қаңтардағы №\u00a040 бұйрық), қатысқаны – 6."
        " Қағидалардың 24-тармағына сәйкес отырыс заңды (құрамының кемінде үштен екісі – 5)."
    )


def test_decision_by_majority() -> None:
    candidate = protocol(SITTING)["candidates"][0]
    assert candidate["votes"] == ['"өсіруге ұсынылады" – 5;  "өсіруге ұсынылмайды" – 1.']
    assert candidate["decision"] == (
        "Қағидалардың 30-тармағының 1) тармақшасына сәйкес Әбілқасов Дархан Маратұлы жоғары тұрған басшылық"
        " лауазымға өсіруге ұсынылады."
    )


def test_a_tie_is_named_with_its_paragraph() -> None:
    votes = {"m1": NO, "m2": YES, "m3": YES, "m4": NO, "m5": YES, "m6": NO}
    candidate = protocol(replace(SITTING, candidates=(replace(CANDIDATE, votes=votes),)))["candidates"][0]
    assert candidate["votes"][-1] == (
        "Дауыстар тең болды; комиссия төрағасы дауыс берген шешім қабылданды деп есептеледі (25-тармақ)."
    )
    assert "2) тармақшасына" in candidate["decision"]


def test_absence_without_reason() -> None:
    told = dt.date(2025, 9, 1)
    absent = Candidate(case="C-1", attendance=Attendance.ABSENT_INVALID, notified_on=told)
    candidate = protocol(replace(SITTING, candidates=(absent,)))["candidates"][0]
    assert candidate["votes"] == []
    assert candidate["heard"] == []
    assert "31-тармағының екінші бөлігіне сәйкес" in candidate["decision"]
    assert candidate["decision"].endswith("ұсынылмайды.")


def test_absence_with_reason_decides_nothing() -> None:
    absent = Candidate(case="C-1", attendance=Attendance.ABSENT_VALID, reason="науқастануы")
    candidate = protocol(replace(SITTING, candidates=(absent,)))["candidates"][0]
    assert candidate["decision"].endswith(
        "дәлелді себеппен (науқастануы) келмегендіктен, қарау келесі отырысқа қалдырылды."
    )
    assert candidate["head"] == "ҚАРАЛДЫ:"


def test_withdrawn_report() -> None:
    withdrawn = replace(CASE, withdrawn_on=dt.date(2025, 10, 15))
    sitting = replace(SITTING, candidates=(Candidate(case="C-1"),))
    candidate = protocol(sitting, withdrawn)["candidates"][0]
    assert candidate["decision"].endswith("қайтарып алғандықтан, шешім қабылданған жоқ.")


def test_who_was_only_left_on_the_agenda_is_not_written_as_heard() -> None:
    sitting = replace(SITTING, candidates=(Candidate(case="C-1"),))
    withdrawn = replace(CASE, withdrawn_on=dt.date(2025, 10, 15))
    ended = replace(CASE, ended=Ended(dt.date(2025, 10, 15), "басқа органға ауысты"))
    for case, why in (
        (withdrawn, "Әбілқасов Дархан Маратұлы баянатын қайтарып алғандықтан"),
        (ended, "Әбілқасов Дархан Маратұлы бойынша іс аяқталғандықтан (басқа органға ауысты)"),
    ):
        candidate = protocol(sitting, case)["candidates"][0]
        assert (candidate["head"], candidate["heard"], candidate["votes"]) == ("ҚАРАЛДЫ:", [], [])
        assert candidate["decision"] == f"{why}, шешім қабылданған жоқ."


def test_member_without_a_vote_is_named_with_the_paragraph() -> None:
    lower = replace(COMMISSION.members[3], rank_ceiling="полиция капитаны")
    commission = replace(COMMISSION, members=(*COMMISSION.members[:3], lower, *COMMISSION.members[4:]))
    candidate = protocol(SITTING, records=Docket([CAMPAIGN, commission, CASE, SITTING]))["candidates"][0]
    assert candidate["votes"] == [
        '"өсіруге ұсынылады" – 5;  "өсіруге ұсынылмайды" – 0.',
        "Ли\u00a0В. дауыс беруге қатысқан жоқ (Қағидалардың 22-тармағы).",
    ]


def test_what_was_heard() -> None:
    heard = {line["head"]: line["text"] for line in protocol(SITTING)["candidates"][0]["heard"]}
    assert heard["Қаралған материалдар:"] == "баянат, қызметтік мінездеме."
    assert heard["Қойылған сұрақтар:"] == "1)\u00a0Бөлімнің басымдықтары қандай?"
    assert heard["Жауаптарының дұрыстығы мен толықтығы:"] == "1)\u00a0толық."
    assert heard["Әңгімелесу техникалық жазу құралының көмегімен жазылды:"] == "бейнежазба, В-118.mp4 файлы."


def test_a_study_only_planned_is_no_material() -> None:
    planned = Studies(Study(planned_on=dt.date(2025, 10, 1)), Study(done_on=dt.date(2025, 10, 2)))
    (candidate,) = protocol(SITTING, replace(CASE, studies=planned))["candidates"]
    assert candidate["heard"][0]["text"] == (
        "баянат, қызметтік мінездеме, полиграфологиялық зерттеудің қорытындысы."
    )


def test_all_present_members_and_the_secretary_sign() -> None:
    signers = [(s["role"], s["name"]) for s in protocol(SITTING)["signers"]]
    assert signers[0] == ("Комиссия төрағасы", "А.Б.\u00a0Қасымов")
    assert signers[1] == ("Комиссия мүшелері:", "С.Т.\u00a0Нұрпейісов")
    assert signers[-1] == ("Хатшы", "А.Е.\u00a0Мұқанова")
    assert len(signers) == 7


def test_attachments() -> None:
    """Field case layout: ballots are counted as papers, a ballot of four pages is one."""
    assert protocol(SITTING)["attachments"] == "дауыс беру парақтары – 6 дана; жазба файлының тізілімі."


def test_unknown_values_are_lines() -> None:
    sparse = Sitting(id="S-1", commission="A-1", present=SITTING.present, candidates=(CANDIDATE,))
    context = protocol(sparse)
    assert (
        context["drawn_up_on"]
        == context["place"]
        == context["secretary"]
        == context["started_at"]
        == "__________"
    )
    assert context["number"] == ""


def test_overrides_stand_in_the_protocol() -> None:
    day = dt.date(2025, 9, 24)
    late = replace(CASE, overrides=(Override("11", "ауырып қалған", "5", day, "Е.Қ. Сатпаев"),))
    void = Override("24", "себеп", "6", day, "Е.Қ. Сатпаев")
    sitting = replace(
        SITTING,
        overrides=(void, Override("29", "техникалық ақау", "7", day, "А.Б. Қасымов"), Override("29", "ақау")),
    )
    told = [
        h["text"] for h in protocol(sitting, late)["candidates"][0]["heard"] if "жазбаша шешім" in h["head"]
    ]
    assert told == [
        "11-тармақ, ауырып қалған, №\u00a05 2025 жылғы 24 қыркүйек, Е.Қ. Сатпаев.",
        "29-тармақ, техникалық ақау, №\u00a07 2025 жылғы 24 қыркүйек, А.Б. Қасымов.",
    ]


def test_a_failed_meeting_has_its_protocol_and_no_ballots() -> None:
    nobody = Candidate(case="C-1")
    failed = replace(SITTING, present=("m1", "m2", "m3", "m4"), candidates=(nobody,))
    made = named(documents_of_sitting(docket(CASE, failed), failed))
    assert [name for name in made if name.startswith("annex-3")] == []
    context: Any = made["protocol"].context
    assert "отырыс өткен жоқ (кемінде 5 мүше қажет)" in context["quorum"]
    assert context["candidates"][0]["votes"] == []
    assert context["candidates"][0]["decision"].endswith(
        "кворум болмағандықтан, қарау келесі отырысқа қалдырылды."
    )


def test_a_tie_without_the_chair_is_written_as_carried_over() -> None:
    votes = {"m2": YES, "m3": YES, "m4": YES, "m5": NO, "m6": NO, "m7": NO}
    tie = replace(CANDIDATE, votes=votes, decision=None)
    sitting = replace(SITTING, present=tuple(votes), absent=(), candidates=(tie,))
    candidate = protocol(sitting)["candidates"][0]
    assert candidate["votes"][0] == '"өсіруге ұсынылады" – 3;  "өсіруге ұсынылмайды" – 3.'
    assert "төрағасы дауыс бермегендіктен" in candidate["votes"][1]
    assert candidate["decision"].endswith("қарау келесі отырысқа қалдырылды.")


def test_who_was_there_for_one_candidate_alone_is_named() -> None:
    votes = dict.fromkeys(("m1", "m2", "m3", "m4", "m5"), YES)
    mine = replace(CANDIDATE, votes=votes, present=tuple(votes))
    candidate = protocol(replace(SITTING, candidates=(mine,)))["candidates"][0]
    assert candidate["votes"][0].startswith("Осы қызметкерді қарауға қатысқандар: Қасымов")
    assert candidate["votes"][1] == '"өсіруге ұсынылады" – 5;  "өсіруге ұсынылмайды" – 0.'
