"""Which documents this state of things asks for: pure, from the linked records alone.

A document waits for the records it needs. Nobody's personal file shows another's votes: into a case go
ballots of its own row only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from pipeline.documents import context as blanks
from pipeline.documents.context import DocumentOptions
from pipeline.documents.protocol import protocol, refused
from pipeline.domain.names import list_name
from pipeline.domain.records import (
    Attendance,
    Case,
    Characteristic,
    Commission,
    Employee,
    Member,
    Ref,
    Sitting,
    Vote,
)
from pipeline.law.docket import Docket, Hearing
from pipeline.law.votes import decide, entitled

EXACT: Final = DocumentOptions()


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
    ANNEX_3 = "annex-3"
    PROTOCOL = "protocol"
    RECORDINGS = "register-of-recordings"
    ANNEX_4 = "annex-4"
    APPEALS = "register-of-appeals"


TITLES: Final = {
    DocumentKind.ANNOUNCEMENT: "Жоспардан тыс аттестаттау туралы хабарландыру",
    DocumentKind.ANNEX_1: "Баянат (1-қосымша)",
    DocumentKind.REPORTS: "Баянаттарды тіркеу журналы",
    DocumentKind.SECURITY_LIST: "Өзіндік қауіпсіздік қызметіне жіберілетін тізім",
    DocumentKind.ADMITTED: "Жіберілген қызметкерлердің тізімі",
    DocumentKind.STUDIES: "Зерттеулер кестесі",
    DocumentKind.NOTICE: "Жіберілмегені туралы хабарлама",
    DocumentKind.ANNEX_2: "Қызметтік мінездеме (2-қосымша)",
    DocumentKind.ANNEX_3: "Дауыс беру парағы (3-қосымша)",
    DocumentKind.PROTOCOL: "Отырыс хаттамасы",
    DocumentKind.RECORDINGS: "Әңгімелесу жазбаларын есепке алу журналы",
    DocumentKind.ANNEX_4: "Аттестаттау парағы (4-қосымша)",
    DocumentKind.APPEALS: "Шағымдарды тіркеу журналы",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document to make.

    `owner` is the record into whose folder it is filed, `name` the file name stem there, built from the kind
    and an ordinal alone; `context` is plain data for the template; `to_sign`: it is printed for signing.
    """

    kind: DocumentKind
    owner: Ref
    name: str
    title: str
    context: Mapping[str, object]
    to_sign: bool


def documents_of_case(docket: Docket, case: Case, options: DocumentOptions = EXACT) -> tuple[Wanted, ...]:
    """What goes into the case's folder, in the order of the procedure."""
    return tuple(_of_case(docket, case, options))


def _of_case(docket: Docket, case: Case, options: DocumentOptions) -> Iterator[Wanted]:
    if case.report and case.report.filed_on:
        yield _wanted(DocumentKind.ANNEX_1, case.ref, blanks.annex_1(case, options))
    if refused(case):
        campaign = docket.campaign_of(case)
        if campaign is not None:
            yield _wanted(DocumentKind.NOTICE, case.ref, blanks.notice(case, campaign))
        return
    if _characteristic_due(case):
        yield _wanted(DocumentKind.ANNEX_2, case.ref, blanks.annex_2(case, options))
    hearings = [h for h in docket.hearings(case.id) if _before_withdrawal(h.sitting, case)]
    yield from _ballots_of_case(docket, case, hearings)
    yield from _sheet(docket, case, hearings, options)


def _ballots_of_case(docket: Docket, case: Case, hearings: list[Hearing]) -> Iterator[Wanted]:
    """A filled ballot per voting member, of the latest vote on this case, with this row alone."""
    voted = [h for h in hearings if h.candidate.votes and h.came]
    if not voted or (commission := voted[-1].commission) is None:
        return
    votes = voted[-1].candidate.votes
    for member in entitled(docket, voted[-1]):
        if member.id in votes:
            row = case.employee, votes[member.id]
            yield _ballot(case.ref, commission, member, [row], to_sign=False)


def _sheet(docket: Docket, case: Case, hearings: list[Hearing], options: DocumentOptions) -> Iterator[Wanted]:
    decided = [(h, d) for h in hearings if (d := decide(docket, h)) is not None]
    if decided:
        hearing, decision = decided[-1]
        secretary = _secretary(hearing.sitting, hearing.commission)
        sheet = blanks.annex_4(case, hearing.sitting, decision, secretary, options)
        yield _wanted(DocumentKind.ANNEX_4, case.ref, sheet)


def documents_of_sitting(docket: Docket, sitting: Sitting) -> tuple[Wanted, ...]:
    """What goes into the sitting's folder.

    Ballots of all candidates, blank before and filled after the votes; the protocol when every candidate's
    turn is over. All wait for the commission and for every candidate's case.
    """
    commission = docket.commission_of(sitting)
    if commission is None or any(c.case not in docket.cases for c in sitting.candidates):
        return ()
    ballots = tuple(_ballots_of_sitting(docket, sitting, commission))
    if not _over(docket, sitting):
        return ballots
    blanks_of_protocol = protocol(docket, sitting, commission, len(ballots))
    made = _wanted(DocumentKind.PROTOCOL, sitting.ref, blanks_of_protocol)
    number = sitting.protocol.number if sitting.protocol else None
    return (*ballots, replace(made, title=f"{made.title} № {number}") if number else made)


def _ballots_of_sitting(docket: Docket, sitting: Sitting, commission: Commission) -> Iterator[Wanted]:
    expected = _expected(sitting, commission)
    attended = replace(sitting, present=tuple(m.id for m in expected))
    rows: dict[str, list[tuple[Employee, Vote | None]]] = {m.id: [] for m in expected}
    for hearing in docket.hearings_of(sitting):
        case = docket.cases[hearing.candidate.case]
        if not _has_row(hearing, case):
            continue
        for member in entitled(docket, replace(hearing, sitting=attended)):
            rows[member.id].append((case.employee, hearing.candidate.votes.get(member.id)))
    for member in expected:
        if rows[member.id]:
            yield _ballot(sitting.ref, commission, member, rows[member.id], to_sign=True)


def _expected(sitting: Sitting, commission: Commission) -> tuple[Member, ...]:
    """The voting members present; before that is known, all who are not reported absent."""
    if sitting.present:
        return tuple(m for m in commission.voting if m.id in sitting.present)
    absent = {a.member for a in sitting.absent}
    return tuple(m for m in commission.voting if m.id not in absent)


def _over(docket: Docket, sitting: Sitting) -> bool:
    """Every candidate's turn is over: decided, absent, or not to be heard at all."""
    return bool(sitting.candidates) and all(
        hearing.candidate.attendance in (Attendance.ABSENT_VALID, Attendance.ABSENT_INVALID)
        or not _has_row(hearing, docket.cases[hearing.candidate.case])
        or decide(docket, hearing) is not None
        for hearing in docket.hearings_of(sitting)
    )


def _has_row(hearing: Hearing, case: Case) -> bool:
    """The candidate came (or is expected), was not refused and has not taken the report back."""
    return hearing.came and not refused(case) and _before_withdrawal(hearing.sitting, case)


def _before_withdrawal(sitting: Sitting, case: Case) -> bool:
    if case.withdrawn_on is None:
        return True
    return sitting.held_on is not None and sitting.held_on < case.withdrawn_on


def _characteristic_due(case: Case) -> bool:
    """Any of its content is there; after a withdrawal, only where it was signed before."""
    text = case.characteristic
    if text is None or text == Characteristic():
        return False
    if case.withdrawn_on is None:
        return True
    return text.signed_on is not None and text.signed_on <= case.withdrawn_on


def _secretary(sitting: Sitting, commission: Commission | None) -> Member | None:
    return commission.member(sitting.secretary) if commission and sitting.secretary else None


def _ballot(
    owner: Ref,
    commission: Commission,
    member: Member,
    rows: list[tuple[Employee, Vote | None]],
    *,
    to_sign: bool,
) -> Wanted:
    ordinal = commission.voting.index(member) + 1
    return Wanted(
        DocumentKind.ANNEX_3,
        owner,
        f"{DocumentKind.ANNEX_3}-{ordinal:02}",
        f"{TITLES[DocumentKind.ANNEX_3]} — {list_name(member)}",
        blanks.annex_3(member, rows),
        to_sign,
    )


def _wanted(kind: DocumentKind, owner: Ref, context: Mapping[str, object]) -> Wanted:
    return Wanted(kind, owner, str(kind), TITLES[kind], context, to_sign=True)
