"""What stands in the papers of a campaign: announcement, lists and registers (¶10-12, 34)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Final

from pipeline.documents.content.context import RULE, Context, day_of_paper, long_day, numbered, post
from pipeline.documents.content.listing import alphabetical, by_name, counted, issuer, person, table_day
from pipeline.documents.content.printable import one_line
from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.kazakh.alphabet import collation_key
from pipeline.domain.kazakh.dates import attributive_date, clock
from pipeline.domain.names import full_name
from pipeline.domain.records import Campaign, Case, Employee, Position, Studies, Study, Vote
from pipeline.domain.terms import working_days
from pipeline.law.chapters.chapter_2.studies import standing
from pipeline.law.chapters.chapter_4 import appeal_runs_out
from pipeline.law.engine import Bench
from pipeline.law.numbers import REPORT_WORKING_DAYS
from pipeline.law.readings import StudiesReading
from pipeline.law.votes import decide

STUDY_NAMES: Final = {
    "psychological": "психологиялық-әлеуметтанушылық",
    "polygraph": "полиграфологиялық",
}
NO_STUDIES: Final = "өтпейді: әңгімелесу кезеңінен бастап жіберіледі (8-тармақ)"
OUTCOME: Final = {Vote.RECOMMENDED: "өсіруге ұсынылады", Vote.NOT_RECOMMENDED: "өсіруге ұсынылмайды"}


def announcement(campaign: Campaign, calendar: WorkCalendar) -> Context:
    """Хабарландыру (¶10 sub-item 1)."""
    decision, told = campaign.decision, campaign.announcement
    published = told.published_on if told else None
    basis = RULE
    if decision and decision.number and decision.date:
        basis = f"{attributive_date(decision.date)} {numbered(decision.number)} шешім"
    due = _reports_due(campaign, calendar)
    return {
        **issuer(campaign),
        "date": day_of_paper(published),
        "basis": basis,
        "planned_on": long_day(told.planned_sitting_on if told else None) or RULE,
        "place": (one_line(told.place) if told else "") or RULE,
        "report_due": f"{long_day(due)} (қоса алғанда)" if due else RULE,
        "resource": one_line(told.resource) if told else "",
    }


def register_of_reports(campaign: Campaign, cases: Iterable[Case], calendar: WorkCalendar) -> Context:
    """Баянаттарды тіркеу журналы (¶11 part 1): in the order they came."""
    due, published = _reports_due(campaign, calendar), _published(campaign)
    rows = [_report(case, due, published) for case in sorted(cases, key=_as_filed)]
    return {**issuer(campaign), "report_due": long_day(due) or RULE, "rows": counted(rows)}


def list_to_own_security(campaign: Campaign, cases: Iterable[Case], sent_on: date | None) -> Context:
    """Тізім (¶11 part 2); the service checks people by their IIN."""
    rows = [
        {
            "rank": one_line(case.employee.rank),
            "name": full_name(case.employee),
            "iin": case.employee.iin,
            "position": post(case.employee.position),
            "target": post(case.employee.target_position),
        }
        for case in by_name(cases)
    ]
    return {**issuer(campaign), "date": day_of_paper(sent_on), "rows": counted(rows)}


def list_of_admitted(
    campaign: Campaign, cases: Iterable[Case], number: str, decided_on: date | None, bench: Bench
) -> Context:
    """Жіберілген қызметкерлердің тізімі (¶12 part 2): when and where, and who begins with the interview."""
    told = campaign.announcement
    rows = [
        {
            "person": person(case.employee),
            **_title_and_unit(case.employee),
            "target": post(case.employee.target_position),
            "studies": _studies_ahead(case, bench),
        }
        for case in by_name(cases)
    ]
    return {
        **issuer(campaign),
        "list_number": number,
        "date": day_of_paper(decided_on),
        "planned_on": long_day(told.planned_sitting_on if told else None) or RULE,
        "place": (one_line(told.place) if told else "") or RULE,
        "rows": counted(rows),
        "units": sorted({row["unit"] for row in rows if row["unit"]}, key=collation_key),
    }


def schedule_of_studies(campaign: Campaign, cases: Iterable[Case]) -> Context:
    """Зерттеулер кестесі (¶12 part 2), by day and hour."""
    planned = [(study, name, case) for case in by_name(cases) for name, study in planned_studies(case)]
    rows = [
        {
            "person": person(case.employee),
            "unit": _title_and_unit(case.employee)["unit"],
            "study": STUDY_NAMES[name],
            "planned_on": table_day(study.planned_on),
            "planned_at": clock(study.planned_at) if study.planned_at else "",
            "place": one_line(study.place),
        }
        for study, name, case in sorted(planned, key=lambda p: _hour(p[0]))
    ]
    return {**issuer(campaign), "rows": counted(rows)}


def register_of_appeals(campaign: Campaign, cases: Iterable[Case], bench: Bench) -> Context:
    """Шағымдарды тіркеу журналы (¶34), in the order they came, each with the last day of its month."""
    appeals = [(case, case.appeal) for case in by_name(cases) if case.appeal is not None]
    rows = [
        {
            "filed_on": table_day(appeal.filed_on),
            "person": person(case.employee),
            "decision": _appealed(case, bench),
            "last_day": table_day(runs_out.due) if (runs_out := appeal_runs_out(case, bench)) else "",
            "to": one_line(appeal.to) or ("сот" if appeal.court else ""),
            "result": one_line(appeal.result),
            "decided_on": table_day(appeal.decided_on),
        }
        for case, appeal in sorted(appeals, key=lambda a: a[1].filed_on or date.max)
    ]
    return {**issuer(campaign), "rows": counted(rows)}


# --- pieces ---------------------------------------------------------------------------------------------


def planned_studies(case: Case) -> list[tuple[str, Study]]:
    """The studies with a day set for them, the psychological first (¶8)."""
    studies = case.studies or Studies()
    named = (("psychological", studies.psychological), ("polygraph", studies.polygraph))
    return [(name, study) for name, study in named if study is not None and study.planned_on is not None]


def _as_filed(case: Case) -> tuple[date, object, tuple[object, str]]:
    registered = case.report.registered if case.report else None
    return _filed(case) or date.max, _in_figures(registered), alphabetical(case)


def _in_figures(number: str | None) -> tuple[int, str]:
    """Registration numbers as numbers: "99" before "214"."""
    text = one_line(number)
    figures = text.partition("/")[0].partition("-")[0]
    return (int(figures) if figures.isdecimal() else 0), text


def _hour(study: Study) -> tuple[date, time]:
    return study.planned_on or date.max, study.planned_at or time.max


def _published(campaign: Campaign) -> date | None:
    return campaign.announcement.published_on if campaign.announcement else None


def _reports_due(campaign: Campaign, calendar: WorkCalendar) -> date | None:
    """¶11 part 1: the last of five working days after publication."""
    published = _published(campaign)
    return working_days(calendar, published, REPORT_WORKING_DAYS).due if published else None


def _filed(case: Case) -> date | None:
    return case.report.filed_on if case.report else None


def _report(case: Case, due: date | None, published: date | None) -> Context:
    filed = _filed(case)
    return {
        "registered": one_line(case.report.registered) if case.report else "",
        "filed_on": table_day(filed),
        "person": person(case.employee),
        "position": post(case.employee.position),
        "target": post(case.employee.target_position),
        "in_time": "" if due is None or filed is None else ("иә" if filed <= due else "жоқ"),
        "note": _note(case, filed, published),
    }


def _note(case: Case, filed: date | None, published: date | None) -> str:
    notes: list[str] = []
    if filed and published and filed < published:
        notes.append("хабарландыру жарияланғанға дейін берілген")
    if case.withdrawn_on:
        notes.append(f"қайтарып алынған күні: {table_day(case.withdrawn_on)}")
    return "; ".join(notes)


def _title_and_unit(employee: Employee) -> dict[str, str]:
    held = employee.position or Position()
    return {"position": one_line(held.title), "unit": one_line(held.unit)}


def _studies_ahead(case: Case, bench: Bench) -> str:
    """¶8 part 2, as things stood on the day of admission; nothing where that day is not known."""
    on = case.admission.decided_on if case.admission else None
    if on is None:
        return ""
    both = standing(case, bench, on)
    if all(study.exempt for study in both):
        return NO_STUDIES
    one_suffices = bench.readings.studies is StudiesReading.PER_STUDY
    ahead = [s for s in both if not (s.for_campaign or (one_suffices and s.exempt))]
    return " және ".join(STUDY_NAMES[study.name] for study in ahead)


def _appealed(case: Case, bench: Bench) -> str:
    """The decision appealed against: the sitting, its day, the outcome."""
    decided = [(h.sitting, d) for h in bench.docket.hearings(case.id) if (d := decide(bench.docket, h))]
    if not decided:
        return ""
    sitting, decision = decided[-1]
    held = f"{long_day(sitting.held_on)}, " if sitting.held_on else ""
    return f"{held}{numbered(sitting.number)} отырыс: {OUTCOME[decision.result]}"
