"""Papers at the gate: what may do harm goes to inbox/quarantine/, what is merely broken back to HR."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.confined.limits import Budget
from pipeline.domain.source import InputError
from pipeline.flow.ingest.endings import of_its_bundle, put_back, refuse, why
from pipeline.flow.outcomes.results import DropAnswer, Result
from pipeline.flow.site.workplace import Workplace
from pipeline.intake.claim import Claimed
from pipeline.intake.gate.pdf_gate import GateVerdict, Reason, inspect
from pipeline.intake.inbox import QUARANTINE
from pipeline.intake.journal import DropState, Journal


def let_in(
    place: Workplace, journal: Journal, claimed: Claimed, drop: DropAnswer, budget: Budget
) -> GateVerdict | DropAnswer:
    """The gate's verdict on a paper that may be opened; else how the drop has ended.

    Raises:
        JekeError: the machine is at fault; the drop stays claimed, to be tried again.
    """
    verdict = inspect(claimed.path, budget=budget)
    if verdict.ok:
        return verdict
    return (refuse if verdict.harmless else quarantine)(place, journal, claimed, _told(drop, verdict.reasons))


def shut_out(
    place: Workplace, journal: Journal, claimed: Claimed, drop: DropAnswer, reason: Reason
) -> DropAnswer:
    """What came to light behind the gate is told as if the gate had seen it."""
    return quarantine(place, journal, claimed, _told(drop, (reason,)))


def _told(drop: DropAnswer, reasons: Iterable[str]) -> DropAnswer:
    """Faults of the file as a whole: they have no line."""
    errors = tuple(InputError(code, drop.name, 0, 0) for code in reasons)
    return replace(drop, result=Result.REFUSED, errors=errors)


def quarantine(place: Workplace, journal: Journal, claimed: Claimed, drop: DropAnswer) -> DropAnswer:
    """The file goes whole to inbox/quarantine/, with the reason and the warning not to open it beside it."""
    drop = replace(of_its_bundle(journal, claimed, drop), result=Result.REFUSED, quarantined=True)
    words = place.speaker.quarantined(drop)
    detail = {**why(drop), "why": "quarantined"}
    put_back(place, journal, claimed, QUARANTINE, DropState.REFUSED, words, detail)
    return drop
