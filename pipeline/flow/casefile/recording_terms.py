"""Terms and bans that stand although the records say otherwise: kept in registers, told in answers (¶29, 34).

A record dropped again may lengthen a term and set a ban; it takes neither back. Two people can
(`flow/two_people.py`), and the answer to such a record says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pipeline.archive.person.content import RECORDINGS
from pipeline.archive.person.recordings_register import register_yaml
from pipeline.domain.findings import Value
from pipeline.domain.recordings import Entry, Register, appeal_open
from pipeline.domain.records import Case, Kind, Record, Ref, Sitting
from pipeline.domain.terms import add_years
from pipeline.flow.casefile.registered import registered
from pipeline.flow.casefile.versions import Act, file_version
from pipeline.flow.outcomes.results import Note
from pipeline.flow.site.workplace import Workplace
from pipeline.retention.plan import keep_until


def standing_notes(place: Workplace, record: Record) -> tuple[Note, ...]:
    """What stands of the recordings of a filed case or sitting although its record says otherwise now.

    Raises:
        CorruptError: a register does not verify or read.
    """
    match record:
        case Case():
            register = _register(place, record.id)
            return (*_appeal(register, record), *_terms(register, record.id, None))
        case Sitting():
            cases = dict.fromkeys(candidate.case for candidate in record.candidates)
            return tuple(note for case in cases for note in _terms(_register(place, case), case, record.id))
    return ()


def _appeal(register: Register, case: Case) -> Iterator[Note]:
    hold = register.appeal(case.id)
    if hold is not None and not appeal_open(case):
        yield Note("appeal_stands", {"case": case.id, "mandate": hold.mandate})


def _terms(register: Register, case: str, sitting: str | None) -> Iterator[Note]:
    for entry in register.entries:
        if entry.case != case or entry.destroyed is not None or sitting not in (None, entry.sitting):
            continue
        if entry.stored is not None and not entry.named:
            yield Note("recording_unnamed", {"file": entry.file or "—", "case": case})
        elif (said := said_term(entry)) is not None and entry.keep_until is not None and entry.recorded_on:
            facts: dict[str, Value] = {
                "file": entry.file or "—",
                "case": case,
                "said": entry.recorded_on,
                "would": said,
            }
            yield Note("recording_term_stands", {**facts, "until": entry.keep_until})


def said_term(entry: Entry) -> date | None:
    """The last day of keeping by what the record says now, where the register promises a later one."""
    if entry.recorded_on is None or entry.keep_until is None:
        return None
    said = add_years(entry.recorded_on, entry.years)
    return said if said < entry.keep_until else None


def _register(place: Workplace, case: str) -> Register:
    object_id = place.index.object_of(Ref(Kind.CASE, case))
    return registered(place.root.get(object_id)) if object_id is not None else Register()


def keep_promises(place: Workplace) -> None:
    """Writes down the terms that a raised setting gives, so that lowering it takes none of them back.

    Whoever calls holds the write lock.

    Raises:
        JekeError: the machine is at fault; the next sweep goes on.
    """
    years = place.readings.recording_retention_years
    for object_id, indexed in place.index.registers().items():
        if any(_raised(entry, years) != entry for entry in indexed.entries):
            register = registered(place.root.get(object_id))
            after = replace(register, entries=tuple(_raised(e, years) for e in register.entries))
            if after != register:
                file_version(
                    place, object_id, {RECORDINGS: register_yaml(after)}, Act("recordings' term raised")
                )


def _raised(entry: Entry, years: int) -> Entry:
    if entry.destroyed is not None or entry.keep_until is None:
        return entry
    until, counted = keep_until(entry, years)
    return entry if until is None else replace(entry, keep_until=until, years=counted)
