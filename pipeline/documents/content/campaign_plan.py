"""Which papers a campaign asks for: its announcement, and the lists and registers made of its cases.

Lists of several people lie in the campaign's folder only. A list that has gone out stays as it went: whoever
left later still stands on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from pipeline.documents.content import campaign_papers as papers
from pipeline.documents.content.context import Context
from pipeline.documents.content.listing import shared
from pipeline.documents.content.plan import TITLES, DocumentKind, Wanted
from pipeline.documents.content.printable import one_line
from pipeline.domain.calendar import WorkCalendar
from pipeline.domain.records import Announcement, Appeal, Campaign, Case
from pipeline.law.docket import Docket
from pipeline.law.engine import Bench
from pipeline.law.readings import Readings
from pipeline.law.stage import admitted, admitted_on, going_on


def documents_of_campaign(
    docket: Docket, campaign: Campaign, calendar: WorkCalendar, readings: Readings
) -> tuple[Wanted, ...]:
    """What goes into the campaign's folder, in the order of the procedure.

    The docket holds all cases of the campaign, and of its people's other cases those with studies (¶8).
    """
    # No term asked for here depends on the day of judging.
    bench = Bench(docket, calendar, readings, on=date.min)
    return tuple(_of_campaign(campaign, docket.cases_of_campaign(campaign.id), bench))


def _of_campaign(campaign: Campaign, cases: Sequence[Case], bench: Bench) -> Iterator[Wanted]:
    if _announced(campaign):
        told = papers.announcement(campaign, bench.calendar)
        published = campaign.announcement.published_on if campaign.announcement else None
        yield _wanted(campaign, DocumentKind.ANNOUNCEMENT, told, published)
    if filed := [c for c in cases if c.report and c.report.filed_on]:
        register = papers.register_of_reports(campaign, filed, bench.calendar)
        yield replace(_wanted(campaign, DocumentKind.REPORTS, register), to_sign=False)
    if checked := [c for c in filed if _goes_to_own_security(c)]:
        sent_on = shared(c.own_security.list_sent_on if c.own_security else None for c in checked)
        listed = papers.list_to_own_security(campaign, checked, sent_on)
        yield _wanted(campaign, DocumentKind.SECURITY_LIST, listed, sent_on)
    yield from _lists_of_admitted(campaign, cases, bench)
    if planned := [c for c in cases if _studies_planned(c)]:
        yield _wanted(campaign, DocumentKind.STUDIES, papers.schedule_of_studies(campaign, planned))
    if appealed := [c for c in cases if c.appeal not in (None, Appeal())]:
        register = papers.register_of_appeals(campaign, appealed, bench)
        yield replace(_wanted(campaign, DocumentKind.APPEALS, register), to_sign=False)


def _lists_of_admitted(campaign: Campaign, cases: Sequence[Case], bench: Bench) -> Iterator[Wanted]:
    """A list for each number HR gave, the earliest first; one without a number for whom none is known yet."""
    lists: dict[str, list[Case]] = {}
    for case in cases:
        if admitted(case) and _was_admitted_first(case):
            number = one_line(case.admission.list_number) if case.admission else ""
            lists.setdefault(number, []).append(case)
    in_time = sorted(lists.items(), key=lambda pair: _list_order(*pair))
    for ordinal, (number, listed) in enumerate(in_time, 1):
        decided_on = shared(admitted_on(case) for case in listed)
        context = papers.list_of_admitted(campaign, listed, number, decided_on, bench)
        made = _wanted(campaign, DocumentKind.ADMITTED, context, decided_on)
        title = f"{made.title} № {number}" if number else made.title
        yield replace(made, name=f"{made.kind}-{ordinal:02}", title=title)


def _list_order(number: str, cases: Sequence[Case]) -> tuple[bool, date, str]:
    return not number, min(admitted_on(c) or date.max for c in cases), number


def _announced(campaign: Campaign) -> bool:
    """The decision has its number and day, and something of the announcement is settled (¶3, 10)."""
    decision, told = campaign.decision, campaign.announcement
    decided = decision is not None and decision.number is not None and decision.date is not None
    return decided and told is not None and told != Announcement()


def _goes_to_own_security(case: Case) -> bool:
    """¶11 part 2: was on the list that went, or stands to be on it."""
    return bool(case.own_security and case.own_security.list_sent_on) or going_on(case)


def _was_admitted_first(case: Case) -> bool:
    """Not withdrawn before the day of admission."""
    decided = admitted_on(case)
    return case.withdrawn_on is None or (decided is not None and decided <= case.withdrawn_on)


def _studies_planned(case: Case) -> bool:
    if not admitted(case):
        return False
    days = [study.planned_on for _, study in papers.planned_studies(case) if study.planned_on is not None]
    return any(case.withdrawn_on is None or day <= case.withdrawn_on for day in days)


def _wanted(campaign: Campaign, kind: DocumentKind, context: Context, day: date | None = None) -> Wanted:
    return Wanted(kind, campaign.ref, str(kind), TITLES[kind], context, to_sign=True, day=day)
