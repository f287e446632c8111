"""What is filed around dropped records, gathered: everything their judging has to see, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.archive.index.locations import Index
from pipeline.archive.index.rows import item_digests, name_key
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.records import Campaign, Case, Commission, Kind, Record, Ref, Sitting
from pipeline.flow.site.opening import counted_record, record_in_force
from pipeline.law.docket import Docket, Former


@dataclass(frozen=True, slots=True)
class Related:
    """A docket, which of its records are to be judged, and which of those to be filed anew.

    A campaign beside a dropped case is judged with it, but the lists made of all its cases are made once,
    after the last drop of a look: `lists` names such campaigns.
    """

    docket: Docket
    subjects: tuple[Ref, ...]
    lists: frozenset[Ref] = frozenset()

    @property
    def to_file(self) -> tuple[Ref, ...]:
        """Everything judged but those campaigns."""
        return tuple(ref for ref in self.subjects if ref not in self.lists)


class RelatedRecords:
    """Dropped records over filed ones; each filed record is read once.

    `former` is what is filed of the dropped ones (`flow/former.py`). `without`: records that are filed
    and are looked at as if they were not.
    """

    def __init__(
        self,
        root: StorageRoot,
        index: Index,
        dropped: Iterable[Record] = (),
        former: Mapping[Ref, Former] = MappingProxyType({}),
        without: Iterable[Ref] = (),
    ) -> None:
        self._root = root
        self._index = index
        self._former = former
        self._dropped = {record.ref: self._counted(record) for record in dropped}
        self._records: dict[Ref, Record | None] = {**dict.fromkeys(without), **self._dropped}
        self._subjects: dict[Ref, None] = {}
        self._whole: set[Ref] = set()

    def around(self, refs: Iterable[Ref]) -> Related:
        """The docket for judging these records and all whose judgement or papers hang on them."""
        for ref in refs:
            self._affect(ref)
        for ref in list(self._subjects):
            self._surround(ref)
        return self._gathered(self._lists())

    def campaign(self, ref: Ref) -> Related:
        """The docket for making the lists of one campaign of all its cases."""
        self._subject(ref)
        for case_id in self._cases_of_campaign(ref.id):
            self._surround(Ref(Kind.CASE, case_id))
        return self._gathered(frozenset())

    def seen_from(self, refs: Iterable[Ref]) -> Docket:
        """The docket in which each of these stands as it does among all that is filed.

        Not for judging their neighbours. Of a campaign it matters which was decided on last (¶37).
        """
        for ref in refs:
            self._subject(ref)
        if any(ref.kind is Kind.CAMPAIGN for ref in self._subjects):
            for campaign in self._index.refs(Kind.CAMPAIGN):
                self._get(campaign)
        for ref in list(self._subjects):
            self._surround(ref)
        return self._gathered(frozenset()).docket

    def _lists(self) -> frozenset[Ref]:
        """Campaigns of the cases judged, but those that have all their cases with them here."""
        cases = (case for ref in self._subjects if isinstance(case := self._records[ref], Case))
        campaigns = {Ref(Kind.CAMPAIGN, case.campaign) for case in cases}
        campaigns |= {ref for ref in self._subjects if ref.kind is Kind.CAMPAIGN}
        return frozenset(ref for ref in campaigns - self._whole if self._get(ref) is not None)

    def _gathered(self, lists: frozenset[Ref]) -> Related:
        records = [record for record in self._records.values() if record is not None]
        subjects = tuple(ref for ref in self._subjects if self._records[ref] is not None)
        return Related(Docket(records, self._former), subjects, lists)

    def _affect(self, ref: Ref) -> None:
        """The record's neighbours, and those of the filed revision it replaces: they lose something."""
        self._subject(ref)
        self._affect_neighbours(ref, self._get(ref))
        if ref in self._dropped:
            self._affect_neighbours(ref, self._filed(ref))

    def _affect_neighbours(self, ref: Ref, record: Record | None) -> None:
        match record:
            case Campaign(id=campaign_id):
                self._whole.add(ref)
                for case_id in self._cases_of_campaign(campaign_id):
                    self._subject(Ref(Kind.CASE, case_id))
                    for sitting in self._sittings_naming(case_id):
                        self._subject(sitting.ref)
            case Commission(id=commission_id):
                for sitting in self._sittings_of_commission(commission_id):
                    self._affect_sitting(sitting)
            case Case(id=case_id, campaign=campaign_id) as case:
                self._subject(Ref(Kind.CAMPAIGN, campaign_id))
                for sitting in self._sittings_naming(case_id):
                    self._subject(sitting.ref)
                for sitting in self._sittings_with_member(case):
                    self._subject(sitting.ref)
            case Sitting() as sitting:
                self._subject(Ref(Kind.COMMISSION, sitting.commission))
                self._affect_sitting(sitting)

    def _affect_sitting(self, sitting: Sitting) -> None:
        self._subject(sitting.ref)
        for candidate in sitting.candidates:
            self._subject(Ref(Kind.CASE, candidate.case))

    def _surround(self, ref: Ref) -> None:
        match self._get(ref):
            case Case() as case:
                self._get(Ref(Kind.CAMPAIGN, case.campaign))
                for sitting in self._sittings_naming(case.id):
                    self._surround_sitting(sitting)
                alike = self._index.cases_of_people((), {name_key(case.employee)})
                for other in (*self._cases_of_person(case.employee.iin), *self._beside(case), *alike):
                    self._surround_other(other)
                for copied in self._index.cases_with_items(item_digests(case), case.employee.iin):
                    self._get(Ref(Kind.CASE, copied))
            case Sitting() as sitting:
                self._surround_sitting(sitting)
            case Commission() as commission:
                self._sittings_of_commission(commission.id)

    def _surround_other(self, case_id: str) -> None:
        other = self._get(Ref(Kind.CASE, case_id))
        if isinstance(other, Case):
            self._get(Ref(Kind.CAMPAIGN, other.campaign))
            for sitting in self._sittings_naming(case_id):
                self._surround_sitting(sitting)

    def _surround_sitting(self, sitting: Sitting) -> None:
        """The commission, every candidate, and the cases of members who are attested themselves (¶23)."""
        for candidate in sitting.candidates:
            case = self._get(Ref(Kind.CASE, candidate.case))
            if isinstance(case, Case):
                self._get(Ref(Kind.CAMPAIGN, case.campaign))
        commission = self._get(Ref(Kind.COMMISSION, sitting.commission))
        if isinstance(commission, Commission):
            self._sittings_of_commission(commission.id)
            iins = {m.iin for m in commission.voting if m.iin is not None}
            names = {name_key(m) for m in commission.voting if m.surname}
            for case_id in self._index.cases_of_people(iins, names):
                self._get(Ref(Kind.CASE, case_id))

    def _subject(self, ref: Ref) -> None:
        self._get(ref)
        self._subjects.setdefault(ref)

    def _get(self, ref: Ref) -> Record | None:
        if ref not in self._records:
            self._records[ref] = self._filed(ref)
        return self._records[ref]

    def _filed(self, ref: Ref) -> Record | None:
        record = record_in_force(self._root, self._index, ref)
        return None if record is None else self._counted(record)

    def _counted(self, record: Record) -> Record:
        return counted_record(self._index, record)

    # --- filed links, with the dropped records' own over them ---------------------------------------------

    def _sittings_naming(self, case_id: str) -> list[Sitting]:
        refs = [Ref(Kind.SITTING, s) for s in self._index.sittings_naming(case_id)]
        refs += [r for r in self._dropped if r.kind is Kind.SITTING]
        found = (self._get(ref) for ref in dict.fromkeys(refs))
        return [s for s in found if isinstance(s, Sitting) and any(c.case == case_id for c in s.candidates)]

    def _sittings_of_commission(self, commission_id: str) -> list[Sitting]:
        refs = [Ref(Kind.SITTING, s) for s in self._index.sittings_of_commission(commission_id)]
        refs += [r for r in self._dropped if r.kind is Kind.SITTING]
        found = (self._get(ref) for ref in dict.fromkeys(refs))
        return [s for s in found if isinstance(s, Sitting) and s.commission == commission_id]

    def _sittings_with_member(self, case: Case) -> list[Sitting]:
        """Sittings of commissions that the employee is a member of: nobody judges himself (¶23)."""
        commissions = self._index.commissions_with({case.employee.iin}, {name_key(case.employee)})
        return [sitting for c in commissions for sitting in self._sittings_of_commission(c)]

    def _beside(self, case: Case) -> list[str]:
        """Cases in the object that this one is filed in now; with a corrected IIN it leaves them."""
        object_id = self._index.object_of(case.ref)
        refs = self._index.refs_of(object_id) if object_id is not None else ()
        return [ref.id for ref in refs if ref.id != case.id]

    def _cases_of_campaign(self, campaign_id: str) -> list[str]:
        return self._cases(self._index.cases_of_campaign(campaign_id), lambda c: c.campaign == campaign_id)

    def _cases_of_person(self, iin: str) -> list[str]:
        return self._cases(self._index.cases_of_person(iin), lambda c: c.employee.iin == iin)

    def _cases(self, filed: Iterable[str], belongs: Callable[[Case], bool]) -> list[str]:
        refs = [Ref(Kind.CASE, case_id) for case_id in filed]
        refs += [r for r in self._dropped if r.kind is Kind.CASE]
        found = (self._get(ref) for ref in dict.fromkeys(refs))
        return [c.id for c in found if isinstance(c, Case) and belongs(c)]
