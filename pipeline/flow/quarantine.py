"""Papers at the gate: what may do harm goes to inbox/quarantine/, what is merely broken back to HR."""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.source import InputError
from pipeline.flow.endings import of_its_bundle, put_back, refuse, why
from pipeline.flow.results import DropAnswer, Result
from pipeline.flow.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.inbox import QUARANTINE
from pipeline.intake.journal import DropState, Journal
from pipeline.intake.pdf_gate import GateVerdict, inspect


def let_in(
    place: Workplace, journal: Journal, claimed: Claimed, drop: DropAnswer
) -> GateVerdict | DropAnswer:
    """The gate's verdict on a paper that may be opened; else how the drop has ended.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    verdict = inspect(claimed.path)
    if verdict.ok:
        return verdict
    # Faults of the file as a whole: they have no line.
    errors = tuple(InputError(code, claimed.name, 0, 0) for code in verdict.reasons)
    stopped = replace(drop, result=Result.REFUSED, errors=errors)
    return (refuse if verdict.harmless else quarantine)(place, journal, claimed, stopped)


def quarantine(place: Workplace, journal: Journal, claimed: Claimed, drop: DropAnswer) -> DropAnswer:
    """The file goes whole to inbox/quarantine/, with the reason and the warning not to open it beside it."""
    drop = replace(of_its_bundle(journal, claimed, drop), result=Result.REFUSED, quarantined=True)
    words = place.speaker.quarantined(drop)
    detail = {**why(drop), "why": "quarantined"}
    put_back(place, journal, claimed, QUARANTINE, DropState.REFUSED, words, detail)
    return drop
