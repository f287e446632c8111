"""What stands in the papers of a sitting besides ballots and protocol (¶17, 24, 29)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from pipeline.documents.content.context import (
    RULE,
    Context,
    ballot_person,
    city_name,
    day_of_paper,
    long_day,
    post,
)
from pipeline.documents.content.listing import counted, issuer, person, shared, table_day
from pipeline.documents.content.materials import materials
from pipeline.documents.content.printable import one_line
from pipeline.documents.content.protocol import RECORDED, approved_composition, quorum_of
from pipeline.domain.kazakh.dates import clock
from pipeline.domain.kazakh.endings import post_dative, post_genitive
from pipeline.domain.names import full_name, signature_name
from pipeline.domain.records import (
    Campaign,
    Case,
    Commission,
    Member,
    Role,
    Sitting,
)
from pipeline.domain.terms import add_years
from pipeline.law.docket import Docket

ROLES: Final = {Role.CHAIR: "төраға", Role.MEMBER: "мүше", Role.SECRETARY: "хатшы"}


def register_of_recordings(docket: Docket, sitting: Sitting, commission: Commission, years: int) -> Context:
    """Жазбаларды есепке алу журналы (¶29); `years` of keeping from the day of recording."""
    secretary = commission.member(sitting.secretary) if sitting.secretary else None
    rows = [
        {
            "person": person(docket.cases[candidate.case].employee),
            "recorded_on": table_day(recording.recorded_on),
            "type": RECORDED[recording.type] if recording.type else "",
            "file": one_line(recording.file),
            "sha256": one_line(recording.sha256),
            "carrier": "",
            "keep_until": table_day(add_years(recording.recorded_on, years)) if recording.recorded_on else "",
            "destroyed": "",
        }
        for candidate in sitting.candidates
        for recording in candidate.recordings
    ]
    return {
        "unit": one_line(commission.name) or RULE,
        "number": one_line(sitting.number),
        "date": day_of_paper(sitting.held_on),
        "secretary": full_name(secretary) if secretary else "",
        "hr": issuer(campaign_of(docket, sitting))["hr"],
        "rows": counted(rows),
    }


def covering_list(
    docket: Docket,
    sitting: Sitting,
    commission: Commission,
    cases: Iterable[tuple[Case, date | None]],
    sent_on: date | None,
) -> Context:
    """Ілеспе хат (¶17): what of each candidate goes to the commission, and on which day it went."""
    rows = [
        {
            "person": person(case.employee),
            "position": post(case.employee.position),
            "papers": _materials(case, sent),
        }
        for case, sent in cases
    ]
    return {
        **issuer(campaign_of(docket, sitting)),
        "commission_name": one_line(commission.name) or RULE,
        "commission_to": _commission_to(one_line(commission.name)),
        "date": day_of_paper(sent_on),
        "held_on": long_day(sitting.held_on) or RULE,
        "rows": counted(rows),
    }


def agenda(sitting: Sitting, commission: Commission, cases: Iterable[Case]) -> Context:
    """Күн тәртібі және қатысу парағы (¶24): who is heard, and a line for each member to sign."""
    secretary = commission.member(sitting.secretary) if sitting.secretary else None
    members = [*commission.voting, *([secretary] if secretary and not secretary.votes else [])]
    rows = [
        {
            "member": ", ".join(
                filter(None, (one_line(member.position), one_line(member.rank), full_name(member)))
            ),
            "role": ROLES[member.role] if member.role else "",
            "absence": _absence(member, sitting),
        }
        for member in members
    ]
    return {
        "commission_name": one_line(commission.name) or RULE,
        "commission_whose": _commission_whose(one_line(commission.name)),
        "number": one_line(sitting.number),
        "city": city_name(sitting.city) or RULE,
        "date": day_of_paper(sitting.held_on),
        "started_at": clock(sitting.started_at) if sitting.started_at else RULE,
        "place": one_line(sitting.place) or RULE,
        "candidates": [_candidate(case) for case in cases],
        "composition": approved_composition(commission),
        "quorum": str(quorum_of(len(commission.voting))),
        "rows": counted(rows),
        "secretary": signature_name(secretary) if secretary else "",
    }


def _commission_to(name: str) -> str:
    """To which commission; by its plain name where the ending of its own cannot be told."""
    return post_dative(name) or " ".join(filter(None, ("Аттестаттау комиссиясына", name and f"({name})")))


def _commission_whose(name: str) -> str:
    """Whose sitting; the nominative where the ending cannot be told."""
    return post_genitive(name) or name or RULE


def campaign_of(docket: Docket, sitting: Sitting) -> Campaign | None:
    """The campaign all candidates belong to; None where there are several, or it is not known."""
    found = shared(docket.cases[c.case].campaign for c in sitting.candidates)
    return docket.campaigns.get(found) if found is not None else None


def _materials(case: Case, sent_on: date | None) -> list[str]:
    """What was there when the materials went; all that is there while they have not gone."""
    return [
        f"{name} ({table_day(day)})" if day else name
        for name, day in materials(case)
        if day is None or sent_on is None or day <= sent_on
    ]


def _candidate(case: Case) -> str:
    heard, target = ballot_person(case.employee), post(case.employee.target_position)
    return f"{heard} – {target} лауазымына" if target else heard


def _absence(member: Member, sitting: Sitting) -> str:
    """Why a member is not there, once the record says so; of the secretary it says nothing."""
    told = {absence.member: one_line(absence.reason) for absence in sitting.absent}
    if member.id in told:
        return ": ".join(filter(None, ("қатыспайды", told[member.id])))
    missing = member.votes and bool(sitting.present) and member.id not in sitting.present
    return "қатыспайды" if missing else ""
