"""The votes of a sitting as its signed ballots say them: a draft for the secretary, never filed by itself.

A row is left empty wherever a person has to look at the sheet. The draft is a part of a record and no record:
the secretary puts it into the sitting's, and so has seen it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.archive.index.locations import FiledDocument
from pipeline.archive.person.filed_documents import DocumentState
from pipeline.documents.content.plan import documents_of_sitting
from pipeline.domain.ballots import VOTE_OF
from pipeline.domain.errors import NotFoundError
from pipeline.domain.records import Case, Kind, Member, Ref, Vote
from pipeline.flow.casefile.ballots import FiledSheet, filed_sheet
from pipeline.flow.casefile.related.related_records import RelatedRecords
from pipeline.flow.site.workplace import Workplace


class Unread(StrEnum):
    """Why a vote is left empty."""

    NO_SHEET = "no_sheet"
    """No signed ballot of the member is filed."""
    NO_ROW = "no_row"
    """The candidate does not stand on the ballot that was signed."""
    NOT_READ = "not_read"
    """The marks of the sheet were not made out."""
    NONE = "none"
    BOTH = "both"
    UNCLEAR = "unclear"
    DECIDED = "decided"
    """A person has decided on the row: what was read of it tells nothing."""


@dataclass(frozen=True, slots=True)
class DraftVote:
    """A member's vote; None with the reason why. `row` is that of the sheet, 0 where there is none."""

    member: Member
    document: str
    row: int
    vote: Vote | None
    why: Unread | None = None


@dataclass(frozen=True, slots=True)
class DraftCandidate:
    """A candidate and the votes of all who may vote on that case."""

    case: Case
    votes: tuple[DraftVote, ...]


def draft_votes(place: Workplace, sitting_id: str) -> tuple[DraftCandidate, ...]:
    """The candidates in the record's order; none while the commission or a candidate's case is not filed.

    Raises:
        NotFoundError: `nothing_found`, no such sitting is filed.
        CorruptError: something filed does not verify or does not read.
    """
    ref = Ref(Kind.SITTING, sitting_id)
    if place.index.record(ref) is None:
        raise NotFoundError("nothing_found")
    docket = RelatedRecords(place.root, place.index).around([ref]).docket
    sitting = docket.sittings[sitting_id]
    commission = docket.commission_of(sitting)
    if commission is None:
        return ()
    filed = {of.document.name: of for of in place.index.documents(ref)}
    sheets = {name: sheet for name, of in filed.items() if (sheet := filed_sheet(place, docket, of))}
    ballots = [w for w in documents_of_sitting(docket, sitting) if w.ballot is not None]
    members = {member.id: member for member in commission.voting}

    def votes(case_id: str, recorded: Mapping[str, Vote]) -> Iterator[DraftVote]:
        for ballot in ballots:
            assert ballot.ballot is not None  # noqa: S101  # those with a form were taken above
            if case_id in ballot.ballot.cases:
                member, printed = members[ballot.ballot.member], filed.get(ballot.name)
                row, read = _read(sheets.get(ballot.name), printed, member.id, case_id, recorded)
                vote, why = (read, None) if isinstance(read, Vote) else (None, read)
                yield DraftVote(member, ballot.name, row, vote, why)

    rows = (
        DraftCandidate(docket.cases[h.candidate.case], tuple(votes(h.candidate.case, h.candidate.votes)))
        for h in docket.hearings_of(sitting)
        if h.candidate.case in docket.cases
    )
    return tuple(row for row in rows if row.votes)


def _read(
    sheet: FiledSheet | None,
    printed: FiledDocument | None,
    member: str,
    case_id: str,
    recorded: Mapping[str, Vote],
) -> tuple[int, Vote | Unread]:
    """The row of the sheet, from 1, and what it says; one signed with its votes says what is recorded."""
    if sheet is None:
        signed = printed is not None and printed.document.state is DocumentState.SIGNED
        return 0, recorded.get(member, Unread.NO_SHEET) if signed else Unread.NO_SHEET
    form = sheet.paper.form
    if form.member != member or case_id not in form.cases:
        return 0, Unread.NO_ROW
    row = form.cases.index(case_id) + 1
    if not sheet.marks:
        return row, Unread.NOT_READ
    if sheet.decided(row):
        return row, Unread.DECIDED
    mark = sheet.marks[row - 1]
    return row, VOTE_OF[mark] if mark in VOTE_OF else Unread(str(mark))
