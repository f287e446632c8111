"""What one person must not do alone: shorten a term, lift an appeal's ban, declare the clock right.

Two people give the same command, each under a login and a name of their own. The first is noted and changes
nothing; with the second it is done. What both decide is a text of JSON whose SHA-256 their approvals name: it
holds what they saw, so that an approval of yesterday does not serve for another matter. Killed before it is
done, the same command goes on, or has to be approved anew; an approval serves once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.person.content import RECORDINGS
from pipeline.archive.person.recordings_register import register_yaml
from pipeline.domain.errors import NotFoundError, RefusedError
from pipeline.domain.recordings import Lifting, Register
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.versions import Act, file_version
from pipeline.flow.retention.approvals import DECISION, approval_of, approvals_in, approve
from pipeline.flow.retention.clock import RetentionClock
from pipeline.flow.retention.holding import Subject, subject_named
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.retention import holds
from pipeline.retention.approval import Approval, enough
from pipeline.retention.state_files import put

FOLDER: Final = "decisions"
_NUMBER_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Decided:
    """Who has approved by now, and whether it was done with that."""

    approvals: tuple[Approval, ...]
    done: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """One of the two: the name they give, and who acts (a login), on what mandate."""

    by: str
    agent: str
    mandate: str

    @property
    def words(self) -> str:
        """The mandate in one line.

        Raises:
            RefusedError: `hold_without_mandate`.
        """
        words = " ".join(self.mandate.split())
        if not words:
            raise RefusedError("hold_without_mandate")
        return words


def shorten_term(place: Workplace, name: str, asking: Asking) -> Decided:
    """A recording's term is counted by what the sitting's record says now, though it was promised longer.

    Raises:
        NotFoundError: as `subject_named`; `recording_named` where a case was named.
        RefusedError: `term_not_longer`, `hold_without_mandate`, or as `approval.admit`.
        JekeError: the machine is at fault; the same command goes on.
    """
    with write_lock(place.places.state):
        subject = subject_named(place, name)
        recording = subject.recording
        if recording is None:
            raise NotFoundError("recording_named", name=name)
        before = registered(place.root.get(subject.object_id))
        after = holds.shorten(before, recording)
        matter = {
            "of": "term",
            "recording": recording,
            "from": _until(before, recording),
            "to": _until(after, recording),
            "mandate": asking.words,
        }

        def do(_: tuple[Approval, ...], told: dict[str, str | int]) -> None:
            detail = {"recording": recording, "from": matter["from"], "to": matter["to"], **told}
            _file(place, subject, after, Act("term shortened", AuditEvent.TERM, asking.agent, detail))

        return _decide(place, matter, asking, do)


def lift_appeal(place: Workplace, name: str, asking: Asking) -> Decided:
    """The ban of an appeal goes, though no record says how the appeal ended.

    Raises:
        NotFoundError: as `subject_named`; `appeal_unknown`.
        RefusedError: `hold_without_mandate`, or as `approval.admit`.
        JekeError: the machine is at fault; the same command goes on.
    """
    with write_lock(place.places.state):
        subject = subject_named(place, name)
        before = registered(place.root.get(subject.object_id))
        hold = before.appeal(subject.case)
        matter = {
            "of": "appeal",
            "case": subject.case,
            "hold": "" if hold is None else hold.mandate,
            "mandate": asking.words,
        }
        holds.lift_appeal(before, subject.case, Lifting(asking.words, "", place.clock()))

        def do(given: tuple[Approval, ...], told: dict[str, str | int]) -> None:
            by = ", ".join(f"{a.by} ({a.user})" for a in given)
            lifting = Lifting(asking.words, by, place.clock())
            after = holds.lift_appeal(before, subject.case, lifting)
            act = Act("appeal's ban lifted", AuditEvent.RELEASE, asking.agent, {"of": "appeal", **told})
            _file(place, subject, after, act)

        return _decide(place, matter, asking, do)


def accept_clock(place: Workplace, asking: Asking) -> Decided:
    """The clock of this moment is right; what was written down ahead of it was written under a wrong one.

    Raises:
        RefusedError: `clock_false`; `hold_without_mandate`, or as `approval.admit`.
        JekeError: the machine is at fault; the same command goes on.
    """
    with write_lock(place.places.state):
        clock = RetentionClock(place)
        matter = {"of": "clock", "day": _day(place.today), "mandate": asking.words}

        def do(_: tuple[Approval, ...], used: dict[str, str | int]) -> None:
            void = clock.wrong_moments()
            told = place.audit.append(
                AuditEvent.CLOCK,
                agent=asking.agent,
                at=place.clock(),
                detail={"void": len(void), "day": _day(place.today), **used},
            )
            clock.accept(void, told.number)

        return _decide(place, matter, asking, do)


def _decide(
    place: Workplace,
    matter: Mapping[str, str],
    asking: Asking,
    do: Callable[[tuple[Approval, ...], dict[str, str | int]], None],
) -> Decided:
    """Whoever asks is counted; with two it is done, and the chain's entry of it uses their approvals up."""
    folder = place.places.retention / FOLDER
    data = f"{json.dumps(dict(matter), ensure_ascii=False, sort_keys=True, indent=1)}\n".encode()
    sha256 = hashlib.sha256(data).hexdigest()
    number = sha256[:_NUMBER_DIGITS]
    file = folder / f"{number}.approvals.jsonl"
    put(folder / f"{number}.json", data)
    given = approvals_in(file, number, place.audit).given
    if not enough(given):
        approval = approval_of(number, sha256, asking.by, asking.agent, place.clock())
        given = approve(file, approval, given, place.audit, asking.agent)
    if not enough(given):
        return Decided(given, done=False)
    do(given, {DECISION: number})
    return Decided(given, done=True)


def _file(place: Workplace, subject: Subject, after: Register, act: Act) -> None:
    file_version(place, subject.object_id, {RECORDINGS: register_yaml(after)}, act)


def _until(register: Register, recording: str) -> str:
    entry = next(e for e in register.entries if e.stored is not None and e.stored.id == recording)
    return _day(entry.keep_until)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
