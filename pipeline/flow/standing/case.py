"""How one case stands: its stage, what the next step lacks, who is to sign what by when, what is due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from pipeline.archive.person.completeness import Lack
from pipeline.archive.person.inner_list import Person
from pipeline.domain.findings import Deadline, Decision
from pipeline.domain.records import Case, Ref
from pipeline.flow.casefile.ballots import differences
from pipeline.flow.casefile.closing import awaited, closed
from pipeline.flow.casefile.personal import lacks_of
from pipeline.flow.casefile.related.heard_elsewhere import heard_elsewhere, stage_after, wanting_after
from pipeline.flow.outcomes.results import Awaited, Note
from pipeline.flow.retention.elsewhere import elsewhere
from pipeline.flow.site.workplace import Workplace
from pipeline.law.engine import Bench
from pipeline.law.judging import apply_rules, reckon, waits_for
from pipeline.law.next_step import SittingTerms, Stage, appeal_open, sitting_terms, stage_of, wanting


@dataclass(frozen=True, slots=True)
class OpenAppeal:
    """An appeal nobody has decided yet (¶34); `to` is None where only the court is known, or nothing."""

    filed_on: date
    to: str | None
    court: bool


@dataclass(frozen=True, slots=True)
class CaseStanding:
    """A case as it stands; `deadlines` are those of its own and of its sittings that are not done.

    `recordings_elsewhere` counts recordings that stayed with the archive the case came from; `ballots` are
    rows of signed ballots that are not as recorded.
    """

    case: str
    campaign: str
    person: Person
    stage: Stage
    wanting: tuple[str, ...]
    lacking: tuple[Lack, ...]
    awaited: tuple[Awaited, ...]
    terms: SittingTerms | None
    waits_for: tuple[Ref, ...]
    blocks: int
    decisions: tuple[Decision, ...]
    deadlines: tuple[Deadline, ...]
    appeal: OpenAppeal | None = None
    recordings_elsewhere: int = 0
    ballots: tuple[Note, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether nothing is left to do and all is signed."""
        return closed(self.stage, self.lacking, self.awaited)


def earliest_sitting(standing: CaseStanding, place: Workplace, on: date) -> date | None:
    """The first day on which ¶4 and ¶17 allow a sitting, as seen on a day; None where none is ahead."""
    terms = standing.terms
    return None if terms is None else terms.earliest(on, place.calendar, place.readings)


def case_standing(place: Workplace, bench: Bench, case: Case) -> CaseStanding:
    """The case judged on the bench's day, with the papers that are filed of it.

    Raises:
        CorruptError: something filed does not verify or does not read.
        MachineError: `audit_unreadable`.
    """
    docket = bench.docket
    judged = apply_rules(bench, [case.ref])
    sittings = [hearing.sitting.ref for hearing in docket.hearings(case.id)]
    deadlines = reckon(bench, [case.ref, *sittings])
    employee = case.employee
    return _as_decided(
        place,
        case,
        CaseStanding(
            case=case.id,
            campaign=case.campaign,
            person=Person(employee.iin, employee.surname, employee.given_name, employee.patronymic),
            stage=stage_of(case, bench),
            wanting=wanting(case, bench),
            lacking=lacks_of(case, bench, [filed.document for filed in place.index.documents(case.ref)]),
            awaited=awaited(docket, place.index, case, deadlines),
            terms=sitting_terms(case, bench),
            waits_for=waits_for(docket, case),
            blocks=len(judged.blocks),
            decisions=tuple(decision for decision in judged.decisions if decision.case == case.id),
            deadlines=tuple(deadline for deadline in deadlines if deadline.undone),
            appeal=_appeal(case),
            ballots=differences(place, docket, case),
        ),
    )


def _appeal(case: Case) -> OpenAppeal | None:
    appeal = case.appeal
    if appeal is None or appeal.filed_on is None or not appeal_open(case):
        return None
    return OpenAppeal(appeal.filed_on, appeal.to, bool(appeal.court))


def _as_decided(place: Workplace, case: Case, standing: CaseStanding) -> CaseStanding:
    """A case that came decided from another archive stands as its own file says: its sitting is not here."""
    decisions = heard_elsewhere(place.index, case.id)
    if not decisions or standing.decisions:
        return standing
    stayed = elsewhere(place.root, place.audit)
    return replace(
        standing,
        stage=stage_after(case),
        wanting=wanting_after(case),
        terms=None,
        waits_for=(),
        decisions=decisions,
        recordings_elsewhere=sum(case_id == case.id for case_id, _ in stayed),
    )
