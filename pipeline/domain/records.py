"""The four kinds of record HR writes, as frozen values.

Field names are those of the public record format, so an attribute path is also a path in the YAML file.
`None` and `()` mean *not there yet* (pending), never *no*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from pipeline.domain.texts import Code, FileName, Iin, Paragraph, Prose, Rank, Sha256, Verbatim


class Kind(StrEnum):
    """The kinds of record; the value stands in the record's `kind` field."""

    CAMPAIGN = "campaign"
    COMMISSION = "commission"
    CASE = "case"
    SITTING = "sitting"


class Authority(StrEnum):
    """The ten who may decide on an unscheduled attestation, in the order of ¶3."""

    MINISTER = "minister"
    PENAL_COMMITTEE = "penal_committee"
    POLICE_DEPARTMENT = "police_department"
    PENAL_DEPARTMENT = "penal_department"
    ACADEMY = "academy"
    GUARD_SERVICE = "guard_service"
    CANINE_CENTRE = "canine_centre"
    SUPPLY_BASE = "supply_base"
    MOTOR_TRANSPORT = "motor_transport"
    SUNQAR = "sunqar"


class CommissionType(StrEnum):
    """¶19 central, ¶20 regional."""

    CENTRAL = "central"
    REGIONAL = "regional"


class Role(StrEnum):
    """Place in the composition; the secretary has no vote (¶21)."""

    CHAIR = "chair"
    MEMBER = "member"
    SECRETARY = "secretary"


class Represents(StrEnum):
    """What makes a person eligible for the composition (¶19-21, 23)."""

    HEAD = "head"
    DEPUTY_HEAD = "deputy_head"
    ACTING = "acting"
    UNIT_HEAD = "unit_head"
    HR = "hr"
    OTHER = "other"


class RankKind(StrEnum):
    """Арнаулы атақ, сыныптық шен, әскери атақ."""

    SPECIAL = "special"
    CLASS = "class"
    MILITARY = "military"


class Nomenclature(StrEnum):
    """Who appoints to the sought post (¶19, 20)."""

    MINISTER = "minister"
    MINISTRY_CONTROL = "ministry_control"
    TERRITORIAL = "territorial"


class AttestationType(StrEnum):
    """Кезекті, кезектен тыс, жоспардан тыс (¶4)."""

    SCHEDULED = "scheduled"
    EXTRAORDINARY = "extraordinary"
    UNSCHEDULED = "unscheduled"


class InvestigationType(StrEnum):
    """Қызметтік, сотқа дейінгі (¶7, sub-item 3)."""

    INTERNAL = "internal"
    PRETRIAL = "pretrial"


class CheckResult(StrEnum):
    """Answer of the own-security service (¶11, part 3)."""

    CLEAR = "clear"
    OBJECTION = "objection"


class Attendance(StrEnum):
    """¶31, part 2."""

    PRESENT = "present"
    ABSENT_VALID = "absent_valid"
    ABSENT_INVALID = "absent_invalid"


class RecordingType(StrEnum):
    """¶29."""

    AUDIO = "audio"
    VIDEO = "video"


class Topic(StrEnum):
    """What the questions are about (¶27)."""

    PROFESSIONAL = "professional"
    STRATEGIC_DOCUMENTS = "strategic_documents"
    LEGAL_CULTURE = "legal_culture"
    PEOPLE_SKILLS = "people_skills"


class Factor(StrEnum):
    """What a decision takes into account (¶31, part 1)."""

    ANSWERS = "answers"
    CHARACTERISTIC = "characteristic"
    RESULTS = "results"
    PSYCHOLOGICAL = "psychological"
    POLYGRAPH = "polygraph"
    OTHER = "other"


class AppealOutcome(StrEnum):
    """What became of a decision that was appealed (¶34)."""

    ANNULLED = "annulled"
    LEFT_STANDING = "left_standing"


class Vote(StrEnum):
    """The two decisions of ¶30; a ballot has no third box."""

    RECOMMENDED = "recommended"
    NOT_RECOMMENDED = "not_recommended"


@dataclass(frozen=True, slots=True)
class Ref:
    """Names one record: `case:QRG-PD-2025-014`."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class Override:
    """A recorded decision to go on despite a blocking finding of one paragraph."""

    paragraph: Code | None = None
    reason: Prose | None = None
    number: Code | None = None
    date: date | None = None
    by: Prose | None = None


# --- campaign -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signatory:
    """Somebody who signs, as their post and name stand on the paper."""

    position: Prose | None = None
    name: Prose | None = None
    rank: Rank | None = None


@dataclass(frozen=True, slots=True)
class CampaignDecision:
    """¶3."""

    authority: Authority | None = None
    number: Code | None = None
    date: date | None = None
    signed_by: Signatory | None = None


@dataclass(frozen=True, slots=True)
class Responsible:
    """¶38."""

    head: Prose | None = None
    hr: Prose | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """¶10; `published_on` starts the clock of ¶11."""

    published_on: date | None = None
    resource: Verbatim | None = None
    planned_sitting_on: date | None = None
    place: Prose | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """One announcement of an attestation (¶3, 9-12, 38)."""

    id: Code
    unit: Prose | None = None
    decision: CampaignDecision | None = None
    responsible: Responsible | None = None
    announcement: Announcement | None = None

    @property
    def ref(self) -> Ref:
        """The record's name."""
        return Ref(Kind.CAMPAIGN, self.id)


# --- commission -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """Number and day of an order."""

    number: Code | None = None
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the composition (¶18-23)."""

    id: Code
    role: Role | None = None
    surname: Prose | None = None
    given_name: Prose | None = None
    patronymic: Prose | None = None
    iin: Iin | None = None
    position: Prose | None = None
    rank: Rank | None = None
    rank_ceiling: Rank | None = None
    category: Code | None = None
    represents: Represents | None = None

    @property
    def votes(self) -> bool:
        """Chair and members vote; the secretary does not (¶21)."""
        return self.role is not Role.SECRETARY


@dataclass(frozen=True, slots=True)
class Commission:
    """One order approving a composition (¶18-23)."""

    id: Code
    type: CommissionType | None = None
    name: Prose | None = None
    order: Order | None = None
    members: tuple[Member, ...] = ()
    dissolved_on: date | None = None

    @property
    def ref(self) -> Ref:
        """The record's name."""
        return Ref(Kind.COMMISSION, self.id)

    @property
    def voting(self) -> tuple[Member, ...]:
        """Құрам: the chair and the members, in the order of the approving order."""
        return tuple(m for m in self.members if m.votes)

    @property
    def chair(self) -> Member | None:
        """The one who leads; None where none, or more than one, is named."""
        chairs = [m for m in self.members if m.role is Role.CHAIR]
        return chairs[0] if len(chairs) == 1 else None

    def member(self, member_id: str) -> Member | None:
        """The person of that id, or None."""
        return next((m for m in self.members if m.id == member_id), None)


# --- case -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Position:
    """The post held."""

    title: Prose | None = None
    unit: Prose | None = None
    appointed_on: date | None = None
    rank_ceiling: Rank | None = None
    category: Code | None = None


@dataclass(frozen=True, slots=True)
class TargetPosition:
    """The post sought (¶2, 19, 20)."""

    title: Prose | None = None
    unit: Prose | None = None
    rank_ceiling: Rank | None = None
    category: Code | None = None
    leading: bool | None = None
    nomenclature: Nomenclature | None = None


@dataclass(frozen=True, slots=True)
class Employee:
    """The person attested."""

    iin: Iin
    surname: Prose
    given_name: Prose | None = None
    patronymic: Prose | None = None
    rank: Rank | None = None
    rank_kind: RankKind = RankKind.SPECIAL
    position: Position | None = None
    target_position: TargetPosition | None = None


@dataclass(frozen=True, slots=True)
class Attestation:
    """An earlier attestation (¶4)."""

    type: AttestationType | None = None
    held_on: date | None = None
    recommended: bool | None = None


@dataclass(frozen=True, slots=True)
class Sanction:
    """A disciplinary sanction (¶7, sub-item 2)."""

    type: Prose | None = None
    applied_on: date | None = None
    lifted_on: date | None = None
    order: Code | None = None


@dataclass(frozen=True, slots=True)
class Investigation:
    """¶7, sub-item 3."""

    type: InvestigationType | None = None
    opened_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What came before (¶4, 7)."""

    attestations: tuple[Attestation, ...] = ()
    promoted_on: date | None = None
    sanctions: tuple[Sanction, ...] = ()
    investigations: tuple[Investigation, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """The Minister's decision of ¶4, part 3."""

    number: Code | None = None
    date: date | None = None
    reason: Prose | None = None


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom the report is addressed; `dative` overrides the inflection rule."""

    position: Prose | None = None
    name: Prose | None = None
    dative: Prose | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Баянат, Annex 1 (¶11)."""

    filed_on: date | None = None
    registered: Code | None = None
    addressee: Addressee | None = None


@dataclass(frozen=True, slots=True)
class OwnSecurity:
    """¶11, parts 2 and 3."""

    list_sent_on: date | None = None
    received_on: date | None = None
    answered_on: date | None = None
    result: CheckResult | None = None
    note: Prose | None = None


@dataclass(frozen=True, slots=True)
class Qualification:
    """¶12, part 1."""

    checked_on: date | None = None
    meets: bool | None = None
    basis: Prose | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """¶7, 12."""

    decided_on: date | None = None
    admitted: bool | None = None
    list_number: Code | None = None
    unit_received_on: date | None = None
    grounds: tuple[Paragraph, ...] = ()
    notice_sent_on: date | None = None
    notice_received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Study:
    """One of the two studies of ¶8; `internal_investigation` belongs to the polygraph alone."""

    done_on: date | None = None
    number: Code | None = None
    conclusion: Prose | None = None
    internal_investigation: bool | None = None
    planned_on: date | None = None
    planned_at: time | None = None
    place: Prose | None = None


@dataclass(frozen=True, slots=True)
class Studies:
    """¶8."""

    psychological: Study | None = None
    polygraph: Study | None = None


@dataclass(frozen=True, slots=True)
class RefusalAct:
    """Act of a refusal to sign."""

    number: Code | None = None
    date: date | None = None
    witnesses: tuple[Prose, ...] = ()


@dataclass(frozen=True, slots=True)
class Characteristic:
    """Қызметтік мінездеме, Annex 2 (¶13, 14)."""

    prepared_by: Signatory | None = None
    unit_head: Signatory | None = None
    duties: Prose | None = None
    knowledge: Prose | None = None
    lawfulness: Prose | None = None
    qualities: Prose | None = None
    other: Prose | None = None
    signed_on: date | None = None
    acquainted_on: date | None = None
    refusal_act: RefusalAct | None = None
    sent_to_hr_on: date | None = None

    @property
    def items(self) -> dict[str, str | None]:
        """Items 1-4 of the form by their field; item 5 may stay empty."""
        return {
            "duties": self.duties,
            "knowledge": self.knowledge,
            "lawfulness": self.lawfulness,
            "qualities": self.qualities,
        }


@dataclass(frozen=True, slots=True)
class Disagreement:
    """¶15, 16."""

    filed_on: date | None = None
    items: tuple[int, ...] = ()
    text: Prose | None = None
    attachments: int | None = None


@dataclass(frozen=True, slots=True)
class Materials:
    """¶17."""

    sent_on: date | None = None
    notified_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Аттестаттау парағы, Annex 4 (¶35)."""

    filled_on: date | None = None
    acquainted_on: date | None = None
    refusal_act: RefusalAct | None = None
    other: Prose | None = None
    sealed: bool | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    """¶34; open while `decided_on` is absent."""

    filed_on: date | None = None
    to: Prose | None = None
    court: bool | None = None
    decided_on: date | None = None
    result: Prose | None = None
    outcome: AppealOutcome | None = None


@dataclass(frozen=True, slots=True)
class PersonCorrection:
    """Why a revision is about another IIN and another name than the one filed under its id."""

    from_iin: Iin | None = None
    reason: Prose | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The case ended otherwise than by a decision: death, dismissal, transfer of the candidate."""

    on: date | None = None
    why: Prose | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One employee in one campaign (¶4-8, 11-17, 34-36)."""

    id: Code
    campaign: Code
    employee: Employee
    history: History = field(default_factory=History)
    minister_waiver: Waiver | None = None
    report: Report | None = None
    own_security: OwnSecurity | None = None
    qualification: Qualification | None = None
    admission: Admission | None = None
    studies: Studies | None = None
    characteristic: Characteristic | None = None
    disagreement: Disagreement | None = None
    materials: Materials | None = None
    sheet: Sheet | None = None
    appeal: Appeal | None = None
    withdrawn_on: date | None = None
    overrides: tuple[Override, ...] = ()
    ended: Ended | None = None
    corrects_person: PersonCorrection | None = None

    @property
    def ref(self) -> Ref:
        """The record's name."""
        return Ref(Kind.CASE, self.id)


# --- sitting --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Absence:
    """A member who did not come."""

    member: Code
    reason: Prose | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """A technical recording of an interview (¶29)."""

    file: FileName | None = None
    type: RecordingType | None = None
    recorded_on: date | None = None
    sha256: Sha256 | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """¶27."""

    topic: Topic | None = None
    text: Prose | None = None
    answer: Prose | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case before a sitting.

    `notified_on` and `materials_sent_on` are those of this sitting (¶17). `present` are those who were there
    for this candidate; empty where they are the sitting's.
    """

    case: Code
    attendance: Attendance | None = None
    reason: Prose | None = None
    recordings: tuple[Recording, ...] = ()
    questions: tuple[Question, ...] = ()
    considered: tuple[Factor, ...] = ()
    votes: Mapping[Code, Vote] = field(default_factory=dict)
    decision: Vote | None = None
    notified_on: date | None = None
    materials_sent_on: date | None = None
    present: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """¶33."""

    number: Code | None = None
    drawn_up_on: date | None = None
    signed_by: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting of a commission (¶24-33)."""

    id: Code
    commission: Code
    number: Code | None = None
    held_on: date | None = None
    started_at: time | None = None
    ended_at: time | None = None
    city: Prose | None = None
    place: Prose | None = None
    present: tuple[Code, ...] = ()
    absent: tuple[Absence, ...] = ()
    secretary: Code | None = None
    candidates: tuple[Candidate, ...] = ()
    protocol: Protocol | None = None
    overrides: tuple[Override, ...] = ()

    @property
    def ref(self) -> Ref:
        """The record's name."""
        return Ref(Kind.SITTING, self.id)


Record = Campaign | Commission | Case | Sitting
