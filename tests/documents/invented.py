"""Invented records: one campaign, a commission of seven with its secretary, a case, a sitting. IINs synthetic."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

from pypdf import PdfReader

from pipeline.documents.content.plan import DocumentKind, Wanted
from pipeline.documents.rendering.render import RdocxRenderer
from pipeline.documents.templates.fill import Templates
from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.records import (
    Addressee,
    Admission,
    Announcement,
    Attendance,
    Authority,
    Campaign,
    CampaignDecision,
    Candidate,
    Case,
    Characteristic,
    Commission,
    CommissionType,
    Employee,
    Factor,
    Member,
    Order,
    Position,
    Protocol,
    Question,
    Recording,
    RecordingType,
    Report,
    Responsible,
    Role,
    Signatory,
    Sitting,
    TargetPosition,
    Vote,
)
from pipeline.law.docket import Docket

TEMPLATES = Path(__file__).parents[2] / "templates"
COLONEL = "полиция полковнигі"

CAMPAIGN = Campaign(
    id="K-1",
    unit="Қарағанды облысының Полиция департаменті",
    responsible=Responsible(head="Сатпаев Ерболат Қанатұлы", hr="Жақсыбекова Гүлнәр Әлімқызы"),
)

ANNOUNCED = replace(
    CAMPAIGN,
    decision=CampaignDecision(
        Authority.POLICE_DEPARTMENT,
        "112",
        dt.date(2025, 9, 12),
        Signatory("бастық", "Сатпаев Ерболат Қанатұлы"),
    ),
    announcement=Announcement(
        published_on=dt.date(2025, 9, 15),
        resource="https://example.invalid/ann/14",
        planned_sitting_on=dt.date(2025, 10, 16),
        place="Қарағанды қ., Ерубаев к-сі, 37, 214-каб.",
    ),
)
WEEKENDS = WorkCalendar(lambda _year: {}, verified_years=frozenset({2025}), digest="d")
"""A calendar without holidays."""


def member(number: int, surname: str, given: str, patronymic: str | None, role: Role = Role.MEMBER) -> Member:
    return Member(
        id=f"m{number}",
        role=role,
        surname=surname,
        given_name=given,
        patronymic=patronymic,
        position="басқарма бастығы",
        rank=COLONEL,
        rank_ceiling=COLONEL,
    )


COMMISSION = Commission(
    id="A-1",
    type=CommissionType.REGIONAL,
    name="Қарағанды облысы Полиция департаментінің аттестаттау комиссиясы",
    order=Order("40", dt.date(2025, 1, 20)),
    members=(
        member(1, "Қасымов", "Арман", "Бекетұлы", Role.CHAIR),
        member(2, "Нұрпейісов", "Серік", "Талғатұлы"),
        member(3, "Жақсыбекова", "Гүлнәр", "Әлімқызы"),
        member(4, "Ли", "Виктор", None),
        member(5, "Тілеубаев", "Қайрат", "Мұратұлы"),
        member(6, "Һамитов", "Бауыржан", "Жеңісұлы"),
        member(7, "Гончаров", "Павел", "Игоревич"),
        replace(
            member(8, "Мұқанова", "Айнұр", "Ерланқызы", Role.SECRETARY), id="s1", rank="полиция капитаны"
        ),
    ),
)

EMPLOYEE = Employee(
    iin="850314390019",
    surname="Әбілқасов",
    given_name="Дархан",
    patronymic="Маратұлы",
    rank="полиция майоры",
    position=Position(
        title="криминалдық полиция бөлімінің аға жедел уәкілі",
        unit="Абай АПБ",
        appointed_on=dt.date(2022, 6, 1),
        rank_ceiling="полиция майоры",
    ),
    target_position=TargetPosition(title="криминалдық полиция бөлімінің бастығы", unit="Абай АПБ"),
)
CHARACTERISTIC = Characteristic(
    prepared_by=Signatory("бөлім бастығы", "Ибраев Нұрлан Сәкенұлы", "полиция подполковнигі"),
    unit_head=Signatory("Абай АПБ бастығы", "Омаров Талғат Бекұлы", COLONEL),
    duties="Ауыр қылмыстарды ашуға қатысты.\n\nМерзім бұзған жоқ.",
    knowledge="Заңнаманы біледі.",
    lawfulness="Тәртіпті сақтайды.",
    qualities="Ұстамды.",
    other="Ағылшын тілін біледі.",
    signed_on=dt.date(2025, 10, 3),
)
CASE = Case(
    id="C-1",
    campaign="K-1",
    employee=EMPLOYEE,
    report=Report(
        filed_on=dt.date(2025, 9, 17),
        registered="214",
        addressee=Addressee("Қарағанды облысы Полиция департаментінің бастығы", "Е.Қ. Сатпаев"),
    ),
    admission=Admission(decided_on=dt.date(2025, 9, 29), admitted=True),
    characteristic=CHARACTERISTIC,
)
YES, NO = Vote.RECOMMENDED, Vote.NOT_RECOMMENDED
VOTES = {"m1": YES, "m2": YES, "m3": YES, "m4": NO, "m5": YES, "m6": YES}
CANDIDATE = Candidate(
    case="C-1",
    attendance=Attendance.PRESENT,
    recordings=(Recording("В-118.mp4", RecordingType.VIDEO, dt.date(2025, 10, 16)),),
    questions=(Question(text="Бөлімнің басымдықтары қандай?", answer="толық"),),
    considered=(Factor.ANSWERS, Factor.CHARACTERISTIC),
    votes=VOTES,
    decision=YES,
)
SITTING = Sitting(
    id="S-1",
    commission="A-1",
    number="3",
    held_on=dt.date(2025, 10, 16),
    started_at=dt.time(10, 0),
    ended_at=dt.time(12, 40),
    city="Қарағанды",
    place="214-каб.",
    present=("m1", "m2", "m3", "m4", "m5", "m6"),
    secretary="s1",
    candidates=(CANDIDATE,),
    protocol=Protocol("3", dt.date(2025, 10, 20)),
)
AHEAD = Sitting(id="S-1", commission="A-1", secretary="s1", candidates=(Candidate(case="C-1"),))


def docket(*records: object) -> Docket:
    """The records given, over the campaign and the commission."""
    return Docket([CAMPAIGN, COMMISSION, *records])  # type: ignore[list-item]  # tests pass records only


def named(wanted: tuple[Wanted, ...]) -> dict[str, Wanted]:
    return {w.name: w for w in wanted}


def text_of(pdf: bytes) -> str:
    """The text a reader of the file sees, page after page."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


_TEMPLATES, _RENDERER = Templates(TEMPLATES), RdocxRenderer()


def rendered(kind: DocumentKind, context: object, title: str = "Құжат") -> bytes:
    assert isinstance(context, dict)
    return _RENDERER.render(_TEMPLATES.fill(kind, context), title=title)
