"""What stands in the protocol of a sitting (¶33): no form is prescribed, the usual one of offices is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pipeline.documents.content.context import (
    RULE,
    Context,
    ballot_person,
    city_name,
    day_of_paper,
    long_day,
    numbered,
    post,
)
from pipeline.documents.content.materials import materials
from pipeline.documents.content.printable import one_line
from pipeline.domain.findings import DecidedBy, Decision
from pipeline.domain.kazakh.dates import attributive_date, clock
from pipeline.domain.names import NO_BREAK_SPACE, full_name, list_name, signature_name
from pipeline.domain.records import (
    Attendance,
    Candidate,
    Case,
    Commission,
    Factor,
    Member,
    Override,
    Protocol,
    Question,
    RecordingType,
    Role,
    Sitting,
    Vote,
)
from pipeline.law.docket import Docket, Hearing, attendees
from pipeline.law.numbers import QUORUM
from pipeline.law.overrides import effective
from pipeline.law.stage import refused
from pipeline.law.votes import (
    carried_over,
    decide,
    ended_before,
    entitled,
    left_on_the_agenda,
    lower_in_post,
    present_members,
    quorum_reached,
    tally,
)

CONSIDERED: Final = {
    Factor.ANSWERS: "қойылған сұрақтарға жауаптарының дұрыстығы мен толықтығы",
    Factor.CHARACTERISTIC: "қызметтік мінездемесі",
    Factor.RESULTS: "атқаратын лауазымы бойынша жұмыс нәтижелері",
    Factor.PSYCHOLOGICAL: "психологиялық-әлеуметтанушылық зерттеу қорытындысының нәтижелері",
    Factor.POLYGRAPH: "полиграфологиялық зерттеу қорытындысының нәтижелері",
    Factor.OTHER: "өзге де ақпарат",
}
"""¶31, part 1."""
RECORDED: Final = {RecordingType.AUDIO: "аудиожазба", RecordingType.VIDEO: "бейнежазба"}
ITEM: Final = {Vote.RECOMMENDED: 1, Vote.NOT_RECOMMENDED: 2}
"""Sub-items of ¶30."""


def protocol(docket: Docket, sitting: Sitting, commission: Commission, ballots: int) -> Context:
    """The protocol's blanks, every candidate's case being known; `ballots` is how many are attached."""
    written = sitting.protocol or Protocol()
    there = attendees(sitting)
    present = [m for m in commission.voting if m.id in there]
    chair = next((m for m in present if m.role is Role.CHAIR), None)
    secretary = commission.member(sitting.secretary) if sitting.secretary else None
    heard = [(h, docket.cases[h.candidate.case]) for h in docket.hearings_of(sitting)]
    return {
        "commission_name": one_line(commission.name) or RULE,
        "number": one_line(written.number),
        "city": city_name(sitting.city) or RULE,
        "date": day_of_paper(sitting.held_on),
        "started_at": clock(sitting.started_at) if sitting.started_at else RULE,
        "ended_at": clock(sitting.ended_at) if sitting.ended_at else RULE,
        "place": one_line(sitting.place) or RULE,
        "chair": member_line(chair) if chair else RULE,
        "present": [member_line(m) for m in present if m is not chair],
        "absent": _absent(sitting, commission),
        "no_substitutes": "иә" if _nobody_stood_in(sitting, commission) else "",
        "secretary": member_line(secretary) if secretary else RULE,
        "quorum": _quorum(commission, len(present)),
        "candidates": [_candidate(docket, h, case) for h, case in heard if not refused(case)],
        "attachments": _attachments(sitting, ballots),
        "drawn_up_on": long_day(written.drawn_up_on) or RULE,
        "signers": _signers(present, chair, secretary),
    }


def _candidate(docket: Docket, hearing: Hearing, case: Case) -> Context:
    person = ballot_person(case.employee)
    target = post(case.employee.target_position)
    decision = decide(docket, hearing)
    counted = decision is not None and decision.by is not DecidedBy.ABSENCE
    votes = _votes(docket, hearing, case, decision) if counted and decision else _undecided(docket, hearing)
    heard = hearing.came and not left_on_the_agenda(docket, hearing)
    return {
        "head": "ТЫҢДАЛДЫ:" if heard else "ҚАРАЛДЫ:",
        "person": f"{person} – {target} лауазымына." if target else f"{person}.",
        "heard": [
            *(_heard(hearing.candidate, case) if heard else []),
            *_gone_on_despite(case, hearing.sitting),
        ],
        "votes": [*_quorum_of_candidate(hearing), *votes],
        "decision": _not_decided(docket, hearing, case) or _decision(hearing, case, decision),
    }


def _heard(candidate: Candidate, case: Case) -> list[Context]:
    asked = [q for q in candidate.questions if q.text]
    recordings = [
        f"{RECORDED[r.type]}, {r.file} файлы" if r.type else f"{r.file} файлы"
        for r in candidate.recordings
        if r.file
    ]
    considered = [CONSIDERED[f] for f in candidate.considered]
    lines = [
        ("Қаралған материалдар:", ", ".join(name for name, _ in materials(case))),
        (
            "Қойылған сұрақтар:",
            " ".join(f"{n}){NO_BREAK_SPACE}{one_line(q.text)}" for n, q in enumerate(asked, 1)),
        ),
        ("Жауаптарының дұрыстығы мен толықтығы:", _answers(asked)),
        ("Ескерілді (31-тармақ):", ", ".join(considered)),
        ("Әңгімелесу техникалық жазу құралының көмегімен жазылды:", "; ".join(recordings)),
    ]
    return [{"head": head, "text": _sentence(text)} for head, text in lines if text]


def _gone_on_despite(case: Case, sitting: Sitting) -> list[Context]:
    """Each recorded decision to go on despite a paragraph, of the case and of the sitting."""
    return [
        {"head": "Кедергіге қарамастан жалғастыру туралы жазбаша шешім:", "text": _sentence(_override(o))}
        for record in (case, sitting)
        for o in effective(record)
    ]


def _override(override: Override) -> str:
    number = f"№{NO_BREAK_SPACE}{one_line(override.number)}" if override.number else ""
    document = " ".join(filter(None, (number, long_day(override.date))))
    parts = (f"{override.paragraph}-тармақ", one_line(override.reason), document, one_line(override.by))
    return ", ".join(filter(None, parts))


def _answers(asked: Iterable[Question]) -> str:
    return "; ".join(f"{n}){NO_BREAK_SPACE}{one_line(q.answer)}" for n, q in enumerate(asked, 1) if q.answer)


def _votes(docket: Docket, hearing: Hearing, case: Case, decision: Decision) -> list[str]:
    lines = [
        f'"өсіруге ұсынылады" – {decision.votes_for};  "өсіруге ұсынылмайды" – {decision.votes_against}.'
    ]
    for member in _excluded(docket, hearing, decision):
        paragraph = 22 if lower_in_post(member, case) else 23
        lines.append(f"{list_name(member)} дауыс беруге қатысқан жоқ (Қағидалардың {paragraph}-тармағы).")
    if decision.by is DecidedBy.CHAIR:
        lines.append(
            "Дауыстар тең болды; комиссия төрағасы дауыс берген шешім қабылданды деп есептеледі (25-тармақ)."
        )
    return lines


def _quorum_of_candidate(hearing: Hearing) -> list[str]:
    """Who was there for this candidate, where it was not the sitting's list."""
    if not hearing.candidate.present:
        return []
    return [f"Осы қызметкерді қарауға қатысқандар: {', '.join(map(list_name, present_members(hearing)))}."]


def _undecided(docket: Docket, hearing: Hearing) -> list[str]:
    """The ballots of a tie that no chair broke; nothing else is counted without a decision."""
    count = tally(docket, hearing)
    if not (hearing.came and count.tie and count.chair is None):
        return []
    return [
        f'"өсіруге ұсынылады" – {count.votes_for};  "өсіруге ұсынылмайды" – {count.votes_against}.',
        "Дауыстар тең болды; комиссия төрағасы дауыс бермегендіктен, шешім қабылданған жоқ (25-тармақ).",
    ]


def _not_decided(docket: Docket, hearing: Hearing, case: Case) -> str:
    """What is written where nothing was decided and the case waits for the next sitting (¶24, 25)."""
    if hearing.postponed or not carried_over(docket, hearing):
        return ""
    failed = not quorum_reached(
        len(present_members(hearing)), len(hearing.commission.voting) if hearing.commission else 0
    )
    reason = "кворум болмағандықтан" if failed else "дауыстар тең болып, төраға дауыс бермегендіктен"
    return f"{full_name(case.employee)} бойынша {reason}, қарау келесі отырысқа қалдырылды."


def _excluded(docket: Docket, hearing: Hearing, decision: Decision) -> list[Member]:
    """Who was present and had no vote on this candidate; nobody where as many voted as came."""
    present = present_members(hearing)
    if decision.votes_for + decision.votes_against == len(present):
        return []
    may = {m.id for m in entitled(docket, hearing)}
    return [m for m in present if m.id not in may]


def _decision(hearing: Hearing, case: Case, decision: Decision | None) -> str:
    name, candidate = full_name(case.employee), hearing.candidate
    if candidate.attendance is Attendance.ABSENT_VALID:
        reason = f" ({one_line(candidate.reason)})" if candidate.reason else ""
        return f"{name} отырысқа дәлелді себеппен{reason} келмегендіктен, қарау келесі отырысқа қалдырылды."
    if decision is None and case.withdrawn_on:
        return f"{name} баянатын қайтарып алғандықтан, шешім қабылданған жоқ."
    if decision is None and ended_before(case, hearing.sitting.held_on):
        why = f" ({one_line(case.ended.why)})" if case.ended and case.ended.why else ""
        return f"{name} бойынша іс аяқталғандықтан{why}, шешім қабылданған жоқ."
    if decision is None:
        return RULE
    outcome = "ұсынылады" if decision.result is Vote.RECOMMENDED else "ұсынылмайды"
    if decision.by is DecidedBy.ABSENCE:
        return (
            f"{name} отырысқа дәлелсіз себеппен келмегендіктен, Қағидалардың 31-тармағының екінші бөлігіне"
            f" сәйкес жоғары тұрған басшы лауазымға өсіру үшін {outcome}."
        )
    return (
        f"Қағидалардың 30-тармағының {ITEM[decision.result]}) тармақшасына сәйкес {name} жоғары тұрған"
        f" басшылық лауазымға өсіруге {outcome}."
    )


def _quorum(commission: Commission, present: int) -> str:
    count = len(commission.voting)
    text = f"{approved_composition(commission)}, қатысқаны – {present}."
    if quorum_reached(present, count):
        text += (
            " Қағидалардың 24-тармағына сәйкес отырыс заңды (құрамының кемінде үштен екісі –"
            f" {quorum_of(count)})."
        )
    else:
        text += (
            " Құрамының үштен екісі жиналмағандықтан, Қағидалардың 24-тармағына сәйкес отырыс өткен жоқ"
            f" (кемінде {quorum_of(count)} мүше қажет)."
        )
    return text


def approved_composition(commission: Commission) -> str:
    """How many vote, and by which order (¶18)."""
    order = commission.order
    by = ""
    if order and order.date:
        by = f" ({attributive_date(order.date)} {numbered(order.number)} бұйрық)"
    return f"Комиссияның бекітілген құрамы – {len(commission.voting)} мүше{by}"


def quorum_of(composition: int) -> int:
    """The fewest who make a sitting competent (¶24)."""
    return -(-composition * QUORUM.numerator // QUORUM.denominator)


def _absent(sitting: Sitting, commission: Commission) -> list[str]:
    reasons = {a.member: one_line(a.reason) for a in sitting.absent}
    missing = [m for m in commission.voting if m.id not in attendees(sitting)]
    return [" – ".join(filter(None, (member_line(m), reasons.get(m.id, "")))) for m in missing]


def _nobody_stood_in(sitting: Sitting, commission: Commission) -> bool:
    """¶18: somebody is absent, and all who are present belong to the composition."""
    voting, there = {m.id for m in commission.voting}, set(attendees(sitting))
    return voting - there != set() and there <= voting


def member_line(member: Member) -> str:
    """Post, rank and name of a member, as lists have them."""
    return ", ".join(filter(None, (one_line(member.position), one_line(member.rank), list_name(member))))


def _attachments(sitting: Sitting, ballots: int) -> str:
    parts = [f"дауыс беру парақтары – {ballots} дана"] if ballots else []
    if any(c.recordings for c in sitting.candidates):
        parts.append("жазба файлының тізілімі")
    return _sentence("; ".join(parts)) or RULE


def _signers(present: list[Member], chair: Member | None, secretary: Member | None) -> list[Context]:
    members = [m for m in present if m is not chair]
    rows = [("Комиссия төрағасы", chair)] if chair else []
    rows += [("Комиссия мүшелері:" if number == 0 else "", member) for number, member in enumerate(members)]
    if secretary:
        rows.append(("Хатшы", secretary))
    return [{"role": role, "name": signature_name(member)} for role, member in rows]


def _sentence(text: str) -> str:
    return text if not text or text[-1] in ".?!" else f"{text}."
