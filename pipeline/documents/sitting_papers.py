"""What stands in the papers of a sitting besides ballots and protocol (¶17, 24, 29)."""

from __future__ import annotations

from pipeline.documents.campaign_papers import counted, person, table_day
from pipeline.documents.context import RULE, Context, day_of_paper
from pipeline.documents.printable import one_line
from pipeline.documents.protocol import RECORDED
from pipeline.domain.names import full_name
from pipeline.domain.records import Commission, Sitting
from pipeline.domain.terms import add_years
from pipeline.law.docket import Docket


def register_of_recordings(
    docket: Docket, sitting: Sitting, commission: Commission, hr: str, years: int
) -> Context:
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
        "hr": hr,
        "rows": counted(rows),
    }
