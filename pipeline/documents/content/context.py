"""What stands in each blank of the forms: plain text, lists and mappings, from records, never guessed.

An unknown value is an empty text; the template prints an empty rule for it. Field names are those of the
templates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.documents.content.printable import one_line, paragraphs
from pipeline.domain.findings import DecidedBy, Decision
from pipeline.domain.kazakh.dates import attributive_date, long_date, month_name, quoted_date
from pipeline.domain.kazakh.endings import name_dative, post_dative
from pipeline.domain.kazakh.phrases import says
from pipeline.domain.names import NO_BREAK_SPACE, full_name, signature_name
from pipeline.domain.records import (
    Addressee,
    Campaign,
    Case,
    Characteristic,
    CheckResult,
    Employee,
    Member,
    Position,
    Protocol,
    RefusalAct,
    Signatory,
    Sitting,
    TargetPosition,
    Vote,
)
from pipeline.law.history import annulled

Context = Mapping[str, object]

YES: Final = "иә"
"""A switch that is on; off is the empty text."""
FOOT_NAME: Final = "foot_name"
"""Whose paper it is, in the nominative, for the foot of later pages; it says nothing the body does not."""
MARK: Final = "+"
RULE: Final = "__________"
"""A blank inside a line of text, to be filled in by hand."""
BLANK_DAY: Final = '20__ жылғы "____" __________'

RECOMMENDATION: Final = {
    Vote.RECOMMENDED: "жоғары тұрған басшылық лауазымға өсіруге ұсынылады",
    Vote.NOT_RECOMMENDED: "жоғары тұрған басшылық лауазымға өсіруге ұсынылмайды",
}
"""¶30, word for word."""

GROUNDS: Final = {
    "4": "алдыңғы аттестаттаудан кейін белгіленген мерзім өтпеген",
    "7.1": "басшы лауазымға қойылатын ең төменгі біліктілік талаптарына сәйкес келмейді",
    "7.2": "қолданыстағы тәртіптік жазасы бар",
    "7.3": "қызметтік не сотқа дейінгі тергеп-тексеру жүргізіліп жатыр",
    "11": "баянат белгіленген мерзімде берілмеген",
}
"""Why somebody is not admitted, after the words of the paragraphs."""


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """Where the order leaves the paper a choice; the defaults keep to the letter of its forms."""

    print_instructions: bool = True
    """Annex 2: the instructions in brackets after items 1-4."""
    title_exact: bool = True
    """Annex 2: the title of the model form; else the title of a document."""
    registration: bool = True
    """Annex 1: HR's registration below the form, once the report is registered (¶11)."""
    acquaintance: bool = False
    """Annex 2: a line below with the day of acquaintance, or the act of its refusal."""
    sheet_details: bool = True
    """Annex 4, item 5: the sought post, the protocol and the count of votes."""


def annex_1(case: Case, options: DocumentOptions) -> Context:
    """Баянат."""
    employee, report = case.employee, case.report
    first, second = addressee_lines(report.addressee if report else None)
    registration: Context = {}
    if options.registration and report and (report.registered or report.filed_on):
        registration = {"number": one_line(report.registered), "date": long_day(report.filed_on)}
    return {
        "addressee_line1": first,
        "addressee_line2": second,
        "applicant_name": full_name(employee),
        "applicant_post_and_rank": _listed(post(employee.position), one_line(employee.rank)),
        "applicant_signature": signature_name(employee),
        "registration": registration,
    }


def annex_2(case: Case, options: DocumentOptions) -> Context:
    """Қызметтік мінездеме."""
    employee = case.employee
    text = case.characteristic or Characteristic()
    head = text.unit_head or text.prepared_by or Signatory()
    return {
        "title_exact": _switch(on=options.title_exact),
        "print_instructions": _switch(on=options.print_instructions),
        "employee_name": full_name(employee),
        "employee_post": post(employee.position),
        "appointed_on": long_day(employee.position.appointed_on if employee.position else None),
        "employee_rank": one_line(employee.rank),
        "item1_duties": paragraphs(text.duties),
        "item2_knowledge": paragraphs(text.knowledge),
        "item3_lawfulness_discipline": paragraphs(text.lawfulness),
        "item4_personal_qualities": paragraphs(text.qualities),
        "item5_other": paragraphs(text.other),
        "chief_post_and_rank": _listed(one_line(head.position), one_line(head.rank)),
        "chief_name_and_signature": one_line(head.name),
        **_day_of_form(text.signed_on),
        "employee_post_and_rank": _listed(post(employee.position), one_line(employee.rank)),
        "employee_ack_signature": "",
        "employee_ack_name": full_name(employee),
        "acquaintance": _acquaintance(text) if options.acquaintance else "",
    }


def annex_3(member: Member, rows: Sequence[tuple[Employee, Vote | None]]) -> Context:
    """Дауыс беру парағы: a row a candidate, the mark in one of two boxes, none while the vote is unknown."""
    return {
        "member_name": full_name(member),
        "rows": [
            {
                "number": str(number),
                "person": ballot_person(employee),
                "mark_yes": MARK if vote is Vote.RECOMMENDED else "",
                "mark_no": MARK if vote is Vote.NOT_RECOMMENDED else "",
                "member_signature": "",
            }
            for number, (employee, vote) in enumerate(rows, 1)
        ],
    }


def annex_4(
    case: Case, sitting: Sitting, decision: Decision, secretary: Member | None, options: DocumentOptions
) -> Context:
    """Аттестаттау парағы."""
    employee = case.employee
    other = [one_line(case.sheet.other)] if case.sheet else []
    if options.sheet_details:
        other += _sheet_details(employee.target_position, sitting.protocol or Protocol(), decision)
    if annulled(case):
        day = attributive_date(case.appeal.decided_on) if case.appeal and case.appeal.decided_on else ""
        other.append(" ".join(filter(None, ("комиссияның шешімі шағым бойынша", day, "шешіммен жойылды"))))
    return {
        "employee_name": full_name(employee),
        "employee_post": post(employee.position),
        "employee_rank": one_line(employee.rank),
        "decision_text": RECOMMENDATION[decision.result],
        "other_info": "; ".join(filter(None, other)),
        "secretary_name_signature": signature_name(secretary) if secretary else "",
        **_day_of_form(sitting.held_on),
        "employee_ack_signature_date": "",
    }


def notice(case: Case, campaign: Campaign) -> Context:
    """Жіберілмегені туралы хабарлама (¶12 part 3): no form is prescribed."""
    admission, security = case.admission, case.own_security
    grounds = admission.grounds if admission else ()
    places = " және ".join(map(_ground, grounds)) or RULE
    text = (
        "Сіз Қазақстан Республикасы ішкі істер органдарының қызметкерлерін жоспардан тыс аттестаттаудан"
        f" өткізу қағидаларының (бұдан әрі – Қағидалар) {places} сәйкес жоспардан тыс аттестаттаудың одан"
        " әрі кезеңдеріне жіберілмедіңіз."
    )
    lines = [text]
    if security and security.result is CheckResult.OBJECTION and security.answered_on:
        note = f" ({one_line(security.note)})" if security.note else ""
        day = attributive_date(security.answered_on)
        lines.append(f"Негізі: өзіндік қауіпсіздік қызметінің {day} хабарламасы{note}.")
    if admission and admission.decided_on:
        lines.append(f"Шешім қабылданған күн: {long_date(admission.decided_on)}.")
    sent = admission.notice_sent_on if admission else None
    return {
        "unit": one_line(campaign.unit),
        **addressed(case),
        "date": day_of_paper(sent),
        "paragraphs": lines,
        "hr": one_line(campaign.responsible.hr) if campaign.responsible else "",
    }


# --- pieces ---------------------------------------------------------------------------------------------


def post(position: Position | TargetPosition | None) -> str:
    """The post by its title; the unit in brackets where the title does not say its name already."""
    if position is None:
        return ""
    title, unit = one_line(position.title), one_line(position.unit)
    if not unit or not title:
        return title or unit
    return title if says(title, unit) else f"{title} ({unit})"


def addressed(case: Case) -> Context:
    """The employee a paper is addressed to: post and rank as they are, the name in the dative."""
    name = full_name(case.employee)
    return {
        "addressee_post": post(case.employee.position),
        "addressee_rank": one_line(case.employee.rank),
        "addressee_name": name_dative(name) or name,
        FOOT_NAME: name,
    }


def ballot_person(employee: Employee) -> str:
    """Rank, name, post, in the order of the form's words."""
    named = " ".join(filter(None, (one_line(employee.rank), full_name(employee))))
    return _listed(named, post(employee.position))


def long_day(day: date | None) -> str:
    """The day in words ("2025 жылғы 16 қазан"), or nothing."""
    return long_date(day) if day else ""


def day_of_paper(day: date | None) -> str:
    """As it stands at the head of a paper (`2025 жылғы "03" қазан`), or blanks to write it in."""
    return quoted_date(day) if day else BLANK_DAY


def numbered(number: str | None) -> str:
    """The number with its sign, not parted at the end of a line; a line to write on where it is unknown."""
    return f"№{NO_BREAK_SPACE}{one_line(number) or RULE}"


def city_name(city: str | None) -> str:
    """With the word for a city where HR left it out; nothing for nothing."""
    name = one_line(city)
    return name if not name or name.endswith(("қаласы", "қ.", "ауылы", "кенті")) else f"{name} қаласы"


def addressee_lines(addressee: Addressee | None) -> tuple[str, str]:
    """Post and name of the one addressed, both in the dative, else both as written.

    A dative written by HR is printed as it stands; its second line, or what stands from the name on, comes
    second.
    """
    if addressee is None:
        return "", ""
    position, name = one_line(addressee.position), one_line(addressee.name)
    if addressee.dative:
        return _split_dative(addressee.dative, name)
    datives = (post_dative(position) if position else "", name_dative(name) if name else "")
    if None in datives:
        return position, name
    return datives[0] or "", datives[1] or ""


def _split_dative(dative: str, name: str) -> tuple[str, str]:
    lines = paragraphs(dative)
    if len(lines) > 1:
        return lines[0], " ".join(lines[1:])
    whole = lines[0] if lines else ""
    start = whole.find(name.split(maxsplit=1)[0]) if name else -1
    if start > 0:
        return whole[:start].rstrip(), whole[start:]
    return whole, (name_dative(name) or name) if start < 0 and name else ""


def _ground(code: str) -> str:
    paragraph, _, item = code.partition(".")
    if not paragraph.isdecimal():
        return one_line(code)
    place = f"{paragraph}-тармағының {item}) тармақшасына" if item else f"{paragraph}-тармағына"
    reason = GROUNDS.get(code)
    return f"{place} ({reason})" if reason else place


def _sheet_details(target: TargetPosition | None, protocol: Protocol, decision: Decision) -> list[str]:
    details: list[str] = []
    if target and (sought := post(target)):
        details.append(f"өсіру қаралған лауазым: {sought}")
    if protocol.number:
        day = f", {long_date(protocol.drawn_up_on)}" if protocol.drawn_up_on else ""
        details.append(f"хаттама {numbered(protocol.number)}{day}")
    if decision.by is DecidedBy.ABSENCE:
        details.append("отырысқа дәлелсіз себеппен келмеген (Қағидалардың 31-тармағы)")
    else:
        details.append(f'"ұсынылады" – {decision.votes_for}, "ұсынылмайды" – {decision.votes_against}')
    return details


def _acquaintance(text: Characteristic) -> str:
    if text.refusal_act:
        return f"Танысудан бас тартты: {_act(text.refusal_act)}"
    return f"Танысқан күні: {long_date(text.acquainted_on)}" if text.acquainted_on else ""


def _act(act: RefusalAct) -> str:
    day = f"{attributive_date(act.date)} " if act.date else ""
    return f"{day}{numbered(act.number)} акт"


def _day_of_form(day: date | None) -> dict[str, str]:
    """The three blanks of a form that prints the century itself."""
    if day is None:
        return {"yy": "", "dd": "", "month": ""}
    return {"yy": f"{day.year % 100:02}", "dd": f"{day.day:02}", "month": month_name(day)}


def _listed(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _switch(*, on: bool) -> str:
    return YES if on else ""
