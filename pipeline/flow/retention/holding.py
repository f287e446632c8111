"""Holds set and lifted, in the registers of personal files (¶34)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.person.content import RECORDINGS
from pipeline.archive.person.recordings_register import register_yaml
from pipeline.domain.errors import NotFoundError
from pipeline.domain.recordings import Hold, Lifting, Register, fold_file
from pipeline.domain.records import Kind, Ref
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.versions import Act, file_version
from pipeline.flow.site.workplace import Workplace
from pipeline.flow.site.write_lock import write_lock
from pipeline.retention import holds

_ID: Final = re.compile(r"[0-9a-f]{8,32}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a hold is about: all recordings of a case, or one of them by its id."""

    object_id: str
    case: str
    recording: str | None


def subject_named(place: Workplace, name: str) -> Subject:
    """A case by its id; a recording by its id, the beginning of it, or its file's name.

    Raises:
        NotFoundError: `recording_named`, there is none; `recording_several`, the name fits more than one.
    """
    object_id = place.index.object_of(Ref(Kind.CASE, name))
    registers = place.index.registers()
    if object_id is None:  # of a withdrawn case the register still speaks
        cases = ((holder, e.case) for holder, register in registers.items() for e in register.entries)
        object_id = next((holder for holder, case in cases if case == name), None)
    if object_id is not None:
        return Subject(object_id, name, None)
    found = [
        Subject(holder, entry.case, entry.stored.id)
        for holder, register in registers.items()
        for entry in register.entries
        if entry.stored is not None and _named(name, entry.stored.id, entry.file)
    ]
    if len(found) > 1:
        raise NotFoundError("recording_several", name=name)
    if not found:
        raise NotFoundError("recording_named", name=name)
    return found[0]


def set_hold(
    place: Workplace, name: str, mandate: str, by: str, *, agent: str, dry_run: bool = False
) -> Subject:
    """Sets a hold; one of the same mandate that stands already stays as it is.

    Raises:
        NotFoundError: as `subject_named`.
        RefusedError: `hold_without_mandate`, `hold_destroyed`.
        MachineError: the machine is at fault.
    """
    with write_lock(place.places.state):
        subject = subject_named(place, name)
        hold = Hold(subject.case, subject.recording, " ".join(mandate.split()), by, place.clock())
        act = Act("recordings held", AuditEvent.HOLD, agent, _detail(subject))
        _change(place, subject, lambda register: holds.set_hold(register, hold), act, dry_run=dry_run)
        return subject


def release(
    place: Workplace, name: str, mandate: str, reason: str, by: str, *, agent: str, dry_run: bool = False
) -> Subject:
    """Lifts the hold of that mandate; others stay.

    Raises:
        NotFoundError: `hold_unknown`, or as `subject_named`.
        MachineError: the machine is at fault.
    """
    with write_lock(place.places.state):
        subject = subject_named(place, name)
        lifting = Lifting(" ".join(reason.split()), by, place.clock())
        act = Act("recordings released", AuditEvent.RELEASE, agent, _detail(subject))
        _change(
            place,
            subject,
            lambda register: holds.lift(register, subject.case, subject.recording, mandate, lifting),
            act,
            dry_run=dry_run,
        )
        return subject


def _change(
    place: Workplace, subject: Subject, change: Callable[[Register], Register], act: Act, *, dry_run: bool
) -> None:
    before = registered(place.root.get(subject.object_id))
    after = change(before)
    if after != before and not dry_run:
        file_version(place, subject.object_id, {RECORDINGS: register_yaml(after)}, act)


def _named(name: str, recording: str, file: str | None) -> bool:
    by_id = _ID.fullmatch(name) is not None and recording.startswith(name)
    return by_id or (file is not None and fold_file(file) == fold_file(name))


def _detail(subject: Subject) -> dict[str, str]:
    return {} if subject.recording is None else {"recording": subject.recording}
