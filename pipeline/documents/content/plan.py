"""Which documents this state of things asks for: pure, from the linked records alone.

A document waits for the records it needs. Nobody's personal file shows another's votes: into a case go
ballots of its own row only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from pipeline.documents.content import case_papers
from pipeline.documents.content import context as blanks
from pipeline.documents.content import sitting_papers as papers
from pipeline.documents.content.context import DocumentOptions
from pipeline.documents.content.listing import shared
from pipeline.documents.content.protocol import protocol
from pipeline.domain.ballots import BallotForm, SheetRef
from pipeline.domain.names import list_name
from pipeline.domain.records import (
    Attendance,
    Campaign,
    Case,
    Characteristic,
    Commission,
    Employee,
    Member,
    Protocol,
    Ref,
    RefusalAct,
    Sitting,
    Vote,
)
from pipeline.law.chapters.chapter_2.admission import GROUNDS, addressee_wanting, identity_wanting
from pipeline.law.chapters.chapter_4 import acquainted_on
from pipeline.law.docket import Docket, Hearing, attendees
from pipeline.law.numbers import RECORDING_YEARS
from pipeline.law.stage import admitted, refused
from pipeline.law.votes import carried_over, decide, entitled, meeting_failed, off_by_then

EXACT: Final = DocumentOptions()
SheetOf = Callable[[Sitting, str, str], SheetRef | None]
"""The ballot that a member signed blank at a sitting and that has a row of a case, by their ids."""


class DocumentKind(StrEnum):
    """The kinds of document, in the order of the procedure; the value is the template's file name stem."""

    ANNOUNCEMENT = "announcement"
    ANNEX_1 = "annex-1"
    REPORTS = "register-of-reports"
    SECURITY_LIST = "list-to-own-security"
    ADMITTED = "list-of-admitted"
    STUDIES = "schedule-of-studies"
    NOTICE = "notice-of-non-admission"
    ANNEX_2 = "annex-2"
    REFUSAL_ACT = "act-of-refusal"
    DISAGREEMENT = "disagreement"
    INVITATION = "invitation"
    MATERIALS = "covering-list"
    AGENDA = "agenda"
    ANNEX_3 = "annex-3"
    RECORDINGS = "register-of-recordings"
    PROTOCOL = "protocol"
    ANNEX_4 = "annex-4"
    APPEALS = "register-of-appeals"
    DESTRUCTION_ACT = "act-of-destruction"
    INNER_LIST = "inner-list"


TITLES: Final = {
    DocumentKind.ANNOUNCEMENT: "Жоспардан тыс аттестаттау туралы хабарландыру",
    DocumentKind.ANNEX_1: "Баянат (1-қосымша)",
    DocumentKind.REPORTS: "Баянаттарды тіркеу журналы",
    DocumentKind.SECURITY_LIST: "Өзіндік қауіпсіздік қызметіне жіберілетін тізім",
    DocumentKind.ADMITTED: "Жіберілген қызметкерлердің тізімі",
    DocumentKind.STUDIES: "Зерттеулер кестесі",
    DocumentKind.NOTICE: "Жіберілмегені туралы хабарлама",
    DocumentKind.ANNEX_2: "Қызметтік мінездеме (2-қосымша)",
    DocumentKind.REFUSAL_ACT: "Танысудан бас тарту туралы акт",
    DocumentKind.DISAGREEMENT: "Қызметтік мінездемемен келіспеу туралы өтініш",
    DocumentKind.INVITATION: "Аттестаттау күні мен орны туралы хабарлама",
    DocumentKind.MATERIALS: "Аттестаттау материалдарының ілеспе хаты",
    DocumentKind.AGENDA: "Күн тәртібі және қатысу парағы",
    DocumentKind.ANNEX_3: "Дауыс беру парағы (3-қосымша)",
    DocumentKind.RECORDINGS: "Әңгімелесу жазбаларын есепке алу журналы",
    DocumentKind.PROTOCOL: "Отырыс хаттамасы",
    DocumentKind.ANNEX_4: "Аттестаттау парағы (4-қосымша)",
    DocumentKind.APPEALS: "Шағымдарды тіркеу журналы",
    DocumentKind.DESTRUCTION_ACT: "Техникалық жазбаларды жою туралы акт",
    DocumentKind.INNER_LIST: "Ішкі тізімдеме",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to make.

    `owner` is the record into whose folder it is filed, `name` the file name stem there, built from the kind
    and an ordinal alone; `context` is plain data for the template; `to_sign`: it is printed for signing;
    `day`: the one the paper bears, where a record knows it. Of a sitting's ballot, `ballot` is its form and
    `unmarked` what stands on it before the votes; of an extract, `sheet` is the signed sheet it is of.
    """

    kind: DocumentKind
    owner: Ref
    name: str
    title: str
    context: Mapping[str, object]
    to_sign: bool
    day: date | None = None
    ballot: BallotForm | None = None
    unmarked: Mapping[str, object] | None = None
    sheet: SheetRef | None = None

    @property
    def blank(self) -> Wanted | None:
        """A sitting's ballot as it is printed without votes; itself where it has none."""
        return None if self.unmarked is None else replace(self, context=self.unmarked)


def _no_sheet(_sitting: Sitting, _member: str, _case: str) -> None:
    """Nobody has signed a blank ballot."""


def documents_of_case(
    docket: Docket, case: Case, options: DocumentOptions = EXACT, sheet_of: SheetOf = _no_sheet
) -> tuple[Wanted, ...]:
    """What goes into the case's folder, in the order of the procedure; the inner list closes it (¶36)."""
    made = tuple(_of_case(docket, case, options, sheet_of))
    closed = acquainted_on(case) is not None and any(w.kind is DocumentKind.ANNEX_4 for w in made)
    return (*made, _inner_list(docket, case, made)) if closed else made


def _of_case(docket: Docket, case: Case, options: DocumentOptions, sheet_of: SheetOf) -> Iterator[Wanted]:
    campaign = docket.campaign_of(case)
    if identity_wanting(case.employee):
        return  # every paper of the case names the person with rank and post; judging says what is missing
    if case.report and case.report.filed_on and not addressee_wanting(case.report):
        yield _wanted(DocumentKind.ANNEX_1, case.ref, blanks.annex_1(case, options), case.report.filed_on)
    if refused(case):
        if campaign is not None and _ground_told(case):
            sent = case.admission.notice_sent_on if case.admission else None
            yield _wanted(DocumentKind.NOTICE, case.ref, blanks.notice(case, campaign), sent)
        return
    hearings = [h for h in docket.hearings(case.id) if _before_withdrawal(h.sitting, case)]
    yield from _characteristic(case, campaign, options)
    yield from _disagreement(case, hearings)
    yield from _invitations(docket, case, campaign)
    yield from _ballots_of_case(docket, case, hearings, sheet_of)
    yield from _sheet(docket, case, hearings, options)


def _ground_told(case: Case) -> bool:
    """A notice names its ground, and none that the Rules do not know (¶6, 12)."""
    grounds = case.admission.grounds if case.admission else ()
    return bool(grounds) and all(ground in GROUNDS for ground in grounds)


def _characteristic(case: Case, campaign: Campaign | None, options: DocumentOptions) -> Iterator[Wanted]:
    """Annex 2, and the act where the employee would not sign it (¶14)."""
    text = case.characteristic
    if text is None or not _characteristic_due(case, text):
        return
    yield _wanted(DocumentKind.ANNEX_2, case.ref, blanks.annex_2(case, options), text.signed_on)
    if campaign is not None and text.refusal_act not in (None, RefusalAct()):
        yield _act(case, campaign, text.refusal_act, 1, "қызметтік мінездеме", text.signed_on)


def _disagreement(case: Case, hearings: list[Hearing]) -> Iterator[Wanted]:
    """¶15, 16: once the record holds what the employee says."""
    said, left = case.disagreement, case.withdrawn_on
    if said is None or not (said.items or said.text):
        return
    if left is None or (said.filed_on is not None and said.filed_on <= left):
        commission = hearings[-1].commission if hearings else None
        statement = case_papers.disagreement(case, said, commission)
        yield _wanted(DocumentKind.DISAGREEMENT, case.ref, statement, said.filed_on)


def _invitations(docket: Docket, case: Case, campaign: Campaign | None) -> Iterator[Wanted]:
    """¶17: to each sitting with a day and a place, once admitted; each bears its own day of telling."""
    if campaign is None or not admitted(case):
        return
    for ordinal, hearing in enumerate(_planned(docket, case.id), 1):
        told, commission = docket.notified_on(hearing), hearing.commission
        wanted = _before_withdrawal(hearing.sitting, case) or _no_later(told, case.withdrawn_on)
        if wanted and commission is not None:
            invitation = case_papers.invitation(case, campaign, hearing.sitting, commission, told)
            yield _numbered(DocumentKind.INVITATION, case.ref, ordinal, invitation, told)


def invitation_name(docket: Docket, hearing: Hearing) -> str | None:
    """The name of the invitation to that hearing; None where it has no day or no place yet."""
    sittings = [planned.sitting.id for planned in _planned(docket, hearing.candidate.case)]
    if hearing.sitting.id not in sittings:
        return None
    return _ordinal_name(DocumentKind.INVITATION, sittings.index(hearing.sitting.id) + 1)


def _planned(docket: Docket, case_id: str) -> list[Hearing]:
    return [h for h in docket.hearings(case_id) if h.sitting.held_on and h.sitting.place]


def _no_later(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day <= other


def _ballots_of_case(
    docket: Docket, case: Case, hearings: list[Hearing], sheet_of: SheetOf
) -> Iterator[Wanted]:
    """Extracts of the record, one per voting member: a ballot of the latest vote with this row alone."""
    voted = [h for h in hearings if h.candidate.votes and h.came]
    if not voted or (commission := voted[-1].commission) is None:
        return
    votes = voted[-1].candidate.votes
    for member in entitled(docket, voted[-1]):
        if member.id in votes:
            row = case.employee, votes[member.id]
            sitting = voted[-1].sitting
            extract = _ballot(case.ref, commission, member, [row], sitting.held_on)
            yield replace(extract, to_sign=False, sheet=sheet_of(sitting, member.id, case.id))


def _sheet(docket: Docket, case: Case, hearings: list[Hearing], options: DocumentOptions) -> Iterator[Wanted]:
    """Annex 4, and the act where the employee would not sign it (¶35)."""
    decided = [(h, d) for h in hearings if (d := decide(docket, h)) is not None]
    if not decided:
        return
    hearing, decision = decided[-1]
    secretary = _secretary(hearing.sitting, hearing.commission)
    filled_on = case.sheet.filled_on if case.sheet else None
    sheet = blanks.annex_4(case, hearing.sitting, decision, secretary, options)
    yield _wanted(DocumentKind.ANNEX_4, case.ref, sheet, filled_on)
    act, campaign = case.sheet.refusal_act if case.sheet else None, docket.campaign_of(case)
    if campaign is not None and act not in (None, RefusalAct()):
        yield _act(case, campaign, act, 2, "аттестаттау парағы", filled_on)


def _act(
    case: Case, campaign: Campaign, act: RefusalAct, ordinal: int, paper: str, paper_day: date | None
) -> Wanted:
    """The first is that of Annex 2, the second that of Annex 4."""
    annex, paragraph = (2, 14) if ordinal == 1 else (4, 35)
    named = f"{paper} ({annex}-қосымша)"
    context = case_papers.act_of_refusal(case, campaign, act, named, paper_day, paragraph)
    made = _numbered(DocumentKind.REFUSAL_ACT, case.ref, ordinal, context, act.date)
    return replace(made, title=f"{made.title} ({paper})")


def _inner_list(docket: Docket, case: Case, made: Sequence[Wanted]) -> Wanted:
    """The ballots stand in it as one line: they are many, and each names its member."""
    ballots = sum(w.kind is DocumentKind.ANNEX_3 for w in made)
    listed: dict[str, tuple[str, date | None, int, None]] = {}
    for paper in made:
        of_ballots = paper.kind is DocumentKind.ANNEX_3
        name, title = (paper.kind, TITLES[paper.kind]) if of_ballots else (paper.name, paper.title)
        listed[name] = title, paper.day, ballots if of_ballots else 1, None
    context = case_papers.inner_list(case, docket.campaign_of(case), listed.values())
    return _wanted(DocumentKind.INNER_LIST, case.ref, context, acquainted_on(case))


def documents_of_sitting(
    docket: Docket, sitting: Sitting, *, recording_years: int = RECORDING_YEARS
) -> tuple[Wanted, ...]:
    """What goes into the sitting's folder, in the order of the procedure.

    The covering list when every candidate's materials are gathered; agenda and attendance sheet when the day
    is set; ballots of all candidates, blank before and filled after the votes; the register of recordings,
    kept `recording_years`, when there are any; the protocol when every candidate's turn is over. All wait for
    the commission and for every candidate's case.
    """
    commission = docket.commission_of(sitting)
    if commission is None or any(c.case not in docket.cases for c in sitting.candidates):
        return ()
    return tuple(_of_sitting(docket, sitting, commission, recording_years))


def _of_sitting(docket: Docket, sitting: Sitting, commission: Commission, years: int) -> Iterator[Wanted]:
    sent = {h.candidate.case: docket.materials_sent_on(h) for h in docket.hearings_of(sitting)}
    cases = [docket.cases[case_id] for case_id in sent]
    heard = [c for c in cases if not refused(c) and _before_withdrawal(sitting, c)]
    if heard and all(sent[c.id] is not None or _characteristic_with_hr(c) for c in heard):
        sent_on = shared(sent[c.id] for c in heard)
        covering = papers.covering_list(
            docket, sitting, commission, [(c, sent[c.id]) for c in heard], sent_on
        )
        yield _wanted(DocumentKind.MATERIALS, sitting.ref, covering, sent_on)
    if heard and sitting.held_on is not None:
        agenda = papers.agenda(sitting, commission, heard)
        yield _wanted(DocumentKind.AGENDA, sitting.ref, agenda, sitting.held_on)
    ballots = tuple(_ballots_of_sitting(docket, sitting, commission))
    yield from ballots
    if any(c.recordings for c in sitting.candidates):
        register = papers.register_of_recordings(docket, sitting, commission, years)
        yield _wanted(DocumentKind.RECORDINGS, sitting.ref, register, sitting.held_on)
    if _over(docket, sitting):
        written = sitting.protocol or Protocol()
        context = protocol(docket, sitting, commission, len(ballots))
        made = _wanted(DocumentKind.PROTOCOL, sitting.ref, context, written.drawn_up_on)
        yield replace(made, title=f"{made.title} № {written.number}") if written.number else made


def _characteristic_with_hr(case: Case) -> bool:
    """The characteristic, which comes last of the materials (¶13), is with HR."""
    return case.characteristic is not None and case.characteristic.sent_to_hr_on is not None


def _ballots_of_sitting(docket: Docket, sitting: Sitting, commission: Commission) -> Iterator[Wanted]:
    if meeting_failed(commission, sitting):
        return
    expected = _expected(sitting, commission)
    attended = replace(sitting, present=tuple(m.id for m in expected))
    rows: dict[str, list[tuple[Case, Vote | None]]] = {m.id: [] for m in expected}
    for hearing in docket.hearings_of(sitting):
        case = docket.cases[hearing.candidate.case]
        if not _has_row(hearing, case):
            continue
        for member in entitled(docket, replace(hearing, sitting=attended)):
            rows[member.id].append((case, hearing.candidate.votes.get(member.id)))
    for member in expected:
        if rows[member.id]:
            yield _whole_ballot(sitting, commission, member, rows[member.id])


def _expected(sitting: Sitting, commission: Commission) -> tuple[Member, ...]:
    """The voting members present; before that is known, all who are not reported absent."""
    if there := attendees(sitting):
        return tuple(m for m in commission.voting if m.id in there)
    absent = {a.member for a in sitting.absent}
    return tuple(m for m in commission.voting if m.id not in absent)


def _over(docket: Docket, sitting: Sitting) -> bool:
    """Every candidate's turn is over: decided, absent, carried over, or not to be heard at all."""
    return bool(sitting.candidates) and all(
        hearing.candidate.attendance in (Attendance.ABSENT_VALID, Attendance.ABSENT_INVALID)
        or carried_over(docket, hearing)
        or not _has_row(hearing, docket.cases[hearing.candidate.case])
        or decide(docket, hearing) is not None
        for hearing in docket.hearings_of(sitting)
    )


def _has_row(hearing: Hearing, case: Case) -> bool:
    """The candidate came (or is expected), was not refused and has not taken the report back."""
    return hearing.came and not refused(case) and _before_withdrawal(hearing.sitting, case)


def _before_withdrawal(sitting: Sitting, case: Case) -> bool:
    """Whether the case was still to be heard at that sitting; one without a day is ahead."""
    if sitting.held_on is None:
        return case.withdrawn_on is None and case.ended is None
    return not off_by_then(case, sitting.held_on)


def _characteristic_due(case: Case, text: Characteristic) -> bool:
    """Any of its content is there; after a withdrawal, only where it was signed before."""
    if text == Characteristic():
        return False
    return case.withdrawn_on is None or _no_later(text.signed_on, case.withdrawn_on)


def _secretary(sitting: Sitting, commission: Commission | None) -> Member | None:
    return commission.member(sitting.secretary) if commission and sitting.secretary else None


def _whole_ballot(
    sitting: Sitting, commission: Commission, member: Member, rows: list[tuple[Case, Vote | None]]
) -> Wanted:
    people = [(case.employee, vote) for case, vote in rows]
    return replace(
        _ballot(sitting.ref, commission, member, people, sitting.held_on),
        ballot=BallotForm(member.id, tuple(case.id for case, _ in rows)),
        unmarked=blanks.annex_3(member, [(employee, None) for employee, _ in people]),
    )


def _ballot(
    owner: Ref,
    commission: Commission,
    member: Member,
    rows: list[tuple[Employee, Vote | None]],
    held_on: date | None,
) -> Wanted:
    ordinal = commission.voting.index(member) + 1
    made = _numbered(DocumentKind.ANNEX_3, owner, ordinal, blanks.annex_3(member, rows), held_on)
    return replace(made, title=f"{made.title} — {list_name(member)}")


def _wanted(kind: DocumentKind, owner: Ref, context: Mapping[str, object], day: date | None) -> Wanted:
    return Wanted(kind, owner, str(kind), TITLES[kind], context, to_sign=True, day=day)


def _numbered(
    kind: DocumentKind, owner: Ref, ordinal: int, context: Mapping[str, object], day: date | None
) -> Wanted:
    return replace(_wanted(kind, owner, context, day), name=_ordinal_name(kind, ordinal))


def _ordinal_name(kind: DocumentKind, ordinal: int) -> str:
    return f"{kind}-{ordinal:02}"
