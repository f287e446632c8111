"""What stands in the papers of a case besides the annexes (¶12, 14-17, 35, 36): no form is prescribed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.documents.content.context import (
    RULE,
    Context,
    addressed,
    city_name,
    day_of_paper,
    long_day,
    post,
)
from pipeline.documents.content.listing import counted, issuer, person, table_day
from pipeline.documents.content.printable import one_line, paragraphs
from pipeline.domain.kazakh.dates import clock
from pipeline.domain.kazakh.endings import name_dative
from pipeline.domain.names import full_name, signature_name
from pipeline.domain.records import Campaign, Case, Commission, Disagreement, RefusalAct, Sitting

WITNESSES = 2


def invitation(
    case: Case, campaign: Campaign, sitting: Sitting, commission: Commission, told_on: date | None
) -> Context:
    """Күні мен орны туралы хабарлама (¶17, second sentence)."""
    place = ", ".join(filter(None, (city_name(sitting.city), one_line(sitting.place))))
    return {
        **issuer(campaign),
        **addressed(case),
        "date": day_of_paper(told_on),
        "commission_name": one_line(commission.name) or RULE,
        "held_on": long_day(sitting.held_on) or RULE,
        "started_at": clock(sitting.started_at) if sitting.started_at else RULE,
        "place": place or RULE,
        "target": post(case.employee.target_position) or RULE,
    }


def act_of_refusal(
    case: Case, campaign: Campaign, act: RefusalAct, paper: str, paper_day: date | None, paragraph: int
) -> Context:
    """Танысудан бас тарту туралы акт: to the characteristic (¶14) or to the sheet (¶35)."""
    names = [one_line(name) for name in act.witnesses]
    return {
        **issuer(campaign),
        "number": one_line(act.number),
        "date": day_of_paper(act.date),
        "person": person(case.employee),
        "position": post(case.employee.position),
        "paper": paper,
        "paper_day": long_day(paper_day),
        "paragraph": str(paragraph),
        "witnesses": names + [""] * (WITNESSES - len(names)),
    }


def disagreement(case: Case, said: Disagreement, commission: Commission | None) -> Context:
    """Келіспеу туралы өтініш (¶15, 16), in the employee's own words; addressed to the chair."""
    chair = commission.chair if commission else None
    name = signature_name(chair) if chair else ""
    return {
        "commission_name": one_line(commission.name) if commission else "",
        "chair": name_dative(name) or name,
        "applicant_name": full_name(case.employee),
        "applicant_post_and_rank": ", ".join(
            filter(None, (post(case.employee.position), one_line(case.employee.rank)))
        ),
        "items": ", ".join(map(str, sorted(set(said.items)))),
        "text": paragraphs(said.text),
        "attachments": str(said.attachments) if said.attachments is not None else "",
        "applicant_signature": signature_name(case.employee),
        "date": day_of_paper(said.filed_on),
    }


def inner_list(
    case: Case, campaign: Campaign | None, papers: Iterable[tuple[str, date | None, int, int | None]]
) -> Context:
    """Ішкі тізімдеме (¶36): each paper by its title, its day, how many there are and on how many sheets.

    Sheets that are not counted yet are written by hand.
    """
    rows = [
        {"title": title, "day": table_day(day), "count": str(count), "sheets": str(sheets or "")}
        for title, day, count, sheets in papers
    ]
    return {
        **issuer(campaign),
        "person": person(case.employee),
        "position": post(case.employee.position),
        "rows": counted(rows),
    }
