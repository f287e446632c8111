"""The records that belong together, linked by their ids: what a rule may look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.domain.kinship import born_alike, same_letters, slip_of_a_digit
from pipeline.domain.names import fold_name
from pipeline.domain.records import (
    Attendance,
    Campaign,
    Candidate,
    Case,
    Commission,
    Employee,
    Kind,
    Member,
    Record,
    Ref,
    Sitting,
)


@dataclass(frozen=True, slots=True)
class Hearing:
    """A case before a sitting: one row of the ballot."""

    sitting: Sitting
    candidate: Candidate
    index: int
    commission: Commission | None

    @property
    def path(self) -> str:
        """Where the candidate stands in the sitting's record."""
        return f"candidates.{self.index}"

    @property
    def present(self) -> tuple[str, ...]:
        """Who of the commission was there for this candidate: the sitting's list, unless it has its own."""
        return self.candidate.present or self.sitting.present

    @property
    def concluded(self) -> bool:
        """A later fact shows that the candidate's turn is over: ballots, a written decision or an absence."""
        return (
            bool(self.candidate.votes)
            or self.candidate.decision is not None
            or self.candidate.attendance in (Attendance.ABSENT_VALID, Attendance.ABSENT_INVALID)
            or sitting_held(self.sitting)
        )

    @property
    def came(self) -> bool:
        """The candidate was not reported absent."""
        return self.candidate.attendance in (None, Attendance.PRESENT)

    @property
    def postponed(self) -> bool:
        """Absent with a valid reason: no decision now, the next sitting hears the case (¶31 part 2)."""
        return self.candidate.attendance is Attendance.ABSENT_VALID


def attendees(sitting: Sitting) -> tuple[str, ...]:
    """Who was there at any time: at the sitting as a whole, or for one of its candidates (¶33)."""
    return tuple(dict.fromkeys((*sitting.present, *(m for c in sitting.candidates for m in c.present))))


def sitting_held(sitting: Sitting) -> bool:
    """A fact of the record that can only follow a sitting is there; votes left out mean it is ahead."""
    return (
        any(c.votes or c.decision is not None for c in sitting.candidates)
        or sitting.ended_at is not None
        or (sitting.protocol is not None and sitting.protocol.drawn_up_on is not None)
    )


class _People:
    """Cases by IIN and by surname and given name, so that a member is looked up and not compared with all."""

    def __init__(self, cases: Iterable[Case]) -> None:
        self._by_iin: dict[str, list[Case]] = defaultdict(list)
        self._by_name: dict[tuple[str, str], list[Case]] = defaultdict(list)
        for case in cases:
            self._by_iin[case.employee.iin].append(case)
            self._by_name[_name_key(case.employee)].append(case)

    def like(self, member: Member) -> tuple[Case, ...]:
        """By the number where the member's is known, else by name."""
        if member.iin is not None:
            return tuple(self._by_iin.get(member.iin, ()))
        return self.named_like(member)

    def named_like(self, person: Member | Employee) -> tuple[Case, ...]:
        """By surname and given name."""
        return tuple(self._by_name.get(_name_key(person), ()))


def _name_key(person: Member | Employee) -> tuple[str, str]:
    return fold_name(person.surname), fold_name(person.given_name)


@dataclass(frozen=True, slots=True)
class Former:
    """What is filed of a record that comes anew: the revision it replaces, if one is in force.

    `revisions` are those of a case that comes under another IIN or name, the newest first, wherever they lie:
    in the personal files it has left, and where it was withdrawn.
    """

    replaced: Record | None = None
    revisions: tuple[Case, ...] = ()


class Docket:
    """An immutable set of linked records; the latest revision of each, by kind and id.

    Whatever order they come in, they are looked at in one, so that a judgement never depends on it.

    `former` says of the records that come anew what is filed of each; left out, all of them are new.
    """

    def __init__(self, records: Iterable[Record], former: Mapping[Ref, Former] | None = None) -> None:
        self._former = former
        self.campaigns: dict[str, Campaign] = {}
        self.commissions: dict[str, Commission] = {}
        self.cases: dict[str, Case] = {}
        self.sittings: dict[str, Sitting] = {}
        self._people_of_campaigns: dict[str, _People] = {}
        self._people_of_sittings: dict[str, _People] = {}
        latest = {record.ref: record for record in records}
        for record in (latest[ref] for ref in sorted(latest, key=lambda ref: ref.id)):
            match record:
                case Campaign():
                    self.campaigns[record.id] = record
                case Commission():
                    self.commissions[record.id] = record
                case Case():
                    self.cases[record.id] = record
                case Sitting():
                    self.sittings[record.id] = record

    def __iter__(self) -> Iterator[Record]:
        yield from self.campaigns.values()
        yield from self.commissions.values()
        yield from self.cases.values()
        yield from self.sittings.values()

    def get(self, ref: Ref) -> Record | None:
        """The record of that name."""
        shelves: Mapping[Kind, Mapping[str, Record]] = {
            Kind.CAMPAIGN: self.campaigns,
            Kind.COMMISSION: self.commissions,
            Kind.CASE: self.cases,
            Kind.SITTING: self.sittings,
        }
        return shelves[ref.kind].get(ref.id)

    def former(self, ref: Ref) -> Record | None:
        """The filed revision that this one replaces; None for a new record, or one that stays as filed."""
        return self._filed(ref).replaced

    def revisions(self, case: Case) -> tuple[Case, ...]:
        """The filed revisions of a case that comes under another IIN or name, the newest first."""
        return self._filed(case.ref).revisions

    def _filed(self, ref: Ref) -> Former:
        return (self._former or {}).get(ref, Former())

    def newly_of(self, case: Case) -> bool:
        """The case comes under its person's IIN for the first time: it is new, or had another one."""
        if self._former is None:
            return True
        before = self.former(case.ref)
        under_another = not isinstance(before, Case) or before.employee.iin != case.employee.iin
        return case.ref in self._former and under_another

    def campaign_of(self, case: Case) -> Campaign | None:
        """The campaign the case names, if known."""
        return self.campaigns.get(case.campaign)

    def commission_of(self, sitting: Sitting) -> Commission | None:
        """The commission the sitting names, if known."""
        return self.commissions.get(sitting.commission)

    def hearings(self, case_id: str) -> tuple[Hearing, ...]:
        """Every sitting the case came before, in time."""
        return tuple(self._hearings.get(case_id, ()))

    def hearing(self, case_id: str) -> Hearing | None:
        """The latest sitting the case came before."""
        hearings = self._hearings.get(case_id)
        return hearings[-1] if hearings else None

    def notified_on(self, hearing: Hearing) -> date | None:
        """¶17: the day the candidate was told of this very sitting; None where no such day is known."""
        case = self.cases.get(hearing.candidate.case)
        told = case.materials.notified_on if case is not None and case.materials else None
        return self._own(hearing, hearing.candidate.notified_on) or self._of_this_sitting(hearing, told)

    def materials_sent_on(self, hearing: Hearing) -> date | None:
        """¶17: the day the materials went to this very sitting; None where no such day is known."""
        case = self.cases.get(hearing.candidate.case)
        sent = case.materials.sent_on if case is not None and case.materials else None
        own = self._own(hearing, hearing.candidate.materials_sent_on)
        return own or self._of_this_sitting(hearing, sent)

    def _own(self, hearing: Hearing, day: date | None) -> date | None:
        """The day that stands at the candidate; on or before an earlier sitting it was of that one."""
        return None if day is None or self.of_an_earlier(hearing, day) else day

    def of_an_earlier(self, hearing: Hearing, day: date) -> bool:
        """¶17: a day on or before an earlier sitting of the case counts for that one only."""
        mine = _in_time(hearing.sitting)
        sittings = (h.sitting for h in self.hearings(hearing.candidate.case))
        earlier = [s.held_on for s in sittings if _in_time(s) < mine]
        return any(held_on is None or day <= held_on for held_on in earlier)

    def _of_this_sitting(self, hearing: Hearing, day: date | None) -> date | None:
        """A day of the case counts for the first of its sittings that it does not come after.

        The last sitting takes it even late, and one whose own day is not set.
        """
        if day is None or self.of_an_earlier(hearing, day):
            return None
        mine, held_on = _in_time(hearing.sitting), hearing.sitting.held_on
        later = any(_in_time(h.sitting) > mine for h in self.hearings(hearing.candidate.case))
        return None if later and held_on is not None and day > held_on else day

    def hearings_of(self, sitting: Sitting) -> tuple[Hearing, ...]:
        """The sitting's rows."""
        commission = self.commission_of(sitting)
        return tuple(Hearing(sitting, c, i, commission) for i, c in enumerate(sitting.candidates))

    def cases_of_campaign(self, campaign_id: str) -> tuple[Case, ...]:
        """Everybody attested in one campaign."""
        return tuple(self._by_campaign.get(campaign_id, ()))

    def namesakes_in_campaign(self, campaign_id: str, member: Member) -> tuple[Case, ...]:
        """Cases of the campaign whose IIN or whose surname and given name are the member's."""
        return self._people_of(campaign_id).like(member)

    def _people_of(self, campaign_id: str) -> _People:
        if campaign_id not in self._people_of_campaigns:
            people = _People(self.cases_of_campaign(campaign_id))
            self._people_of_campaigns[campaign_id] = people
        return self._people_of_campaigns[campaign_id]

    def mistyped_twins(self, case: Case) -> tuple[Case, ...]:
        """Cases with the same full name and another IIN: one birthday, or a slip of the hand apart."""
        person = case.employee
        beside = self._everybody.named_like(person) if person.patronymic else ()
        return tuple(
            c
            for c in beside
            if c.employee.iin != person.iin
            and c.employee.patronymic
            and same_letters(c.employee, person)
            and (born_alike(c.employee.iin, person.iin) or slip_of_a_digit(c.employee.iin, person.iin))
        )

    @cached_property
    def _everybody(self) -> _People:
        return _People(self.cases.values())

    def namesakes_in_sitting(self, sitting: Sitting, member: Member) -> tuple[Case, ...]:
        """The same among the sitting's candidates."""
        if sitting.id not in self._people_of_sittings:
            cases = (self.cases.get(c.case) for c in sitting.candidates)
            self._people_of_sittings[sitting.id] = _People(c for c in cases if c is not None)
        return self._people_of_sittings[sitting.id].like(member)

    def cases_of_person(self, iin: str) -> tuple[Case, ...]:
        """Every case of one IIN."""
        return tuple(self._by_iin.get(iin, ()))

    def sittings_of(self, commission_id: str) -> tuple[Sitting, ...]:
        """A commission's sittings, in time."""
        return tuple(self._by_commission.get(commission_id, ()))

    @cached_property
    def _hearings(self) -> Mapping[str, list[Hearing]]:
        found: dict[str, list[Hearing]] = defaultdict(list)
        for sitting in sorted(self.sittings.values(), key=_in_time):
            for hearing in self.hearings_of(sitting):
                found[hearing.candidate.case].append(hearing)
        return found

    @cached_property
    def _by_campaign(self) -> Mapping[str, list[Case]]:
        found: dict[str, list[Case]] = defaultdict(list)
        for case in self.cases.values():
            found[case.campaign].append(case)
        return found

    @cached_property
    def _by_iin(self) -> Mapping[str, list[Case]]:
        found: dict[str, list[Case]] = defaultdict(list)
        for case in self.cases.values():
            found[case.employee.iin].append(case)
        return found

    @cached_property
    def _by_commission(self) -> Mapping[str, list[Sitting]]:
        found: dict[str, list[Sitting]] = defaultdict(list)
        for sitting in sorted(self.sittings.values(), key=_in_time):
            found[sitting.commission].append(sitting)
        return found


def _in_time(sitting: Sitting) -> tuple[date, str]:
    return sitting.held_on or date.max, sitting.id
