"""Lawful cases as they grow: random lawful days, and the facts in the order in which they come about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from hypothesis import strategies as st

from pipeline.domain.terms import add_months, working_days
from pipeline.law.numbers import SHORTEST_PATH_WORKING_DAYS

from .examples import CALENDAR

LATER_PARTS = (
    "own_security",
    "qualification",
    "admission",
    "studies",
    "characteristic",
    "materials",
    "sheet",
)


@dataclass(frozen=True)
class Lawful:
    """Days that keep every term."""

    published: date
    filed: date
    listed: date
    answered: date
    admitted: date
    received: date
    psychological: date
    polygraph: date
    acquainted: date
    characteristic: date
    notified: date
    sent: date
    held: date
    protocol: date
    shown: date


def _after(day: date, count: int) -> date:
    return working_days(CALENDAR, day, count).due if count else day


@st.composite
def lawful_days(draw: st.DrawFn) -> Lawful:
    published = draw(st.dates(date(2025, 4, 1), date(2026, 9, 30)))
    filed = draw(st.dates(published, _after(published, 5)))
    listed = _after(_after(published, 5), draw(st.integers(0, 2)))
    answered = _after(listed, draw(st.integers(0, 3)))
    admitted = _after(answered, draw(st.integers(0, 5)))
    received = _after(admitted, draw(st.integers(0, 2)))
    psychological = _after(admitted, draw(st.integers(0, 4)))
    polygraph = _after(psychological, draw(st.integers(0, 3)))
    acquainted = _after(received, draw(st.integers(0, 3)))
    characteristic = _after(received, draw(st.integers(3, 5)))
    sent = _after(max(characteristic, polygraph), draw(st.integers(0, 3)))
    held = _after(max(sent, _after(published, SHORTEST_PATH_WORKING_DAYS)), draw(st.integers(3, 8)))
    protocol = _after(held, draw(st.integers(0, 5)))
    return Lawful(
        published, filed, listed, answered, admitted, received, psychological, polygraph, acquainted,
        characteristic, sent, sent, held, protocol, max(protocol, _after(held, draw(st.integers(0, 5)))),
    )  # fmt: skip


def steps(days: Lawful) -> Iterator[dict[str, Any]]:
    """The changes to the base after each fact, from the bare report on; each holds all before it."""
    nothing: dict[str, Any] = {
        "campaign.decision.date": days.published.isoformat(),
        "campaign.announcement.published_on": days.published.isoformat(),
        "campaign.announcement.planned_sitting_on": days.held.isoformat(),
        "commission.order.date": (days.published - timedelta(days=90)).isoformat(),
        "case.history.attestations": [
            {"type": "scheduled", "held_on": _six_months_before(days.held), "recommended": "жоқ"}
        ],
        "case.history.sanctions": [],
        "case.history.investigations": [],
        "sitting.candidates": [],
        "sitting.present": [],
        "sitting.ended_at": "null",
        "sitting.protocol": "null",
        "sitting.held_on": days.held.isoformat(),
        **dict.fromkeys((f"case.{part}" for part in LATER_PARTS), "null"),
        "case.report": {"filed_on": days.filed.isoformat()},
    }
    facts: list[dict[str, Any]] = [nothing, *_facts(days)]
    yield from accumulate(facts, lambda known, new: known | new)


def _six_months_before(held: date) -> str:
    """A day whose six months run out before the sitting."""
    day = held - timedelta(days=184)
    while add_months(day, 6) >= held:
        day -= timedelta(days=1)
    return day.isoformat()


def _facts(days: Lawful) -> list[dict[str, Any]]:
    d = {name: getattr(days, name).isoformat() for name in days.__dataclass_fields__}
    security = {"list_sent_on": d["listed"]}
    answered = {**security, "received_on": d["listed"], "answered_on": d["answered"], "result": "clear"}
    admission = {"decided_on": d["admitted"], "admitted": "иә", "list_number": "3"}
    items = dict.fromkeys(("duties", "knowledge", "lawfulness", "qualities"), "Мәтін. " * 40)
    acquainted = {**items, "acquainted_on": d["acquainted"], "unit_head": {"name": "Омаров Т.Б."}}
    psychological = {"done_on": d["psychological"]}
    polygraph = {"done_on": d["polygraph"], "internal_investigation": "жоқ"}
    candidate = {"case": "K1"}
    recorded = {
        "case": "K1",
        "attendance": "present",
        "recordings": [{"file": "а.mp4", "type": "video", "recorded_on": d["held"]}],
        "questions": [{"topic": "professional", "text": "?", "answer": "!"}],
        "considered": ["answers", "characteristic", "results", "psychological", "polygraph"],
    }
    voted = {**recorded, "votes": {f"m{n}": "recommended" for n in range(1, 7)}}
    decided = {**voted, "decision": "recommended"}
    present = [f"m{n}" for n in range(1, 7)]
    protocol = {"number": "3", "drawn_up_on": d["protocol"]}
    sheet = {"filled_on": d["shown"]}
    return [
        {"case.report": {"filed_on": d["filed"], "registered": "214"}},
        {"case.own_security": security},
        {"case.own_security": answered},
        {"case.qualification": {"checked_on": d["admitted"], "meets": "иә"}},
        {"case.admission": admission},
        {"case.admission": {**admission, "unit_received_on": d["received"]}},
        {"case.studies": {"psychological": psychological}},
        {"case.studies": {"psychological": psychological, "polygraph": polygraph}},
        {"case.characteristic": {"duties": "Ж"}},
        {"case.characteristic": acquainted},
        {"case.characteristic": {**acquainted, "sent_to_hr_on": d["characteristic"]}},
        {"sitting.candidates": [candidate]},
        {"case.materials": {"sent_on": d["sent"]}},
        {"case.materials": {"sent_on": d["sent"], "notified_on": d["notified"]}},
        {"sitting.present": present},
        {"sitting.candidates": [recorded]},
        {"sitting.candidates": [voted]},
        {"sitting.ended_at": "12:40"},
        {"sitting.candidates": [decided]},
        {"sitting.protocol": protocol},
        {"sitting.protocol": {**protocol, "signed_by": [*present, "s1"]}},
        {"case.sheet": sheet},
        {"case.sheet": {**sheet, "acquainted_on": d["shown"]}},
        {"case.sheet": {**sheet, "acquainted_on": d["shown"], "sealed": "иә"}},
    ]
